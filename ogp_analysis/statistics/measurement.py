"""Published values and their errors: how sure the sign of a change is, and estimates with the error of their data.

The error of a published value is taken as its publisher gives it: normal with the published standard deviation, or,
where only bounds are published, split normal with these bounds. How the errors of two years go together is not
published and cannot be estimated from two values, and it decides the result: the same coders rate both years. Results
therefore lead with independent errors and give others beside them: for the sign of a change they are the least
favourable of the correlations that are not negative wherever the probability is above one half, and they let a slope
vary most.

:func:`sign_probability` holds a change between two years against these errors. It belongs to years that were chosen
before looking at the values: for a window that begins at the highest value of the series there is none.
:func:`with_measurement_error` fits any model to draws from the publisher's posterior: each replaces every published
value, and the fits are put together by Rubin's rules.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields

import numpy as np
import pandas as pd
from scipy.integrate import quad
from scipy.special import chdtri, ndtr, ndtri

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words import say
from ogp_analysis.base.words.sentence import count, index
from ogp_analysis.display.result import Parts
from ogp_analysis.statistics.interrupted import Interrupted, changes
from ogp_analysis.statistics.models import Model
from ogp_analysis.statistics.result import Estimate, checked_level, plain, quantile, two_sided
from ogp_analysis.statistics.sample import (
    across_break,
    checked,
    checked_series,
    checked_window,
    exact,
    numbers,
    present,
)

#: Coverage of V-Dem's published bounds (codelow, codehigh): about one standard deviation.
VDEM_LEVEL = 0.68
#: Correlations of the two errors for which the probability is given. The first leads.
CORRELATIONS = (0.0, 0.5, 0.9)
#: Where the integral over a standard normal error ends: what lies beyond is below 1e-18.
_FAR = 9.0
#: A share of the variance above which an interval says more of the posterior than of the series.
DOMINATED = 0.5
#: Size of the test that holds the scatter of the published values against what independent errors would leave.
SIZE = 0.01


@dataclass(frozen=True)
class SplitNormal:
    """Split normal distributions (Wallis 2014): scale `down` below the mode, `up` above it; one may be 0, or both."""

    mode: np.ndarray | float
    down: np.ndarray | float
    up: np.ndarray | float

    @property
    def weight(self) -> np.ndarray:
        """What lies below the mode."""
        both = np.asarray(self.down + self.up)
        return np.where(both > 0, self.down / np.where(both > 0, both, 1), 0.5)

    @property
    def variance(self) -> np.ndarray:
        """Of each distribution."""
        return (1 - 2 / np.pi) * (self.up - self.down) ** 2 + self.up * self.down

    def value(self, score: np.ndarray | float) -> np.ndarray:
        """Return the values whose ranks are those of scores of the standard normal distribution."""
        # Ranks are counted from the nearer end, where they keep their digits.
        lower = score <= ndtri(self.weight)
        rank = ndtr(np.where(lower, score, -score)) / np.where(lower, 2 * self.weight, 2 * (1 - self.weight))
        return self.mode + np.where(lower, self.down, -self.up) * ndtri(np.minimum(rank, 0.5))

    def score(self, value: float) -> float:
        """Return the score of the standard normal distribution whose rank is that of a value, of one distribution."""
        below = value <= self.mode
        scale, part = (self.down, self.weight) if below else (self.up, 1 - self.weight)
        score = float(ndtri(2 * part * ndtr(-abs(value - self.mode) / scale) if scale else 0.0))
        return score if below else -score


@dataclass(frozen=True)
class Measured:
    """A value with what is published of its error; None where nothing is."""

    value: float | None
    low: float | None = None
    high: float | None = None
    sd: float | None = None


@dataclass(frozen=True)
class SignProbability:
    """A change between two years, and how probable it is that the true change has the same sign.

    Attributes
    ----------
    term : str
        What changed.
    first_value, last_value, difference : float or None
        The two values; last minus first, exact in the published decimals.
    probability, probability_50, probability_90 : float or None
        That the true change has the sign of `difference`, 0 to 1, for each of :data:`CORRELATIONS`: independent errors
        first.
    errors : str or None
        What they rest on: ``"sd"`` (published standard deviations) or ``"bounds"``; None if on nothing.
    note : str
        ``"compared"``; or why there is no probability: ``"no_change_coded"`` (everything published is the same in
        both years), ``"same_value"`` (the values are equal, so the change has no sign), ``"no_width"`` (errors of 0 in
        both years), ``"no_bounds"``, ``"not_observed"``, ``"not_comparable"`` (a break lies between the two years).
    """

    term: str
    first_value: float | None
    last_value: float | None
    difference: float | None = None
    probability: float | None = None
    probability_50: float | None = None
    probability_90: float | None = None
    errors: str | None = None
    note: str = "not_comparable"


@dataclass(frozen=True)
class SignProbabilities:
    """Several changes over the same years: of each a row of ``frame``, as in :class:`SignProbability`, by term."""

    frame: pd.DataFrame


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
    difference, errors, found = None, None, [None] * len(CORRELATIONS)
    if first.value is None or last.value is None:
        note = "not_observed"
    else:
        difference = float(exact(last.value) - exact(first.value))
        # What of the errors of both years is published, and what can be said from it.
        bounds = (first.low, first.high, last.low, last.high)
        errors = "sd" if None not in (first.sd, last.sd) else "bounds" if None not in bounds else None
        if errors is None:
            note = "no_bounds"
        elif first == last:
            note = "no_change_coded"
        elif first.value == last.value:
            note = "same_value"
        else:
            widths = (first.sd, last.sd) if errors == "sd" else (*_half_widths(first), *_half_widths(last))
            note = "compared" if any(widths) else "no_width"
    if note == "compared":
        compare = _by_sd if errors == "sd" else _by_bounds
        found = [compare(first, last, rho, level) for rho in CORRELATIONS]
    return SignProbability(term, first.value, last.value, difference, *found, errors, note)


def _by_sd(first: Measured, last: Measured, rho: float, level: float) -> float:
    variance = first.sd**2 + last.sd**2 - 2 * rho * first.sd * last.sd
    return float(ndtr(abs(last.value - first.value) / math.sqrt(variance)))


def _by_bounds(first: Measured, last: Measured, rho: float, level: float) -> float:
    """Return P(last < first) of a fall, or P(first < last) of a rise, by integrating over the error of the upper."""
    scale = float(ndtri((1 + level) / 2))
    lower, upper = sorted((first, last), key=lambda one: one.value)
    above, below = (SplitNormal(one.value, *(w / scale for w in _half_widths(one))) for one in (upper, lower))
    kinks = sorted({float(z) for z in (ndtri(above.weight), above.score(below.mode)) if abs(z) < _FAR})
    rest = math.sqrt(1 - rho**2)

    def density(z: float) -> float:
        normal = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        return normal * float(ndtr((below.score(float(above.value(z))) - rho * z) / rest))

    whole, _ = quad(density, -_FAR, _FAR, points=kinks or None, epsabs=1e-11, epsrel=1e-11, limit=200)
    return min(max(whole, 0.0), 1.0)


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
    values = {
        (r.term, r.year): Measured(*r[2:]) for r in rows[rows["year"].isin([first, last])].itertuples(index=False)
    }
    series = checked_series(frame.rename(columns={"term": "unit"}), "sign_probabilities")
    crossed, found = across_break(series, first, last), []
    for term in sorted(frame["term"].astype(str).unique()):
        ends = [values.get((term, year), Measured(None)) for year in (first, last)]
        if term in crossed:
            found.append(SignProbability(term, *(_checked(end, term).value for end in ends)))
        else:
            found.append(sign_probability(*ends, level, term))
    columns = [one.name for one in fields(SignProbability)]
    return SignProbabilities(pd.DataFrame(found, columns=columns).astype(dict.fromkeys(columns[1:-2], "float64")))


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


@dataclass(frozen=True, kw_only=True)
class WithMeasurementError(Model):
    """A model fitted to draws from the publisher's posterior, put together by Rubin's rules.

    Attributes
    ----------
    published : tuple of Estimate
        The same model fitted to the published values alone.
    shares : tuple of float
        Of each estimate the share of its variance that comes from measurement, 0 to 1.
    largest_share : float
        The largest of the main estimates.
    draws : int
        Draws from the posterior.
    correlation : float
        Between the errors of two times of a unit.
    spread : float
        Mean variance of the posterior that is not shared by all times of a unit.
    scatter : float or None
        What independent errors can be at most, from the second differences of the published values; None where there
        are none.
    note : str
        ``"sound"``; ``"dominated"``: more than half of the variance of a main estimate comes from measurement;
        ``"contradicted"``: the published values scatter less about a smooth path than errors of this spread would let
        them, so that errors of neighbouring times must go together more than was assumed, and the inference does not
        hold.
    """

    published: tuple[Estimate, ...] = field(repr=False)
    shares: tuple[float, ...]
    largest_share: float
    draws: int
    correlation: float
    spread: float
    scatter: float | None

    @property
    def frame(self) -> pd.DataFrame:
        """One row per term, as in all models, with ``published``, ``published_std_error`` and ``measurement_share``."""
        return super().frame.assign(
            published=[e.estimate for e in self.published],
            published_std_error=[np.nan if e.std_error is None else e.std_error for e in self.published],
            measurement_share=list(self.shares),
        )

    def notes(self) -> Parts:
        """Say what stands below a table: also how many draws, and the correlation between times.

        Examples
        --------
        >>> import pandas as pd
        >>> series = pd.DataFrame({"year": range(2011, 2019), "value": [5, 6, 5, 7, 3, 4, 3, 4.0], "sd": 0.1})
        >>> fit = ogp.statistics.interrupted(series, "value", "year", 2015)
        >>> found = ogp.statistics.with_measurement_error(series, "value", fit, time="year", sd="sd")
        >>> print(found.notes())
        Standard errors: Newey–West (Bartlett kernel), lags: 2.
        Values drawn from the publisher's posterior (draws: 1,000; correlation between times 0.00), combined by ...
        """
        return super().notes() + [
            say("models.note.measurement", draws=count(self.draws), correlation=index(self.correlation, 2))
        ]


def with_measurement_error(
    frame: pd.DataFrame,
    value: str,
    estimator: Callable[[pd.DataFrame], Model] | Interrupted,
    *,
    time: str,
    unit: str = "",
    sd: str = "",
    low: str = "",
    high: str = "",
    bounds_level: float = VDEM_LEVEL,
    correlation: float = 0.0,
    draws: int = 1_000,
    seed: int = 0,
) -> WithMeasurementError:
    """Fit a model to draws from the posterior of a published series, and put the fits together.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and time, in any order. Rows without a value are left as they are.
    value : str
        Column of published values, from which those of the draws differ.
    estimator : callable or Interrupted
        A function that takes such a frame and returns a fitted model; or a fitted interrupted series of this value by
        least squares and without a season, of which all draws are fitted at once.
    time, unit : str
        Columns; without a unit the frame is one series.
    sd : str
        Column of standard deviations of the posterior.
    low, high : str
        Without one, columns of its bounds: the value is the mode of a split normal distribution with these.
    bounds_level : float
        Coverage of the bounds; .68 for V-Dem.
    correlation : float
        Between the errors of any two times of a unit, 0 to 1. Independent errors lead; others belong into an appendix.
    draws : int
        How many, at least 2.
    seed : int
        Of the draws; more draws leave the first ones as they are.

    Returns
    -------
    WithMeasurementError
        The mean of the estimates, and errors from the mean of their variances and from their spread; p values only
        where the model prints them. Its `note` says whether the spread of the posterior makes the inference invalid.

    Raises
    ------
    ModelError
        If neither standard deviations nor bounds are named, or some values lack them; if they are negative, or a value
        lies outside its bounds; if the model has no standard errors; or the arguments do not go together.

    Notes
    -----
    Rubin (1987), degrees of freedom by Barnard and Rubin (1999), the split normal distribution as in Wallis (2014). The
    draws add the error of the publisher to values that hold it already, and so widen the scatter about a fit: where the
    published values are smoother than independent errors of that spread could leave them, ``note`` is
    ``"contradicted"``. The sum of squares of second differences is held against its law under independent errors.

    Examples
    --------
    >>> import pandas as pd
    >>> values = [0.50, 0.55, 0.51, 0.55, 0.52, 0.58, 0.45, 0.40, 0.43, 0.41, 0.36, 0.38]
    >>> series = pd.DataFrame({"year": range(2011, 2023), "value": values, "sd": 0.01})
    >>> fit = ogp.statistics.interrupted(series, "value", "year", 2017)
    >>> found = ogp.statistics.with_measurement_error(series, "value", fit, time="year", sd="sd", draws=200)
    >>> found.note, found["level"].std_error > fit["level"].std_error
    ('sound', True)
    """
    where = "with_measurement_error"
    if not 0 <= correlation <= 1 or draws < 2:
        raise ModelError(
            where,
            f"correlation is {correlation!r} with {draws!r} draws",
            "Give a correlation from 0 to 1, and 2 draws or more",
        )
    if not sd and not (low and high):
        raise ModelError(
            where,
            f"no posterior of {value!r} is named, and none can be made up",
            "Name the column of its standard deviations, or both of its bounds",
        )
    at, units, t, y, posterior = _observed(frame, value, time, unit, (sd,) if sd else (low, high), bounds_level)
    # Row by row from one generator, so that more draws leave the first ones as they are; part of each error is shared
    # by its unit.
    scores = np.random.default_rng(seed).standard_normal((draws, len(at) + int(units[-1]) + 1))
    scores, shared = scores[:, : len(at)], scores[:, len(at) :]
    if correlation:
        scores = np.sqrt(correlation) * shared[:, units] + np.sqrt(1 - correlation) * scores
    drawn = y + posterior.up * scores if sd else posterior.value(scores)
    if isinstance(estimator, Interrupted):
        published: Model = estimator
        values, variances = _interrupted(estimator, drawn, t)
    else:
        published = estimator(frame)
        values, variances = _refitted(published, estimator, frame, at, drawn, value)
    variance = posterior.variance * (1 - correlation)
    # Of errors alone the square of a second difference is v₁ + 4 v₂ + v₃; whatever else moves a series adds to it, so
    # that these squares hold the most that independent errors have. Those of neighbours are correlated, and about half
    # as many count: 1 + 2 (16/36 + 1/36) is the sum of the correlations of second differences squared.
    even = (np.diff(t, 2) == 0) & (units[2:] == units[:-2])
    squares = np.diff(y, 2)[even] ** 2
    scatter, contradicted = None, False
    if len(squares):
        expected = (variance[:-2] + 4 * variance[1:-1] + variance[2:])[even]
        counted = len(squares) / 1.944
        least = chdtri(counted, 1 - SIZE) / counted * expected.mean()
        scatter, contradicted = float(squares.mean() / 6), bool(squares.mean() < least)
    estimates, shares, degrees = _combined(published, values, variances)
    heaviest = max([shares[at] for at in published.places(published.main)] or shares)
    sources = ("rubin_1987", "barnard_rubin_1999", *(() if sd else ("wallis_2014",)))
    basis = {**published.basis(), "degrees": degrees, "references": sources}
    return WithMeasurementError(
        **basis,
        estimates=estimates,
        main=published.main,
        named=published.named,
        when=published.when,
        method="rubin",
        note="contradicted" if contradicted else "dominated" if heaviest > DOMINATED else "sound",
        published=published.estimates,
        shares=shares,
        largest_share=heaviest,
        draws=draws,
        correlation=correlation,
        spread=float(variance.mean()),
        scatter=scatter,
    )


def _observed(frame: pd.DataFrame, value: str, time: str, unit: str, bounds: tuple[str, ...], level: float):
    """Return the rows with a value by unit and time: place in the frame, unit, time, value, and its distribution.

    Arrays, not frames: this is most of what a quick model costs.
    """
    where, named = "with_measurement_error", [name for name in (value, time, unit, *bounds) if name]
    checked_level(level, where)
    present(frame, named, where)
    at = np.flatnonzero(frame[value].notna().to_numpy())
    own = {name: frame[name].iloc[at] for name in named}
    if not len(at) or own[time].isna().any() or (unit and own[unit].isna().any()):
        raise ModelError(where, f"there is no value, or one without {time} or unit", "Take these rows out first")
    if lacking := int(np.logical_or.reduce([own[column].isna().to_numpy() for column in bounds]).sum()):
        raise ModelError(
            where,
            f"{lacking} of {len(at)} values have no published error",
            "Take another series, or years in which it has one",
        )
    units = pd.factorize(own[unit].astype(str), sort=True)[0] if unit else np.zeros(len(at), int)
    t = numbers(own[time], where)
    order = np.lexsort((t, units))
    units, t = units[order], t[order]
    repeated = (np.diff(t) == 0) & (np.diff(units) == 0)
    if repeated.any():
        raise ModelError(
            where,
            f"{int(repeated.sum())} rows repeat a time, for example {t[1:][repeated][0]:g}",
            "Name the column of units, or pass one series",
        )
    y, *errors = (numbers(own[name], where)[order] for name in (value, *bounds))
    scale = float(ndtri((1 + level) / 2))
    down, up = errors * 2 if len(errors) == 1 else ((y - errors[0]) / scale, (errors[1] - y) / scale)
    if wrong := int(((down < 0) | (up < 0)).sum()):
        raise ModelError(
            where,
            f"{wrong} values lie outside their bounds, or have a negative standard deviation",
            "Check which columns are passed",
        )
    return at[order], units, t, y, SplitNormal(y, down, up)


def _interrupted(fit: Interrupted, drawn: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients and their variances, one row per draw, of an interrupted series fitted to all at once."""
    if fit.family != "gaussian" or fit.harmonics:
        raise ModelError(
            "with_measurement_error",
            "counts, or series with a season, are not fitted so",
            "Pass a function that fits it",
        )
    if not np.array_equal(t, fit.path["time"]):
        raise ModelError(
            "with_measurement_error",
            f"the frame has {len(t)} values, the fit another {fit.n}",
            "Pass the frame of the one series that was fitted",
        )
    found = changes(
        drawn.T,
        t,
        fit.event,
        origin=fit.origin,
        lags=fit.lags,
        small_sample=fit.small_sample,
        slope_changes=fit.slope_changes,
    )
    return found.values.T, found.std_errors.T**2


def _refitted(published: Model, estimator, frame, at, drawn, value) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients and their variances, one row per draw."""
    names, fits = [e.term for e in published.estimates], []
    for i, one in enumerate(drawn):
        column = np.full(len(frame), np.nan)
        column[at] = one
        fit = estimator(frame.assign(**{value: column}))
        if [e.term for e in fit.estimates] != names:
            raise ModelError(
                "with_measurement_error",
                f"draw {i} has other terms than the published values",
                "Fit the same model to all",
            )
        fits.append([(e.estimate, np.nan if e.std_error is None else e.std_error**2) for e in fit.estimates])
    return np.array(fits)[:, :, 0], np.array(fits)[:, :, 1]


def _combined(published: Model, values: np.ndarray, variances: np.ndarray):
    """Return the estimates by Rubin's rules, the shares of measurement, and the fewest degrees of freedom."""
    m, estimates, shares, fewest = len(values), [], [], np.inf
    for one, own, within in zip(published.estimates, values.T, variances.T, strict=True):
        inside, between = float(within.mean()), float((1 + 1 / m) * own.var(ddof=1))
        total = inside + between
        if not np.isfinite(total) or total <= 0:
            raise ModelError("with_measurement_error", f"{one.term!r} has no standard error", "Use a model that has")
        part = between / total
        degrees = (m - 1) / part**2 if part > 0 else np.inf
        if published.degrees is not None:
            observed = (published.degrees + 1) / (published.degrees + 3) * published.degrees * (1 - part)
            degrees = 1 / (1 / degrees + 1 / max(observed, 1e-9))
        law, size = float(degrees) if np.isfinite(degrees) else None, float(np.sqrt(total))
        mean, reach = float(own.mean()), quantile((1 + one.level) / 2, law) * size
        p = None if one.p_value is None else two_sided(mean / size, law)
        estimates.append(Estimate(one.term, mean, size, mean - reach, mean + reach, p, one.level))
        shares.append(part)
        fewest = min(fewest, degrees)
    return tuple(estimates), tuple(shares), None if not np.isfinite(fewest) else float(fewest)
