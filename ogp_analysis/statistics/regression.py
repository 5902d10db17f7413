"""Least squares with fixed effects, with standard errors that suit how the rows came about, also of few clusters;
random effects of the units of a balanced panel, and Hausman's comparison with fixed ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.sandwich_covariance import S_crosssection, S_hac_groupsum, S_hac_simple

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words.sentence import Count, Number, Probability
from ogp_analysis.statistics.models import INTERCEPT, Model
from ogp_analysis.statistics.result import Estimate, OneEstimate, checked_level, with_errors
from ogp_analysis.statistics.sample import COLLINEAR, Sample, check_choices, sample, summed_by

_REFERENCES = {
    "hc0": ("white_1980",),
    "hc1": ("white_1980",),
    "hac": ("newey_west_1987",),
    "driscoll_kraay": ("driscoll_kraay_1998",),
    "cluster": ("cameron_miller_2015",),
    "two_way": ("cameron_gelbach_miller_2011", "cameron_miller_2015"),
}
Errors = Literal["classical", "hc0", "hc1", "hac", "driscoll_kraay", "cluster"]
SmallSample = Literal["each", "min", "none"]
#: Two statistics this near are the same: signs that only turn all residuals give the same one but for the last digits.
_SAME = 1e-9


@dataclass(frozen=True, kw_only=True)
class Regression(Model):
    """A linear regression by least squares.

    Attributes
    ----------
    covariance : numpy.ndarray
        Of the coefficients, in the order of `estimates`.
    design : numpy.ndarray
        What was regressed on: the columns of the estimates, then those of fixed effects that are not taken out by
        means. With fixed effects it is within their groups, around the mean of all rows.
    response : numpy.ndarray
        The outcome, likewise.
    groups : tuple of numpy.ndarray
        Codes of the clusters of each row, one array per column of clusters.
    factor : float
        What the variance of the largest dimension of clusters, or of the rows, was multiplied by for a small sample.
    nested : bool
        Whether fixed effects that were taken out by means lie within clusters; true if there are none.
    """

    covariance: np.ndarray = field(repr=False, compare=False)
    design: np.ndarray = field(repr=False, compare=False)
    response: np.ndarray = field(repr=False, compare=False)
    groups: tuple[np.ndarray, ...] = field(default=(), repr=False, compare=False)
    factor: float = field(default=1.0, repr=False)
    nested: bool = field(default=True, repr=False)

    @cached_property
    def residuals(self) -> np.ndarray:
        """What the fit leaves of the outcome, in the order of the sample."""
        return self.response - self.design @ np.linalg.lstsq(self.design, self.response, rcond=None)[0]

    def wild_bootstrap(self, term: str, *, value: float = 0.0, draws: int = 9_999, seed: int = 0) -> WildBootstrap:
        """Return the wild cluster bootstrap of one coefficient: inference that holds with few clusters.

        The null hypothesis is imposed and whole clusters turn their sign (Rademacher). Where there are no more patterns
        of signs than draws, all are taken. The interval holds the values that are not rejected. A p value is never 0:
        the sample itself is one of the draws.

        Parameters
        ----------
        term : str
            A term of the model.
        value : float
            The coefficient under the null hypothesis.
        draws : int
            Draws at most.
        seed : int
            Of the draws.

        Raises
        ------
        ModelError
            If the model has no clusters, or those of two columns, or fixed effects that do not lie within clusters.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"y": [1.0, 2, 2, 4, 5, 5, 7, 6], "x": range(8), "plan": [1, 1, 2, 2, 3, 3, 4, 4]})
        >>> ogp.statistics.ols(frame, "y", ["x"], clusters="plan").wild_bootstrap("x").p_value
        0.125
        """
        if len(self.groups) != 1 or not self.nested:
            raise ModelError(
                "wild_bootstrap",
                f"errors are {self.errors!r}, or fixed effects cross the clusters",
                "Fit with one column of clusters in which fixed effects lie",
            )
        (at,), groups, design, level = self.places([term]), self.groups[0], self.design, self.estimates[0].level
        g = int(groups.max()) + 1
        enumerated = 2**g <= draws
        if enumerated:
            signs = np.array(list(itertools.product((1.0, -1.0), repeat=g)))
        else:
            signs = np.random.default_rng(seed).choice([1.0, -1.0], size=(draws, g))
        # Nothing is fitted again: of a draw only the sum of its signs over clusters of a few products counts.
        others = np.delete(design, at, axis=1)
        basis = np.linalg.qr(others)[0]
        own = design[:, at] - basis @ (basis.T @ design[:, at])
        left = self.response - basis @ (basis.T @ self.response)
        square = own @ own
        estimate = own @ left / square

        # Orthogonal columns: what the regression on all of them takes out of a draw is their products with it.
        all_of_them = np.column_stack([basis, own / np.sqrt(square)])
        inner = summed_by(own[:, None] * all_of_them, groups)  # clusters × columns
        residual = left - estimate * own
        error = np.sqrt((summed_by((own * residual)[:, None], groups) ** 2).sum()) / square

        def tested(coefficient: float) -> tuple[float, float]:
            restricted = left - coefficient * own
            pieces = np.bincount(groups, own * restricted)
            outer = summed_by(all_of_them * restricted[:, None], groups)
            taken = signs @ outer
            scores = signs * pieces - taken @ inner.T
            with np.errstate(divide="ignore", invalid="ignore"):
                drawn = abs((signs @ pieces) / np.sqrt((scores**2).sum(axis=-1)))
            t = (estimate - coefficient) / error
            as_large = int((drawn >= abs(t) * (1 - _SAME)).sum())
            return float(t), as_large / len(signs) if enumerated else (as_large + 1) / (len(signs) + 1)

        _, p = tested(value)
        size = error * np.sqrt(self.factor)
        # The interval ends where the p value falls below 1 - level; there is none if on one side it never does.
        ends = []
        for side in (-1, 1):
            inside, far = 0.0, 2.0
            while far <= 1e4 and tested(estimate + side * far * size)[1] > 1 - level:
                inside, far = far, far * 2
            if far > 1e4:
                break
            for _ in range(25):
                middle = (inside + far) / 2
                is_in = tested(estimate + side * middle * size)[1] > 1 - level
                inside, far = (middle, far) if is_in else (inside, middle)
            ends.append(float(estimate + side * inside * size))
        low, high = ends if len(ends) == 2 else (None, None)
        return WildBootstrap(
            estimates=(Estimate(term, float(estimate), float(size), low, high, p, level),),
            n=len(self.response),
            clusters=g,
            note="bootstrapped" if low is not None else "no_interval",
            method="wild_cluster_bootstrap",
            references=("cameron_gelbach_miller_2008", "roodman_nielsen_mackinnon_webb_2019"),
            term=term,
            value=value,
            statistic=float((estimate - value) / size),
            draws=len(signs),
            enumerated=enumerated,
        )


def ols(
    frame: pd.DataFrame,
    outcome: str,
    terms: Sequence[str],
    *,
    fixed: str | Sequence[str] = (),
    errors: Errors | None = None,
    clusters: str | Sequence[str] = (),
    small_sample: SmallSample = "each",
    order: str | Sequence[str] = (),
    lags: int | None = None,
    level: float = 0.95,
) -> Regression:
    """Fit a linear regression by least squares.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per observation, in any order; left unchanged. Rows that lack a value that is used are left out, and
        counted.
    outcome : str
        Column of numbers.
    terms : sequence of str
        Columns of numbers, truth values or categories, and products ``a:b`` of them. The first category is the
        reference.
    fixed : str or sequence of str
        Columns of fixed effects. The constant is then the mean of the outcome at the means of the terms.
    errors : {"classical", "hc0", "hc1", "hac", "driscoll_kraay", "cluster"} or None
        Kind of standard errors; by default ``"cluster"`` if there are clusters, else ``"hc1"``.
    clusters : str or sequence of str
        One or two columns of clusters.
    small_sample : {"each", "min", "none"}
        What variances are multiplied by. ``"each"``: n / (n − k), and of clusters (n − 1) / (n − k) · G / (G − 1), each
        dimension of two with its own G, as in R's sandwich and in Stata for one dimension; ``"min"``: both dimensions
        with the smaller G, as in fixest; ``"none"``: 1. For ``"hac"`` and ``"driscoll_kraay"`` it is ``"each"`` that
        multiplies by n / (n − k). Fixed effects that lie within clusters are not counted in k.
    order : str or sequence of str
        For ``"hac"`` the columns that rows are sorted by; for ``"driscoll_kraay"`` the period.
    lags : int or None
        Lags of Bartlett's kernel, for these two.
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    Regression
        One estimate a term and the constant. Intervals and p values are those of the t distribution with n − k degrees
        of freedom, G − 1 with clusters (the smaller G of two), and periods − 1 for ``"driscoll_kraay"``.

    Raises
    ------
    ModelError
        If a column is absent or of the wrong kind, terms do not vary or are combinations of one another, rows or
        clusters are too few, or the arguments do not go together.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"y": [1.0, 2.0, 2.0, 4.0, 5.0, 5.0], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
    >>> fit = ogp.statistics.ols(frame, "y", ["x"])
    >>> round(fit["x"].estimate, 3), round(fit["x"].std_error, 3)
    (0.886, 0.092)
    """
    level = checked_level(level, "ols")
    fixed, clusters, order = ([one] if isinstance(one, str) else list(one) for one in (fixed, clusters, order))
    kind = errors or ("cluster" if clusters else "hc1")
    _check_arguments(kind, clusters, order, lags, small_sample)
    made = sample(frame, outcome, terms, keys=[*order, *clusters, *fixed], where="ols")
    codes = tuple(pd.factorize(made.rows[column])[0] for column in clusters)
    sizes = tuple(int(code.max()) + 1 for code in codes)
    for column, size in zip(clusters, sizes, strict=True):
        if size < 2:
            raise ModelError("ols", f"all rows are in one cluster of {column!r}", "Name a column with more clusters")
    y, x, counted, nested = _within(made, fixed, codes)
    n, rest = len(y), len(y) - x.shape[1] - counted  # fixed effects within clusters are not counted
    if rest <= 0:
        raise ModelError("ols", f"{n} rows are too few for {n - rest} coefficients and fixed effects", "Leave some out")
    # In orthogonal columns, where those that differ much in size, such as years, lose no digits.
    q, r = np.linalg.qr(x)
    turned = np.linalg.inv(r)
    b = turned @ (q.T @ y)
    residuals = y - x @ b
    scores, factor = q * residuals[:, None], n / rest if small_sample == "each" else 1.0
    degrees = rest
    if kind == "classical":
        meat = np.eye(x.shape[1]) * (residuals @ residuals) / rest
    elif kind == "cluster":
        # Of two dimensions that of the pairs of both is taken off again. The factor is that of the first.
        dimensions = [*codes, *([pd.factorize(codes[0] * sizes[1] + codes[1])[0]] if len(codes) == 2 else [])]
        numbers = [min(sizes) if small_sample == "min" else int(code.max()) + 1 for code in dimensions]
        factors = [1.0 if small_sample == "none" else g / (g - 1) * (n - 1) / rest for g in numbers]
        meats = [f * S_crosssection(scores, code) for f, code in zip(factors, dimensions, strict=True)]
        meat = meats[0] if len(meats) == 1 else meats[0] + meats[1] - meats[2]
        factor, degrees = factors[0], min(sizes) - 1
    elif kind == "driscoll_kraay":
        period = pd.factorize(made.rows[order[0]], sort=True)[0]
        meat, degrees = S_hac_groupsum(scores, period, lags) * factor, int(period.max())
    else:
        meat = S_hac_simple(scores, lags or 0) * (1.0 if kind == "hc0" else factor)
    names = [INTERCEPT, *made.terms]
    covariance = (turned @ meat @ turned.T)[: len(names), : len(names)]
    r_squared = 1 - (residuals @ residuals) / ((y - y.mean()) @ (y - y.mean()))
    dimension = {0: kind, 1: f"cluster_{small_sample}", 2: f"two_way_{small_sample}"}[len(codes)]
    return Regression(
        estimates=with_errors(names, b[: len(names)], covariance, degrees, level),
        n=n,
        outcome=outcome,
        errors=dimension,
        lags=lags,
        degrees=degrees,
        left_out=made.left_out,
        clusters=min(sizes) if sizes else None,
        clustered_by=tuple(zip(clusters, sizes, strict=True)),
        method="ols",
        fit=(("within_r_squared" if fixed else "r_squared", Number(float(r_squared), "ratio", 3)),),
        references=_REFERENCES.get("two_way" if len(codes) > 1 else kind, ()),
        covariance=covariance,
        design=x,
        response=y,
        groups=codes,
        factor=factor,
        nested=nested,
    )


def f_test(fit: Model, covariance: np.ndarray, terms: Sequence[str]) -> tuple[float, tuple[int, float], float]:
    """Return F that coefficients are 0 together, its degrees of freedom (infinite for chi-squared), and its p value."""
    at, degrees = fit.places(terms), np.inf if fit.degrees is None else fit.degrees
    b = np.array([fit.estimates[i].estimate for i in at])
    f = float(b @ np.linalg.solve(covariance[np.ix_(at, at)], b)) / len(at)
    return f, (len(at), degrees), float(stats.f.sf(f, len(at), degrees))


def _check_arguments(kind: str, clusters: list[str], order: list[str], lags: int | None, small_sample: str) -> None:
    kinds = ("classical", "hc0", "hc1", "hac", "driscoll_kraay", "cluster")
    check_choices("ols", errors=(kind, kinds), small_sample=(small_sample, ("each", "min", "none")))
    if (kind == "cluster") != bool(clusters) or len(clusters) > 2:
        raise ModelError(
            "ols",
            f"errors are {kind!r} and clusters are {clusters!r}",
            "Name one or two columns of clusters for clustered errors, and none for others",
        )
    if (kind in ("hac", "driscoll_kraay")) != bool(order) or (kind == "driscoll_kraay" and len(order) != 1):
        raise ModelError(
            "ols",
            f"errors are {kind!r} and order is {order!r}",
            "Name the columns that rows are sorted by for hac, one period for driscoll_kraay",
        )
    if (lags is not None) != bool(order) or (lags is not None and lags < 0):
        raise ModelError("ols", f"lags is {lags!r} for errors {kind!r}", "Give 0 or more for hac and driscoll_kraay")


def _within(made: Sample, fixed: list[str], codes: tuple[np.ndarray, ...]):
    """Return outcome and design within the groups of fixed effects, how many of these count, and if they are nested.

    One column of fixed effects is taken out by means: one within clusters if there is any, else that with most
    groups. The others are columns of the design.
    """
    ones = np.ones((len(made.y), 1))
    if not fixed:
        return made.y, np.hstack([ones, made.x]), 0, True
    levels = {column: pd.factorize(made.rows[column], sort=True)[0] for column in fixed}
    # A group lies in one cluster if there are as many pairs of both as there are groups.
    inside = {
        c: any(len(np.unique(level * (code.max() + 1) + code)) == level.max() + 1 for code in codes)
        for c, level in levels.items()
    }
    first = max(fixed, key=lambda c: (inside[c], levels[c].max()))
    own = levels.pop(first)
    x = np.hstack(
        [made.x, *((level[:, None] == np.arange(1, level.max() + 1)).astype(float) for level in levels.values())]
    )
    centred = np.column_stack([made.y, x])
    centred = centred - (summed_by(centred, own) / np.bincount(own)[:, None])[own]
    # Columns that are not a combination of those before them, by Gram and Schmidt's steps.
    basis, kept = np.empty((len(x), 0)), []
    for i, column in enumerate(centred[:, 1:].T):
        left = column - basis @ (basis.T @ column)
        left -= basis @ (basis.T @ left)
        size = np.sqrt(left @ left)
        if size > COLLINEAR * max(np.sqrt(column @ column), 1e-300) and size > 1e-12:
            basis, kept = np.column_stack([basis, left / size]), [*kept, i]
    flat = [name for i, name in enumerate(made.terms) if i not in kept]
    if flat:
        raise ModelError(
            "ols",
            f"{len(flat)} terms do not vary within the fixed effects, {listed(flat)}",
            "Leave them out, or the fixed effects",
        )
    design = np.hstack([ones, centred[:, 1:][:, kept] + x[:, kept].mean(axis=0)])
    return centred[:, 0] + made.y.mean(), design, 0 if inside[first] else int(own.max()), inside[first]


@dataclass(frozen=True, kw_only=True)
class WildBootstrap(OneEstimate):
    """A coefficient with the p value and interval of the wild cluster bootstrap.

    Attributes
    ----------
    term : str
        The coefficient.
    value : float
        What it is under the null hypothesis.
    statistic : float
        Its t with clustered standard errors.
    draws : int
        Signs drawn; if `enumerated`, all there are.
    enumerated : bool
        Whether every pattern of signs was taken, so that no chance is left.
    note : str
        ``"bootstrapped"``, or ``"no_interval"`` where too few patterns of signs exist to leave any value out.
    """

    term: str
    value: float
    statistic: float
    draws: Count
    enumerated: bool


@dataclass(frozen=True, kw_only=True)
class RandomEffects(Model):
    """A regression with random effects of units.

    Attributes
    ----------
    share : float
        The part of a unit's mean that is taken off: 0 is least squares, 1 is fixed effects.
    hausman : float or None
        Hausman's statistic against fixed effects, chi-squared with as many degrees of freedom as terms; None where the
        difference of the two covariances is not a covariance.
    hausman_p : float or None
        Its p value: a small one says that the effects are correlated with the terms, which calls for fixed effects.
    """

    share: float
    hausman: float | None
    hausman_p: Probability | None


def random_effects(
    frame: pd.DataFrame, outcome: str, terms: Sequence[str], unit: str, *, level: float = 0.95
) -> RandomEffects:
    """Fit a linear regression with a random effect of each unit, by feasible generalised least squares.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and time, in any order. Rows that lack a value are left out, and counted.
    outcome : str
        Column of numbers.
    terms : sequence of str
        As in :func:`~ogp_analysis.statistics.regression.ols`; each varies within units.
    unit : str
        Column of units.
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    RandomEffects
        Swamy and Arora's estimator, with classical standard errors, and Hausman's test.

    Raises
    ------
    ModelError
        As :func:`~ogp_analysis.statistics.regression.ols`, or if units have different numbers of rows, or are too few.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"firm": [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4], "x": [1, 2, 4, 2, 3, 3, 5, 4, 6, 1, 3, 2]})
    >>> frame["y"] = 2 * frame["x"] + frame["firm"] + [0.1, -0.2, 0.1, 0.2, 0, -0.1, 0, 0.1, -0.2, 0, 0.1, -0.1]
    >>> round(ogp.statistics.random_effects(frame, "y", ["x"], "firm")["x"].estimate, 2)
    1.97
    """
    level, where = checked_level(level, "random_effects"), "random_effects"
    made = sample(frame, outcome, terms, keys=[unit], where=where)
    code = pd.factorize(made.rows[unit])[0]
    sizes = np.bincount(code)
    g, t, k = len(sizes), int(sizes[0]), made.x.shape[1]
    if (sizes != t).any():
        raise ModelError(where, f"units have {sizes.min()} to {sizes.max()} rows", "Give a balanced panel")
    if g <= k + 1:
        raise ModelError(where, f"{g} units are too few for {k} terms", "Name fewer terms")
    within = ols(made.rows, outcome, terms, fixed=unit, errors="classical", level=level)
    x = np.column_stack([np.ones(len(made.y)), made.x])
    means = summed_by(np.column_stack([made.y, x]), code) / t
    left = means[:, 0] - means[:, 1:] @ np.linalg.lstsq(means[:, 1:], means[:, 0], rcond=None)[0]
    between = t * (left @ left) / (g - k - 1)
    noise = within.residuals @ within.residuals / (len(made.y) - g - k)
    share = float(1 - np.sqrt(min(noise / between, 1.0)))
    y, x = made.y - share * means[code, 0], x - share * means[code, 1:]
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ (x.T @ y)
    residuals = y - x @ b
    degrees = len(y) - k - 1
    covariance = inverse * (residuals @ residuals) / degrees
    apart = np.array([e.estimate for e in within.estimates[1:]]) - b[1:]
    spread = within.covariance[1:, 1:] - covariance[1:, 1:]
    hausman = p = None
    if np.linalg.eigvalsh(spread)[0] > 0:
        hausman = float(apart @ np.linalg.solve(spread, apart))
        p = float(stats.chi2.sf(hausman, k))
    return RandomEffects(
        estimates=with_errors([INTERCEPT, *made.terms], b, covariance, degrees, level),
        n=len(y),
        outcome=outcome,
        errors="classical",
        degrees=degrees,
        left_out=made.left_out,
        main=made.terms,
        method="random_effects",
        references=("swamy_arora_1972", "hausman_1978"),
        share=share,
        hausman=hausman,
        hausman_p=p,
    )
