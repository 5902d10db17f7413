"""How far two measures agree: rank correlation over country-years, weighted kappa, and two versions of one series.

Years of one country are not independent of one another, so what is pooled over years has an interval that takes
whole countries out; what is taken in one year has the usual interval over countries.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import pandas as pd
from scipy.stats import norm, permutation_test, rankdata, spearmanr
from scipy.stats import t as student
from statsmodels.stats.inter_rater import cohens_kappa

from ogp_analysis.base.disclosure import scale_free
from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.fingerprint import cached
from ogp_analysis.base.words.sentence import Count, Measure, Year
from ogp_analysis.statistics.rates import FEWEST_CLUSTERS
from ogp_analysis.statistics.result import Estimate, OneEstimate, checked_level
from ogp_analysis.statistics.sample import checked, exact

#: Up to this many units the p value of a rank correlation is counted over all permutations.
EXACT_UP_TO = 8


@dataclass(frozen=True, kw_only=True)
class Correlation(OneEstimate):
    """Spearman's rank correlation of two columns, `x` and `y`."""

    x: str
    y: str

    @property
    def rho(self) -> Annotated[float, Measure("ratio", 2)]:
        """The correlation, between −1 and 1."""
        return self.estimates[0].estimate


@dataclass(frozen=True, kw_only=True)
class Association(Correlation):
    """Spearman's rank correlation of two measures.

    Attributes
    ----------
    x, y : str
        The measures.
    n : int
        Rows with both.
    only_x, only_y, neither : int
        Rows left out, by what they have.
    tied : int
        Rows that share their value with another row in at least one measure.
    note : str
        ``"estimated"``, or ``"perfect"`` when the ranks agree or oppose exactly: there the
        approximation breaks down, and standard error and interval are None.
    """

    only_x: Count
    only_y: Count
    neither: Count
    tied: Count


@scale_free
def spearman(frame: pd.DataFrame, x: str, y: str, level: float = 0.95) -> Association:
    """Return Spearman's rank correlation of two columns, with its interval.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per independent unit. Years of one country are not independent of each other.
    x, y : str
        Columns of numbers. Rows that lack one are left out and counted.
    level : float
        Coverage of the interval.

    Returns
    -------
    Association
        Between −1 and 1, with its interval, p value, and what was left out.

    Raises
    ------
    ModelError
        If a column is absent or not numeric, fewer than 4 rows have both, or a measure is constant.

    Notes
    -----
    The interval is Fisher's z with the standard error of Bonett and Wright (2000),
    sqrt((1 + rho²/2) / (n − 3)); `std_error` is that one brought to the scale of rho, times 1 − rho².
    It supposes continuous measures: with many ties, as on short scales, it is rough, so `tied` is
    part of the result. The p value is counted over all permutations up to :data:`EXACT_UP_TO` rows
    and from the t approximation above; a perfect correlation of more rows has none.

    Examples
    --------
    >>> import pandas as pd
    >>> scores = pd.DataFrame({"a": [1, 2, 3, 4, 5, 6], "b": [2, 1, 4, 3, 6, None]})
    >>> together = spearman(scores, "a", "b")
    >>> round(together.rho, 2), together.n, together.only_x
    (0.8, 5, 1)
    """
    checked_level(level, "spearman")
    columns = checked(frame.assign(row=range(len(frame))), ("row",), tuple(dict.fromkeys((x, y))), "spearman")
    pairs = pd.DataFrame({"x": columns[x], "y": columns[y]})
    has_x, has_y = pairs["x"].notna(), pairs["y"].notna()
    left_out = {"only_x": has_x & ~has_y, "only_y": has_y & ~has_x, "neither": ~has_x & ~has_y}
    both = pairs.dropna(ignore_index=True)
    n = len(both)
    if n < 4 or (both.nunique() < 2).any():
        what = f"{n} rows with both, or a constant measure"
        raise ModelError(f"spearman of {x} and {y}", what, "Use at least 4 rows that vary")
    test = spearmanr(both["x"], both["y"])
    rho = snapped(float(test.statistic))
    perfect = abs(rho) == 1.0
    std_error, low, high = (None, None, None) if perfect else fisher_interval(rho, n, level)
    p_value = None if perfect else float(test.pvalue)
    if n <= EXACT_UP_TO:
        # Twice the mid-ranks are whole numbers, so that equal correlations compare equal.
        x_ranks, y_ranks = (np.rint(2 * rankdata(both[name])) for name in ("x", "y"))

        def size(ranks, axis=-1):
            return np.abs((ranks * y_ranks).sum(axis=axis) - n * (n + 1) ** 2)

        every = {"permutation_type": "pairings", "alternative": "greater", "n_resamples": np.inf}
        p_value = float(permutation_test((x_ranks,), size, **every).pvalue)
    return Association(
        estimates=(Estimate("rho", rho, std_error, low, high, p_value, level),),
        n=n,
        note="perfect" if perfect else "estimated",
        method="spearman",
        references=("spearman_1904", "bonett_wright_2000"),
        x=x,
        y=y,
        tied=int((both["x"].duplicated(keep=False) | both["y"].duplicated(keep=False)).sum()),
        **{name: int(rows.sum()) for name, rows in left_out.items()},
    )


def snapped(rho: float) -> float:
    """Return a correlation that is 1 or −1 but for the last bit, as ranks that agree exactly can give, as just that."""
    return math.copysign(1.0, rho) if math.isclose(abs(rho), 1.0, rel_tol=0, abs_tol=1e-12) else rho


def fisher_interval(rho: float, n: int, level: float) -> tuple[float, float, float]:
    """Return standard error and bounds of a rank correlation by Fisher's transform (Bonett and Wright 2000).

    Parameters
    ----------
    rho : float
        The correlation, neither 1 nor -1.
    n : int
        Pairs, at least 4.
    level : float
        Nominal coverage.
    """
    se = math.sqrt((1 + rho**2 / 2) / (n - 3))
    reach = float(norm.ppf((1 + level) / 2)) * se
    return (1 - rho**2) * se, math.tanh(math.atanh(rho) - reach), math.tanh(math.atanh(rho) + reach)


WEIGHTS = ("linear", "quadratic")


@dataclass(frozen=True, kw_only=True)
class PooledAssociation(Correlation):
    """Spearman's rank correlation over the years of many units.

    Attributes
    ----------
    x, y : str
        The measures.
    n : int
        Rows with both: unit-years.
    clusters : int
        Units.
    first, last : int
        First and last year.
    note : str
        ``"estimated"``; ``"few_clusters"`` if there are fewer than :data:`FEWEST_CLUSTERS` units, or ``"perfect"`` if
        the ranks agree or oppose exactly, with all units or without one of them: then there is no interval.
    """

    first: int
    last: int


@dataclass(frozen=True, kw_only=True)
class Kappa(OneEstimate):
    """Weighted kappa of two sets of ordered categories.

    Attributes
    ----------
    weights : str
        One of :data:`WEIGHTS`: how a disagreement grows with the distance of the categories.
    categories : int
        Number of categories.
    n : int
        Units with both.
    same : int
        Units in the same category in both.
    note : str
        ``"estimated"``, or ``"perfect"`` if every unit is: then there is no interval.
    """

    weights: str
    categories: int
    same: int

    @property
    def kappa(self) -> float:
        """Agreement beyond that of the margins, 1 if perfect, 0 if none."""
        return self.estimates[0].estimate


@cached
def pooled_spearman(frame: pd.DataFrame, x: str, y: str, unit: str = "unit", level: float = 0.95) -> PooledAssociation:
    """Return Spearman's rank correlation over unit-years, with an interval over units.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and year: `unit`, ``year``, `x`, `y`. Rows that lack a measure are left out. Both measures must
        be made in one way over these years.
    x, y : str
        Columns of numbers.
    unit : str
        Column of units, whose years depend on one another.
    level : float
        Coverage of the interval.

    Returns
    -------
    PooledAssociation
        Between −1 and 1, with the units and years it rests on.

    Raises
    ------
    ModelError
        If a column is absent or not numeric, a unit and year is repeated, fewer than 4 rows have both measures, or
        one is constant.

    Notes
    -----
    Every unit is taken out in turn with all its years and the ranks are made anew (delete-one-cluster jackknife,
    Miller 1974); the interval is Student's with as many degrees of freedom as units less one, on Fisher's z. No
    random number is drawn. `std_error` is on the scale of rho, times 1 − rho². Countries are the population here and
    no sample: the interval says how much rests on a few of them.

    Examples
    --------
    >>> import pandas as pd
    >>> scores = pd.DataFrame({"unit": ["A", "A", "B", "B"], "year": [2022, 2023] * 2,
    ...                        "a": [1, 2, 3, 4], "b": [2, 1, 3, 4]})
    >>> together = pooled_spearman(scores, "a", "b")
    >>> round(together.rho, 2), together.clusters, together.low, together.note
    (0.8, 2, None, 'few_clusters')
    """
    checked_level(level, "pooled_spearman")
    rows = checked(frame, (unit, "year"), (x, y), "pooled_spearman").dropna(subset=[x, y]).reset_index(drop=True)
    if len(rows) < 4 or (rows[[x, y]].nunique() < 2).any():
        raise ModelError(
            f"pooled_spearman of {x} and {y}",
            f"{len(rows)} rows with both, or a constant measure",
            "Use at least 4 rows that vary",
        )
    first, second = rows[x].to_numpy(), rows[y].to_numpy()
    codes, names = pd.factorize(rows[unit], sort=False)
    rho = snapped(float(spearmanr(first, second).statistic))
    clusters, std_error, low, high = len(names), None, None, None
    note = "perfect" if abs(rho) == 1.0 else "few_clusters" if clusters < FEWEST_CLUSTERS else "estimated"
    if note == "estimated":
        # The correlation without each cluster: ranks are lowered by the values taken out, not sorted again.
        measures = [(np.unique(values, return_inverse=True)[1], rankdata(values)) for values in (first, second)]
        order = np.argsort(codes, kind="stable")
        ends = np.searchsorted(codes[order], np.arange(clusters + 1))
        keep, without = np.ones(len(codes), dtype=bool), []
        for cluster in range(clusters):
            out = order[ends[cluster] : ends[cluster + 1]]
            keep[out] = False
            lowered = []
            for places, ranks in measures:
                taken = np.bincount(places[out], minlength=places.max() + 1)
                # Of each value, how many that were taken lie below it, and half of those that tie with it.
                lowered.append((ranks - (np.cumsum(taken) - taken / 2)[places])[keep])
            with np.errstate(invalid="ignore", divide="ignore"):
                # Not a number if what is left of a measure is constant.
                without.append(snapped(float(np.corrcoef(*lowered)[0, 1])))
            keep[out] = True
        if any(math.isnan(r) or abs(r) == 1.0 for r in without):
            note = "perfect"
        else:
            z = np.arctanh(without)
            error = math.sqrt((clusters - 1) / clusters * float(((z - z.mean()) ** 2).sum()))
            reach, middle = float(student.ppf((1 + level) / 2, clusters - 1)) * error, math.atanh(rho)
            std_error, low, high = (1 - rho**2) * error, math.tanh(middle - reach), math.tanh(middle + reach)
    return PooledAssociation(
        estimates=(Estimate("rho", rho, std_error, low, high, None, level),),
        n=len(rows),
        clusters=clusters,
        note=note,
        method="pooled_spearman",
        references=("spearman_1904", "miller_1974"),
        x=x,
        y=y,
        first=int(rows["year"].min()),
        last=int(rows["year"].max()),
    )


def weighted_kappa(first, second, categories: int, weights: str = "quadratic", level: float = 0.95) -> Kappa:
    """Return Cohen's weighted kappa of two ratings of the same units.

    Parameters
    ----------
    first, second : sequence of int
        Categories of each unit, 0 to `categories` − 1, in the same order of units.
    categories : int
        Number of ordered categories, those that nobody uses included.
    weights : {"quadratic", "linear"}
        Disagreement grows with the square of the distance of two categories, or with the distance.
    level : float
        Coverage of the interval.

    Returns
    -------
    Kappa
        1 if both agree everywhere, 0 if no more than their margins make them.

    Raises
    ------
    ModelError
        If the ratings differ in length, hold another number, or leave no disagreement to expect.

    Notes
    -----
    The standard error is that of Fleiss, Cohen and Everitt (1969) for a kappa that is not 0, the interval normal and
    cut at 1. With quadratic weights kappa is close to a correlation of the category numbers: it forgives neighbours
    more than the linear one does, so the two are shown together.

    Examples
    --------
    >>> ratings = weighted_kappa([0, 0, 1, 1, 2, 2], [0, 1, 1, 1, 2, 1], categories=3)
    >>> round(ratings.kappa, 3), ratings.same, ratings.n
    (0.667, 4, 6)
    """
    checked_level(level, "weighted_kappa")
    if weights not in WEIGHTS or categories < 2:
        raise ModelError(
            "weighted_kappa",
            f"{weights!r} weights of {categories} categories",
            "Use quadratic or linear weights of 2 categories or more",
        )
    first, second = np.asarray(first), np.asarray(second)
    if len(first) != len(second) or not len(first):
        raise ModelError("weighted_kappa", f"{len(first)} and {len(second)} ratings", "Give two ratings for every unit")
    odd = np.setdiff1d(np.concatenate([first, second]), np.arange(categories))
    if len(odd):
        raise ModelError("weighted_kappa", f"{float(odd[0]):g} is not a category", f"Number them 0 to {categories - 1}")
    table = np.zeros((categories, categories))
    np.add.at(table, (first.astype(int), second.astype(int)), 1)
    n, same = int(table.sum()), int(np.trace(table))
    if np.diag(table).max() == n:
        raise ModelError("weighted_kappa", "all units are in one category of both", "Use categories that vary")
    with np.errstate(invalid="ignore", divide="ignore"):
        # It tests kappa against 0, too, which is not asked for here and can be 0 / 0.
        found = cohens_kappa(table, wt=weights)
    kappa, perfect = float(found.kappa), same == n
    error = None if perfect else math.sqrt(max(float(found.var_kappa), 0.0))
    reach = None if error is None else float(norm.ppf((1 + level) / 2)) * error
    low, high = (None, None) if reach is None else (kappa - reach, min(kappa + reach, 1.0))
    return Kappa(
        estimates=(Estimate("kappa", kappa, error, low, high, None, level),),
        n=n,
        note="perfect" if perfect else "estimated",
        method="weighted_kappa",
        references=("cohen_1968", "fleiss_cohen_everitt_1969"),
        weights=weights,
        categories=categories,
        same=same,
    )


@dataclass(frozen=True)
class VersionRevision:
    """One series in two versions, over the unit-years that both give.

    Attributes
    ----------
    old, new : str
        Names of the two versions of the series.
    first, last : int or None
        First and last year that both give; None if there is none.
    n : int
        Unit-years compared.
    changed : int
        Of these, with another published value.
    mean_absolute : float or None
        Mean absolute difference, newer less older, exact in the published decimals before it is averaged.
    largest : float or None
        The largest difference in size, with its sign.
    largest_unit : str
        Where it is; the first of the order of units and years if several are tied.
    largest_year : int or None
    outside : int or None
        Older values outside the interval that the newer version publishes; None if it publishes none.
    """

    old: str
    new: str
    first: Year | None
    last: Year | None
    n: Count
    changed: Count
    mean_absolute: Annotated[float | None, Measure("index", 3)]
    largest: Annotated[float | None, Measure("index", 3, signed=True)]
    largest_unit: str
    largest_year: Year | None
    outside: Count | None


def version_revision(frame: pd.DataFrame, old: str, new: str, low: str = "", high: str = "") -> VersionRevision:
    """Return how far two versions of a series differ.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and year: ``unit, year``, `old`, `new`, and the interval of the newer version if it has one.
        Rows that lack one of the two values are left out.
    old, new : str
        Columns of the older and of the newer version.
    low, high : str
        Columns of the interval that the newer version publishes.

    Returns
    -------
    VersionRevision
        How many values differ, by how much in the unit of the series, and where most.

    Raises
    ------
    ModelError
        If a column is absent or not numeric, a unit and year is repeated, or only one bound is named.

    Examples
    --------
    >>> import pandas as pd
    >>> both = pd.DataFrame({"unit": ["MEX", "CHL"], "year": 2023, "v14": [0.5, 0.8], "v15": [0.6, 0.8]})
    >>> revision = version_revision(both, "v14", "v15")
    >>> revision.changed, revision.largest, revision.largest_unit
    (1, 0.1, 'MEX')
    """
    if bool(low) != bool(high):
        raise ModelError("version_revision", "one bound is named", "Name both or none")
    rows = checked(frame, ("unit", "year"), tuple(filter(None, (old, new, low, high))), "version_revision")
    rows = rows.dropna(subset=[old, new]).reset_index(drop=True)
    if rows.empty:
        return VersionRevision(old, new, None, None, 0, 0, None, None, "", None, None)
    moved = [exact(after) - exact(before) for before, after in zip(rows[old], rows[new], strict=True)]
    place = max(range(len(moved)), key=lambda row: (abs(moved[row]), -row))
    outside = int(((rows[old] < rows[low]) | (rows[old] > rows[high])).sum()) if low else None
    return VersionRevision(
        old,
        new,
        int(rows["year"].min()),
        int(rows["year"].max()),
        len(rows),
        sum(step != 0 for step in moved),
        float(sum(map(abs, moved)) / len(moved)),
        float(moved[place]),
        str(rows["unit"][place]),
        int(rows["year"][place]),
        outside,
    )
