"""Tukey's fences: from where on a value is far from the bulk of the others.

References
----------
Tukey, J. W. (1977): Exploratory data analysis. Addison-Wesley. The fences are the quartiles -/+ 1.5 times
the distance between them. Quartiles: Hyndman, R. J. & Fan, Y. (1996): Sample quantiles in statistical
packages. The American Statistician 50(4), 361-365, definition 8 (median-unbiased).
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np

from ogp_analysis.procurement.flags.result import TUKEY, Settings

#: Why nothing is held against a fence: too few values made it, or no value that there can be lies beyond it.
FEW_COMPARED, OUT_OF_REACH = "few_compared", "fence_out_of_reach"
#: How many interquartile distances a value must lie outside the quartiles.
REACH = Fraction(3, 2)
_METHOD = "median_unbiased"


def quantile(values: np.ndarray, share: float) -> float:
    """Return the median-unbiased quantile of `values`.

    Parameters
    ----------
    values : numpy.ndarray
        Numbers in any order, none missing; they may be infinite.
    share : float
        Between 0 and 1.

    Returns
    -------
    float
        NaN if there are no values.
    """
    if len(values) == 0:
        return float("nan")
    unbounded = np.isinf(values)
    if unbounded.any():
        # Numpy has no number beside an infinite value; how far the quantile reaches into these is one of their signs.
        reach = float(np.quantile(np.where(unbounded, np.sign(values), 0.0), share, method=_METHOD))
        if reach or unbounded.all():
            return math.copysign(math.inf, reach)
        values = np.clip(values, values[~unbounded].min(), values[~unbounded].max())
    return float(np.quantile(values, share, method=_METHOD))


def lower_fence(values: np.ndarray) -> dict[str, float]:
    """Return ``q1``, ``q3`` and ``lower_fence`` of `values`; all NaN if there are none."""
    q1, q3 = quantile(values, 0.25), quantile(values, 0.75)
    return {"q1": q1, "q3": q3, "lower_fence": _beyond(q1, q3 - q1, -REACH)}


def upper_fence(values: np.ndarray) -> dict[str, float]:
    """Return ``q1``, ``q3`` and ``upper_fence`` of `values`; all NaN if there are none."""
    q1, q3 = quantile(values, 0.25), quantile(values, 0.75)
    return {"q1": q1, "q3": q3, "upper_fence": _beyond(q3, q3 - q1, REACH)}


def no_fence(units: int, compared: int, threshold, settings: Settings, reachable: bool) -> list[tuple[str, np.ndarray]]:
    """Return why no unit can be held against a threshold, for each reason and unit.

    An alert that cannot be set says nothing of those without it. The setting ``general.fence_minimum`` is how many
    values a fence needs: with six or fewer, a single far value moves the quartile that its own fence is made of.

    Parameters
    ----------
    units : int
        How many units the answer is for.
    compared : int
        How many values the fence was made of.
    threshold : float or str
        The flag's setting: a number, or ``"tukey"`` for a fence of the data.
    settings : Settings
    reachable : bool
        Whether a value that there can be would be flagged, for example a share up to 1.
    """
    few = threshold == TUKEY and compared < settings["general"]["fence_minimum"]
    return [(FEW_COMPARED, np.full(units, few)), (OUT_OF_REACH, np.full(units, not reachable))]


def _beyond(quartile: float, distance: float, reach: Fraction) -> float:
    """Rounded once: whether a value lies on the fence must not hang on how a machine multiplies."""
    if not (np.isfinite(quartile) and np.isfinite(distance)):
        return float("nan")
    return float(Fraction(quartile) + reach * Fraction(distance))
