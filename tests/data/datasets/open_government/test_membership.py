from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government import membership
from ogp_analysis.data.datasets.open_government.membership import CODING, DATASET, clean
from tests.data.datasets.plain_rows import plain

FACTS, DISAGREEMENTS, _ = DATASET.inputs
ROW = plain("ogp_membership")
GEORGIA = {
    "iso3": "GEO",
    "left": "2026-04-13",
    "status": "removed",
    "status_events": "2024-10-14 suspended",
    "exit_confidence": "medium (one outlet)",
}


@pytest.fixture
def build(made):
    def tables(*changes):
        result = cleaned(DATASET, [(FACTS, made([{**ROW, **change} for change in changes]))])
        return result.tables["countries"].set_index("iso3"), result.tables["spells"], result.record

    return tables


def test_a_member_becomes_one_row_and_one_spell(build):
    countries, spells, record = build({})
    kenya = countries.loc["KEN"]
    assert kenya[["joined_letter", "joined_letter_precision", "joined_basis"]].tolist() == ["2012", "year", "ogp_page"]
    assert kenya[["current_status", "status_note"]].tolist() == ["participating", "member"]
    assert kenya[["status_verified_to", "status_verified_precision"]].tolist() == ["2024-05", "month"]
    assert kenya[["latest_plan_number", "latest_plan_start", "latest_plan_end"]].tolist() == [3, 2023, 2025]
    assert kenya["okf_stage_2016"] == 0
    assert pd.isna(kenya["left"]) and pd.isna(kenya["joined_formal"]) and pd.isna(kenya["entry_cohort"])
    assert len(spells) == 1 and len(record.entries) == 0


def test_georgia_s_exit_is_unconfirmed_and_on_the_record(build):
    countries, spells, record = build(GEORGIA)
    assert countries.loc["GEO", ["left", "exit_confidence", "current_status"]].tolist() == [
        "2026-04-13",
        "unconfirmed",
        "suspended",
    ]
    assert spells["status"].tolist() == ["participating", "suspended"]
    assert record.entries[["action", "rule", "old", "new"]].to_numpy().tolist() == [
        ["changed", "georgia_exit_unconfirmed", "medium", "unconfirmed"]
    ]


def test_a_correction_fails_once_the_source_says_something_else(build):
    with pytest.raises(CleaningError, match=r"georgia_exit_unconfirmed: expects 'medium' .* and finds 'high'"):
        build({**GEORGIA, "exit_confidence": "high"})


def test_a_later_table_may_have_mended_both_and_says_so(made):
    later = made([{**ROW, **GEORGIA, "exit_confidence": "high", "status_events": "2024-10-15 suspended"}])
    result = cleaned(DATASET, [(replace(FACTS, version="2027", layout="facts"), later)])
    told = result.record.entries
    assert set(told["rule"]) == {"correction_not_needed"}
    assert set(told["new"]) == {"no such row", "value is now 'high'", "the notes no longer say '2024-10-14'"}
    assert (told["new"] != "no such row").sum() == 2


def test_a_change_of_status_fails_once_its_ground_is_gone(build):
    with pytest.raises(CleaningError, match="GEO 2024-10-14"):
        build({**GEORGIA, "status_events": "2024-10-15 suspended"})


@pytest.mark.parametrize("note", ["2021 declared inactive", "2021 suspended"])
def test_inactivity_without_a_dated_change_raises(build, note):
    with pytest.raises(CleaningError, match=r"change: 1 countries were inactive or .* dated change, 'KEN'\. Read"):
        build({"status_events": note})


@pytest.mark.parametrize("change", [{"left": "2020"}, {"status": "removed"}])
def test_an_exit_needs_date_and_kind(build, change):
    with pytest.raises(CleaningError, match="1 exits without a date, or dates without an exit"):
        build(change)


def test_the_other_file_becomes_conflicts(made):
    result = clean(made([{"iso3": "AFG", "kind": "joined", "conflict": "2017 or 2016"}]), DISAGREEMENTS)
    assert list(result.tables) == ["conflicts"]
    assert result.record.balance()["kept"].tolist() == [1]


# --- the published table -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def tables(published):
    result = published(DATASET)[1]
    return {**result.tables, "record": result.record}


def test_a_newer_page_dates_the_evidence_and_an_older_one_does_not(tables, mirror):
    held = pd.read_csv(mirror / "ogp_membership/compiled/membership_facts.csv", dtype=str).set_index("iso3")
    now = tables["countries"].set_index("iso3")["status_verified_to"]
    moved = now[now != held["status_verified_to"]]
    assert len(moved) == 20
    assert (moved.str[:4] >= held.loc[moved.index, "status_verified_to"].str[:4]).all()
    assert (now["NOR"], now["XKX"], now["GBR"], now["ALB"]) == ("2024-06", "2025-12-02", "2026-03-25", "2023-04")


def test_the_letters_that_the_standings_name_are_among_the_dated_events(mirror, published):
    raw = pd.read_csv(mirror / "ogp_membership/standings-2026-11/standings.csv", dtype=str).set_index("iso3")
    events = published(dataset("ogp_status_events"))[1].tables["events"]
    for iso3, listed in raw["contrary_letters"].dropna().items():
        dates = set(events.loc[events["iso3"] == iso3, "date_text"])
        assert set(re.findall(r"\d{4}-\d{2}(?:-\d{2})?", listed)) <= dates, iso3


def test_no_address_names_a_person(tables):
    for name, column in (("countries", "sources"), ("spells", "source_url"), ("standings", "source_url")):
        named = tables[name][column].str.contains("chakwera|pradhan|abinader|vlavonou|haimbe|trump", case=False)
        assert not named.any(), tables[name].loc[named, column].tolist()


def test_spells_follow_on_each_other(tables):
    spells = tables["spells"]
    closed = spells.dropna(subset="end")
    assert (closed["start"] < closed["end"]).all()
    last = spells.groupby("iso3").tail(1)
    assert last["end"].isna().all() and len(last) == 87
    following = spells.groupby("iso3")["start"].shift(-1)
    pd.testing.assert_series_equal(spells["end"], following, check_names=False)
    assert (spells["start"] >= pd.Timestamp("2011-09-20")).all()
    assert (spells.groupby("iso3")["status"].first() == "participating").all()


def test_what_is_coded_by_country_is_of_countries_in_the_table(tables):
    there = set(tables["countries"]["iso3"])
    coded = {entry["iso3"] for part in ("change", "correction") for entry in CODING[part]} | set(CODING["exits"])
    assert coded <= there
    matters = {(subject, kind) for kind, group in membership.MATTERS.items() for subject in group}
    assert matters == set(zip(tables["conflicts"]["subject"], tables["conflicts"]["kind"], strict=True))


def test_conflicts_use_the_dates_of_the_table(tables):
    countries = tables["countries"].set_index("iso3")
    for matter in tables["conflicts"].itertuples():
        if matter.kind in ("joined", "exit"):
            ours = countries.loc[matter.subject, "joined_letter" if matter.kind == "joined" else "left"]
            assert ours.startswith(matter.used) or matter.used.startswith(ours), matter


def test_decisions_on_status_stand_among_the_dated_events(tables, published):
    events = published(dataset("ogp_status_events"))[1].tables["events"]
    known = set(zip(events["iso3"], events["event_code"], events["date_text"], strict=True))
    spells = tables["spells"]
    decided = spells[(spells["basis"] == "decision") & (spells["iso3"] != "ISR")]
    codes = decided["status"].replace({"participating": "active_again"})
    missing = [key for key in zip(decided["iso3"], codes, decided["start_text"], strict=True) if key not in known]
    assert missing == []
    exits = spells[spells["basis"] == "exit"]
    ended = events[events["event_category"] == "exit"].set_index("iso3")["date_text"]
    assert ended.index.is_unique
    assert (exits.set_index("iso3")["start_text"] == ended.reindex(exits["iso3"])).all()
