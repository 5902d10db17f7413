"""Rows of a file counted a second time, by means that share nothing with the readers: lines, brackets and tags.

A reader does not miss what it loses, so its own balance always holds. A plain count beside it shows that something is
lost. Nothing is repaired here: of a file in which quotation marks do not pair, the reader that mends it may have
another number, and that is worth a look.
"""

from __future__ import annotations

import io
import mmap
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from ogp_analysis.data.sources import packed, workbook
from ogp_analysis.data.sources.json_elements import LISTS, let_go
from ogp_analysis.data.sources.sidecar import SourceFile
from ogp_analysis.data.sources.unpacking import Content

#: Bytes read at a time; of a table fewer, because a block in which marks do not pair takes ten times as long.
_BLOCK, _SMALL = 4 * 2**20, 2**17
#: A cell longer than this was never closed.
_LONGEST = 8 * _BLOCK
#: Lines of JSON after which memory is given back.
_LINES = 2**16
_SPACE = b" \t\r\n\x0b\x0c"
_SAYS = re.compile(rb"[^ \t\r\n\x0b\x0c]")
#: A text, or a bracket outside of texts.
_SIGN = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]]', re.DOTALL)
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


def elements(text: bytes | mmap.mmap, key: str, lists: Iterable[str]) -> int:
    """Return how many releases or records a JSON file holds, whichever form it has.

    Parameters
    ----------
    text : bytes or mmap
        Its bytes.
    key : str
        Name of the field by which an object is known for an element.
    lists : iterable of str
        Names under which an object holds elements.
    """
    start, end, names = len(BOM_UTF8) if text[:3] == BOM_UTF8 else 0, text.find(b"\n"), tuple(lists)
    with suppress(*_UNSOUND):
        if end >= 0 and _SAYS.search(text, end) and key in _object(text[start:end]):
            lines = io.BytesIO(text) if isinstance(text, bytes) else text
            lines.seek(0)
            count = 0
            for number, line in enumerate(iter(lines.readline, b"")):
                count += not line.isspace()
                if not number % _LINES:
                    let_go(text)
            return count
    found, rest = 0, memoryview(text)[start:]
    while _SAYS.search(rest):
        try:
            return found + _members(rest, key, names)
        except _UNSOUND as error:
            # One value after the other: where the next one begins the decoder says.
            after = re.search(r"trailing characters \(byte (\d+)\)", str(error))
            if not after:
                return found + _by_brackets(rest, key, names)
        at = int(after[1]) - 1
        found, rest = found + _members(rest[:at], key, names), rest[at:]
    return found


_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_UNSOUND = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def _members(text: memoryview, key: str, lists: tuple[str, ...]) -> int:
    """Count the elements of one sound value."""
    if _SAYS.search(text)[0] != b"[":
        return _of_object(_object(text), key, lists)
    members = _list(text)
    first = _object(members[0]) if members and _is(members[0], b"{") else {}
    if key in first or not any(_is(first[name], b"[") for name in lists if name in first):
        return len(members)
    return sum(_of_object(_object(one), key, lists) for one in members)


def _of_object(one: dict[str, msgspec.Raw], key: str, lists: tuple[str, ...]) -> int:
    if key in one:
        return 1
    return sum(len(_list(one[name])) for name in lists if name in one and _is(one[name], b"["))


def _by_brackets(text: memoryview, key: str, lists: tuple[str, ...]) -> int:
    """Count the elements of text that a reader would have to repair, by its brackets."""
    own, named = f'"{key}"'.encode(), {f'"{name}"'.encode() for name in lists}
    found, before = 0, b""
    #: Of each that is open: whether it is a list, whether its members are elements, what was counted, and the key.
    inside: list[list] = []
    for match in _SIGN.finditer(text):
        sign, last, before = match[0], before, match[0]
        if sign == b"[":
            of_package = last in named and 0 < len(inside) <= 2 and not inside[-1][0]
            inside.append([True, not inside or of_package, 0, False])
        elif sign == b"{":
            inside.append([False, False, 0, False])
        elif sign == own and inside:
            inside[-1][3] = True
        elif sign in b"]}" and inside:
            is_list, of_elements, count, has_key = inside.pop()
            above = inside[-1] if inside else [False, False, 0, False]
            if not inside:
                found += count if is_list or not has_key else 1
            elif is_list:
                above[2] += count if of_elements and not above[0] else 0
            elif above[0] and above[1]:
                above[2] += count if len(inside) == 1 and not has_key and count else 1
    return found


def _is(value: msgspec.Raw, sign: bytes) -> bool:
    return memoryview(value)[:1] == sign


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
        text = stream.read().removeprefix(BOM_UTF8)
    if text.lstrip()[:1] == b"[":
        return len(_list(text))
    outer = _object(text).values()
    groups = [_object(member) for member in outer if _is(member, b"{")]
    are_groups = len(groups) == len(outer) and all(_is(one, b"{") for group in groups for one in group.values())
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
            return elements(stream.read(), entry.element_key, LISTS)
    if ending in workbook.ENDINGS:
        found = rows(path, entry.name, sheet or entry.sheet, header)
        return None if found is None else found - entry.header
    return _WHOLE[ending](path) if ending in _WHOLE else None
