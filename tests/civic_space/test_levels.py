"""How a measure is spread by the year in which countries joined OGP."""

from __future__ import annotations

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.civic_space.levels import cohorts


def cells(made, column: str) -> list:
    place = [c["name"] for c in made.payload()["columns"]].index(column)
    return [row[place] for row in made.payload()["rows"]]


def test_cohorts_show_the_two_ends_only():
    frame = pd.DataFrame({"unit": ["AAA", "BBB"] * 3, "year": [2000, 2000, 2005, 2005, 2010, 2010],
                          "value": [0.1, 0.3, 0.5, 0.5, 0.2, 0.4], "cohort": "2011"})  # fmt: skip
    made = cohorts(frame, "v2xcs_ccsi")
    assert cells(made, "year") == [2000, 2010] and cells(made, "n") == [2, 2]
    assert cells(made, "median") == pytest.approx([0.2, 0.3])
    assert cohorts(frame[:0], "v2xcs_ccsi") == ()


def test_the_rows_of_cohorts_sum_to_the_numbers_of_the_caption():
    fixed = ogp.panel("v2xcs_ccsi", 2000, 2023).fixed("v2xcs_ccsi")
    made = cohorts(fixed, "v2xcs_ccsi")
    rows = list(zip(cells(made, "cohort"), cells(made, "year"), cells(made, "n"), strict=True))
    assert [name for name, year, _ in rows if year == 2023] == [
        "2011", "2012–2013", "2014 and later", "joined, letter not dated", "never joined"]  # fmt: skip
    members = sum(n for name, year, n in rows if year == 2023 and name != "never joined")
    assert members == fixed.loc[fixed["ogp"] == "ever", "unit"].nunique() == 87
    assert "every year shown: 174, of which ever joined OGP: 87." in made.caption
    assert ("joined, letter not dated", 2023, 2) in rows and ("never joined", 2023, 87) in rows
