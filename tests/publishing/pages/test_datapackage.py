"""The data package of a report, read by Frictionless without a network."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pandas as pd
import pytest
from frictionless import Package, Report, validate

from ogp_analysis.base.spreadsheet import guarded
from ogp_analysis.publishing.pages.render import render

TEXT = '=HYPERLINK("https://x.example")</script>\u202e'


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    def refused(*address, **more):
        raise AssertionError("nothing may be fetched")

    monkeypatch.setattr(socket.socket, "connect", refused)


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder / "datapackage.json"


def faults(found: Report) -> list[str]:
    return [*found.errors, *(kind for [kind] in found.flatten(["type"]))]


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "country": [TEXT, "A", None],
            "year": [2024.0, None, 2011.0],
            "value": [0.5, "not_reviewed", None],
            "since": pd.to_datetime(["2011-09-20", None, "2013-01-01"]),
        }
    )


@pytest.fixture
def files(make) -> dict[str, bytes]:
    nb = make.notebook(make.code("t", make.tabled(frame=frame()), make.now(name="now")))
    return render(nb, make.identity(licence="MIT")).files


def test_frictionless_reads_every_file_by_what_is_said_of_it(files, tmp_path):
    package = put(tmp_path, files)
    found = validate(package)
    assert faults(found) == []
    assert [(one.name, one.type) for one in found.tasks] == [
        ("peers", "table"), ("columns.csv", "table"), ("numbers.json", "json"),
    ]  # fmt: skip
    rows = Package(package).get_resource("peers").read_rows()
    assert [row["value"] for row in rows] == [0.5, None, None]
    assert [row["year"] for row in rows] == [2024, None, 2011]
    assert str(rows[0]["since"]) == "2011-09-20" and rows[0]["country"] == guarded(TEXT)


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("tables/peers.csv", b"0.5", b"0.6", "hash-count"),
        ("tables/peers.csv", b"2024", b"20x4", "type-error"),
        ("tables/peers.csv", b"since\n", b"until\n", "incorrect-label"),
        ("tables/peers.csv", b"not_reviewed", b"never_heard_", "type-error"),
        ("numbers.json", b"now", b"nor", "hash-count"),
    ],
)
def test_a_file_that_was_changed_is_noticed(files, tmp_path, name, old, new, fault):
    assert old in files[name]
    package = put(tmp_path, {**files, name: files[name].replace(old, new)})
    assert fault in faults(validate(package))


def test_it_says_what_the_columns_hold_and_where_it_comes_from(files):
    said = json.loads(files["datapackage.json"])
    country, _, value, since = said["resources"][0]["schema"]["fields"]
    assert value == {
        "name": "value", "type": "number", "title": "Index", "unit": "index", "decimals": 2,
        "missingValues": ["", "not_reviewed"], "reasons": {"not_reviewed": "not reviewed"},
    }  # fmt: skip
    assert (country["type"], since["type"]) == ("string", "date") and "missingValues" not in country
    assert set(country) == {"name", "type", "title"}, "a column of names has no unit and no decimals"
    assert said["id"] == "ogp_analysis:3f9c0a7be1d2"
    assert said["contributors"] == [{"title": "The ogp_analysis authors", "roles": ["author"]}]
    assert said["software"] == {
        "title": "ogp_analysis", "version": "0.1.0", "path": "https://software.example/ogp", "licence": "MIT",
    }  # fmt: skip
    [source] = said["sources"]
    assert source["path"] == "https://doi.org/10.23696/vdemds25" and source["version"] == "15"
    assert source["licence"] == "CC BY-SA 4.0" and source["accessed"] == "2026-02-03"
