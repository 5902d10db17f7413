"""Safeguards against surveillance on paper: one country, safeguard and scope, and joint statements apart."""

from __future__ import annotations

import csv

import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.surveillance import surveillance_safeguards
from tests.data.datasets.plain_rows import plain

ROW, STATED = plain("surveillance_safeguards"), surveillance_safeguards.STATED
JOINT = {"safeguard": "joint_statement", "scope": "political commitment", "value": "yes", "state_of": "2023-03-30"}
KEY = ["iso3", "safeguard", "scope"]


def clean(made, *rows):
    declared = surveillance_safeguards.DATASET
    return cleaned(declared, [(declared.inputs[0], made([ROW | one for one in rows]))])


def test_a_remark_behind_an_article_goes_and_no_sentence_of_others_is_kept(made):
    result = clean(made, {})
    (row,) = result.tables["statements"].to_dict("records")
    assert (row["article"], row["publisher"], row["state_of"]) == ("1-2", "law_in_a_copy", "2019-05")
    assert "A sentence of another" not in row.values()
    assert result.record.entries["rule"].to_list() == ["remark_behind_article"]


def test_what_a_wording_reaches_is_a_row_each(made):
    tables = clean(made, {"scope": "intelligence and police"}, {"scope": "drug enforcement"}).tables
    assert tables["scopes"][["scope", "reaches"]].values.tolist() == [
        ["drug_enforcement", "criminal"],
        ["intelligence_and_police", "criminal"],
        ["intelligence_and_police", "intelligence"],
    ]
    assert len(tables["statements"]) == 2


def test_a_joint_statement_is_no_safeguard(made):
    tables = clean(made, {}, JOINT).tables
    assert tables["statements"]["safeguard"].to_list() == ["remedy"] and len(tables["joint_statements"]) == 1


@pytest.mark.parametrize("values", [{"scope": "criminal"}, {"value": "no"}, {"state_of": "2023-13-30"}])
def test_what_a_joint_statement_cannot_say_raises(made, values):
    with pytest.raises(CleaningError):
        clean(made, JOINT | values)


def test_a_decade_stays_one_and_a_state_that_is_not_given_is_missing(made):
    made_of = clean(made, {"state_of": "2000s"}, {"state_of": "", "scope": "all"}).tables["statements"]
    assert made_of["state_of"].fillna("").to_list() == ["2000s", ""]


def test_each_scope_reaches_something_and_every_note_has_its_row(published):
    tables = published(surveillance_safeguards.DATASET)[1].tables
    statements, wordings = tables["statements"], {code: text for text, code in STATED["scopes"].items()}
    assert set(STATED["reaches"]) == set(STATED["scopes"].values())
    keys = statements[KEY].assign(scope=statements["scope"].map(wordings)).agg(" ".join, axis=1)
    assert set(STATED["notes"]) == set(keys[statements["note"].notna()])


def test_the_extract_holds_every_row_of_the_published_file(mirror):
    """Each statement with what its source says, how sure it is, and where; and each joint statement."""
    version, folder = "surveillance_safeguards/2026-11", paths.project().raw
    files = [mirror / version / "safeguards_by_country.csv"]
    files += [folder / f"{version}-extract" / f"{name}.csv" for name in ("statements", "joint_statements")]
    texts = (file.read_text(encoding="utf-8").splitlines() for file in files)
    rows, own, joint = (list(csv.DictReader(lines)) for lines in texts)
    names = ("iso3", "safeguard", "value", "state_of", "confidence", "source_url")
    of_kind = {kind: [row for row in rows if (row["safeguard"] == "joint_statement") == kind] for kind in (True, False)}
    assert sorted(tuple(row[one] for one in names) + (STATED["scopes"][row["scope"]],) for row in of_kind[False]) == (
        sorted(tuple(row[one] for one in (*names, "scope")) for row in own)
    )
    kept = ("iso3", "confidence", "source_url")
    assert sorted((row["state_of"], *(row[one] for one in kept)) for row in of_kind[True]) == (
        sorted((row["endorsed"], *(row[one] for one in kept)) for row in joint)
    )
    assert not {row["evidence"] for row in rows} & {cell for row in (*own, *joint) for cell in row.values()}
