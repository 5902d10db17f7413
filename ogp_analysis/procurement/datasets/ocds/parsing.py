"""The JSON of a release or record, read with care: what no standard reader takes, or takes in silence, is said."""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import orjson

from ogp_analysis.procurement.datasets.ocds import rules
from ogp_analysis.procurement.datasets.ocds.fields import ANY_RELEASE
from ogp_analysis.procurement.datasets.ocds.rules import Change, change
from ogp_analysis.procurement.datasets.ocds.upgrading import kind

#: A release has some ten objects and lists inside one another. Readers end with an error of their own at some depth.
DEEPEST = 200
_NOT_BRACKETS = bytes(sorted(set(range(256)) - set(b"{}[]")))
_STRING = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)


class TooDeep(ValueError):
    """More objects and lists inside one another than :data:`DEEPEST`."""


def parsed(raw: bytes, changes: list[Change]) -> Any:
    """Return what the JSON of an element says.

    Text that is not UTF-8, half a character, a bare control character, NaN, a number out of range (1e400) and a key
    that is repeated within an object are read all the same; what became of them is added to `changes`.

    Raises
    ------
    TooDeep
        If it is nested too deep to be read.
    ValueError
        If it is not JSON.
    """
    if is_too_deep(raw):
        raise TooDeep
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError:
        pass  # read with more care below
    else:
        if _may_repeat(raw, data):
            changes += [change(rules.DUPLICATE_KEY, *told) for told in _repeats(raw)]
        return data
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
        changes.append(change(rules.WINDOWS_1252, "release", "(not UTF-8)", "(text)"))
    repeats: list[tuple[str, str, str]] = []

    def constant(written: str) -> None:
        changes.append(change(rules.NOT_FINITE, "release", written, ""))

    def number(written: str) -> float | None:
        value = float(written)
        return value if abs(value) != float("inf") else constant("(number out of range)")

    # The standard reader also takes half a surrogate pair, which occurs where software has cut a text. Control
    # characters as they are, which it takes if it is not strict, are taken out of each column later.
    data = json.loads(
        text,
        strict=False,
        parse_constant=constant,
        parse_float=number,
        object_pairs_hook=lambda pairs: _once(pairs, repeats),
    )
    changes += [change(rules.DUPLICATE_KEY, *told) for told in repeats]
    try:
        orjson.dumps(data)
    except (TypeError, ValueError):
        changes.append(change(rules.HALF_CHARACTER, "release", "(half a surrogate pair)", "?"))
        return json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace").decode())
    return data


def repeats_a_key(raw: bytes) -> bool:
    """Return whether an object in the JSON of an element has a key twice; False for what :func:`parsed` refuses."""
    try:
        return _may_repeat(raw, orjson.loads(raw)) and bool(_repeats(raw))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):  # the second: nested too deep to be written
        return False


def is_too_deep(raw: bytes) -> bool:
    """Return whether there are more objects and lists inside one another than :data:`DEEPEST`."""
    if raw.count(b"{") + raw.count(b"[") <= DEEPEST:
        return False
    return _vanish_not(raw.translate(None, _NOT_BRACKETS)) and _vanish_not(
        _STRING.sub(b"", raw).translate(None, _NOT_BRACKETS)
    )


def _vanish_not(brackets: bytes) -> bool:
    """Return whether something is left when the innermost pairs are taken away :data:`DEEPEST` times."""
    for _ in range(DEEPEST):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return bool(brackets)


def _may_repeat(raw: bytes, data: Any) -> bool:
    """Return whether there are more keys in the text than in what came of it; blanks before a colon may feign it."""
    made = orjson.dumps(data)
    if b"\\" in raw and b"\\u003" in raw:
        return _keys(raw) != _keys(made)
    # Without a colon that is written as an escape, the texts have the same ones in both: a sign is counted in half the
    # time that two take.
    return raw.count(b":") != made.count(b":")


def _keys(text: bytes) -> int:
    return text.count(b'":') - text.count(b'\\":')


def _repeats(raw: bytes) -> list[tuple[str, str, str]]:
    """Return key, kind of the value that is lost and of the one that counts, of each key that is there again."""
    found: list[tuple[str, str, str]] = []
    json.loads(raw, object_pairs_hook=lambda pairs: _once(pairs, found))
    return found


def _once(pairs: list[tuple[str, Any]], found: list) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made:
            # Any text may be a key, also the name of a person.
            found.append((key if key in _known() else "(another field)", kind(made[key]), kind(value)))
        made[key] = value
    return made


@cache
def _known() -> frozenset[str]:
    found, waiting = {"releases", "records", "compiledRelease", "versionedRelease"}, [ANY_RELEASE]
    while waiting:
        shape = waiting.pop()
        found |= shape.keys()
        inner = [one[0] if isinstance(one, list) else one for one in shape.values()]
        waiting += [one for one in inner if isinstance(one, dict)]
    return frozenset(found)
