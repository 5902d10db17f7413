"""Many countries at once: spreads by cohort, and the four quadrants of two measures."""

from __future__ import annotations

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.civic_space.levels import Levels, TwoMeasures
from ogp_analysis.civic_space.overview import Overview


def cells(made, column: str) -> list:
    place = [c["name"] for c in made.payload()["columns"]].index(column)
    return [row[place] for row in made.payload()["rows"]]


def test_cohorts_show_the_two_ends_only():
    frame = pd.DataFrame({"unit": ["AAA", "BBB"] * 3, "year": [2000, 2000, 2005, 2005, 2010, 2010],
                          "value": [0.1, 0.3, 0.5, 0.5, 0.2, 0.4], "cohort": "2011"})  # fmt: skip
    made = Levels("v2xcs_ccsi", "world", pd.DataFrame(), frame).table()
    assert cells(made, "year") == [2000, 2010] and cells(made, "n") == [2, 2]
    assert cells(made, "median") == pytest.approx([0.2, 0.3])


def test_the_rows_of_cohorts_sum_to_the_numbers_of_the_caption():
    levels = ogp.civic_space.panel("v2xcs_ccsi", 2000, 2023).levels("v2xcs_ccsi")
    made, fixed = levels.table(), levels.fixed
    rows = list(zip(cells(made, "cohort"), cells(made, "year"), cells(made, "n"), strict=True))
    assert [name for name, year, _ in rows if year == 2023] == [
        "2011", "2012–2013", "2014 and later", "joined, letter not dated", "never joined"]  # fmt: skip
    members = sum(n for name, year, n in rows if year == 2023 and name != "never joined")
    assert members == fixed.loc[fixed["ogp"] == "ever", "unit"].nunique() == 87
    assert "every year shown: 174, of which ever joined OGP: 87." in made.caption
    assert ("joined, letter not dated", 2023, 2) in rows and ("never joined", 2023, 87) in rows


def test_quadrants_name_one_group_and_count_members():
    points = pd.DataFrame({"iso3": ["MEX", "KEN", "CHN", "FRA"], "x": [0.9, 0.9, 0.1, 0.2], "y": [0.1, 0.9, 0.1, 0.9]})
    frame = points.rename(columns={"x": "v2x_polyarchy", "y": "v2xcs_ccsi"})
    members = frozenset({"MEX", "KEN", "FRA"})
    both = TwoMeasures("v2x_polyarchy", "v2xcs_ccsi", 2023, frame, 0.5, 0.5, members)
    assert both.quadrants.quadrant("high_low").units == ("MEX",)
    made = both.table()
    assert cells(made, "names") == ["not_applicable", "Mexico", "not_applicable", "not_applicable"]
    assert sum(cells(made, "count")) == 4 and set(cells(made, "n")) == {4}
    assert cells(made, "members") == [1, 1, 1, 0]
    assert both.frame["units"].tolist() == ["KEN", "MEX", "FRA", "CHN"]


def test_the_answer_of_the_overview_is_about_the_two_ends_of_the_panel():
    panel = ogp.civic_space.panel(["v2xcs_ccsi", "v2x_polyarchy"], 2013, 2023)
    found = Overview(panel, "v2xcs_ccsi", "v2x_polyarchy")
    numbers = {name: one["value"] for said in found.text() for name, one in said.numbers().items()}
    assert numbers["overview.glance.movement.n"] == len(found.frame) == 175
    assert numbers["overview.glance.quadrants.count"] == found.together.frame["count"][1]
    cuts = (numbers["overview.glance.quadrants.x_cut"], numbers["overview.glance.quadrants.y_cut"])
    assert cuts == pytest.approx((found.together.x_cut, found.together.y_cut))
    assert [said.role for said in found.text()] == ["headline", "finding", "number", "limit", "scope"]
