"""Proportions and differences of proportions, with score intervals and their denominators.

The intervals take the counted units as independent. Contracts of one buyer, or commitments of one
country, are not: there the intervals are too narrow, and a clustered model is the better tool.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import proportion_confint

from ogp_analysis.errors import ModelError
from ogp_analysis.models.result import Estimate, OneEstimate, Reference, Result, checked_level

WILSON = Reference(
    "wilson_1927",
    "Wilson, E. B.",
    1927,
    "Probable inference, the law of succession, and statistical inference",
    "Journal of the American Statistical Association 22(158), 209–212",
    "10.1080/01621459.1927.10502953",
)
NEWCOMBE = Reference(
    "newcombe_1998",
    "Newcombe, R. G.",
    1998,
    "Interval estimation for the difference between independent proportions: comparison of eleven methods",
    "Statistics in Medicine 17(8), 873–890",
    "10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I",
)
FISHER = Reference(
    "fisher_1935",
    "Fisher, R. A.",
    1935,
    "The logic of inductive inference",
    "Journal of the Royal Statistical Society 98(1), 39–82",
    "10.2307/2342435",
)


@dataclass(frozen=True, kw_only=True)
class Proportion(OneEstimate):
    """`count` of `n` units, with Wilson's score interval.

    Attributes
    ----------
    count : int
        Units that have the property.
    n : int
        Units counted: the denominator.
    note : str
        ``"counted"``, or ``"no_data"`` when `n` is 0; share and interval are then None.
    """

    count: int

    @property
    def share(self) -> float | None:
        """`count` / `n`, between 0 and 1."""
        return self.estimates[0].estimate

    def as_term(self, term: str) -> Estimate:
        """Return the share as an estimate named `term` that keeps its own denominator."""
        return Estimate(term, self.share, low=self.low, high=self.high, level=self.estimates[0].level, n=self.n)


@dataclass(frozen=True, kw_only=True)
class ProportionDifference(OneEstimate):
    """The share of a first group minus that of a second, with Newcombe's interval.

    Attributes
    ----------
    first, second : Proportion
        The two groups.
    note : str
        ``"counted"``, or ``"no_data"`` when one of the groups is empty; all numbers are then None.
    """

    first: Proportion
    second: Proportion

    @property
    def difference(self) -> float | None:
        """Share of the first group minus share of the second, between −1 and 1."""
        return self.estimates[0].estimate


def proportion(count: int, n: int, level: float = 0.95) -> Proportion:
    """Return `count` of `n` with Wilson's score interval, without continuity correction.

    Parameters
    ----------
    count, n : int
        Units with the property, and units counted. With `n` = 0 the result says ``no_data``: an
        empty group is a finding about the data, and no share is made up for it.
    level : float
        Nominal coverage.

    Raises
    ------
    ModelError
        If they are not whole numbers with 0 <= count <= n, or `level` is not a share.

    Notes
    -----
    Wilson (1927). At 0 of n the lower bound is exactly 0, at n of n the upper bound exactly 1.
    """
    count, n, level = *_checked(count, n), checked_level(level, "proportion")
    share, low, high = (count / n, *_wilson(count, n, level)) if n else (None, None, None)
    return Proportion(
        estimates=(Estimate("share", share, low=low, high=high, level=level),),
        n=n,
        count=count,
        note="counted" if n else "no_data",
        method="wilson",
        references=(WILSON,),
    )


def proportion_difference(
    first_count: int, first_n: int, second_count: int, second_n: int, level: float = 0.95
) -> ProportionDifference:
    """Return the difference of two independent proportions, first minus second.

    Parameters
    ----------
    first_count, first_n, second_count, second_n : int
        Units with the property and units counted, in each group. No unit is in both groups; paired
        data need another method.
    level : float
        Nominal coverage.

    Raises
    ------
    ModelError
        As :func:`proportion`.

    Notes
    -----
    The interval is Newcombe's hybrid score interval (1998, method 10, without continuity
    correction). The p value is Fisher's exact test, which holds its level at any group size and is
    conservative: near the margin it can exceed 1 − `level` while the interval leaves out 0.
    """
    first, second = proportion(first_count, first_n, level), proportion(second_count, second_n, level)
    known = bool(first.n and second.n)
    return ProportionDifference(
        estimates=(_newcombe(first, second, level) if known else Estimate("difference", None, level=level),),
        n=first.n + second.n,
        first=first,
        second=second,
        note="counted" if known else "no_data",
        method="newcombe_hybrid_score",
        references=(NEWCOMBE, WILSON, FISHER),
    )


@dataclass(frozen=True)
class Rate:
    """The share of flagged rows in one group.

    Attributes
    ----------
    group : str
        The group.
    proportion : Proportion
        Flagged rows of the rows in which the flag is known.
    unknown : int
        Rows of the group in which the flag is missing; they are not in the denominator.
    """

    group: str
    proportion: Proportion
    unknown: int


@dataclass(frozen=True, kw_only=True)
class Rates(Result):
    """The share of flagged rows by group.

    Attributes
    ----------
    rates : tuple of Rate
        Sorted by group.
    n : int
        Rows in which flag and group are known.
    ungrouped : int
        Rows without a group; they are in no rate.
    """

    rates: tuple[Rate, ...]
    ungrouped: int

    def table(self) -> pd.DataFrame:
        """Return one row a group: ``group, count, n, share, low, high, unknown``."""
        rows = [(r.group, p.count, p.n, p.share, p.low, p.high, r.unknown) for r in self.rates for p in (r.proportion,)]
        columns = ["group", "count", "n", "share", "low", "high", "unknown"]
        return pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(["share", "low", "high"], "float64"))


def rates(frame: pd.DataFrame, flag: str, by: str, level: float = 0.95) -> Rates:
    """Return the share of rows with a flag, by group, each with its denominator.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a unit.
    flag : str
        Column of booleans. A missing flag is unknown, not false.
    by : str
        Column of groups.
    level : float
        Nominal coverage of Wilson's interval.

    Raises
    ------
    ModelError
        If a column is absent, or the flag holds anything but true, false and missing.
    """
    for name in (flag, by):
        if name not in frame.columns:
            raise ModelError("rates", f"column {name!r} is absent", "Name a column of the frame")
    flags = _flags(frame[flag])
    grouped = [(str(g), flags[frame[by] == g]) for g in sorted(frame[by].dropna().unique(), key=str)]
    found = tuple(
        Rate(g, proportion(int(f.fillna(False).sum()), int(f.notna().sum()), level), int(f.isna().sum()))
        for g, f in grouped
    )
    return Rates(
        estimates=tuple(rate.proportion.as_term(rate.group) for rate in found),
        n=sum(rate.proportion.n for rate in found),
        rates=found,
        ungrouped=int(frame[by].isna().sum()),
        note="counted" if found else "no_data",
        method="wilson",
        references=(WILSON,),
    )


def _flags(values: pd.Series) -> pd.Series:
    odd = sorted({repr(v) for v in values.dropna().unique() if v not in (True, False)})
    if odd:
        raise ModelError(
            "rates", f"flag {values.name!r} holds {len(odd)} other values, {odd[0]}", "Pass true and false"
        )
    return values.astype("boolean")


def _checked(count: int, n: int) -> tuple[int, int]:
    if count % 1 != 0 or n % 1 != 0 or not 0 <= count <= n:
        raise ModelError(
            "proportion", f"{count!r} of {n!r} is not a count of units", "Give whole numbers, 0 <= count <= n"
        )
    return int(count), int(n)


def _wilson(count: int, n: int, level: float) -> tuple[float, float]:
    low, high = proportion_confint(count, n, alpha=1 - level, method="wilson")
    # At the ends the formula gives 0 and 1 but for the last bit.
    return (0.0 if count == 0 else float(low)), (1.0 if count == n else float(high))


def _newcombe(first: Proportion, second: Proportion, level: float) -> Estimate:
    difference = (first.count * second.n - second.count * first.n) / (first.n * second.n)
    below = math.hypot(first.share - first.low, second.high - second.share)
    above = math.hypot(first.high - first.share, second.share - second.low)
    table = [[first.count, first.n - first.count], [second.count, second.n - second.count]]
    return Estimate(
        "difference",
        difference,
        low=difference - below,
        high=difference + above,
        p_value=min(1.0, float(fisher_exact(table).pvalue)),
        level=level,
    )
