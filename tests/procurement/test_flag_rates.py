"""Rates of alerts and differences between groups: denominators, published intervals, errors held in simulation."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.procurement.flag_rates import FEWEST, flag_rates, group_differences
from ogp_analysis.procurement.flags.result import judged
from ogp_analysis.statistics.rates import proportion, proportion_difference


def result(name: str, flagged: int, clear: int, reasons: dict[str, int], unit: str = "award"):
    n = flagged + clear + sum(reasons.values())
    value = np.arange(n, dtype="float64")
    holds, at = [], flagged + clear
    for reason, count in reasons.items():
        holds.append((reason, (value >= at) & (value < at + count)))
        at += count
    return judged(name, unit, [str(i) for i in range(n)], value, value < flagged, holds)


def counts(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["measure", "by", "group", "count", "n"])


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
    assert [one.proportion.case for one in drawn.rates] == ["interval", "interval", "count", "count"]
    assert {one.proportion.case for one in whole.rates} == {"count"}
    assert [one.proportion.share for one in whole.rates] == [one.proportion.share for one in drawn.rates]
    assert (whole.method, whole.references) == ("count", ())


def test_differences_of_what_is_counted_are_not_tested():
    table = counts(("m", "by", "a", 10, 50), ("m", "by", "b", 20, 50), ("m", "by", "c", 5, 100))
    drawn, whole = group_differences(table, True), group_differences(table)
    assert [d.difference.difference for d in whole.differences] == [d.difference.difference for d in drawn.differences]
    assert whole.frame[["low", "high", "p_value", "q_value"]].isna().all(axis=None)
    assert drawn.frame[["low", "high", "p_value", "q_value"]].notna().all(axis=None)


def test_without_units_or_computed_units_there_is_no_rate():
    found = flag_rates([result("R001", 0, 0, {}), result("R002", 0, 0, {"no_bids": 4}), result("R003", 0, 2, {})])
    assert [one.flag for one in found.computed] == ["R003"]
    assert [(one.coverage, one.main_reason) for one in found.not_computed] == [(None, ""), (0, "no_bids")]
    assert found.frame["share"].isna().tolist() == [True, True, False]
    with pytest.raises(ModelError, match="there is none of 'R999'"):
        found["R999"]


def test_the_published_interval_of_newcombe():
    """Newcombe (1998), table II, case (a), method 10: 56/70 against 48/80 gives 0.0524 to 0.3339."""
    [one] = group_differences(counts(("m", "by", "a", 56, 70), ("m", "by", "b", 48, 80)), True).differences
    assert (one.group, one.difference.first.count, one.difference.second.count) == ("a", 56, 48)
    assert one.difference.difference == pytest.approx(0.2)
    assert (round(one.difference.low, 4), round(one.difference.high, 4)) == (0.0524, 0.3339)


def test_each_group_is_held_against_all_others_together():
    found = group_differences(
        counts(("m", "by", "a", 10, 50), ("m", "by", "b", 20, 50), ("m", "by", "c", 5, 100)), True
    )
    assert [one.group for one in found.differences] == ["a", "b", "c"]
    for one, (count, n) in zip(found.differences, ((10, 50), (20, 50), (5, 100)), strict=True):
        wanted = proportion_difference(count, n, 35 - count, 200 - n)
        assert one.difference == wanted


def test_q_is_of_all_differences_of_the_page():
    groups = (("m", "a", 45), ("m", "b", 5), ("k", "a", 10), ("k", "b", 12), ("k", "c", 8))
    table = counts(*((measure, "by", group, count, 50) for measure, group, count in groups))
    found = group_differences(table, True)
    p = [one.difference.p_value for one in found.differences]
    order = np.argsort(p)
    stepped = np.minimum.accumulate((np.array(p)[order] * len(p) / np.arange(1, len(p) + 1))[::-1])[::-1]
    wanted = np.empty(len(p))
    wanted[order] = np.minimum(stepped, 1)
    assert [one.q_value for one in found.differences] == pytest.approx(wanted.tolist())
    assert found.n == 4, "of two groups that make up the whole, one is given"


def test_small_groups_and_measures_that_none_or_all_carry_are_not_compared():
    small = counts(("m", "by", "a", 3, FEWEST - 1), ("m", "by", "b", 20, 90), ("m", "by", "c", 9, 60))
    found = group_differences(small)
    assert found.too_small == 1 and [one.group for one in found.differences] == ["b", "c"]
    level = counts(("m", "by", "a", 0, 50), ("m", "by", "b", 0, 50), ("k", "by", "a", 50, 50), ("k", "by", "b", 40, 40))
    assert group_differences(level).differences == ()
    assert group_differences(counts()).note == "no_data"
    with pytest.raises(ModelError, match="column 'n' is absent"):
        group_differences(counts().drop(columns="n"))


def test_the_order_of_rows_changes_nothing():
    table = counts(("m", "by", "a", 10, 50), ("m", "by", "b", 20, 50), ("m", "by", "c", 5, 100))
    pd.testing.assert_frame_equal(group_differences(table).frame, group_differences(table.iloc[::-1]).frame)


def test_intervals_cover_and_q_holds_its_rate_where_groups_do_not_differ():
    draw = np.random.default_rng(17)
    covered, any_telling = [], []
    for _ in range(300):
        rows = [("m", "by", f"g{i}", int(draw.binomial(80, 0.3)), 80) for i in range(6)]
        found = group_differences(counts(*rows), True)
        covered += [one.difference.low <= 0 <= one.difference.high for one in found.differences]
        any_telling.append(any(one.q_value <= 0.05 for one in found.differences))
    assert np.mean(covered) > 0.93
    assert np.mean(any_telling) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 300), "three standard errors of the simulation"


def test_a_group_that_differs_is_found():
    draw = np.random.default_rng(19)
    hits = []
    for _ in range(60):
        rows = [("m", "by", f"g{i}", int(draw.binomial(150, 0.5 if i == 0 else 0.2)), 150) for i in range(5)]
        table = group_differences(counts(*rows), True).frame.set_index("group")
        hits.append(table.loc["g0", "q_value"] < 0.05 and table.loc["g0", "difference"] > 0)
    assert np.mean(hits) > 0.95
