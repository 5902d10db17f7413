"""Amounts of few digits and of many are the numbers that pandas reads, to the last bit."""

from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.procurement.datasets import amounts

NUMBERS = st.from_regex(r"-?[0-9]{1,20}(\.[0-9]{1,8})?", fullmatch=True)


@given(st.lists(NUMBERS, min_size=1, max_size=8, unique=True))
def test_an_amount_is_the_number_that_is_written(texts):
    read = amounts.read(pd.Series(texts, dtype="str"))
    for text, amount, status in zip(texts, read["amount"], read["status"], strict=True):
        assert status == "absurd" or amount == pd.to_numeric(pd.Series([text])).astype("float64").iloc[0]
