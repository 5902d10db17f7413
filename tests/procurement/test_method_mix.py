"""Methods by number and amount: counted by hand and by brute force, each share with its own denominator."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.display.result import Parts
from ogp_analysis.procurement.method_mix import METHODS, method_mix
from ogp_analysis.statistics.rates import proportion


def awards(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["method", "value", "year"]).astype({"method": "str", "value": "float64"})


FIVE = awards(
    ("direct", 10, 2016), ("direct", None, 2016), ("open", 30, 2017), (None, 100, 2017), ("limited", 60, None)
)


def test_counts_and_amounts_by_hand():
    mix = method_mix(FIVE)
    direct, limited = mix.of("direct"), mix.of("limited")
    assert (direct.number.count, direct.number.n, direct.amount, direct.amounts) == (2, 4, 10, 1)
    assert direct.of_amount == 100
    assert direct.amount_share == 0.1 and limited.amount_share == 0.6
    assert mix.untold == {"all": 1} and mix.n == 4, "an award whose method is not told is in no denominator"


def test_one_award_that_is_a_fifth_of_the_sum_carries_it_and_the_shares_without_it_are_told():
    rows = awards(
        ("open", 80, 2016), ("open", 8, 2016), ("direct", 4, 2016), ("limited", 8, 2016), ("direct", None, 2016)
    )
    mix = method_mix(rows)
    direct, opened = mix.of("direct"), mix.of("open")
    assert (direct.carried.amount, direct.carried.share, direct.carried.rest) == (80, 0.8, 20)
    assert (direct.amount_share, direct.amount_share_without) == (0.04, 0.2)
    assert (opened.amount_share_without, mix.of("limited").amount_share_without) == (0.4, 0.4)
    assert (opened.count_without, direct.count_without) == (1, 2) and opened.number_share_without == 0.25
    table = mix.frame.set_index("method")
    assert table["amount_share_without"].tolist() == [0.4, 0.4, 0.2, 0.0] and set(table["largest_share"]) == {0.8}


@pytest.mark.parametrize(("largest", "carries"), [(19.9, False), (20, True)])
def test_the_bound_is_a_fifth_of_the_sum(largest, carries):
    rows = awards(("open", largest, 2016), *[("direct", (100 - largest) / 10, 2016)] * 10)
    one = method_mix(rows).of("direct")
    assert (one.carried is not None) == carries and (one.amount_share_without is not None) == carries
    assert method_mix(rows).frame["amount_share_without"].notna().all() == carries


def test_the_only_amount_carries_nothing_because_nothing_is_left_without_it():
    assert method_mix(awards(("open", 5, 2016), ("direct", None, 2016))).of("open").carried is None


def test_the_interval_is_wilsons_if_awards_were_drawn_at_random():
    found, wanted = method_mix(FIVE, at_random=True).of("direct").number, proportion(2, 4)
    assert (found.share, found.low, found.high) == (wanted.share, wanted.low, wanted.high)
    whole = method_mix(FIVE).of("direct").number
    assert (whole.share, whole.low, whole.high) == (wanted.share, None, None)


def test_rows_without_a_group_are_counted_and_in_no_row():
    mix = method_mix(FIVE, "year")
    assert [one.group for one in mix.shares[:: len(METHODS)]] == ["2016.0", "2017.0"]
    whole = FIVE.assign(year=FIVE["year"].astype("Int64"))
    assert [one.group for one in method_mix(whole, "year").shares[:: len(METHODS)]] == ["2016", "2017"]
    assert mix.untold == {"2016.0": 0, "2017.0": 1}


def test_a_group_without_told_methods_or_amounts_has_no_share():
    mix = method_mix(awards((None, 5, 2016), ("open", None, 2017)).astype({"year": "Int64"}), "year")
    assert mix.of("open", "2016").number.share is None
    assert mix.of("open", "2017").number.share == 1 and mix.of("open", "2017").amount_share is None
    assert method_mix(FIVE.iloc[:0]).note == "no_data"


def test_brute_force_in_simulation():
    draw = np.random.default_rng(11)
    for _ in range(20):
        n = int(draw.integers(1, 60))
        frame = pd.DataFrame({
            "method": pd.Series(draw.choice([*METHODS, "x"], n), dtype="str").replace("x", None),
            "value": np.where(draw.random(n) < 0.2, np.nan, draw.lognormal(size=n)),
            "kind": draw.choice(["a", "b"], n),
        })  # fmt: skip
        for group in sorted(frame["kind"].unique()):
            rows = [r for r in frame.to_dict("records") if r["kind"] == group and isinstance(r["method"], str)]
            for method in METHODS:
                one = method_mix(frame, "kind").of(method, group)
                own = [r for r in rows if r["method"] == method]
                assert (one.number.count, one.number.n) == (len(own), len(rows))
                assert one.amount == pytest.approx(sum(r["value"] for r in own if r["value"] == r["value"]))


def test_shares_add_up_and_do_not_depend_on_the_order_of_rows():
    mix, turned = method_mix(FIVE), method_mix(FIVE.iloc[::-1])
    assert sum(one.number.share for one in mix.shares) == pytest.approx(1)
    assert sum(one.amount_share for one in mix.shares) == pytest.approx(1)
    pd.testing.assert_frame_equal(mix.frame, turned.frame, check_exact=True)


def test_an_absent_column_is_refused():
    with pytest.raises(ModelError, match="column 'kind' is absent"):
        method_mix(FIVE, "kind")


SHOWN = pd.DataFrame({
    "method": ["direct", "open", "direct", None],
    "year": pd.array([2017, 2017, 2018, None], dtype="Int64"),
    "value": [10.0, 20.0, 30.0, np.nan],
})  # fmt: skip


def test_amounts_are_shown_in_millions_and_what_is_not_counted_is_said():
    shown = method_mix(SHOWN.assign(value=SHOWN["value"] * 1e6), currency="MXN").table()
    assert shown.frame["amount"].tolist() == [20.0, 0.0, 40.0] and "millions of MXN" in shown.caption
    assert "3 contracts" in shown.caption and "amounts counted: 3, not counted: 0" in shown.caption


def test_one_contract_that_carries_the_sum_is_said_in_table_and_sentence():
    rows = SHOWN.assign(value=[70.0, 20.0, 6.0, 4.0], method=["open", "open", "direct", "direct"])
    mix = method_mix(rows)
    assert "one contract that alone is 70% of the money, they are 33.3% of what remains; with it, 10.0%." in str(
        mix.answer()
    )
    shown = mix.table()
    assert shown.frame["amount_share_without"].tolist() == pytest.approx([2 / 3, 0, 1 / 3])
    assert {"largest_share", "amount_share_without"} <= set(shown.headings)
    even = method_mix(pd.concat([rows] * 10, ignore_index=True))
    assert "amount_share_without" not in set(even.table().headings) and even.answer()[0].case == "with_amount"


def test_sentences_leave_out_what_does_not_exist():
    untold = method_mix(SHOWN.assign(method=None, value=np.nan).astype({"method": "str"}))
    assert untold.answer()[0].case == "not_stated" and untold.plot() == untold.table() == Parts()
    assert "method is not published: 4" in str(untold.text())
    assert method_mix(SHOWN.assign(value=np.nan)).answer()[0].case == "no_amount"


def test_the_figure_says_in_words_what_it_draws():
    bars = method_mix(SHOWN, "year").plot()
    assert "Direct awards are 67% of the contracts and 66.7% of the amount, without that contract 33.3%" in bars.alt
    assert "One contract is 50% of the amount; the second pair of bars leaves it out" in bars.caption
    assert "Not drawn, because of fewer than 10 contracts: 2017, 2018 (3 contracts)." in bars.caption
    assert bars.faults() == []
    assert "no amount is usable" in method_mix(SHOWN.assign(value=np.nan), "year").plot().alt
    even = method_mix(pd.concat([SHOWN] * 10, ignore_index=True), "year").plot()
    assert "67% of the amount." in even.alt and "ithout" not in even.alt + even.caption
    assert "by year" in even.caption and "Not drawn" not in even.caption


def _drawn(*sizes: tuple[int, int], years: tuple[int, ...] = ()) -> tuple[tuple[str, ...], str]:
    rows = [("direct" if n % 2 else "open", 1.0, year) for year, size in sizes for n in range(size)]
    mix = method_mix(awards(*rows), "year", years=years)
    return mix.drawn, mix.plot().caption


def test_years_left_over_from_other_files_are_counted_and_not_drawn():
    drawn, caption = _drawn((2016, 67), (2017, 200), years=(2017, 2017))
    assert drawn == () and "Not drawn by year: 67 contracts of 2016, left over" in caption, "one year is no comparison"
    drawn, caption = _drawn((2009, 5), (2010, 20), (2011, 30), (2012, 40), (2013, 50), years=(2010, 2012))
    assert drawn == ("2010", "2011", "2012") and "55 contracts of 2009, 2013, left over" in caption


def test_a_year_of_few_contracts_is_not_drawn_as_a_full_bar():
    drawn, caption = _drawn((2013, 1), (2014, 31), (2015, 131))
    assert drawn == ("2014", "2015")
    assert "Not drawn, because of fewer than 10 contracts: 2013 (1 contract)." in caption


def test_each_bar_says_of_how_many_contracts_it_is():
    bars = method_mix(awards(*[("direct", 1.0, 2015 + n % 2) for n in range(1201)]), "year").plot()
    text = " ".join(re.findall(r"<text[^>]*>([^<]*)</text>", bars.svg()))
    assert "1,201 contracts" in text and "601 contracts" in text and "600 contracts" in text


def test_all_awards_are_behind_the_groups_also_those_without_one():
    mix = method_mix(SHOWN, "year", currency="MXN")
    assert mix.whole == method_mix(SHOWN, currency="MXN") and mix.answer() == mix.whole.answer()
