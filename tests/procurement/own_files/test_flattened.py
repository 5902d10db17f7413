"""OCDS as tables by the conventions of flatten-tool: the same tables come of it as of the releases."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from ogp_analysis.procurement.own_files.cleaning_run import clean_files

from .conftest import workbook, written

RELEASES = [
    {
        "ocid": f"ocds-zzzzzz-{n}", "id": f"r{n}", "date": "2020-01-01T00:00:00Z", "tag": ["tender", "award"],
        "initiationType": "tender", "buyer": {"id": "B", "name": "Municipio"},
        "tender": {"id": f"t{n}", "title": "Sillas", "procurementMethod": "direct",
                   "items": [{"id": "1", "description": f"silla {n}", "quantity": 3},
                             {"id": "2", "description": "mesa", "quantity": 1.5}]},
        "awards": [{"id": "a", "date": "2020-02-01T00:00:00Z", "value": {"amount": 10.25 + n, "currency": "MXN"},
                    "suppliers": [{"id": "S1", "name": "Firma de prueba SA"}, {"id": "S2", "name": "Otra firma SA"}]}],
    }
    for n in range(3)
]  # fmt: skip


def flat(prefix: str = "") -> dict[str, list[list[str]]]:
    """The releases as flatten-tool writes them: a main table, and one for each list."""
    names = ["ocid", "id", "date", "tag", "initiationType", "buyer/id", "buyer/name", "tender/id", "tender/title",
             "tender/procurementMethod"]  # fmt: skip
    tables = {
        "main": [names],
        "tender_items": [
            ["ocid", "id", "tender/id", *(f"tender/items/0/{n}" for n in ("id", "description", "quantity"))]
        ],
        "awards": [["ocid", "id", "awards/0/id", "awards/0/date", "awards/0/value/amount", "awards/0/value/currency"]],
        "award_suppliers": [["ocid", "id", "awards/0/id", "awards/0/suppliers/0/id", "awards/0/suppliers/0/name"]],
    }
    for one in RELEASES:
        own, tender, [award] = [one["ocid"], one["id"]], one["tender"], one["awards"]
        tables["main"].append([*own, one["date"], ";".join(one["tag"]), one["initiationType"], "B", "Municipio",
                               tender["id"], tender["title"], tender["procurementMethod"]])  # fmt: skip
        tables["tender_items"] += [
            [*own, tender["id"], i["id"], i["description"], i["quantity"]] for i in tender["items"]
        ]
        tables["awards"].append([*own, "a", award["date"], award["value"]["amount"], "MXN"])
        tables["award_suppliers"] += [[*own, "a", s["id"], s["name"]] for s in award["suppliers"]]
    for table in tables.values():
        table[0] = [prefix + name for name in table[0]]
    return tables


def as_csv(folder, tables):
    return sorted(written(folder / f"{name}.csv", *rows) for name, rows in tables.items())


def as_xlsx(folder, tables):
    return [workbook(folder / "flat.xlsx", **tables)]


def tables_of(out) -> dict[str, pd.DataFrame]:
    found = {}
    for file in sorted(out.glob("parquet/*/*.parquet")):
        frame = pd.read_parquet(file).drop(columns=["file", "line", "_file", "_line"], errors="ignore")
        found[file.parent.name] = frame
    return found


@pytest.fixture
def expected(tmp_path):
    file = tmp_path / "releases.json"
    file.write_text(json.dumps({"releases": RELEASES}), encoding="utf-8")
    [outcome] = clean_files([file], "ocds", tmp_path / "expected")
    assert outcome.kept == 3
    return tables_of(tmp_path / "expected")


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
@pytest.mark.parametrize("prefix", ["", "compiledRelease/"])
@pytest.mark.parametrize("kind", ["", "ocds"])
def test_tables_are_those_of_the_releases(tmp_path, expected, write, prefix, kind):
    given = tmp_path / "given"
    given.mkdir()
    [outcome] = clean_files(write(given, flat(prefix)), kind, tmp_path / "out")
    assert (outcome.what, outcome.rows_in, outcome.kept, outcome.counted) == ("cleaned", 3, 3, 3), outcome.fault
    found = tables_of(tmp_path / "out")
    for name, frame in expected.items():
        if name != "record":
            order = sorted(frame.columns)
            pd.testing.assert_frame_equal(found[name][order], frame[order], check_dtype=False, obj=name)
    assert len(found["record"]) == len(expected["record"])
    assert not list((tmp_path / "out").glob(".blocks-*"))


def test_flat_files_beside_releases_are_one_set_and_are_not_done_twice(tmp_path):
    given = tmp_path / "given"
    given.mkdir()
    files = as_csv(given, flat())
    (given / "more.json").write_text(
        json.dumps({"releases": [RELEASES[0] | {"ocid": "ocds-zzzzzz-9"}]}), encoding="utf-8"
    )
    done = clean_files([given], "ocds", tmp_path / "out")
    assert sorted(one.kept for one in done) == [1, 3] and len(done) == 2
    assert {one.what for one in clean_files([given], "ocds", tmp_path / "out")} == {"current"}
    files[0].write_text(files[0].read_text("utf-8") + "\n", encoding="utf-8")
    assert {one.what for one in clean_files([given], "ocds", tmp_path / "out")} == {"cleaned"}


@pytest.mark.parametrize(("row", "fault"), [
    (["", "r9", "", "tender", "", "", "", "", "", ""], "main.csv, line 5: is left out: it has no ocid"),
    (["ocds-zzzzzz-9", "r9", "x"], "main.csv, line 5: is left out: line 5: 3 cells instead of 10"),
    (["ocds-zzzzzz-0", "r0", "", "", "", "", "", "", "Mesas", ""], "line 5: says 'Mesas' in 'title', where"),
])  # fmt: skip
def test_a_row_that_is_of_no_release_or_contradicts_its_own_is_named(tmp_path, row, fault):
    given = tmp_path / "given"
    given.mkdir()
    tables = flat()
    tables["main"].append(row)
    for _ in range(2):  # also where nothing is cleaned again
        done, failed = clean_files(as_csv(given, tables), "ocds", tmp_path / "out")
        assert (done.kept, failed.what) == (3, "failed") and fault in failed.fault
    assert "silla 0" in set(pd.read_parquet(tmp_path / "out/parquet/items")["description"])
