"""Tukey's fences: from where on a value is far from the bulk of the others.

References
----------
Tukey, J. W. (1977): Exploratory data analysis. Addison-Wesley. The fences are the quartiles -/+ 1.5 times
the distance between them. Quartiles: Hyndman, R. J. & Fan, Y. (1996): Sample quantiles in statistical
packages. The American Statistician 50(4), 361-365, definition 8 (median-unbiased).
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

#: How many interquartile distances a value must lie outside the quartiles.
REACH = Fraction(3, 2)


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
    n = len(values)
    if n == 0:
        return float("nan")
    position = (n + 1 / 3) * share + 1 / 3
    below = int(position)
    if below <= 0 or share == 0.0:
        return float(values.min())
    if below >= n or share == 1.0:
        return float(values.max())
    low, high = np.partition(values, (below - 1, below))[below - 1 : below + 1]
    return float(low) if low == high else float(low + (position - below) * (high - low))


def lower_fence(values: np.ndarray) -> dict[str, float]:
    """Return ``q1``, ``q3`` and ``lower_fence`` of `values`; all NaN if there are none."""
    q1, q3 = quantile(values, 0.25), quantile(values, 0.75)
    return {"q1": q1, "q3": q3, "lower_fence": _beyond(q1, q3 - q1, -REACH)}


def upper_fence(values: np.ndarray) -> dict[str, float]:
    """Return ``q1``, ``q3`` and ``upper_fence`` of `values`; all NaN if there are none."""
    q1, q3 = quantile(values, 0.25), quantile(values, 0.75)
    return {"q1": q1, "q3": q3, "upper_fence": _beyond(q3, q3 - q1, REACH)}


def _beyond(quartile: float, distance: float, reach: Fraction) -> float:
    """Rounded once: whether a value lies on the fence must not hang on how a machine multiplies."""
    if not (np.isfinite(quartile) and np.isfinite(distance)):
        return float("nan")
    return float(Fraction(quartile) + reach * Fraction(distance))
