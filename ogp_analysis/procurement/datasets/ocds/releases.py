"""Releases as objects with attributes: those of a shape, each None where the JSON has nothing.

A release is read straight into such objects, and what the shape does not name costs almost nothing. A
release with anything out of its place is refused; it goes by way of :mod:`.statements`.

Many publishers repeat the items of a tender word for word in its award and contract. Lists of items of one release that
are the same text are read once, and are one list.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ogp_analysis.procurement.datasets.ocds.fields import RELEASE, Shape
from ogp_analysis.procurement.datasets.ocds.rules import facts

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
#: Names of fields of a tender that stand for one of the standard: to replace them is work of :mod:`.upgrading`.
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
    """Return the objects of a release that :mod:`.upgrading` put in order."""
    made = msgspec.json.decode(msgspec.json.encode(release), type=Release)
    _read_items(made)
    return made
