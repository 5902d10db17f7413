"""Records of a JSON list of flat objects, each with the line it starts on."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator


class Unsound(ValueError):
    """A key stands twice in an object, or what stands for a number is none: most readers would not say so."""


def _once(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))
        raise Unsound(f"{twice!r} stands twice in one record")
    return found


def _none(said: str) -> float:
    raise Unsound(f"{said} is no number")


def _finite(said: str) -> float:
    return number if math.isfinite(number := float(said)) else _none(said[:20])


#: Decodes JSON in which each key stands once and each number is one.
DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=_finite, parse_constant=_none)
_BEFORE = re.compile(r"[\s\[,]*")


def is_list(value: object) -> bool:
    """Whether a decoded JSON value is a list of flat objects, perhaps empty."""
    return isinstance(value, list) and all(_flat(one) for one in value)


def _flat(record: object) -> bool:
    return isinstance(record, dict) and not any(isinstance(value, (dict, list)) for value in record.values())


def members(text: str) -> Iterator[tuple[int, dict]]:
    """Yield ``(line, record)`` of each member of a list for which :func:`is_list` holds.

    Parameters
    ----------
    text : str
        Sound JSON, so that between two records there is nothing but blanks and one mark.

    Raises
    ------
    Unsound
        With the line and what is wrong there.
    """
    before, line = 0, 1
    position = _BEFORE.match(text).end()
    while text[position] != "]":
        line += text.count("\n", before, position)
        before = position
        try:
            record, end = DECODER.raw_decode(text, position)
        except Unsound as error:
            raise Unsound(line, str(error)) from error
        yield line, record
        position = _BEFORE.match(text, end).end()
