"""How far the sheets of a workbook reach, and how many rows they have, told before room is asked for them.

Of xlsx the XML is read, of ods too, of xlsb its records. In an xls a sheet has no more than 65,536 rows of 256 cells,
and the rows are not counted: what tells where its records stand is what the reader itself goes by.
"""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Callable, Iterator
from itertools import count
from typing import BinaryIO
from xml.etree import ElementTree

from ogp_analysis.base.errors import SourceError
from ogp_analysis.sources import sheet_xml
from ogp_analysis.sources.sheet_xml import Extent, stretch
from ogp_analysis.sources.unpacking import BROKEN, Content, Member, held

#: A sheet is held as a rectangle. One of more cells than this is read only if one cell in so many has content.
MOST_CELLS, SPARSEST = 2_000_000, 50
_BLOCK = 8 * 2**20
#: Rows of a sheet in any format.
_MOST_ROWS = 2**20
_ODS, _XLSB, _XLSB_LINKS, _XLSB_TEXTS = (
    "content.xml", "xl/workbook.bin", "xl/_rels/workbook.bin.rels", "xl/sharedStrings.bin",
)  # fmt: skip


def extents(content: Content, label: str) -> dict[str, Extent]:
    """Return the extent of each sheet of an xlsx, xlsb or ods workbook by its name; nothing for one of another kind.

    Cells that a file writes once and says to repeat count once.

    Raises
    ------
    SourceError
        If a part cannot be unpacked, or unpacks to more than a workbook would.
    """
    content = held(content)
    with content.open("rb") as stream:
        if stream.read(4) != b"PK\x03\x04":
            return {}
    try:
        with content.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            infos = {info.filename: info for info in archive.infolist()}
    except BROKEN as error:
        raise SourceError(label, f"is not a readable workbook ({error})", "Download it again") from error

    def opened(name: str) -> BinaryIO:
        return Member(content, label, infos[name]).open()

    try:
        if _XLSB in infos and _XLSB_LINKS in infos:
            return _of_xlsb(opened, infos.keys())
        if _ODS in infos and "mimetype" in infos:
            return _of_ods(opened(_ODS))
    except (ElementTree.ParseError, IndexError, UnicodeDecodeError) as error:
        what = f"is not a readable workbook ({error})"
        raise SourceError(label, what, "Check the file; open it in a spreadsheet") from error
    return sheet_xml.extents(content, label)


_TABLE, _OFFICE, _TEXT = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "office", "text")
)
_CELLS = (_TABLE + "table-cell", _TABLE + "covered-table-cell")
_VALUES = [_OFFICE + name for name in ("value", "date-value", "time-value", "boolean-value", "string-value")]


def _of_ods(stream: BinaryIO) -> dict[str, Extent]:
    found: dict[str, Extent] = {}
    sheet, row, column, cells = Extent(), 1, 1, []
    with stream:
        for event, element in _events(stream):
            if event == "start":
                if element.tag == _TABLE + "table":
                    sheet = found[element.get(_TABLE + "name", "")] = Extent()
                    row = 1
                elif element.tag == _TABLE + "table-row":
                    column, cells = 1, []
            elif element.tag in _CELLS:
                times = int(element.get(_TABLE + "number-columns-repeated", "1"))
                if _says(element):
                    cells.append((column, column + times - 1))
                column += times
                element.clear()
            elif element.tag == _TABLE + "table-row":
                times = int(element.get(_TABLE + "number-rows-repeated", "1"))
                if cells:
                    last = row + times - 1
                    sheet.numbers.extend(range(row, min(last, row + _MOST_ROWS) + 1))
                    stretch(sheet, len(cells), row, cells[0][0], cells[-1][1])
                    stretch(sheet, 0, last, cells[0][0], cells[-1][1])
                row += times
                element.clear()
    return found


def _events(stream: BinaryIO) -> Iterator[tuple[str, ElementTree.Element]]:
    """Yield the beginnings and ends of elements; large blocks, because a long text is read again with each."""
    parser = ElementTree.XMLPullParser(("start", "end"))
    while block := stream.read(_BLOCK):
        parser.feed(block)
        yield from parser.read_events()
    parser.close()
    yield from parser.read_events()


def _says(cell: ElementTree.Element) -> bool:
    return any(cell.get(name) for name in _VALUES) or any("".join(p.itertext()) for p in cell.iterfind(_TEXT + "p"))


_ROW, _SHEET, _TEXT_ITEM = 0, 156, 19
#: Records of cells that have content; those of texts state how long these are, or which shared one it is.
_VALUE_RECORDS, _OWN_TEXTS, _SHARED = range(2, 12), (6, 8), 7


def _of_xlsb(opened: Callable[[str], BinaryIO], names) -> dict[str, Extent]:
    targets = {
        one.get("Id"): posixpath.normpath(posixpath.join("xl", one.get("Target", "")))
        for one in ElementTree.fromstring(_all(opened(_XLSB_LINKS)))
    }
    blank = set()
    if _XLSB_TEXTS in names:
        numbers = count()
        texts = (data for kind, data in _records(opened(_XLSB_TEXTS)) if kind == _TEXT_ITEM)
        blank = {number for number, data in zip(numbers, texts, strict=False) if not _number(data, 1)}
    found = {}
    for kind, data in _records(opened(_XLSB)):
        if kind == _SHEET:
            link, after = _wide_text(data, 8)
            part = targets.get(link, "")
            if part in names and "worksheets/" in part:
                found[_wide_text(data, after)[0]] = _of_records(_records(opened(part)), blank)
    return found


def _of_records(records: Iterator[tuple[int, bytes]], blank: set[int]) -> Extent:
    found, row = Extent(), 0
    for kind, data in records:
        if kind == _ROW:
            row = _number(data, 0) + 1
        elif kind in _VALUE_RECORDS:
            empty = (kind in _OWN_TEXTS and not _number(data, 8)) or (kind == _SHARED and _number(data, 8) in blank)
            if not empty and (not found.numbers or found.numbers[-1] != row):
                found.numbers.append(row)
            column = _number(data, 0) + 1
            stretch(found, 1, row, column, column)
    return found


def _records(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield kind and content of the records of a part of an xlsb."""
    with stream:
        while first := stream.read(1):
            kind = first[0]
            if kind & 0x80:
                kind = kind & 0x7F | stream.read(1)[0] << 7
            size, shift, more = 0, 0, True
            while more and shift < 28:
                byte = stream.read(1)[0]
                size, shift, more = size | (byte & 0x7F) << shift, shift + 7, byte & 0x80
            yield kind, stream.read(size)


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _wide_text(data: bytes, at: int) -> tuple[str, int]:
    after = at + 4 + 2 * _number(data, at)
    return data[at + 4 : after].decode("utf-16-le"), after


def _all(stream: BinaryIO) -> bytes:
    with stream:
        return stream.read()


def check(content: Content, label: str) -> dict[str, Extent]:
    """Return the extents of the sheets of a workbook that can be read as it is.

    Raises
    ------
    SourceError
        If a cell stands so far from the others that the sheet would take more memory than what it says is worth, or a
        formula comes without its result.
    """
    found = extents(content, label)
    for sheet, one in found.items():
        where = f"{label} [{sheet}]" if len(found) > 1 else label
        if one.area > MOST_CELLS and one.area > one.cells * SPARSEST:
            what = (
                f"has a cell far from the others, {one.far}: {one.area:,} cells, of which {one.cells:,} hold anything"
            )
            raise SourceError(where, what, "Delete it, then save the workbook")
        if one.unsolved:
            what = f"has formulas without their results: {one.unsolved:,} cells, for example {one.example}"
            raise SourceError(where, what, "Open it in a spreadsheet program, then save it")
    return found
