"""Rows of one sheet of a workbook as text, each with its number on the sheet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from pathlib import Path

from ogp_analysis.errors import SourceError, listed

#: Whole numbers below this are exact in a workbook, which stores every number in double precision.
_EXACT = 2**53


def rows(path: Path, label: str, sheet: str, header: int) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(row, cells)`` of each row that is not empty, the one with the column names first.

    Every row has as many cells as the sheet is wide.

    Parameters
    ----------
    path : pathlib.Path
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
        If the workbook cannot be read or has no such sheet; names the sheets it has.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(path) as book:
            if sheet and sheet not in book.sheet_names:
                raise SourceError(label, f"has no sheet {sheet!r}", f"Its sheets are {listed(book.sheet_names, 20)}")
            cells = book.get_sheet_by_name(sheet or book.sheet_names[0]).to_python(skip_empty_area=False)
    except (CalamineError, OSError) as error:
        raise SourceError(
            label, f"is not a readable workbook ({error})", "Check the file; open it in a spreadsheet"
        ) from error
    for number, row in enumerate(cells[header:], header + 1):
        texts = [text(value) for value in row]
        if any(texts):
            yield number, texts


def text(value: object) -> str:
    """Return the value of a cell as text, the same for every locale and cell format.

    Whole numbers without a decimal point, other numbers with the fewest digits that give the same
    double; dates in ISO 8601, a moment at midnight as a date; true and false in lower case.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, datetime):
        return (value.date() if value.time() == time() else value).isoformat()
    if isinstance(value, (date, time)):
        return value.isoformat()
    return "" if value is None else str(value)
