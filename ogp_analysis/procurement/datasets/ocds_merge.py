"""Releases of one process as one compiled release: the merge of the standard, in one pass over the values.

Equal to ``ocdsmerge.Merger.create_compiled_release`` (Open Contracting Partnership) under the release schema 1.1.4,
whose merge rules stand in ``ocds.toml``; a test compares the two on published releases. One thing is other: identifiers
``1`` and ``"1"`` in one list name one object here, which the library splits by field.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from ogp_analysis.procurement.datasets.ocds_facts import facts

_OMIT, _WHOLE = "omit", "whole"


class _Array(list):
    """A list of objects that merges by id."""

    def __init__(self) -> None:
        super().__init__()
        self.by_id: dict[str, dict] = {}


class _Object(dict):
    """An object that merges by field."""


@cache
def _rules() -> dict[str, Any]:
    """Return the rules as a tree by field; a leaf is ``omit`` or ``whole``."""
    tree: dict[str, Any] = {}
    for rule in (_OMIT, _WHOLE):
        for path in facts()["merge"][rule]:
            *parents, last = path.split("/")
            node = tree
            for parent in parents:
                node = node.setdefault(parent, {})
            node[last] = rule
    return tree


def compiled(releases: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return the compiled release of the releases of one process, in the order of their dates.

    Later values replace earlier ones, null takes a value away, objects in lists meet by their id, and lists of anything
    else are replaced as a whole. Objects without an id are added each time.

    Parameters
    ----------
    releases : iterable of dict
        Sorted by date; of equal dates, in the order of the file.
    """
    whole: dict[str, Any] = _Object(tag=["compiled"])
    rules = _rules()
    for release in releases:
        whole["id"] = f"{release.get('ocid')}-{release.get('date')}"
        whole["date"], whole["ocid"] = release.get("date"), release.get("ocid")
        _merge(whole, release, rules)
    return whole


def _merge(into: dict, source: dict, rules: dict) -> bool:
    """Merge an object; return whether it says anything, be it null."""
    says = False
    for key, value in source.items():
        rule = rules.get(key)
        if rule == _OMIT:
            continue
        kind = value.__class__
        if rule == _WHOLE or (kind is not dict and not (kind is list and _of_objects(value))):
            says = True
            _put(into, key, value)
        elif value:
            says |= (_merge_object if kind is dict else _merge_list)(into, key, value, rule or {})
    return says


def _of_objects(values: list) -> bool:
    return all(isinstance(one, dict) for one in values)


def _put(into: dict, key: str, value: Any) -> None:
    """Set a single value or whole list. What has been merged part by part is not taken away as a whole."""
    if into.get(key).__class__ in (_Object, _Array):
        return
    if value is None:
        into.pop(key, None)
    else:
        into[key] = value


def _merge_object(into: dict, key: str, value: dict, rules: dict) -> bool:
    target = into.get(key)
    known = target.__class__ is _Object
    if not known:
        target = _Object()
    says = _merge(target, value, rules)
    if says and not known:
        into[key] = target
    return says


def _merge_list(into: dict, key: str, values: list, rules: dict) -> bool:
    array = into.get(key)
    known = array.__class__ is _Array
    if not known:
        array = _Array()
    says = False
    for value in values:
        identifier = str(value["id"]) if "id" in value else None
        target = None if identifier is None else array.by_id.get(identifier)
        new = target is None
        if new:
            target = _Object()
        if not _merge(target, value if new else {k: v for k, v in value.items() if k != "id"}, rules) and new:
            continue
        says = True
        if new:
            array.append(target)
            if identifier is not None:
                array.by_id[identifier] = target
    if says and not known:
        into[key] = array
    return says
