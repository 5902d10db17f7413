"""OGP's files of next year, made from the present ones: the new year is in the table, the new column on the record."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError, SourceError

from .made import read
from .open_government import MADE, NEW, commitments_2015, commitments_2016
from .sheets import Sheet


@pytest.fixture
def next_year(mirror, tmp_path):
    def cleaned(name):
        (to := tmp_path / "made").mkdir()
        return read(name, MADE[name](mirror, to), tmp_path / "raw")

    return cleaned


def test_a_sheet_of_next_year_says_what_it_did_to_columns_and_texts(next_year):
    result = next_year("ogp_commitments")
    table = result.tables["commitments"].set_index("commitment_id")
    assert table["verifiable"].isna().all() and table["early_results"].notna().all()
    assert "unread" in set(table["end_date_status"])
    assert result.record.balance()[["rows_in", "kept"]].iloc[0].tolist() == [61, 61]


@pytest.mark.parametrize("make", [commitments_2015, commitments_2016])
def test_a_sheet_in_an_older_schema_is_read_too(mirror, tmp_path, make):
    (to := tmp_path / "made").mkdir()
    result = read("ogp_commitments", make(mirror, to), tmp_path / "raw")
    table = result.tables["commitments"]
    assert set(table.loc[table["submission_year"] == 2027, "unit"]) == {"BRB"}
    assert "BRB" in set(table["unit"]) and table["specificity"].isna().all()
    entries = result.record.entries
    assert entries.loc[entries["rule"] == "column_not_used", "column"].tolist() == [NEW]


def test_a_label_wins_over_its_number_and_a_row_said_twice_counts_once(mirror, tmp_path):
    sheet = Sheet(mirror / "ogp_commitments/2024-parliament-subset/open_parliament_0703.csv", rows=3)
    sheet.revise(sheet.rows[0], **{"Potential Impact": "Minor", "_Potential Impact": "3"})
    sheet.revise(sheet.rows[1], **{"Action Plan ID": "AP_XXX09"})
    sheet.rows.append(list(sheet.rows[2]))
    result = read("ogp_commitments", [sheet.save(tmp_path)], tmp_path / "raw")
    table = result.tables["commitments"]
    assert len(table) == 3 and table["plan_id"].isna().sum() == 1
    rules = result.record.entries["rule"].value_counts()
    assert rules[["label_over_number", "exact_repeat", "identifier_of_another_plan"]].tolist() == [1, 1, 1]


def test_a_rating_that_nobody_knows_stops_and_a_required_column_is_named(mirror, tmp_path):
    path = mirror / "ogp_commitments/2024-parliament-subset/open_parliament_0703.csv"
    sheet = Sheet(path, rows=3)
    sheet.revise(sheet.rows[0], **{"Completion (End Of Term)": "Nearly"})
    with pytest.raises(
        CleaningError, match=r'add the line `"Nearly" = "its code"` to \[codes.completion\] of commitments\.toml'
    ):
        read("ogp_commitments", [sheet.save(tmp_path)], tmp_path / "raw")
    sheet = Sheet(path, rows=3).drop_column("Commitment Title")
    with pytest.raises(SourceError, match=r"2 of 3 columns of ogp_commitments \(sheet\); no 'Commitment Title'"):
        read("ogp_commitments", [sheet.save(tmp_path)], tmp_path / "raw")
