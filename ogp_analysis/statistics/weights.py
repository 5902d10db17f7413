"""Weights that are not negative and sum to 1, chosen so that donors together come close to a target."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls


def closest_mixture(points: np.ndarray, target: np.ndarray, ridge: float = 0.0) -> np.ndarray:
    """Return the weights, not negative and summing to 1, with which the columns of `points` come closest to `target`.

    The squared distance, plus `ridge` times the sum of squared weights, is least. With the target taken off every
    column it is the point of a polytope next to the origin, which non-negative least squares finds exactly: there the
    weights may sum to anything, at a price, and the best ones are those looked for, up to their sum.

    Parameters
    ----------
    points : numpy.ndarray
        Measures by donors.
    target : numpy.ndarray
        One value a measure.
    ridge : float
        0 or more.
    """
    apart = points - target[:, None]
    if ridge:
        apart = np.vstack([apart, np.sqrt(ridge) * np.eye(points.shape[1])])
    size = np.sqrt((apart**2).sum(axis=0).max())
    if size == 0:
        return np.full(points.shape[1], 1 / points.shape[1])
    rows = np.vstack([apart / size, np.ones(points.shape[1])])
    aim = np.zeros(len(rows))
    aim[-1] = 1.0
    found, _ = nnls(rows, aim, maxiter=50 * points.shape[1])
    return found / found.sum()
