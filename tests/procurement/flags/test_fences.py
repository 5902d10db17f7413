"""Quartiles by the definition of Hyndman and Fan, and fences rounded once."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from ogp_analysis.procurement.flags.fences import lower_fence, quantile, upper_fence


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 20, 101])
@pytest.mark.parametrize("share", [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1])
def test_quantiles_are_those_of_definition_8(n, share):
    """Position (n + 1/3) share + 1/3 in the order of the values, cut at both ends, in between on a straight line."""
    values = np.random.default_rng(n).gamma(2, 100, n)
    before, ordered = values.copy(), sorted(map(Fraction, values))
    position = min(max((n + Fraction(1, 3)) * Fraction(str(share)) + Fraction(1, 3), Fraction(1)), Fraction(n))
    below = min(int(position), n - 1) or 1
    step = (position - below) * (ordered[below] - ordered[below - 1]) if n > 1 else 0
    assert quantile(values, share) == pytest.approx(float(ordered[below - 1] + step), rel=1e-12)
    assert (values == before).all()


def test_a_worked_example():
    """1, 2, 3, 4, 5, 6, 7, 8: position 8 1/3 x 1/4 + 1/3 = 2 5/12, so a quartile of 2 5/12 and 6 7/12."""
    fences = upper_fence(np.arange(1.0, 9.0))
    assert fences == pytest.approx({"q1": 29 / 12, "q3": 79 / 12, "upper_fence": 79 / 12 + 1.5 * 50 / 12})
    assert lower_fence(np.arange(1.0, 9.0))["lower_fence"] == pytest.approx(29 / 12 - 1.5 * 50 / 12)


def test_without_values_there_is_no_fence():
    assert all(math.isnan(value) for value in {**lower_fence(np.array([])), **upper_fence(np.array([]))}.values())


def test_values_without_bound_move_the_fence_only_if_they_reach_the_quartile():
    unbounded = upper_fence(np.array([1.0, 2.0, 3.0, 4.0, np.inf, np.inf]))
    assert unbounded["q3"] == np.inf and math.isnan(unbounded["upper_fence"])
    assert math.isfinite(upper_fence(np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, np.inf]))["upper_fence"])


def test_a_quantile_beside_a_value_without_bound_is_that_bound_or_the_value_itself():
    assert quantile(np.array([1.0, 2.0, 3.0, np.inf]), 0.75) == np.inf
    assert quantile(np.array([-np.inf, 2.0, 3.0, 4.0]), 0.25) == -np.inf
    assert quantile(np.full(4, np.inf), 0.5) == np.inf
    # (5 + 1/3) / 2 + 1/3 is the third value just so.
    assert quantile(np.array([1.0, 2.0, 3.0, np.inf, np.inf]), 0.5) == 3


def test_a_fence_is_the_exact_result_rounded_once():
    values = np.array([0.1, 0.2, 0.3, 0.7, 1.1, 1.3, 2.9])
    fences = upper_fence(values)
    exact = Fraction(fences["q3"]) + Fraction(3, 2) * Fraction(fences["q3"] - fences["q1"])
    assert fences["upper_fence"] == float(exact)
