"""Rows of one sheet of a workbook as text, each with its number on the sheet."""

from __future__ import annotations

import posixpath
import re
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from html import unescape
from itertools import islice, pairwise
from pathlib import Path
from typing import BinaryIO
from xml.etree import ElementTree

from ogp_analysis.base.errors import SourceError, listed
from ogp_analysis.data.sources.unpacking import Content, Member, held, members

# How far the sheets of a workbook reach and how many rows they have, known before memory is taken for them.
# The XML of xlsx and ods is read, and the records of xlsb. A sheet of an xls has no more than 65,536 rows of 256
# cells; its rows are not counted, since a count would have to rely on the same offsets as the reader.

#: A sheet is held as a rectangle. One of more cells than this is read only if one cell in so many has content.
MOST_CELLS, SPARSEST = 2_000_000, 50
_BLOCK, _LARGE_BLOCK = 2**20, 8 * 2**20
#: Rows of a sheet in any format.
_MOST_ROWS = 2**20
_ODS = "content.xml"
_XLSX, _XLSX_LINKS, _XLSX_TEXTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_XLSB, _XLSB_LINKS, _XLSB_TEXTS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels", "xl/sharedStrings.bin"


@dataclass
class Extent:
    """How far the cells of a sheet that have content reach.

    Attributes
    ----------
    numbers : array of int
        The rows that have content.
    cells : int
        How many cells have content.
    top, bottom, left, right : int
        First and last row, first and last column, from 1; 0 if there is none.
    far : str
        Name of the last cell.
    unsolved : int
        How many cells hold a formula without its result.
    example : str
        Name of the first of these.
    """

    numbers: array = field(default_factory=lambda: array("l"))
    cells: int = 0
    top: int = 0
    bottom: int = 0
    left: int = 0
    right: int = 0
    far: str = ""
    unsolved: int = 0
    example: str = ""

    @property
    def area(self) -> int:
        """How many cells the sheet has when it is held as a rectangle."""
        return (self.bottom - self.top + 1) * (self.right - self.left + 1) if self.cells else 0

    def stretch(self, cells: int, number: int, first: int, last: int) -> None:
        """Add `cells` of a row, which lie between two columns, to what is known of a sheet."""
        self.cells += cells
        self.top = min(self.top or number, number)
        self.left = min(self.left or first, first)
        if number > self.bottom or last > self.right:
            self.far = f"{_name(last)}{number}"
        self.bottom, self.right = max(self.bottom, number), max(self.right, last)


def extents(content: Content, label: str) -> dict[str, Extent]:
    """Return the extent of each sheet of an xlsx, xlsb or ods workbook by its name; nothing for one of another kind.

    Cells that a file writes once and says to repeat count once.

    Raises
    ------
    SourceError
        If a part cannot be unpacked, or unpacks to more than a workbook would.
    """
    parts = {part.name: part for part in members(held(content), label, "workbook")}
    try:
        if _XLSB in parts and _XLSB_LINKS in parts:
            return _of_xlsb(parts)
        if _ODS in parts and "mimetype" in parts:
            return _of_ods(parts[_ODS].open())
        return _of_xlsx(parts) if _XLSX in parts and _XLSX_LINKS in parts else {}
    except (ElementTree.ParseError, IndexError, UnicodeDecodeError) as error:
        what = f"is not a readable workbook ({error})"
        raise SourceError(label, what, "Check the file; open it in a spreadsheet") from error


def check(content: Content, label: str) -> dict[str, Extent]:
    """Return the extents of the sheets of a workbook that can be read as it is.

    Raises
    ------
    SourceError
        If a cell stands so far from the others that the sheet would take far more memory than its content is worth, or
        a formula has no result.
    """
    label = label.removesuffix("]").rpartition(" [")[0] or label  # without the sheet
    if isinstance(content, Path) and content.is_file():
        state = content.stat()
        found = _extents(content, label, state.st_ino, state.st_size, state.st_mtime_ns)
    else:
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


@lru_cache(maxsize=4)
def _extents(file: Path, label: str, *_same: int) -> dict[str, Extent]:
    """Return the extents of a workbook once for all its sheets, as long as the file is the same."""
    return extents(file, label)


_TAG = re.compile(rb"<(?:\w+:)?(?:sheet|Relationship)\s([^>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_ROW_NUMBER = re.compile(rb'[^>]*?\sr="(\d+)"')
_PLACE = re.compile(rb'\sr="([A-Z]{1,3})\d*"')


def _of_xlsx(parts: Mapping[str, Member]) -> dict[str, Extent]:
    targets = _targets(parts[_XLSX_LINKS])
    blank, text = frozenset(), re.compile(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]+)<")
    if _XLSX_TEXTS in parts:
        texts = enumerate(_parts(parts[_XLSX_TEXTS].open(), b"si"))
        blank = frozenset(b"%d" % number for number, part in texts if not text.search(part))
    found = {}
    for tag in _tags(parts[_XLSX]):
        part = targets.get(tag.get("r:id", ""), "")
        if part in parts and "worksheets/" in part:
            sheet, number = Extent(), 0
            for row in _parts(parts[part].open(), b"row"):
                stated = _ROW_NUMBER.match(row)
                number = int(stated[1]) if stated else number + 1
                _add(sheet, row, number, blank)
            found[unescape(tag.get("name", ""))] = sheet
    return found


def _targets(links: Member) -> dict[str, str]:
    """Return the names of the parts of a workbook by the identifiers of their links."""
    targets = {tag.get("Id", ""): tag.get("Target", "") for tag in _tags(links)}
    return {id: posixpath.normpath(posixpath.join("/xl", target)).lstrip("/") for id, target in targets.items()}


def _tags(part: Member) -> list[dict[str, str]]:
    with part.open() as stream:
        text = stream.read()
    return [
        {name.decode(): value.decode("utf-8", "replace") for name, value in _ATTRIBUTE.findall(inner)}
        for inner in _TAG.findall(text)
    ]


def _parts(stream: BinaryIO, tag: bytes) -> Iterator[bytes]:
    """Yield what stands between the beginnings of elements, each with that of its own; what stands before is not."""
    begin = re.compile(rb"<(?:\w+:)?" + tag + rb"(?=[\s/>])")
    with stream:
        text, started = b"", False
        while more := stream.read(_BLOCK):
            text += more
            # The tag after the last one may be cut off.
            places = [one.start() for one in begin.finditer(text)]
            if not places:
                text = text if started else text[-64:]
                continue
            if started and places[0]:
                yield text[: places[0]]
            for start, end in pairwise(places):
                yield text[start:end]
            text, started = text[places[-1] :], True
        if started:
            yield text


_CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>([^<]*)<")


def _add(found: Extent, row: bytes, number: int, blank: frozenset[bytes]) -> None:
    """Add a row to what is known of a sheet."""
    column, first, last, cells, says = 0, 0, 0, 0, False
    for attributes, inner in _CELL.findall(row):
        place = _PLACE.search(attributes)
        column = _column(place[1]) if place else column + 1
        if not inner:
            continue
        values = _VALUE.findall(inner)
        # A formula that comes to an empty text is a cell of texts.
        if not any(values) and _FORMULA.search(inner) and b't="str"' not in attributes:
            found.unsolved += 1
            found.example = found.example or f"{_name(column)}{number}"
        if not values:
            continue
        cells += 1
        first, last = first or column, column
        says = says or (any(values) and not (b't="s"' in attributes and values[0] in blank))
    if not cells:
        return
    if says:
        found.numbers.append(number)
    found.stretch(cells, number, first, last)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _name(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


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
                texts = ("".join(p.itertext()) for p in element.iterfind(_TEXT + "p"))
                if any(element.get(name) for name in _VALUES) or any(texts):
                    cells.append((column, column + times - 1))
                column += times
                element.clear()
            elif element.tag == _TABLE + "table-row":
                times = int(element.get(_TABLE + "number-rows-repeated", "1"))
                if cells:
                    last = row + times - 1
                    sheet.numbers.extend(range(row, min(last, row + _MOST_ROWS) + 1))
                    sheet.stretch(len(cells), row, cells[0][0], cells[-1][1])
                    sheet.stretch(0, last, cells[0][0], cells[-1][1])
                row += times
                element.clear()
    return found


def _events(stream: BinaryIO) -> Iterator[tuple[str, ElementTree.Element]]:
    """Yield the beginnings and ends of elements; large blocks, because a long text is read again with each."""
    parser = ElementTree.XMLPullParser(("start", "end"))
    while block := stream.read(_LARGE_BLOCK):
        parser.feed(block)
        yield from parser.read_events()
    parser.close()
    yield from parser.read_events()


_ROW, _SHEET, _TEXT_ITEM = 0, 156, 19
#: Records of cells that have content; those of texts state how long these are, or which shared one it is.
_VALUE_RECORDS, _OWN_TEXTS, _SHARED = range(2, 12), (6, 8), 7


def _of_xlsb(parts: Mapping[str, Member]) -> dict[str, Extent]:
    targets = _targets(parts[_XLSB_LINKS])
    records = _records(parts[_XLSB_TEXTS].open()) if _XLSB_TEXTS in parts else ()
    texts = (data for kind, data in records if kind == _TEXT_ITEM)
    blank = {number for number, data in enumerate(texts) if not _number(data, 1)}
    found = {}
    for kind, data in _records(parts[_XLSB].open()):
        if kind == _SHEET:
            link, after = _wide_text(data, 8)
            part = targets.get(link, "")
            if part in parts and "worksheets/" in part:
                found[_wide_text(data, after)[0]] = _of_records(_records(parts[part].open()), blank)
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
            found.stretch(1, row, column, column)
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


ENDINGS = (".xlsx", ".xls", ".xlsb", ".ods")

#: Whole numbers below this are exact in a workbook, which stores every number in double precision.
_EXACT = 2**53


def rows(content: Content, label: str, sheet: str, header: int) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(row, cells)`` of each row that is not empty, the one with the column names first.

    Every row has as many cells as the sheet is wide.

    Parameters
    ----------
    content : pathlib.Path or Content
        A workbook that calamine reads (xlsx, xls, xlsb, ods).
    label : str
        The file as errors name it.
    sheet : str
        Name of the sheet; empty for the first.
    header : int
        How many rows stand before the row with the column names.

    Raises
    ------
    SourceError
        If the workbook cannot be read, is not read (see :func:`.extents.check`) or has no such sheet; names the
        sheets it has.
    """
    content = held(content)
    check(content, label)
    with _opened(content, label) as book:
        if sheet and sheet not in book.sheet_names:
            raise SourceError(label, f"has no sheet {sheet!r}", f"Its sheets are {listed(book.sheet_names, 20)}")
        cells = book.get_sheet_by_name(sheet or book.sheet_names[0])
    left = [""] * (cells.start[1] if cells.start else 0)
    for number, row in enumerate(islice(cells.iter_rows(), header, None), header + 1):
        texts = left + [value if type(value) is str else text(value) for value in row]
        if any(texts):
            yield number, texts


def sheets(content: Content, label: str) -> list[str]:
    """Return the names of the visible sheets of a workbook, or of all if none is visible; a chart is no sheet.

    Raises
    ------
    SourceError
        If the workbook cannot be read.
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    with _opened(content, label) as book:
        found = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    shown = [sheet.name for sheet in found if sheet.visible == SheetVisibleEnum.Visible]
    return shown or [sheet.name for sheet in found]


@contextmanager
def _opened(content: Content, label: str):
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        content = held(content)
        # Calamine would take in any amount: what is packed is unpacked before, and none of it kept.
        for part in members(content, label, "workbook"):
            with part.open() as stream:
                while stream.read(2**20):
                    pass
        if isinstance(content, Path) and content.suffix.lower() in ENDINGS:
            with CalamineWorkbook.from_path(content) as book:
                yield book
        else:
            with content.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
                yield book
    except (CalamineError, OSError) as error:
        what, action = f"is not a readable workbook ({error})", "Check the file; open it in a spreadsheet"
        locked = isinstance(error, PasswordError)
        if isinstance(error, CalamineError) and not locked:
            # Of a workbook whose name does not end as it should, calamine says no more than that it is none.
            with content.open("rb") as stream:
                locked = "EncryptedPackage".encode("utf-16-le") in stream.read()
        if locked:
            what, action = "needs a password", "Open it in a spreadsheet, and save it without a password"
        raise SourceError(label, what, action) from error


def text(value: object) -> str:
    """Return the value of a cell as text, the same for every locale and cell format.

    Whole numbers without a decimal point, other numbers with the fewest digits that give the same
    double; dates in ISO 8601, a moment at midnight as a date; true and false in lower case.
    """
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return "" if value is None else str(value)
