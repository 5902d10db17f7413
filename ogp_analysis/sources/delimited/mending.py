"""Records of a text in which something is wrong, taken apart line by line.

Damage is mostly a line or two. So a text is read in stretches: one in which nothing is wrong by the fast reader, of the
others each record by the careful one, which leaves the same as if it had read all.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pandas as pd

from ogp_analysis.sources.delimited.opening import TableFile
from ogp_analysis.sources.frames import frame

#: Fewer columns than this cannot tell a swallowed record from a cell of several lines.
_TELLING_WIDTH = 5
#: Lines that are tried at once; twice as many if a cell of several lines stands at their end.
_STRETCH = 500
#: Returns the chunk of a text in which nothing is wrong, and the line after it; None if something is.
Fast = Callable[[TableFile, bytes, int], tuple[pd.DataFrame, int] | None]


def repaired(file: TableFile, block: bytes | bytearray, line: int, fast: Fast) -> tuple[pd.DataFrame, int]:
    """Return the chunk of a block in which something is wrong, and the line after it."""
    physical = io.StringIO(block.decode("utf-8"), newline="").readlines()
    parts, width, at = [], len(file.columns), 0
    while at < len(physical):
        end = min(at + _STRETCH, len(physical))
        odd = sum(text.count('"') for text in physical[at:end]) % 2
        while odd and end < min(at + 2 * _STRETCH, len(physical)):
            odd ^= physical[end].count('"') % 2
            end += 1
        # A mark that is still open may go on behind the stretch, where only the careful reader follows it.
        found = None if odd else fast(file, "".join(physical[at:end]).encode(), line + at)
        if found is not None:
            parts.append(found[0])
            at = end
            continue
        rows, lines, faults = [], [], []
        while at < end:
            cells, taken = _next(physical, at, file)
            if any(cell.strip() for cell in cells):
                rows.append(cells if len(cells) == width else [""] * width)
                lines.append(line + at)
                faults.append(fault(cells, width, line + at, taken))
            at += taken
        parts.append(chunk_of(file, rows, lines, faults))
    return parts[0] if len(parts) == 1 else pd.concat(parts, ignore_index=True), line + at


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
