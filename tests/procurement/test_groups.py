"""Groups against the rest: each difference is that of two shares."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.procurement.groups import group_differences
from ogp_analysis.statistics.rates import proportion_difference


def counts(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["measure", "by", "group", "count", "n"])


def test_differences_of_what_is_counted_are_not_tested():
    table = counts(("m", "by", "a", 10, 50), ("m", "by", "b", 20, 50), ("m", "by", "c", 5, 100))
    drawn, whole = group_differences(table, True), group_differences(table)
    assert whole["difference"].tolist() == drawn["difference"].tolist()
    assert whole[["low", "high", "p_value", "q_value"]].isna().all(axis=None)
    assert drawn[["low", "high", "p_value", "q_value"]].notna().all(axis=None)


def test_each_group_is_held_against_all_others_together():
    found = group_differences(
        counts(("m", "by", "a", 10, 50), ("m", "by", "b", 20, 50), ("m", "by", "c", 5, 100)), True
    )
    assert found["group"].tolist() == ["a", "b", "c"]
    for one, (count, n) in zip(found.itertuples(), ((10, 50), (20, 50), (5, 100)), strict=True):
        wanted = proportion_difference(count, n, 35 - count, 200 - n)
        assert (one.difference, one.low, one.high, one.p_value) == (
            wanted.difference, wanted.low, wanted.high, wanted.p_value)  # fmt: skip


def test_q_is_of_all_differences_of_the_page():
    groups = (("m", "a", 45), ("m", "b", 5), ("k", "a", 10), ("k", "b", 12), ("k", "c", 8))
    table = counts(*((measure, "by", group, count, 50) for measure, group, count in groups))
    found = group_differences(table, True)
    p = found["p_value"].tolist()
    order = np.argsort(p)
    stepped = np.minimum.accumulate((np.array(p)[order] * len(p) / np.arange(1, len(p) + 1))[::-1])[::-1]
    wanted = np.empty(len(p))
    wanted[order] = np.minimum(stepped, 1)
    assert found["q_value"].tolist() == pytest.approx(wanted.tolist())
    assert len(found) == 4, "of two groups that make up the whole, one is given"


def test_small_groups_and_measures_that_none_or_all_carry_are_not_compared():
    small = counts(("m", "by", "a", 3, 29), ("m", "by", "b", 20, 90), ("m", "by", "c", 9, 60))
    found = group_differences(small)
    assert found["group"].tolist() == ["a", "b", "c"] and found["difference"].isna().tolist() == [True, False, False]
    assert group_differences(small, True)["q_value"].isna().tolist() == [True, False, False]
    level = counts(("m", "by", "a", 0, 50), ("m", "by", "b", 0, 50), ("k", "by", "a", 50, 50), ("k", "by", "b", 40, 40))
    assert group_differences(level).empty
    assert group_differences(counts()).empty
    with pytest.raises(ModelError, match="1 columns are absent, 'n'"):
        group_differences(counts().drop(columns="n"))


def test_the_order_of_rows_changes_nothing():
    table = counts(("m", "by", "a", 10, 50), ("m", "by", "b", 20, 50), ("m", "by", "c", 5, 100))
    pd.testing.assert_frame_equal(group_differences(table), group_differences(table.iloc[::-1]))
