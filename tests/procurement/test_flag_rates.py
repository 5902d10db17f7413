"""Rates of alerts: denominators, intervals, and what is shown of them."""

from __future__ import annotations

import numpy as np
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.display.result import Parts
from ogp_analysis.procurement.flag_rates import flag_rates
from ogp_analysis.procurement.flags.result import Answer, judged
from ogp_analysis.statistics.rates import proportion


def result(name: str, flagged: int, clear: int, reasons: dict[str, int], unit: str = "award"):
    n = flagged + clear + sum(reasons.values())
    value = np.arange(n, dtype="float64")
    holds, at = [], flagged + clear
    for reason, count in reasons.items():
        holds.append((reason, (value >= at) & (value < at + count)))
        at += count
    return judged(name, unit, Answer([str(i) for i in range(n)], value, value < flagged, holds))


def test_a_rate_is_of_what_could_be_computed_and_what_does_not_apply_stands_apart():
    found = flag_rates([result("R010", 3, 7, {"other_method": 20, "no_amount": 6, "method_unknown": 4})], True)
    one = found["R010"]
    assert (one.n, one.proportion.n, one.does_not_apply, one.missing) == (40, 10, 20, 10)
    assert one.coverage == 0.25 and one.proportion.share == 0.3
    assert (one.proportion.low, one.proportion.high) == (proportion(3, 10).low, proportion(3, 10).high)
    assert one.main_reason == "no_amount", "the most frequent reason among those that more data would help"


def test_only_contracts_and_calls_drawn_at_random_have_an_interval():
    """A draw of contracts is none of buyers; contracts that are all counted, or were not drawn, have no error."""
    flags = [result(f"R0{i}", 3, 27, {}, unit) for i, unit in enumerate(("award", "process", "buyer", "supplier"))]
    drawn, whole = flag_rates(flags, at_random=True), flag_rates(flags)
    assert [one.case for one in drawn.rates["proportion"]] == ["interval", "interval", "count", "count"]
    assert {one.case for one in whole.rates["proportion"]} == {"count"}
    assert whole.rates["share"].tolist() == drawn.rates["share"].tolist()
    assert (whole.method, whole.references) == ("count", ())


def test_without_units_or_computed_units_there_is_no_rate():
    found = flag_rates([result("R001", 0, 0, {}), result("R002", 0, 0, {"no_bids": 4}), result("R003", 0, 2, {})])
    assert found.computed["flag"].tolist() == ["R003"]
    assert np.isnan(found.rates["coverage"][0]) and found.rates["coverage"][1] == 0
    assert found.rates["main_reason"].tolist() == ["", "no_bids", ""]
    assert found.frame["share"].isna().tolist() == [True, True, False]
    with pytest.raises(ModelError, match="no rate of 'R999' was computed"):
        found["R999"]


def test_every_alert_is_answered_for_and_only_computed_ones_have_a_rate():
    computed = result("R010", 1, 1, {"method_unknown": 1})
    none = result("R028", 0, 0, {}, "process")
    found = flag_rates([computed, none])
    assert len(found.table().frame) == len(found.signals().frame) == 1
    told = found.answers().frame
    assert told["main_reason"].tolist() == ["the method is not published", "the data hold no such unit"]
    assert found.answer()[0].case == "few" and found.plot() == Parts(), "a rate of two says little"
    nothing = flag_rates([none])
    assert nothing.answer()[0].case == "nothing" and "No alert can be computed" in str(nothing.text())
    assert nothing.table() == nothing.signals() == nothing.plot() == Parts()


def test_every_reason_why_not_is_told_with_its_count_where_there_are_several():
    found = flag_rates([result("R013", 0, 0, {"few_awards": 2, "fence_out_of_reach": 1}, "buyer")])
    assert found.answers().frame["main_reason"].tolist() == [
        "too few awards to be compared: 2; the fence lies where no value can be, so the alert could not be set: 1"
    ]


def test_the_figure_says_in_words_what_it_draws():
    found = flag_rates([result("R010", 15, 15, {})])
    dots = found.plot()
    assert "50.0%" in dots.alt and "What could not be computed has not been cleared" in dots.caption
    assert dots.faults() == [] and "Alerts that could be computed: 1, each for" in dots.caption


def test_an_alert_of_few_units_is_neither_drawn_nor_led_with():
    """One of two is 50%: it would be the highest rate of all."""
    found = flag_rates([result("R018", 1, 1, {}, "process"), result("R010", 3, 57, {}), result("R016", 1, 59, {})])
    assert found.telling["flag"].tolist() == ["R010", "R016"] and len(found.table().frame) == 3
    said, dots = str(found.answer()), found.plot()
    assert "3 of 23" not in said and "R010" in said and "3 of 60" in said and "R018" not in said
    assert "R018" not in dots.alt + dots.caption and "in the table only: 1." in dots.caption
    assert {term: found.answer()[0].values[term].value for term in ("computed", "telling")} == {
        "computed": 3,
        "telling": 2,
    }


def test_an_alert_held_against_no_law_is_not_led_with():
    found = flag_rates([result("R003", 30, 30, {}, "process"), result("R010", 3, 57, {})], lawless=("R003",))
    assert "R010" in str(found.answer()) and "R003" not in str(found.answer())
    assert flag_rates([result("R003", 30, 30, {}, "process")], lawless=("R003",)).answer()[0].case == "few"


def test_buyers_that_are_units_are_called_so():
    for buyers, word in (
        ("buyer", "buyer"),
        ("purchasing_unit", "purchasing unit"),
        ("unit", "unit of the institution"),
    ):
        found = flag_rates([result("R013", 10, 30, {}, "buyer")], buyers_are=buyers)
        assert found.answers().frame["unit"].tolist() == [word] and f"10 of 40 ({word};" in str(found.answer())
