"""The pantry: builds only what changed, says what tables rest on, and never hands out what it did not check."""

from __future__ import annotations

import shutil

import pytest

from ogp_analysis.base.errors import OgpAnalysisError, UnknownName
from ogp_analysis.data.store import hand_out, shelf
from ogp_analysis.data.store.editions import build

NAMES = ["wgi_voice_accountability", "ogp_status_events"]


def test_a_second_build_does_nothing_and_a_changed_extract_only_its_own(project):
    assert build(NAMES) == dict.fromkeys(NAMES, "built")
    assert build(NAMES) == dict.fromkeys(NAMES, "current")
    sidecar = project.raw / NAMES[1] / "compiled-extract" / "source.toml"
    sidecar.write_text(sidecar.read_text(encoding="utf-8") + "\n# looked at again\n", encoding="utf-8")
    assert build(NAMES) == {NAMES[0]: "current", NAMES[1]: "built"}


def test_two_builds_give_the_same_bytes(project):
    build(NAMES)
    files = sorted(project.processed.glob("**/*.*"))
    before = {file: file.read_bytes() for file in files}
    shutil.rmtree(project.processed)
    build(NAMES)
    assert {file: file.read_bytes() for file in files} == before


def test_a_changed_extract_is_refused_in_one_sentence(project):
    table = project.raw / NAMES[0] / "2023-extract" / "country_year.csv"
    table.write_bytes(table.read_bytes().replace(b"AFG", b"AGF", 1))
    with pytest.raises(OgpAnalysisError, match="country_year") as fault:
        build([NAMES[0]])
    assert "\n" not in str(fault.value)
    assert shelf.package(project, "embedded", NAMES[0]) is None


def test_a_damaged_table_is_built_again(project):
    build(NAMES)
    file = shelf.folder(project, "embedded", NAMES[0]) / "country_year.parquet"
    file.write_bytes(b"PAR1 and nothing else")
    assert len(hand_out.load(NAMES[0], "country_year")) == 5350


def test_a_table_is_built_again_once_its_sidecar_says_something_else(project):
    build(NAMES)
    sidecar = project.raw / NAMES[0] / "2023-extract" / "source.toml"
    assert shelf.current(project, NAMES[0], "embedded")
    sidecar.write_text(sidecar.read_text(encoding="utf-8") + "\n# looked at again\n", encoding="utf-8")
    assert not shelf.current(project, NAMES[0], "embedded")
    assert len(hand_out.load(NAMES[0], "country_year")) == 5350
    assert shelf.current(project, NAMES[0], "embedded")


def test_provenance_holds_what_was_handed_out_and_no_more(project):
    build(NAMES)
    hand_out.load(NAMES[0], "country_year")
    payload = hand_out.provenance().payload
    assert [t["dataset"] for t in payload["tables"]] == [NAMES[0]]
    assert [s["source"] for s in payload["sources"]] == [NAMES[0]]
    assert payload["edition"] == "embedded"
    [row] = payload["balance"]
    assert row["rows_in"] == row["kept"] + row["set_aside"] + row["merged"] == 5350


def test_what_is_not_there_is_said(project):
    assert not hand_out.has("vdem", "v14")
    with pytest.raises(UnknownName, match="not in the embedded edition"):
        hand_out.load("vdem", "v14")
    with pytest.raises(UnknownName, match="fetch"):
        hand_out.load(NAMES[0], "country_year", edition="full")
