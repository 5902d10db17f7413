"""Texts of CSV files that a spreadsheet takes as text, and that read back as they were."""

from __future__ import annotations

import ast
import csv
import io
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pcsv
import pytest
import python_calamine
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.base import spreadsheet
from ogp_analysis.base.spreadsheet import guarded, guarded_table, unguarded
from ogp_analysis.procurement.own_files.cleaning_run import clean_files
from ogp_analysis.publishing.pages import render

PACKAGE = Path(spreadsheet.__file__).parents[1]
#: Texts that a spreadsheet would run, alone or for a program that takes another separator than the comma.
FORMULAS = [
    '=HYPERLINK("https://example.org","open")',
    *"@SUM(1,2)|+1+1|-1+1|=1+1|＝1+1| =1+1|\u00a0=1+1|\ufeff=1+1|\t=1+1|\r=1+1|\n=1+1".split("|"),
    *"firm;=1+1|firm\t=1+1|firm\n=1+1|firm; =1+1;".split("|"),
]
TEXTS = st.text(st.one_of(st.sampled_from("'=+-@＝;,\"\t\r\n \u00a0ab1"), st.characters(codec="utf-8")), max_size=12)


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_like_a_formula_for_any_separator(text):
    cells = [
        cell.strip(" \u00a0\ufeff")
        for line in guarded(text).splitlines()
        for cell in line.replace("\t", ";").split(";")
    ]
    assert guarded(text) != text
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@＝＋－＠"))]


def test_an_apostrophe_goes_before_a_formula_and_nowhere_else():
    changed = {"=1+1": "'=1+1", "'=1+1": "''=1+1", "a;=1": "a;'=1", "\tname": "'\tname", " \t=1": " \t'=1"}
    same = ("O'Higgins - Rancagua", "'quoted'", "a - b; c = d", "")
    for text, written in (changed | dict(zip(same, same, strict=True))).items():
        assert guarded(text) == written and unguarded(written) == text


@given(st.lists(TEXTS, min_size=1, max_size=4))
@settings(deadline=None, max_examples=500)
def test_any_text_of_a_report_table_is_read_back_as_it_was(texts):
    columns = [{"name": "=name", "unit": ""}, {"name": "value", "unit": "index"}]
    content = render.table({"columns": columns, "rows": [[text, -0.5] for text in texts]})
    head, *rows = read(content)
    assert [unguarded(name) for name in head] == ["=name", "value"]
    assert [[unguarded(cell) for cell in row] for row in rows] == [[text, "-0.5"] for text in texts]


@given(st.lists(st.one_of(st.none(), TEXTS), min_size=1, max_size=4))
@settings(deadline=None, max_examples=500)
def test_any_text_of_a_clean_table_is_read_back_as_it_was(texts):
    plain = pa.chunked_array([pa.array(texts, pa.string()), pa.array(["=1", None], pa.string())])
    codes = plain.dictionary_encode()
    table = pa.table({"text": plain, "large": plain.cast(pa.large_string()), "code": codes, "n": range(len(plain))})
    written = guarded_table(table)
    assert written.schema == table.schema
    expected = [None if text is None else guarded(text) for text in plain.to_pylist()]
    assert [written[name].to_pylist() for name in ("text", "large", "code")] == [expected] * 3
    sink = io.BytesIO()
    pcsv.write_csv(
        written.cast(pa.schema([*list(table.schema)[:2], pa.field("code", pa.string()), table.schema[3]])), sink
    )
    rows = read(sink.getvalue())[1:]
    assert [[unguarded(cell) for cell in row[:3]] for row in rows] == [[text or ""] * 3 for text in plain.to_pylist()]


def written(out: Path) -> dict[str, tuple[pd.DataFrame, pd.DataFrame]]:
    """Return each clean table as it is in Parquet, and as it is read back from CSV."""
    found = {}
    for folder in sorted((out / "csv").iterdir()):
        (file,) = folder.glob("*.csv")
        text = pd.read_csv(file, dtype=str, keep_default_na=False).rename(columns=unguarded).map(unguarded)
        found[folder.name] = (pd.read_parquet(out / "parquet" / folder.name), text)
    return found


def raw_cells(out: Path) -> list[str]:
    return [cell for file in out.glob("csv/*/*.csv") for row in read(file.read_bytes()) for cell in row]


def assert_guarded_and_read_back(out: Path, planted: list[str]) -> None:
    seen = set()
    for frame, text in written(out).values():
        for name in frame.columns:
            if pd.api.types.is_string_dtype(frame[name]) or frame[name].dtype == object:
                expected = ["" if pd.isna(value) else value for value in frame[name]]
                assert text[name].tolist() == expected
                seen |= {value for value in planted if any(value in one for one in expected)}
    assert seen == set(planted)
    numbers = [cell for cell in raw_cells(out) if cell.startswith(tuple("=+-@＝＋－＠\t\r\n")) and not _is_number(cell)]
    assert numbers == []


def test_what_clean_writes_is_guarded_record_included(tmp_path):
    formulas = ['=HYPERLINK("https://example.org","open")', "@SUM(1,2)", "'=1+1", "sillas;=1+1"]
    head = (
        "DEPENDENCIA / ENTIDAD|CLAVE UC|NÚMERO DE PROCEDIMIENTO|NÚMERO DE CONTRATO|IMPORTE MN SIN IVA|"
        "RAZÓN SOCIAL|REFERENCIA DE LA CONTRATACIÓN|FECHA DE SUSCRIPCIÓN DE CONTRATO"
    ).split("|")
    rows = [
        [text, "06000", f"P-{n}", f"C-{n}", "1,500.00", "FIRMA DE PRUEBA SA DE CV", text, "15/02/2002"]
        for n, text in enumerate(formulas)
    ]
    rows.append([*rows[0][:4], "=1+2", *rows[0][4:]])  # a cell too many: set aside, its cells on the record
    with (tmp_path / "own.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])
    clean_files([tmp_path / "own.csv"], "compranet", tmp_path / "out")
    assert_guarded_and_read_back(tmp_path / "out", formulas)


def test_every_writer_of_csv_in_the_package_is_known():
    """A new one has to be guarded; the extracts are raw files, and the test below looks at their texts."""
    found = set()
    for file in PACKAGE.rglob("*.py"):
        names = {node.attr for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Attribute)}
        if names & {"to_csv", "write_csv", "CSVWriter", "DictWriter", "writer"}:
            found.add(file.relative_to(PACKAGE).as_posix())
    assert found == {
        "base/spreadsheet.py",
        "data/store/adding.py",
        "procurement/own_files/growing.py",
        "data/cleaning/embedding.py",
    }


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice Calc is not installed")
def test_libreoffice_finds_texts_and_no_formula(tmp_path):
    (tmp_path / "as-they-are.csv").write_text(
        "".join('"{}",k\n'.format(text.replace('"', '""')) for text in FORMULAS), encoding="utf-8", newline=""
    )
    (tmp_path / "guarded.csv").write_bytes(spreadsheet.lines([text, "k"] for text in FORMULAS))
    assert formulas_of_libreoffice(tmp_path / "as-they-are.csv")
    assert formulas_of_libreoffice(tmp_path / "guarded.csv") == []


def formulas_of_libreoffice(file: Path) -> list[str]:
    """Return the formulas that LibreOffice makes of a CSV file, with comma, semicolon and tab as separators."""
    # 44/59/9: separators; 34: quotation mark; 76: UTF-8; the last but one is that formulas are evaluated.
    options = "44/59/9,34,76,1,,0,false,true,false,false,false,-1,true"
    reading = f"--infilter=Text - txt - csv (StarCalc):{options}"
    line = ["soffice", "--headless", f"-env:UserInstallation=file://{file.parent}/profile", reading]
    writing = ["--convert-to", "fods", "--outdir", file.parent, file]
    subprocess.run([*line, *writing], check=True, capture_output=True, timeout=300)
    cells = ElementTree.parse(next(file.parent.glob(f"{file.stem}*.fods"))).iter()
    names = ("{urn:oasis:names:tc:opendocument:xmlns:table:1.0}formula",)
    return [value for cell in cells for name, value in cell.attrib.items() if name in names]


def test_extracts_hold_no_text_that_would_need_a_guard():
    """They are raw files, kept as they are: no spreadsheet may find a formula in them."""
    found = []
    for file in sorted((PACKAGE.parent / "data" / "raw").glob("*/*-extract/*.csv")):
        for number, row in enumerate(read(file.read_bytes()), 1):
            found += [(file.name, number, cell) for cell in row if guarded(cell) != cell and not _is_number(cell)]
    assert found == []


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_a_workbook_holds_texts_and_numbers_and_nothing_else():
    rows = [["head", "number"], ["=1+1", 2], ["a <b> & c\x07\x00", -0.5], [None, ""], ["x" * 40_000, 1e30]]
    written = spreadsheet.workbook({"a & b": rows, "second": [["é", " "]]})
    assert written == spreadsheet.workbook({"a & b": rows, "second": [["é", " "]]})
    book = openpyxl.load_workbook(io.BytesIO(written))
    assert book.sheetnames == ["a & b", "second"]
    cells = list(book["a & b"].iter_rows(values_only=True))
    assert cells[:4] == [("head", "number"), ("'=1+1", 2), ("a <b> & c", -0.5), (None, None)]
    assert (len(cells[4][0]), cells[4][1]) == (32_767, 1e30) and book["a & b"].freeze_panes == "A2"
    assert [cell.data_type for cell in book["a & b"][2]] == ["s", "n"] or book["a & b"]["A2"].data_type == "inlineStr"
    assert list(book["second"].iter_rows(values_only=True)) == [("é", " ")]
    with zipfile.ZipFile(io.BytesIO(written)) as packed:
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980} and len(packed.namelist()) == 6
    (table, *_) = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(written)).sheet_names
    assert table == "a & b"


def test_a_sign_that_xml_has_not_hides_no_formula_in_a_workbook():
    file = io.BytesIO(spreadsheet.workbook({"a": [["\x01=1+1", "\x02-2"]]}))
    [row] = openpyxl.load_workbook(file).active.iter_rows(values_only=True)
    assert row == ("'=1+1", "'-2")
