"""A change held against the measurement's own uncertainty, as its published bounds give it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from scipy.stats import norm

from ogp_analysis.errors import ModelError
from ogp_analysis.models.multiple import Family, benjamini_hochberg
from ogp_analysis.models.result import Estimate, OneEstimate, Reference, checked_level, plain
from ogp_analysis.models.series import across_break, checked, checked_series, checked_window, exact

SCHENKER_GENTLEMAN = Reference(
    "schenker_gentleman_2001",
    "Schenker, N.; Gentleman, J. F.",
    2001,
    "On judging the significance of differences by examining the overlap between confidence intervals",
    "The American Statistician 55(3), 182–186",
    "10.1198/000313001317097960",
)
#: Coverage of V-Dem's published bounds (codelow, codehigh): about one standard deviation.
VDEM_LEVEL = 0.68


@dataclass(frozen=True)
class Bounded:
    """A value with its published bounds; None where there is none."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, kw_only=True)
class StandardisedDifference(OneEstimate):
    """A difference in units of its own standard error, under two views of how the errors go together.

    Standard error, interval and two-sided p value of the difference suppose independent errors.

    Attributes
    ----------
    term : str
        What changed.
    first, last : Bounded
        The two values.
    bounds_level : float
        Coverage of their bounds.
    difference : float or None
        Last minus first.
    std_error_first, std_error_last : float or None
        Standard errors read off the bounds.
    z_independent : float or None
        Difference over its standard error if the two errors are independent.
    z_correlated : float or None
        The same if they are perfectly correlated. None where that is undefined: the standard errors
        are equal, so that the error cancels out and no finite z describes the difference.
    intervals : str or None
        ``"overlap"`` (they share at least a point) or ``"apart"``.
    note : str
        ``"compared"``; ``"correlated_undefined"``; ``"no_width"`` (both standard errors are 0);
        ``"no_bounds"``; ``"not_observed"``; ``"not_comparable"`` (a break lies between the two years).
    """

    term: str
    first: Bounded
    last: Bounded
    bounds_level: float
    difference: float | None
    std_error_first: float | None = None
    std_error_last: float | None = None
    z_independent: float | None = None
    z_correlated: float | None = None
    intervals: str | None = None


@dataclass(frozen=True)
class StandardisedDifferences:
    """Several differences over the same years, with q values of the family they form.

    Attributes
    ----------
    first, last : int
        The two years.
    differences : tuple of StandardisedDifference
        Sorted by term.
    family : Family
        Their p values under independence, adjusted after Benjamini and Hochberg.
    """

    first: int
    last: int
    differences: tuple[StandardisedDifference, ...]
    family: Family

    def __getitem__(self, term: str) -> StandardisedDifference:
        for difference in self.differences:
            if difference.term == term:
                return difference
        raise ModelError(f"family {self.family.name!r}", f"has no term {term!r}", "Name a term of the frame")

    def table(self) -> pd.DataFrame:
        """Return one row a term, with the interval of the difference, both z, p, q and the notes."""
        numbers = ["first_value", "last_value", "difference", "std_error", "low", "high"]
        numbers += ["z_independent", "z_correlated", "p_value", "q_value"]
        frame = pd.DataFrame([self._row(d) for d in self.differences], columns=["term", *numbers, "intervals", "note"])
        return frame.astype(dict.fromkeys(numbers, "float64"))

    def _row(self, d: StandardisedDifference) -> tuple:
        e = d.estimates[0]
        values = (d.first.value, d.last.value, d.difference, e.std_error, e.low, e.high)
        return (d.term, *values, d.z_independent, d.z_correlated, d.p_value, self.family[d.term], d.intervals, d.note)


def standardised_difference(
    first_value: float | None,
    first_low: float | None,
    first_high: float | None,
    last_value: float | None,
    last_low: float | None,
    last_high: float | None,
    level: float = VDEM_LEVEL,
    term: str = "difference",
    confidence: float = 0.95,
) -> StandardisedDifference:
    """Return a difference between two bounded values over its standard error.

    Parameters
    ----------
    first_value, first_low, first_high, last_value, last_low, last_high : float or None
        Values and published bounds. Missing ones leave the comparison out, with a note.
    level : float
        Coverage of the bounds; 0.68 for V-Dem.
    term : str
        Code of what changed.
    confidence : float
        Coverage of the interval of the difference, which supposes independent errors.

    Raises
    ------
    ModelError
        If a value lies outside its bounds, or `level` or `confidence` is not a share.

    Notes
    -----
    A standard error is a half-width over the normal quantile of `level`. Bounds are often asymmetric:
    the half-width taken is the side that faces the other value, since only that side bears on
    whether the two differ; for equal values it is the mean of both sides.

    The errors of two years rated by the same coders are neither independent nor perfectly correlated.
    Independence gives the smaller z, perfect positive correlation (standard error the difference of
    the two) the larger: a range, with p only for its cautious end.

    Two intervals with coverage .68 and equal half-widths lie apart when z under independence is above
    1.41, that is p below .16; with unequal half-widths they come apart at a still smaller z. That is
    much weaker than the usual 5 % test (Schenker and Gentleman 2001 treat the case of 95 %, where it
    is stronger), so ``"apart"`` is reported as what it is, and as no test.
    """
    checked_level(level, "standardised_difference")
    checked_level(confidence, "standardised_difference")
    first = _bounded(first_value, first_low, first_high, term)
    last = _bounded(last_value, last_low, last_high, term)
    if first.value is None or last.value is None:
        return _result(term, first, last, level, confidence, "not_observed", difference=None)
    difference = float(exact(last.value) - exact(first.value))
    if None in (first.low, first.high, last.low, last.high):
        return _result(term, first, last, level, confidence, "no_bounds", difference=difference)
    return _compared(term, first, last, level, confidence, difference)


def standardised_differences(
    frame: pd.DataFrame, first: int, last: int, family: str, level: float = VDEM_LEVEL, confidence: float = 0.95
) -> StandardisedDifferences:
    """Return the standardised differences of several indicators (or units) with q values.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a term and year: ``term, year, value, low, high``. A term is an indicator of one
        unit, or a unit in one indicator. A term without a value at one of the years stays in the
        result, without p value, and is not counted in the family. With a column ``segment``, a term
        whose two values lie in different segments has no difference: a break parts them.
    first, last : int
        Years.
    family : str
        Name of the family.
    level, confidence : float
        As in :func:`standardised_difference`.

    Raises
    ------
    ModelError
        As :func:`standardised_difference`, or if the frame does not have one row a term and year.
    """
    checked_window(first, last, "standardised_differences")
    rows = checked(frame, ("term", "year"), ("value", "low", "high"), "standardised_differences")
    values = {(r.term, r.year): (r.value, r.low, r.high) for r in rows.itertuples(index=False)}
    nothing, crossed = (None, None, None), _crossed(frame, first, last)
    found = tuple(
        _not_comparable(str(term), values[term, first], values[term, last], level, confidence)
        if term in crossed
        else standardised_difference(
            *values.get((term, first), nothing), *values.get((term, last), nothing), level, str(term), confidence
        )
        for term in dict.fromkeys(rows["term"])
    )
    return StandardisedDifferences(first, last, found, benjamini_hochberg({d.term: d.p_value for d in found}, family))


def _crossed(frame: pd.DataFrame, first: int, last: int) -> frozenset[str]:
    series = frame.rename(columns={"term": "unit"})
    return across_break(checked_series(series, "standardised_differences"), first, last)


def _not_comparable(term: str, first: tuple, last: tuple, level: float, confidence: float) -> StandardisedDifference:
    ends = (_bounded(*first, term), _bounded(*last, term))
    return _result(term, *ends, level, confidence, "not_comparable", difference=None)


def _bounded(value, low, high, term: str) -> Bounded:
    value, low, high = plain(value), plain(low), plain(high)
    if value is not None and ((low is not None and low > value) or (high is not None and high < value)):
        raise ModelError(
            term, f"{value!r} lies outside its bounds {low!r} to {high!r}", "Check which columns are passed"
        )
    return Bounded(value, low, high)


def _compared(
    term: str, first: Bounded, last: Bounded, level: float, confidence: float, difference: float
) -> StandardisedDifference:
    quantile = float(norm.ppf((1 + level) / 2))
    sign = (difference > 0) - (difference < 0)
    half_first, half_last = _half_width(first, sign), _half_width(last, -sign)
    se_first, se_last = float(half_first) / quantile, float(half_last) / quantile
    se = math.hypot(se_first, se_last)
    # Compared as published: in floating point, equal half-widths can differ in the last bit.
    correlated = None if half_first == half_last else difference / (float(abs(half_first - half_last)) / quantile)
    z = difference / se if se else None
    note = "no_width" if not se else "correlated_undefined" if correlated is None else "compared"
    return _result(
        term,
        first,
        last,
        level,
        confidence,
        note,
        difference=difference,
        std_error_first=se_first,
        std_error_last=se_last,
        z_independent=z,
        z_correlated=correlated,
        intervals="apart" if first.high < last.low or last.high < first.low else "overlap",
    )


def _half_width(bounded: Bounded, towards: int):
    """Return the exact half-width on the side of the other value: 1 above, −1 below, 0 the mean of both."""
    value, low, high = exact(bounded.value), exact(bounded.low), exact(bounded.high)
    return {1: high - value, -1: value - low, 0: (high - low) / 2}[towards]


def _result(
    term: str, first: Bounded, last: Bounded, level: float, confidence: float, note: str, **found
) -> StandardisedDifference:
    return StandardisedDifference(
        estimates=(_estimate(term, confidence, **found),),
        n=sum(bounded.value is not None for bounded in (first, last)),
        note=note,
        method="standardised_difference",
        references=(SCHENKER_GENTLEMAN,),
        term=term,
        first=first,
        last=last,
        bounds_level=level,
        **found,
    )


def _estimate(term: str, confidence: float, difference: float | None, **found) -> Estimate:
    z = found.get("z_independent")
    if z is None:
        return Estimate(term, difference, level=confidence)
    se = math.hypot(found["std_error_first"], found["std_error_last"])
    reach = float(norm.ppf((1 + confidence) / 2)) * se
    p_value = float(2 * norm.sf(abs(z)))
    return Estimate(term, difference, se, difference - reach, difference + reach, p_value, confidence)
