"""Methods by number and amount: counted by hand and by brute force, each share with its own denominator."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import ModelError
from ogp_analysis.procurement.awarded.frame import METHODS
from ogp_analysis.procurement.method_mix import method_mix
from ogp_analysis.statistics.rates import proportion


def awards(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["method", "value", "year"]).astype({"method": "str", "value": "float64"})


FIVE = awards(
    ("direct", 10, 2016), ("direct", None, 2016), ("open", 30, 2017), (None, 100, 2017), ("limited", 60, None)
)


def by_method(frame: pd.DataFrame, **more) -> pd.DataFrame:
    return method_mix(frame, **more).set_index("method")


def test_counts_and_amounts_by_hand():
    mix = by_method(FIVE)
    direct = mix.loc["direct"]
    assert direct[["count", "n", "amount", "amounts", "of_amount"]].tolist() == [2, 4, 10, 1, 100]
    assert direct["amount_share"] == 0.1 and mix.at["limited", "amount_share"] == 0.6
    assert set(mix["untold"]) == {1}, "an award whose method is not stated is in no denominator"


def test_one_award_that_is_a_fifth_of_the_sum_carries_it_and_the_shares_without_it_stand_beside():
    mix = by_method(
        awards(("open", 80, 2016), ("open", 8, 2016), ("direct", 4, 2016), ("limited", 8, 2016), ("direct", None, 2016))
    )
    assert mix["amount_share_without"].tolist() == [0.4, 0.4, 0.2, 0.0] and set(mix["largest_share"]) == {0.8}
    assert mix.at["direct", "amount_share"] == 0.04
    assert mix.loc[["open", "direct"], "share_without"].tolist() == [0.25, 0.5]
    assert method_mix(awards(("open", 5, 2016), ("direct", None, 2016)))["largest_share"].isna().all()


@pytest.mark.parametrize(("largest", "carries"), [(19.9, False), (20, True)])
def test_the_bound_is_a_fifth_of_the_sum(largest, carries):
    mix = method_mix(awards(("open", largest, 2016), *[("direct", (100 - largest) / 10, 2016)] * 10))
    assert mix["largest_share"].notna().all() == mix["amount_share_without"].notna().all() == carries


def test_the_interval_is_wilsons_if_awards_were_drawn_at_random():
    found, wanted = by_method(FIVE, at_random=True).loc["direct"], proportion(2, 4)
    assert found[["share", "low", "high"]].tolist() == [wanted.share, wanted.low, wanted.high]
    assert method_mix(FIVE)[["low", "high"]].isna().all(axis=None)


def test_rows_without_a_group_are_in_no_row_and_a_group_without_methods_or_amounts_has_no_share():
    mix = method_mix(FIVE.astype({"year": "Int64"}), "year")
    assert mix["group"].unique().tolist() == ["2016", "2017"] and mix["untold"].tolist() == [0] * 4 + [1] * 4
    mix = method_mix(awards((None, 5, 2016), ("open", None, 2017)).astype({"year": "Int64"}), "year")
    opened = mix[mix["method"] == "open"].set_index("group")
    assert pd.isna(opened.at["2016", "share"]) and opened.at["2017", "share"] == 1
    assert pd.isna(opened.at["2017", "amount_share"]) and method_mix(FIVE.iloc[:0]).empty


def test_brute_force_in_simulation():
    draw = np.random.default_rng(11)
    for _ in range(20):
        n = int(draw.integers(1, 60))
        frame = pd.DataFrame({
            "method": pd.Series(draw.choice([*METHODS, "x"], n), dtype="str").replace("x", None),
            "value": np.where(draw.random(n) < 0.2, np.nan, draw.lognormal(size=n)),
            "kind": draw.choice(["a", "b"], n),
        })  # fmt: skip
        for one in method_mix(frame, "kind").itertuples():
            rows = [r for r in frame.to_dict("records") if r["kind"] == one.group and isinstance(r["method"], str)]
            own = [r for r in rows if r["method"] == one.method]
            assert (one.count, one.n) == (len(own), len(rows))
            assert one.amount == pytest.approx(sum(r["value"] for r in own if r["value"] == r["value"]))


def test_shares_add_up_and_do_not_depend_on_the_order_of_rows():
    mix = method_mix(FIVE)
    assert mix["share"].sum() == pytest.approx(1) and mix["amount_share"].sum() == pytest.approx(1)
    pd.testing.assert_frame_equal(mix, method_mix(FIVE.iloc[::-1]), check_exact=True)
    with pytest.raises(ModelError, match="1 columns are absent, 'kind'"):
        method_mix(FIVE, "kind")


def test_a_figure_has_a_bar_in_each_row_and_goes_into_axes_of_a_user():
    import matplotlib.pyplot as plt

    rows = pd.DataFrame({"label": ["All", ""], "note": ["4 contracts", "amount"], "note_narrow": ["n = 4", "amount"]})
    rows = rows.assign(open=[0.25, 0.9], direct=[0.75, 0.1])
    parts = {one: {"en": one, "es": one} for one in ("open", "direct")}
    texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Methods"))
    figure = ogp.procurement.stacked_shares(rows, parts, name="methods", texts=texts)
    assert figure.faults() == [] and "4 contracts" in figure.svg() and "n = 4" in figure.svg(narrow=True)
    _, ax = plt.subplots()
    assert ogp.procurement.stacked_shares(rows, parts, name="methods", texts=texts, ax=ax).of_user
