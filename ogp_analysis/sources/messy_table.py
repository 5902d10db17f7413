"""Text tables as publishers leave them: read in chunks, damaged records repaired or handed on with what is wrong."""

from __future__ import annotations

import codecs
import csv
import ctypes
import io
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from ogp_analysis.base.errors import SourceError, listed
from ogp_analysis.sources import blocks, workbook
from ogp_analysis.sources.unpacking import Content

#: Columns added to every chunk: the file, the line on which the record starts, and what is wrong with it.
FILE, LINE, FAULT = "_file", "_line", "_fault"
_DELIMITERS = (",", ";", "\t", "|")
_BLOCK = 16 * 2**20
_SHEET_ROWS = 25_000
#: Of the first lines no more is read.
_LONGEST_LINE = 2**16
#: Fewer columns than this cannot tell a swallowed record from a cell of several lines.
_TELLING_WIDTH = 5


@dataclass(frozen=True)
class MessyFile:
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
) -> MessyFile:
    """Return how a file is to be read, told from its first records.

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
    top = known or head(path, label, before + 20, sheet=sheet, is_workbook=_is_workbook(path))
    records = [(line, cells) for line, cells in top.records if line > before]
    if not records:
        raise SourceError(label, f"holds no record after line {before}", "Check the file")
    if not names:
        widths = [len(cells) for _, cells in records]
        columns = named([""] * max(sorted(set(widths)), key=widths.count), label)
        return MessyFile(path, label, top.encoding, top.delimiter, columns, before, sheet)
    line, cells = records[0]
    end = line + sum(cell.count("\n") for cell in cells)
    return MessyFile(path, label, top.encoding, top.delimiter, named(cells, f"{label}, line {line}"), end, sheet)


def _is_workbook(path: Content) -> bool:
    return isinstance(path, Path) and path.suffix.lower() in workbook.ENDINGS


def encoding_of(path: Content, label: str) -> str:
    """Return ``utf-8`` or ``cp1252``, whichever the whole file is in; the first kilobytes do not tell.

    Raises
    ------
    SourceError
        If it is neither, or cannot be read.
    """
    for encoding in ("utf-8", "cp1252"):
        try:
            with path.open("rb") as stream:
                if _is_in(encoding, stream):
                    return encoding
        except OSError as error:
            raise SourceError(label, f"cannot be read ({error.strerror})", "Check the file and the disk") from error
    raise SourceError(label, "is text in neither UTF-8 nor cp1252", "Save it as UTF-8, or as the workbook it came from")


def _is_in(encoding: str, stream) -> bool:
    try:
        if encoding == "utf-8":
            _check_utf8(stream)
        else:
            decoder = codecs.getincrementaldecoder(encoding)()
            while block := stream.read(2**20):
                decoder.decode(block)
    except (UnicodeDecodeError, pa.ArrowInvalid):
        return False
    return True


def _check_utf8(stream) -> None:
    """Raise an error if it is not UTF-8. Whole lines are checked at once, without making texts of them."""
    rest = b""
    while block := stream.read(2**20):
        end = block.rfind(b"\n") + 1
        if end:
            pa.array([rest + block[:end]], pa.binary()).cast(pa.string())
            rest = block[end:]
        else:
            rest += block
            rest = rest[codecs.utf_8_decode(rest, "strict", False)[1] :]
    codecs.utf_8_decode(rest, "strict", True)


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
    """
    if is_workbook:
        return Head("", "", list(islice(workbook.rows(path, label, sheet, 0), most)))
    encoding = encoding_of(path, label)
    named_so = "utf-8-sig" if encoding == "utf-8" else encoding
    with io.TextIOWrapper(path.open("rb"), encoding=named_so, newline="") as stream:
        text = "".join(islice(iter(lambda: stream.readline(_LONGEST_LINE), ""), most * 5))
    delimiter = max(_DELIMITERS, key=text.count)
    reader, records, line = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [], 0
    with suppress(csv.Error):  # a mark that opens a cell longer than readers allow was never closed
        for cells in reader:
            if any(cell.strip() for cell in cells):
                records.append((line + 1, cells))
            line = reader.line_num
    return Head(encoding, delimiter, records[:most])


def chunks(file: MessyFile, size: int = _BLOCK) -> Iterator[pd.DataFrame]:
    """Yield the records of a file as text, in chunks of about `size` bytes; memory is bounded by the chunk.

    Every chunk has the columns of the file, then ``_file``, ``_line`` (counted from 1, line breaks
    inside cells included) and ``_fault``: empty for a record with the right number of cells, else
    what is wrong with it, and then its cells are empty. A quotation mark that is never closed
    swallows the lines after it: such a record is taken apart again into its lines, of which those
    with the right number of cells are records. Blank lines are no records, but count.

    Raises
    ------
    SourceError
        If the file cannot be read.
    """
    if not file.delimiter:
        yield from _sheet(file)
        return
    line = file.before + 1
    found = False
    for block in blocks.records(file.path, file.label, file.encoding, file.before, size):
        chunk, line = _good(file, block, line) or _repaired(file, block, line)
        found = True
        del block
        _give_back()
        yield chunk
        del chunk
        _give_back()
    if not found:
        yield _chunk(file, pa.table([pa.array([], pa.large_string())] * len(file.columns), list(file.columns)), [], [])


def _give_back() -> None:
    """Give memory of chunks that are done back to the system, which allocators keep: peaks would grow with the file."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_trim"):
        ctypes.CDLL(None).malloc_trim(0)


def _good(file: MessyFile, block: bytes, line: int) -> tuple[pd.DataFrame, int] | None:
    """Return the chunk of a block in which nothing is wrong, and the line after it; None if something is."""
    names = [str(position) for position in range(len(file.columns))]
    try:
        table = pcsv.read_csv(
            io.BytesIO(block),
            read_options=pcsv.ReadOptions(column_names=names, block_size=len(block) + 1, use_threads=False),
            parse_options=pcsv.ParseOptions(
                delimiter=file.delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
            ),
        ).combine_chunks()
    except pa.ArrowInvalid:
        return None
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    breaks = _line_breaks(table, file.delimiter) if lines != len(table) else np.zeros(len(table), "int64")
    if breaks is None or int(breaks.sum()) + len(table) != lines or _has_blank(table):
        return None
    starts = np.arange(len(table)) + np.concatenate([[0], breaks.cumsum()[:-1]]).astype("int64")
    if _has_hidden(block, starts, breaks, file.delimiter, table.num_columns):
        return None
    return _chunk(file, table, line + starts, ""), line + lines


def _line_breaks(table: pa.Table, delimiter: str) -> np.ndarray | None:
    """Return how many line breaks stand inside the cells of each record; None if a cell holds a record."""
    breaks = np.zeros(len(table), "int64")
    for column in table.columns:
        if not pc.any(pc.match_substring(column, "\n")).as_py():
            continue
        breaks += pc.count_substring(column, "\n").to_numpy()
        cells = column.filter(pc.match_substring(column, "\n")).to_pylist()
        if any(_swallowed(cell, delimiter, table.num_columns) for cell in cells):
            return None
    return breaks


def _swallowed(cell: str, delimiter: str, width: int) -> bool:
    """Return whether a line inside a cell has as many delimiters as a record, so that it probably is one."""
    return width >= _TELLING_WIDTH and any(line.count(delimiter) >= width - 1 for line in cell.split("\n"))


def _has_hidden(block: bytes, starts: np.ndarray, breaks: np.ndarray, delimiter: str, width: int) -> bool:
    """Return whether a line after the first of a record of several lines is a whole record."""
    if not breaks.any():
        return False
    physical = block.split(b"\n")
    return any(
        _is_whole(text.decode(), delimiter, width)
        for row in np.flatnonzero(breaks)
        for text in physical[starts[row] + 1 : starts[row] + breaks[row] + 1]
    )


def _is_whole(text: str, delimiter: str, width: int) -> bool:
    """Return whether a line is a record by itself; one that ends a cell of several lines has an odd mark."""
    if width < _TELLING_WIDTH or text.count('"') % 2 or text.count(delimiter) < width - 1:
        return False
    return len(next(csv.reader([text], delimiter=delimiter), [])) == width


def _has_blank(table: pa.Table) -> bool:
    """Return whether a record has nothing in its first cell and nothing elsewhere: a blank line, perhaps."""
    empty = pc.equal(table.column(0), "")
    if table.num_columns == 1 or not pc.any(empty).as_py():
        return False
    rest = table.filter(empty)
    joined = pc.binary_join_element_wise(*rest.columns, pa.scalar("", pa.large_string()))
    return bool(pc.any(pc.equal(pc.utf8_trim_whitespace(joined), "")).as_py())


def _repaired(file: MessyFile, block: bytes, line: int) -> tuple[pd.DataFrame, int]:
    """Return the chunk of a block in which something is wrong, and the line after it."""
    physical = io.StringIO(block.decode("utf-8"), newline="").readlines()
    records: list[tuple[int, list[str], str]] = []
    at = 0
    while at < len(physical):
        cells, lines = _next(physical, at, file.delimiter)
        if _damaged(file, cells, physical[at : at + lines]):
            # The first line alone; what it swallowed is read again from the second.
            cells, lines = next(csv.reader([physical[at]], delimiter=file.delimiter), []), 1
        if any(cell.strip() for cell in cells):
            right = len(cells) == len(file.columns)
            records.append((line + at, cells, "" if right else _wrong(len(cells), len(file.columns), line + at, lines)))
        at += lines
    width = len(file.columns)
    rows = [cells if not fault else [""] * width for _, cells, fault in records]
    columns = [pa.array(column, pa.large_string()) for column in zip(*rows, strict=True)] or [
        pa.array([], pa.large_string())
    ] * width
    table = pa.table(columns, [str(position) for position in range(width)])
    lines = [number for number, _, _ in records]
    return _chunk(file, table, lines, [fault for _, _, fault in records]), line + at


def _next(physical: list[str], at: int, delimiter: str) -> tuple[list[str], int]:
    """Return the record that starts at a line, and how many lines it takes."""
    reader = csv.reader((physical[number] for number in range(at, len(physical))), delimiter=delimiter)
    try:
        cells = next(reader, [])
    except csv.Error:
        # A mark that opens a cell longer than readers allow was never closed.
        return [physical[at]], 1
    return cells, max(reader.line_num, 1)


def _damaged(file: MessyFile, cells: list[str], physical: list[str]) -> bool:
    """Return whether a record of several lines has swallowed others, so that its lines are to be read apart."""
    width, delimiter = len(file.columns), file.delimiter
    if len(physical) < 2:
        return False
    if len(cells) == width:
        swallowed = any("\n" in cell and _swallowed(cell, delimiter, width) for cell in cells)
        return swallowed or any(_is_whole(line, delimiter, width) for line in physical[1:])
    return any(len(next(csv.reader([line], delimiter=delimiter), [])) == width for line in physical)


def _wrong(found: int, width: int, line: int, lines: int = 1) -> str:
    where = f"line {line}" if lines == 1 else f"lines {line} to {line + lines - 1}"
    return f"{where}: {found} cells instead of {width}"


def _chunk(file: MessyFile, table: pa.Table, lines, faults) -> pd.DataFrame:
    frame = table.rename_columns(list(file.columns)).to_pandas(types_mapper={pa.large_string(): _TEXT}.get)
    frame[FILE] = pd.Series(file.label, index=frame.index, dtype="str")
    frame[LINE] = pd.Series(lines, index=frame.index, dtype="int64")
    frame[FAULT] = pd.Series(faults, index=frame.index, dtype="str")
    return frame


_TEXT = pd.StringDtype(na_value=np.nan)


def _sheet(file: MessyFile) -> Iterator[pd.DataFrame]:
    rows = workbook.rows(file.path, file.label, file.sheet, file.before)
    width, first = len(file.columns), True
    while (some := list(islice(rows, _SHEET_ROWS))) or first:
        first = False
        cells = [(list(row) + [""] * width)[:width] for _, row in some]
        table = pa.table(
            [pa.array([row[at] for row in cells], pa.large_string()) for at in range(width)],
            [str(at) for at in range(width)],
        )
        faults = [_wrong(len(row), width, number) if any(row[width:]) else "" for number, row in some]
        yield _chunk(file, table, [number for number, _ in some], faults)


def named(cells: list[str], where: str) -> tuple[str, ...]:
    """Return names of columns for a line of header cells: outer blanks off, blank and repeated ones told apart.

    Raises
    ------
    SourceError
        If a column has a name that this reader adds.
    """
    names: list[str] = []
    for position, cell in enumerate(cells):
        name = wanted = " ".join(cell.split()) or f"Unnamed: {position}"
        number = 0
        while name in names:
            number += 1
            name = f"{wanted}.{number}"
        names.append(name)
    taken = sorted({FILE, LINE, FAULT} & set(names))
    if taken:
        raise SourceError(where, f"columns are called {listed(taken)}, which this reader adds", "Rename them")
    return tuple(names)
