"""An estimate with the error of what it rests on: any model, fitted to draws from the publisher's posterior.

Each draw replaces every published value by one from its posterior; the model is fitted to each, and the fits are put
together by Rubin's rules. How the errors of two years of a unit go together is not published: they are drawn as
independent unless set otherwise, which lets a slope vary most.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import chdtri, ndtr, ndtri

from ogp_analysis.base.errors import ModelError, listed
from ogp_analysis.base.words import say
from ogp_analysis.base.words.numbers import Count, Share, count, index, share
from ogp_analysis.display.result import Parts
from ogp_analysis.statistics.interrupted import Interrupted, changes
from ogp_analysis.statistics.interval_change import VDEM_LEVEL, WALLIS
from ogp_analysis.statistics.models import Model
from ogp_analysis.statistics.result import REFERENCES, Estimate, checked_level, quantile, two_sided
from ogp_analysis.statistics.sample import numbers, refuse_withheld

RUBIN = REFERENCES["rubin_1987"]
BARNARD_RUBIN = REFERENCES["barnard_rubin_1999"]
#: A share of the variance above which an interval says more of the posterior than of the series.
DOMINATED = 0.5
#: Size of the test that holds the scatter of the published values against what independent errors would leave.
SIZE = 0.01


@dataclass(frozen=True, kw_only=True)
class WithMeasurementError(Model):
    """A model fitted to draws from the publisher's posterior, put together by Rubin's rules.

    Attributes
    ----------
    published : tuple of Estimate
        The same model fitted to the published values alone.
    shares : tuple of float
        Of each estimate the share of its variance that comes from measurement, 0 to 1.
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
    draws: Count
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

    @property
    def largest_share(self) -> Share:
        """The largest share of measurement in the variance of a main estimate."""
        names = [e.term for e in self.estimates]
        return max(self.shares[names.index(term)] for term in self.main or names)

    def text(self) -> Parts:
        """Say each main estimate, and whether its interval holds."""
        verdict = say("models.measurement", case=self.note, draws=count(self.draws), share=share(self.largest_share),
                      correlation=index(self.correlation, 2))  # fmt: skip
        return super().text() + [verdict]

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
    refuse_withheld(frame)
    if not 0 <= correlation <= 1 or draws < 2:
        raise ModelError(where, f"correlation is {correlation!r} with {draws!r} draws",
                         "Give a correlation from 0 to 1, and 2 draws or more")  # fmt: skip
    if not sd and not (low and high):
        raise ModelError(where, f"no posterior of {value!r} is named, and none can be made up",
                         "Name the column of its standard deviations, or both of its bounds")  # fmt: skip
    rows = _observed(frame, value, time, unit, (sd,) if sd else (low, high), bounds_level)
    # Row by row from one generator, so that more draws leave the first ones as they are; part of each error is shared
    # by its unit.
    n = len(rows.at)
    scores = np.random.default_rng(seed).standard_normal((draws, n + int(rows.unit[-1]) + 1))
    scores, shared = scores[:, :n], scores[:, n:]
    if correlation:
        scores = np.sqrt(correlation) * shared[:, rows.unit] + np.sqrt(1 - correlation) * scores
    drawn = rows.posterior.values(scores)
    published: Model = estimator if isinstance(estimator, Interrupted) else estimator(frame)
    values, variances = _fitted(published, estimator, frame, rows, drawn, value)
    variance = rows.posterior.variance * (1 - correlation)
    spread = float(variance.mean())
    # Of errors alone the square of a second difference is v₁ + 4 v₂ + v₃; whatever else moves a series adds to it, so
    # that these squares hold the most that independent errors have. Those of neighbours are correlated, and about half
    # as many count: 1 + 2 (16/36 + 1/36) is the sum of the correlations of second differences squared.
    even = (np.diff(rows.time, 2) == 0) & (rows.unit[2:] == rows.unit[:-2])
    squares = np.diff(rows.value, 2)[even] ** 2
    scatter, contradicted = None, False
    if len(squares):
        expected = (variance[:-2] + 4 * variance[1:-1] + variance[2:])[even]
        counted = len(squares) / 1.944
        least = chdtri(counted, 1 - SIZE) / counted * expected.mean()
        scatter, contradicted = float(squares.mean() / 6), bool(squares.mean() < least)
    estimates, shares, degrees = _combined(published, values, variances)
    names = [e.term for e in published.estimates]
    heaviest = max(shares[names.index(term)] for term in published.main or names)
    return WithMeasurementError(
        estimates=estimates, n=published.n, clusters=published.clusters, clustered_by=published.clustered_by,
        outcome=published.outcome, errors=published.errors, lags=published.lags, degrees=degrees,
        left_out=published.left_out, main=published.main, named=published.named, when=published.when, method="rubin",
        note="contradicted" if contradicted else "dominated" if heaviest > DOMINATED else "sound",
        references=(RUBIN, BARNARD_RUBIN, *(() if sd else (WALLIS,))), published=published.estimates, shares=shares,
        draws=draws, correlation=correlation, spread=spread, scatter=scatter,
    )  # fmt: skip


class _Posterior:
    """Normal distributions around values, or split normal ones with bounds.

    Parameters
    ----------
    modes : numpy.ndarray
        The published values.
    first, second : numpy.ndarray
        Standard deviations alone, or lower and upper bounds.
    level : float
        Coverage of the bounds.
    """

    def __init__(self, modes: np.ndarray, first: np.ndarray, second: np.ndarray | None = None, *, level: float) -> None:
        checked_level(level, "with_measurement_error")
        scale = float(ndtri((1 + level) / 2))
        self.normal, self.modes = second is None, modes
        self.down, self.up = (first, first) if second is None else ((modes - first) / scale, (second - modes) / scale)
        wrong = (self.down < 0) | (self.up < 0)
        if wrong.any():
            raise ModelError("with_measurement_error", f"{int(wrong.sum())} values lie outside their bounds, or have a "
                             "negative standard deviation", "Check which columns are passed")  # fmt: skip
        both = self.down + self.up
        self.below = np.where(both > 0, self.down / np.where(both > 0, both, 1), 0.5)
        # Of a split normal distribution (Wallis 2014).
        self.variance = (1 - 2 / np.pi) * (self.up - self.down) ** 2 + self.up * self.down

    def values(self, scores: np.ndarray) -> np.ndarray:
        """Return the values whose ranks are those of scores of the standard normal distribution."""
        if self.normal:
            return self.modes + self.up * scores
        # Ranks are counted from the nearer end, where they keep their digits.
        lower = scores <= ndtri(self.below)
        rank = ndtr(np.where(lower, scores, -scores)) / np.where(lower, 2 * self.below, 2 * (1 - self.below))
        return self.modes + np.where(lower, self.down, -self.up) * ndtri(np.minimum(rank, 0.5))


@dataclass(frozen=True)
class _Observed:
    """The published values in the order of unit and time: where they stand in the frame, and their posterior."""

    at: np.ndarray
    unit: np.ndarray
    time: np.ndarray
    value: np.ndarray
    posterior: _Posterior


def _observed(
    frame: pd.DataFrame, value: str, time: str, unit: str, columns: tuple[str, ...], level: float
) -> _Observed:
    """Return the rows with a value, checked. Arrays, not frames: this is most of what a quick model costs."""
    where = "with_measurement_error"
    named = [name for name in (value, time, unit, *columns) if name]
    absent = [name for name in named if name not in frame.columns]
    if absent:
        raise ModelError(where, f"{len(absent)} columns are absent, {listed(absent)}", "Name columns of the frame")
    at = np.flatnonzero(frame[value].notna().to_numpy())
    own = {name: frame[name].iloc[at] for name in named}
    if not len(at) or own[time].isna().any() or (unit and own[unit].isna().any()):
        raise ModelError(where, f"there is no value, or one without {time} or unit", "Take these rows out first")
    lacking = int(np.logical_or.reduce([own[column].isna().to_numpy() for column in columns]).sum())
    if lacking:
        raise ModelError(where, f"{lacking} of {len(at)} values have no published error",
                         "Take another series, or years in which it has one")  # fmt: skip
    units = pd.factorize(own[unit].astype(str), sort=True)[0] if unit else np.zeros(len(at), int)
    t = numbers(own[time], where)
    order = np.lexsort((t, units))
    units, t = units[order], t[order]
    repeated = (np.diff(t) == 0) & (np.diff(units) == 0)
    if repeated.any():
        raise ModelError(where, f"{int(repeated.sum())} rows repeat a time, for example {t[1:][repeated][0]:g}",
                         "Name the column of units, or pass one series")  # fmt: skip
    published, *errors = (numbers(own[name], where)[order] for name in (value, *columns))
    return _Observed(at[order], units, t, published, _Posterior(published, *errors, level=level))


def _fitted(published: Model, estimator, frame, rows: _Observed, drawn: np.ndarray, value: str):
    """Return coefficients and their variances, one row per draw: of an interrupted series all fitted at once."""
    if isinstance(estimator, Interrupted):
        fit = estimator
        if fit.family != "gaussian" or fit.harmonics:
            raise ModelError("with_measurement_error", "counts, or series with a season, are not fitted so",
                             "Pass a function that fits it")  # fmt: skip
        if not np.array_equal(rows.time, fit.path["time"]):
            raise ModelError("with_measurement_error", f"the frame has {len(rows.at)} values, the fit another {fit.n}",
                             "Pass the frame of the one series that was fitted")  # fmt: skip
        found = changes(drawn.T, rows.time, fit.event, origin=fit.origin, lags=fit.lags, small_sample=fit.small_sample,
                        slope_changes=fit.slope_changes)  # fmt: skip
        return found.values.T, found.std_errors.T**2
    names = [e.term for e in published.estimates]
    values, variances = (np.empty((len(drawn), len(names))) for _ in range(2))
    for i, one in enumerate(drawn):
        column = np.full(len(frame), np.nan)
        column[rows.at] = one
        fit = estimator(frame.assign(**{value: column}))
        if [e.term for e in fit.estimates] != names:
            raise ModelError("with_measurement_error", f"draw {i} has other terms than the published values",
                             "Fit the same model to all")  # fmt: skip
        values[i] = [e.estimate for e in fit.estimates]
        variances[i] = [np.nan if e.std_error is None else e.std_error**2 for e in fit.estimates]
    return values, variances


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
            whole = published.degrees
            observed = (whole + 1) / (whole + 3) * whole * (1 - part)
            degrees = 1 / (1 / degrees + 1 / max(observed, 1e-9))
        law, size = float(degrees) if np.isfinite(degrees) else None, float(np.sqrt(total))
        mean, reach = float(own.mean()), quantile((1 + one.level) / 2, law) * size
        p = None if one.p_value is None else two_sided(mean / size, law)
        estimates.append(Estimate(one.term, mean, size, mean - reach, mean + reach, p, one.level))
        shares.append(part)
        fewest = min(fewest, degrees)
    return tuple(estimates), tuple(shares), None if not np.isfinite(fewest) else float(fewest)
