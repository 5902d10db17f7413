"""How far parallel trends may fail before an effect is lost (Rambachan and Roth 2023).

An event study estimates effect plus bias, and before adoption bias alone. Two bounds say how the bias may go on:

relative magnitudes
    From one time to the next it moves at most `bound` times as much as it did at most before adoption.
smoothness
    Its slope changes by at most `bound` from one time to the next; with 0 it is a straight line.

The result is an interval for a weighted mean of the effects after adoption that holds whichever bias within the bound
is true.
"""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats
from scipy.special import ndtr, ndtri

#: Share of the error of a hybrid test that its first stage takes (Rambachan and Roth 2023, section 4).
FIRST_STAGE = 0.1
#: Draws of the largest of correlated normal moments, and their seed.
DRAWS, SEED = 10_000, 0
_GRID, _HALVINGS = 400, 40


def relative_magnitudes(
    estimates: np.ndarray, covariance: np.ndarray, before: int, weights: np.ndarray, bound: float, level: float
) -> tuple[float, float]:
    """Return the interval under relative magnitudes.

    The bias of the weighted mean is at most `bound` times the largest movement before adoption, times what the weights
    let movements after it add up to. For each movement that can be the largest, and each sign of it, that is a set of
    moment inequalities, two for each movement after adoption. The least of their largest violation, over all effects
    with the same mean, has a closed form, since each movement stands in two of them only. It is tested with the hybrid
    of the conditional and the least favourable test (Andrews, Roth and Pakes 2023); the interval holds every value that
    one of the tests does not reject.

    Parameters
    ----------
    estimates, covariance : numpy.ndarray
        Of an event study without its reference period, in the order of time.
    before : int
        How many of them lie before the reference period.
    weights : numpy.ndarray
        Of the effects after it.
    bound : float
        0 or more.
    level : float
        Nominal coverage.
    """
    total, after = len(estimates), len(estimates) - before
    # Movements from each time to the next; the reference period, with bias 0, is the last before adoption.
    moves = np.zeros((total, total))
    moves[np.arange(before), np.arange(before)] = -1
    moves[np.arange(before - 1), np.arange(1, before)] = 1
    moves[np.arange(before, total), np.arange(before, total)] = 1
    moves[np.arange(before + 1, total), np.arange(before, total - 1)] = -1
    reach = np.cumsum(weights[::-1])[::-1]  # how far each movement after adoption moves the weighted mean
    mean = reach @ moves[before:]
    target, error = float(mean @ estimates), float(np.sqrt(mean @ covariance @ mean))
    drawn = np.random.default_rng(SEED).standard_normal((DRAWS, total)) @ _root(covariance).T
    drawn_mean, drawn_moves, size = drawn @ mean, drawn @ moves[:before].T, np.abs(reach)
    tests = []
    for largest in range(before):
        for sign in (1.0, -1.0):
            most = sign * bound * moves[largest]
            up, down = moves[before:] - most, -moves[before:] - most
            up, down = (np.sqrt(np.einsum("ij,jk,ik->i", one, covariance, one)) for one in (up, down))
            higher, lower = np.where(reach > 0, up, down) @ size, np.where(reach > 0, down, up) @ size
            rows = np.array([(mean - size.sum() * most) / higher, (-mean - size.sum() * most) / lower])
            rows = np.vstack([rows, -2 * most / (up + down)[:, None]])
            shift = np.concatenate([[1 / higher, -1 / lower], np.zeros(after)])
            # Of the last moments, the one with the least or the greatest spread is the largest.
            most_drawn, spreads = sign * bound * drawn_moves[:, largest], ((up + down).min(), (up + down).max())
            of_mean = (drawn_mean - size.sum() * most_drawn) / higher, (-drawn_mean - size.sum() * most_drawn) / lower
            largest_moment = np.max([*of_mean, *(-2 * most_drawn / one for one in spreads)], axis=0)
            critical = float(np.quantile(largest_moment, 1 - FIRST_STAGE * (1 - level)))
            tests.append((rows @ estimates, shift, rows @ covariance @ rows.T, critical))

    def accepted(value: float) -> bool:
        return any(hybrid_test(moments - shift * value, variance, critical, 1 - level)
                   for moments, shift, variance, critical in tests)  # fmt: skip

    moved = moves[:before]
    most = float(np.abs(moved @ estimates).max() + 4 * np.sqrt(np.diag(moved @ covariance @ moved.T)).max())
    far = 8 * error + bound * size.sum() * most
    return _end(accepted, target, target - far), _end(accepted, target, target + far)


def smoothness(
    estimates: np.ndarray, covariance: np.ndarray, before: int, weights: np.ndarray, bound: float, level: float
) -> tuple[float, float]:
    """Return the interval under smoothness: the shortest of fixed length around an affine estimator.

    The estimator subtracts from the weighted mean what the estimates before adoption lead one to expect. Its bias
    is largest when every change of slope is as large as allowed; the interval reaches as far as a normal variable
    with that bias and its standard error can.

    Parameters are those of :func:`relative_magnitudes`.
    """
    total = len(estimates)
    times = np.concatenate([np.arange(-before, 0), np.arange(1, total - before + 1)]).astype(float)
    # A bias that is 0 at the reference period is a line through it plus kinks: of each, its value at every time.
    knots = np.arange(-before + 1, total - before)
    kinks = np.where(knots[:, None] >= 0, np.maximum(times - knots[:, None], 0), np.maximum(knots[:, None] - times, 0))
    fixed = np.concatenate([np.zeros(before), weights])
    fixed[0] -= (fixed @ times) / times[0]  # a line must not bias
    free = np.zeros((before - 1, total))
    free[np.arange(before - 1), np.arange(1, before)] = 1
    free[:, 0] = -times[1:before] / times[0]
    root = _root(covariance)

    def half_length(bias: float, spread: float) -> float:
        return folded_normal_quantile(bias / spread, level) * spread

    # Without bias the least variance is a regression; from there the bias is traded for it.
    start, *_ = np.linalg.lstsq((free @ root).T, -(fixed @ root), rcond=None)
    chosen = fixed + start @ free
    if bound > 0 and before > 1:
        k, m = before - 1, len(knots)

        def length(x):
            own = fixed + x[:k] @ free
            return half_length(bound * x[k:].sum() * unit, float(np.linalg.norm(own @ root))) / unit

        unit = float(np.linalg.norm(chosen @ root)) or 1.0
        slope, constant = (free @ kinks.T).T, kinks @ fixed
        gap = np.hstack([-slope, np.eye(m) * unit]), np.hstack([slope, np.eye(m) * unit])
        rules = [
            {"type": "ineq", "fun": lambda x: gap[0] @ x - constant, "jac": lambda x: gap[0]},
            {"type": "ineq", "fun": lambda x: gap[1] @ x + constant, "jac": lambda x: gap[1]},
        ]
        best = None
        # The free weights with which the largest bias is least: a linear programme.
        cost = np.concatenate([np.zeros(k), np.ones(m)])
        rows = np.vstack([np.hstack([slope, -np.eye(m)]), np.hstack([-slope, -np.eye(m)])])
        least = optimize.linprog(cost, rows, np.concatenate([-constant, constant]), bounds=[(None, None)] * (k + m))
        for first in (start, least.x[:k]):
            x = np.concatenate([first, np.abs(kinks @ (fixed + first @ free)) / unit])
            solved = optimize.minimize(length, x, method="SLSQP", constraints=rules,
                                      options={"maxiter": 1000, "ftol": 1e-12})  # fmt: skip
            for candidate in (solved.x[:k], first):
                own = fixed + candidate @ free
                size = half_length(bound * float(np.abs(kinks @ own).sum()), float(np.linalg.norm(own @ root)))
                if best is None or size < best[0]:
                    best = size, own
        chosen = best[1]
    size = half_length(bound * float(np.abs(kinks @ chosen).sum()), float(np.linalg.norm(chosen @ root)))
    centre = float(chosen @ estimates)
    return centre - size, centre + size


def folded_normal_quantile(bias: float, level: float) -> float:
    """Return the quantile of the absolute value of a normal variable with mean `bias` and variance 1."""
    if bias > 8:
        return bias + float(stats.norm.ppf(level))
    return float(np.sqrt(stats.ncx2.ppf(level, 1, bias**2))) if bias > 0 else float(stats.norm.ppf((1 + level) / 2))


def hybrid_test(moments: np.ndarray, variance: np.ndarray, critical: float, error: float) -> bool:
    """Return whether moments that should not be positive are not rejected.

    The largest is held against the normal distribution cut to where it would still be the largest, below `critical`
    (Andrews, Roth and Pakes 2023).

    Parameters
    ----------
    moments, variance : numpy.ndarray
        Moments and their covariance.
    critical : float
        What the largest must not exceed in the first stage, which takes :data:`FIRST_STAGE` of the error.
    error : float
        Size of the whole test.
    """
    j = int(moments.argmax())
    largest, spread = moments[j], float(np.sqrt(variance[j, j]))
    if largest > critical:
        return False
    slope = variance[j] / variance[j, j]
    with np.errstate(divide="ignore", invalid="ignore"):
        crossing = (moments - slope * largest) / (1 - slope)
    low = crossing[slope < 1 - 1e-10].max(initial=-np.inf) / spread
    high = min(crossing[slope > 1 + 1e-10].min(initial=np.inf), critical) / spread
    level = (error - FIRST_STAGE * error) / (1 - FIRST_STAGE * error)
    above_low, above_high = ndtr(-low), ndtr(-high)  # tails, so that nothing is lost far out
    cut = -spread * float(ndtri(above_high + level * (above_low - above_high)))
    return bool(largest <= max(0.0, cut))


def _end(accepted, inside: float, far: float) -> float:
    """Return the value furthest from `inside`, towards `far`, that is accepted: first by a grid, then by halving.

    `inside` itself, the mean if trends were parallel, contradicts no bound and is always accepted.
    """
    low = next(value for value in np.linspace(far, inside, _GRID + 1) if accepted(value))
    high = low + (far - inside) / _GRID
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if accepted(middle) else (low, middle)
    return float(low)


def _root(covariance: np.ndarray) -> np.ndarray:
    values, vectors = np.linalg.eigh((covariance + covariance.T) / 2)
    return vectors * np.sqrt(np.clip(values, 0, None))
