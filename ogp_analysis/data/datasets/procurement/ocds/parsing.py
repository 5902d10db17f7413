"""The JSON of a release or record, read with care: what no standard reader takes, or takes in silence, is said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import orjson

from ogp_analysis.data.datasets.procurement.ocds.schemas import ANY_RELEASE, Change, Shape, facts

# A release of any version and shape as one of version 1.1 in its shape: names, kinds, organisations, versioned values.
# In the versioned release schema 1.1 of the standard a value is a list of objects with ``releaseID``, ``releaseDate``,
# ``releaseTag`` and ``value``. Only ``ocid``, and the ids by which objects in lists are matched, stand as they are.
# Other names of fields are those of drafts before version 1.0 (Buy and Sell, Canada), and slips of publishers. Before
# version 1.1 organisations are described where they are named. The way from there is that of the standard's own
# upgrade (ocdskit upgrade 1.0:1.1, Open Contracting Partnership): an organisation without id takes scheme and id of
# its identifier. Where it has none, it stays without; nothing is made up.

_DATE, _VALUE = "releaseDate", "value"
_KINDS = {dict: "object", list: "list", str: "text", int: "number", float: "number", bool: "true or false"}


def is_versioned(release: dict[str, Any]) -> bool:
    """Whether a release is a versioned one: it has values with their dates, and no date of its own."""
    return not isinstance(release.get("date"), str) and next(_versions(release), None) is not None


def latest(release: dict[str, Any]) -> dict[str, Any]:
    """Return the compiled release of a versioned one: of each field the value with the latest date.

    Of equal dates the last one counts. A field whose latest value is null is taken away. Date and id are those that a
    compiled release gets: the latest date, and that date after the ocid.

    Parameters
    ----------
    release : dict
        For which :func:`is_versioned` holds; it is not changed.
    """
    date = max(_date(one) for versions in _versions(release) for one in versions)
    ocid = release.get("ocid")
    return _latest(release) | {"ocid": ocid, "id": f"{ocid}-{date}", "date": date, "tag": ["compiled"]}


def _is_versions(value: Any) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, dict) and _DATE in one and _VALUE in one for one in value)
    )


def _versions(value: Any):
    """Yield each list of versions below a value."""
    if _is_versions(value):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _versions(one)


def _date(version: dict[str, Any]) -> str:
    return str(version[_DATE] or "")


def _latest(value: Any) -> Any:
    if _is_versions(value):
        return sorted(value, key=_date)[-1][_VALUE]
    if isinstance(value, dict):
        found = {name: _latest(one) for name, one in value.items()}
        return {name: one for name, one in found.items() if one is not None}
    return [_latest(one) for one in value] if isinstance(value, list) else value


#: What stands inside an object whose fields may have other names: the field, its kind, and what it is there.
_PARENT = (("items", list, "item"), ("suppliers", list, "organisation"), ("procuringEntity", dict, "organisation"))
_INSIDE = {
    "release": (("awards", list, "award"), ("contracts", list, "contract"), ("tender", dict, "tender"),
                ("buyer", dict, "organisation")),
    **dict.fromkeys(("award", "contract", "tender"), _PARENT),
}  # fmt: skip


def renamed(release: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a release with the names of the standard, and the old names that were replaced, sorted.

    A release without old names is returned as it is. A name of the standard that is there already wins.
    """
    found: set[str] = set()
    return _renamed(release, "release", found), sorted(found)


def _renamed(one: Any, kind: str, found: set[str]) -> Any:
    if not isinstance(one, dict):
        return one
    one = _standard(one, kind, found)
    if kind == "award" and "id" not in one and "awardID" in one:
        one = {**one, "id": one["awardID"]}
        found.add("awardID")
    if kind == "item" and "classificationID" in one:
        found.add("classificationID")
        one = {**one, "classification": {"scheme": one.get("classificationScheme"), "id": one["classificationID"]}}
    if kind == "item" and ("unitOfMeasure" in one or "valuePerUnit" in one):
        found.add("valuePerUnit")
        one = {**one, "unit": {"name": one.get("unitOfMeasure"), "value": one.get("valuePerUnit")}}
    if kind == "organisation" and isinstance(one.get("id"), dict):
        # The identifier of a draft is an object that holds the name.
        found.add("id/uid")
        told = one["id"]
        rest = {key: value for key, value in one.items() if key != "id"}
        if isinstance(rest.get("address"), dict):
            rest["address"] = _standard(rest["address"], "address", found)
        identifier = {"scheme": told.get("scheme"), "id": told.get("uid")}
        one = rest | {"name": one.get("name") or told.get("name"), "identifier": identifier}
    for key, form, inside in _INSIDE.get(kind, ()):
        value = one.get(key)
        if isinstance(value, form):
            value = [_renamed(v, inside, found) for v in value] if form is list else _renamed(value, inside, found)
            one = {**one, key: value}
    return one


def _standard(one: dict[str, Any], kind: str, found: set[str]) -> dict[str, Any]:
    known = facts()["names"].get(kind, {})
    names = {old: new for old, new in known.items() if old in one and one.get(new) is None}
    found.update(names)
    kept = {key: value for key, value in one.items() if key not in names}
    return kept | {new: one[old] for old, new in names.items() if one[old] is not None} if names else one


def kind(value: Any) -> str:
    """Return what a value of JSON is, for example ``(text)``."""
    return f"({_KINDS.get(type(value), 'null')})"


def in_shape(data: dict[str, Any], shape: Shape, changes: list[Change], path: str = "") -> dict[str, Any]:
    """Return `data` with the fields of `shape` only; a field that is null stays null.

    Parameters
    ----------
    data : dict
        A release, or part of one.
    shape : dict
        See :mod:`.schemas`.
    changes : list of Change
        Added to: an object that should be a list becomes a list of one, as a text that should be a list; a list of one
        that should be an object becomes that object; anything else of the wrong kind becomes missing.
    """
    return {
        key: None if data[key] is None else _of_kind(data[key], wanted, changes, f"{path}{key}")
        for key, wanted in shape.items()
        if key in data
    }


def _of_kind(value: Any, wanted: Any, changes: list[Change], place: str) -> Any:
    if isinstance(wanted, list):
        single = str if wanted[0] is None else dict
        if isinstance(value, single) and value:
            changes.append(Change("one_for_list", place, kind(value), "(list)"))
            value = [value]
        if not isinstance(value, list):
            return _dropped(value, changes, place)
        for one in value:
            if not isinstance(one, single):
                _dropped(one, changes, place)
        kept = [one for one in value if isinstance(one, single)]
        return kept if wanted[0] is None else [in_shape(one, wanted[0], changes, place + "/") for one in kept]
    if wanted is None:
        return value if type(value) in (str, int, float) else _dropped(value, changes, place)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        changes.append(Change("list_for_object", place, "(list)", "(object)"))
        value = value[0]
    if not isinstance(value, dict):
        return _dropped(value, changes, place)
    return in_shape(value, wanted, changes, place + "/")


def _dropped(value: Any, changes: list[Change], place: str) -> None:
    if value is not None and value != "":
        changes.append(Change("wrong_kind", place, kind(value), ""))


def is_old(release: dict[str, Any]) -> bool:
    """Return whether a release describes organisations where it names them, and has no parties."""
    return not release.get("parties") and any(
        "identifier" in one or "address" in one or one.get("id") is None for _, _, one in _organisations(release)
    )


def upgraded(release: dict[str, Any], changes: list[Change]) -> dict[str, Any]:
    """Give the organisations of a release (in :data:`.fields.ANY_RELEASE`) ids, and describe them in parties.

    `release` is changed in place. The record names no identifier: it may be a person's.
    """
    parties: dict[str, dict[str, Any]] = {}
    for role, path, one in _organisations(release):
        identifier = one.get("identifier") or {}
        if one.get("id") is None and identifier.get("id") not in (None, ""):
            scheme = identifier.get("scheme")
            one["id"] = f"{scheme}-{identifier['id']}" if scheme else str(identifier["id"])
            changes.append(Change("id_from_identifier", f"{path}/id", "", "(scheme and id of its identifier)"))
        if one.get("id") is not None:
            key = f"id {one['id']}"
        else:
            key = f"name {one['name']}" if one.get("name") else f"number {len(parties)}"
        party = parties.setdefault(key, {**one, "roles": []})
        if role not in party["roles"]:
            party["roles"].append(role)
    if parties:
        release["parties"] = list(parties.values())
        changes.append(Change("parties_from_organisations", "parties", "", f"{len(parties)}"))
    return release


def _organisations(release: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield role, path and organisation of each place where a release names one."""
    tender = release.get("tender") or {}
    if release.get("buyer"):
        yield "buyer", "buyer", release["buyer"]
    if tender.get("procuringEntity"):
        yield "procuringEntity", "tender/procuringEntity", tender["procuringEntity"]
    for one in tender.get("tenderers") or ():
        yield "tenderer", "tender/tenderers", one
    for bid in (release.get("bids") or {}).get("details") or ():
        for one in bid.get("tenderers") or ():
            yield "tenderer", "bids/details/tenderers", one
    for award in release.get("awards") or ():
        for one in award.get("suppliers") or ():
            yield "supplier", "awards/suppliers", one


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
            changes += [Change("duplicate_key", *told) for told in _repeats(raw)]
        return data
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
        changes.append(Change("read_as_windows_1252", "release", "(not UTF-8)", "(text)"))
    repeats: list[tuple[str, str, str]] = []

    def constant(written: str) -> None:
        changes.append(Change("number_not_finite", "release", written, ""))

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
    changes += [Change("duplicate_key", *told) for told in repeats]
    try:
        orjson.dumps(data)
    except (TypeError, ValueError):
        changes.append(Change("half_character", "release", "(half a surrogate pair)", "?"))
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
