"""A release brought into its shape: known fields only, each of its kind. What had to be changed is said."""

from __future__ import annotations

from typing import Any

from ogp_analysis.procurement.datasets.ocds_rules import LIST_FOR_OBJECT, ONE_FOR_LIST, WRONG_KIND, Change, change
from ogp_analysis.procurement.datasets.ocds_shape import Shape

_ROOT = ""
_KINDS = {dict: "object", list: "list", str: "text", int: "number", float: "number", bool: "true or false"}


def kind(value: Any) -> str:
    """Return what a value of JSON is, for example ``(text)``."""
    return f"({_KINDS.get(type(value), 'null')})"


def in_shape(data: dict[str, Any], shape: Shape, changes: list[Change], path: str = _ROOT) -> dict[str, Any]:
    """Return `data` with the fields of `shape` only; a field that is null stays null.

    Parameters
    ----------
    data : dict
        A release, or part of one.
    shape : dict
        See :mod:`.ocds_shape`.
    changes : list of Change
        Added to: an object that should be a list becomes a list of one, as a text that should be a list; a list of one
        that should be an object becomes that object; anything else of the wrong kind becomes missing.
    """
    found = {}
    for key, wanted in shape.items():
        if key not in data:
            continue
        value, place = data[key], f"{path}{key}"
        found[key] = None if value is None else _of_kind(value, wanted, changes, place)
    return found


def _of_kind(value: Any, wanted: Any, changes: list[Change], place: str) -> Any:
    if wanted is None:
        return value if type(value) in (str, int, float) else _dropped(value, changes, place)
    if isinstance(wanted, dict):
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
            changes.append(change(LIST_FOR_OBJECT, place, "(list)", "(object)"))
            value = value[0]
        return (
            in_shape(value, wanted, changes, place + "/")
            if isinstance(value, dict)
            else _dropped(value, changes, place)
        )
    return _list(value, wanted[0], changes, place)


def _list(value: Any, wanted: Any, changes: list[Change], place: str) -> list | None:
    single = str if wanted is None else dict
    if isinstance(value, single) and value:
        changes.append(change(ONE_FOR_LIST, place, kind(value), "(list)"))
        value = [value]
    if not isinstance(value, list):
        return _dropped(value, changes, place)
    kept = [one for one in value if isinstance(one, single)]
    for one in value:
        if not isinstance(one, single):
            _dropped(one, changes, place)
    return kept if wanted is None else [in_shape(one, wanted, changes, place + "/") for one in kept]


def _dropped(value: Any, changes: list[Change], place: str) -> None:
    if value is not None and value != "":
        changes.append(change(WRONG_KIND, place, kind(value), ""))
