"""Proportions with their denominators, and with the interval that the way they were obtained gives them.

An interval needs a source of error. :func:`counted` is a share of all there is: it has none. :func:`proportion` is a
share in units drawn at random, one by one. :func:`clustered_proportion` is a share in units that come in clusters, such
as the commitments of a country, and takes the clusters as draws from clusters like these.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import fisher_exact
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.sentence import Number, count, counts, share
from ogp_analysis.display.figure import captioned, drawing
from ogp_analysis.display.rows import RowChart, dots, ranges
from ogp_analysis.display.table import in_language, in_words
from ogp_analysis.statistics.result import Estimate, OneEstimate, checked_level

#: Fewer clusters than this give no interval: the spread of a handful is not a measure of error.
FEWEST_CLUSTERS = 10


@dataclass(frozen=True, kw_only=True)
class Proportion(OneEstimate):
    """`count` of `n` units, with an interval where the way they were obtained gives one.

    Attributes
    ----------
    count : int
        Units that have the property.
    n : int
        Units counted: the denominator.
    clusters : int or None
        Clusters the interval rests on; None if the units are not in clusters.
    method : str
        ``"count"``, ``"wilson"``, ``"cluster_robust_logit"`` or ``"cluster_bootstrap"``.
    note : str
        ``"counted"``, or ``"no_data"`` when `n` is 0: share and interval are then None. Of clusters also
        ``"few_clusters"``, if there are fewer than :data:`FEWEST_CLUSTERS`, and ``"no_variation"``, if no unit or every
        one has the property: then there is a share without an interval.
    """

    count: int

    @property
    def case(self) -> str:
        """``"interval"`` if it has one, else ``"count"``: which sentence can be said of it."""
        return "count" if self.low is None else "interval"

    @property
    def share(self) -> float | None:
        """`count` / `n`, between 0 and 1."""
        return self.estimates[0].estimate

    @property
    def cells(self) -> tuple[int | float | None, ...]:
        """``count, n, share, low, high, clusters``, as a table has them."""
        return self.count, self.n, self.share, self.low, self.high, self.clusters

    def facts(self, prefix: str = "", decimals: int = 0) -> dict[str, Number]:
        """Return its numbers as a sentence takes them.

        Parameters
        ----------
        prefix : str
            Of their names; without it they are ``count``, ``n`` and so on.
        decimals : int
            Of the shares, in per cent.

        Returns
        -------
        dict of str to Number
            ``<prefix>_count``, ``<prefix>_n``, ``<prefix>_share``, and where it has them ``<prefix>_low``,
            ``<prefix>_high`` and ``<prefix>_clusters``.

        Examples
        --------
        >>> from ogp_analysis.statistics.rates import counted
        >>> sorted(counted(2, 3).facts("kept"))
        ['kept_count', 'kept_n', 'kept_share']
        """
        parts = {"count": count(self.count), "n": count(self.n)}
        bounds = {"low": self.low, "high": self.high}
        if self.share is not None:
            interval = {} if self.low is None else {**bounds, "level": self.estimates[0].level}
            parts["share"] = share(self.share, decimals, **interval)
        parts |= {end: share(bound, decimals) for end, bound in bounds.items() if bound is not None}
        if self.clusters is not None:
            parts["clusters"] = count(self.clusters)
        return {f"{prefix}_{part}" if prefix else part: number for part, number in parts.items()}


@dataclass(frozen=True, kw_only=True)
class ProportionDifference(OneEstimate):
    """The share of a first group minus that of a second, with Newcombe's interval if units were drawn at random.

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


def counted(count: int, n: int) -> Proportion:
    """Return `count` of `n` without an interval: the units are all there are, or how they were chosen is not known.

    Parameters
    ----------
    count, n : int
        Units with the property, and units counted.

    Returns
    -------
    Proportion
        Without bounds: a census has no error of sampling.

    Raises
    ------
    ModelError
        If they are not whole numbers with 0 <= count <= n.

    Examples
    --------
    >>> of_all = counted(21, 87)
    >>> round(of_all.share, 3), of_all.low, of_all.case
    (0.241, None, 'count')
    """
    return _share(*_checked(count, n), method="count")


def _share(
    count: int,
    n: int,
    *,
    low: float | None = None,
    high: float | None = None,
    level: float = 0.95,
    note: str = "",
    **about,
) -> Proportion:
    estimate = Estimate("share", count / n if n else None, low=low, high=high, level=level)
    note = note or ("counted" if n else "no_data")
    return Proportion(estimates=(estimate,), n=n, count=count, note=note, **about)


def clustered_proportion(
    reached: pd.Series,
    clusters: pd.Series,
    level: float = 0.95,
    *,
    interval: Literal["logit", "bootstrap"] = "logit",
    draws: int = 9_999,
    seed: int = 0,
) -> Proportion:
    """Return the share of units that reach something, with an interval over the clusters that they come in.

    Parameters
    ----------
    reached : pandas.Series
        Booleans, one per unit. Units where it is missing are not counted.
    clusters : pandas.Series
        The cluster of each unit, in the same order.
    level : float
        Nominal coverage.
    interval : {"logit", "bootstrap"}
        From a logit with clustered standard errors, or the quantiles of the share in clusters drawn with replacement.
    draws, seed : int
        Of the bootstrap.

    Returns
    -------
    Proportion
        With its clusters; its `note` says why where there is no interval.

    Raises
    ------
    ModelError
        If a unit that counts has no cluster, the flag holds anything but true, false and missing, or `level` is not a
        share.

    Notes
    -----
    A logit of the share alone, with standard errors that are robust to any dependence within a cluster (Liang and Zeger
    1986), corrected for the number of clusters, and Student's distribution with as many degrees of freedom as clusters
    less one (Cameron and Miller 2015). The interval is made for the logit, so that it stays between 0 and 1. With one
    unit a cluster it is the interval of independent draws. It treats the clusters as draws from clusters like these.

    Examples
    --------
    >>> import pandas as pd
    >>> completed = pd.Series([True, False, None, True] * 6 + [True, False, False, False] * 6)
    >>> country = pd.Series([f"country {number // 4}" for number in range(48)])
    >>> of_plans = clustered_proportion(completed, country)
    >>> of_plans.count, of_plans.n, of_plans.clusters  # what is missing is in no count
    (18, 42, 12)
    """
    level, flags = checked_level(level, "clustered_proportion"), _flags(reached)
    if interval not in ("logit", "bootstrap") or draws < 1:
        raise ModelError(
            "clustered_proportion",
            f"interval is {interval!r} with {draws!r} draws",
            "Use logit, or bootstrap with 1 or more draws",
        )
    known = flags.notna().to_numpy()
    hits, names = flags[known].astype(bool).to_numpy(), clusters[known]
    if names.isna().any():
        raise ModelError("clustered_proportion", f"{int(names.isna().sum())} units have no cluster", "Name it in each")
    codes, groups = pd.factorize(names, sort=True)
    count, n = int(hits.sum()), len(hits)
    note = "few_clusters" if len(groups) < FEWEST_CLUSTERS else "no_variation" if count in (0, n) else "counted"
    note = note if n else "no_data"
    low, high = None, None
    if note == "counted":
        if interval == "bootstrap":
            # The share in clusters drawn with replacement, as many as there are.
            sizes, in_each = np.bincount(codes), np.bincount(codes, hits)
            drawn = np.random.default_rng(seed).multinomial(len(sizes), np.full(len(sizes), 1 / len(sizes)), size=draws)
            ends = np.quantile((drawn @ in_each) / (drawn @ sizes), [(1 - level) / 2, (1 + level) / 2])
        else:
            # Read when first needed: the models are a tenth of a second of every process.
            from statsmodels.genmod.families import Binomial
            from statsmodels.genmod.generalized_linear_model import GLM

            # In one order, so that the last bit does not hang on the order of the rows.
            order = np.lexsort((hits, codes))
            model = GLM(hits[order].astype(float), np.ones(n), family=Binomial())
            fitted = model.fit(cov_type="cluster", cov_kwds={"groups": codes[order]}, use_t=True)
            ends = expit(fitted.conf_int(1 - level)[0])
        # Where all clusters have one share the interval is as narrow as a rounding error, and may lie beside it.
        low, high = float(min(ends[0], count / n)), float(max(ends[1], count / n))
    method = "cluster_robust_logit" if interval == "logit" else "cluster_bootstrap"
    return _share(
        count,
        n,
        low=low,
        high=high,
        level=level,
        note=note,
        clusters=len(groups),
        method=method,
        references=("liang_zeger_1986", "cameron_miller_2015"),
    )


def proportion(count: int, n: int, level: float = 0.95) -> Proportion:
    """Return `count` of `n` units drawn at random, with Wilson's score interval, without continuity correction.

    Parameters
    ----------
    count, n : int
        Units with the property, and units counted. With `n` = 0 the result says ``no_data``: an
        empty group is a finding about the data, and no share is made up for it.
    level : float
        Nominal coverage.

    Returns
    -------
    Proportion
        Between 0 and 1, with its bounds.

    Raises
    ------
    ModelError
        If they are not whole numbers with 0 <= count <= n, or `level` is not a share.

    Notes
    -----
    Wilson (1927). At 0 of n the lower bound is exactly 0, at n of n the upper bound exactly 1.

    Examples
    --------
    >>> drawn = proportion(8, 10)
    >>> drawn.share, round(drawn.low, 3), round(drawn.high, 3)
    (0.8, 0.49, 0.943)
    >>> proportion(0, 0).note
    'no_data'
    """
    count, n, level = *_checked(count, n), checked_level(level, "proportion")
    low = high = None
    if n:
        low, high = proportion_confint(count, n, alpha=1 - level, method="wilson")
        # At the ends the formula gives 0 and 1 but for the last bit.
        low, high = 0.0 if count == 0 else float(low), 1.0 if count == n else float(high)
    return _share(count, n, low=low, high=high, level=level, method="wilson", references=("wilson_1927",))


def proportion_difference(
    first_count: int, first_n: int, second_count: int, second_n: int, level: float = 0.95
) -> ProportionDifference:
    """Return the difference of the proportions of two independent random draws, first minus second.

    Parameters
    ----------
    first_count, first_n, second_count, second_n : int
        Units with the property and units counted, in each group. No unit is in both groups; paired
        data need another method.
    level : float
        Nominal coverage.

    Returns
    -------
    ProportionDifference
        Between −1 and 1, with its bounds and p value.

    Raises
    ------
    ModelError
        As :func:`proportion`.

    Notes
    -----
    The interval is Newcombe's hybrid score interval (1998, method 10, without continuity
    correction). The p value is Fisher's exact test, which holds its level at any group size and is
    conservative: near the margin it can exceed 1 − `level` while the interval leaves out 0.

    Examples
    --------
    >>> apart = proportion_difference(56, 70, 48, 80)
    >>> round(apart.difference, 3), round(apart.low, 4), round(apart.high, 4)
    (0.2, 0.0524, 0.3339)
    """
    first, second = proportion(first_count, first_n, level), proportion(second_count, second_n, level)
    apart = _apart(first, second, "newcombe_hybrid_score", ("newcombe_1998", "wilson_1927", "fisher_1935"))
    if apart.difference is None:
        return apart
    counts = first.count, first.n, second.count, second.n
    low, high = confint_proportions_2indep(*counts, method="newcomb", compare="diff", alpha=1 - level)
    table = [[first.count, first.n - first.count], [second.count, second.n - second.count]]
    p = min(1.0, float(fisher_exact(table).pvalue))
    return replace(apart, estimates=(replace(apart.estimates[0], low=float(low), high=float(high), p_value=p),))


def counted_difference(first_count: int, first_n: int, second_count: int, second_n: int) -> ProportionDifference:
    """Return the difference of two proportions of all there is, first minus second, without interval or test.

    Parameters
    ----------
    first_count, first_n, second_count, second_n : int
        Units with the property and units counted, in each group.

    Returns
    -------
    ProportionDifference
        Without bounds.

    Raises
    ------
    ModelError
        As :func:`proportion`.

    Examples
    --------
    >>> counted_difference(3, 4, 1, 4).difference
    0.5
    """
    return _apart(counted(first_count, first_n), counted(second_count, second_n), "count")


def _flags(values: pd.Series) -> pd.Series:
    odd = sorted({repr(v) for v in values.dropna().unique() if v not in (True, False)})
    if odd:
        what = f"flag {values.name!r} holds {len(odd)} other values, {odd[0]}"
        raise ModelError("rates", what, "Pass true and false")
    return values.astype("boolean")


def _checked(count: int, n: int) -> tuple[int, int]:
    if count % 1 != 0 or n % 1 != 0 or not 0 <= count <= n:
        what = f"{count!r} of {n!r} is not a count of units"
        raise ModelError("proportion", what, "Give whole numbers, 0 <= count <= n")
    return int(count), int(n)


def _apart(
    first: Proportion, second: Proportion, method: str, references: tuple[str, ...] = ()
) -> ProportionDifference:
    """Return the difference of two proportions without interval and test."""
    # Of whole numbers, so that it is exact and turns its sign with the groups.
    pairs = first.n * second.n
    difference = (first.count * second.n - second.count * first.n) / pairs if pairs else None
    return ProportionDifference(
        estimates=(Estimate("difference", difference, level=first.estimates[0].level),),
        n=first.n + second.n,
        first=first,
        second=second,
        note="counted" if pairs else "no_data",
        method=method,
        references=references,
    )


#: Part of a sum from which on one amount is said to carry it. Without such an amount any share in the sum can change by
#: twenty points or more, so every share is given with it and without it.
CARRIES = 0.2


def with_bounds(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table of ``share, low, high`` in which a share without an interval says so: it does not lack data."""
    bare = frame["share"].notna() & frame["low"].isna()
    return frame.assign(**{name: frame[name].astype("object").mask(bare, "no_bounds") for name in ("low", "high")})


@drawing
def shares_with_intervals(shares: pd.DataFrame, *, name: str, title: str, about: str, source: str = ""):
    """Draw shares as dots with their 95% intervals over countries, each with its count and denominator.

    Parameters
    ----------
    shares : pandas.DataFrame
        ``label, count, n, share, low, high, clusters``, one row per dot, from the top; a row without a share is
        written, not drawn, and one without an interval has a dot only.
    name : str
        File name.
    title, about, source : str, Sentence or mapping of str to str
        Whose shares they are, what is counted and where it is from: in the reader's language, or in each.

    Examples
    --------
    >>> import pandas as pd
    >>> shares = pd.DataFrame({"label": ["Kept"], "count": 6, "n": 8, "share": 0.75, "low": None, "clusters": 3})
    >>> shares_with_intervals(shares.assign(high=None), name="kept", title="Kept", about="Kept").name
    'kept'
    """
    shares = in_words(name, shares)
    title, about, source = (in_language(name, one) for one in (title, about, source))
    held = shares.dropna(subset=["low"])
    counted = "_counted" if held.empty else ""
    clusters = "–".join(dict.fromkeys(f"{one:.0f}" for one in held["clusters"].agg(["min", "max"]).dropna()))
    values = {"about": about, "clusters": clusters, **counts(n=len(shares), fewest=FEWEST_CLUSTERS)}
    caption = sentence(f"figures.shares.caption{counted}", **values).plain()
    drawn = shares.dropna(subset=["share"])
    if drawn.empty:
        head, alt = title, sentence("figures.shares.empty", **values).plain()
    else:
        # Those whose shares read the same in the title are named together.
        named = drawn.groupby(drawn["share"].round(2))["label"].agg(", ".join)
        (low, high), (bottom, top) = named.index[[0, -1]], named.iloc[[0, -1]]
        ends = {"top": top, "high": share(high), "bottom": bottom, "low": share(low)}
        head = sentence("figures.shares.title", case="several" if len(named) > 1 else "one", **ends).plain()
        alt = sentence("figures.shares.alt", **values, **ends).plain()
    notes = [f"{n}/{of}" for n, of in zip(shares["count"], shares["n"], strict=True)]
    chart = RowChart(list(shares["label"]), notes, [ranges(shares["low"], shares["high"]), dots(shares["share"])])
    sub = sentence("figures.shares.about", title=title, about=about, axis=word(f"figures.shares.axis{counted}")).plain()
    return captioned(name, "", {}, chart, source, title=head, about=sub, caption=caption, alt=alt)


@dataclass(frozen=True)
class Carrier:
    """The one amount that carries a sum.

    Attributes
    ----------
    label
        Its label in the index of the amounts.
    amount, share : float
        What it is, and its part of the sum.
    rest : float
        The sum without it.
    """

    label: object
    amount: float
    share: float
    rest: float


def carrier(amounts: pd.Series) -> Carrier | None:
    """Return the largest amount if it is at least :data:`CARRIES` of the sum; None if it is less, or there is no other.

    Parameters
    ----------
    amounts : pandas.Series
        Amounts in one currency with a label each, missing where not counted. Of equal ones the first counts.
    """
    known = amounts.dropna()
    whole = math.fsum(known)
    if len(known) < 2 or whole <= 0:
        return None
    label = known.index[int(known.to_numpy().argmax())]
    amount = float(known.loc[label])
    rest = math.fsum(known.drop(label))
    return Carrier(label, amount, amount / whole, rest) if amount / whole >= CARRIES and rest > 0 else None
