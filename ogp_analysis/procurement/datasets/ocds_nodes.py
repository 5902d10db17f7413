"""Releases as objects with attributes: those of a shape, each None where the JSON has nothing.

A release is read straight into such objects, and what the shape does not name costs almost nothing. A
release with anything out of its place is refused; it goes by way of :mod:`.ocds_repair`.

Many publishers repeat the items of a tender word for word in its award and contract. Lists of items of one release that
are the same text are read once, and are one list.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ogp_analysis.procurement.datasets.ocds_facts import facts
from ogp_analysis.procurement.datasets.ocds_shape import ITEM, RELEASE, Shape


class _Classes:
    """A class for each shape, made once."""

    def __init__(self) -> None:
        self._known: dict[int, type] = {}

    def of(self, shape: Shape, name: str) -> type:
        if id(shape) not in self._known:
            self._known[id(shape)] = _struct(name, {key: self._field(kind, key) for key, kind in shape.items()})
        return self._known[id(shape)]

    def _field(self, kind: Any, key: str) -> Any:
        if isinstance(kind, list):
            return ("list", self._field(kind[0], key))
        return ("object", self.of(kind, key.capitalize())) if isinstance(kind, dict) else ("value", None)


#: The field whose lists are read once; known when the class of items is.
_ITEMS: tuple | None = None


def _struct(name: str, fields: dict[str, Any]) -> type:
    return msgspec.defstruct(name, [(key, _annotation(kind), None) for key, kind in fields.items()], gc=False)


def _annotation(field: tuple[str, Any]) -> Any:
    kind, of = field
    if field == _ITEMS:
        return msgspec.Raw
    if kind == "list":
        # An entry that is null would be no object.
        inner = str if of[0] == "value" else of[1]
        return list[inner] | None
    return of | None if kind == "object" else str | int | float | None


_TREE = _Classes()
_ITEMS = ("list", ("object", _TREE.of(ITEM, "Item")))
Release = _TREE.of(RELEASE, "Release")


def empty(shape: Shape) -> Any:
    """Return the object of a shape that says nothing."""
    return _TREE.of(shape, "")()


#: Names of fields of a tender that stand for one of the standard: to replace them is work of :mod:`.ocds_names`.
_OTHER_NAMES = tuple(sorted(facts()["names"]["tender"]))
_Tender = msgspec.defstruct(
    "Tender",
    [(name, msgspec.Raw, None) for name in _OTHER_NAMES],
    bases=(_TREE.of(RELEASE["tender"], "Tender"),),
    gc=False,
)


class _Element(Release, gc=False):
    tender: _Tender | None = None
    releases: msgspec.Raw = None
    compiledRelease: msgspec.Raw = None
    contract: msgspec.Raw = None


_decode = msgspec.json.Decoder(_Element).decode
_decode_items = msgspec.json.Decoder(list[_ITEMS[1][1]] | None).decode


def read(raws: list[Any]) -> list[Any]:
    """Return releases of version 1.1 from their JSON; None for what is none, or is out of shape."""
    return [_read(raw) for raw in raws]


def _read(raw: Any) -> Any:
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
    """Return the objects of a release that :mod:`.ocds_repair` put in order."""
    made = msgspec.json.decode(msgspec.json.encode(release), type=Release)
    _read_items(made)
    return made
