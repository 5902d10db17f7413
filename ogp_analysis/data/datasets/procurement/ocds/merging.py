"""Releases of one process as one, by the merge of the standard; and releases of version 1.1 read without oddities.

:func:`compiled` is equal to ``ocdsmerge.Merger.create_compiled_release`` (Open Contracting Partnership) under the
release schema 1.1.4, whose merge rules stand in ``ocds.toml``; a test compares the two on published releases.
One thing differs: identifiers ``1`` and ``"1"`` in one list name one object here, which the library splits by field.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import msgspec

from ogp_analysis.data.datasets.procurement.ocds.schemas import RELEASE, Shape, facts

# Releases as objects with attributes: those of a shape, each None where the JSON has nothing.
# A release is read straight into such objects, and what the shape does not name costs almost nothing. A release with
# anything out of its place is refused; it goes by way of :mod:`.cleaner`.
# Many publishers repeat the items of a tender word for word in its award and contract. Lists of items of one release
# that are the same text are read once, and are one list.

_CLASSES: dict[str, type] = {}


def class_of(shape: Shape, name: str = "Part") -> type:
    """Return the class of the objects of a shape; shapes that are alike have one."""
    key = repr(shape)
    if key not in _CLASSES:
        fields = []
        for field, kind in shape.items():
            if field == "items":
                one: Any = msgspec.Raw  # read by _read_items
            elif isinstance(kind, list):
                # An entry that is null would be no object.
                one = list[str if kind[0] is None else class_of(kind[0], field.capitalize())] | None
            elif kind is None:
                one = str | int | float | None
            else:
                one = class_of(kind, field.capitalize()) | None
            fields.append((field, one, None))
        _CLASSES[key] = msgspec.defstruct(name, fields, gc=False)
    return _CLASSES[key]


Release = class_of(RELEASE, "Release")
#: Names of fields of a tender that stand for one of the standard: to replace them is work of :mod:`.parsing`.
_OTHER_NAMES = tuple(sorted(facts()["names"]["tender"]))
_Tender = msgspec.defstruct(
    "Tender", [(name, msgspec.Raw, None) for name in _OTHER_NAMES], bases=(class_of(RELEASE["tender"]),), gc=False
)


class _Element(Release, gc=False):
    tender: _Tender | None = None
    releases: msgspec.Raw = None
    compiledRelease: msgspec.Raw = None
    contract: msgspec.Raw = None


_decode = msgspec.json.Decoder(_Element).decode
_decode_items = msgspec.json.Decoder(list[class_of(RELEASE["tender"]["items"][0], "Item")] | None).decode


def read(raw: Any) -> Any:
    """Return a release of version 1.1 from its JSON; None if it is anything else, or out of shape."""
    try:
        one = _decode(raw)
        _read_items(one)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    is_record = one.releases or one.compiledRelease or one.contract
    tender = one.tender
    if tender is not None and any(getattr(tender, name) is not None for name in _OTHER_NAMES):
        return None
    return None if is_record or not one.parties or one.ocid.__class__ is not str or not one.ocid else one


def _read_items(release: Any) -> None:
    text = items = None
    tender, bids = release.tender, release.bids
    for parents in (
        () if tender is None else (tender,),
        release.awards or (),
        release.contracts or (),
        () if bids is None else bids.details or (),
    ):
        for parent in parents:
            if parent.items is not None:
                if text is None or parent.items != text:
                    text = parent.items
                    items = _decode_items(text)
                parent.items = items


def built(release: dict) -> Any:
    """Return the objects of a release that :mod:`.parsing` put in order."""
    made = msgspec.json.decode(msgspec.json.encode(release), type=Release)
    _read_items(made)
    return made


_OMIT, _WHOLE = "omit", "whole"


class _Array(list):
    """A list of objects that merges by id."""

    def __init__(self) -> None:
        super().__init__()
        self.by_id: dict[str, dict] = {}


class _Object(dict):
    """An object that merges by field."""


@cache
def merge_rules() -> dict[str, Any]:
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
    rules = merge_rules()
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
        kind, old = value.__class__, into.get(key)
        of_objects = kind is list and all(isinstance(one, dict) for one in value)
        if rule == _WHOLE or not (kind is dict or of_objects):
            says = True
            # What has been merged part by part is not taken away as a whole.
            if old.__class__ not in (_Object, _Array):
                if value is None:
                    into.pop(key, None)
                else:
                    into[key] = value
        elif value:
            kept, merge = (_Object, _merge) if kind is dict else (_Array, _merge_list)
            target = old if old.__class__ is kept else kept()
            if merge(target, value, rule or {}):
                says = True
                into[key] = target
    return says


def _merge_list(array: _Array, values: list, rules: dict) -> bool:
    says = False
    for value in values:
        identifier = str(value["id"]) if "id" in value else None
        target = None if identifier is None else array.by_id.get(identifier)
        if target is not None:
            _merge(target, {k: v for k, v in value.items() if k != "id"}, rules)
            says = True
            continue
        target = _Object()
        if _merge(target, value, rules):
            says = True
            array.append(target)
            if identifier is not None:
                array.by_id[identifier] = target
    return says
