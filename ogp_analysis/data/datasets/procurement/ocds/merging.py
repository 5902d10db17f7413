"""Releases of one process as one, by the merge of the standard: of any release, and in haste of those without oddities.

:func:`compiled` is equal to ``ocdsmerge.Merger.create_compiled_release`` (Open Contracting Partnership) under the
release schema 1.1.4, whose merge rules stand in ``ocds.toml``; a test compares the two on published releases.
One thing differs: identifiers ``1`` and ``"1"`` in one list name one object here, which the library splits by field.

:func:`joined` comes to the same without the detour over dicts, for releases of version 1.1 with different ids, of which
none is compiled, none holds null, and all objects in lists have an id of their own. Others it refuses.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
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


class Unfit(ValueError):
    """Releases that have to be merged by the rules, one by one."""


#: How a field merges: replaced as a whole, field by field, member by member.
_VALUE, _OBJECT, _LIST = 0, 1, 2
_Plan = tuple[tuple[str, int, Any], ...]


def _plan(shape: Shape) -> _Plan:
    return tuple(
        (name, _VALUE, None)
        if kind is None or kind == [None]
        else (name, _OBJECT, _plan(kind))
        if isinstance(kind, dict)
        # Of members with one id, the id of the first stays, as it is written there.
        else (name, _LIST, tuple(one for one in _plan(kind[0]) if one[0] != "id"))
        for name, kind in shape.items()
    )


def _with_lists(plan: _Plan) -> _Plan:
    """Return the part of a plan in which lists of objects stand."""
    parts = ((name, how, _with_lists(sub) if sub else ()) for name, how, sub in plan)
    return tuple((name, how, sub) for name, how, sub in parts if how == _LIST or sub)


_PLAN = tuple(one for one in _plan(RELEASE) if one[0] not in ("ocid", "id", "date", "tag"))
_LISTS = _with_lists(_PLAN)


def joined(raws: list[Any]) -> tuple[Any, list[int]]:
    """Return the releases of one process as one, with id, date and tags, and their order by date.

    Parameters
    ----------
    raws : list of bytes-like
        Their JSON, in the order of the files.

    Raises
    ------
    Unfit
        If something is unusual.
    """
    if any(b"null" in bytes(raw) for raw in raws):
        raise Unfit("holds null")
    releases = [read(raw) for raw in raws]
    if None in releases:
        raise Unfit("out of shape")
    known = set()
    for one in releases:
        if one.ocid != releases[0].ocid or one.date.__class__ is not str or one.id is None or not one.tag:
            raise Unfit("without date, id or tag")
        if "compiled" in one.tag:
            raise Unfit("compiled")
        known.add((str(one.id), *sorted(one.tag)))
        _identified(one, _LISTS)
    if len(known) < len(releases):
        raise Unfit("a release that occurs twice")
    order = sorted(range(len(releases)), key=[one.date for one in releases].__getitem__)
    first, *rest = (releases[number] for number in order)
    tags = {tag for one in releases for tag in one.tag}
    for one in rest:
        _join(first, one, _PLAN)
    first.id, first.date, first.tag = rest[-1].id, rest[-1].date, sorted(tags)
    return first, order


def _identified(node: Any, plan: _Plan) -> None:
    """Refuse lists in which an object has no id, or shares it with another."""
    for name, how, sub in plan:
        if value := getattr(node, name):
            if how == _LIST:
                _by_id(value)
            for one in (value if how == _LIST else (value,)) if sub else ():
                _identified(one, sub)


def _key(one: Any) -> str:
    return one.id if one.id.__class__ is str else f"{one.id}"


def _by_id(values: list[Any]) -> dict[str, Any]:
    found = {_key(one): one for one in values}
    if len(found) < len(values) or "None" in found:
        raise Unfit("objects without an id of their own")
    return found


def _join(into: Any, source: Any, plan: _Plan) -> None:
    for name, how, sub in plan:
        value = getattr(source, name)
        if value is None:
            continue
        old = getattr(into, name)
        if how == _VALUE or not old:
            # An empty list or an object that says nothing takes nothing away.
            if how == _VALUE or value:
                setattr(into, name, value)
        elif how == _OBJECT and old != value:
            _join(old, value, sub)
        elif old != value:
            old = deepcopy(old)  # lists may be shared between parents of one release
            known = _by_id(old)
            for one in value:
                if (key := _key(one)) in known:
                    _join(known[key], one, sub)
                else:
                    old.append(one)
            setattr(into, name, old)
