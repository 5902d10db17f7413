"""Sheets of OGP that no folder holds, by the column names that public programs read from them.

What is known of the fourth sheet, 2,723 commitments at the address of the Explorer, are the eleven names that a public
program takes from the first line of the file; of the present full sheet, those that another takes (and the code of the
place, which it did not take). All of them are names of an older sheet: the mapping needs no
further ones. The rows are made up.
"""

from __future__ import annotations

import csv

import pytest

from ....next_year.made import read

EXPLORER = {
    "Country": "Mexico", "Action Plan Number": "2", "Theme": "Civic space", "Comm No": "3",
    "Commitment Title": "Open it", "Short Title": "Open", "Full Text": "We open it.", "Start Date": "1/2/2014",
    "End Date": "31/12/2014", "Lead Institution": "Office", "Supporting Institution(s)": "Council",
}  # fmt: skip
FULL = {
    "Commitment Unique Identifier": "MX0003", "Country/Locality": "Mexico", "Region": "Americas", "Theme": "x",
    "Year Of Submission": "2016", "Action Plan Number": "3", "Commitment Number": "1", "Code": "MEX",
    "Commitment Title": "Open it", "Short Title": "Open", "Full Text": "We open it.", "Lead Institution": "Office",
    "Supporting Institution(s)": "Council", "URL": "https://ogp.example/MX0003", "OGP Value Access To Information": "1",
    "OGP Value Civic Participation": "0", "OGP Value Public Accountability": "0", "OGP Value Technology": "0",
    "Specificity": "High", "Potential Impact": "Moderate", "Completion (Progress Report)": "Substantial",
    "Did It Open Government (Overall)": "Major",
}  # fmt: skip


def cleaned(tmp_path, cells: dict[str, str]):
    with (tmp_path / "ogp 2027.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([cells, cells.values()])
    return read("ogp_commitments", [tmp_path / "ogp 2027.csv"], tmp_path)


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned round"])
def test_the_fourth_sheet_is_read_by_its_names(tmp_path, turned):
    done = cleaned(tmp_path, dict(reversed(EXPLORER.items())) if turned else EXPLORER)
    [row] = done.tables["commitments"].to_dict("records")
    assert (row["commitment_id"], row["iso3"], row["plan_number"]) == ("2027-MEX-2-3-1", "MEX", 2)
    assert str(row["end_date_likely"].date()) == "2014-12-31"
    [text] = done.tables["texts"].to_dict("records")
    assert (text["short_title"], text["title"], text["full_text"]) == ("Open", "Open it", "We open it.")
    # What the names do not give is missing, never guessed.
    assert done.tables["commitments"][["potential_impact", "completion"]].isna().all(axis=None)
    assert set(done.record.entries["rule"]) == {"column_renamed"}


def test_the_present_sheet_is_read_by_its_names_with_its_ratings(tmp_path):
    done = cleaned(tmp_path, FULL)
    [row] = done.tables["commitments"].to_dict("records")
    assert (row["commitment_id"], row["iso3"], row["plan_number"], row["submission_year"]) == ("MX0003", "MEX", 3, 2016)
    rated = {name: row[name] for name in ("specificity", "potential_impact", "completion", "open_government", "url")}
    assert rated == {"specificity": "high", "potential_impact": "moderate", "completion": "substantial",
                     "open_government": "major", "url": "https://ogp.example/MX0003"}  # fmt: skip
    assert row["value_information"] == "clear"
    assert done.record.entries.empty, "every name is known, and none was renamed"
