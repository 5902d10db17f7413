"""Freedom on the Net: rules on hand-made rows, then the published files."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.civic_space import freedom_on_the_net as net

WORKBOOK, COMPILED = net.DATASET.inputs


def sheet_row(country: str = "Mexico", status: str = "PARTLY FREE", edition: int = 2018, **values) -> dict:
    numbers = {"score": "40", "access": "7", "content": "11", "user_rights": "22"} | values
    named = {net.VALUES[name][0].format(edition): text for name, text in numbers.items()}
    return {"Country": country, f'"Freedom on the Net {edition}" Status': status, **named}


def compiled_row(iso3: str = "MEX", year: str = "2018", score: str = "60.0") -> dict:
    return {"iso3": iso3, "year": year, "score": score}


def clean(made, sheet=(), compiled=()):
    parts = [(WORKBOOK, made(list(sheet), "sheet"))] if sheet else []
    parts += [(COMPILED, made(list(compiled), "table"))] if compiled else []
    return cleaned(net.DATASET, parts)


def test_the_workbook_is_turned_and_every_value_recorded(made):
    result = clean(made, [sheet_row()])
    row = result.tables["country_year"].iloc[0]
    assert (row["unit"], row["year"], row["status"]) == ("MEX", 2018, "partly_free")
    assert (row["score"], row["access"], row["content"], row["user_rights"]) == (60, 18, 24, 18)
    entries = result.record.entries
    assert set(entries["rule"]) == {"turned_so_that_higher_is_freer"}
    assert entries[["old", "new"]].values.tolist() == [["40", "60"], ["7", "18"], ["11", "24"], ["22", "18"]]


def test_a_workbook_from_edition_2019_on_counts_freedom_and_is_not_turned(made):
    values = {"score": "60", "access": "18", "content": "24", "user_rights": "18"}
    result = clean(made, [sheet_row(edition=2027, **values)])
    row = result.tables["country_year"].iloc[0]
    assert row[["year", *values]].tolist() == [2027, 60, 18, 24, 18]
    assert result.record.entries.empty


def test_a_workbook_that_names_no_edition_raises(made):
    chunk = made([sheet_row()]).rename(columns={net.VALUES["score"][0].format(2018): "Total"})
    with pytest.raises(CleaningError, match=r"has no column '.*Total Score'"):
        cleaned(net.DATASET, [(WORKBOOK, chunk)])


def test_edition_2018_stands_once(made):
    result = clean(made, [sheet_row()], [compiled_row(), compiled_row(year="2019")])
    table = result.tables["country_year"]
    assert table[["year", "score"]].values.tolist() == [[2018, 60], [2019, 60]]
    assert table["access"].tolist()[0] == 18
    assert result.record.balance()["merged"].tolist() == [0, 1]


def test_two_directions_for_one_edition_raise(made):
    with pytest.raises(CleaningError, match=r"1 have sources that differ, for example .*MEX"):
        clean(made, [sheet_row()], [compiled_row(score="40.0")])


def test_a_total_that_is_not_the_sum_raises(made):
    with pytest.raises(CleaningError, match="1 totals are not the sum of the categories, for example '40' in line 3"):
        clean(made, [sheet_row(), sheet_row("Kenya", access="8")])


# --- The published files -----------------------------------------------------------------------------------


def test_published_status_follows_the_turned_score(published):
    """30 points of obstacles and fewer were free, more than 60 not free: 70 and more, fewer than 40 here."""
    table = published(net.DATASET)[1].tables["country_year"].dropna(subset=["status"])
    ends = table.groupby("status")["score"].agg(["min", "max"])
    assert ends.loc["free", "min"] >= 70 > ends.loc["partly_free", "max"]
    assert ends.loc["partly_free", "min"] >= 40 > ends.loc["not_free", "max"]


def test_published_categories_add_up(published):
    table = published(net.DATASET)[1].tables["country_year"].dropna(subset=["access"])
    assert len(table) == 65
    assert (table[["access", "content", "user_rights"]].sum(axis=1) == table["score"]).all()
