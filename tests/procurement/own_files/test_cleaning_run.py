"""Files of a user's own, cleaned by one command: outputs, page, resuming, faults, hostile text."""

from __future__ import annotations

import csv
import gzip
import hashlib
import html
import io
import json
import signal
import subprocess
import sys
import zipfile

import pandas as pd
import pytest
from click.testing import CliRunner

from ogp_analysis.__main__ import commands
from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.procurement.own_files import cleaning_run
from ogp_analysis.procurement.own_files.cleaning_run import clean_files

from .conftest import HEAD, workbook, written

PERSON = "MARÍA INVENTADA DEL EJEMPLO"
HOSTILE = '<script>alert("x")</script>'
ROWS = [
    ["Casa", "06000", "P-1", "C-1", "1,500.00", "FIRMA DE PRUEBA SA DE CV", HOSTILE, "15/02/2002"],
    ["Casa", "06000", "P-1", "C-2", HOSTILE, PERSON, f"Honorarios de {PERSON}", "2002-02-15"],
    ["Casa", "06000", "P-1", "C-1", "1,500.00", "FIRMA DE PRUEBA SA DE CV", HOSTILE, "15/02/2002"],
    ["Casa", "06000", "P-2", "C-3", "70", "200.00", "FIRMA DE PRUEBA SA DE CV", "Sillas", "15/02/2002"],
]


def write(path, rows=ROWS, head=HEAD, encoding="cp1252"):
    return written(path, *([head] if head else []), *rows, encoding=encoding)


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
    assert "Rows in: 4 = kept: 2 + set aside: 1 + merged: 1." in page
    assert "commas between thousands were taken out" in page and "number of cells 9 instead of 8" in page


def test_a_control_character_in_a_name_is_taken_out_and_the_page_says_so(tmp_path):
    firm = ["Ca\x00sa", "06000", "P-1", "C-1", "10", "FIRMA\x01 DE PRUEBA SA DE CV", "Sillas", "15/02/2002"]
    [outcome] = clean_files([write(tmp_path / "nul.csv", [firm])], "compranet", tmp_path / "out")
    assert (outcome.what, outcome.kept) == ("cleaned", 1)
    contracts = pd.read_parquet(tmp_path / "out" / "parquet" / "contracts")
    assert contracts["supplier_name"].tolist() == ["FIRMA DE PRUEBA SA DE CV"]
    record = pd.read_parquet(tmp_path / "out" / "parquet" / "record").query("rule == 'control_character'")
    assert record["old"].tolist() == ["U+0000", "U+0001"]
    page = (tmp_path / "out" / "summary.html").read_text(encoding="utf-8")
    assert "a control character was removed" in page
    assert not [file for file in (tmp_path / "out").rglob("*.csv") if {0, 1} & set(file.read_bytes())]


NAMES = "RFC Nombre·del·Contribuyente Situación·del·contribuyente".split()
DAYS = [f"Publicación {where} {of}" for of in ("presuntos", "definitivos") for where in ("página SAT", "DOF")]


@pytest.mark.parametrize(
    "name", ["SAT_69B_2026.csv", "efos_def.csv", "lista.csv"]
)  # 2026 is a version of the catalogue
@pytest.mark.parametrize(("days", "made"), [([], "situations"), (DAYS, "definitive")])
def test_the_columns_of_a_list_of_the_sat_tell_what_it_is_and_its_name_nothing(name, days, made, tmp_path):
    firm = ["AAA010101AA1", "FIRMA DE PRUEBA SA DE CV", "Definitivo", *("01/02/2020" for _ in days)]
    head = [column.replace("·", " ") for column in NAMES]
    [outcome] = clean_files([written(tmp_path / name, [*head, *days], firm)], "", tmp_path / "out")
    assert (outcome.what, outcome.kept) == ("cleaned", 1)
    [table] = [folder for folder in (tmp_path / "out" / "parquet").iterdir() if folder.name != "record"]
    row = pd.read_parquet(table)
    assert table.name == made and row["rfc"].tolist() == ["AAA010101AA1"]
    assert not days or row["definitive_dof_date"].dt.strftime("%Y-%m-%d").tolist() == ["2020-02-01"]


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
    monkeypatch.setattr(cleaning_run.fingerprint, "of_value", lambda value: "ab" * 32)
    assert [o.what for o in clean_files([table, other], "compranet", out)] == ["cleaned", "cleaned"]


def test_same_files_same_bytes(table, tmp_path):
    for name in ("one", "two"):
        clean_files([table], "compranet", tmp_path / name)
    one, two = (
        {f.relative_to(tmp_path / name): f.read_bytes() for f in (tmp_path / name).rglob("*")
         if f.is_file() and f.name != ".lock"} for name in ("one", "two")
    )  # fmt: skip
    assert one == two and len(one) == 8


def test_a_fault_on_the_way_removes_what_was_begun(table, tmp_path, monkeypatch):
    from ogp_analysis.base.errors import SchemaError
    from ogp_analysis.procurement.own_files import cleaning_facts

    begun = []

    def failing(self, entries):
        begun.extend(file.parent.name for file in (tmp_path / "out").rglob("*.part"))
        raise SchemaError("procedures", "breaks", "Stop")

    monkeypatch.setattr(cleaning_facts.Rules, "add", failing)
    (outcome,) = clean_files([table], "compranet", tmp_path / "out")
    assert outcome.what == "failed" and sorted(begun) == sorted(["contracts", "procedures", "record"] * 2)
    assert not list((tmp_path / "out").rglob("*.part")) and not list((tmp_path / "out").rglob("*.parquet"))


def test_lines_before_the_header_and_workbooks(tmp_path):
    rows = [["Contratos 2002-2011"], [], HEAD, *[r for r in ROWS if len(r) == len(HEAD)]]
    (outcome,) = clean_files([workbook(tmp_path / "EX2002.xlsx", Sheet=rows)], "compranet", tmp_path / "out")
    assert (outcome.what, outcome.kept, outcome.merged) == ("cleaned", 2, 1)


def test_a_file_without_names_needs_its_layout(tmp_path):
    from ogp_analysis.data.datasets.procurement import layouts

    headers = layouts.layout("B2").headers
    facts = {"CODIGO_CONTRATO": "1", "CODIGO_EXPEDIENTE": "2", "PROVEEDOR_CONTRATISTA": "X SA", "IMPORTE_CONTRATO": "3"}
    file = write(tmp_path / "sin.csv", [[facts.get(h, "") for h in headers]], head=None)
    assert "--layout B2" in clean_files([file], "compranet", tmp_path / "out")[0].fault
    (outcome,) = clean_files([file], "compranet", tmp_path / "out", "B2")
    assert (outcome.what, outcome.kept) == ("cleaned", 1)
    # Only files of CompraNet have layouts that can be named.
    assert [one.what for one in clean_files([file], "", tmp_path / "out", "B2")] == ["current"]


def test_a_layout_that_is_unknown_or_of_no_use_is_refused_before_anything_is_written(table, tmp_path):
    with pytest.raises(UnknownName, match=r"^layout 'Z9': is not known\. Known are A, B1"):
        clean_files([table], "", tmp_path / "out", "Z9")
    with pytest.raises(
        ParameterError, match=r"^layout 'B2': goes with files of CompraNet alone, not .* 'ocds'\. Leave"
    ):
        clean_files([table], "ocds", tmp_path / "out", "B2")
    assert not (tmp_path / "out").exists()


def test_tables_are_written_into_a_folder(table):
    with pytest.raises(ParameterError, match=r"^mis contratos\.csv: is not a folder\. Name a folder for --out\."):
        clean_files([table], "compranet", table)


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
    assert str(missing.exception) == "no.csv: is not there. Check the name."


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


GOOD = [row for row in ROWS if len(row) == len(HEAD)]


def as_bytes(rows, **more) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode(**more)


def test_a_zip_of_a_text_a_workbook_and_more(tmp_path):
    inner = workbook(tmp_path / "in.xlsx", Contratos=[["Año 2002"], [], HEAD, *GOOD], Notas=[["nota"], ["x"]])
    archive = tmp_path / "Contratos 2002.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("2002/EX.csv", as_bytes([HEAD, *ROWS], encoding="cp1252"))
        made.write(inner, "2002/LP.xlsx")
        made.writestr("leeme.pdf", b"%PDF-1.4")
    out = tmp_path / "out"
    done = clean_files([archive], "compranet", out)
    assert [(o.label, o.what, o.kept, o.set_aside, o.merged) for o in done] == [
        ("Contratos 2002.zip/2002/EX.csv", "cleaned", 2, 1, 1),
        ("Contratos 2002.zip/2002/LP.xlsx [Contratos]", "cleaned", 2, 0, 1),
        ("Contratos 2002.zip/2002/LP.xlsx [Notas]", "passed over", 0, 0, 0),
        ("Contratos 2002.zip/leeme.pdf", "passed over", 0, 0, 0),
    ]
    table = pd.read_parquet(out / "parquet" / "contracts")
    assert set(table["file"]) == {done[0].label, done[1].label} and len(table) == 4
    # The line of the csv and the row of the sheet.
    assert table.groupby("file")["line"].agg(list).tolist() == [[2, 3], [4, 5]]
    assert {p.name.rpartition("-")[0] for p in out.glob("csv/contracts/*")} == {
        "Contratos-2002-2002-EX",
        "Contratos-2002-2002-LP-Contratos",
    }
    page = (out / "summary.html").read_text(encoding="utf-8")
    assert page.count("Passed over") == 2 and "leeme.pdf: is not a table" in page
    assert [o.what for o in clean_files([archive], "compranet", out)] == ["current", "current", *["passed over"] * 2]


def test_a_gz_is_read_as_the_text_it_holds(tmp_path):
    plain = write(tmp_path / "c.csv")
    packed = tmp_path / "c.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    done = clean_files([plain, packed], "compranet", tmp_path / "out")
    assert [(o.label, o.kept) for o in done] == [("c.csv", 2), ("c.csv.gz", 2)]
    one, two = (pd.read_csv(f, dtype=str) for f in sorted((tmp_path / "out" / "csv" / "contracts").iterdir()))
    assert one.drop(columns="file").equals(two.drop(columns="file"))


def test_a_refused_file_fails_alone_and_by_name(table, tmp_path):
    with zipfile.ZipFile(tmp_path / "mala.zip", "w") as made:
        made.writestr("../fuera.csv", as_bytes([HEAD, *GOOD]))
    (tmp_path / "pagina.csv").write_text("<html><body>403 Forbidden</body></html>")
    workbook(tmp_path / "notas.xlsx", Uno=[["x"]], Dos=[["y"]])
    files = [tmp_path / n for n in ("mala.zip", "pagina.csv", "notas.xlsx")]
    done = clean_files([*files, table], "compranet", tmp_path / "out")
    assert [o.what for o in done] == ["failed", "failed", "failed", "failed", "cleaned"]
    named = ["mala.zip", "pagina.csv", "notas.xlsx [Uno]", "notas.xlsx [Dos]"]
    assert [o.fault.partition(":")[0] for o in done[:4]] == named
    assert "lead out of its folder" in done[0].fault and "web page" in done[1].fault
    assert not (tmp_path / "fuera.csv").exists()


def test_text_that_breaks_off_in_the_middle_of_a_gz_leaves_nothing(tmp_path):
    # Bytes that do not shrink, so that the end is far from the beginning.
    noise = [
        ["Casa", "06000", f"P-{n}", hashlib.sha256(b"%d" % n).hexdigest(), "1", "X SA", "", ""] for n in range(900)
    ]
    (tmp_path / "c.csv.gz").write_bytes(gzip.compress(as_bytes([HEAD, *noise]))[:-2000])
    (outcome,) = clean_files([tmp_path / "c.csv.gz"], "compranet", tmp_path / "out")
    assert outcome.what == "failed" and "cannot be unpacked" in outcome.fault
    assert not [p for p in (tmp_path / "out").rglob("*") if p.suffix in (".part", ".parquet", ".csv", ".json")]


INTERRUPTED = """
import sys, time
from ogp_analysis.__main__ import main
from ogp_analysis.data.sources import delimited
from ogp_analysis.procurement.own_files import cleaning_progress

delimited.mended.__defaults__ = (20_000,)

def at_work(self, label, rows):
    print(label, rows, flush=True)
    if label == sys.argv[2]:
        time.sleep(60)

cleaning_progress.Terminal.__call__ = at_work
sys.exit(main(["clean", *sys.argv[3:], "--as", "compranet", "--out", sys.argv[1]]))
"""


def interrupted(out, files, how):
    """Clean, and send a signal while a chunk of the second file is done and more are to come."""
    script = [sys.executable, "-c", INTERRUPTED, str(out), files[1].name, *map(str, files)]
    process = subprocess.Popen(script, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith(files[1].name):
            break
    half = sorted(p.name for p in out.rglob("*.part"))
    process.send_signal(how)
    _, told = process.communicate(timeout=50)
    return process.returncode, told, half


def everything(out) -> dict:
    return {p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file() and p.name != ".lock"}


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_command_that_was_stopped_goes_on_where_it_was(tmp_path, how):
    rows = [["Casa", "06000", f"P-{n}", f"C-{n % 900}", "1", "X SA", f"Sillas {n}", "2002-02-15"] for n in range(2000)]
    files = [write(tmp_path / f"{name}.csv", rows) for name in ("uno", "dos")]
    out = tmp_path / "out"
    code, told, half = interrupted(out, files, how)
    assert len(half) == 6, "both forms of three tables are half written"
    assert "Traceback" not in told
    if how == signal.SIGINT:
        assert code == 130 and "Stopped" in told
        assert not list(out.rglob("*.part"))
    done = clean_files(files, "compranet", out)
    assert [(o.what, o.kept) for o in done] == [("current", 2000), ("cleaned", 2000)]
    assert not list(out.rglob("*.part"))
    # The chunks were of another size; only the pieces of the Parquet files differ.
    again = tmp_path / "again"
    clean_files(files, "compranet", again)
    one, two = everything(out), everything(again)
    assert set(one) == set(two)
    assert all(one[name] == two[name] for name in one if name.suffix != ".parquet")
    both = [pd.read_parquet(folder / "parquet" / "contracts").sort_values(["file", "line"]) for folder in (out, again)]
    pd.testing.assert_frame_equal(*(frame.reset_index(drop=True) for frame in both))


def test_progress_is_told_on_a_terminal_and_in_a_log(tmp_path):
    from ogp_analysis.procurement.own_files.cleaning_progress import Terminal

    class Screen(io.StringIO):
        def isatty(self):
            return True

    for stream in (Screen(), io.StringIO()):
        shown = Terminal(stream)
        for label, rows in (("a.csv", 100_000), ("a.csv", 300_000), ("b.csv", 10)):
            shown(label, rows)
        shown.close()
        text = stream.getvalue()
        if stream.isatty():
            assert "a.csv" in text and "300k rows" in text and "b.csv" in text
        else:
            assert text == "a.csv: 300,000 rows\n"
