"""Records of a JSON list of flat objects, each with the line it starts on."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_DECODER = json.JSONDecoder()
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
    """
    before, line = 0, 1
    position = _BEFORE.match(text).end()
    while text[position] != "]":
        line += text.count("\n", before, position)
        before = position
        record, end = _DECODER.raw_decode(text, position)
        yield line, record
        position = _BEFORE.match(text, end).end()
