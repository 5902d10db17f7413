"""Rows of one sheet of a workbook as text, each with its number on the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path

from ogp_analysis.base.errors import SourceError, listed
from ogp_analysis.sources import extents
from ogp_analysis.sources.unpacking import Content, held, members

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
    extents.check(content, label)
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
    """Return the names of the sheets of a workbook; charts are none.

    Raises
    ------
    SourceError
        If the workbook cannot be read.
    """
    from python_calamine import SheetTypeEnum

    with _opened(content, label) as book:
        return [sheet.name for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]


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
