"""Tables that are handed out are whole, and a notebook remembers which it was handed and what lies behind them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import ParameterError, SourceError, UnknownName
from ogp_analysis.data.store import hand_out, shelf
from ogp_analysis.data.store.editions import build
from ogp_analysis.publishing.runs import keys
from tests.tools import tool

WGI, EVENTS = "wgi_voice_accountability", "ogp_status_events"


def test_a_table_comes_with_the_types_of_its_schema_and_only_the_columns_asked_for(project):
    whole = hand_out.load(WGI, "country_year")
    part = hand_out.load(WGI, "country_year", columns=["year", "va_est"])
    assert list(part.columns) == ["year", "va_est"]
    pd.testing.assert_frame_equal(part, whole[["year", "va_est"]])
    assert str(whole["iso3"].dtype) == "str" and str(whole["year"].dtype) == "Int64"
    assert "NAM" in set(whole["iso3"]) and whole["iso3"].isna().any()


def test_a_table_that_is_current_comes_a_short_way(project):
    hand_out.load(WGI)
    with tool("trace").Trace() as way:
        hand_out.load(WGI, columns=["year", "va_est"])
    assert str(Path("data", "store", "hand_out.py")) in way.modules
    assert len(way.modules) <= 6, sorted(way.modules)


@pytest.mark.parametrize("damage", [b"", b"PAR1", None])
@pytest.mark.parametrize("name", ["country_year", "record"])
def test_a_damaged_or_lost_file_is_built_again(project, name, damage):
    build([WGI])
    file = shelf.folder(project, "embedded", WGI) / f"{name}.parquet"
    before = file.read_bytes()
    file.unlink() if damage is None else file.write_bytes(damage)
    table = hand_out.record(WGI) if name == "record" else hand_out.load(WGI, name)
    assert file.read_bytes() == before
    assert len(table) == (0 if name == "record" else 5350)


@pytest.mark.parametrize(
    ("ask", "kind", "message"),
    [
        (lambda: hand_out.load("vdme", "v14"), UnknownName, "'vdme': is not in the catalogue"),
        (lambda: hand_out.load(WGI, "nothing"), UnknownName, "has no table 'nothing'. Use country_year"),
        (lambda: hand_out.load("ogp_commitments", "texts"), UnknownName, "is not in the embedded edition"),
        (lambda: hand_out.load("vdem", "v14"), UnknownName, "It is in the full edition only: ogp-analysis fetch vdem"),
        (lambda: hand_out.load(WGI, "country_year", "full"), UnknownName, f"ogp-analysis fetch {WGI}"),
        (lambda: hand_out.record("vdem"), UnknownName, "vdem.record: is not in the embedded edition"),
        (lambda: hand_out.record(WGI, "full"), UnknownName, "is not in the full edition"),
        (lambda: hand_out.load(WGI, "country_year", "part"), ParameterError, "Use embedded, full, latest"),
        (lambda: hand_out.has("vdme", "v14"), UnknownName, "catalogue"),
    ],
)
def test_what_cannot_be_had_is_said_in_one_sentence(project, ask, kind, message):
    assert not hand_out.has("vdem", "v14")
    with pytest.raises(kind, match=message) as fault:
        ask()
    assert "\n" not in str(fault.value)


def test_an_absent_extract_is_said_with_what_to_do(project):
    (project.raw / WGI / "2023-extract" / "country_year.csv").unlink()
    with pytest.raises(SourceError, match="country_year") as fault:
        hand_out.load(WGI, "country_year")
    assert "\n" not in str(fault.value)


def test_a_damaged_sidecar_is_said_with_its_place(project):
    sidecar = project.raw / WGI / "2023-extract" / "source.toml"
    sidecar.write_text("title = ", encoding="utf-8")
    with pytest.raises(SourceError, match=rf"{WGI}/2023-extract/source\.toml.*Correct the sidecar") as fault:
        hand_out.load(WGI, "country_year")
    assert "\n" not in str(fault.value)


def test_provenance_credits_the_versions_that_were_used_and_balances_their_files_only(with_vdem):
    hand_out.load("vdem", "v14", columns=["iso3"])
    payload = hand_out.provenance().payload
    assert [(s["source"], s["version"]) for s in payload["sources"]] == [("vdem", "14")]
    assert [row["file"] for row in payload["balance"]] == ["vdem/14/vdem_v14_1970_2023.csv.gz"]
    assert [t["table"] for t in payload["tables"]] == ["v14"]
    hand_out.load("vdem", "v15")
    both = hand_out.provenance().payload
    assert [s["version"] for s in both["sources"]] == ["14", "15-indices"]
    assert [row["file"].split("/")[1] for row in both["balance"]] == ["14", "15-indices"]
    assert all(row["dataset"] == "vdem" for row in both["balance"])


def test_provenance_is_plain_json_and_shows_what_it_holds(project):
    hand_out.load(EVENTS, "events")
    bundle = hand_out.provenance().outputs()[0][0]
    assert bundle["text/plain"].startswith(f"{EVENTS}.events ")
    [carried] = [value for kind, value in bundle.items() if kind.endswith("provenance+json")]
    assert json.loads(json.dumps(carried)) == carried
    assert set(carried) == {"edition", "tables", "sources", "balance"} and carried["edition"] == "embedded"


def test_a_table_that_was_handed_out_and_is_gone_is_said_by_its_name(project):
    hand_out.load(EVENTS, "events")
    shutil.rmtree(shelf.folder(project, "embedded", EVENTS))
    with pytest.raises(UnknownName, match=f"table {EVENTS}.events: was handed out and is no longer there"):
        hand_out.provenance()


def test_a_record_counts_as_a_table_that_was_handed_out(with_vdem):
    table = hand_out.record("vdem")
    file = shelf.folder(with_vdem, "embedded", "vdem") / "record.parquet"
    [handed] = hand_out.provenance().payload["tables"]
    assert (handed["dataset"], handed["table"], handed["sha256"]) == ("vdem", "record", fingerprint.of_file(file))
    payload = hand_out.provenance().payload
    versions = ["12-intervals", "14", "15-indices", "16-38-countries", "16-five-indices"]
    assert [s["version"] for s in payload["sources"]] == versions, "all stand behind it"
    assert {row["file"].split("/")[1] for row in payload["balance"]} == set(versions)
    assert handed["rows"] == len(table)


def test_the_hash_of_a_record_is_in_the_key_of_a_run_that_read_it(project):
    """Before the run, from the shelf, as afterwards, from what the notebook carries; and it changes with the record."""
    hand_out.record(EVENTS)
    hand_out.load(EVENTS, "events")
    carried = hand_out.provenance().payload
    key = keys.of_payload(carried)
    file = shelf.folder(project, "embedded", EVENTS) / "record.parquet"
    assert key["tables"][f"embedded/{EVENTS}/record"] == fingerprint.of_file(file)

    def package(edition, dataset):
        return shelf.package(project, edition, dataset)

    assert keys.of_payload(keys.on_the_shelf(key["tables"], package)) == key

    def another(edition, dataset):
        return package(edition, dataset) | {"record": {"hash": "sha256:" + "0" * 64, "rows": 1}}

    now = keys.of_payload(keys.on_the_shelf(key["tables"], another))
    assert keys.differences(key, now) == [f"table embedded/{EVENTS}/record changed"]
    nothing = keys.of_payload(keys.on_the_shelf(key["tables"], lambda edition, dataset: None))
    assert nothing["tables"][f"embedded/{EVENTS}/record"] == keys.ABSENT


def test_the_balance_alone_makes_a_run_stale_and_so_do_the_sources_alone():
    payload = {"tables": [], "sources": [{"source": "a"}], "balance": [{"file": "a", "rows_in": 2, "kept": 2}]}
    before = keys.of_payload(payload)
    for other in (
        {"balance": [{"file": "a", "rows_in": 3, "kept": 2}]},
        {"balance": []},
        {"sources": [{"source": "b"}]},
    ):
        now = keys.of_payload(payload | other)
        assert now != before
        assert keys.differences(before, now) == ["the description of its sources changed"]
    assert keys.of_payload(json.loads(json.dumps(payload))) == before
