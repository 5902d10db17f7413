"""Zips, gz files and workbooks: what is read, and what is refused by name."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile

import pytest
from openpyxl import Workbook

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.sources import packed, unpacking, workbook

TABLE = b"a,b\n1,2\n"


def zipped(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def book(*sheets) -> bytes:
    made, stream = Workbook(), io.BytesIO()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.save(stream)
    return stream.getvalue()


def content(table) -> bytes:
    with table.content.open("rb") as stream:
        return stream.read()


def test_a_text_is_one_table(tmp_path):
    (tmp_path / "a.csv").write_bytes(TABLE)
    (table,), others = packed.tables(tmp_path / "a.csv", "a.csv")
    assert (table.label, table.is_workbook, others, content(table)) == ("a.csv", False, [], TABLE)


def test_the_tables_of_a_zip_and_what_else_it_holds(tmp_path):
    members = [("2017/b.CSV", TABLE * 2), ("a.txt", TABLE), ("leeme.pdf", b"%PDF"), ("__MACOSX/._a.csv", b"\0"),
               ("2017/", b""), (".oculto.csv", TABLE), ("datos.xlsx", book(("Uno", [["a"]])))]  # fmt: skip
    found, others = packed.tables(zipped(tmp_path / "x.zip", members), "x.zip")
    assert [(t.label, t.is_workbook) for t in found] == [
        ("x.zip/2017/b.CSV", False),
        ("x.zip/a.txt", False),
        ("x.zip/datos.xlsx", True),
    ]
    assert [content(t) for t in found[:2]] == [TABLE * 2, TABLE]
    assert content(found[0]) == TABLE * 2, "it can be read again"
    assert others == ["x.zip/.oculto.csv", "x.zip/__MACOSX/._a.csv", "x.zip/leeme.pdf"]


def test_bytes_tell_what_a_file_is_and_not_its_name(tmp_path):
    zipped(tmp_path / "a.csv", [("t.csv", TABLE)])
    (tmp_path / "b.csv").write_bytes(gzip.compress(TABLE))
    (tmp_path / "c.csv").write_bytes(book(("Uno", [["x", "y"]])))
    assert [packed.tables(tmp_path / n, n)[0][0].label for n in ("a.csv", "b.csv")] == ["a.csv/t.csv", "b.csv"]
    (table,), _ = packed.tables(tmp_path / "c.csv", "c.csv")
    assert list(workbook.rows(table.content, "c.csv", "", 0)) == [(1, ["x", "y"])]


def test_each_sheet_of_a_workbook_is_a_table(tmp_path):
    made = book(("Uno", [["a"]]), ("Dos", [["b"]]))
    (tmp_path / "w.xlsx").write_bytes(made)
    zipped(tmp_path / "z.zip", [("w.xlsx", made)])
    for path, label in ((tmp_path / "w.xlsx", "w.xlsx"), (tmp_path / "z.zip", "z.zip/w.xlsx")):
        found, _ = packed.tables(path, path.name)
        assert [(t.label, t.sheet) for t in found] == [(f"{label} [Uno]", "Uno"), (f"{label} [Dos]", "Dos")]
        assert [list(workbook.rows(t.content, t.label, t.sheet, 0)) for t in found] == [[(1, ["a"])], [(1, ["b"])]]


@pytest.mark.parametrize(
    "name", ["../fuera.csv", "a/../../fuera.csv", "/etc/fuera.csv", "..\\fuera.csv", "C:\\fuera.csv", "C:/fuera.csv"]
)
def test_names_that_lead_out_are_refused(tmp_path, name):
    zipped(tmp_path / "x.zip", [(name, TABLE), ("bien.csv", TABLE)])
    with pytest.raises(SourceError, match=r"x\.zip: is refused: it has names that lead out of its folder"):
        packed.tables(tmp_path / "x.zip", "x.zip")
    assert [p.name for p in tmp_path.iterdir()] == ["x.zip"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(tmp_path):
    with pytest.raises(SourceError, match=r"several files of one name, 'a\.csv'"):
        packed.tables(zipped(tmp_path / "x.zip", [("a.csv", TABLE), ("a.csv", TABLE)]), "x.zip")


def test_a_password_is_refused(tmp_path):
    made = bytearray(zipped(tmp_path / "x.zip", [("a.csv", TABLE)]).read_bytes())
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        made[made.index(mark) + place] |= 1
    (tmp_path / "x.zip").write_bytes(made)
    with pytest.raises(SourceError, match=r"needs a password for 'a\.csv'"):
        packed.tables(tmp_path / "x.zip", "x.zip")


def test_files_that_overlap_are_refused(tmp_path):
    """One packed file under many names, as in the worst of bombs."""
    path = zipped(tmp_path / "x.zip", [("a0.csv", bytes(range(256)) * 40)], zipfile.ZIP_STORED)
    made = path.read_bytes()
    start = made.index(b"PK\x01\x02")
    end = made.index(b"PK\x05\x06")
    entries = b"".join(made[start:end].replace(b"a0.csv", b"a%d.csv" % n) for n in range(4))
    tail = bytearray(made[end:])
    struct.pack_into("<HHL", tail, 8, 4, 4, len(entries))
    path.write_bytes(made[:start] + entries + tail)
    with pytest.raises(SourceError, match="has files that overlap"):
        packed.tables(path, "x.zip")


def test_too_many_files_are_refused(tmp_path):
    with pytest.raises(SourceError, match="it holds 1001 files"):
        packed.tables(zipped(tmp_path / "x.zip", [(f"{n}.csv", b"") for n in range(1001)]), "x.zip")


@pytest.fixture
def little(monkeypatch):
    """What counts as too little to judge, small enough for a test."""
    monkeypatch.setattr(unpacking, "SMALL", 2**16)


@pytest.mark.usefixtures("little")
def test_what_unpacks_to_more_than_a_table_would_is_refused_on_the_way(tmp_path):
    zeros = b"\0" * 2**24
    zipped(tmp_path / "x.zip", [("bomba.csv", zeros)])
    (tmp_path / "x.csv.gz").write_bytes(gzip.compress(zeros))
    for name, label in (("x.zip", "x.zip/bomba.csv"), ("x.csv.gz", "x.csv.gz")):
        (table,), _ = packed.tables(tmp_path / name, name)
        seen = 0
        told = "is refused: it unpacks to more than 200 times its size"
        with table.content.open("rb") as stream, pytest.raises(SourceError, match=told) as fault:
            while block := stream.read(2**12):
                seen += len(block)
        assert str(fault.value).startswith(label)
        assert seen < 2**22


@pytest.mark.parametrize("small", [2**20, 0])
@pytest.mark.parametrize("more", [0, 1])
def test_what_unpacks_to_exactly_the_limit_is_read_and_a_byte_more_is_not(tmp_path, monkeypatch, more, small):
    """The limit is a size, or how many times its own size a file may grow."""
    path, zeros = tmp_path / "x.gz", gzip.compress(b"\0" * 2**20)
    path.write_bytes(zeros)
    monkeypatch.setattr(unpacking, "SMALL", max(small - more, 0))
    monkeypatch.setattr(unpacking, "MOST_TIMES", 1 if small else (2**20 - more) / len(zeros))
    stream = unpacking.Gzipped(path, "x.gz").open()
    if more:
        with pytest.raises(SourceError, match="unpacks to more than"):
            stream.read()
    else:
        assert len(stream.read()) == 2**20


@pytest.mark.usefixtures("little")
def test_a_workbook_that_unpacks_to_too_much_is_refused(tmp_path):
    zipped(tmp_path / "w.xlsx", [("[Content_Types].xml", b"<x/>"), ("xl/worksheets/sheet1.xml", b" " * 2**24)])
    with pytest.raises(SourceError, match=r"w\.xlsx: is refused: it unpacks to more than 200 times"):
        packed.tables(tmp_path / "w.xlsx", "w.xlsx")


def test_the_size_that_a_zip_states_is_not_believed(tmp_path):
    text = b"a,b\n" + b"1,2\n" * 1000
    made = bytearray(zipped(tmp_path / "x.zip", [("a.csv", text)]).read_bytes())
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", made, made.index(mark) + place, 8)
    (tmp_path / "x.zip").write_bytes(made)
    (table,), _ = packed.tables(tmp_path / "x.zip", "x.zip")
    assert content(table) == text


def test_damaged_archives_are_said_to_be_so(tmp_path):
    whole = gzip.compress(TABLE * 1000 + bytes(range(256)) * 99)
    (tmp_path / "a.gz").write_bytes(whole[:-40])
    with pytest.raises(SourceError, match=r"a\.gz: cannot be unpacked"):
        content(packed.tables(tmp_path / "a.gz", "a.gz")[0][0])
    good = zipped(tmp_path / "x.zip", [("a.csv", bytes(range(256)) * 9999)], zipfile.ZIP_STORED).read_bytes()
    (tmp_path / "x.zip").write_bytes(good[:3000])
    with pytest.raises(SourceError, match=r"x\.zip: is not a readable zip"):
        packed.tables(tmp_path / "x.zip", "x.zip")
    (tmp_path / "x.XLSX").write_bytes(good[:3000])
    with pytest.raises(SourceError, match=r"x\.XLSX: is not a readable workbook"):
        packed.tables(tmp_path / "x.XLSX", "x.XLSX")
    (tmp_path / "x.zip").write_bytes(good[:5000] + b"!!!" + good[5003:])
    (table,), _ = packed.tables(tmp_path / "x.zip", "x.zip")
    with pytest.raises(SourceError, match=r"x.zip/a.csv: cannot be unpacked \(Bad CRC"):
        content(table)


def encrypted_workbook() -> bytes:
    """Return what a spreadsheet program writes of a workbook with a password, without what it encrypted.

    A compound file of one sector each of allocation and directory, as [MS-CFB] has it.
    """
    none, end = 0xFFFFFFFF, 0xFFFFFFFE

    def entry(name: str, kind: int, right: int = none, child: int = none) -> bytes:
        text = f"{name}\0".encode("utf-16-le")
        said = struct.pack("<HBB3I36xIQ", len(text), kind, 1, none, right, child, end, 0)
        return text.ljust(64, b"\0") + said

    head = packed._OLD_WORKBOOK + b"\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack(
        "<5H6x9I", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0
    )  # fmt: skip
    allocated = struct.pack("<2I", 0xFFFFFFFD, end).ljust(512, b"\xff")
    entries = entry("Root Entry", 5, child=1) + entry("EncryptionInfo", 2, right=2) + entry("EncryptedPackage", 2)
    return head + bytes(4) + b"\xff" * 432 + allocated + entries.ljust(512, b"\0")


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.csv"])
def test_a_workbook_with_a_password_is_said_to_need_it(tmp_path, name):
    (tmp_path / name).write_bytes(encrypted_workbook())
    with pytest.raises(SourceError, match=f"^{name}: needs a password. Open it in a spreadsheet, and save it without"):
        packed.tables(tmp_path / name, name)


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"<!DOCTYPE html><title>403</title>", "is a web page"),
        (b"\xef\xbb\xbf\r\n<HTML>", "is a web page"),
        ("a,b\n".encode("utf-16"), "is text in UTF-16"),
        (b"Rar!\x1a\x07\x00", "is an archive of a kind that is not read"),
        (gzip.compress(gzip.compress(TABLE, mtime=0), mtime=0), "is an archive of a kind that is not read"),
        (b"PK\x05\x06" + b"\0" * 18, "holds no table, only nothing"),
    ],
)
def test_what_is_no_table_is_named(tmp_path, start, what):
    (tmp_path / "a.csv").write_bytes(start)
    with pytest.raises(SourceError, match=f"a.csv: {what}"):
        packed.tables(tmp_path / "a.csv", "a.csv")


def test_a_zip_without_tables_says_what_it_holds(tmp_path):
    zipped(tmp_path / "x.zip", [("leeme.pdf", b"%PDF"), ("otro.zip", b"PK")])
    with pytest.raises(SourceError, match=r"holds no table, only 'leeme\.pdf', 'otro\.zip'"):
        packed.tables(tmp_path / "x.zip", "x.zip")
