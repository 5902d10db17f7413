"""A release of any version and shape as one of version 1.1 in its shape: names, kinds, organisations, versioned values.

In the versioned release schema 1.1 of the standard a value is a list of objects with ``releaseID``, ``releaseDate``,
``releaseTag`` and ``value``. Only ``ocid``, and the ids by which objects in lists are matched, stand as they are.

Other names of fields are those of drafts before version 1.0 (Buy and Sell, Canada), and slips of publishers.
Before version 1.1 organisations are described where they are named. The way from there is that of the standard's own
upgrade (ocdskit upgrade 1.0:1.1, Open Contracting Partnership): an organisation without id takes scheme and id of its
identifier. Where it has none, it stays without; nothing is made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ogp_analysis.procurement.datasets.ocds.fields import Shape
from ogp_analysis.procurement.datasets.ocds.rules import (
    ID_FROM_IDENTIFIER,
    LIST_FOR_OBJECT,
    ONE_FOR_LIST,
    PARTIES_FROM_ORGANISATIONS,
    WRONG_KIND,
    Change,
    change,
    facts,
)

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
        See :mod:`.fields`.
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
            changes.append(change(ONE_FOR_LIST, place, kind(value), "(list)"))
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
        changes.append(change(LIST_FOR_OBJECT, place, "(list)", "(object)"))
        value = value[0]
    if not isinstance(value, dict):
        return _dropped(value, changes, place)
    return in_shape(value, wanted, changes, place + "/")


def _dropped(value: Any, changes: list[Change], place: str) -> None:
    if value is not None and value != "":
        changes.append(change(WRONG_KIND, place, kind(value), ""))


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
            changes.append(change(ID_FROM_IDENTIFIER, f"{path}/id", "", "(scheme and id of its identifier)"))
        if one.get("id") is not None:
            key = f"id {one['id']}"
        else:
            key = f"name {one['name']}" if one.get("name") else f"number {len(parties)}"
        party = parties.setdefault(key, {**one, "roles": []})
        if role not in party["roles"]:
            party["roles"].append(role)
    if parties:
        release["parties"] = list(parties.values())
        changes.append(change(PARTIES_FROM_ORGANISATIONS, "parties", "", f"{len(parties)}"))
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
