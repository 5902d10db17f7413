"""The one reader of delimited text: by the rules of the format, or mending what is damaged.

Either way a text is first read at once by Arrow, in a tenth of the time, and that is kept if nothing in it is in doubt.
Whatever is (a mark in the middle of things, a blank line, a record too short, a line that a cell seems to have
swallowed) is read again record by record: what breaks the rules is a fault with file and line in a file that is
described, and a record with what is wrong with it in one that is to be mended.
"""

from __future__ import annotations

import csv
import ctypes
import gzip
import io
import sys
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from ogp_analysis.base.errors import SourceError
from ogp_analysis.sources import workbook
from ogp_analysis.sources.delimited import blocks, mending
from ogp_analysis.sources.delimited.opening import TableFile, opened
from ogp_analysis.sources.description import Columns, RawFile
from ogp_analysis.sources.frames import frame, named, of_records

#: Larger files are read record by record, so that memory does not grow with them.
LARGEST = 64 * 2**20
_BLOCK = 16 * 2**20
_SHEET_ROWS = 25_000
#: Of a text of which some columns are read, whose lines are long.
_WIDE_BLOCK = 2**20
#: Few enough bytes to stay near the processor while they are looked through several times.
_LOOKED_AT = 2**18
_MARK, _RETURN, _BREAK = ord('"'), ord("\r"), ord("\n")
_AGAIN = "Download the file again if it was cut off; else correct the encoding and delimiter of its sidecar"


def of_entry(file: RawFile, header: int, rows: int, columns: Columns | None = None) -> Iterator[pd.DataFrame]:
    """Yield the chunks of a file that a sidecar describes: by the rules of the format, unless it is said to be damaged.

    Parameters
    ----------
    file : RawFile
        Read through gzip if its name ends in ``.gz``.
    header : int
        How many lines stand before the line with the column names.
    rows : int
        Most rows in a chunk.
    columns : callable, optional
        Given the names of all columns, returns those that are wanted. Of a large file only these are read; a chunk may
        have others too.

    Raises
    ------
    SourceError
        As :func:`records` and :func:`ogp_analysis.sources.frames.of_records`, or :func:`mended`.
    """
    path, label, entry = file.path, file.label, file.entry
    if entry.damaged:
        yield from mended(opened(path, label, header, names=entry.header))
        return
    if columns and entry.header and path.stat().st_size > LARGEST:
        wide = _some_columns(file, header, rows, columns)
        if wide is not None:
            yield from wide
            return
    known = at_once(path, entry.encoding, entry.delimiter, header)
    if known is None:
        found = records(path, label, entry.encoding, entry.delimiter, header)
        yield from of_records(
            found, label, label, rows, header=entry.header, short_lines=entry.short_lines, before=header
        )
        return
    table, lines = known
    cells = [column[0].as_py() if entry.header else "" for column in table.columns]
    names = named(cells, f"{label}, line {lines[0]}")
    for start in range(int(entry.header), max(len(lines), 2), rows):
        yield frame(names, table.slice(start, rows).columns, label, lines[start : start + rows])


def records(path: Path, label: str, encoding: str, delimiter: str, header: int) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(line, cells)`` of each record, the one with the column names first.

    Lines are physical and count from 1: a quoted cell may hold line breaks, so a record may take
    several. Blank lines are not records, but count. A line ends with LF, CR LF or CR. A byte order
    mark is dropped. Quoting follows RFC 4180: a quotation mark in the middle of things is a fault,
    not a guess.

    Parameters are those of :func:`of_entry`.

    Raises
    ------
    SourceError
        If the file cannot be opened, decoded or split into cells; names the line.
    """
    line, width = header, 0
    try:
        with _opened(path, "rt", encoding="utf-8-sig" if _is_utf8(encoding) else encoding, newline="") as stream:
            reader = csv.reader(islice(stream, header, None), delimiter=delimiter, strict=True)
            for cells in reader:
                # In a table of one column, blanks are a value.
                if cells and not (width != 1 and len(cells) == 1 and cells[0].isspace()):
                    width = width or len(cells)
                    yield line + 1, cells
                line = header + reader.line_num
    except csv.Error as error:
        raise SourceError(f"{label}, line {line + 1}", f"is not a proper record ({error})", _AGAIN) from error
    except UnicodeDecodeError as error:
        what = f"bytes after line {line} are not {encoding} ({error.reason})"
        raise SourceError(label, what, _AGAIN) from error
    except (OSError, EOFError, zlib.error) as error:
        what = f"cannot be read after line {line} ({error})"
        raise SourceError(label, what, "Check the file and the disk") from error


def _opened(path: Path, mode: str, **text) -> IO:
    return gzip.open(path, mode, **text) if path.name.endswith(".gz") else path.open(mode, **text)


def _is_utf8(encoding: str) -> bool:
    return encoding.lower().replace("_", "-") in ("utf-8", "utf8")


def at_once(path: Path, encoding: str, delimiter: str, header: int) -> tuple[pa.Table, np.ndarray] | None:
    """Return what :func:`records` yields as a table and the line of each record; None if anything is in doubt.

    Beyond doubt is a file that is not large, in which all records have the same number of cells, two or more.
    Parameters are those of :func:`of_entry`.
    """
    if len(delimiter) != 1 or not delimiter.isascii():
        return None
    try:
        with _opened(path, "rb") as stream:
            content = stream.read(LARGEST + 1)
        if len(content) > LARGEST:
            return None
        content = content if _is_utf8(encoding) else content.decode(encoding).encode()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError):
        return None
    lines = content.removeprefix(BOM_UTF8).split(b"\n", header)
    text = lines[header] if len(lines) > header else b""
    if b"\0" in text or text.count(b"\r") != text.count(b"\r\n") or not _well_marked(text, delimiter):
        return None
    first = io.TextIOWrapper(io.BytesIO(text), encoding="utf-8", errors="replace", newline="")
    try:
        width = len(next(csv.reader(first, delimiter=delimiter, strict=True), []))
    except csv.Error:
        return None
    found = _parsed(text, delimiter, width) if width > 1 else None
    return found and (found.table, found.starts + header + 1)


def _some_columns(file: RawFile, header: int, rows: int, columns: Columns) -> Iterator[pd.DataFrame] | None:
    """Return some columns of a large file in chunks; None if anything is in doubt, so that it is read record by record.

    Beyond doubt is a file in which every line is a record, and every quotation mark clearly opens or closes a cell.
    """
    delimiter, lines = file.entry.delimiter, 0
    if len(delimiter) != 1 or not delimiter.isascii() or not _is_utf8(file.entry.encoding):
        return None
    with _opened(file.path, "rb") as stream:
        top = [stream.readline(_WIDE_BLOCK) for _ in range(header + 1)]
        if not all(line.endswith(b"\n") for line in top):
            return None
        first, rest = top[-1].removeprefix(BOM_UTF8), b"".join(top)
        while block := stream.read(_LOOKED_AT):
            cut = block.rfind(b"\n") + 1
            if not cut and len(rest) > _WIDE_BLOCK:
                return None
            if cut:
                if (found := _lines_of_records(rest + block[:cut], delimiter)) is None:
                    return None
                lines, rest = lines + found, b""
            rest += block[cut:]
    if rest and _lines_of_records(rest + b"\n", delimiter) is None:
        return None
    lines += bool(rest)
    try:
        cells = next(csv.reader(io.StringIO(first.decode(), newline=""), delimiter=delimiter, strict=True), [])
    except (csv.Error, UnicodeDecodeError):
        return None
    names = named(cells, f"{file.label}, line {header + 1}")
    wanted = list(dict.fromkeys(columns(names)))
    return _streamed(file, header, rows, names, wanted, lines) if wanted else None


def _lines_of_records(text: bytes, delimiter: str) -> int | None:
    """Return how many lines a text has, each of them a record of its own and every mark clear; None if not so."""
    # To look for a sign that is not there takes a fraction of the time of counting it.
    if b"\0" in text or (b"\r" in text and text.count(b"\r") != text.count(b"\r\n")):
        return None
    signs = np.frombuffer(text, np.uint8)
    ends = np.flatnonzero(signs == _BREAK)
    length = np.diff(ends, prepend=-1) - 1
    if (length == 0).any() or (signs[ends[length == 1] - 1] == _RETURN).any():
        return None
    if b'"' not in text:
        return len(ends)
    marks = np.flatnonzero(signs == _MARK)
    if (np.searchsorted(marks, ends) % 2).any():
        return None
    # Most marks open or close a cell; more is to be checked only where a doubled mark stands for the mark itself.
    edges = np.zeros(256, bool)
    edges[[_BREAK, _RETURN, ord(delimiter)]] = True
    opens, closes = edges[signs[marks[::2] - 1]], edges[signs[marks[1::2] + 1]]
    opens[0] |= marks[0] == 0
    return len(ends) if (opens.all() and closes.all()) or _well_marked(text, delimiter) else None


def _streamed(
    file: RawFile, header: int, rows: int, names: list[str], wanted: list[str], lines: int
) -> Iterator[pd.DataFrame]:
    done = header + 1
    blocks_of = pcsv.ReadOptions(column_names=names, skip_rows=done, block_size=_WIDE_BLOCK, use_threads=False)
    form = pcsv.ParseOptions(delimiter=file.entry.delimiter, ignore_empty_lines=False)
    types = dict.fromkeys(wanted, pa.large_string())
    as_text = pcsv.ConvertOptions(include_columns=wanted, column_types=types, strings_can_be_null=False)
    try:
        with _opened(file.path, "rb") as stream:
            reader = pcsv.open_csv(stream, blocks_of, form, as_text)
            held: list[pa.RecordBatch] = []
            for batch in chain(reader, [None]):
                held += [] if batch is None else [batch]
                if batch is not None and sum(map(len, held)) < _SHEET_ROWS:
                    continue
                table, held = pa.Table.from_batches(held, reader.schema).combine_chunks(), []
                for start in range(0, len(table), rows):
                    part = table.slice(start, rows)
                    yield frame(wanted, part.columns, file.label, np.arange(done + 1, done + 1 + len(part)))
                    done += len(part)
                _give_back()
    except (pa.ArrowInvalid, OSError, EOFError, zlib.error) as error:
        what = f"has a record after line {done} that cannot be read ({str(error).partition(chr(10))[0][:200]})"
        raise SourceError(file.label, what, _AGAIN) from error
    if done != lines:
        raise SourceError(file.label, f"has {lines} lines, of which {done} were read", _AGAIN)


def _well_marked(content: bytes, delimiter: str) -> bool:
    """Whether every quotation mark clearly opens a cell, closes it, or is doubled inside it."""
    text = np.frombuffer(b"\n" + content + b"\n", dtype=np.uint8)
    marks = np.flatnonzero(text == _MARK)
    if not len(marks):
        return True
    first = np.flatnonzero(np.diff(marks, prepend=-2) > 1)
    size = np.diff(first, append=len(marks))
    start = marks[first]
    edges = (ord(delimiter), _BREAK)
    begins, ends = np.isin(text[start - 1], edges), np.isin(text[start + size], (*edges, _RETURN))
    odd = size % 2 == 1
    inside = (np.cumsum(odd) - odd) % 2 == 1
    # Inside, an odd number ends with the mark that closes; outside, a mark opens, and an even number closes again.
    wrong = (inside & odd & ~ends) | (~inside & ~begins) | (~inside & ~odd & ~ends)
    return not wrong.any() and int(odd.sum()) % 2 == 0


class _Parsed(NamedTuple):
    """Records of a text, the line of each from 0, how many line breaks it holds, and the columns that hold any."""

    table: pa.Table
    starts: np.ndarray
    breaks: np.ndarray
    broken: list[pa.ChunkedArray]


def _parsed(
    text: bytes | bytearray, delimiter: str, width: int, blank: bool = False, in_utf8: bool = False
) -> _Parsed | None:
    """Return the records of a text; None if they have another width, or lines that do not add up.

    With `blank`, a blank line is a record. With `in_utf8`, the text is known to be UTF-8, and not looked through again.
    """
    names = [str(position) for position in range(width)]
    try:
        table = pcsv.read_csv(
            pa.BufferReader(text),
            read_options=pcsv.ReadOptions(column_names=names, block_size=len(text) + 1, use_threads=False),
            parse_options=pcsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=not blank),
            convert_options=pcsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False, check_utf8=not in_utf8
            ),
        )
    except pa.ArrowInvalid:
        return None
    lines = text.count(b"\n") + (not text.endswith(b"\n"))
    inside = table.columns if lines != len(table) else []
    broken = [column for column in inside if pc.any(pc.match_substring(column, "\n")).as_py()]
    breaks = np.zeros(len(table), "int64")
    for column in broken:
        breaks += pc.count_substring(column, "\n").to_numpy()
    if breaks.sum() + len(table) != lines:
        return None
    return _Parsed(table, np.arange(len(table)) + breaks.cumsum() - breaks, breaks, broken)


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
    for block in blocks.records(file.path, file.label, file.encoding, file.before, size):
        *chunk, line = _sound(file, block, line) or mending.repaired(file, block, line, _sound)
        del block
        _give_back()
        # Not to be held here while whoever takes it works on what it made of it.
        yield chunk.pop()
        _give_back()
    if line == file.before + 1:
        yield mending.chunk_of(file, [], [], [])


def _give_back() -> None:
    """Give memory of chunks that are done back to the system, which allocators keep: peaks would grow with the file."""
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and hasattr(ctypes.CDLL(None), "malloc_trim"):
        ctypes.CDLL(None).malloc_trim(0)


def _sound(file: TableFile, block: bytes | bytearray, line: int) -> tuple[pd.DataFrame, int] | None:
    """Return the chunk of a block in which nothing is wrong, and the line after it; None if something is."""
    if b"\r" in block and block.count(b"\r") != block.count(b"\r\n"):
        return None  # a line that ends so and a break inside a cell would make up for one another
    delimiter, width = file.delimiter, len(file.columns)
    # How the file was opened says in which encoding all of it is.
    found = _parsed(block, delimiter, width, blank=True, in_utf8=True)
    if found is None:
        return None
    table, starts, breaks, broken = found
    empty = pc.equal(table.column(0), "")
    if width > 1 and pc.any(empty).as_py():
        joined = pc.binary_join_element_wise(*table.filter(empty).columns, pa.scalar("", pa.large_string()))
        if pc.any(pc.equal(pc.utf8_trim_whitespace(joined), "")).as_py():
            return None  # a blank line, perhaps
    for column in broken:
        cells = column.filter(pc.match_substring(column, "\n")).to_pylist()
        if any(mending.swallowed(cell, delimiter, width) for cell in cells):
            return None
    physical = block.split(b"\n") if broken else []
    for row in np.flatnonzero(breaks):
        after_first = physical[starts[row] + 1 : starts[row] + breaks[row] + 1]
        if any(mending.is_whole(text.decode(), delimiter, width) for text in after_first):
            return None
    return frame(file.columns, table.columns, file.label, line + starts, ""), line + len(table) + int(breaks.sum())


def _sheet(file: TableFile) -> Iterator[pd.DataFrame]:
    rows = workbook.rows(file.path, file.label, file.sheet, file.before)
    width, first = len(file.columns), True
    while (some := list(islice(rows, _SHEET_ROWS))) or first:
        first = False
        cells = [(row + [""] * width)[:width] for _, row in some]
        faults = [mending.fault(row, width, number) if any(row[width:]) else "" for number, row in some]
        yield mending.chunk_of(file, cells, [number for number, _ in some], faults)
