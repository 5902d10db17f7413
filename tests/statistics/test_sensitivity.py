"""How far parallel trends may fail: closed forms against linear programmes, and intervals against the truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.optimize import linprog, minimize

from ogp_analysis.statistics import sensitivity
from ogp_analysis.statistics.sensitivity import relative_magnitudes, smoothness

BEFORE, AFTER = 3, 3
WEIGHTS = np.array([0.5, 0.3, 0.2])


def study(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(BEFORE + AFTER, BEFORE + AFTER)) * 0.1
    return rng.normal(size=BEFORE + AFTER) * 0.3, root @ root.T + 0.01 * np.eye(BEFORE + AFTER)


def path(bias: np.ndarray) -> np.ndarray:
    """The bias at every time, with the 0 of the reference period."""
    return np.concatenate([bias[:BEFORE], [0.0], bias[BEFORE:]])


def test_with_a_bound_of_0_it_is_the_ordinary_interval():
    estimates, covariance = study(1)
    weights = np.concatenate([np.zeros(BEFORE), WEIGHTS])
    error = np.sqrt(weights @ covariance @ weights)
    found = relative_magnitudes(estimates, covariance, BEFORE, WEIGHTS, 0.0, 0.95)
    assert found == pytest.approx(weights @ estimates + np.array([-1.96, 1.96]) * error, abs=0.02 * error)


@pytest.mark.parametrize("bound", [0.5, 2.0])
def test_without_errors_the_interval_is_the_set_of_what_is_possible(bound):
    """The extremes of the mean over all biases within the bound, by linear programmes."""
    estimates, _ = study(2)
    tiny = np.eye(BEFORE + AFTER) * 1e-12
    before = np.diff(path(estimates)[: BEFORE + 1])
    most = bound * np.abs(before).max()
    moves = np.eye(AFTER) - np.eye(AFTER, k=-1)
    rows, limits = np.vstack([moves, -moves]), np.full(2 * AFTER, most)
    ends = [sign * linprog(sign * WEIGHTS, rows, limits, bounds=(None, None)).fun for sign in (1, -1)]
    told = [WEIGHTS @ estimates[BEFORE:] - ends[1], WEIGHTS @ estimates[BEFORE:] - ends[0]]
    assert relative_magnitudes(estimates, tiny, BEFORE, WEIGHTS, bound, 0.95) == pytest.approx(told, abs=1e-4)


def test_moments_with_unknowns_are_eliminated_as_a_linear_programme_does(monkeypatch):
    """The least of the largest violation over the effects with the same mean, for many values of the mean."""
    estimates, covariance = study(3)
    seen = []

    def record(moments, variance, critical, error):
        seen.append(moments)
        return False

    monkeypatch.setattr(sensitivity, "hybrid_test", record)
    values = iter((-0.4, 0.1, 0.7))
    monkeypatch.setattr(sensitivity, "_end", lambda accepted, inside, far: [accepted(v) for v in values] and inside)
    relative_magnitudes(estimates, covariance, BEFORE, WEIGHTS, 0.8, 0.95)
    told = []
    for value in (-0.4, 0.1, 0.7):
        for largest in range(BEFORE):
            for sign in (1, -1):
                difference = np.eye(BEFORE + AFTER + 1, k=1)[:-1] - np.eye(BEFORE + AFTER + 1)[:-1]
                most = sign * difference[largest]
                rows = np.vstack([s * difference[BEFORE:] - 0.8 * most for s in (1, -1)])
                rows = np.delete(rows, BEFORE, axis=1)  # the reference period has no bias
                size = np.sqrt(np.einsum("ij,jk,ik->i", rows, covariance, rows))
                # Effects are unknown but for their mean.
                solved = linprog(
                    np.array([1.0, 0, 0, 0]),
                    np.column_stack([-size, -rows[:, BEFORE:]]),
                    -rows @ estimates,
                    [[0, *WEIGHTS]],
                    [value],
                    bounds=(None, None),
                )
                told.append(solved.fun)
    assert [moments.max() for moments in seen] == pytest.approx(told, abs=1e-8)


def test_relative_magnitudes_grow_with_the_bound_and_shrink_with_the_level():
    estimates, covariance = study(4)
    found = [relative_magnitudes(estimates, covariance, BEFORE, WEIGHTS, b, 0.95) for b in (0, 0.5, 1, 2)]
    lows, highs = zip(*found, strict=True)
    assert list(lows) == sorted(lows, reverse=True) and list(highs) == sorted(highs)
    narrow = relative_magnitudes(estimates, covariance, BEFORE, WEIGHTS, 1, 0.8)
    assert found[2][0] < narrow[0] < narrow[1] < found[2][1]


def worst(v: np.ndarray, bound: float) -> float:
    """The largest bias of an estimator with weights `v` over all smooth biases, by a linear programme."""
    total = BEFORE + AFTER
    second = np.diff(np.eye(total + 1), n=2, axis=0)
    second = np.delete(second, BEFORE, axis=1)
    solved = linprog(-v, np.vstack([second, -second]), np.full(2 * len(second), bound), bounds=(None, None))
    return -solved.fun if solved.status == 0 else np.inf


@pytest.mark.parametrize(("seed", "bound"), [(5, 0.0), (5, 0.05), (6, 0.05), (7, 0.5)])
def test_the_smoothness_interval_is_the_shortest(seed, bound):
    estimates, covariance = study(seed)
    low, high = smoothness(estimates, covariance, BEFORE, WEIGHTS, bound, 0.95)

    def half_length(free) -> float:
        v = np.concatenate([free, WEIGHTS])
        v[0] = (v[1:] @ np.array([-2, -1, 1, 2, 3])) / 3  # a line must not bias
        bias, error = worst(v, bound), np.sqrt(v @ covariance @ v)
        return np.sqrt(stats.ncx2.ppf(0.95, 1, (bias / error) ** 2)) * error if bias else 1.959964 * error

    best = min(
        minimize(lambda x: half_length(np.concatenate([[0], x])), start, method="Nelder-Mead").fun
        for start in ([0.0, 0.0], [0.0, 1.0], [1.0, -1.0])
    )
    assert (high - low) / 2 == pytest.approx(best, rel=2e-3)
    assert (high - low) / 2 <= best * (1 + 1e-6)


def test_with_two_times_before_the_reference_bias_is_traded_for_variance():
    """Without that the interval would extend the line that fits best, whatever its bias."""
    estimates, covariance = np.array([-0.5, -0.3, 0.5]), np.diag([0.01, 0.01, 0.01])
    low, high = smoothness(estimates, covariance, 2, np.array([1.0]), 0.2, 0.95)

    def half_length(second: float) -> float:
        v = np.array([(1 - second) / 2, second, 1.0])  # a line must not bias
        # Kinks at the last time before the reference, and at the reference.
        bias, error = 0.2 * (abs(v[0]) + 1), np.sqrt(v @ covariance @ v)
        return np.sqrt(stats.ncx2.ppf(0.95, 1, (bias / error) ** 2)) * error

    best = min(half_length(second) for second in np.linspace(-1, 3, 4001))
    assert (high - low) / 2 == pytest.approx(best, rel=1e-5)
    assert best < half_length(0.2) * 0.99  # the regression weighs the times by their distance


def test_smoothness_with_one_time_before_the_reference_extends_the_line():
    estimates, covariance = np.array([-0.3, 0.5]), np.diag([0.01, 0.02])
    low, high = smoothness(estimates, covariance, 1, np.array([1.0]), 0.1, 0.95)
    assert (low + high) / 2 == pytest.approx(0.5 - 0.3)  # the line from -0.3 to 0 goes on to 0.3
    spread = np.sqrt(0.03)
    assert (high - low) / 2 == pytest.approx(np.sqrt(stats.ncx2.ppf(0.95, 1, (0.1 / spread) ** 2)) * spread)


def test_far_out_the_quantile_of_a_folded_normal_is_that_of_a_normal():
    told = [np.sqrt(stats.ncx2.ppf(0.95, 1, b**2)) for b in (7.9, 8.1)]
    assert [sensitivity.folded_normal_quantile(b, 0.95) for b in (7.9, 8.1)] == pytest.approx(told, abs=1e-6)
    assert sensitivity.folded_normal_quantile(0, 0.95) == pytest.approx(1.959964)


def test_a_moment_far_below_the_others_bounds_nothing():
    variance = np.eye(2)
    # The first stage takes a tenth of the error: the quantile is 1.68, not the 1.645 of one side of 5 %.
    assert sensitivity.hybrid_test(np.array([1.66, -9.0]), variance, 3.0, 0.05)
    assert not sensitivity.hybrid_test(np.array([1.70, -9.0]), variance, 3.0, 0.05)
    assert sensitivity.hybrid_test(np.array([1.8, 1.7]), variance, 3.0, 0.05)  # nearly alike: conditional on the second
    assert not sensitivity.hybrid_test(np.array([3.1, 3.0]), variance, 3.0, 0.05)
    assert sensitivity.hybrid_test(np.array([-0.5, -9.0]), variance, 3.0, 0.05)
