"""Which methods awards were made by: by number and by amount, each with its denominator."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.carrying import Carrier, carrier
from ogp_analysis.statistics.rates import WILSON, Proportion, counted, proportion
from ogp_analysis.statistics.result import Result

METHODS = ("open", "limited", "direct", "other")


@dataclass(frozen=True)
class MethodShare:
    """One method in one group.

    Attributes
    ----------
    group, method : str
    number : Proportion
        Awards by the method, of those whose method is told.
    amount, of_amount : float
        What they amount to, and what all of those whose method is told do.
    amounts, of_amounts : int
        How many amounts are in the two sums.
    carried : Carrier or None
        The one contract that carries the sum of all methods.
    amount_without, count_without : float, int
        Amount and number of awards without that contract; the whole if none carries the sum.
    """

    group: str
    method: str
    number: Proportion
    amount: float
    of_amount: float
    amounts: int
    of_amounts: int
    carried: Carrier | None
    amount_without: float
    count_without: int

    @property
    def amount_share(self) -> float | None:
        """`amount` / `of_amount`; None if nothing is summed. It has no interval: it is a sum, led by its largest."""
        return self.amount / self.of_amount if self.of_amount > 0 else None

    @property
    def amount_share_without(self) -> float | None:
        """The same without the one contract that carries the sum; None if none does."""
        return self.amount_without / self.carried.rest if self.carried else None

    @property
    def number_share_without(self) -> float | None:
        """Share by number without that contract; None if none carries the sum."""
        return self.count_without / (self.number.n - 1) if self.carried else None


@dataclass(frozen=True, kw_only=True)
class MethodMix(Result):
    """Methods by group.

    Attributes
    ----------
    by : str
        Column of the groups; ``"all"`` if there is one.
    shares : tuple of MethodShare
        By group in order, and by :data:`METHODS`.
    untold : dict of str to int
        Awards of each group whose method is not published; they are in no denominator.
    ungrouped : int
        Awards without a group; they are in no row.
    at_random : bool
        Whether the awards were drawn at random, so that shares by number have an interval.
    """

    by: str
    shares: tuple[MethodShare, ...]
    untold: dict[str, int]
    ungrouped: int
    at_random: bool

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true: in each group the methods hold every award once, and every amount once."""
        yield from super().contradictions()
        for group in self.untold:
            parts = [one for one in self.shares if one.group == group]
            counted, summed = sum(one.number.count for one in parts), math.fsum(one.amount for one in parts)
            if any(one.number.n != counted for one in parts):
                yield f"has {counted} awards by method, but {parts[0].number.n} in all, in {group}"
            if any(not math.isclose(one.of_amount, summed, rel_tol=1e-9) for one in parts):
                yield f"has {summed:.12g} by method, but {parts[0].of_amount:.12g} in all, in {group}"

    def of(self, method: str, group: str = "all") -> MethodShare:
        """Return one method in one group."""
        return next(one for one in self.shares if (one.group, one.method) == (group, method))

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row a group and method: counts and shares by number and by amount, with their denominators.

        ``largest_share`` and ``amount_share_without`` are there where one contract carries the sum of the group.
        """
        rows = [
            (s.group, s.method, p.count, p.n, p.share, p.low, p.high, s.amount, s.amounts, s.amount_share,
             s.carried.share if s.carried else None, s.amount_share_without)
            for s in self.shares
            for p in (s.number,)
        ]  # fmt: skip
        columns = ["group", "method", "count", "n", "share", "low", "high", "amount", "amounts", "amount_share",
                   "largest_share", "amount_share_without"]  # fmt: skip
        numbers = dict.fromkeys(["share", "low", "high", *columns[-3:]], "float64")
        return pd.DataFrame(rows, columns=columns).astype(numbers).assign(untold=[self.untold[r[0]] for r in rows])


def method_mix(awards: pd.DataFrame, by: str | None = None, at_random: bool = False, level: float = 0.95) -> MethodMix:
    """Return how awards spread over methods.

    Parameters
    ----------
    awards : pandas.DataFrame
        ``method`` (of :data:`METHODS`, or missing), ``value`` (amounts in one currency, missing where not counted).
    by : str or None
        Column of groups; None for all as one.
    at_random : bool
        Whether the awards were drawn at random: then the shares by number have Wilson's interval, which says what they
        may be among all awards there are. Else they are counts and have none.
    level : float
        Nominal coverage of that interval.

    Raises
    ------
    ModelError
        If a column is absent.
    """
    for name in ("method", "value", *((by,) if by else ())):
        if name not in awards.columns:
            raise ModelError("method mix", f"column {name!r} is absent", "Name a column of the awards")
    labels = awards[by] if by else pd.Series("all", index=awards.index)
    groups = sorted(labels.dropna().unique(), key=lambda label: (str(type(label)), label))
    shares = tuple(one for group in groups for one in _of_group(awards[labels == group], str(group), at_random, level))
    return MethodMix(
        estimates=tuple(one.number.as_term(f"{one.group}:{one.method}") for one in shares),
        n=int(awards["method"].notna().sum()),
        by=by or "all",
        shares=shares,
        untold={str(group): int(awards.loc[labels == group, "method"].isna().sum()) for group in groups},
        ungrouped=int(labels.isna().sum()),
        at_random=at_random,
        note="counted" if shares else "no_data",
        method="wilson" if at_random else "count",
        references=(WILSON,) if at_random else (),
    )


def _of_group(awards: pd.DataFrame, group: str, at_random: bool, level: float):
    told = awards[awards["method"].notna()].reset_index(drop=True)
    whole, amounts = _sum(told["value"])
    carried = carrier(told["value"])
    others = told["value"].drop(carried.label) if carried else told["value"]
    for method in METHODS:
        rows = told["method"] == method
        amount, summed = _sum(told.loc[rows, "value"])
        of_others = rows.reindex(others.index)
        without, left = _sum(others[of_others])[0], int(of_others.sum())
        of = int(rows.sum()), len(told)
        number = proportion(*of, level) if at_random else counted(*of)
        yield MethodShare(group, method, number, amount, whole, summed, amounts, carried, without, left)


def _sum(values: pd.Series) -> tuple[float, int]:
    known = values.dropna()
    return math.fsum(known), len(known)
