"""A series before and after an event: change of level and of slope, by least squares or as counts.

It compares a unit with its own past, carried on in a straight line. Whatever else happened at that time is in the
estimate too, and short persistent series "change" at most dates: look at its rank among placebos
(:func:`ogp_analysis.statistics.placebos.placebo`) before its interval.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words.sentence import Number
from ogp_analysis.display.figure import Figure
from ogp_analysis.statistics.figures import interruption
from ogp_analysis.statistics.models import INTERCEPT, Model
from ogp_analysis.statistics.regression import f_test, ols
from ogp_analysis.statistics.result import checked_level, with_errors
from ogp_analysis.statistics.sample import numbers, one_series, sample

#: Observations on either side of the event, at least: fewer give a line no slope.
FEWEST_ON_A_SIDE = 3


@dataclass(frozen=True, kw_only=True)
class Interrupted(Model):
    """An interrupted time series.

    No p value is printed: on short persistent series a nominal one means little. :attr:`nominal` holds them.

    Attributes
    ----------
    time : str
        Column of time.
    event : float
        First time after the event.
    origin : float
        Time at which the change of level is measured.
    family : str
        ``"gaussian"`` or ``"poisson"``, whose estimates are logarithms of ratios.
    small_sample : str
        As in :func:`~ogp_analysis.statistics.regression.ols`.
    slope_changes : bool
        Whether the slope may change as well as the level.
    harmonics : int
        Pairs of sine and cosine.
    path : pandas.DataFrame
        One row per observation: time, observed, fitted, counterfactual after the event, on the scale of the outcome.
    covariance : numpy.ndarray
        Of the coefficients, in the order of `estimates`.
    """

    time: str
    event: float
    origin: float
    family: str
    small_sample: str
    slope_changes: bool
    harmonics: int
    path: pd.DataFrame = field(repr=False, compare=False)
    covariance: np.ndarray = field(repr=False, compare=False)

    @property
    def ratios(self) -> pd.DataFrame:
        """Rate ratios of a series of counts, one row per term: ``term, ratio, low, high``."""
        if self.family != "poisson":
            raise ModelError("interrupted", "a series that is not of counts has no rate ratios", "Use frame")
        frame = self.frame
        return frame[["term"]].assign(
            ratio=np.exp(frame["estimate"]), low=np.exp(frame["low"]), high=np.exp(frame["high"])
        )

    @cached_property
    def nominal(self) -> pd.DataFrame:
        """Nominal p values, one row per test: ``test, statistic, p_value``; of each change, and of all together.

        A table prints none of them without the share of units in which such a test rejects at a date without an event.
        """
        rows = []
        for tested in dict.fromkeys([*((term,) for term in self.main), self.main]):
            f, _, p = f_test(self, self.covariance, tested)
            rows.append((" and ".join(tested), f, p))
        return pd.DataFrame(rows, columns=["test", "statistic", "p_value"])

    def plot(self, *, name: str = "interrupted", labels: dict[str, str] | None = None, ax=None) -> Figure:
        """Draw what was observed, the fit, and the line before the event carried on.

        Parameters
        ----------
        name : str
            File name of the figure.
        labels : dict of str to str or None
            What the outcome is called.
        ax : matplotlib.axes.Axes or None
            Axes to draw on; by default new ones.
        """
        changed, outcome = {term: self[term] for term in self.main}, (labels or {}).get(self.outcome, self.outcome)
        return interruption(self.path, changed, name=name, outcome=outcome, event=self.event, n=self.n, ax=ax)


def interrupted(
    frame: pd.DataFrame,
    outcome: str,
    time: str,
    event: float,
    *,
    family: Literal["gaussian", "poisson"] = "gaussian",
    errors: Literal["hac", "classical", "quasi", "likelihood"] | None = None,
    lags: int | None = None,
    small_sample: Literal["each", "none"] = "each",
    slope_changes: bool = True,
    origin: float | None = None,
    harmonics: int = 0,
    period: float = 12,
    exposure: str | None = None,
    level: float = 0.95,
) -> Interrupted:
    """Fit a line to one series whose level and slope may change at an event.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per time of one series, in any order. Rows without a value are left out, and counted.
    outcome, time : str
        Columns of numbers. The constant is the level at time 0.
    event : float
        First time that is after the event.
    family : {"gaussian", "poisson"}
        Least squares, or counts with a logarithmic link.
    errors : {"hac", "classical", "quasi", "likelihood"} or None
        Newey and West's, or classical ones, of least squares; of counts, those of the likelihood times the dispersion
        (``"quasi"``), or of the likelihood itself. By default ``"hac"`` and ``"quasi"``.
    lags : int or None
        Lags of ``"hac"``; by default 2.
    small_sample : {"each", "none"}
        Whether the variance of ``"hac"`` is multiplied by n / (n − k).
    slope_changes : bool
        Whether the slope may change as well.
    origin : float or None
        Time at which the change of level is measured; by default that of the event.
    harmonics : int
        Pairs of sine and cosine for a season.
    period : float
        Units of time in one season.
    exposure : str or None
        Column of what counts are relative to, such as persons.
    level : float
        Nominal coverage of the intervals.

    Returns
    -------
    Interrupted
        Terms ``(intercept)``, ``time``, ``level``, ``slope``, and of a season ``sin 1``, ``cos 1`` and so on. Intervals
        are those of the t distribution with n − k degrees of freedom, of counts normal ones.

    Raises
    ------
    ModelError
        If a column is absent or not of numbers, a time is repeated, fewer than three observations lie on a side of the
        event, counts are negative, or the arguments do not go together.

    Notes
    -----
    Lopez Bernal, Cummins and Gasparrini (2017).

    Examples
    --------
    >>> import pandas as pd
    >>> values = [0.50, 0.52, 0.53, 0.55, 0.57, 0.58, 0.45, 0.44, 0.42, 0.41, 0.39, 0.38]
    >>> series = pd.DataFrame({"year": range(2011, 2023), "value": values})
    >>> fit = ogp.statistics.interrupted(series, "value", "year", 2017)
    >>> round(fit["level"].estimate, 3), round(fit["slope"].estimate, 3)
    (-0.147, -0.031)
    """
    level, where = checked_level(level, "interrupted"), "interrupted"
    errors = errors or ("hac" if family == "gaussian" else "quasi")
    if errors not in {"gaussian": ("hac", "classical"), "poisson": ("quasi", "likelihood")}.get(family, ()):
        raise ModelError(
            where,
            f"family is {family!r} with errors {errors!r}",
            "Use gaussian with hac or classical, poisson with quasi or likelihood",
        )
    if exposure and family == "gaussian":
        raise ModelError(where, "exposure goes with counts only", "Use family='poisson', or divide by it")
    if lags is not None and (errors != "hac" or lags < 0):
        raise ModelError(where, f"lags is {lags!r} for errors {errors!r}", "Give 0 or more, for hac only")
    made = sample(frame, outcome, [], keys=[time, *([exposure] if exposure else [])], where=where)
    t, origin = numbers(made.rows[time], where), event if origin is None else origin
    columns = _columns(t, event, origin, slope_changes, harmonics, period)
    rows, x = pd.DataFrame({**columns, OUTCOME: made.y}), np.column_stack([np.ones(len(t)), *columns.values()])
    size = numbers(made.rows[exposure], where) if exposure else np.ones(len(t))
    lags = 2 if lags is None and errors == "hac" else lags
    if family == "gaussian":
        more = {"order": "time", "lags": lags, "small_sample": small_sample} if errors == "hac" else {}
        fit = ols(rows, OUTCOME, list(columns), errors=errors, level=level, **more)
        b, covariance, degrees = np.array([e.estimate for e in fit.estimates]), fit.covariance, fit.degrees
        measures = fit.fit
    else:
        # Read when first needed: the models are a tenth of a second of every process.
        from statsmodels.genmod.families import Poisson
        from statsmodels.genmod.generalized_linear_model import GLM

        for name, values, least in (("counts", made.y, 0), ("exposures", size, 1e-300)):
            if few := int((values < least).sum()):
                raise ModelError(
                    where, f"{few} {name} are too small", "Pass counts of 0 or more, with exposures above 0"
                )
        sample(rows, OUTCOME, list(columns), where=where, keys=["time"])  # whose faults are those of the terms
        fitted = GLM(made.y, x, family=Poisson(), exposure=size).fit(tol=1e-12, maxiter=200)
        b, degrees, dispersion = np.asarray(fitted.params), None, fitted.pearson_chi2 / (len(t) - x.shape[1])
        covariance = np.asarray(fitted.normalized_cov_params) * (dispersion if errors == "quasi" else 1.0)
        measures = (
            ("deviance", Number(float(fitted.deviance), "ratio", 1)),
            ("dispersion", Number(float(dispersion), "ratio", 2)),
        )
    without = x * [term not in ("level", "slope") for term in (INTERCEPT, *columns)]
    fits, counterfactual = (np.exp(line) * size if family == "poisson" else line for line in (x @ b, without @ b))
    path = pd.DataFrame(
        {"time": t, "observed": made.y, "fitted": fits, "counterfactual": np.where(t >= event, counterfactual, np.nan)}
    )
    return Interrupted(
        estimates=with_errors([INTERCEPT, *columns], b, covariance, degrees, level, printed=False),
        n=len(t),
        outcome=outcome,
        errors=errors,
        degrees=degrees,
        left_out=made.left_out,
        main=("level", "slope") if slope_changes else ("level",),
        named=NAMED,
        fit=measures,
        method="interrupted_time_series",
        references=("bernal_cummins_gasparrini_2017", *(("newey_west_1987",) if errors == "hac" else ())),
        time=time,
        event=float(event),
        origin=float(origin),
        family=family,
        lags=lags,
        small_sample=small_sample,
        slope_changes=slope_changes,
        harmonics=harmonics,
        path=path,
        covariance=covariance,
    )


#: Terms that have a name in words.
NAMED = (("time", "time"), ("level", "level"), ("slope", "slope"))
#: Name of the outcome among the terms of the model, which no term bears.
OUTCOME = "(outcome)"


def _columns(t: np.ndarray, event: float, origin: float, slope_changes: bool, harmonics: int, period: float) -> dict:
    """Return the terms of the model but the constant, by name."""
    one_series(t, "time", "interrupted")
    after = (t >= event).astype(float)
    sides = int(len(t) - after.sum()), int(after.sum())
    if min(sides) < FEWEST_ON_A_SIDE:
        raise ModelError(
            "interrupted",
            f"{sides[0]} observations lie before {event:g}, {sides[1]} from it on",
            f"Choose one with {FEWEST_ON_A_SIDE} or more on each side",
        )
    columns = {"time": t, "level": after}
    if slope_changes:
        columns["slope"] = after * (t - origin)
    for wave in range(1, harmonics + 1):
        columns |= {
            f"sin {wave}": np.sin(2 * np.pi * wave * t / period),
            f"cos {wave}": np.cos(2 * np.pi * wave * t / period),
        }
    return columns


@dataclass(frozen=True)
class Changes:
    """Changes of level and slope of many series over the same times, and their standard errors; one column a series.

    Attributes
    ----------
    values : numpy.ndarray
        Coefficients by row: constant, time, level and, if it may change, slope.
    std_errors : numpy.ndarray
        Likewise.
    joint : numpy.ndarray
        F of all changes together.
    degrees : int
        Degrees of freedom.
    """

    values: np.ndarray
    std_errors: np.ndarray
    joint: np.ndarray
    degrees: int


def changes(
    values: np.ndarray,
    t: np.ndarray,
    event: float,
    *,
    origin: float | None = None,
    lags: int | None = 2,
    small_sample: str = "each",
    slope_changes: bool = True,
) -> Changes:
    """Fit :func:`interrupted` to many series without missing values at once, by least squares.

    Parameters
    ----------
    values : numpy.ndarray
        One row per time, one column a series.
    t : numpy.ndarray
        Times, in order.
    event, origin, small_sample, slope_changes
        As in :func:`interrupted`.
    lags : int or None
        As there; None for classical errors.
    """
    columns = _columns(t, event, event if origin is None else origin, slope_changes, 0, 1)
    x = np.column_stack([np.ones(len(t)), *columns.values()])
    n, k = x.shape
    # By QR, since years are large numbers that hardly differ.
    q, r = np.linalg.qr(x)
    pick = np.linalg.solve(r, q.T)
    b = pick @ values
    left = values - x @ b
    if lags is None:
        noise = (left**2).sum(axis=0) / (n - k)
        variances, shared = (pick**2).sum(axis=1)[:, None] * noise, (pick[-2] @ pick[-1]) * noise
    else:
        scores = [one[:, None] * left for one in pick]
        spread = [score.copy() for score in scores]
        for score, sums in zip(scores, spread, strict=True):
            for lag in range(1, min(lags, n - 1) + 1):
                weighted = (1 - lag / (lags + 1)) * score
                sums[lag:] += weighted[:-lag]
                sums[:-lag] += weighted[lag:]
        factor = n / (n - k) if small_sample == "each" else 1.0
        variances = [(a * b).sum(axis=0) for a, b in zip(scores, spread, strict=True)]
        variances = factor * np.array(variances).clip(min=0)
        shared = factor * (scores[-2] * spread[-1]).sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        # F of one or two coefficients of many series, of two with their covariance.
        level, of_level = b[2], variances[2]
        joint = level**2 / of_level
        if slope_changes:
            slope, of_slope = b[3], variances[3]
            joint = of_slope * level**2 - 2 * shared * level * slope + of_level * slope**2
            joint = joint / (of_level * of_slope - shared * shared) / 2
    return Changes(b, np.sqrt(variances), joint, n - k)
