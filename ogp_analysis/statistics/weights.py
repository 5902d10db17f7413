"""Weights that are not negative and sum to 1, chosen so that donors together come close to a target."""

from __future__ import annotations

import numpy as np
from scipy.optimize import nnls

#: Below this a squared distance counts as 0.
_TINY = 1e-300


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
        One value per measure.
    ridge : float
        0 or more.
    """
    apart = points - target[:, None]
    if ridge:
        apart = np.vstack([apart, np.sqrt(ridge) * np.eye(points.shape[1])])
    size = np.abs(apart).max()
    if size == 0:
        return np.full(points.shape[1], 1 / points.shape[1])
    rows, aim = np.ones((len(apart) + 1, points.shape[1])), np.zeros(len(apart) + 1)
    np.divide(apart, size, out=rows[:-1])
    aim[-1] = 1.0
    weights, _ = nnls(rows, aim, maxiter=50 * points.shape[1])
    return weights / weights.sum()


def frank_wolfe(
    points: np.ndarray, target: np.ndarray, ridge: np.ndarray, start: np.ndarray, close: np.ndarray, most: int
) -> np.ndarray:
    """Return weights as :func:`closest_mixture` does, of many problems, by steps towards one donor at a time.

    It stops early, as the software of Arkhangelsky et al. (2021) does, and so comes to the published numbers.

    Parameters
    ----------
    points : numpy.ndarray
        Problems by measures by donors.
    target, ridge, start : numpy.ndarray
        Problems by measures; problems; problems by donors.
    close : numpy.ndarray
        Of each problem, the fall of the mean squared distance below which it stops.
    most : int
        Steps at most.
    """
    weights, going = start.copy(), np.arange(len(points))
    a, b, x = points, target, start.copy()
    eta, near, last = ridge.copy(), close.copy(), np.full(len(points), np.inf)
    for step in range(1, most + 1):
        reached = np.matmul(a, x[:, :, None])[:, :, 0]
        gradient = np.matmul((reached - b)[:, None, :], a)[:, 0, :] + eta[:, None] * x
        rows, best = np.arange(len(x)), gradient.argmin(axis=1)
        towards = -x
        towards[rows, best] += 1
        moved = a[rows, :, best] - reached
        size = (moved**2).sum(axis=1) + eta * (towards**2).sum(axis=1)
        length = -(gradient * towards).sum(axis=1) / np.maximum(size, _TINY)  # with nowhere to go it is 0
        x = x + np.clip(length, 0, 1)[:, None] * towards
        distance = b - np.matmul(a, x[:, :, None])[:, :, 0]
        value = ((distance**2).sum(axis=1) + eta * (x**2).sum(axis=1)) / b.shape[1]
        done = (last - value <= near) if step > 1 else np.zeros(len(x), bool)
        if done.any() or step == most:
            weights[going] = x
            kept = ~done
            going, a, b, x, eta, near, value = (part[kept] for part in (going, a, b, x, eta, near, value))
            if not len(going):
                break
        last = value
    return weights
