"""The listed commitments on surveillance and what borders on it, and those that were read: codes, scales, agreement."""

from __future__ import annotations

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government import surveillance_commitments

from ....recount import files
from ..plain_rows import plain

DATASET = surveillance_commitments.DATASET
FIRST, _, MORE = DATASET.inputs


def table(made, **values) -> pd.Series:
    row = plain("ogp_surveillance_commitments") | values
    return cleaned(DATASET, [(FIRST, made([row]))]).tables["commitments"].iloc[0]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("High", "ambition_high"),
        ("Moderate", "impact_moderate"),
        ("Potential for Results: Modest", "results_modest"),
        ("No Data", "no_irm_data"),
        ("Pending IRM Review", "pending"),
        ("", "not_read"),
    ],
)
def test_a_rating_of_the_design_keeps_its_scale_and_what_was_not_read_is_not_pending(made, said, code):
    assert table(made, irm_ambition=said)["design"] == code


@pytest.mark.parametrize(
    ("said", "note", "found"),
    [
        ("Limited (progress), Substantial (end of term)", "", ("substantial", "limited")),
        ("Substantial (progress), Substantial (end of term)", "", ("substantial", None)),
        ("Limited (both reviews)", "", ("limited", None)),
        ("", "Completion only as a graphic.", ("drawn", None)),
        ("", "", ("not_read", None)),
        ("Pending IRM Review", "Completion only as a graphic.", ("pending", None)),
    ],
)
def test_completion_is_that_of_the_later_review_and_a_graphic_is_no_cell_that_was_not_read(made, said, note, found):
    row = table(made, irm_completion=said, note=note)[["completion", "completion_before"]]
    assert tuple(None if pd.isna(one) else one for one in row) == found


def test_what_was_read_the_title_in_the_plan_and_the_key_come_from_note_and_address(made):
    page = "https://www.opengovpartnership.org/members/mexico/"
    row = table(made, note="Plan title: 'Controles'. See there.", source_url=page, ogp_id="", subject="other")
    assert (row["basis"], row["title_in_plan"], row["commitment"]) == ("other_ogp_page", "Controles", "MEX-4-7")
    row = table(made, note="Subject is POLICING. ogp_commitments/2024-parliament-subset", subject="other")
    assert (row["basis"], row["subject"], row["commitment"]) == ("subset_2024", "policing", "MX0081")


def test_every_row_of_both_files_is_there_with_its_id_subject_and_link(mirror):
    own = ogp.load("ogp_surveillance_commitments", "commitments")
    parts = {"first": FIRST, "additions": MORE}
    for listing, part in parts.items():
        raw = files.words(mirror / part.source / part.version / part.files)
        found = own[own["listing"] == listing]
        for name in ("iso3", "ogp_id", "title", "source_url", "confidence"):
            assert sorted(found[name].fillna("")) == sorted(raw[name]), name
        assert (found["basis"] == "subset_2024").sum() == raw["note"].str.contains("2024-parliament-subset").sum()
        policing = raw["note"].str.contains("POLICING").sum()
        assert found["subject"].eq("policing").sum() == policing


def test_what_was_read_of_a_listed_commitment_agrees_with_the_list():
    listed = ogp.load("ogp_surveillance_commitments", "commitments").set_index("commitment")
    read = ogp.load("ogp_surveillance_readings", "promises").set_index("ogp_id")
    itself = listed[listed["subject"].isin(dataset("ogp_surveillance_readings").schemas[0]["subject"].categories)]
    assert set(itself.index) == set(read.index[read["origin"] == "listed"])
    for name in ("iso3", "plan_number", "plan_from", "plan_to", "subject", "title", "design_check", "design",
                 "early_results", "source_url", "confidence"):  # fmt: skip
        assert (itself[name] == read[name].reindex(itself.index)).all(), name


def test_a_commitment_of_the_table_of_2016_was_read_as_being_on_surveillance():
    read = ogp.load("ogp_surveillance_readings", "promises")
    decided = ogp.load("ogp_commitments", "theme_readings")
    main = decided[(decided["theme"] == "state_surveillance") & (decided["decision"] == "main_subject")]
    assert set(read["commitment_id"].dropna()) == set(main["commitment_id"])
    assert (read["commitment_id"].notna() == (read["origin"] == "table_2016")).all()
