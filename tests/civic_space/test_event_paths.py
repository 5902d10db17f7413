"""Paths around an event beside countries that never have it."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.civic_space import paths


def test_a_country_with_an_event_after_the_last_year_is_in_no_group():
    years = range(2000, 2024)
    rows = [(code, year, place + year / 100) for place, code in enumerate(("A", "B", "C", "D", "E")) for year in years]
    frame = pd.DataFrame(rows, columns=["iso3", "year", "x"])
    first = pd.Series({"A": 2010, "B": 2012, "C": 2024}).astype("Int64")
    found = paths.paths(frame, "x", "disclosure", first, first.index)
    assert (found.n, found.controls, found.left_out) == (2, 2, 0)
    assert found.before[0] == pytest.approx(0)
