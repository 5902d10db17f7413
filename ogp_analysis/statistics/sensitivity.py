"""How far parallel trends may fail before an effect is lost (Rambachan and Roth 2023).

An event study estimates beta = tau + delta: the effect tau, which is 0 before adoption, and the difference of trends
delta. The parameter is theta = l_vec' tau_post, a weighted mean of the effects after adoption. Two sets say how delta
may go on:

relative magnitudes, Delta^RM(Mbar)
    From one time to the next delta moves at most Mbar times as much as it did at most before adoption.
smoothness, Delta^SD(M)
    The slope of delta changes by at most M from one time to the next; with M = 0 it is a straight line.

The result is an interval for theta that holds whichever delta of the set is true.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize, stats
from scipy.special import ndtr, ndtri

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.models import Model

#: Share of the error of a hybrid test that its first stage takes (Rambachan and Roth 2023, section 4).
FIRST_STAGE = 0.1
#: Draws of the largest of correlated normal moments, and their seed.
DRAWS, SEED = 10_000, 0
_GRID, _HALVINGS = 400, 40


@dataclass(frozen=True, kw_only=True)
class Sensitivity(Model):
    """Intervals of the mean effect that hold if parallel trends fail within a bound.

    Attributes
    ----------
    bounds : tuple of float
        In the order of the estimates, whose method is ``"relative_magnitudes"`` or ``"smoothness"``. Each estimate is
        that of parallel trends, kept within its interval.
    breakdown : float or None
        The smallest of the bounds whose interval holds 0; None if none does.
    point, point_error : float
        The mean of the effects, and its standard error, if trends were parallel.
    leads, lags : int
        Times before the reference, and from adoption on, that it rests on.
    """

    bounds: tuple[float, ...]
    breakdown: float | None
    point: float
    point_error: float
    leads: int
    lags: int


def relative_magnitudes(
    beta: np.ndarray, sigma: np.ndarray, n_pre: int, l_vec: np.ndarray, Mbar: float, level: float
) -> tuple[float, float]:
    """Return the interval under relative magnitudes.

    The bias of l_vec' beta_post is at most Mbar times the largest movement of delta before adoption, times what the
    weights let movements after it add up to. For each movement that can be the largest, and each sign of it, that is a
    set of moment inequalities A delta <= 0, two for each movement after adoption. The least of their largest violation,
    over all tau with the same theta, has a closed form, since each movement stands in two of them only. It is tested
    with the hybrid of the conditional and the least favourable test (Andrews, Roth and Pakes 2023); the interval holds
    every theta that one of the tests does not reject.

    Parameters
    ----------
    beta, sigma : numpy.ndarray
        Estimates of an event study without its reference period, in the order of time, and their covariance.
    n_pre : int
        How many of them lie before the reference period, 1 or more.
    l_vec : numpy.ndarray
        Weights of the effects after it, one for each, summing to 1.
    Mbar : float
        0 or more.
    level : float
        Nominal coverage.

    Returns
    -------
    (float, float)
        Lower and upper end, on the scale of `beta`. They are found by a grid and 40 halvings; critical values rest on
        10,000 draws with a fixed seed, so that the same input gives the same interval.

    Raises
    ------
    ModelError
        If `Mbar` is below 0.
    """
    _check(Mbar)
    n_post = len(beta) - n_pre
    # A delta: movements from each time to the next; the reference period, with delta 0, is the last before adoption.
    A = np.delete(np.diff(np.eye(len(beta) + 1), axis=0), n_pre, axis=1)
    A_pre, A_post = A[:n_pre], A[n_pre:]
    L = np.cumsum(l_vec[::-1])[::-1]  # l_vec' delta_post = L' A_post delta
    size, l_beta = np.abs(L), L @ A_post
    theta, error = float(l_beta @ beta), float(np.sqrt(l_beta @ sigma @ l_beta))
    drawn = np.random.default_rng(SEED).standard_normal((DRAWS, len(beta))) @ _root(sigma).T
    drawn_theta, drawn_pre = drawn @ l_beta, drawn @ A_pre.T
    tests = []
    for s in range(n_pre):
        for sign in (1.0, -1.0):
            most = sign * Mbar * A_pre[s]
            up, down = (np.sqrt(np.einsum("ij,jk,ik->i", a, sigma, a)) for a in (A_post - most, -A_post - most))
            higher, lower = np.where(L > 0, up, down) @ size, np.where(L > 0, down, up) @ size
            rows = np.array([(l_beta - size.sum() * most) / higher, (-l_beta - size.sum() * most) / lower])
            rows = np.vstack([rows, -2 * most / (up + down)[:, None]])
            shift = np.concatenate([[1 / higher, -1 / lower], np.zeros(n_post)])
            # Of the last moments, the one with the least or the greatest spread is the largest.
            drawn_most, spreads = sign * Mbar * drawn_pre[:, s], ((up + down).min(), (up + down).max())
            ends = (drawn_theta - size.sum() * drawn_most) / higher, (-drawn_theta - size.sum() * drawn_most) / lower
            largest_moment = np.max([*ends, *(-2 * drawn_most / one for one in spreads)], axis=0)
            critical = float(np.quantile(largest_moment, 1 - FIRST_STAGE * (1 - level)))
            tests.append((rows @ beta, shift, rows @ sigma @ rows.T, critical))

    def accepted(value: float) -> bool:
        return any(
            hybrid_test(moments - shift * value, variance, critical, 1 - level)
            for moments, shift, variance, critical in tests
        )

    most = float(np.abs(A_pre @ beta).max() + 4 * np.sqrt(np.diag(A_pre @ sigma @ A_pre.T)).max())
    far = 8 * error + Mbar * size.sum() * most
    return _end(accepted, theta, theta - far), _end(accepted, theta, theta + far)


def smoothness(
    beta: np.ndarray, sigma: np.ndarray, n_pre: int, l_vec: np.ndarray, M: float, level: float
) -> tuple[float, float]:
    """Return the interval under smoothness: the shortest of fixed length around an affine estimator v' beta.

    The estimator subtracts from the weighted mean what the estimates before adoption lead one to expect. Its bias
    is largest when every change of slope is as large as allowed; the interval reaches as far as a normal variable
    with that bias and its standard error can.

    Parameters
    ----------
    beta, sigma, n_pre, l_vec, level
        As in :func:`relative_magnitudes`.
    M : float
        0 or more, on the scale of `beta`.

    Returns
    -------
    (float, float)
        Lower and upper end, on the scale of `beta`.

    Raises
    ------
    ModelError
        As :func:`relative_magnitudes`.
    """
    _check(M)
    n_post = len(beta) - n_pre
    times = np.concatenate([np.arange(-n_pre, 0), np.arange(1, n_post + 1)]).astype(float)
    # A delta that is 0 at the reference period is a line through it plus kinks: of each, its value at every time.
    knots = np.arange(-n_pre + 1, n_post)
    kinks = np.where(knots[:, None] >= 0, np.maximum(times - knots[:, None], 0), np.maximum(knots[:, None] - times, 0))
    fixed = np.concatenate([np.zeros(n_pre), l_vec])
    fixed[0] -= (fixed @ times) / times[0]  # a line must not bias
    free = np.eye(n_pre, len(beta))[1:]
    free[:, 0] = -times[1:n_pre] / times[0]
    root = _root(sigma)

    def half_length(v: np.ndarray, bias: float | None = None) -> float:
        bias, spread = M * float(np.abs(kinks @ v).sum()) if bias is None else bias, float(np.linalg.norm(v @ root))
        return folded_normal_quantile(bias / spread, level) * spread

    # Without bias the least variance is a regression; from there the bias is traded for it.
    start, *_ = np.linalg.lstsq((free @ root).T, -(fixed @ root), rcond=None)
    v = fixed + start @ free
    if M > 0 and n_pre > 1:
        k, m = n_pre - 1, len(knots)
        unit = float(np.linalg.norm(v @ root)) or 1.0
        slope, constant = (free @ kinks.T).T, kinks @ fixed
        # The unknowns are the free weights, then a bound of each kink; the bias is M times the sum of these.
        rules = [
            {
                "type": "ineq",
                "fun": lambda x, gap=gap, sign=sign: gap @ x + sign * constant,
                "jac": lambda _, gap=gap: gap,
            }
            for sign in (-1, 1)
            for gap in [np.hstack([sign * slope, np.eye(m) * unit])]
        ]
        # The free weights with which the largest bias is least: a linear programme.
        cost = np.concatenate([np.zeros(k), np.ones(m)])
        rows = np.vstack([np.hstack([slope, -np.eye(m)]), np.hstack([-slope, -np.eye(m)])])
        least = optimize.linprog(cost, rows, np.concatenate([-constant, constant]), bounds=[(None, None)] * (k + m))
        found = []
        for first in (start, least.x[:k]):
            x = np.concatenate([first, np.abs(kinks @ (fixed + first @ free)) / unit])
            solved = optimize.minimize(
                lambda x: half_length(fixed + x[:k] @ free, M * x[k:].sum() * unit) / unit,
                x,
                method="SLSQP",
                constraints=rules,
                options={"maxiter": 1000, "ftol": 1e-12},
            )
            found += [fixed + solved.x[:k] @ free, fixed + first @ free]
        v = min(found, key=half_length)
    centre, half = float(v @ beta), half_length(v)
    return centre - half, centre + half


def _check(bound: float) -> None:
    if bound < 0:
        raise ModelError("sensitivity", f"a bound is {bound}", "Bounds are 0 or more")


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
