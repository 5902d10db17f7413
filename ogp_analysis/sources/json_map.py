"""Records of a JSON object or list of flat objects, each with the line it starts on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from ogp_analysis.base.errors import SourceError
from ogp_analysis.sources import json_list, workbook

#: Name of the column that holds the key of each record.
KEY = "key"
_BEFORE_KEY, _BEFORE_RECORD = re.compile(r"[\s{,]*"), re.compile(r"[\s:]*")
_ANOTHER_READER = "Give the file a reader of its own"


def records(path: Path, label: str, encoding: str) -> Iterator[tuple[int, list[str]]]:
    """Yield ``(line, cells)`` of ``{"key": {"field": value, …}, …}``, the names of the columns first.

    The first column is the key, the others are the fields in the order in which they first occur. Text
    stays as it is; null and a field that a record lacks are ``""``; other values are written as in a workbook.
    A list ``[{"field": value, …}, …]`` is read alike, without the column of the key.

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
        If the file cannot be read, is no such object, holds a key twice, be it of a record or of a field, or a number
        that is none; names the line.
    """
    try:
        text = path.read_text(encoding=encoding)
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(label, f"cannot be read ({error})", "Check the file and its sidecar") from error
    if text.lstrip()[:1] == "[":
        yield from _rows(list(_elements(text, label)))
        return
    found = list(_members(text, label))
    keys = [key for _, key, _ in found]
    rows = _rows([(line, record) for line, _, record in found])
    yield 1, [KEY, *next(rows)[1]]
    for key, (line, cells) in zip(keys, rows, strict=True):
        yield line, [key, *cells]


def _rows(found: list[tuple[int, dict]]) -> Iterator[tuple[int, list[str]]]:
    fields = list(dict.fromkeys(name for _, record in found for name in record))
    yield 1, fields
    for line, record in found:
        yield line, [workbook.text(record.get(name)) for name in fields]


def _elements(text: str, label: str) -> Iterator[tuple[int, dict]]:
    """Yield ``(line, record)`` of each member of a list."""
    try:
        if not json_list.is_list(json.loads(text)):
            raise ValueError("the outermost value is another")
    except (ValueError, RecursionError) as error:
        raise _no_records(label, error) from error
    try:
        yield from json_list.members(text)
    except json_list.Unsound as error:
        line, what = error.args
        raise SourceError(f"{label}, line {line}", what, _ANOTHER_READER) from error


def _no_records(label: str, error: ValueError | RecursionError) -> SourceError:
    why = "nested too deep" if isinstance(error, RecursionError) else error
    return SourceError(label, f"is no JSON object of records ({why})", _ANOTHER_READER)


def _members(text: str, label: str) -> Iterator[tuple[int, str, dict]]:
    """Yield ``(line, key, record)`` of each member of the outermost object."""
    try:
        if not isinstance(json.loads(text), dict):
            raise ValueError("the outermost value is another")
    except (ValueError, RecursionError) as error:
        raise _no_records(label, error) from error
    # The text is sound JSON now, so between two tokens there is nothing but blanks and one mark.
    position, seen = _BEFORE_KEY.match(text).end(), set()
    while text[position] != "}":
        line = text.count("\n", 0, position) + 1
        key, position = json_list.DECODER.raw_decode(text, position)
        try:
            record, position = json_list.DECODER.raw_decode(text, _BEFORE_RECORD.match(text, position).end())
        except json_list.Unsound as error:
            raise SourceError(f"{label}, line {line}", str(error), _ANOTHER_READER) from error
        _check(key, record, seen, f"{label}, line {line}")
        seen.add(key)
        yield line, key, record
        position = _BEFORE_KEY.match(text, position).end()


def _check(key: str, record, seen: set[str], where: str) -> None:
    flat = isinstance(record, dict) and not any(isinstance(value, (dict, list)) for value in record.values())
    if not flat or key in seen:
        what = "stands here twice" if flat else "is no flat record"
        raise SourceError(where, f"{key!r} {what}", _ANOTHER_READER)
