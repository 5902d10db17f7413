"""Records of a JSON object or list of flat objects, or of an object of such objects, each with its line."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

from ogp_analysis.base.errors import SourceError
from ogp_analysis.sources import workbook

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


def records(path: Path, label: str, encoding: str) -> Iterator[tuple[int, list[str]]]:
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
