"""Least squares with fixed effects, with standard errors that suit how the rows came about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from scipy import stats

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words.numbers import Number
from ogp_analysis.statistics.few_clusters import WildBootstrap, wild_bootstrap
from ogp_analysis.statistics.models import INTERCEPT, Model
from ogp_analysis.statistics.rates import CAMERON_MILLER
from ogp_analysis.statistics.result import REFERENCES, Estimate, checked_level, quantile, two_sided
from ogp_analysis.statistics.sample import COLLINEAR, Sample, sample, summed_by

NEWEY_WEST = REFERENCES["newey_west_1987"]
DRISCOLL_KRAAY = REFERENCES["driscoll_kraay_1998"]
TWO_WAY = REFERENCES["cameron_gelbach_miller_2011"]
WHITE = REFERENCES["white_1980"]
_REFERENCES = {
    "hc0": (WHITE,), "hc1": (WHITE,), "hac": (NEWEY_WEST,), "driscoll_kraay": (DRISCOLL_KRAAY,),
    "cluster": (CAMERON_MILLER,), "two_way": (TWO_WAY, CAMERON_MILLER),
}  # fmt: skip
Errors = Literal["classical", "hc0", "hc1", "hac", "driscoll_kraay", "cluster"]
SmallSample = Literal["each", "min", "none"]


@dataclass(frozen=True)
class JointTest:
    """A test that several coefficients are 0 together.

    Attributes
    ----------
    terms : tuple of str
        Those tested.
    statistic : float
        F, the Wald statistic over the number of terms.
    degrees : tuple of float
        Terms, and degrees of freedom of the errors.
    p_value : float
        From the F distribution.
    """

    terms: tuple[str, ...]
    statistic: float
    degrees: tuple[float, float]
    p_value: float


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

    def test(self, terms: Sequence[str]) -> JointTest:
        """Test that several coefficients are 0 together, with the standard errors of the model.

        Parameters
        ----------
        terms : sequence of str
            Terms of the model.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"y": [1.0, 2.0, 2.0, 4.0, 5.0, 5.0], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
        >>> round(ogp.statistics.ols(frame, "y", ["x"], errors="classical").test(["x"]).statistic, 1)
        49.7
        """
        names = [e.term for e in self.estimates]
        for term in terms:
            _ = self[term]
        at = [names.index(term) for term in terms]
        b = np.array([self.estimates[i].estimate for i in at])
        f = float(b @ np.linalg.solve(self.covariance[np.ix_(at, at)], b)) / len(at)
        degrees = float("inf") if self.degrees is None else self.degrees
        return JointTest(tuple(terms), f, (len(at), degrees), float(stats.f.sf(f, len(at), degrees)))

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
            raise ModelError("wild_bootstrap", f"errors are {self.errors!r}, or fixed effects cross the clusters",
                             "Fit with one column of clusters in which fixed effects lie")  # fmt: skip
        _ = self[term]
        at = [e.term for e in self.estimates].index(term)
        return wild_bootstrap(term, self.response, self.design, at, self.groups[0], value=value, draws=draws, seed=seed,
                              level=self.estimates[0].level, factor=self.factor)  # fmt: skip


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
    k, n = x.shape[1] + counted, len(y)
    if n <= k:
        raise ModelError("ols", f"{n} rows are too few for {k} coefficients and fixed effects", "Leave some out")
    # In orthogonal columns, where those that differ much in size, such as years, lose no digits.
    q, r = np.linalg.qr(x)
    turned = np.linalg.inv(r)
    b = turned @ (q.T @ y)
    residuals = y - x @ b
    rest = n - k  # fixed effects within clusters are not among the k
    factor = n / rest if small_sample == "each" else 1.0
    scores = q * residuals[:, None]
    if kind == "classical":
        meat, degrees = np.eye(x.shape[1]) * (residuals @ residuals) / (n - k), n - k
    elif kind == "cluster":
        # Of two dimensions that of the pairs of both is taken off again. The factor is that of the first.
        pairs = [pd.factorize(codes[0] * sizes[1] + codes[1])[0]] if len(codes) == 2 else []
        meat, factors = 0, []
        for i, code in enumerate((*codes, *pairs)):
            g = min(sizes) if small_sample == "min" else int(code.max()) + 1
            factors.append(1.0 if small_sample == "none" else g / (g - 1) * (n - 1) / rest)
            sums = summed_by(scores, code)
            meat = meat + (-1 if i == 2 else 1) * factors[i] * (sums.T @ sums)
        factor, degrees = factors[0], min(sizes) - 1
    elif kind == "driscoll_kraay":
        period = pd.factorize(made.rows[order[0]], sort=True)[0]
        meat, degrees = bartlett(summed_by(scores, period), lags) * factor, int(period.max())
    else:
        meat, degrees = bartlett(scores, lags or 0) * (1.0 if kind == "hc0" else factor), n - k
    covariance = turned @ meat @ turned.T
    names = [INTERCEPT, *made.terms]
    shown = len(names)
    estimates = with_errors(names, b[:shown], covariance[:shown, :shown], degrees, level)
    centred = y - y.mean()
    r_squared = 1 - (residuals @ residuals) / (centred @ centred)
    code = {"cluster": f"cluster_{small_sample}" if len(codes) < 2 else f"two_way_{small_sample}"}.get(kind, kind)
    return Regression(
        estimates=estimates, n=n, outcome=outcome, errors=code, lags=lags, degrees=degrees, left_out=made.left_out,
        clusters=min(sizes) if sizes else None, clustered_by=tuple(zip(clusters, sizes, strict=True)),
        fit=(("within_r_squared" if fixed else "r_squared", Number(float(r_squared), "ratio", 3)),), method="ols",
        references=_REFERENCES.get("two_way" if len(codes) > 1 else kind, ()), covariance=covariance[:shown, :shown],
        design=x, response=y, groups=codes, factor=factor, nested=nested,
    )  # fmt: skip


def with_errors(
    names: Sequence[str], values: np.ndarray, covariance: np.ndarray, degrees: float | None, level: float,
    *, printed: bool = True,
) -> tuple[Estimate, ...]:  # fmt: skip
    """Return coefficients with the standard errors, intervals and p values that their covariance gives.

    Parameters
    ----------
    names : sequence of str
        Terms.
    values, covariance : numpy.ndarray
        Of the coefficients.
    degrees : float or None
        Degrees of freedom of the t distribution; None for the normal one.
    level : float
        Nominal coverage.
    printed : bool
        Whether p values may be printed.
    """
    wide, found = quantile((1 + level) / 2, degrees), []
    for name, value, variance in zip(names, values, np.diag(covariance), strict=True):
        size = float(np.sqrt(variance)) if variance > 0 else None
        p = two_sided(value / size, degrees) if printed and size else None
        low, high = (value - wide * size, value + wide * size) if size else (None, None)
        found.append(Estimate(name, value, size, low, high, p, level))
    return tuple(found)


def bartlett(scores: np.ndarray, lags: int) -> np.ndarray:
    """Return the sum of products of rows of scores up to so many lags apart, with the weights of Bartlett's kernel."""
    found = scores.T @ scores
    for lag in range(1, lags + 1):
        apart = scores[lag:].T @ scores[:-lag]
        found += (1 - lag / (lags + 1)) * (apart + apart.T)
    return found


def _check_arguments(kind: str, clusters: list[str], order: list[str], lags: int | None, small_sample: str) -> None:
    kinds = ("classical", "hc0", "hc1", "hac", "driscoll_kraay", "cluster")
    if kind not in kinds:
        raise ModelError("ols", f"errors are {kind!r}", "Use one of " + ", ".join(kinds))
    if small_sample not in ("each", "min", "none"):
        raise ModelError("ols", f"small_sample is {small_sample!r}", "Use each, min or none")
    if (kind == "cluster") != bool(clusters) or len(clusters) > 2:
        raise ModelError("ols", f"errors are {kind!r} and clusters are {clusters!r}", "Name one or two columns of "
                         "clusters for clustered errors, and none for others")  # fmt: skip
    if (kind in ("hac", "driscoll_kraay")) != bool(order) or (kind == "driscoll_kraay" and len(order) != 1):
        raise ModelError("ols", f"errors are {kind!r} and order is {order!r}",
                         "Name the columns that rows are sorted by for hac, one period for driscoll_kraay")  # fmt: skip
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
    inside = {c: any(len(pd.unique(pd.Series(level * (int(code.max()) + 1) + code))) == int(level.max()) + 1
                     for code in codes) for c, level in levels.items()}  # fmt: skip
    first = max(fixed, key=lambda c: (inside[c], levels[c].max()))
    dummies = [(levels[c][:, None] == np.arange(1, levels[c].max() + 1)).astype(float) for c in fixed if c != first]
    own = levels[first]
    y, x = (values - (summed_by(values, own) / np.bincount(own)[:, None])[own]
            for values in (made.y[:, None], np.hstack([made.x, *dummies])))  # fmt: skip
    names = [*made.terms, *(f"fixed {i}" for i in range(x.shape[1] - len(made.terms)))]
    # Columns that are not a combination of those before them, by Gram and Schmidt's steps.
    basis, kept = np.empty((len(x), 0)), []
    for i, column in enumerate(x.T):
        left = column - basis @ (basis.T @ column)
        left -= basis @ (basis.T @ left)
        size = np.sqrt(left @ left)
        if size > COLLINEAR * max(np.sqrt(column @ column), 1e-300) and size > 1e-12:
            basis, kept = np.column_stack([basis, left / size]), [*kept, i]
    flat = [name for i, name in enumerate(names[: len(made.terms)]) if i not in kept]
    if flat:
        raise ModelError("ols", f"{len(flat)} terms do not vary within the fixed effects, {listed(flat)}",
                         "Leave them out, or the fixed effects")  # fmt: skip
    x = x[:, kept] + np.hstack([made.x, *dummies])[:, kept].mean(axis=0)
    counted = 0 if inside[first] else int(own.max())
    return y[:, 0] + made.y.mean(), np.hstack([ones, x]), counted, inside[first]
