"""Where a series is not comparable with itself: no difference, change or place crosses a break."""

from __future__ import annotations

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.indicators import between, breaks_of, indicator, unbroken
from ogp_analysis.civic_space.panel import segments
from ogp_analysis.statistics.change import all_changes, path
from ogp_analysis.statistics.measurement import sign_probabilities

BROKEN = pd.DataFrame(
    {"unit": ["A", "B", "C"] * 2, "year": [2013] * 3 + [2023] * 3, "value": [1.0, 2.0, 3.0, 2.0, 2.0, 5.0],
     "segment": [0, 0, 0, 1, 0, 0]}
)  # fmt: skip


def test_segments_count_the_breaks_up_to_a_year():
    years = pd.Series([2001, 2002, 2003])
    assert segments(indicator("va_est"), pd.Series(["MEX"] * 3), years).tolist() == [0, 1, 1]
    assert segments(indicator("v2xcs_ccsi"), pd.Series(["MEX"] * 3), years).tolist() == [0, 0, 0]


def test_a_break_of_one_country_is_none_of_another():
    years, one = pd.Series([2014, 2016, 2018, 2020]), indicator("internet_users_pct")
    assert segments(one, pd.Series(["MEX"] * 4), years).tolist() == [0, 1, 2, 3]
    assert segments(one, pd.Series(["KEN"] * 4), years).tolist() == [0, 0, 0, 0]
    assert [b.year for b in breaks_of(one, "MEX")] == [2015, 2017, 2019] and breaks_of(one, "KEN") == ()
    assert breaks_of(one) == ()


@pytest.mark.parametrize(
    ("id", "first", "last", "year"),
    [("rsf_score", 2021, 2022, 2022), ("rsf_score", 2013, 2021, None), ("rsf_score", 2022, 2024, None),
     ("fiw_total", 2013, 2023, 2017), ("fiw_e2", 2013, 2023, None), ("civicus_rating", 2021, 2023, 2023),
     ("internet_users_pct", 2014, 2018, 2017)],
)  # fmt: skip
def test_between_two_years_lies_a_break_or_none(id, first, last, year):
    found = between(indicator(id), "MEX", first, last)
    assert (found.year if found else None) == year


def test_lists_of_changes_leave_out_who_has_a_break():
    assert all_changes(BROKEN, 2013, 2023)["difference"].to_dict() == {"B": 0.0, "C": 2.0}
    assert len(all_changes(BROKEN.drop(columns="segment"), 2013, 2023)) == 3


def test_the_path_of_a_series_with_breaks_is_that_since_the_last():
    frame = pd.DataFrame({"unit": "A", "year": range(2018, 2024), "value": [9, 8, 7, 1, 2, 3.0],
                          "segment": [0, 0, 0, 1, 1, 1]})  # fmt: skip
    way = path(frame, "A")
    assert (way.first, way.last, way.shape) == (2021, 2023, "rose")
    assert path(frame.drop(columns="segment"), "A").first == 2018


def test_bounds_on_both_sides_of_a_break_are_not_held_against_each_other():
    limits = pd.DataFrame({"term": ["a", "a", "b", "b"], "year": [2013, 2023] * 2, "value": [0.1, 0.9] * 2,
                           "low": [0.0, 0.8] * 2, "high": [0.2, 1.0] * 2, "segment": [0, 1, 0, 0]})  # fmt: skip
    found = sign_probabilities(limits, 2013, 2023).frame.set_index("term")
    assert found["note"].tolist() == ["not_comparable", "compared"]
    assert found.loc["a", ["difference", "probability"]].isna().all() and found.at["b", "probability"] > 0.99


def test_a_comparison_across_a_break_is_refused_with_where_it_lies():
    with pytest.raises(ParameterError, match=r"va_est has a break in 2002 .*2000 and 2010 are not .*2002 or later"):
        unbroken(ogp.indicator("va_est"), 2000, 2010)


def test_the_panel_gives_every_series_its_segments():
    panel = ogp.panel(["va_est", "v2xcs_ccsi"], 2000, 2010)
    series = panel.series("va_est")
    assert series.groupby("segment")["year"].agg(["min", "max"]).to_numpy().tolist() == [[2000, 2000], [2002, 2010]]
    assert set(panel.series("v2xcs_ccsi")["segment"]) == {0}
    assert "MEX" not in panel.change("va_est", 2000, 2010).index and "MEX" in panel.change("va_est", 2002, 2010).index
    assert between(indicator("va_est"), "MEX", 2000, 2010).code == "every_two_years_before"
    limits = panel.own("va_est", "MEX").assign(term="va_est")
    assert sign_probabilities(limits, 2000, 2010).frame["note"].tolist() == ["not_comparable"]
