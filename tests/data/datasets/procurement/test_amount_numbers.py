"""Amounts of few digits and of many are the numbers that pandas reads, to the last bit."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.data.datasets.procurement import checks

NUMBERS = st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,8})?", fullmatch=True)


@given(st.lists(NUMBERS, min_size=1, max_size=8, unique=True))
def test_an_amount_is_the_number_that_is_written(texts):
    read = checks.read_amounts(pd.Series(texts, dtype="str"))
    for text, amount, status in zip(texts, read["amount"], read["status"], strict=True):
        assert status == "absurd" or amount == pd.to_numeric(pd.Series([text])).astype("float64").iloc[0]


@pytest.mark.parametrize("text", ["１２", "1,２00", "٢٠", "2012-０1-01"])
def test_digits_of_another_script_are_no_amount_and_no_date(text):
    values = pd.Series([text, "5"], dtype="str")
    assert checks.read_amounts(values)["status"].tolist() == ["unreadable", "ok"]
    assert checks.read_dates(values)["status"].tolist() == ["unreadable", "unreadable"]


def test_an_amount_beyond_what_a_float_holds_is_absurd():
    read = checks.read_amounts(pd.Series(["1" * 400, "-" + "1" * 400, "5"], dtype="str"))
    assert read["status"].tolist() == ["absurd", "absurd", "ok"]
    assert read["amount"].isna().tolist() == [True, True, False]
