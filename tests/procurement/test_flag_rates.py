"""Rates of alerts: denominators and intervals."""

from __future__ import annotations

import numpy as np

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
    [one] = flag_rates(
        [result("R010", 3, 7, {"other_method": 20, "no_amount": 6, "method_unknown": 4})], True
    ).itertuples()
    assert (one.n, one.computed, one.does_not_apply, one.missing) == (40, 10, 20, 10)
    assert one.coverage == 0.25 and (one.count, one.share) == (3, 0.3)
    assert (one.low, one.high) == (proportion(3, 10).low, proportion(3, 10).high)
    assert one.reasons == [("no_amount", 6), ("method_unknown", 4)], "the most frequent first"


def test_only_contracts_and_calls_drawn_at_random_have_an_interval():
    """A draw of contracts is none of buyers; contracts that are all counted, or were not drawn, have no error."""
    flags = [result(f"R0{i}", 3, 27, {}, unit) for i, unit in enumerate(("award", "process", "buyer", "supplier"))]
    drawn, whole = flag_rates(flags, at_random=True), flag_rates(flags)
    assert drawn["low"].notna().tolist() == [True, True, False, False] and whole["low"].isna().all()
    assert whole["share"].tolist() == drawn["share"].tolist()


def test_without_units_or_computed_units_there_is_no_rate():
    found = flag_rates([result("R001", 0, 0, {}), result("R002", 0, 0, {"no_bids": 4}), result("R003", 0, 2, {})])
    assert np.isnan(found["coverage"][0]) and found["coverage"][1] == 0
    assert found["reasons"].tolist() == [[], [("no_bids", 4)], []]
    assert found["share"].isna().tolist() == [True, True, False]
