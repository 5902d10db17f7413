"""Where the elements of a JSON file stand, found without reading what they say: memory does not grow with the file.

An element is a member of a list that a file is, or that stands under one of some names in an object that a file is; or
that object itself, if it has the key. Files may hold several such values one after the other, also one on each line
(JSON lines).
"""

from __future__ import annotations

import json
import math
import mmap
import os
import re
from array import array
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import msgspec
import numpy as np

from ogp_analysis.base.errors import SourceError
from ogp_analysis.data.sources import packed, workbook

#: Names under which an object holds elements.
LISTS = ("releases", "records", "data", "results")
#: How a table of elements calls its only column.
COLUMN = "element"
_BLOCK = 2**20
#: A first line longer than this is not looked for; memory is given back so often.
_FAR = 32 * 2**20
_OPEN, _CLOSE, _QUOTE, _LIST = b"{[", b"}]", ord('"'), ord("[")
#: All up to the next bracket that stands in no text.
_SKIP = re.compile(rb'(?:[^"{}\[\]]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_LITERAL = re.compile(rb"[^\s,\]}]*+")
_BLANKS = re.compile(rb"[ \t\r\n]*+")


@dataclass
class Elements:
    """Places of elements in a file.

    Attributes
    ----------
    starts, ends : array of int
        First byte of each, and the one after its last.
    lines : bool
        Whether each is a line of its own. An element that is not JSON then says nothing about the others; elsewhere
        it is not known where the one after it begins.
    """

    starts: array = field(default_factory=lambda: array("q"))
    ends: array = field(default_factory=lambda: array("q"))
    lines: bool = False

    def __len__(self) -> int:
        return len(self.starts)

    def cut(self, length: int) -> None:
        """Forget all elements but the first `length`."""
        del self.starts[length:], self.ends[length:]


def records(path: Path, label: str, key: str, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yield number and JSON of each element of a file, :data:`COLUMN` first, as the reader of raw files wants them.

    Raises
    ------
    SourceError
        As :func:`elements`; also if the file is in another encoding.
    """
    ((_, content),) = packed.documents(path, label, ())
    with content.open("rb") as stream:
        text = stream.read()
    found = elements(text, label, key, LISTS)
    yield 1, [COLUMN]
    for number, (start, end) in enumerate(zip(found.starts, found.ends, strict=True), 1):
        try:
            yield number, [text[start:end].decode(encoding)]
        except UnicodeDecodeError as error:
            raise SourceError(label, f"is not {encoding} ({error.reason})", "Correct its sidecar") from error


#: The bytes of a file: in memory, or on the disk, where they take no memory of their own.
Text = bytes | mmap.mmap


def mapped(stream: BinaryIO) -> Text:
    """Return the bytes of a file on the disk."""
    size = os.fstat(stream.fileno()).st_size
    return mmap.mmap(stream.fileno(), size, access=mmap.ACCESS_READ) if size else b""


def let_go(text: Text) -> None:
    """Give back the memory that looking through a file on the disk has taken; what is asked for again is read again."""
    if isinstance(text, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        text.madvise(mmap.MADV_DONTNEED)


def elements(text: Text, label: str, key: str, lists: Iterable[str]) -> Elements:
    """Return where the elements of a file stand; none for a file that is empty.

    Parameters
    ----------
    text : bytes or mmap
        Its bytes.
    label : str
        The file as errors name it.
    key : str
        Name of the field that says which elements belong together.
    lists : iterable of str
        Names under which an object holds elements.

    Raises
    ------
    SourceError
        If it is not JSON, is cut off, or has neither elements nor the key; names the place.
    """
    finder = _Finder(text, label, key, tuple(lists))
    try:
        return finder.lines() if finder.is_lines() else _decoded(text, finder) or finder.values()
    except _Broken as broken:
        at, line = broken.args[0], line_at(text, broken.args[0])
        what = f"is not valid JSON at byte {at:,}, after {len(finder.found)} releases or records (line {line:,})"
        raise SourceError(label, what, "Download it again") from None


def counted(text: Text, label: str, key: str, lists: Iterable[str]) -> int:
    """Return how many elements a file has by its lines or brackets, which the decoder does not follow."""
    finder = _Finder(text, label, key, tuple(lists))
    return len(finder.lines() if finder.is_lines() else finder.values())


_object = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_list = msgspec.json.Decoder(list[msgspec.Raw]).decode


def _decoded(text: Text, finder: _Finder) -> Elements | None:
    """Return the elements of a file that is one sound list or package; None if it is anything else.

    A decoder finds them ten times as fast as the finder, which follows brackets through whatever stands there.
    """
    whole = memoryview(text)[finder.start :]
    base = np.frombuffer(whole, np.uint8).ctypes.data - finder.start if len(whole) else 0

    def place(value: msgspec.Raw) -> tuple[int, int]:
        signs = np.frombuffer(value, np.uint8)
        return (start := signs.ctypes.data - base), start + len(signs)

    try:
        at = finder.blank(finder.start)
        if text[at : at + 1] == b"[":
            lists = [whole]
        else:
            outer = _object(whole)
            inside = (one for name in finder.names if (one := outer.get(name)) and memoryview(one)[:1] == b"[")
            lists, bare, end = sorted(inside, key=place), [], finder.start
            for first, last in map(place, lists):
                bare, end = [*bare, text[end:first]], last
            # Of a name that stands twice the decoder gives the last alone.
            named = b"".join([*bare, text[end:]])
            if finder.key in outer or not lists or any(named.count(f'"{n}"'.encode()) > 1 for n in finder.names):
                return None
        for some in lists:
            members = _list(some)
            if some is whole and members and finder.key not in _object(members[0]):
                return None
            for start, end in map(place, members):
                finder.add(start, end)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        finder.found.cut(0)
        return None
    return finder.found


class _Broken(Exception):
    """The file ends or has another sign where it should not."""


class _Finder:
    def __init__(self, text: Text, label: str, key: str, lists: tuple[str, ...]) -> None:
        self.text, self.label, self.key, self.names = text, label, key, lists
        self.found = Elements()
        if text[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise SourceError(label, "is text in UTF-16", "Save it as UTF-8")
        self.start = self._let_go = len(BOM_UTF8) if text[:3] == BOM_UTF8 else 0

    def is_lines(self) -> bool:
        """Whether the first line is an element, and more follows."""
        end = self.text.find(b"\n", self.start, self.start + _FAR)
        if end < 0 or self.blank(end) == len(self.text):
            return False
        try:
            first = json.loads(self.text[self.start : end])
        except (ValueError, RecursionError):
            return False
        return isinstance(first, dict) and self.key in first

    def lines(self) -> Elements:
        """Find the elements of a file of JSON lines."""
        self.found.lines, start = True, self.start
        while start < len(self.text):
            end = self.text.find(b"\n", start)
            end = len(self.text) if end < 0 else end
            if not self.text[start:end].isspace() and end > start:
                self.add(start, end)
            start = end + 1
        return self.found

    def add(self, start: int, end: int) -> None:
        """Note an element."""
        self.found.starts.append(start)
        self.found.ends.append(end)
        if end - self._let_go > _FAR:
            let_go(self.text)
            self._let_go = end

    def values(self) -> Elements:
        """Find the elements of the values that the file holds one after the other."""
        at = self.blank(self.start)
        while at < len(self.text):
            at = self.blank(self._value(at))
        return self.found

    def _value(self, at: int) -> int:
        """Find the elements of one value, and return where it ends."""
        if self.text[at] == _LIST:
            return self._list(at, of_any=True)
        if self.text[at] != _OPEN[0]:
            raise _Broken(at)
        return self._object(at)

    def _object(self, at: int) -> int:
        """Find the elements of an object: its lists', or itself, if it has the key."""
        start, before, has_key, has_list = at, len(self.found), False, False
        at = self.blank(at + 1)
        while self._sign(at) != _CLOSE[0]:
            name, at = self._name(at)
            has_key |= name == self.key
            inside = name in self.names and self._sign(at) == _LIST
            has_list |= inside
            at = self._list(at, of_any=False) if inside else self._skip(at)
            at = self.blank(at)
            if self._sign(at) == ord(","):
                at = self.blank(at + 1)
        if has_key:
            self.found.cut(before)
            self.add(start, at + 1)
        elif not has_list:
            what = f"holds an object with neither {self.key!r} nor a list of " + ", ".join(self.names)
            raise SourceError(self.label, what, "Check that it is a file of releases or records")
        return at + 1

    def _name(self, at: int) -> tuple[str, int]:
        if self._sign(at) != _QUOTE:
            raise _Broken(at)
        end = self._skip(at)
        name = self.text[at + 1 : end - 1].decode("utf-8", "replace")
        at = self.blank(end)
        if self._sign(at) != ord(":"):
            raise _Broken(at)
        return name, self.blank(at + 1)

    def _list(self, at: int, of_any: bool) -> int:
        """Find the elements of a list, and return where it ends."""
        at, packages = self.blank(at + 1), None
        while self._sign(at) != _CLOSE[1]:
            if of_any and packages is None:
                packages = self._is_package(at)
            end = self._value(at) if packages else self._skip(at)
            if not packages:
                self.add(at, end)
            at = self.blank(end)
            if self._sign(at) == ord(","):
                at = self.blank(at + 1)
        return at + 1

    def _is_package(self, at: int) -> bool:
        """Whether a member of the outermost list is an object without the key, that holds lists."""
        end = self._skip(at)
        try:
            data = json.loads(self.text[at:end])
        except (ValueError, RecursionError):
            return False
        return (
            isinstance(data, dict) and self.key not in data and any(isinstance(data.get(n), list) for n in self.names)
        )

    def _skip(self, at: int) -> int:
        """Return where the value at `at` ends."""
        sign = self._sign(at)
        if sign == _QUOTE:
            if (found := _TEXT.match(self.text, at)) is None:
                raise _Broken(len(self.text))
            return found.end()
        if sign not in _OPEN:
            end = _LITERAL.match(self.text, at).end()
            if end == at:
                raise _Broken(at)
            return end
        depth, at = 1, at + 1
        while depth:
            at = _SKIP.match(self.text, at).end()
            sign = self._sign(at)
            if sign == _QUOTE:  # of a text that does not end
                raise _Broken(len(self.text))
            depth += 1 if sign in _OPEN else -1
            at += 1
        return at

    def blank(self, at: int) -> int:
        """Return where the next sign stands that is no blank."""
        return _BLANKS.match(self.text, at).end()

    def _sign(self, at: int) -> int:
        if at >= len(self.text):
            raise _Broken(len(self.text))
        return self.text[at]


def line_at(text: Text, offset: int) -> int:
    """Return the line, from 1, in which a byte of a file stands."""
    return 1 + sum(text[at : min(at + _BLOCK, offset)].count(b"\n") for at in range(0, offset, _BLOCK))


# Records of a JSON object or list of flat objects, or of an object of such objects, each with its line.

#: Name of the column that holds the key of each record, and, where records stand in groups, of that inside a group.
KEY, INNER = "key", "inner key"
_BEFORE_VALUE = re.compile(r"[\s:]*")
_ANOTHER_READER = "Give the file a reader of its own"


class _Unsound(ValueError):
    """A key is repeated within an object, or a number is not finite: faults that most readers pass over."""


def _once(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for at, key in enumerate(names) if key in names[:at])
        raise _Unsound(f"{twice!r} occurs twice in one record")
    return found


def _none(said: str) -> float:
    raise _Unsound(f"{said} is not a number")


def _finite(said: str) -> float:
    return number if math.isfinite(number := float(said)) else _none(said[:20])


#: Decodes JSON in which each key stands once and each number is one.
_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=_finite, parse_constant=_none)


def flat_records(path: Path, label: str, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(line, cells)`` of ``{"key": {"field": value, …}, …}``, the names of the columns first.

    The first column is the key, the others are the fields in the order in which they first occur. Text
    stays as it is; null and a field that a record lacks are ``""``; other values are written as in a workbook.
    A list ``[{"field": value, …}, …]`` is read alike, without the column of the key. Of groups of records,
    ``{"group": {"key": {"field": value, …}, …}, …}``, the first two columns are the two keys, and the line is that of
    the group.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    label : str
        The file as errors name it.
    encoding : str
        Of the text.

    Raises
    ------
    SourceError
        If the file cannot be read, is not such an object, holds a key twice (of a record or of a field) or a number
        that JSON does not allow; names the line.
    """
    try:
        text = path.read_text(encoding=encoding)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(label, f"cannot be read ({error})", "Check the file and its sidecar") from error
    found = list(_members(text, label))
    grouped = any(not _is_flat(record) for _, _, record in found)
    if grouped:
        found = [(line, (key, inner), record) for line, key, group in found for inner, record in group.items()]
    fields = list(dict.fromkeys(name for _, _, record in found for name in record))
    keys = [KEY, INNER] if grouped else [KEY] if text.lstrip()[:1] == "{" else []
    yield 1, [*keys, *fields]
    for line, key, record in found:
        cells = [workbook.text(record.get(name)) for name in fields]
        yield line, [*((key,) if isinstance(key, str) else key)[: len(keys)], *cells]


def _members(text: str, label: str) -> Iterator[tuple[int, str, dict]]:
    """Yield ``(line, key, record)`` of each member of the outermost object or list; of a list the key is empty."""
    try:
        whole = json.loads(text)
        if not isinstance(whole, dict) and not (isinstance(whole, list) and all(map(_is_flat, whole))):
            raise ValueError("the outermost value is not an object")
    except (ValueError, RecursionError) as error:
        why = "nested too deep" if isinstance(error, RecursionError) else error
        raise SourceError(label, f"is not a JSON object of records ({why})", _ANOTHER_READER) from error
    # The text is valid JSON now, so between two tokens there is nothing but blanks and one mark.
    keyed = isinstance(whole, dict)
    between = re.compile(r"[\s{,]*" if keyed else r"[\s\[,]*")
    key, seen, line, before = "", set(), 1, 0
    grouped = keyed and bool(whole) and all(isinstance(group, dict) and bool(group) and all(map(
        _is_flat, group.values())) for group in whole.values())  # fmt: skip
    position = between.match(text).end()
    while text[position] not in "}]":
        line, before = line + text.count("\n", before, position), position
        if keyed:
            key, position = _DECODER.raw_decode(text, position)
            position = _BEFORE_VALUE.match(text, position).end()
        try:
            record, position = _DECODER.raw_decode(text, position)
        except _Unsound as error:
            raise SourceError(f"{label}, line {line}", str(error), _ANOTHER_READER) from error
        if not (grouped or _is_flat(record)) or key in seen:
            what = "stands here twice" if key in seen else "is not a flat record"
            raise SourceError(f"{label}, line {line}", f"{key!r} {what}", _ANOTHER_READER)
        seen |= {key} if keyed else set()
        yield line, key, record
        position = between.match(text, position).end()


def _is_flat(record: object) -> bool:
    return isinstance(record, dict) and not any(isinstance(value, (dict, list)) for value in record.values())
