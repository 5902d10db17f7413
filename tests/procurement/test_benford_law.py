"""First digits of amounts, held against their decimal text and against Benford's law."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.procurement.first_digits import (
    CONFORMITY,
    EXPECTED,
    leading_digits,
    mean_absolute_deviation,
    shares,
)


@pytest.mark.parametrize(
    ("amount", "digit"),
    [
        (1.0, 1),
        (9.99, 9),
        (10.0, 1),
        (1000.0, 1),
        (0.3, 3),
        (0.001, 1),
        (1_999_999_999.99, 1),
        (999_999_999.99, 9),
        (1e15, 1),
    ],
)
def test_the_digit_is_the_one_that_is_written(amount, digit):
    assert leading_digits(pd.Series([amount])).tolist() == [digit]


@given(st.decimals("0.01", "9999999999.99", places=2))
def test_equal_to_the_decimal_number(amount):
    assert leading_digits(pd.Series([float(amount)])).tolist() == [Decimal(amount).as_tuple().digits[0] or None]


def test_the_expected_shares_add_up_and_fall():
    assert EXPECTED.sum() == pytest.approx(1) and (np.diff(EXPECTED) < 0).all()


def test_powers_of_two_follow_the_law_and_equal_amounts_do_not():
    powers, same = pd.Series([2.0**k for k in range(400)]), pd.Series([500.0] * 400)
    assert mean_absolute_deviation(shares(leading_digits(powers))) < 0.006
    assert mean_absolute_deviation(shares(leading_digits(same))) == pytest.approx((2 * (1 - np.log10(1.2))) / 9)


def nonconforming(n: int) -> float:
    """Part of 20,000 samples of n amounts drawn from the law itself that Nigrini's bounds call nonconforming."""
    drawn = np.random.default_rng(7).multinomial(n, EXPECTED, 20_000) / n
    return float((np.abs(drawn - EXPECTED).mean(axis=1) > CONFORMITY[-2][0]).mean())


def test_from_the_fewest_amounts_on_honest_ones_are_hardly_ever_nonconforming():
    assert nonconforming(100) > 0.9 and nonconforming(500) > 0.05
    assert nonconforming(1000) < 0.005


def test_shares_are_by_digit():
    assert shares(leading_digits(pd.Series([1.0, 12.0, 9.0, 2.0]))).tolist() == [0.5, 0.25, 0, 0, 0, 0, 0, 0, 0.25]


def test_no_amounts_no_digits():
    assert leading_digits(pd.Series([], dtype="float64")).empty
