"""Quantile classes by the definition of Stata's xtile, held against counting."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.procurement.risk_index import classes, cut_points


def by_counting(values, count):
    """The definition, one cut point after the other."""
    ordered, n, cuts = sorted(v for v in values if not math.isnan(v)), 0, []
    n = len(ordered)
    for k in range(1, count):
        rank = Fraction(k * n, count)
        if rank.denominator == 1 and rank >= 1:
            cuts.append((ordered[int(rank) - 1] + ordered[min(int(rank), n - 1)]) / 2)
        else:
            cuts.append(ordered[min(max(math.ceil(rank), 1), n) - 1])
    return cuts


def test_a_small_case_by_hand():
    values = np.array([1.0, 2.0, 3.0, 4.0, np.nan])
    cuts = cut_points(values, 4)
    assert cuts.tolist() == [1.5, 2.5, 3.5]
    assert classes(values, cuts)[:4].tolist() == [1, 2, 3, 4] and np.isnan(classes(values, cuts)[4])


def test_a_value_on_a_cut_point_is_in_the_lower_class():
    values = np.array([1.0, 1.0, 1.0, 2.0, 3.0])
    cuts = cut_points(values, 2)
    assert cuts.tolist() == [1.0] and classes(values, cuts).tolist() == [1, 1, 1, 2, 2]


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=60), st.sampled_from([2, 4, 10, 20, 25]))
def test_equal_to_counting(values, count):
    values = np.array(values, dtype="float64")
    if len(values) < count:
        return
    assert cut_points(values, count).tolist() == pytest.approx(by_counting(values, count))


def test_ranks_that_are_whole_are_found_where_floating_point_misses_them():
    """75 x 7/25 is 21, a hair more in floating point: numpy takes the 22nd value, the definition a mean of two."""
    values = np.arange(75.0)
    library = np.quantile(values, np.arange(1, 25) / 25, method="averaged_inverted_cdf")
    own = cut_points(values, 25)
    assert (own[6], library[6]) == (20.5, 21)
    assert own.tolist() == by_counting(values, 25)
    agree = np.isclose(own, library, rtol=0, atol=1e-12)
    assert agree.sum() > 20, "elsewhere the two are one definition"


def test_no_values_no_cuts():
    assert len(cut_points(np.array([np.nan]), 10)) == 0
