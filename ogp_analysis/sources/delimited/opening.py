"""How a file of unknown making is to be read, as its first records show."""

from __future__ import annotations

import codecs
import csv
import io
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pyarrow as pa

from ogp_analysis.base.errors import SourceError
from ogp_analysis.sources import workbook
from ogp_analysis.sources.frames import named
from ogp_analysis.sources.unpacking import Content

DELIMITERS = (",", ";", "\t", "|")
#: Of the first lines no more is read.
_LONGEST_LINE = 2**16
#: The widest table that research publishes has half as many columns; a wider one is no table, or has another delimiter.
MOST_COLUMNS = 10_000
#: Bytes looked through at once: few enough that their memory is used again for the next.
_LOOKED_AT = 2**18


@dataclass(frozen=True)
class TableFile:
    """How a file of unknown making is to be read.

    Attributes
    ----------
    path : pathlib.Path or Content
        Where it lies, or what gives its bytes.
    label : str
        How tables, records and errors name it.
    encoding, delimiter : str
        Of the text; empty for a workbook.
    columns : tuple of str
        Names of the columns; a cell without a name is ``Unnamed: <position from 0>``.
    before : int
        Lines (rows of a sheet) that stand before the first record, header included.
    sheet : str
        Sheet of a workbook; empty for the first.
    """

    path: Content
    label: str
    encoding: str
    delimiter: str
    columns: tuple[str, ...]
    before: int
    sheet: str = ""


@dataclass(frozen=True)
class Head:
    """The first records of a file.

    Attributes
    ----------
    encoding, delimiter : str
        Of the text; empty for a workbook.
    records : list of (int, list of str)
        Each with its line (row of the sheet), blank ones left out.
    """

    encoding: str
    delimiter: str
    records: list[tuple[int, list[str]]]


def opened(
    path: Content, label: str, before: int = 0, *, names: bool = True, sheet: str = "", known: Head | None = None
) -> TableFile:
    """Return how a file is to be read, as its first records show.

    Parameters
    ----------
    path : pathlib.Path or Content
        A delimited text or a workbook.
    label : str
        How tables, records and errors name it.
    before : int
        Lines (rows of a sheet) that stand before the column names, or before the first record.
    names : bool
        Whether there is a line of column names; without, they are ``Unnamed: 0`` and so on, as many
        as most of the first records have cells.
    sheet : str
        Sheet of a workbook; empty for the first.
    known : Head, optional
        Its first records, if they were read already and go beyond `before`.

    Raises
    ------
    SourceError
        If nothing stands there, or the file cannot be read.
    """
    is_workbook = isinstance(path, Path) and path.suffix.lower() in workbook.ENDINGS
    top = known or head(path, label, before + 20, sheet=sheet, is_workbook=is_workbook)
    records = [(line, cells) for line, cells in top.records if line > before]
    if not records:
        raise SourceError(label, f"holds no record after line {before}", "Check the file")
    line, cells = records[0]
    if names:
        before = line + sum(cell.count("\n") for cell in cells)
        cells = [" ".join(cell.split()) for cell in cells]
    else:
        widths = [len(cells) for _, cells in records]
        cells = [""] * max(sorted(set(widths)), key=widths.count)
    columns = tuple(named(cells, f"{label}, line {line}"))
    return TableFile(path, label, top.encoding, top.delimiter, columns, before, sheet)


def encoding_of(path: Content, label: str) -> str:
    """Return ``utf-8`` or ``cp1252``, whichever holds for the whole file; its first kilobytes are not enough.

    Raises
    ------
    SourceError
        If it is neither, or cannot be read.
    """
    for encoding in ("utf-8", "cp1252"):
        try:
            with path.open("rb") as stream:
                _check(stream, encoding)
            return encoding
        except OSError as error:
            raise SourceError(label, f"cannot be read ({error.strerror})", "Check the file and the disk") from error
        except (UnicodeDecodeError, pa.ArrowInvalid):
            continue
    raise SourceError(label, "is text in neither UTF-8 nor cp1252", "Save it as UTF-8, or as the workbook it came from")


def _check(stream, encoding: str) -> None:
    """Raise an error if a text is not in an encoding. Whole lines of UTF-8 are checked without making texts of them."""
    rest = b""
    while block := stream.read(_LOOKED_AT):
        if encoding != "utf-8":
            block.decode(encoding)
        elif end := block.rfind(b"\n") + 1:
            text = rest + block[:end] if rest else block
            ends = pa.py_buffer(np.array([0, len(rest) + end], np.int32))
            pa.Array.from_buffers(pa.binary(), 1, [None, ends, pa.py_buffer(text)]).cast(pa.string())
            rest = block[end:]
        else:
            rest += block
            rest = rest[codecs.utf_8_decode(rest, "strict", False)[1] :]
    rest.decode()


def head(path: Content, label: str, most: int = 20, *, sheet: str = "", is_workbook: bool = False) -> Head:
    """Return encoding, delimiter and the first records of a file.

    Parameters
    ----------
    path : pathlib.Path or Content
        A delimited text or a workbook.
    label : str
        The file as errors name it.
    most : int
        How many records.
    sheet : str
        Sheet of a workbook; empty for the first.
    is_workbook : bool
        Whether it is one.

    Raises
    ------
    SourceError
        If the file cannot be read, or one of the first lines of a text has more than :data:`MOST_COLUMNS` cells.
    """
    if is_workbook:
        return Head("", "", list(islice(workbook.rows(path, label, sheet, 0), most)))  # a sheet has its own bound
    encoding = encoding_of(path, label)
    named_so = "utf-8-sig" if encoding == "utf-8" else encoding
    with io.TextIOWrapper(path.open("rb"), encoding=named_so, newline="") as stream:
        text = "".join(islice(iter(lambda: stream.readline(_LONGEST_LINE), ""), most * 5))
    delimiter = max(DELIMITERS, key=text.count)
    return Head(encoding, delimiter, narrow(first_records(text, delimiter, most), label))


def narrow(records: list[tuple[int, list[str]]], label: str) -> list[tuple[int, list[str]]]:
    """Return records, none of which has more than :data:`MOST_COLUMNS` cells.

    Raises
    ------
    SourceError
        If one has; names its line.
    """
    if wide := next((line for line, cells in records if len(cells) > MOST_COLUMNS), None):
        what = f"line {wide} has more than {MOST_COLUMNS:,} cells, which is the most that a table may have"
        raise SourceError(label, what, "Check its line ends and what stands between its cells")
    return records


def first_records(text: str, delimiter: str, most: int) -> list[tuple[int, list[str]]]:
    """Return at most so many records of a text, each with its line, blank ones left out."""
    reader, records, line = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [], 0
    with suppress(csv.Error):  # a mark that opens a cell longer than readers allow was never closed
        while len(records) < most and (cells := next(reader, None)) is not None:
            if any(cell.strip() for cell in cells):
                records.append((line + 1, cells))
            line = reader.line_num
    return records
