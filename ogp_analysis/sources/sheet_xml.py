"""What the sheets of an xlsx workbook hold, told from its XML without taking a cell in: how far, and how many rows."""

from __future__ import annotations

import posixpath
import re
import zipfile
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from itertools import pairwise
from typing import BinaryIO

from ogp_analysis.base.errors import SourceError
from ogp_analysis.sources.unpacking import BROKEN, Content, Member, held

_BLOCK = 2**20
#: A column this far to the right is looked at cell by cell.
_FAR = 256
_BOOK, _LINKS, _TEXTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_ROW_NUMBER = re.compile(rb'[^>]*?\sr="(\d+)"')
_PLACE = re.compile(rb'\sr="([A-Z]{1,3})(\d*)"')
_TAG = re.compile(rb"<(?:\w+:)?(?:sheet|Relationship)\s([^>]*)>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')


@dataclass
class Extent:
    """How far the cells of a sheet that have content reach.

    Attributes
    ----------
    numbers : array of int
        The rows that have content.
    cells : int
        How many cells have.
    top, bottom, left, right : int
        First and last row, first and last column, from 1; 0 if there is none.
    far : str
        Name of the last cell.
    unsolved : int
        How many cells hold a formula, but not what it comes to.
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


def extents(content: Content, label: str) -> dict[str, Extent]:
    """Return the extent of each sheet of an xlsx workbook by its name; nothing for a workbook of another kind.

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
    if _BOOK not in infos or _LINKS not in infos:
        return {}

    def opened(name: str) -> BinaryIO:
        return Member(content, label, infos[name]).open()

    targets = {}
    for one in _tags(opened(_LINKS)):
        target = one.get("Target", "")
        targets[one.get("Id", "")] = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
    blank = _blank_texts(opened(_TEXTS)) if _TEXTS in infos else frozenset()
    found = {}
    for one in _tags(opened(_BOOK)):
        part = posixpath.normpath(targets.get(one.get("r:id", ""), ""))
        if part in infos and "worksheets/" in part:
            found[unescape(one.get("name", ""))] = _extent(opened(part), blank)
    return found


def _tags(stream: BinaryIO) -> list[dict[str, str]]:
    with stream:
        text = stream.read()
    return [
        {name.decode(): value.decode("utf-8", "replace") for name, value in _ATTRIBUTE.findall(inner)}
        for inner in _TAG.findall(text)
    ]


def _blank_texts(stream: BinaryIO) -> frozenset[bytes]:
    """Return the numbers of the texts of a workbook that are empty."""
    number, found = -1, set()
    for part in _parts(stream, b"si"):
        number += 1
        texts = re.findall(rb"<(?:\w+:)?t(?:\s[^>]*)?>([^<]+)<", part)
        if not texts:
            found.add(b"%d" % number)
    return frozenset(found)


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


def _extent(stream: BinaryIO, blank: frozenset[bytes]) -> Extent:
    found, number = Extent(), 0
    for row in _parts(stream, b"row"):
        told = _ROW_NUMBER.match(row)
        number = int(told[1]) if told else number + 1
        _add(found, row, number, blank)
    return found


_CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_PLAIN_VALUE = re.compile(rb"<v>([^<]*)<")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>([^<]*)<")


def _add(found: Extent, row: bytes, number: int, blank: frozenset[bytes]) -> None:
    """Add a row to what is known of a sheet: by a count of its values if it is plain, else cell by cell."""
    count, last = row.count(b"<v>"), _PLACE.match(row, row.rfind(b"<c ") + 2)
    if not count or last is None or b"<f" in row or b"<is" in row or (right := _column(last[1])) > _FAR:
        _add_cells(found, row, number, blank)
        return
    if (blank or b"<v><" in row) and all(one[1] in blank or not one[1] for one in _PLAIN_VALUE.finditer(row)):
        _add_cells(found, row, number, blank)
        return
    found.numbers.append(number)
    stretch(found, count, number, 1, right)


def _add_cells(found: Extent, row: bytes, number: int, blank: frozenset[bytes]) -> None:
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
    stretch(found, cells, number, first, last)


def stretch(found: Extent, cells: int, number: int, first: int, last: int) -> None:
    """Add `cells` of a row, which lie between two columns, to what is known of a sheet."""
    found.cells += cells
    found.top = min(found.top or number, number)
    found.left = min(found.left or first, first)
    if number > found.bottom or last > found.right:
        found.far = f"{_name(last)}{number}"
    found.bottom, found.right = max(found.bottom, number), max(found.right, last)


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
