"""Files of a user's own, cleaned by one command: outputs, page, resuming, faults, hostile text."""

from __future__ import annotations

import csv
import html
import json

import pandas as pd
import pytest
from click.testing import CliRunner

from ogp_analysis.cli import commands
from ogp_analysis.errors import UnknownName
from ogp_analysis.store import cleaning_run
from ogp_analysis.store.cleaning_run import clean_files

HEAD = ["DEPENDENCIA / ENTIDAD", "CLAVE UC", "NÚMERO DE PROCEDIMIENTO", "NÚMERO DE CONTRATO", "IMPORTE MN SIN IVA",
        "RAZÓN SOCIAL", "REFERENCIA DE LA CONTRATACIÓN", "FECHA DE SUSCRIPCIÓN DE CONTRATO"]  # fmt: skip
PERSON = "MARÍA INVENTADA DEL EJEMPLO"
HOSTILE = '<script>alert("x")</script>'
ROWS = [
    ["Casa", "06000", "P-1", "C-1", "1,500.00", "FIRMA DE PRUEBA SA DE CV", HOSTILE, "15/02/2002"],
    ["Casa", "06000", "P-1", "C-2", HOSTILE, PERSON, f"Honorarios de {PERSON}", "2002-02-15"],
    ["Casa", "06000", "P-1", "C-1", "1,500.00", "FIRMA DE PRUEBA SA DE CV", HOSTILE, "15/02/2002"],
    ["Casa", "06000", "P-2", "C-3", "70", "200.00", "FIRMA DE PRUEBA SA DE CV", "Sillas", "15/02/2002"],
]


def write(path, rows=ROWS, head=HEAD, encoding="cp1252"):
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows([*([head] if head else []), *rows])
    return path


@pytest.fixture
def table(tmp_path):
    return write(tmp_path / "mis contratos.csv")


def test_tables_record_and_page(table, tmp_path):
    (outcome,) = clean_files([table], "compranet", tmp_path / "out")
    assert (outcome.what, outcome.rows_in, outcome.kept, outcome.set_aside, outcome.merged) == ("cleaned", 4, 2, 1, 1)
    contracts = pd.read_parquet(tmp_path / "out" / "parquet" / "contracts")
    text = pd.read_csv(next((tmp_path / "out" / "csv" / "contracts").glob("*.csv")), dtype=str)
    assert contracts["contract_number"].tolist() == text["contract_number"].tolist() == ["C-1", "C-2"]
    assert text["signature_date"].tolist() == ["2002-02-15"] * 2
    assert contracts["amount"].tolist()[0] == 1500.0 and pd.isna(contracts["amount"].tolist()[1])
    record = pd.read_parquet(tmp_path / "out" / "parquet" / "record")
    assert record["action"].value_counts()[["set_aside", "merged"]].tolist() == [1, 1]
    page = (tmp_path / "out" / "summary.html").read_text(encoding="utf-8")
    assert "4 rows came in = 2 kept + 1 set aside + 1 merged" in page
    assert "commas between thousands were taken out" in page and "9 cells instead of 8" in page


def test_no_person_and_no_mark_of_a_user_gets_through(table, tmp_path):
    out = tmp_path / "out"
    clean_files([table], "compranet", out)
    frames = [pd.read_parquet(file) for file in out.glob("parquet/*/*.parquet")]
    texts = [str(frame.to_dict("list")) for frame in frames]
    texts += [file.read_text(encoding="utf-8") for file in out.rglob("*") if file.suffix in (".csv", ".json", ".html")]
    assert len(texts) > 6
    assert not any("INVENTADA" in text.upper() for text in texts)
    page = (out / "summary.html").read_text(encoding="utf-8")
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "default-src 'none'" in html.unescape(page)
    assert not any(str(tmp_path) in text for text in texts)


def test_finished_files_are_skipped_until_something_changes(table, tmp_path, monkeypatch):
    out, other = tmp_path / "out", write(tmp_path / "otro.csv", ROWS[:1])
    first = [o.what for o in clean_files([table], "compranet", out)]
    second = [o.what for o in clean_files([table, other, table], "compranet", out)]
    assert (first, second) == (["cleaned"], ["current", "cleaned"])
    next(out.glob("csv/contracts/mis-contratos*")).unlink()
    assert [o.what for o in clean_files([table, other], "compranet", out)] == ["cleaned", "current"]
    monkeypatch.setattr(cleaning_run.fingerprint, "of_value", lambda value: "another code")
    assert [o.what for o in clean_files([table, other], "compranet", out)] == ["cleaned", "cleaned"]


def test_same_files_same_bytes(table, tmp_path):
    for name in ("one", "two"):
        clean_files([table], "compranet", tmp_path / name)
    one, two = (
        {f.relative_to(tmp_path / name): f.read_bytes() for f in (tmp_path / name).rglob("*")
         if f.is_file() and f.name != ".lock"} for name in ("one", "two")
    )  # fmt: skip
    assert one == two and len(one) == 8


def test_a_file_that_fails_fails_alone_and_leaves_nothing_half_written(table, tmp_path, monkeypatch):
    foreign = tmp_path / "foreign.csv"
    foreign.write_text("country,year\nMX,2000\n")
    out = tmp_path / "out"
    done = clean_files([foreign, tmp_path / "absent.csv", table], "compranet", out)
    assert [o.what for o in done] == ["failed", "failed", "cleaned"]
    assert "column names of a layout" in done[0].fault
    assert "foreign.csv" in (out / "summary.html").read_text(encoding="utf-8")
    assert not list(out.rglob("*foreign*")) and not list(out.rglob("*.part"))


def test_a_fault_on_the_way_removes_what_was_begun(table, tmp_path, monkeypatch):
    from ogp_analysis.errors import SchemaError
    from ogp_analysis.store import growing

    calls = []

    def failing(frame, schema):
        calls.append(schema.name)
        if schema.name == "procedures":
            raise SchemaError("procedures", "breaks", "Stop")
        return frame

    monkeypatch.setattr(growing, "check", failing)
    (outcome,) = clean_files([table], "compranet", tmp_path / "out")
    assert outcome.what == "failed" and calls == ["contracts", "procedures"]
    assert not list((tmp_path / "out").rglob("*.part")) and not list((tmp_path / "out").rglob("*.parquet"))


def test_lines_before_the_header_and_workbooks(tmp_path):
    from openpyxl import Workbook

    book = Workbook()
    for cells in (["Contratos 2002-2011"], [], HEAD, *[r for r in ROWS if len(r) == len(HEAD)]):
        book.active.append(cells)
    book.save(tmp_path / "EX2002.xlsx")
    (outcome,) = clean_files([tmp_path / "EX2002.xlsx"], "compranet", tmp_path / "out")
    assert (outcome.what, outcome.kept, outcome.merged) == ("cleaned", 2, 1)


def test_a_file_without_names_needs_its_layout(tmp_path):
    from ogp_analysis.cleaning.procurement import layouts

    headers = layouts.layout("B2").headers
    facts = {"CODIGO_CONTRATO": "1", "CODIGO_EXPEDIENTE": "2", "PROVEEDOR_CONTRATISTA": "X SA", "IMPORTE_CONTRATO": "3"}
    file = write(tmp_path / "sin.csv", [[facts.get(h, "") for h in headers]], head=None)
    assert "--layout B2" in clean_files([file], "compranet", tmp_path / "out")[0].fault
    (outcome,) = clean_files([file], "compranet", tmp_path / "out", "B2")
    assert (outcome.what, outcome.kept) == ("cleaned", 1)


def test_an_unknown_kind_is_refused(table, tmp_path):
    with pytest.raises(UnknownName, match="Known are compranet"):
        clean_files([table], "secop", tmp_path / "out")


def test_the_command(table, tmp_path):
    out = tmp_path / "out"
    result = CliRunner().invoke(
        commands, ["clean", str(table), "--as", "compranet", "--out", str(out)], standalone_mode=False
    )
    assert result.exception is None and result.return_value == 0
    assert "4 rows = 2 kept + 1 set aside + 1 merged" in result.output
    assert result.output.rstrip().endswith("summary.html")
    missing = CliRunner().invoke(
        commands, ["clean", str(tmp_path / "no.csv"), "--as", "compranet", "--out", str(out)], standalone_mode=False
    )
    assert missing.return_value == 1 and "no.csv" in missing.output


def test_published_files_without_a_name_of_a_person(mirror, tmp_path):
    files = [next((mirror / "compranet" / v).glob("*.csv")) for v in ("2013", "2018-sample")]
    done = clean_files(
        [*files, next((mirror / "comprasmx" / "2026-imss").glob("*.csv"))], "compranet", tmp_path / "out"
    )
    assert [o.rows_in for o in done] == [399, 169, 3986]
    people = set()
    raw = pd.read_csv(next((mirror / "comprasmx" / "2026-imss").glob("*.csv")), dtype=str, keep_default_na=False)
    people |= {n for n, c in zip(raw["Proveedor o contratista"], raw["rfc"], strict=True) if len(c) == 13}
    for file in files:
        people |= set(pd.read_csv(file, dtype=str, keep_default_na=False)["RESPONSABLE"])
    people = {name.strip().upper() for name in people if len(name.split()) > 2}
    assert len(people) > 500
    outputs = [f for f in (tmp_path / "out").rglob("*") if f.suffix in (".csv", ".html")]
    assert len(outputs) == 3 * 3 + 1
    seen = "\n".join({part for f in outputs for part in f.read_text(encoding="utf-8").upper().split('","')})
    assert [name for name in people if name in seen] == []
    facts = [json.loads(f.read_bytes()) for f in (tmp_path / "out" / "runs").glob("*.json")]
    assert {g for f in facts for g in f["generations"]} == {"B1", "B2", "D"}
