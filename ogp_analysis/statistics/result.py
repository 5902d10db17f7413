"""What every model returns: estimates with their intervals, the sample they rest on, and the method's source."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words.sentence import Count
from ogp_analysis.display.result import Shown

_NUMBERS = ("estimate", "std_error", "low", "high", "p_value")


#: Where each method is published, by citation key: authors, year, title, ``published_in`` and, if it has one, its DOI.
REFERENCES = toml(__file__, "references.toml")


@dataclass(frozen=True)
class Estimate:
    """One estimated or described quantity. Nothing is rounded; what does not exist is None.

    Attributes
    ----------
    term : str
        Code of the quantity.
    estimate : float or None
        Its value.
    std_error : float or None
        Its standard error, on the scale of `estimate`.
    low, high : float or None
        The interval with coverage `level`. Both None for a value without an interval.
    p_value : float or None
        Two-sided p value; which test is stated by the model.
    level : float
        Nominal coverage of the interval, between 0 and 1.
    n : int or None
        The denominator of this quantity where it differs from that of the result.
    decimals : int
        How many it is written with: three, or more until its error shows two digits.
    """

    term: str
    estimate: float | None
    std_error: float | None = None
    low: float | None = None
    high: float | None = None
    p_value: float | None = None
    level: float = 0.95
    n: int | None = None
    decimals: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for name in _NUMBERS:
            object.__setattr__(self, name, plain(getattr(self, name)))
        size = self.std_error or abs(self.estimate or 0.0)
        decimals = min(max(3, 1 - math.floor(math.log10(size))), 10) if math.isfinite(size) and size else 3
        object.__setattr__(self, "decimals", decimals)


@dataclass(frozen=True, kw_only=True)
class Result(Shown):
    """The base of every result that estimates or counts. Frozen: it never changes after it is made.

    Attributes
    ----------
    estimates : tuple of Estimate
        In the order in which a table shows them.
    n : int
        Observations, or units, that the estimates rest on.
    clusters : int or None
        Clusters of the standard errors; None if they are not clustered.
    note : str
        A code for what the reader must know about the sample; the model lists its codes.
    method : str
        Code of the method.
    references : tuple of str
        Where the method is published: keys of :data:`REFERENCES`.
    """

    estimates: tuple[Estimate, ...] = field(repr=False)
    n: Count
    clusters: Count | None = None
    note: str = ""
    method: str = field(default="", repr=False)
    references: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for what in self.contradictions():
            raise ModelError(type(self).__name__, what, "Report the fault: a result must not contradict itself")

    def contradictions(self) -> Iterator[str]:
        """Yield what cannot be true of the result, in words; a result that yields something is not made.

        Results with parts add what must hold between them.
        """
        if self.n < 0 or (self.clusters is not None and not 0 <= self.clusters <= self.n):
            yield f"rests on {self.n} units in {self.clusters} clusters"
        if unknown := [key for key in self.references if key not in REFERENCES]:
            yield f"names {unknown[0]!r}, which is no source"
        for one in self.estimates:
            if None not in (one.low, one.estimate, one.high) and not one.low <= one.estimate <= one.high:
                yield f"{one.term} is {one.estimate}, outside its interval, {one.low} to {one.high}"
            if one.p_value is not None and not 0 <= one.p_value <= 1:
                yield f"{one.term} has the p value {one.p_value}"
            if one.n is not None and one.n < 0:
                yield f"{one.term} rests on {one.n} units"

    def __getitem__(self, term: str) -> Estimate:
        for estimate in self.estimates:
            if estimate.term == term:
                return estimate
        terms = listed([e.term for e in self.estimates], most=20)
        raise ModelError(f"{type(self).__name__}[{term!r}]", "has no such term", f"Terms are {terms}")

    def places(self, terms: Iterable[str]) -> list[int]:
        """Return which of the estimates some terms are, from 0.

        Parameters
        ----------
        terms : iterable of str
            Names of estimates.

        Raises
        ------
        ModelError
            If there is no such term.

        Examples
        --------
        >>> import pandas as pd
        >>> frame = pd.DataFrame({"y": [1.0, 2.0, 2.0, 4.0, 5.0, 5.0], "x": [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]})
        >>> ogp.statistics.ols(frame, "y", ["x"]).places(["x"])
        [1]
        """
        return [self.estimates.index(self[term]) for term in terms]

    @property
    def frame(self) -> pd.DataFrame:
        """One row per estimate, as :meth:`tidy`; results with parts have a frame of these."""
        return self.tidy()

    def tidy(self) -> pd.DataFrame:
        """Return one row per estimate, with the sample and the method of the result.

        Columns are ``term, estimate, std_error, low, high, p_value, level, n, clusters, note, method, reference``. `n`
        is the estimate's own denominator where it has one, else that of the result; `reference` holds the citation
        keys, joined by ``"; "``.
        """
        terms, keys = self.estimates, "; ".join(self.references)
        columns = {"term": pd.Series([e.term for e in terms], dtype="str")}
        columns |= {c: pd.Series([getattr(e, c) for e in terms], dtype="float64") for c in (*_NUMBERS, "level")}
        columns["n"] = pd.Series([self.n if e.n is None else e.n for e in terms], dtype="Int64")
        columns["clusters"] = pd.Series([self.clusters] * len(terms), dtype="Int64")
        for name, text in (("note", self.note), ("method", self.method), ("reference", keys)):
            columns[name] = pd.Series([text] * len(terms), dtype="str")
        return pd.DataFrame(columns)


@dataclass(frozen=True, kw_only=True)
class OneEstimate(Result):
    """A result with a single estimate.

    Attributes
    ----------
    low, high, p_value : float or None
        Its interval and p value; None where it has none.
    """

    low: float | None = field(init=False, repr=False, compare=False)
    high: float | None = field(init=False, repr=False, compare=False)
    p_value: float | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("low", "high", "p_value"):
            object.__setattr__(self, name, getattr(self.estimates[0], name))


def plain(value) -> float | None:
    """Return a number as a Python float, or None if it is missing (None, NaN, ``pandas.NA``)."""
    if value is None or value is pd.NA or math.isnan(value):
        return None
    return float(value)


def checked_level(level: float, where: str) -> float:
    """Return the nominal coverage of an interval if it is one.

    Raises
    ------
    ModelError
        If it does not lie between 0 and 1, as when it is given in percent.
    """
    if not 0 < level < 1:
        raise ModelError(where, f"level is {level!r}", "Give the coverage as a share between 0 and 1, such as 0.95")
    return float(level)


def quantile(p: float, degrees: float | None) -> float:
    """Return a quantile of the t distribution, or of the normal one without degrees of freedom."""
    return float(ndtri(p) if degrees is None else stdtrit(degrees, p))


def two_sided(statistic: float, degrees: float | None) -> float:
    """Return the probability of a statistic as far from 0, of the t distribution or of the normal one."""
    return float(2 * (ndtr(-abs(statistic)) if degrees is None else stdtr(degrees, -abs(statistic))))


def with_errors(
    names: Sequence[str],
    values: np.ndarray,
    covariance: np.ndarray,
    degrees: float | None,
    level: float,
    *,
    printed: bool = True,
) -> tuple[Estimate, ...]:
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
    reach, found = quantile((1 + level) / 2, degrees), []
    for name, value, variance in zip(names, values, np.diag(covariance), strict=True):
        if variance > 0:
            size = float(np.sqrt(variance))
            p = two_sided(value / size, degrees) if printed else None
            found.append(Estimate(name, value, size, value - reach * size, value + reach * size, p, level))
        else:
            found.append(Estimate(name, value, level=level))
    return tuple(found)
