"""Rows of a file counted a second time, by means that share nothing with the readers: lines, brackets and tags.

A reader does not miss what it loses, so its own balance always holds. A plain count beside it shows that something is
lost. Nothing is repaired here: of a file in which quotation marks do not pair, the reader that mends it may have
another number, and that is worth a look.
"""

from __future__ import annotations

import io
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from ogp_analysis.data.sources import packed, workbook
from ogp_analysis.data.sources.json_elements import LISTS
from ogp_analysis.data.sources.sidecar import SourceFile
from ogp_analysis.data.sources.unpacking import Content

#: Bytes read at a time; of a table fewer, because a block in which marks do not pair takes ten times as long.
_BLOCK, _SMALL = 4 * 2**20, 2**17
#: JSON up to this size is counted as a whole, which is fast.
_WHOLE = 64 * 2**20
#: A cell longer than this was never closed.
_LONGEST = 8 * _BLOCK
_SPACE = b" \t\r\n\x0b\x0c"
_SAYS = re.compile(rb"[^ \t\r\n\x0b\x0c]")
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


def elements(content: Content, key: str, lists: Iterable[str]) -> int:
    """Return how many releases or records a JSON file holds, whichever form it has.

    Parameters
    ----------
    content : Content
        Its bytes.
    key : str
        Name of the field by which an object is known for an element.
    lists : iterable of str
        Names under which an object holds elements.
    """
    with content.open("rb") as stream:
        start = stream.read(_WHOLE).removeprefix(BOM_UTF8)
        if _is_lines(start, key):
            # That a line is not blank its first sign tells, however long it is.
            found, held = 0, io.BytesIO(start)
            del start
            for line in held:
                if not line.endswith(b"\n"):
                    line += stream.readline()
                found += not line.isspace()
            return found + sum(not line.isspace() for line in stream)
        rest = stream.read(_BLOCK)
        if not rest:
            try:
                return _members(start, key, tuple(lists))
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
                pass  # several values, or text that is repaired elsewhere
        return _Brackets(key, lists).count(_blocks(start, rest, stream))


def _blocks(start: bytes, rest: bytes, stream: BinaryIO) -> Iterator[bytes]:
    for at in range(0, len(start), _BLOCK):
        yield start[at : at + _BLOCK]
    del start
    while rest:
        yield rest
        rest = stream.read(_BLOCK)


def _is_lines(start: bytes, key: str) -> bool:
    end = start.find(b"\n")
    try:
        return end >= 0 and _SAYS.search(start, end) is not None and key in _object(start[:end])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False


_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def _members(text: bytes, key: str, lists: tuple[str, ...]) -> int:
    """Count the elements of a file that is one sound value."""
    if not text.strip():
        return 0
    if text.lstrip()[:1] != b"[":
        return _of_object(_object(text), key, lists)
    members = _list(text)
    if not members or not bytes(members[0]).startswith(b"{"):
        return len(members)
    first = _object(members[0])
    if key in first or not any(bytes(first.get(name, b"")).startswith(b"[") for name in lists):
        return len(members)
    return sum(_of_object(_object(one), key, lists) for one in members)


def _of_object(one: dict[str, msgspec.Raw], key: str, lists: tuple[str, ...]) -> int:
    if key in one:
        return 1
    held = [bytes(one[name]) for name in lists if name in one]
    return sum(len(_list(value)) for value in held if value.startswith(b"["))


class _Brackets:
    """Counts the objects that are elements by how deep they stand, without reading what is in them."""

    _LIST, _KEY = b"\x01", b"\x02"
    _KEPT = b'{}[]"\x01\x02'
    _STEP = np.zeros(256, np.int8)
    _STEP[list(b"{[")], _STEP[list(b"}]")] = 1, -1
    #: Deeper than this nothing counts.
    _DEEP = 4

    def __init__(self, key: str, lists: Iterable[str]) -> None:
        self._key, self._lists = b'"' + key.encode() + b'"', [b'"' + name.encode() + b'"' for name in lists]
        self._dropped = bytes(sorted(set(range(256)) - set(self._KEPT)))
        self._inside, self._depth = False, 0
        self.found = 0
        #: Of each object or list that is open: whether it is a list, whether its members are elements, what was counted
        #: in it, and whether it has the key.
        self._open: list[list] = []
        self._named = False

    def count(self, blocks: Iterable[bytes]) -> int:
        rest = b""
        for block in blocks:
            rest += block
            # Behind a comma no name, and no sign that stands for itself, is cut in two.
            cut = rest.rfind(b",") + 1
            self._add(rest[:cut])
            rest = rest[cut:]
        self._add(rest)
        return self.found

    def _add(self, text: bytes) -> None:
        for sign in (self._LIST, self._KEY):
            text = text.replace(sign, b"")
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
        for name in self._lists:
            text = text.replace(name, self._LIST)
        text = text.replace(self._key, self._KEY).translate(None, self._dropped)
        # Brackets and signs outside of texts; with a mark at the end if a text is still open there.
        text = (b'"' if self._inside else b"") + text
        mark = b'"' if text.count(b'"') % 2 else b""
        text = re.sub(rb'"[^"]*+"', b"", text.replace(b'""', b"")).partition(b'"')[0] + mark
        self._inside = text.endswith(b'"')
        signs = np.frombuffer(text.removesuffix(b'"'), np.uint8)
        after = self._depth + np.cumsum(self._STEP[signs], dtype=np.int64)
        shallow = np.flatnonzero(np.minimum(after, after - self._STEP[signs]) < self._DEEP)
        for sign in signs[shallow].tolist():
            self._take(sign)
        self._depth = int(after[-1]) if len(after) else self._depth

    def _take(self, sign: int) -> None:
        named, self._named = self._named, sign == self._LIST[0]
        if sign == self._KEY[0]:
            if self._open and not self._open[-1][0]:
                self._open[-1][3] = True
        elif sign == ord("["):
            top = not self._open
            in_package = bool(self._open) and not self._open[-1][0] and len(self._open) <= 2
            self._open.append([True, top or (named and in_package), 0, False])
        elif sign == ord("{"):
            self._open.append([False, False, 0, False])
        elif self._open and sign != self._LIST[0]:
            self._close(*self._open.pop())

    def _close(self, is_list: bool, of_elements: bool, counted: int, has_key: bool) -> None:
        if not self._open:
            self.found += counted if is_list else 1 if has_key else counted
            return
        above = self._open[-1]
        if is_list:
            # Lists of elements count where the object that holds them is a package.
            above[2] += counted if of_elements and not above[0] else 0
        elif above[0] and above[1]:
            package = len(self._open) == 1 and not has_key and counted
            above[2] += counted if package else 1


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
    text = _text(content)
    if text.lstrip()[:1] == b"[":
        return len(_list(text))
    outer = _object(text)
    if not outer or any(b"{" not in bytes(member)[1:] for member in outer.values()):
        return len(outer)
    groups = [_object(member) for member in outer.values()]
    inside = all(bytes(one).startswith(b"{") for group in groups for one in group.values())
    return sum(map(len, groups)) if inside else len(outer)


def _text(content: Content) -> bytes:
    with content.open("rb") as stream:
        return stream.read().removeprefix(BOM_UTF8)


def keys(content: Content) -> int:
    """Return how many lines of a YAML file begin a pair of its outermost map."""
    text = _text(content)
    starts = (line[:1] for line in text.splitlines() if line.strip() and line.rstrip() not in (b"---", b"..."))
    return sum(start not in b" \t#%" for start in starts)


def observations(content: Content) -> int:
    """Return how many observations the head of a Stata file states."""
    with content.open("rb") as stream:
        head = stream.read(512)
    if not head.startswith(b"<stata_dta>"):
        return int.from_bytes(head[6:10], "big" if head[1] == 1 else "little")
    order = "big" if b"<byteorder>MSF" in head else "little"
    size = 8 if head[28:31] >= b"118" else 4
    at = head.index(b"<N>") + 3
    return int.from_bytes(head[at : at + size], order)


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
        content = packed.Gzipped(path, entry.name) if ending == ".gz" else path
        if "16" in entry.encoding or "32" in entry.encoding:
            return None
        return lines(content, header, entry.delimiter, entry.damaged) - entry.header
    if entry.element_key:
        ((_, content),) = packed.documents(path, entry.name, ())
        return elements(content, entry.element_key, LISTS)
    if ending in (".xlsx", ".xlsb", ".ods"):
        found = rows(path, entry.name, sheet or entry.sheet, header)
        return None if found is None else found - entry.header
    count = {".json": members, ".yaml": keys, ".yml": keys, ".dta": observations}.get(ending)
    return count and count(path)
