"""Sheets of OGP that no folder holds, by the column names that public programs read from them.

What is known of the fourth sheet, 2,723 commitments at the address of the Explorer, are the eleven names that a public
program takes from the first line of the file; of the present full sheet, those that another takes (and the code of the
place, which it did not take). All of them are names of an older sheet: the mapping needs no
further ones. The rows are made up.
"""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.data.cleaning import dataset as cleaning
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.sources.sidecar import Input
from tests.data.datasets.plain_rows import plain

EXPLORER, FULL = plain("ogp_commitments_explorer"), plain("ogp_commitments_full")


def cleaned(*rows: dict[str, str]):
    declared, name = dataset("ogp_commitments"), "ogp_commitments"
    chunk = (
        pd.DataFrame(rows, dtype="str").fillna("").assign(_file=f"{name}/2027/ogp.csv", _line=range(2, len(rows) + 2))
    )
    layout = next(one for one in declared.layouts if not one.absent(chunk.columns))
    return cleaning.cleaned(declared, [(Input(name, "2027", layout=layout.name), layout.fitted(chunk))])


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "turned round"])
def test_the_fourth_sheet_is_read_by_its_names(turned):
    done = cleaned(dict(reversed(EXPLORER.items())) if turned else EXPLORER)
    [row] = done.tables["commitments"].to_dict("records")
    assert (row["commitment_id"], row["iso3"], row["plan_number"]) == ("2027-MEX-2-3-1", "MEX", 2)
    assert str(row["end_date_likely"].date()) == "2014-12-31"
    [text] = done.tables["texts"].to_dict("records")
    assert (text["short_title"], text["title"], text["full_text"]) == ("Open", "Open it", "We open it.")
    # What the names do not give is missing, never guessed.
    assert done.tables["commitments"][["potential_impact", "completion"]].isna().all(axis=None)
    assert set(done.record.entries["rule"]) == {"column_renamed", "column_not_used"}


def test_the_present_sheet_is_read_by_its_names_with_its_ratings():
    done = cleaned(FULL)
    [row] = done.tables["commitments"].to_dict("records")
    assert (row["commitment_id"], row["iso3"], row["plan_number"], row["submission_year"]) == ("MX0003", "MEX", 3, 2016)
    rated = {name: row[name] for name in ("specificity", "potential_impact", "completion", "open_government", "url")}
    assert rated == {"specificity": "high", "potential_impact": "moderate", "completion": "substantial",
                     "open_government": "major", "url": "https://ogp.example/MX0003"}  # fmt: skip
    assert row["value_information"] == "clear"
    assert set(done.record.entries["rule"]) == {"column_not_used"}, "none was renamed"


def test_what_contradicts_itself_in_a_later_sheet_is_settled_by_rule_on_the_record():
    """The label wins over its number, an identifier of another plan is left out, and a row said twice counts once."""
    contradicting = FULL | {"Potential Impact": "Minor", "_Potential Impact": "3"}
    other = FULL | {"Commitment Unique Identifier": "MX0004", "Action Plan ID": "AP_XXX09", "Nobody's": "x"}
    done = cleaned(contradicting, other, other)
    table = done.tables["commitments"]
    assert len(table) == 2 and table["plan_id"].isna().all()
    assert table["potential_impact_coded"].tolist()[0] == 1 and "unread" not in set(table["end_date_status"])
    rules = set(done.record.entries["rule"])
    assert {"label_over_number", "exact_repeat", "identifier_of_another_plan", "column_not_used"} <= rules
    dated = cleaned(FULL | {"End Date": "as soon as the law is in force"})
    assert dated.tables["commitments"]["end_date_status"].tolist() == ["unread"]
