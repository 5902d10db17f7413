"""Delimited text read at once by pyarrow, where that gives what the careful reader gives, and only there.

:mod:`ogp_analysis.sources.text_table` reads record by record, counts lines and names what is wrong
with one. A file in which nothing is wrong is read here in a tenth of the time. Whatever is not
beyond doubt (a mark in the middle of things, a blank line, a record too short, bytes of another
encoding, a large file) is left to the careful reader: None is returned.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

#: Larger files are read record by record, so that memory does not grow with them.
LARGEST = 64 * 2**20
_MARK, _RETURN, _BREAK = ord('"'), ord("\r"), ord("\n")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Table:
    """A whole file.

    Attributes
    ----------
    names : list of str
        The first record: names of the columns.
    columns : list of pyarrow.ChunkedArray
        The cells of the other records, as text.
    lines : numpy.ndarray
        The line on which each of these begins, counted from 1.
    name_line : int
        The line on which the names begin.
    """

    names: list[str]
    columns: list[pa.ChunkedArray]
    lines: np.ndarray
    name_line: int


def read(path: Path, encoding: str, delimiter: str, header: int) -> Table | None:
    """Return a file whose records all have the same number of cells, two or more; None if in doubt.

    Parameters are those of :func:`ogp_analysis.sources.text_table.records`, whose rules hold here.
    """
    content = _content(path)
    if content is None or len(delimiter) != 1 or not delimiter.isascii():
        return None
    try:
        if encoding.lower().replace("_", "-") not in ("utf-8", "utf8"):
            content = content.decode(encoding).encode()
    except UnicodeDecodeError:
        return None
    return _parsed(_below(content.removeprefix(_BYTE_ORDER_MARK), header), delimiter, header)


def _content(path: Path) -> bytes | None:
    try:
        with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except (OSError, EOFError, zlib.error):
        return None
    return content if len(content) <= LARGEST else None


def _below(content: bytes, header: int) -> bytes:
    """Return what follows the first `header` lines; nothing if there are no more."""
    start = 0
    for _ in range(header):
        start = content.find(b"\n", start) + 1
        if not start:
            return b""
    return content[start:]


def _parsed(content: bytes, delimiter: str, header: int) -> Table | None:
    if b"\0" in content or content.count(b"\r") != content.count(b"\r\n") or not _well_marked(content, delimiter):
        return None
    width = _width(content, delimiter)
    table = _table(content, delimiter, width) if width > 1 else None
    if table is None:
        return None
    starts = _starts(table, content)
    names = [column[0].as_py() for column in table.columns]
    rest = table.slice(1)
    return None if starts is None else Table(names, rest.columns, starts[1:] + header, int(starts[0]) + header)


def _well_marked(content: bytes, delimiter: str) -> bool:
    """Whether every quotation mark clearly opens a cell, closes one, or stands twice for itself inside of one."""
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


def _width(content: bytes, delimiter: str) -> int:
    """Return how many cells the first record has."""
    text = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8", errors="replace", newline="")
    try:
        return len(next(csv.reader(text, delimiter=delimiter, strict=True), []))
    except csv.Error:
        return 0


def _table(content: bytes, delimiter: str, width: int) -> pa.Table | None:
    from pyarrow import csv as reader

    names = [str(position) for position in range(width)]
    try:
        return reader.read_csv(
            pa.BufferReader(content),
            read_options=reader.ReadOptions(use_threads=False, block_size=len(content) + 1, column_names=names),
            parse_options=reader.ParseOptions(delimiter=delimiter, newlines_in_values=True),
            convert_options=reader.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None


def _starts(table: pa.Table, content: bytes) -> np.ndarray | None:
    """Return the line of each record, from 1; None if the lines do not add up."""
    lines = content.count(b"\n") + (not content.endswith(b"\n"))
    if lines == table.num_rows:
        return np.arange(1, lines + 1)
    breaks = np.zeros(table.num_rows, dtype=np.int64)
    for column in table.columns:
        breaks += pc.count_substring(column, "\n").to_numpy()
    ends = np.cumsum(breaks + 1)
    return ends - breaks if len(ends) and ends[-1] == lines else None
