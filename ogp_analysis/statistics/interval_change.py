"""A change between two years held against the published errors: how probable is it that it has the sign it shows.

The error of a published value is taken as its publisher gives it: normal with the published standard deviation, or,
where only bounds are published, split normal with these bounds. How the errors of two years go together is not
published and cannot be estimated from two values, and it decides the result: the same coders rate both years. The
result therefore leads with independent errors and gives others beside it. Independence is the least favourable of the
correlations that are not negative wherever the probability is above one half.

A probability belongs to years that were chosen before looking at the values. For a window that begins at the highest
value of the series there is none: see :func:`ogp_analysis.statistics.path.fall_from_peak`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from scipy.integrate import quad
from scipy.special import ndtr, ndtri

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words.numbers import Difference, Index, Probability, Year
from ogp_analysis.statistics.result import REFERENCES, Estimate, Result, checked_level, plain
from ogp_analysis.statistics.series import across_break, checked, checked_series, checked_window, exact

WALLIS = REFERENCES["wallis_2014"]
#: Coverage of V-Dem's published bounds (codelow, codehigh): about one standard deviation.
VDEM_LEVEL = 0.68
#: Correlations of the two errors for which the probability is given. The first leads.
CORRELATIONS = (0.0, 0.5, 0.9)
#: Where the integral over a standard normal error ends: what lies beyond is below 1e-18.
_FAR = 9.0


@dataclass(frozen=True)
class Measured:
    """A value with what is published of its error; None where nothing is."""

    value: Index | None
    low: Index | None = None
    high: Index | None = None
    sd: Index | None = None


@dataclass(frozen=True, kw_only=True)
class SignProbability(Result):
    """A change between two years, and how probable it is that the true change has the same sign.

    Attributes
    ----------
    term : str
        What changed.
    first, last : Measured
        The two values.
    bounds_level : float
        Coverage of their bounds.
    difference : float or None
        Last minus first, exact in the published decimals.
    probability : float or None
        That the true change has the sign of `difference`, 0 to 1, if the errors of the two years are independent.
    by_correlation : tuple of (float, float)
        The same for each of :data:`CORRELATIONS`; empty if there is none.
    errors : str or None
        What it rests on: ``"sd"`` (published standard deviations) or ``"bounds"``; None if on nothing.
    note : str
        ``"compared"``; or why there is no probability: ``"no_change_coded"`` (everything published is the same in
        both years), ``"same_value"`` (the values are equal, so the change has no sign), ``"no_width"`` (errors of 0 in
        both years), ``"no_bounds"``, ``"not_observed"``, ``"not_comparable"`` (a break lies between the two years).
    """

    term: str
    first: Measured
    last: Measured
    bounds_level: float
    difference: Difference | None
    probability: Probability | None = None
    by_correlation: tuple[tuple[float, float], ...] = ()
    errors: str | None = None

    def at(self, correlation: float) -> float | None:
        """Return the probability for one of :data:`CORRELATIONS`; None if there is none."""
        return dict(self.by_correlation).get(correlation)


@dataclass(frozen=True)
class SignProbabilities:
    """Several changes over the same years.

    Attributes
    ----------
    first, last : int
        The two years.
    changes : tuple of SignProbability
        Sorted by term.
    """

    first: Year
    last: Year
    changes: tuple[SignProbability, ...]

    def __getitem__(self, term: str) -> SignProbability:
        for change in self.changes:
            if change.term == term:
                return change
        raise ModelError("changes", f"have no term {term!r}", "Name a term of the frame")

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row per term: ``term, first_value, last_value, difference, errors, note`` and the probabilities.

        These are ``probability`` (independent errors) and, by correlation in per cent, ``probability_50`` and
        ``probability_90``.
        """
        correlated = [f"probability_{correlation * 100:.0f}" for correlation in CORRELATIONS[1:]]
        numbers = ["first_value", "last_value", "difference", "probability", *correlated]
        frame = pd.DataFrame([self._row(c) for c in self.changes], columns=["term", *numbers, "errors", "note"])
        return frame.astype(dict.fromkeys(numbers, "float64"))

    def _row(self, c: SignProbability) -> tuple:
        correlated = [c.at(correlation) for correlation in CORRELATIONS[1:]]
        return (c.term, c.first.value, c.last.value, c.difference, c.probability, *correlated, c.errors, c.note)


def sign_probability(
    first: Measured, last: Measured, level: float = VDEM_LEVEL, term: str = "difference"
) -> SignProbability:
    """Return how probable it is that a change between two years has the sign of the published difference.

    Parameters
    ----------
    first, last : Measured
        Values of the two years with their published errors.
    level : float
        Coverage of the bounds; 0.68 for V-Dem.
    term : str
        Code of what changed.

    Raises
    ------
    ModelError
        If a value lies outside its bounds, a standard deviation is negative, or `level` is not a share.

    Notes
    -----
    With a standard deviation for both years the probability is Φ(|d| / s), s² = s₁² + s₂² − 2ρ s₁ s₂. It grows with ρ,
    so that ρ = 0 gives the lowest of all ρ ≥ 0.

    With bounds only, each value is the mode of a split normal distribution (Wallis 2014): two halves of normal
    densities of one height, whose scales are the two half-widths over the normal quantile of `level`. Its shortest
    interval of that coverage is the published one, which is how V-Dem defines its bounds. The ranks of the two errors
    are joined by a normal copula with correlation ρ, and the probability is an integral in one dimension. If the bounds
    lean against the difference the probability can be below one half; then it falls as ρ grows.
    """
    checked_level(level, "sign_probability")
    first, last = _checked(first, term), _checked(last, term)
    about = {"term": term, "first": first, "last": last, "level": level}
    if first.value is None or last.value is None:
        return _result(**about, note="not_observed")
    difference = float(exact(last.value) - exact(first.value))
    # What of the errors of both years is published, and what can be said from it.
    sds, bounds = (first.sd, last.sd), (first.low, first.high, last.low, last.high)
    errors = "sd" if None not in sds else "bounds" if None not in bounds else None
    if errors is None:
        note = "no_bounds"
    elif first == last:
        note = "no_change_coded"
    elif first.value == last.value:
        note = "same_value"
    else:
        widths = sds if errors == "sd" else (*_half_widths(first), *_half_widths(last))
        note = "compared" if any(widths) else "no_width"
    if note != "compared":
        return _result(**about, note=note, difference=difference, errors=errors)
    if errors == "bounds":
        # P(last < first) of a fall and P(first < last) of a rise, by integrating over the error of the upper value.
        upper, lower = (first, last) if last.value < first.value else (last, first)
        scale = float(ndtri((1 + level) / 2))
        above, below = (_Split(one.value, *(w / scale for w in _half_widths(one))) for one in (upper, lower))
        kinks = [ndtri(above.weight), above.score(below.mode)]
        points = sorted({float(z) for z in kinks if abs(z) < _FAR})

        def density(z: float, correlation: float, rest: float) -> float:
            normal = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
            return normal * float(ndtr((below.score(above.value(z)) - correlation * z) / rest))

    found = []
    for correlation in CORRELATIONS:
        if errors == "sd":
            variance = first.sd**2 + last.sd**2 - 2 * correlation * first.sd * last.sd
            probability = float(ndtr(abs(last.value - first.value) / math.sqrt(variance)))
        else:
            joined = (correlation, math.sqrt(1 - correlation**2))
            whole, _ = quad(density, -_FAR, _FAR, joined, points=points or None, epsabs=1e-11, epsrel=1e-11, limit=200)
            probability = min(max(whole, 0.0), 1.0)
        found.append((correlation, probability))
    return _result(**about, note=note, difference=difference, errors=errors, by_correlation=tuple(found))


def sign_probabilities(frame: pd.DataFrame, first: int, last: int, level: float = VDEM_LEVEL) -> SignProbabilities:
    """Return for several indicators (or units) how probable it is that each change has the sign it shows.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per term and year: ``term, year, value, low, high`` and, where published, ``sd``. A term is an indicator
        of one unit, or a unit in one indicator. With a column ``segment``, a term whose two values lie in different
        segments has no difference: a break parts them.
    first, last : int
        Years, chosen without looking at the values.
    level : float
        As in :func:`sign_probability`.

    Raises
    ------
    ModelError
        As :func:`sign_probability`, or if the frame does not have one row per term and year.
    """
    checked_window(first, last, "sign_probabilities")
    numbers = ("value", "low", "high", *(("sd",) if "sd" in frame.columns else ()))
    rows = checked(frame, ("term", "year"), numbers, "sign_probabilities")
    rows = rows[rows["year"].isin([first, last])]
    values = {(r.term, r.year): Measured(*r[2:]) for r in rows.itertuples(index=False)}
    series = checked_series(frame.rename(columns={"term": "unit"}), "sign_probabilities")
    crossed, terms = across_break(series, first, last), sorted(frame["term"].astype(str).unique())
    found = []
    for term in terms:
        ends = [values.get((term, year), Measured(None)) for year in (first, last)]
        if term in crossed:
            ends = [_checked(end, term) for end in ends]
            found.append(_result(term, *ends, level, note="not_comparable"))
        else:
            found.append(sign_probability(*ends, level, term))
    return SignProbabilities(first, last, tuple(found))


def _checked(one: Measured, term: str) -> Measured:
    one = Measured(*map(plain, (one.value, one.low, one.high, one.sd)))
    value, low, high = one.value, one.low, one.high
    if value is not None and ((low is not None and low > value) or (high is not None and high < value)):
        raise ModelError(
            term, f"{value!r} lies outside its bounds {low!r} to {high!r}", "Check which columns are passed"
        )
    if one.sd is not None and one.sd < 0:
        raise ModelError(term, f"the standard deviation is {one.sd!r}", "Check which columns are passed")
    return one


def _half_widths(one: Measured) -> tuple[float, float]:
    value, low, high = exact(one.value), exact(one.low), exact(one.high)
    return float(value - low), float(high - value)


@dataclass(frozen=True)
class _Split:
    """A split normal distribution: scale `down` below its mode, `up` above it; one of them may be 0, or both."""

    mode: float
    down: float
    up: float

    @property
    def weight(self) -> float:
        """What lies below the mode."""
        return self.down / (self.down + self.up) if self.down + self.up else 0.5

    def value(self, score: float) -> float:
        """Return the value whose rank is that of a score of the standard normal distribution."""
        if score <= ndtri(self.weight):
            return self.mode + (self.down * ndtri(ndtr(score) / (2 * self.weight)) if self.down else 0.0)
        return self.mode - (self.up * ndtri(ndtr(-score) / (2 * (1 - self.weight))) if self.up else 0.0)

    def score(self, value: float) -> float:
        """Return the score of the standard normal distribution whose rank is that of a value."""
        if value <= self.mode:
            below = 2 * self.weight * ndtr((value - self.mode) / self.down) if self.down else 0.0
            return float(ndtri(below))
        above = 2 * (1 - self.weight) * ndtr((self.mode - value) / self.up) if self.up else 0.0
        return -float(ndtri(above))


def _result(
    term: str,
    first: Measured,
    last: Measured,
    level: float,
    note: str,
    difference: float | None = None,
    errors: str | None = None,
    by_correlation: tuple[tuple[float, float], ...] = (),
) -> SignProbability:
    lead = by_correlation[0][1] if by_correlation else None
    return SignProbability(
        estimates=(Estimate("difference", difference), Estimate("probability", lead)),
        n=sum(one.value is not None for one in (first, last)),
        note=note,
        method="sign_probability",
        references=(WALLIS,) if errors == "bounds" else (),
        term=term,
        first=first,
        last=last,
        bounds_level=level,
        difference=difference,
        probability=lead,
        by_correlation=by_correlation,
        errors=errors,
    )
