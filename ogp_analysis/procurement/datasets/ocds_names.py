"""Other names of fields: those of drafts before version 1.0 (Buy and Sell, Canada), and slips of publishers."""

from __future__ import annotations

from typing import Any

from ogp_analysis.procurement.datasets.ocds_facts import facts


def renamed(release: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return a release with the names of the standard, and the old names that were replaced, sorted.

    A release without old names is returned as it is. A name of the standard that is there already wins.
    """
    found: set[str] = set()
    release = _named(release, "release", found)
    for key, kind in (("awards", "award"), ("contracts", "contract")):
        if isinstance(release.get(key), list):
            release = {**release, key: [_parent(one, kind, found) for one in release[key]]}
    for key, kind in (("tender", "tender"), ("buyer", "organisation")):
        if isinstance(release.get(key), dict):
            work = _parent if kind == "tender" else _organisation
            release = {**release, key: work(release[key], *((kind,) if work is _parent else ()), found)}
    return release, sorted(found)


def _parent(one: Any, kind: str, found: set[str]) -> Any:
    if not isinstance(one, dict):
        return one
    one = _named(one, kind, found)
    if kind == "award" and "id" not in one and "awardID" in one:
        one = {**one, "id": one["awardID"]}
        found.add("awardID")
    if isinstance(one.get("items"), list):
        one = {**one, "items": [_item(item, found) for item in one["items"]]}
    if isinstance(one.get("suppliers"), list):
        one = {**one, "suppliers": [_organisation(o, found) for o in one["suppliers"]]}
    if isinstance(one.get("procuringEntity"), dict):
        one = {**one, "procuringEntity": _organisation(one["procuringEntity"], found)}
    return one


def _named(one: dict[str, Any], kind: str, found: set[str]) -> dict[str, Any]:
    names = {old: new for old, new in facts()["names"][kind].items() if old in one and one.get(new) is None}
    found.update(names)
    kept = {key: value for key, value in one.items() if key not in names}
    return kept | {new: one[old] for old, new in names.items() if one[old] is not None} if names else one


def _item(item: Any, found: set[str]) -> Any:
    if not isinstance(item, dict):
        return item
    if "classificationID" in item:
        found.add("classificationID")
        named = {"scheme": item.get("classificationScheme"), "id": item["classificationID"]}
        item = {**item, "classification": named}
    if "unitOfMeasure" in item or "valuePerUnit" in item:
        found.add("valuePerUnit")
        item = {**item, "unit": {"name": item.get("unitOfMeasure"), "value": item.get("valuePerUnit")}}
    return item


def _organisation(one: Any, found: set[str]) -> Any:
    """The identifier of a draft is an object that holds the name."""
    if not isinstance(one, dict) or not isinstance(one.get("id"), dict):
        return one
    found.add("id/uid")
    told = one["id"]
    rest = {key: value for key, value in one.items() if key != "id"}
    if isinstance(rest.get("address"), dict):
        rest["address"] = _named(rest["address"], "address", found)
    identifier = {"scheme": told.get("scheme"), "id": told.get("uid")}
    return rest | {"name": one.get("name") or told.get("name"), "identifier": identifier}
