"""Workbooks in ods and xlsb: what would take all memory is refused first, and rows are counted a second time."""

from __future__ import annotations

import resource
import zipfile
from pathlib import Path

import pytest

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.sources import counting, workbook

NAMES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
)


def cell(text: str = "", times: int = 1) -> str:
    inner = f"<text:p>{text}</text:p>" if text else ""
    kind = 'office:value-type="string" ' if text else ""
    return f'<table:table-cell {kind}table:number-columns-repeated="{times}">{inner}</table:table-cell>'


def row(*cells: str, times: int = 1) -> str:
    return f'<table:table-row table:number-rows-repeated="{times}">{"".join(cells)}</table:table-row>'


def packed(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return path


def ods(folder: Path, *rows: str) -> Path:
    sheet = f'<table:table table:name="Hoja">{"".join(rows)}</table:table>'
    body = f"<office:body><office:spreadsheet>{sheet}</office:spreadsheet></office:body>"
    content = f"<office:document-content {NAMES}>{body}</office:document-content>".encode()
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return packed(folder / "a.ods", **{"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": b"<a/>"})


def record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return head + bytes([len(content) & 0x7F | 0x80, len(content) >> 7]) + content


def wide(text: str) -> bytes:
    return len(text).to_bytes(4, "little") + text.encode("utf-16-le")


def number(value: int) -> bytes:
    return value.to_bytes(4, "little")


def xlsb(folder: Path, *cells: tuple[int, int, str]) -> Path:
    """Write a workbook of one sheet with cells of text, by row and column from 0."""
    sheet, before = record(129) + record(148, number(0) * 4) + record(145), -1
    for at, column, text in cells:
        if at != before:
            sheet += record(0, number(at) + bytes(13))
            before = at
        sheet += record(6, number(column) + number(0) + wide(text))
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    links = f'<Relationships><Relationship Id="rId1" Type="{link}" Target="worksheets/sheet1.bin"/></Relationships>'
    book = record(131) + record(143) + record(156, number(0) + number(1) + wide("rId1") + wide("Hoja"))
    return packed(
        folder / "a.xlsb",
        **{
            "[Content_Types].xml": b"<Types/>",
            "xl/workbook.bin": book + record(144) + record(132),
            "xl/_rels/workbook.bin.rels": links.encode(),
            "xl/worksheets/sheet1.bin": sheet + record(146) + record(130),
        },
    )


def test_rows_of_an_ods_are_counted_as_they_are_read(tmp_path):
    file = ods(
        tmp_path,
        row(cell("a"), cell("b")),
        row(cell(times=2), times=3),
        row(cell("1"), cell("2"), times=4),
        row(cell(), cell(" & 3".replace("&", "&amp;"))),
        row(cell(times=1024), times=1_000_000),
    )
    found = list(workbook.rows(file, "a.ods", "", 0))
    assert [number for number, _ in found] == [1, 5, 6, 7, 8, 9]
    assert counting.rows(file, "a.ods", "", 0) == 6 and counting.rows(file, "a.ods", "Hoja", 1) == 5
    assert counting.rows(file, "a.ods", "Otra", 0) is None


def test_rows_of_an_xlsb_are_counted_as_they_are_read(tmp_path):
    file = xlsb(tmp_path, (0, 0, "a"), (0, 1, "b"), (3, 1, "x"), (4, 0, ""), (5, 0, "y"), (5, 2, "z"))
    found = list(workbook.rows(file, "a.xlsb", "", 0))
    assert [number for number, _ in found] == [1, 4, 6]
    assert counting.rows(file, "a.xlsb", "", 0) == 3 and counting.rows(file, "a.xlsb", "Hoja", 1) == 2


BOMBS = {
    "cells that repeat": lambda folder: ods(folder, row(cell("x", 16_384), times=1_048_576)),
    "a far cell": lambda folder: ods(
        folder, row(cell("a")), row(cell(), times=1_048_570), row(cell("", 700), cell("x"))
    ),
    "a far cell of an xlsb": lambda folder: xlsb(folder, (0, 0, "a"), (1_048_575, 700, "x")),
}


@pytest.mark.parametrize("made", BOMBS.values(), ids=BOMBS)
def test_a_small_workbook_that_asks_for_all_memory_is_refused_in_a_sentence(tmp_path, made):
    file = made(tmp_path)
    assert file.stat().st_size < 5_000
    limit = resource.getrlimit(resource.RLIMIT_AS)
    with Path("/proc/self/statm").open() as stream:
        used = int(stream.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + 900 * 2**20, limit[1]))
    try:
        with pytest.raises(SourceError, match=rf"^{file.name}: has a cell far from the others, [A-Z]+1048\d+: "):
            list(workbook.rows(file, file.name, "", 0))
    finally:
        resource.setrlimit(resource.RLIMIT_AS, limit)


def test_a_workbook_is_examined_once_for_all_its_sheets_and_again_when_it_changed(tmp_path, monkeypatch):
    seen, extents = [], workbook.extents
    monkeypatch.setattr(workbook, "extents", lambda file, label: seen.append(label) or extents(file, label))
    file = ods(tmp_path, row(cell("a")))
    for label in ("a.ods [Hoja]", "a.ods [Hoja]", "a.ods"):
        assert [cells for _, cells in workbook.rows(file, label, "Hoja", 0)] == [["a"]]
    assert seen == ["a.ods"]
    BOMBS["a far cell"](tmp_path)
    with pytest.raises(SourceError, match=r"^a\.ods: has a cell far from the others"):
        list(workbook.rows(file, "a.ods [Hoja]", "Hoja", 0))


def test_what_unpacks_to_too_much_is_refused(tmp_path):
    file = ods(tmp_path, "<!--" + " " * (70 * 2**20) + "-->")
    with pytest.raises(SourceError, match=r"^a\.ods: is refused: it unpacks to more than 200 times"):
        list(workbook.rows(file, "a.ods", "", 0))


@pytest.mark.parametrize("cut", [1, 40, 400])
def test_a_part_that_is_cut_is_no_traceback(tmp_path, cut):
    for file, part in (
        (ods(tmp_path, row(cell("a"))), "content.xml"),
        (xlsb(tmp_path, (0, 0, "a")), "xl/workbook.bin"),
    ):
        with zipfile.ZipFile(file) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        parts[part] = parts[part][:-cut]
        packed(file, **parts)
        with pytest.raises(SourceError, match=rf"^{file.name}: "):
            list(workbook.rows(file, file.name, "", 0))
