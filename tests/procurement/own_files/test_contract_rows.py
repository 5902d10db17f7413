"""Cleaned contracts of any kind in one form, a piece at a time, and the flags that a process alone answers."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ogp_analysis.base.errors import ParameterError, SourceError
from ogp_analysis.procurement.own_files import contract_rows as module
from ogp_analysis.procurement.own_files.cleaning_run import clean_files
from ogp_analysis.procurement.own_files.contract_rows import CODES, COLUMNS, contract_rows, raised_flags
from ogp_analysis.procurement.own_files.given_files import files_in, kind_of

from .conftest import HEAD, written


def release(number: int, **more) -> dict:
    """Return a release with two awards, one of them cancelled, and items of two schemes."""
    return {
        "ocid": f"ocds-1-{number}",
        "id": "1",
        "date": "2020-01-02T00:00:00Z",
        "tag": ["award"],
        "language": "es",
        "buyer": {"id": "b", "name": "Casa"},
        "tender": {"id": "t", "title": f"Equipo {number}", "procurementMethod": "open", "numberOfTenderers": 1,
                   "status": "complete",
                   "items": [{"id": "1", "description": "Pieza", "classification": {"scheme": "CPV", "id": "35120000"}},
                             {"id": "2", "description": "Pieza", "classification": {"scheme": "UNSPSC", "id": "4617"}},
                             {"id": "3", "description": "Otra", "classification": {"scheme": "CPV", "id": "1"}}]},
        "awards": [
            {"id": "1", "status": "active", "date": "2020-03-05T10:00:00Z", "value": {"amount": 5, "currency": "MXN"},
             "suppliers": [{"id": "MX-RFC-1", "name": "Uno SA de CV"}, {"id": "2", "name": "Dos SA de CV"}]},
            {"id": "2", "status": "active", "date": "2020-02-05T10:00:00Z", "value": {"amount": 7, "currency": "MXN"}},
            {"id": "3", "status": "cancelled", "date": "2019-02-05T10:00:00Z", "value": {"amount": 9}},
        ],
    } | more  # fmt: skip


@pytest.fixture
def ocds(tmp_path):
    def folder(*releases: dict):
        file = tmp_path / "a.json"
        file.write_text(json.dumps({"releases": list(releases)}), encoding="utf-8")
        clean_files([file], "ocds", tmp_path / "out")
        return tmp_path / "out"

    return folder


def test_a_process_of_ocds_is_a_row_with_all_its_texts_suppliers_and_codes(ocds):
    (piece,) = contract_rows(ocds(release(1)))
    assert list(piece) == COLUMNS
    row = piece.iloc[0]
    assert (row["key"], row["process"], row["buyer"]) == ("ocds-1-1", "ocds-1-1", "Casa") and row["institution"] == ""
    assert row["object"] == "Equipo 1 | Pieza | Otra"
    assert row["supplier"] == "Uno SA de CV; Dos SA de CV"
    assert (row["cpv_2008"], row["unspsc"], row["mx_cog"]) == ("35120000;1", "4617", "")
    # What was cancelled is neither in the sum nor the first day.
    assert (row["amount"], row["currency"], str(row["date"])) == (12.0, "MXN", "2020-02-05 00:00:00")
    assert (row["file"], row["line"]) == ("a.json", 1)


def test_amounts_in_two_currencies_are_no_sum_and_without_awards_contracts_tell(ocds):
    awards = [{"id": str(n), "status": "active", "value": {"amount": 1, "currency": c}} for n, c in enumerate("MU")]
    awards[0]["value"]["currency"], awards[1]["value"]["currency"] = "MXN", "USD"
    contracts = [{"id": "1", "awardID": "9", "dateSigned": "2021-05-06T00:00:00Z", "value": {"amount": 4}}]
    tender = {"id": "t", "title": "x", "procuringEntity": {"id": "p", "name": "Entidad"},
              "tenderPeriod": {"startDate": "2018-01-01T00:00:00Z"}}  # fmt: skip
    two = release(1, awards=awards)
    signed = release(2, awards=[], contracts=contracts, buyer={})
    called = release(3, awards=[], tender=tender, buyer={})
    (piece,) = contract_rows(ocds(two, signed, called))
    assert piece["amount"].fillna(-1).tolist() == [-1, 4, -1] and piece["currency"].tolist() == ["", "", ""]
    assert piece["date"].dt.year.fillna(0).tolist() == [0, 2021, 2018]
    assert piece["buyer"].tolist() == ["Casa", "", "Entidad"]


def test_processes_come_whole_however_the_pieces_are_cut(ocds, monkeypatch):
    folder = ocds(*(release(n) for n in range(40)), release(40, awards=[], tender={"id": "t"}))
    whole = pd.concat(contract_rows(folder), ignore_index=True)
    monkeypatch.setattr(module, "_ROWS", 7)
    monkeypatch.setattr(module.batches, "__defaults__", (None, 7))
    processes = module._processes

    def small(place):
        monkeypatch.setattr(module, "_PROCESSES", 3)
        yield from processes(place)

    pieces = list(small(folder))
    assert len(pieces) > 10 and max(map(len, pieces)) == 3
    pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), whole)


def test_a_table_with_rows_of_other_processes_is_refused(ocds):
    folder = ocds(release(1))
    (file,) = (folder / "parquet" / "items").glob("*.parquet")
    table = pq.read_table(file)
    other = table.set_column(0, "ocid", pa.array(["ocds-1-9"] * len(table)).cast(table.schema.field(0).type))
    pq.write_table(pa.concat_tables([table, other]), file)
    with pytest.raises(SourceError, match="parquet/items: has rows without a process"):
        list(contract_rows(folder))


def test_a_contract_of_compranet_has_its_texts_once_and_the_day_of_the_signature(tmp_path):
    rows = [["Casa", "06000", "P-1", "C-1", "1,500.00", "FIRMA DE PRUEBA SA DE CV", "Sillas", "15/02/2002"],
            ["Casa", "06000", "", "C-2", "", "", "", ""]]  # fmt: skip
    clean_files([written(tmp_path / "a.csv", HEAD, *rows)], "compranet", tmp_path / "out")
    (piece,) = contract_rows(tmp_path / "out")
    assert list(piece) == COLUMNS
    first, second = piece.to_dict("records")
    assert (first["key"], first["process"], first["object"]) == ("P-1|C-1#1", "P-1", "Sillas")
    assert (str(first["date"].date()), first["amount"], first["currency"]) == ("2002-02-15", 1500.0, "MXN")
    assert (second["key"], second["process"], second["object"]) == ("|C-2#1", "|C-2", "")
    assert pd.isna(second["date"]) and pd.isna(second["amount"])


def test_texts_of_a_row_are_joined_once_each():
    table = pa.table({"contract_key": ["k"] * 3, "sequence": [1, 2, 3], "contract_title": ["a", "a", None],
                      "contract_description": ["b", "a", None], "procedure_title": ["a", "c", "d"],
                      "line": [1, 2, 3], "date": pa.array([None] * 3, pa.timestamp("us"))})  # fmt: skip
    found = module._of_contracts(table, "contract_key", "sequence", ("date",))
    assert found["object"].tolist() == ["a | b", "a | c", "d"]


def test_files_of_procedures_only_are_looked_at_too(tmp_path, mirror):
    from ogp_analysis.data.datasets.procurement.layouts import layouts

    names = {field: found[0] for field, found in layouts()["E"].columns.items()}
    wanted = list(names.values())
    row = dict.fromkeys(wanted, "") | {names["procedure_title"]: "Sistema de escucha", names["buyer_name"]: "Casa"}
    row |= {names[field]: "LA-1" for field in ("procedure_number", "expediente") if field in names}
    (done,) = clean_files([written(tmp_path / "e.csv", wanted, list(row.values()))], "compranet", tmp_path / "out")
    assert done.what == "cleaned", done.fault
    pieces = [piece for piece in contract_rows(tmp_path / "out") if len(piece)]
    assert [piece["object"].tolist() for piece in pieces] == [["Sistema de escucha"]]


def test_a_folder_without_tables_and_a_link_are_refused(ocds, tmp_path):
    with pytest.raises(SourceError, match="parquet/contracts: is not there"):
        list(contract_rows(tmp_path))
    folder = ocds(release(1))
    (file,) = (folder / "parquet" / "processes").glob("*.parquet")
    file.rename(tmp_path / "elsewhere.parquet")
    file.symlink_to(tmp_path / "elsewhere.parquet")
    with pytest.raises(SourceError, match="is a link"):
        list(contract_rows(folder))
    file.unlink()
    file.write_bytes(b"no table")
    with pytest.raises(SourceError, match="cannot be read as what"):
        list(contract_rows(folder))


def test_flags_of_a_process_do_not_depend_on_the_others(ocds):
    one = release(1, bids={"details": [{"id": "1", "status": "valid", "value": {"amount": 1, "currency": "MXN"}}]})
    folder = ocds(one, release(2), release(3))
    every = raised_flags(folder, {f"ocds-1-{n}" for n in (1, 2, 3)})
    alone = pd.concat([raised_flags(folder, {f"ocds-1-{n}"}) for n in (1, 2, 3)])
    assert len(every) and set(every["flag"]) <= set(CODES)
    key = ["flag", "process", "key"]
    assert sorted(every[key].itertuples(index=False, name=None)) == sorted(
        alone[key].itertuples(index=False, name=None)
    )
    assert ("R018", "ocds-1-1", "") in set(every[key].itertuples(index=False, name=None))


def test_flags_of_contracts_of_compranet_name_the_contract(mirror, tmp_path):
    file = mirror / "compranet" / "2018-sample" / "2018.sample.csv"
    clean_files([file], "compranet", tmp_path / "out")
    (piece,) = (one for one in contract_rows(tmp_path / "out") if len(one))
    found = raised_flags(tmp_path / "out", set(piece["process"]))
    some = raised_flags(tmp_path / "out", set(piece["process"].head(40)))
    assert set(found["flag"]) <= set(CODES) and {"R003", "R010"} & set(found["flag"])
    awards = found[found["key"] != ""]
    assert set(awards["key"]) <= set(piece["key"])
    assert (
        dict(zip(piece["key"], piece["process"], strict=True)).items()
        >= dict(zip(awards["key"], awards["process"], strict=True)).items()
    )
    wanted = found[found["process"].isin(set(piece["process"].head(40)))]
    assert sorted(map(tuple, some.to_numpy())) == sorted(map(tuple, wanted.to_numpy()))
    assert raised_flags(tmp_path / "out", {"none"}).empty


def test_files_are_found_in_folders_and_what_is_not_there_has_near_names(tmp_path):
    for name in ("b.csv", "sub/a.json", "sub/.hidden/c.csv", ".d.csv", "note.md", "sub/z.ZIP", "out/hits.csv"):
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_text("x")
    (tmp_path / "in" / "link.csv").symlink_to(tmp_path / "in" / "b.csv")
    found = files_in([tmp_path / "in", tmp_path / "in" / "b.csv", tmp_path / "in" / "note.md"], tmp_path / "in" / "out")
    names = [file.relative_to(tmp_path / "in").as_posix() for file in found]
    assert names == ["b.csv", "sub/a.json", "sub/z.ZIP", "note.md"]
    with pytest.raises(ParameterError, match=r"bb\.csv: is not there\. Near: .*b\.csv"):
        files_in([tmp_path / "in" / "bb.csv"], tmp_path)
    with pytest.raises(ParameterError, match=r"^n{80}: is not there"):
        files_in([tmp_path / ("n" * 300)], tmp_path / "out")
    with pytest.raises(ParameterError, match=r"is not there\. Check the name"):
        files_in([tmp_path / "zzz" / "bb.csv"], tmp_path)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ParameterError, match="holds no file that is read"):
        files_in([tmp_path / "empty"], tmp_path)


@pytest.mark.parametrize("locked", ["in", "below"])
def test_a_folder_that_may_not_be_read_is_not_passed_over(tmp_path, monkeypatch, locked):
    """Rights say nothing to the administrator, so the system is made to refuse."""
    (tmp_path / "in" / "below").mkdir(parents=True)
    for file in ("in/a.csv", "in/below/b.csv", "in/.hidden"):
        (tmp_path / file).touch()
    assert [file.name for file in files_in([tmp_path / "in"], tmp_path / "out")] == ["a.csv", "b.csv"]
    scandir = os.scandir

    def refused(folder):
        if Path(folder).name == locked:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(folder))
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refused)
    with pytest.raises(
        ParameterError, match=rf"^{locked}: cannot be read \(Permission denied\)\. Check its rights, or"
    ):
        files_in([tmp_path / "in"], tmp_path / "out")


def test_the_first_bytes_tell_the_kind(tmp_path):
    import gzip
    import zipfile

    def kind(content: bytes) -> str:
        (tmp_path / "f").write_bytes(content)
        return kind_of(tmp_path / "f")

    assert kind(b"a,b\n1,2\n") == kind(b"") == "compranet"
    assert kind(b'{"releases": []}') == kind(b"\xef\xbb\xbf [1]") == kind(gzip.compress(b"\n{}")) == "ocds"
    assert kind(gzip.compress(b"a,b\n")) == kind(b"\x1f\x8bno gzip") == kind(b"PK\x03\x04no zip") == "compranet"
    assert kind_of(tmp_path / "none") == "compranet"
    for name, wanted in (("x.csv", "compranet"), ("x.JSONL", "ocds")):
        with zipfile.ZipFile(tmp_path / "z", "w") as packed:
            packed.writestr(name, "x")
        assert kind_of(tmp_path / "z") == wanted
