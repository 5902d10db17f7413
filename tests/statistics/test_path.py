"""The path of one unit."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.statistics.change import Path, path


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
    assert found.shape == case.replace("one_year", "flat") and (found.n == 1) == (case == "one_year")


def test_extremes_are_the_earliest_of_equals_and_missing_years_are_none():
    frame = series(0.5, None, 0.9, 0.9, 0.2, 0.2)
    assert path(frame, "AAA") == Path("AAA", 2000, 2005, 0.5, 0.2, 2002, 0.9, 2004, 0.2, "moved", 5, "fell")


def test_a_window_and_another_unit_are_left_out():
    frame = pd.concat([series(0.5, 0.9, 0.1), series(9.0, 9.0, 9.0, unit="BBB")])
    found = path(frame, "AAA", first=2001, last=2001)
    assert (found.first, found.last, found.n, found.peak_value) == (2001, 2001, 1, 0.9)
    assert path(frame, "CCC").n == 0
