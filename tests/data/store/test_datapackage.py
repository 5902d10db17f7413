"""Descriptions of clean tables are Data Packages of version 2: by Frictionless, and by rules that it does not hold."""

from __future__ import annotations

import json
import re
import socket

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from frictionless import Package

from ogp_analysis.base import fingerprint, paths
from ogp_analysis.base.schema import DTYPES, Column, TableSchema
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.store import shelf
from ogp_analysis.data.store.editions import build

NOTHING = {"rules": [], "columns": [], "sources": {}, "values": {}}
#: datapackage.org/standard/table-schema: the constraints that each type of field may have, of those that are used here.
CONSTRAINTS = {
    "string": {"required", "pattern"},
    "integer": {"required", "minimum", "maximum"},
    "number": {"required", "minimum", "maximum"},
    "boolean": {"required"},
    "date": {"required"},
}
ARROW = {
    "string": pa.types.is_large_string, "integer": pa.types.is_int64, "number": pa.types.is_float64,
    "boolean": pa.types.is_boolean, "date": pa.types.is_timestamp,
}  # fmt: skip


@pytest.fixture(autouse=True)
def offline(monkeypatch):
    def refused(*address, **more):
        raise AssertionError("nothing may be fetched")

    monkeypatch.setattr(socket.socket, "connect", refused)


def faults(package: dict) -> list[str]:
    """Return where a description breaks a rule of the standard."""
    checked = Package.validate_descriptor(package)
    found = [*(str(one.note) for one in checked.errors), *(note for [note] in checked.flatten(["note"]))]
    if package.get("$schema") != "https://datapackage.org/profiles/2.0/datapackage.json":
        found.append("no profile of version 2")
    if not package["resources"]:
        found.append("no resource")
    names = [resource["name"] for resource in package["resources"]]
    found += [] if len(set(names)) == len(names) else ["a name of a resource twice"]
    for resource in package["resources"]:
        place = resource["name"]
        if resource.get("type") != "table" or not re.fullmatch(r"[a-z0-9_]+\.parquet", resource["path"]):
            found.append(f"{place}: no table in a file beside the description")
        if not re.fullmatch(r"(md5:|sha\d+:)?[0-9a-f]+", resource.get("hash", "")):
            found.append(f"{place}: no hash")
        fields = {field["name"]: field for field in resource.get("schema", {}).get("fields", ())}
        if not fields or len(fields) < len(resource["schema"]["fields"]):
            found.append(f"{place}: no field, or one twice")
        if not set(resource.get("schema", {}).get("primaryKey", fields)) <= fields.keys():
            found.append(f"{place}: a key that is not a field")
        for name, field in fields.items():
            if not set(field.get("constraints", {})) <= CONSTRAINTS.get(field["type"], set()):
                found.append(f"{place}.{name}: a type that the standard does not know, or a constraint of another one")
            listed = field.get("categories", [])
            if listed and (field["type"] not in ("string", "integer") or len(set(listed)) < len(listed)):
                found.append(f"{place}.{name}: categories of no text, or one twice")
    return found


def put(project, name: str, tables: dict[str, pd.DataFrame], schemas: dict[str, TableSchema]) -> dict:
    """Put tables on the shelf, and return what stands there of them as JSON."""
    basis = {"code": "0" * 64, "sources": {}, "files": {}}
    about = {"title": "T", "built_from": basis, "balance": [], "sources": []}
    record = [pd.DataFrame({"action": pd.Series([], dtype="str")})]
    shelf.put(project, "full", name, {t: [f] for t, f in tables.items()}, record, about, schemas, NOTHING)
    return json.loads((shelf.folder(project, "full", name) / shelf.PACKAGE).read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_what_every_dataset_promises_is_described_by_the_standard(project, name):
    """Of tables without rows, so that datasets whose files are not here are looked at as well."""
    schemas = {schema.name: schema for schema in dataset(name).schemas}
    empty = {t: pd.DataFrame({c.name: pd.Series([], dtype=DTYPES[c.type]) for c in s.columns})
             for t, s in schemas.items()}  # fmt: skip
    package = put(project, name, empty, schemas)
    assert faults(package) == []
    assert [one["name"] for one in package["resources"]] == sorted(schemas)
    assert shelf.package(project, "full", name) == package, "what is written is what is read back"


@pytest.fixture(scope="module")
def built() -> paths.Project:
    """The checkout, its embedded tables built."""
    here = paths.project()
    build([name for name in DATASETS if "embedded" in shelf.editions_of(here, name)], "embedded", here)
    return here


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_every_embedded_table_is_what_its_description_says(built, name):
    package = shelf.package(built, "embedded", name)
    if package is None:
        assert "embedded" not in shelf.editions_of(built, name)
        return
    assert faults(package) == []
    for resource in package["resources"]:
        file = shelf.folder(built, "embedded", name) / resource["path"]
        assert resource["hash"] == f"sha256:{fingerprint.of_file(file)}"
        there, fields = pq.read_schema(file), resource["schema"]["fields"]
        assert there.names == [field["name"] for field in fields], "fields stand in the order of the columns"
        frame = shelf.take(file)
        assert len(frame) == resource["rows"]
        key = frame[resource["schema"]["primaryKey"]]
        assert not key.duplicated().any() and key.notna().all(axis=None)
        for field in fields:
            assert ARROW[field["type"]](there.field(field["name"]).type), field
            values, bounds = frame[field["name"]], field.get("constraints", {})
            assert not bounds.get("required") or values.notna().all(), field
            known = values.dropna()
            assert "categories" not in field or set(known) <= set(field["categories"]), field
            assert "pattern" not in bounds or known.str.fullmatch(bounds["pattern"]).all(), field
            assert "minimum" not in bounds or (known >= bounds["minimum"]).all(), field
            assert "maximum" not in bounds or (known <= bounds["maximum"]).all(), field


COLUMNS = (
    Column("id", "string", "The key", required=True),
    Column("stage", "category", "A stage", categories=("a", "b")),
    Column("edition", "category", "An edition", categories=("2015", "2016+"), others=r"20\d\d"),
    Column("share", "number", "A share", unit="percent", minimum=0, maximum=100, licence="CC BY 4.0"),
    Column("seen", "date", "When", redistribute=False),
)
FIELDS = [
    {"name": "id", "type": "string", "description": "The key", "constraints": {"required": True}},
    {"name": "stage", "type": "string", "description": "A stage", "categories": ["a", "b"]},
    {"name": "edition", "type": "string", "description": "An edition",
     "constraints": {"pattern": r"2015|2016\+|20\d\d"}},
    {"name": "share", "type": "number", "description": "A share", "constraints": {"minimum": 0, "maximum": 100},
     "unit": "percent", "licence": "CC BY 4.0"},
    {"name": "seen", "type": "date", "description": "When", "redistribute": False},
]  # fmt: skip


def small(project) -> dict:
    """Put a table of one row with a column of each kind on the shelf."""
    row = {"id": ["x"], "stage": ["a"], "edition": ["2024"], "share": [1.5], "seen": pd.to_datetime(["2026-01-02"])}
    schemas = {"things": TableSchema("things", "one thing", ("id",), COLUMNS)}
    return put(project, "some", {"things": pd.DataFrame(row)}, schemas)


def test_a_field_says_what_its_column_promises_and_repeats_no_default(project):
    [resource] = small(project)["resources"]
    assert resource["schema"] == {"fields": FIELDS, "primaryKey": ["id"]}
    assert {k: resource[k] for k in ("description", "path", "type", "format", "mediatype", "rows")} == {
        "description": "Grain: one thing", "path": "things.parquet", "type": "table", "format": "parquet",
        "mediatype": "application/vnd.apache.parquet", "rows": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    "harm",
    [
        lambda p: p.pop("$schema"),
        lambda p: p.update(resources=[]),
        lambda p: p["resources"].append(p["resources"][0]),
        lambda p: p["resources"][0].pop("type"),
        lambda p: p["resources"][0].update(path="/things.parquet"),
        lambda p: p["resources"][0].update(hash="crc:12"),
        lambda p: p["resources"][0].update(fields=p["resources"][0].pop("schema")["fields"]),
        lambda p: p["resources"][0]["schema"].update(primaryKey=["nothing"]),
        lambda p: p["resources"][0]["schema"]["fields"][1].update(type="category"),
        lambda p: p["resources"][0]["schema"]["fields"].append({"name": "id", "type": "string"}),
        lambda p: p["resources"][0]["schema"]["fields"][3].update(categories=["1"]),
        lambda p: p["resources"][0]["schema"]["fields"][4].update(constraints={"pattern": "x"}),
    ],
)
def test_a_description_that_breaks_the_standard_is_noticed(project, harm):
    package = small(project)
    assert faults(package) == []
    harm(package)
    assert faults(package)
