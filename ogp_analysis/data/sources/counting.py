"""Rows of a file counted a second time, by means that share nothing with the readers: lines, brackets and tags.

A reader does not miss what it loses, so its own balance always holds. A plain count beside it shows that something is
lost. Nothing is repaired here: of a file in which quotation marks do not pair, the reader that mends it may have
another number, and that is worth a look.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ogp_analysis.data.sources import json_elements, packed, workbook
from ogp_analysis.data.sources.sidecar import SourceFile
from ogp_analysis.data.sources.unpacking import Content

#: Bytes read at a time; of a table fewer, because a block in which marks do not pair takes ten times as long.
_BLOCK, _SMALL = 4 * 2**20, 2**17
#: A cell longer than this was never closed.
_LONGEST = 8 * _BLOCK
_SPACE = b" \t\r\n\x0b\x0c"
_BREAK, _MARK = ord("\n"), ord('"')


def lines(content: Content, skipped: int, delimiter: str, cells_say: bool = False) -> int:
    """Return how many records a delimited text has: lines that end outside of quotation marks and are not blank.

    A mark counts where it opens a cell that another mark closes; elsewhere it is a sign like others.

    Parameters
    ----------
    content : Content
        Its bytes, in an encoding in which ASCII stands for itself.
    skipped : int
        Lines before the first record.
    delimiter : str
        Between cells.
    cells_say : bool
        Whether a line of nothing but delimiters is blank too.
    """
    sign = delimiter.encode()
    blank = _SPACE + (sign + b'"' if cells_say else b"")
    found, rest, enough = 0, b"", 0
    with content.open("rb") as stream:
        for block in _whole_lines(stream):
            while skipped and block:
                block = block.partition(b"\n")[2]
                skipped -= 1
            if not block:
                continue
            rest += block
            if len(rest) < enough:
                continue
            ends = _record_ends(rest, sign, len(rest) > _LONGEST)
            found += _filled(rest, ends, blank)
            rest = rest[ends[-1] + 1 :] if len(ends) else rest
            # What did not end is looked at again when there is twice as much.
            enough = 2 * len(rest)
    if rest:
        ends = _record_ends(rest, sign, True)
        found += _filled(rest, ends, blank)
    return found


def _record_ends(text: bytes, delimiter: bytes, last: bool) -> np.ndarray:
    """Return where in whole lines those line breaks stand that end a record; if not `last`, more may come."""
    signs = np.frombuffer(text, np.uint8)
    ends, marks = np.flatnonzero(signs == _BREAK), np.flatnonzero(signs == _MARK)
    if not len(marks):
        return ends
    edges = np.zeros(256, bool)
    edges[[_BREAK, _MARK, delimiter[0]]] = True
    before, after = edges[signs[marks - 1]], edges[signs[np.minimum(marks + 1, len(signs) - 1)]]
    before[0] |= marks[0] == 0
    if before[::2].all() and after[1::2].all() and (len(marks) % 2 == 0 or not last):
        return ends[np.searchsorted(marks, ends) % 2 == 0]
    edge = re.escape(delimiter)
    cell = re.compile(rb"(?<![^\n" + edge + rb'])"(?:[^"]++|"")*+"(?=[\n' + edge + rb"])")
    return np.flatnonzero(np.frombuffer(cell.sub(lambda one: b"x" * len(one[0]), text), np.uint8) == _BREAK)


def _filled(text: bytes, ends: np.ndarray, blank: bytes) -> int:
    """Return how many of the records that end at `ends` are not blank."""
    starts = np.concatenate([[0], ends + 1])[:-1]
    maybe = np.flatnonzero(np.isin(np.frombuffer(text, np.uint8)[starts], np.frombuffer(blank, np.uint8)))
    places = zip(starts[maybe].tolist(), ends[maybe].tolist(), strict=True)
    return len(ends) - sum(not text[start:end].strip(blank) for start, end in places)


def _whole_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a text, some at a time, each with LF at its end, whatever stands there."""
    rest = stream.read(len(BOM_UTF8)).removeprefix(BOM_UTF8)
    while block := stream.read(_SMALL):
        rest += block
        # A CR at the end may be half of a CR LF.
        cut = max(rest.rfind(b"\n"), rest.rfind(b"\r", 0, len(rest) - 1)) + 1
        if cut:
            yield _with_line_feeds(rest[:cut])
            rest = rest[cut:]
    if rest:
        yield _with_line_feeds(rest + b"\n")


def _with_line_feeds(text: bytes) -> bytes:
    if b"\r" not in text:  # which takes a fraction of the time of looking for both signs
        return text
    # A CR before another CR and LF (some programs end lines so) is a line of its own.
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def rows(content: Content, label: str, sheet: str, before: int) -> int | None:
    """Return how many rows of a sheet hold anything below the first `before`; None for an xls.

    Parameters
    ----------
    content : Content
        Its bytes.
    label : str
        How errors name it.
    sheet : str
        Name of the sheet; empty for the first.
    before : int
        Rows above the first that counts.
    """
    found = workbook.extents(content, label)
    one = found.get(sheet) if sheet else next(iter(found.values()), None)
    return None if one is None else sum(number > before for number in one.numbers)


def members(content: Content) -> int:
    """Return how many members the outermost object or list of a JSON file has, or those in it if these hold objects."""
    with content.open("rb") as stream:
        outer = json.loads(stream.read().removeprefix(BOM_UTF8))
    groups = list(outer.values()) if isinstance(outer, dict) else [None]
    are_groups = all(
        isinstance(group, dict) and all(isinstance(one, dict) for one in group.values()) for group in groups
    )
    return sum(map(len, groups)) if are_groups else len(outer)


def keys(content: Content) -> int:
    """Return how many lines of a YAML file begin a pair of its outermost map."""
    with content.open("rb") as stream:
        starts = [line[:1] for line in stream.read().removeprefix(BOM_UTF8).splitlines() if line.strip(b" -.")]
    return sum(start not in (b" ", b"\t", b"#", b"%") for start in starts)


def observations(content: Content) -> int:
    """Return how many observations the head of a Stata file states."""
    with content.open("rb") as stream:
        head = stream.read(512)
    if not head.startswith(b"<stata_dta>"):
        return int.from_bytes(head[6:10], "big" if head[1] == 1 else "little")
    at, size = head.index(b"<N>") + 3, 8 if head[28:31] >= b"118" else 4
    return int.from_bytes(head[at : at + size], "big" if b"<byteorder>MSF" in head else "little")


#: Counts for formats that a library reads in one piece.
_WHOLE = {".json": members, ".yaml": keys, ".yml": keys, ".dta": observations}


def of_entry(path: Path, entry: SourceFile, header: int = 0, sheet: str = "") -> int | None:
    """Return how many records a file of the catalogue has below its column names; None where nothing else can count.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    entry : SourceFile
        What its sidecar says of it.
    header : int
        How many lines (rows of a sheet) stand before the column names.
    sheet : str
        Sheet of a workbook; empty for the first.
    """
    ending = path.suffix.lower()
    if entry.delimiter:
        if "16" in entry.encoding or "32" in entry.encoding:
            return None
        content = packed.Gzipped(path, entry.name) if ending == ".gz" else path
        return lines(content, header, entry.delimiter, entry.damaged) - entry.header
    if entry.element_key:
        ((_, content),) = packed.documents(path, entry.name, ())
        with content.open("rb") as stream:
            return json_elements.counted(stream.read(), entry.name, entry.element_key, json_elements.LISTS)
    if ending in workbook.ENDINGS:
        found = rows(path, entry.name, sheet or entry.sheet, header)
        return None if found is None else found - entry.header
    return _WHOLE[ending](path) if ending in _WHOLE else None
