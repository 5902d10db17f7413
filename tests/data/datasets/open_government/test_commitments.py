from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError, UnknownName
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government import commitment_columns as columns
from ogp_analysis.data.datasets.open_government.commitments import DATASET, clean

INPUT = {columns.BY_FOLDER[item.version]: item for item in DATASET.inputs}
OLD, MIDDLE, NEW = columns.VINTAGES
IDENTITY = {
    "place": "Kenya",
    "plan_number": "1",
    "commitment_number": "3",
    "commitment_dummy": "1",
    "submission_year": "2012",
    "report_progress": "2014",
    "start": "2012",
    "end": "2013",
    "short_title": "Publish the register",
    "title": "Publish the register",
    "full_text": "The register of the ministry will be open to the public",
}


def row(vintage=MIDDLE, **values):
    """A raw row of a vintage: nothing reviewed, no tag; `values` by raw column or by field of the identity."""
    found = {
        names[vintage]: IDENTITY.get(field, "")
        for field, names in columns.MAPPING["identity"].items()
        if vintage in names
    }
    for entry in columns.MAPPING["answer"]:
        found |= {entry[part][vintage]: "NR" for part in ("raw", "twin") if vintage in entry.get(part, {})}
    assessed = next(e["raw"][vintage] for e in columns.MAPPING["answer"] if e["name"] == "irm_assessed")
    found |= {assessed: "0"} | {raw: "0" for _, raw in columns.tag_names(vintage).values()}
    if vintage == NEW:
        found |= {"Code": "KEN", "Commitment Unique Identifier": "KE0003", "Action Plan ID": "AP_KEN01"}
        found |= {"Ambition Assessed": "0", "Comp Assessed": "0", "DIOG Assessed": "0", "Start Date": "NA"}
    fields = {columns.MAPPING["identity"][f][vintage]: v for f, v in values.items() if f in columns.MAPPING["identity"]}
    return found | fields | {name: v for name, v in values.items() if name not in columns.MAPPING["identity"]}


@pytest.fixture
def build(made):
    def tables(*rows, vintage=MIDDLE):
        return cleaned(DATASET, [(INPUT[vintage], made(list(rows)))])

    return tables


@pytest.mark.parametrize(("label", "number"), [("Huge", "3"), ("", ""), ("none", "0")])
def test_an_unknown_rating_raises(build, label, number):
    with pytest.raises(CleaningError, match=r"made\.csv, column Potential impact: .* in line 2"):
        build(row(**{"Potential impact": label, "_Pot Impact Coded": number}))


def test_a_number_that_contradicts_its_label_raises(build):
    with pytest.raises(
        CleaningError, match=r"1 numbers that are not that of the label in Potential impact.*'3' beside 'NR'"
    ):
        build(row(**{"Potential impact": "NR", "_Pot Impact Coded": "3"}))


def test_a_new_column_and_a_lost_one_raise(build, made):
    with pytest.raises(CleaningError, match=r"\.csv: 1 columns are not known, 'Surprise'\."):
        build(row(Surprise="x"))
    lacking = made([row()]).drop(columns=["Specificity"])
    with pytest.raises(CleaningError, match=r"1 columns are absent, 'Specificity'"):
        clean(lacking, INPUT[MIDDLE])


def test_an_unknown_tag_value_and_place_raise(build):
    with pytest.raises(CleaningError, match="column Open Data"):
        build(row(**{"Open Data": "maybe"}))
    with pytest.raises(UnknownName, match="Atlantis"):
        build(row(place="Atlantis"))
    with pytest.raises(UnknownName, match="XX"):
        build(row(NEW, place="XXXX", **{"Action Plan ID": "AP_XXXX01"}), vintage=NEW)


def test_a_plan_identifier_of_another_plan_raises(build):
    with pytest.raises(CleaningError, match="AP_KEN02"):
        build(row(NEW, plan_id="AP_KEN02"), vintage=NEW)


def test_tags_say_what_is_not_no_and_the_counts_say_the_rest(build):
    tables = build(row(**{"Open Data": "1", "ODWG": "NR"}), row(commitment_number="4", **{"Open Data": "0"})).tables
    given = tables["tags"].set_index(["commitment_id", "tag"])["value"]
    assert given.to_dict() == {
        ("2016-KEN-1-3-1", "open_data"): "yes",
        ("2016-KEN-1-3-1", "working_group_open_data"): "not_reviewed",
    }
    counts = tables["tag_counts"].set_index("tag").drop(columns=["vintage", "kind"])
    assert counts.loc["open_data"].tolist() == [1, 1, 0, 0, 0, 0]
    assert counts.loc["working_group_open_data"].tolist() == [0, 1, 1, 0, 0, 0]
    assert (counts.sum(axis=1) == 2).all()


def test_addresses_are_masked_and_the_record_does_not_repeat_them(build):
    result = build(row(full_text="Ask jane.doe@example.org or x@y.gob.mx about it"))
    assert result.tables["texts"].loc[0, "full_text"] == "Ask [address] or [address] about it"
    assert result.record.entries[["rule", "column", "old", "new"]].to_numpy().tolist() == [
        ["address_masked", "Full Text", "2 addresses", "[address]"]
    ]


def test_a_text_that_may_be_about_a_theme_and_was_not_read_raises(build):
    wiretapping = {"full_text": "Statistics on wiretapping will be published"}
    with pytest.raises(CleaningError, match=r"1 candidates were not read, for example 2016-KEN-1-3-1 for state_surv"):
        build(row(**wiretapping))
    # Only the vintage of 2016 was read: elsewhere words make no theme.
    assert build(row(OLD, **wiretapping), vintage=OLD).tables["themes"].empty


def test_a_word_is_not_made_of_the_end_of_the_title_and_the_beginning_of_the_text(build):
    # "nonprofit" would be a candidate that nobody read.
    assert build(row(title="The non", full_text="profit of the ministry")).tables["theme_readings"].empty


def test_report_years_keep_why_there_is_none(build):
    found = build(row(report_end_of_term="ND"), row(commitment_number="4", report_end_of_term="NR")).tables[
        "commitments"
    ]
    assert found["report_status_end_of_term"].tolist() == ["no_data", "not_reviewed"]
    assert found["report_year_end_of_term"].isna().all()
    assert found["report_year_progress"].tolist() == [2014, 2014]
    with pytest.raises(CleaningError, match="soon"):
        build(row(report_end_of_term="soon"))


def test_every_raw_column_is_taken_once_or_left_for_a_reason():
    for vintage in columns.VINTAGES:
        taken, left = columns.raw_columns(vintage)
        names = taken + left
        assert len(names) == len(set(names)), vintage
    assert all(entry["reason"] for entry in columns.MAPPING["not_taken"])


# --- The published files ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tables(published):
    return published(DATASET)[1].tables


@pytest.fixture(scope="module")
def by_vintage(tables):
    return dict(list(tables["commitments"].groupby("vintage")))


def test_ratings_are_those_of_the_replication(by_vintage):
    """Crosstab of impact and completion that the fitted models of the replication rest on: 1,599 commitments."""
    rated = by_vintage[MIDDLE].query("plan_number <= 2")
    rated = rated[
        rated["relevance"].isin(["clear", "unclear"]) & rated["specificity"].isin(["none", "low", "medium", "high"])
    ]
    table = pd.crosstab(rated["potential_impact"], rated["completion"])
    impact, completion = (
        ["none", "minor", "moderate", "transformative"],
        ["not_started", "limited", "substantial", "complete"],
    )
    expected = [[20, 22, 16, 31], [63, 224, 164, 149], [65, 242, 209, 117], [37, 107, 76, 57]]
    assert table.loc[impact, completion].to_numpy().tolist() == expected


def test_the_likely_reading_is_that_of_the_vintage_before(by_vintage):
    """Where 2015 gives the month in words, the first of a month is the right reading in all but two of 764 dates."""
    pairs = by_vintage[OLD].merge(
        by_vintage[MIDDLE], on=["unit", "plan_number", "commitment_number"], suffixes=("_old", "_new")
    )
    right = total = 0
    for field in ("start", "end"):
        told = pairs[
            (pairs[f"{field}_date_status_old"] == "month") & pairs[f"{field}_date_ambiguous_new"].fillna(False)
        ]
        likely = told[f"{field}_date_likely_new"]
        right += (likely.dt.month == told[f"{field}_date_earliest_old"].dt.month).sum()
        total += len(told)
    assert (right, total) == (762, 764)


def test_tags_of_2016_add_up_to_the_checksum_of_the_file(published, tables):
    raw = published(DATASET)[0][1][1]
    counts = tables["tag_counts"].query("vintage == '2016' and kind == 'topic'")
    assert counts["n_yes"].sum() == pd.to_numeric(raw["Checksum"]).sum() == 3576
    one = tables["tag_counts"].set_index(["vintage", "tag"]).loc[(MIDDLE, "marginalized_communities")]
    assert one["n_not_reviewed"] == 1927
    numbers = tables["tag_counts"].filter(regex="^n_").sum(axis=1)
    assert numbers.groupby(tables["tag_counts"]["vintage"]).unique().map(list).to_dict() == {
        OLD: [1947],
        MIDDLE: [1927],
        NEW: [558],
    }
