"""Rates of red flags, and differences between groups; a rate is of what could be computed.

Only contracts drawn at random give intervals and tests: they say what holds among all contracts there are. Of contracts
that are counted whole, or of which nobody knows how they were chosen, rates and differences are counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.procurement.flags.result import DOES_NOT_APPLY, FlagResult
from ogp_analysis.statistics.multiple import BENJAMINI_HOCHBERG, benjamini_hochberg
from ogp_analysis.statistics.rates import (
    FISHER,
    NEWCOMBE,
    WILSON,
    Proportion,
    ProportionDifference,
    counted,
    counted_difference,
    proportion,
    proportion_difference,
)
from ogp_analysis.statistics.result import Result

#: Fewest computed units of a group, and of the rest, that are compared.
FEWEST = 30
#: Units that a random draw of contracts draws at random. A buyer or firm is in it the likelier the more it contracts.
DRAWN = ("award", "process")


@dataclass(frozen=True)
class FlagRate:
    """One flag.

    Attributes
    ----------
    flag, unit : str
    proportion : Proportion
        Flagged units of those for which it could be computed.
    n, does_not_apply : int
        All units, and those for which the question does not arise.
    reasons : tuple of (str, int)
        Why it could not be computed although the question arises, as codes with the number of units, the most frequent
        first.
    noted : int
        Computed units that carry no alert and are not clear either.
    """

    flag: str
    unit: str
    proportion: Proportion
    n: int
    does_not_apply: int
    reasons: tuple[tuple[str, int], ...]
    noted: int

    @property
    def main_reason(self) -> str:
        """The most frequent of the reasons; empty if there is none."""
        return self.reasons[0][0] if self.reasons else ""

    @property
    def coverage(self) -> float | None:
        """Share of all units for which it could be computed; None without units."""
        return self.proportion.n / self.n if self.n else None

    @property
    def missing(self) -> int:
        """Units for which it could not be computed although the question arises."""
        return self.n - self.proportion.n - self.does_not_apply


@dataclass(frozen=True, kw_only=True)
class FlagRates(Result):
    """The rates of all flags.

    Attributes
    ----------
    rates : tuple of FlagRate
        In the order in which they were given.
    at_random : bool
        Whether the contracts were drawn at random.
    """

    rates: tuple[FlagRate, ...]
    at_random: bool

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true: computed, not applicable and missing for a reason are all units of a flag."""
        yield from super().contradictions()
        for one in self.rates:
            if one.missing < 0 or sum(count for _, count in one.reasons) != one.missing:
                yield f"computes {one.flag} for {one.proportion.n} of {one.n} units and gives reasons for {one.reasons}"
            if one.proportion.count + one.noted > one.proportion.n:
                yield f"flags or notes more units than the {one.proportion.n} for which {one.flag} is computed"

    @property
    def computed(self) -> tuple[FlagRate, ...]:
        """The flags that could be computed for at least one unit."""
        return tuple(one for one in self.rates if one.proportion.n)

    @property
    def not_computed(self) -> tuple[FlagRate, ...]:
        """Those that could be computed for none."""
        return tuple(one for one in self.rates if not one.proportion.n)

    def __getitem__(self, flag: str) -> FlagRate:
        for one in self.rates:
            if one.flag == flag:
                return one
        raise ModelError("rates of flags", f"there is none of {flag!r}", "Name a flag that was computed")

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row a flag: units, coverage, flagged units, rate with interval, and the main reason why not."""
        rows = [
            (o.flag, o.unit, o.n, o.does_not_apply, o.missing, p.n, o.coverage, p.count, p.share, p.low, p.high,
             o.main_reason)
            for o in self.rates for p in (o.proportion,)
        ]  # fmt: skip
        columns = ["flag", "unit", "n", "does_not_apply", "missing", "computed", "coverage", "count", "share", "low",
                   "high", "main_reason"]  # fmt: skip
        numbers = dict.fromkeys(["coverage", "share", "low", "high"], "float64")
        return pd.DataFrame(rows, columns=columns).astype(numbers)


def flag_rates(results: Iterable[FlagResult], at_random: bool = False, level: float = 0.95) -> FlagRates:
    """Return the rate of each flag among the units for which it could be computed.

    Parameters
    ----------
    results : iterable of FlagResult
    at_random : bool
        Whether the contracts were drawn at random: then rates of :data:`DRAWN` units have Wilson's interval. A call
        with several contracts is likelier to be drawn than one with one; the intervals take calls as equal.
    level : float
        Nominal coverage of that interval.
    """
    rates = tuple(
        FlagRate(
            one.flag,
            one.unit,
            proportion(one.n_flagged, one.n_computable, level)
            if at_random and one.unit in DRAWN
            else counted(one.n_flagged, one.n_computable),
            one.n,
            one.n_does_not_apply,
            tuple((reason, int(n)) for reason, n in one.reasons.items() if reason not in DOES_NOT_APPLY),
            one.n_noted,
        )
        for one in results
    )
    return FlagRates(
        estimates=tuple(one.proportion.as_term(one.flag) for one in rates),
        n=sum(one.proportion.n for one in rates),
        rates=rates,
        at_random=at_random,
        note="counted" if rates else "no_data",
        method="wilson" if at_random else "count",
        references=(WILSON,) if at_random else (),
    )


@dataclass(frozen=True)
class GroupDifference:
    """One group against the rest, in one measure.

    Attributes
    ----------
    measure, by, group : str
    difference : ProportionDifference
        Rate of the group minus that of the rest.
    q_value : float or None
        Benjamini and Hochberg's, over all differences of the result; None if nothing is tested.
    """

    measure: str
    by: str
    group: str
    difference: ProportionDifference
    q_value: float | None


@dataclass(frozen=True, kw_only=True)
class GroupDifferences(Result):
    """Groups against the rest.

    Attributes
    ----------
    differences : tuple of GroupDifference
        Sorted by measure, column of groups and group.
    family : str
        Name of the family of tests that q values are of.
    at_random : bool
        Whether the units were drawn at random; else the differences are counts, without intervals and tests.
    too_small : int
        Groups that are not compared because they, or the rest, have fewer than :data:`FEWEST` units.
    """

    differences: tuple[GroupDifference, ...]
    family: str
    at_random: bool
    too_small: int

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row a difference: both rates with counts, the difference with its interval, p and q."""
        rows = [
            (o.measure, o.by, o.group, d.first.count, d.first.n, d.first.share, d.second.count, d.second.n,
             d.second.share, d.difference, d.low, d.high, d.p_value, o.q_value)
            for o in self.differences for d in (o.difference,)
        ]  # fmt: skip
        columns = ["measure", "by", "group", "count", "n", "share", "rest_count", "rest_n", "rest_share", "difference",
                   "low", "high", "p_value", "q_value"]  # fmt: skip
        numbers = dict.fromkeys(["share", "rest_share", "difference", "low", "high", "p_value", "q_value"], "float64")
        return pd.DataFrame(rows, columns=columns).astype(numbers)


def group_differences(
    counts: pd.DataFrame, at_random: bool = False, family: str = "groups", level: float = 0.95
) -> GroupDifferences:
    """Return the difference between each group's rate and that of all others together.

    Parameters
    ----------
    counts : pandas.DataFrame
        ``measure, by, group, count, n``: units with the signal, of those for which it could be computed.
    at_random : bool
        Whether the units were drawn at random: then differences have an interval and are tested.
    family : str
        Name of the family of tests.
    level : float
        Nominal coverage of Newcombe's interval.

    Raises
    ------
    ModelError
        If a column is absent.

    Notes
    -----
    Newcombe (1998), method 10; p by Fisher's exact test, q by Benjamini and Hochberg over all differences. In a random
    draw of contracts these are errors of the draw, however alike the contracts of one buyer are. Of two groups that
    make up the whole one is given: the other is its mirror. A measure that no unit, or every unit, carries is not
    compared: no test of it could find anything (Tarone 1990).
    """
    absent = [name for name in ("measure", "by", "group", "count", "n") if name not in counts.columns]
    if absent:
        raise ModelError("group differences", f"column {absent[0]!r} is absent", "Count the units of each group")
    found, too_small = [], 0
    for (measure, by), part in counts.sort_values(["measure", "by", "group"]).groupby(["measure", "by"], sort=True):
        whole, n = int(part["count"].sum()), int(part["n"].sum())
        if whole in (0, n):
            continue
        rows = list(part.rename(columns={"count": "flagged"}).itertuples())[: 1 if len(part) == 2 else None]
        for row in rows:
            if min(row.n, n - row.n) < FEWEST:
                too_small += 1
                continue
            numbers = int(row.flagged), int(row.n), whole - int(row.flagged), n - int(row.n)
            difference = proportion_difference(*numbers, level) if at_random else counted_difference(*numbers)
            found.append((measure, by, row.group, difference))
    return _family(found, family, at_random, too_small)


def _family(found: list[tuple], family: str, at_random: bool, too_small: int) -> GroupDifferences:
    p_values = {f"{measure}:{by}:{group}": d.p_value for measure, by, group, d in found}
    adjusted = benjamini_hochberg(p_values, family)
    differences = tuple(GroupDifference(m, b, g, d, adjusted[f"{m}:{b}:{g}"]) for m, b, g, d in found)
    return GroupDifferences(
        estimates=tuple(d.estimates[0] for _, _, _, d in found),
        n=len(found),
        differences=differences,
        family=family,
        at_random=at_random,
        too_small=too_small,
        note="counted" if found else "no_data",
        method="newcombe_hybrid_score" if at_random else "count",
        references=(NEWCOMBE, WILSON, FISHER, BENJAMINI_HOCHBERG) if at_random else (),
    )
