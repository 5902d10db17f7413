"""Quantile classes as Stata's ``xtile`` makes them, which the published rules are written in.

References
----------
StataCorp: Stata base reference manual, entry *pctile*. A cut point at rank ``P = k n / q`` is the mean of
the values at ranks P and P + 1 if P is whole, else the value at the next rank; a value that equals a cut
point is in the lower class.
"""

from __future__ import annotations

import numpy as np


def cut_points(values: np.ndarray, count: int) -> np.ndarray:
    """Return the ``count - 1`` cut points of `values`; none if no value is present.

    Parameters
    ----------
    values : numpy.ndarray
        Numbers; missing ones are left out.
    count : int
        How many classes.
    """
    ordered = np.sort(values[~np.isnan(values)])
    n = len(ordered)
    if n == 0:
        return np.empty(0)
    # In whole numbers: numpy's method "averaged_inverted_cdf" is this definition, but finds ranks in floating point and
    # misses some that are whole, as 75 x 7/25.
    whole, rest = np.divmod(np.arange(1, count) * n, count)
    low = np.where(rest == 0, whole - 1, whole)
    return (ordered[np.clip(low, 0, n - 1)] + ordered[np.clip(whole, 0, n - 1)]) / 2


def classes(values: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Return the class of each value, from 1; NaN where the value is missing."""
    found = np.searchsorted(cuts, values, side="left") + 1.0
    return np.where(np.isnan(values), np.nan, found)
