"""The path of one unit, and its values around a date."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.statistics.change import change
from ogp_analysis.statistics.path import Path, around, fall_from_peak, path


def series(*values, unit="AAA", first=2000) -> pd.DataFrame:
    return pd.DataFrame({"unit": unit, "year": range(first, first + len(values)), "value": values})


@pytest.mark.parametrize(
    ("values", "case"),
    [
        ((0.1, 0.2, 0.4), "rose"),
        ((0.1, 0.3, 0.2, 0.4), "rose"),
        ((0.4, 0.2, 0.1), "fell"),
        ((0.4, 0.4, 0.4), "flat"),
        ((0.4,), "one_year"),
        ((), "not_observed"),
        ((0.5, 0.9, 0.1, 0.3), "moved"),
        ((0.5, 0.9, 0.1), "moved"),
        ((0.5, 0.1, 0.9), "moved"),
        ((0.1, 0.9, 0.2), "moved"),
        ((0.772, 0.773, 0.701), "moved"),
    ],
)
def test_the_shape_of_a_path(values, case):
    found = path(series(*values), "AAA")
    assert found.case == case
    assert found.shape == case.replace("one_year", "flat")
    assert case in entry("profile.path", "en") and case in entry("profile.path", "es")


def test_no_path_is_said_in_bold_to_have_risen_before_it_fell():
    """A cutpoint would filter nothing: most countries have both a rise and a fall within a decade."""
    for language in ("en", "es"):
        assert sorted(entry("profile.path", language)) == ["fell", "flat", "moved", "not_observed", "one_year", "rose"]
        assert not [case for case in entry("profile.path", language).values() if "**" in case]


def test_extremes_are_the_earliest_of_equals_and_missing_years_are_none():
    frame = series(0.5, None, 0.9, 0.9, 0.2, 0.2)
    assert path(frame, "AAA") == Path("AAA", 2000, 2005, 0.5, 0.2, 2002, 0.9, 2004, 0.2, "moved", 5)


def test_a_window_and_another_unit_are_left_out():
    frame = pd.concat([series(0.5, 0.9, 0.1), series(9.0, 9.0, 9.0, unit="BBB")])
    found = path(frame, "AAA", first=2001, last=2001)
    assert (found.first, found.last, found.n, found.peak_value) == (2001, 2001, 1, 0.9)
    assert path(frame, "CCC").n == 0


def test_years_need_not_be_in_order():
    frame = series(0.5, 0.9, 0.1).iloc[::-1]
    assert (path(frame, "AAA").peak, path(frame, "AAA").trough) == (2001, 2002)


def test_a_repeated_year_is_refused():
    with pytest.raises(ModelError, match="repeat"):
        path(pd.concat([series(0.5, 0.6)] * 2), "AAA")


def many(**units) -> pd.DataFrame:
    return pd.concat([series(*values, unit=unit, first=2012) for unit, values in units.items()], ignore_index=True)


FALLS = many(AAA=(0.5, 0.9, 0.7), BBB=(0.5, 0.7, 0.5), CCC=(0.4, 0.5, 0.6), DDD=(0.9, None, 0.1), EEE=(0.3, 0.1, 0.3))


def test_a_fall_is_compared_with_every_units_fall_from_its_own_peak():
    found = fall_from_peak(FALLS, "AAA", 2014)
    assert (found.first, found.last, found.note) == (2012, 2014, "fell")
    assert (found.peak, found.peak_value, found.last_value, found.difference) == (2013, 0.9, 0.7, -0.2)
    # .9 − .7 and .7 − .5 differ in floating point: as published they are equal, and share the first place.
    assert (found.rank, found.tied, found.n, found.left_out) == (1, 1, 4, 1)
    assert fall_from_peak(FALLS, "BBB", 2014).rank == 1
    assert found["difference"].p_value is None and not hasattr(found, "probability")


def test_a_unit_at_its_peak_shares_the_last_place_and_one_with_a_gap_has_none():
    top, again = fall_from_peak(FALLS, "CCC", 2014), fall_from_peak(FALLS, "EEE", 2014)
    assert (top.note, top.difference, top.rank, top.tied, top.peak) == ("at_peak", 0.0, 3, 1, 2014)
    assert (again.note, again.peak) == ("at_peak", 2012), "first reached"
    gap = fall_from_peak(FALLS, "DDD", 2014)
    assert (gap.note, gap.difference, gap.rank, gap.n) == ("not_observed", None, None, 4)
    assert fall_from_peak(FALLS, "ZZZ", 2014).note == "not_observed"


def test_a_peak_before_the_span_and_a_break_within_it_do_not_count():
    early = pd.concat([FALLS, pd.DataFrame({"unit": "AAA", "year": [2011], "value": [1.0]})], ignore_index=True)
    assert fall_from_peak(early, "AAA", 2014) == fall_from_peak(FALLS, "AAA", 2014)
    broken = FALLS.assign(segment=((FALLS["unit"] == "BBB") & (FALLS["year"] > 2012)).astype(int))
    assert fall_from_peak(broken, "BBB", 2014).note == "not_observed"
    assert (fall_from_peak(broken, "AAA", 2014).tied, fall_from_peak(broken, "AAA", 2014).left_out) == (0, 2)


def test_a_span_without_two_years_has_no_fall():
    for last in (2012, 2010):
        found = fall_from_peak(FALLS, "AAA", last)
        assert (found.note, found.n) == ("not_observed", 0)


def test_falls_against_brute_force():
    draw = np.random.default_rng(5)
    values = draw.integers(0, 40, size=(60, 6)) / 100
    frame = many(**{f"U{i:02}": row for i, row in enumerate(values)})
    falls = (values[:, -1] * 100).round() - (values.max(axis=1) * 100).round()
    for i in range(0, 60, 7):
        found = fall_from_peak(frame, f"U{i:02}", 2017)
        assert found.difference == falls[i] / 100
        assert (found.rank, found.tied) == (1 + (falls < falls[i]).sum(), (falls == falls[i]).sum() - 1)


def test_mexico_since_2012(mirror):
    """From the published file, all units with a value in every year: −.178, place 32 of 179, two others tied."""
    file = mirror / "vdem" / "14" / "vdem_v14_1970_2023.csv.gz"
    columns = ["country_text_id", "year", "v2xcs_ccsi"]
    raw = pd.read_csv(file, usecols=columns, keep_default_na=False, na_values={"v2xcs_ccsi": [""]})
    frame = raw[columns].set_axis(["unit", "year", "value"], axis=1)
    found = fall_from_peak(frame, "MEX", 2023)
    assert (found.peak, found.peak_value, found.difference) == (2019, 0.879, -0.178)
    assert (found.rank, found.tied, found.n) == (32, 2, 179)
    panel = ogp.civic_space.panel(["v2xcs_ccsi"], 2000, 2023)
    page = fall_from_peak(panel.history("v2xcs_ccsi"), "MEX", 2023)
    assert (page.difference, page.rank, page.tied, page.n) == (-0.178, 32, 2, 175)
    ten, five = (change(panel.history("v2xcs_ccsi"), "MEX", first, 2023) for first in (2013, 2018))
    assert (ten.difference, ten.rank_fall, ten.n, ten.tied) == (-0.071, 53, 175, 0)
    assert (five.difference, five.rank_fall, five.n, five.tied) == (-0.136, 16, 175, 0)


def test_whichever_cutpoint_most_countries_pass_it():
    """Why no cutpoint is used: more than three in four countries range .05 or more from 2012 to 2023."""
    series = ogp.civic_space.panel(["v2xcs_ccsi"], 2012, 2023).series("v2xcs_ccsi")
    ranges = series.groupby("unit")["value"].agg(lambda v: round(v.max() - v.min(), 6))
    assert (ranges >= 0.05).mean() > 0.75


@pytest.mark.parametrize(
    ("date", "values", "note"),
    [
        ("2001-01-01", (0.5, 0.9), "observed"),
        ("2001-12-31", (0.5, 0.9), "observed"),
        ("2000-06-01", (None, 0.5), "not_observed"),
        ("2003-06-01", (0.1, None), "not_observed"),
        ("1950-06-01", (None, None), "not_observed"),
    ],
)
def test_values_around_a_date(date, values, note):
    found = around(series(0.5, 0.9, 0.1), "AAA", date)
    assert (found.before_value, found.at_value, found.note) == (*values, note)
    assert found.before == found.at - 1 == int(date[:4]) - 1
