"""Figures of public contracts say in words what they draw."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.words.catalogue import language, use_language
from ogp_analysis.procurement.concentration import concentration
from ogp_analysis.procurement.figures import concentration_curve, flag_rate_dots, method_bars
from ogp_analysis.procurement.flag_rates import flag_rates
from ogp_analysis.procurement.flags.result import judged
from ogp_analysis.procurement.method_mix import method_mix

AWARDS = pd.DataFrame({
    "supplier_id": ["S1", None, "S1", "S2"],
    "method": ["direct", "open", "direct", None],
    "year": pd.array([2017, 2017, 2018, None], dtype="Int64"),
    "value": [10.0, 20.0, 30.0, np.nan],
})  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    before = language()
    use_language("en")
    yield
    use_language(before)


def test_figures_say_in_words_what_they_draw():
    rates = flag_rates([judged("R010", "award", ["1", "2"], np.zeros(2), np.array([True, False]), [])])
    dots = flag_rate_dots(
        rates, name="alerts", labels={"R010": "a title so long that it has to be broken in two lines"}
    )
    assert "50.0%" in dots.alt and "What could not be computed is not clear" in dots.caption
    bars = method_bars(method_mix(AWARDS), method_mix(AWARDS, "year"), name="methods")
    assert "direct awards are 67% of the contracts and 66.7% of the amount, without that contract 33.3%" in bars.alt
    assert "One contract is 50% of the amount; the second row leaves it out" in bars.caption
    curve = concentration_curve(concentration(AWARDS), name="curve")
    assert "33.3% of the amount has no firm" in curve.caption and "67%" in curve.alt
    assert "Without one contract, 50% of the amount, it is 33% and 33%" in curve.alt
    assert all(one.svg().startswith("<?xml") for one in (dots, bars, curve))


def test_no_row_or_line_leaves_a_contract_out_where_none_carries_the_amount():
    even = pd.concat([AWARDS] * 4, ignore_index=True)
    bars = method_bars(method_mix(even), method_mix(even, "year"), name="methods")
    curve = concentration_curve(concentration(even), name="curve")
    assert "67% of the amount." in bars.alt and not re.search("ithout", bars.alt + bars.caption + curve.alt)


def test_bars_without_amounts_say_so():
    frame = AWARDS.assign(value=np.nan)
    assert "no amount can be counted" in method_bars(method_mix(frame), method_mix(frame, "year"), name="m").alt
