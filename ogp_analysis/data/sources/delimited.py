"""The one reader of delimited text: by the rules of the format, or mending what is damaged.

A file that is described is read record by record, and what breaks the rules is a fault with file and line. A text that
is to be mended is first read at once by Arrow, in a tenth of the time, and that is kept if nothing in it is in doubt.
Whatever is (a blank line, a record too short, a line that a cell seems to have swallowed) is read again record by
record, each with what is wrong with it.
"""

from __future__ import annotations

import codecs
import csv
import ctypes
import io
import re
import sys
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.sources import workbook
from ogp_analysis.data.sources.frames import frame, named, of_records
from ogp_analysis.data.sources.sidecar import Columns, RawFile
from ogp_analysis.data.sources.unpacking import Content, Gzipped

# How a file of unknown making is to be read, as its first records show.

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
            decoder = codecs.getincrementaldecoder(encoding)()
            with path.open("rb") as stream:
                while block := stream.read(_LOOKED_AT):
                    decoder.decode(block)
            decoder.decode(b"", True)
            return encoding
        except OSError as error:
            raise SourceError(label, f"cannot be read ({error.strerror})", "Check the file and the disk") from error
        except UnicodeDecodeError:
            continue
    raise SourceError(label, "is text in neither UTF-8 nor cp1252", "Save it as UTF-8, or as the workbook it came from")


def head(
    path: Content, label: str, most: int = 20, *, sheet: str = "", is_workbook: bool = False, encoding: str = ""
) -> Head:
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
    encoding : str
        Of the text; by default the whole text is looked through for it.

    Raises
    ------
    SourceError
        If the file cannot be read, or one of the first lines of a text has more than :data:`MOST_COLUMNS` cells.
    """
    if is_workbook:
        return Head("", "", list(islice(workbook.rows(path, label, sheet, 0), most)))  # a sheet has its own bound
    encoding = encoding or encoding_of(path, label)
    named_so = "utf-8-sig" if encoding == "utf-8" else encoding
    with io.TextIOWrapper(path.open("rb"), encoding=named_so, errors="replace", newline="") as stream:
        lines = list(islice(iter(lambda: stream.readline(_LONGEST_LINE), ""), most * 5))
    # It stands in every line; another sign may be more frequent inside of some texts.
    often = {sign: (sum(sign in line for line in lines[:most]), "".join(lines).count(sign)) for sign in DELIMITERS}
    delimiter = max(DELIMITERS, key=often.__getitem__)
    return Head(encoding, delimiter, narrow(first_records("".join(lines), delimiter, most), label))


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


# Blocks of whole records from a large text file, so that what reads them needs memory for one block only.

_LINE_END = re.compile(rb"\r\n|\r|\n")
#: Bytes read at a time to get behind the lines before the first record, and first of the records.
_SKIPPED = 2**16
#: A cell longer than this many blocks is taken for a quotation mark that nobody closed.
_LONGEST = 4
#: So many lines back from the end of a block, all inside marks, mean that a mark before them was never closed.
_FAR = 500


def blocks(path: Content, label: str, encoding: str, before: int, size: int) -> Iterator[bytes]:
    """Yield the lines after the first `before` as UTF-8, in blocks of about `size` bytes that end with a record.

    A block ends at a line break outside quotation marks, as far as marks pair. After a mark that was
    never closed, a block may end inside a cell of several lines.

    Raises
    ------
    SourceError
        If the file cannot be read or decoded.
    """
    try:
        with path.open("rb") as stream:
            waiting = _after(stream, before) if before else stream.read(len(BOM_UTF8)).removeprefix(BOM_UTF8)
            last = False
            while not last:
                more = stream.read(size)
                last, text = len(more) < size, waiting + more
                end = len(text) if last else _end(text)
                if not end and len(text) > _LONGEST * size and not (end := text.rfind(b"\n") + 1):
                    what = f"has no line break in {_LONGEST * size // 2**20} MiB"
                    raise SourceError(label, what, "Check that it is a table in text")
                block, waiting = text[:end], text[end:]
                # Only what is yielded stays in memory while it is worked on.
                del more, text
                if block:
                    yield block if encoding == "utf-8" else block.decode(encoding).encode()
                del block
    except UnicodeDecodeError as error:
        raise SourceError(label, f"is not {encoding} ({error.reason})", "Read it with another encoding") from error
    except OSError as error:
        raise SourceError(label, f"cannot be read ({error.strerror})", "Check the file and the disk") from error


def _after(stream, lines: int) -> bytes:
    """Skip lines, which end with LF, CR LF or CR as in the head of a file, and return what was read beyond them."""
    read = b""
    while True:
        more = stream.read(_SKIPPED)
        read += more
        # A CR at the end may be half of a CR LF.
        ends = list(islice(_LINE_END.finditer(read, 0, len(read) - (bool(more) and read.endswith(b"\r"))), lines))
        if len(ends) == lines:
            return read[ends[-1].end() :]
        if not more:
            return b""


def _end(text: bytes) -> int:
    """Return how many bytes of `text` are whole records; 0 if that cannot be determined yet."""
    last = end = text.rfind(b"\n") + 1
    inside = text.count(b'"', 0, end) % 2
    for _ in range(_FAR):
        if not inside or not end:
            return end
        before = text.rfind(b"\n", 0, text.rfind(b'"', 0, end)) + 1
        inside ^= text.count(b'"', before, end) % 2
        end = before
    return last


# Records of a text in which something is wrong, taken apart line by line.

#: Fewer columns than this cannot tell a swallowed record from a cell of several lines.
_TELLING_WIDTH = 5


def repaired(file: TableFile, block: bytes, line: int) -> tuple[pd.DataFrame, int]:
    """Return the chunk of a block in which something is wrong, and the line after it."""
    physical = io.StringIO(block.decode("utf-8"), newline="").readlines()
    width, at = len(file.columns), 0
    rows, lines, faults = [], [], []
    while at < len(physical):
        cells, taken = _next(physical, at, file)
        if any(cell.strip() for cell in cells):
            rows.append(cells if len(cells) == width else [""] * width)
            lines.append(line + at)
            faults.append(fault(cells, width, line + at, taken))
        at += taken
    return chunk_of(file, rows, lines, faults), line + at


def _next(physical: list[str], at: int, file: TableFile) -> tuple[list[str], int]:
    """Return the record that starts at a line, and how many lines it takes.

    Of one that has swallowed others, that is its first line alone; the others are read again from the second.
    """
    width, delimiter = len(file.columns), file.delimiter
    reader = csv.reader((physical[number] for number in range(at, len(physical))), delimiter=delimiter)
    try:
        cells = next(reader, [])
    except csv.Error:
        # A mark that opens a cell longer than readers allow was never closed.
        return [physical[at]], 1
    lines = physical[at : at + reader.line_num]
    if len(lines) < 2:
        return cells, 1
    if len(cells) == width:
        damaged = any("\n" in cell and swallowed(cell, delimiter, width) for cell in cells)
        damaged = damaged or any(is_whole(line, delimiter, width) for line in lines[1:])
    else:
        damaged = any(len(next(csv.reader([line], delimiter=delimiter), [])) == width for line in lines)
    return (next(csv.reader(lines[:1], delimiter=delimiter), []), 1) if damaged else (cells, len(lines))


def swallowed(cell: str, delimiter: str, width: int) -> bool:
    """Return whether a line inside a cell has as many delimiters as a record, so that it probably is one."""
    return width >= _TELLING_WIDTH and any(line.count(delimiter) >= width - 1 for line in cell.split("\n"))


def is_whole(text: str, delimiter: str, width: int) -> bool:
    """Return whether a line is a record by itself; one that ends a cell of several lines has an odd mark."""
    if width < _TELLING_WIDTH or text.count('"') % 2 or text.count(delimiter) < width - 1:
        return False
    return len(next(csv.reader([text], delimiter=delimiter), [])) == width


def fault(cells: list[str], width: int, line: int, lines: int = 1) -> str:
    """Return what is wrong with the number of cells of a record, with its lines; nothing if it is right."""
    where = f"line {line}" if lines == 1 else f"lines {line} to {line + lines - 1}"
    return "" if len(cells) == width else f"{where}: {len(cells)} cells instead of {width}"


def chunk_of(file: TableFile, rows: list, lines: list[int], faults: list[str]) -> pd.DataFrame:
    """Return a chunk of records with what is wrong with each."""
    columns = zip(*rows, strict=True) if rows else [()] * len(file.columns)
    return frame(file.columns, columns, file.label, lines, faults)


#: Of a larger file only the columns that are wanted are kept.
LARGEST = 64 * 2**20
_BLOCK = 16 * 2**20
_SHEET_ROWS = 25_000
_AGAIN = "Download the file again if it was cut off; else correct the encoding and delimiter of its sidecar"


def of_entry(file: RawFile, header: int, rows: int, columns: Columns | None = None) -> Iterator[pd.DataFrame]:
    """Yield the chunks of a file that a sidecar describes: by the rules of the format, unless it is said to be damaged.

    Lines are physical and count from 1: a quoted cell may hold line breaks, so a record may take several. Blank lines
    are not records, but count. A line ends with LF, CR LF or CR. A byte order mark is dropped. Quoting follows RFC
    4180: a quotation mark in the middle of things is a fault, not a guess.

    Parameters
    ----------
    file : RawFile
        Read through gzip if its name ends in ``.gz``.
    header : int
        How many lines stand before the line with the column names.
    rows : int
        Most rows in a chunk.
    columns : callable, optional
        Given the names of all columns, returns those that are wanted. Of a file above :data:`LARGEST` bytes a chunk has
        only these.

    Raises
    ------
    SourceError
        If the file cannot be opened, decoded or split into cells, or as
        :func:`ogp_analysis.data.sources.frames.of_records`, or :func:`mended`; names the line.
    """
    path, label, entry = file.path, file.label, file.entry
    if entry.damaged:
        yield from mended(opened(path, label, header, names=entry.header))
        return
    content = Gzipped(path, label) if path.name.endswith(".gz") else path
    encoding = "utf-8-sig" if codecs.lookup(entry.encoding).name == "utf-8" else entry.encoding
    cut_off = bool(entry.read_as)  # a user's own file; what is published is known
    how = {"header": entry.header, "short_lines": entry.short_lines, "before": header, "cut_off": cut_off}
    try:
        wanted = columns if path.stat().st_size > LARGEST and entry.header else None
        with io.TextIOWrapper(content.open("rb"), encoding, newline="") as lines:
            for _ in range(header):
                lines.readline()
            records = _records(lines, label, entry.delimiter, header + 1, cut_off)
            yield from of_records(records, label, label, rows, wanted=wanted, **how)
    except UnicodeDecodeError as error:
        raise _undecodable(content, label, encoding) from error
    except OSError as error:
        raise SourceError(label, f"cannot be read ({error.strerror})", "Check the file and the disk") from error


def _undecodable(content: Content, label: str, encoding: str) -> SourceError:
    """Return the fault of a text that is not in its encoding, with the line: the decoder knows only its own block."""
    with content.open("rb") as stream:
        text = stream.read()
    line, reason = 1, ""
    try:
        text.decode(encoding)
    except UnicodeDecodeError as error:
        before = text[: error.start].replace(b"\r\n", b"\n")
        line, reason = 1 + before.count(b"\n") + before.count(b"\r"), error.reason
    return SourceError(f"{label}, line {line}", f"is not in its encoding, {encoding} ({reason})", _AGAIN)


def _records(
    lines: Iterable[str], label: str, delimiter: str, start: int, cut_off: bool = False
) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(line, cells)`` of each record of some lines, the first of which has the number `start`.

    A last one that is `cut_off` inside of a cell has no cell; not if that cell seems to have swallowed records.
    """
    last: list[str] = []

    def remembered() -> Iterator[str]:
        for text in lines:
            last.append(text)
            yield text

    line, width, reader = start, 0, csv.reader(remembered() if cut_off else lines, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            # In a table of one column, blanks are a value.
            if cells and not (width != 1 and len(cells) == 1 and cells[0].isspace()):
                width = width or len(cells)
                yield line, cells
            line = start + reader.line_num
            last.clear()
    except csv.Error as error:
        if cut_off and "unexpected end" in str(error) and not swallowed("".join(last[1:]), delimiter, width):
            yield line, []
            return
        raise SourceError(f"{label}, line {line}", f"is not a proper record ({error})", _AGAIN) from error


def mended(file: TableFile, size: int = _BLOCK) -> Iterator[pd.DataFrame]:
    """Yield the records of a file as text, in chunks of about `size` bytes; memory is bounded by the chunk.

    Every chunk has the columns of the file, then ``_file``, ``_line`` (counted from 1, line breaks
    inside cells included) and ``_fault``: empty for a record with the right number of cells, else
    what is wrong with it, and then its cells are empty. A quotation mark that is never closed
    swallows the lines after it: such a record is taken apart again into its lines, of which those
    with the right number of cells are records. Blank lines are not records, but count.

    Raises
    ------
    SourceError
        If the file cannot be read.
    """
    if not file.delimiter:
        yield from _sheet(file)
        return
    line = file.before + 1
    for block in blocks(file.path, file.label, file.encoding, file.before, size):
        *chunk, line = _sound(file, block, line) or repaired(file, block, line)
        del block
        _give_back()
        # Not to be held here while whoever takes it works on what it made of it.
        yield chunk.pop()
        _give_back()
    if line == file.before + 1:
        yield chunk_of(file, [], [], [])


def _give_back() -> None:
    """Give memory of chunks that are done back to the system, which allocators keep: peaks would grow with the file."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_trim"):
        ctypes.CDLL(None).malloc_trim(0)


def _sound(file: TableFile, block: bytes, line: int) -> tuple[pd.DataFrame, int] | None:
    """Return the chunk of a block in which nothing is wrong, and the line after it; None if something is."""
    if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
        return None  # a line that ends so and a break inside a cell would make up for one another
    delimiter, width = file.delimiter, len(file.columns)
    names = [str(position) for position in range(width)]
    types = dict.fromkeys(names, pa.large_string())
    try:
        # How the file was opened says in which encoding all of it is.
        table = pcsv.read_csv(
            pa.BufferReader(block),
            pcsv.ReadOptions(column_names=names, block_size=len(block) + 1, use_threads=False),
            pcsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False),
            pcsv.ConvertOptions(column_types=types, strings_can_be_null=False, check_utf8=False),
        )
    except pa.ArrowInvalid:
        return None
    lines = block.count(b"\n") + (not block.endswith(b"\n"))
    inside = table.columns if lines != len(table) else []
    broken = [column for column in inside if pc.any(pc.match_substring(column, "\n")).as_py()]
    breaks = np.zeros(len(table), "int64")
    for column in broken:
        breaks += pc.count_substring(column, "\n").to_numpy()
    if breaks.sum() + len(table) != lines:
        return None
    starts = np.arange(len(table)) + breaks.cumsum() - breaks
    empty = pc.equal(table.column(0), "")
    if width > 1 and pc.any(empty).as_py():
        joined = pc.binary_join_element_wise(*table.filter(empty).columns, pa.scalar("", pa.large_string()))
        if pc.any(pc.equal(pc.utf8_trim_whitespace(joined), "")).as_py():
            return None  # a blank line, perhaps
    for column in broken:
        cells = column.filter(pc.match_substring(column, "\n")).to_pylist()
        if any(swallowed(cell, delimiter, width) for cell in cells):
            return None
    physical = block.split(b"\n") if broken else []
    for row in np.flatnonzero(breaks):
        after_first = physical[starts[row] + 1 : starts[row] + breaks[row] + 1]
        if any(is_whole(text.decode(), delimiter, width) for text in after_first):
            return None
    return frame(file.columns, table.columns, file.label, line + starts, ""), line + lines


def _sheet(file: TableFile) -> Iterator[pd.DataFrame]:
    rows = workbook.rows(file.path, file.label, file.sheet, file.before)
    width, first = len(file.columns), True
    while (some := list(islice(rows, _SHEET_ROWS))) or first:
        first = False
        cells = [(row + [""] * width)[:width] for _, row in some]
        faults = [fault(row, width, number) if any(row[width:]) else "" for number, row in some]
        yield chunk_of(file, cells, [number for number, _ in some], faults)
