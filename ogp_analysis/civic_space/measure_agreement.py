"""How far measures of different publishers agree, pair by pair: over country-years, over countries, in categories."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.civic_space.measures.classes import LEVELS, ClassPair, classes, merges
from ogp_analysis.civic_space.measures.pairs import Pair, Stretch
from ogp_analysis.statistics.agreement import Kappa, PooledAssociation, pooled_spearman, weighted_kappa
from ogp_analysis.statistics.association import Association, spearman

#: Below this many countries in a year, or country-years, nothing is estimated: the count is shown alone.
FEWEST = 20


@dataclass(frozen=True)
class Agreement:
    """One pair of measures over one stretch of years in which both are made in one way.

    Attributes
    ----------
    pair : Pair
    first, last : int
        First and last year with both; `last` is the year of `at_the_end`.
    n, countries : int
        Country-years with both, and how many countries they are of.
    n_last : int
        Countries with both in `last`.
    pooled : PooledAssociation or None
        Rank correlation over all country-years; None if there are fewer than :data:`FEWEST`, or a measure is constant.
    at_the_end : Association or None
        Rank correlation across the countries in `last`; None as for `pooled`.
    """

    pair: Pair
    first: int
    last: int
    n: int
    countries: int
    n_last: int
    pooled: PooledAssociation | None
    at_the_end: Association | None


@dataclass(frozen=True)
class CategoryAgreement:
    """Weighted kappa of two publishers' categories in the last year that both rate.

    Attributes
    ----------
    x, y : str
    shared : bool
        Whether they have inputs in common.
    year, n : int
    categories : int
        Number of categories compared.
    as_published : bool
        Whether these are the published ones; else both are put on
        :data:`~ogp_analysis.civic_space.measures.classes.LEVELS`.
    same : int
        Countries in the same category.
    quadratic, linear : Kappa
    lowest, highest : float or None
        Smallest and largest quadratic kappa over all ways to put the categories on the levels in their order; None if
        there is one way only.
    """

    x: str
    y: str
    shared: bool
    year: int
    n: int
    categories: int
    as_published: bool
    same: int
    quadratic: Kappa
    linear: Kappa
    lowest: float | None
    highest: float | None


@dataclass(frozen=True)
class AgreementRange:
    """From which pooled rank correlation to which, over several pairs with one measure in common.

    Attributes
    ----------
    n : int
        Other measures with an estimate; one with several stretches of years counts once.
    shared : int
        Of these, with inputs in common.
    lowest, highest : str
        The other measure of the smallest and of the largest correlation.
    lowest_rho, lowest_low, lowest_high, highest_rho, highest_low, highest_high : float or None
        These correlations with their intervals.
    """

    n: int
    shared: int
    lowest: str = ""
    lowest_rho: float | None = None
    lowest_low: float | None = None
    lowest_high: float | None = None
    highest: str = ""
    highest_rho: float | None = None
    highest_low: float | None = None
    highest_high: float | None = None

    @property
    def case(self) -> str:
        """``"none"``, ``"one_shared"``, ``"one_apart"`` or ``"several"``."""
        if self.n == 1:
            return "one_shared" if self.shared else "one_apart"
        return "several" if self.n else "none"


def agreement_range(found: Iterable[Agreement]) -> AgreementRange:
    """Return the smallest and largest pooled correlation of `found`, whose pairs have their `x` in common."""
    rows = [one for one in found if one.pooled is not None]
    if not rows:
        return AgreementRange(0, 0)
    low, high = (pick(rows, key=lambda one: one.pooled.rho) for pick in (min, max))
    others = {one.pair.y: one.pair.shared for one in rows}
    ends = [value for one in (low, high)
            for value in (one.pair.y, one.pooled.rho, one.pooled.low, one.pooled.high)]  # fmt: skip
    return AgreementRange(len(others), sum(others.values()), *ends)


def agreements(stretches: Iterable[Stretch]) -> tuple[Agreement, ...]:
    """Return the rank correlations of pairs of measures, in the order given.

    Notes
    -----
    The pooled correlation mixes differences between countries, which are large, with changes within them, which are
    small: it says that measures sort countries alike, not that they see the same changes.
    """
    return tuple(_agreement(one) for one in stretches)


def category_agreements(pairs: Iterable[ClassPair]) -> tuple[CategoryAgreement, ...]:
    """Return the weighted kappas of pairs of publishers' categories, in the order given; small pairs are left out."""
    return tuple(_categories(one) for one in pairs if len(one.frame) >= FEWEST and _varies(one.frame))


def _agreement(one: Stretch) -> Agreement:
    end = one.at_the_end()
    return Agreement(
        pair=one.pair,
        first=one.first,
        last=one.last,
        n=len(one.frame),
        countries=one.frame["unit"].nunique(),
        n_last=len(end),
        pooled=pooled_spearman(one.frame, "x", "y") if _enough(one.frame) else None,
        at_the_end=spearman(end, "x", "y") if _enough(end) else None,
    )


def _enough(rows: pd.DataFrame) -> bool:
    return len(rows) >= FEWEST and _varies(rows)


def _varies(rows: pd.DataFrame) -> bool:
    return bool((rows[["x", "y"]].nunique() > 1).all())


def _categories(one: ClassPair) -> CategoryAgreement:
    known = classes()
    sizes = len(known[one.x].categories), len(known[one.y].categories)
    if one.as_published:
        first, second, count = one.frame["x"], one.frame["y"], sizes[0]
    else:
        first, second, count = one.frame["x"].map(_on(known[one.x].level)), one.frame["y"].map(
            _on(known[one.y].level)), LEVELS  # fmt: skip
    quadratic, linear = (weighted_kappa(first, second, count, weights) for weights in ("quadratic", "linear"))
    ends = (None, None) if one.as_published else _over_merges(one.frame, *sizes)
    return CategoryAgreement(one.x, one.y, one.shared, one.year, len(one.frame), count, one.as_published,
                             quadratic.same, quadratic, linear, *ends)  # fmt: skip


def _on(level) -> dict[int, int]:
    return dict(enumerate(level))


def _over_merges(frame: pd.DataFrame, x: int, y: int) -> tuple[float, float]:
    found = [weighted_kappa(frame["x"].map(_on(a)), frame["y"].map(_on(b)), LEVELS).kappa
             for a in merges(x) for b in merges(y)]  # fmt: skip
    return min(found), max(found)
