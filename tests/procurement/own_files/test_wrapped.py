"""OCDS as services hand it out: wrapped, versioned, or with a byte that is wrong."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from ogp_analysis.procurement.own_files.cleaning_run import clean_files

RELEASES = [
    {"ocid": f"o-{n}", "id": "1", "date": "2020-01-01T00:00:00Z", "tag": ["tender"], "tender": {"id": "t"}}
    for n in range(4)
]
PACKAGE = {"uri": "https://example.org", "releases": RELEASES}


def cleaned(folder, content: object):
    file = folder / "file.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content, indent=1).encode())
    [outcome] = clean_files([file], "ocds", folder / "out")
    return outcome


@pytest.mark.parametrize("content", [
    {"data": RELEASES}, {"results": RELEASES, "next": None}, {"data": PACKAGE}, {"data": {"results": [PACKAGE]}},
    {"results": [PACKAGE | {"releases": RELEASES[:2]}, PACKAGE | {"releases": RELEASES[2:]}]},
])  # fmt: skip
def test_wrapped_releases_are_those_of_a_package(tmp_path, content):
    outcome = cleaned(tmp_path, content)
    assert (outcome.kept, outcome.counted) == (4, 4), outcome.fault
    assert sorted(pd.read_parquet(tmp_path / "out/parquet/processes")["ocid"]) == [f"o-{n}" for n in range(4)]


def test_a_record_in_results_is_one_process_and_what_it_calls_data_is_its_own(tmp_path):
    record = {"ocid": "o-1", "releases": RELEASES[1:2], "data": {"releases": RELEASES}}
    assert cleaned(tmp_path, {"results": [record]}).kept == 1


def test_a_versioned_release_is_its_latest_version_and_the_record_says_so(tmp_path):
    def version(day: int, value: str) -> dict:
        return {
            "releaseDate": f"2020-01-0{day}T00:00:00Z",
            "releaseID": str(day),
            "releaseTag": ["tender"],
            "value": value,
        }

    title = [version(1, "Sillas"), version(2, "Mesas")]
    versioned = {"ocid": "o-1", "tender": {"id": "t", "title": title}}
    assert cleaned(tmp_path, {"records": [{"ocid": "o-1", "versionedRelease": versioned}]}).kept == 1
    assert pd.read_parquet(tmp_path / "out/parquet/tenders")["title"].tolist() == ["Mesas"]
    assert "versioned_release" in set(pd.read_parquet(tmp_path / "out/parquet/record")["rule"])


def test_a_byte_that_is_wrong_is_named_with_offset_and_line(tmp_path):
    text = json.dumps({"releases": RELEASES}, indent=1).encode()
    at = text.index(b'"o-2"') + len(b'"o-2"')
    line = text[:at].count(b"\n") + 1
    fault = cleaned(tmp_path, text[:at] + b"\xff" + text[at:]).fault
    assert f"at byte {at:,} (line {line})" in fault
    cut = cleaned(tmp_path, text[: at - 2]).fault
    assert f"at byte {at - 2:,}" in cut and f"(line {line})" in cut
