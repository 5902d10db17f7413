"""The path of one unit, and its values around a date."""

from __future__ import annotations

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.errors import ModelError
from ogp_analysis.messages.catalogue import entry
from ogp_analysis.models.path import Path, around, path


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
        ((0.5, 0.9, 0.1, 0.3), "rose_then_fell"),
        ((0.5, 0.9, 0.1), "rose_then_fell_to_the_end"),
        ((0.5, 0.9, 0.1, 0.1), "rose_then_fell_to_the_end"),
        ((0.5, 0.1, 0.9, 0.7), "fell_then_rose"),
        ((0.5, 0.1, 0.9), "fell_then_rose_to_the_end"),
        ((0.5, 0.9, 0.1, 0.6), "mixed"),
        ((0.5, 0.1, 0.9, 0.4), "mixed"),
        ((0.1, 0.9, 0.2), "mixed"),
        ((0.9, 0.1, 0.8), "mixed"),
    ],
)
def test_the_shape_of_a_path(values, case):
    found = path(series(*values), "AAA")
    assert found.case == case
    assert found.shape == case.removesuffix("_to_the_end").replace("one_year", "flat")
    assert case in entry("profile.path", "en") and case in entry("profile.path", "es")


def test_extremes_are_the_earliest_of_equals_and_missing_years_are_none():
    frame = series(0.5, None, 0.9, 0.9, 0.2, 0.2)
    assert path(frame, "AAA") == Path("AAA", 2000, 2005, 0.5, 0.2, 2002, 0.9, 2004, 0.2, "rose_then_fell", 5)


def test_a_window_and_another_unit_are_left_out():
    frame = pd.concat([series(0.5, 0.9, 0.1), series(9.0, 9.0, 9.0, unit="BBB")])
    found = path(frame, "AAA", first=2001, last=2001)
    assert (found.first, found.last, found.n, found.peak_value) == (2001, 2001, 1, 0.9)
    assert path(frame, "CCC").n == 0


def test_years_need_not_be_in_order():
    frame = series(0.5, 0.9, 0.1).iloc[::-1]
    assert path(frame, "AAA").case == "rose_then_fell_to_the_end"


def test_a_repeated_year_is_refused():
    with pytest.raises(ModelError, match="repeat"):
        path(pd.concat([series(0.5, 0.6)] * 2), "AAA")


def test_mexico_rose_before_it_fell():
    found = path(ogp.country_years(["v2xcs_ccsi"], 2016, 2023).series("v2xcs_ccsi"), "MEX")
    assert (found.first_value, found.peak, found.peak_value, found.last_value) == (0.772, 2019, 0.879, 0.701)
    assert found.case == "rose_then_fell"


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
