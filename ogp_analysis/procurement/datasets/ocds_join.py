"""Merging without the detour over dicts: releases in which nothing is unusual, as objects.

It comes to what :mod:`.ocds_statements` and :mod:`.ocds_merge` come to, for releases of version 1.1 with different ids,
of which none is compiled, none holds null, and all objects in lists have an id of their own. Others are refused.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from ogp_analysis.procurement.datasets.ocds_nodes import read
from ogp_analysis.procurement.datasets.ocds_shape import RELEASE, Shape


class Unfit(ValueError):
    """Releases that have to be merged by the rules, one by one."""


_NULL = b"null"
_COMPILED = "compiled"
#: How a field merges: replaced as a whole, field by field, member by member.
_WHOLE, _OBJECT, _LIST = 0, 1, 2
_Plan = tuple[tuple[str, int, Any], ...]


def _plan(shape: Shape) -> _Plan:
    return tuple(
        (name, _WHOLE, None)
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
    if any(_NULL in bytes(raw) for raw in raws):
        raise Unfit("holds null")
    releases = read(raws)
    if None in releases:
        raise Unfit("out of shape")
    _check(releases)
    order = sorted(range(len(releases)), key=[one.date for one in releases].__getitem__)
    first, *rest = (releases[number] for number in order)
    tags = {tag for one in releases for tag in one.tag}
    for one in rest:
        _join(first, one, _PLAN)
    first.id, first.date, first.tag = rest[-1].id, rest[-1].date, sorted(tags)
    return first, order


def _check(releases: list[Any]) -> None:
    known = set()
    for one in releases:
        if one.ocid != releases[0].ocid or one.date.__class__ is not str or one.id is None or not one.tag:
            raise Unfit("without date, id or tag")
        if _COMPILED in one.tag:
            raise Unfit("compiled")
        known.add((str(one.id), *sorted(one.tag)))
        _identified(one, _LISTS)
    if len(known) < len(releases):
        raise Unfit("a release that is there twice")


def _identified(node: Any, plan: _Plan) -> None:
    """Refuse lists in which an object has no id, or shares it with another."""
    for name, how, sub in plan:
        value = getattr(node, name)
        if not value:
            continue
        if how == _LIST:
            _by_id(value)
            if sub:
                for one in value:
                    _identified(one, sub)
        else:
            _identified(value, sub)


def _by_id(values: list[Any]) -> dict[str, Any]:
    found = {one.id if one.id.__class__ is str else f"{one.id}": one for one in values}
    if len(found) < len(values) or "None" in found:
        raise Unfit("objects without an id of their own")
    return found


def _join(into: Any, source: Any, plan: _Plan) -> None:
    for name, how, sub in plan:
        value = getattr(source, name)
        if value is None:
            continue
        old = getattr(into, name)
        if how == _WHOLE or not old:
            # An empty list or an object that says nothing takes nothing away.
            if how == _WHOLE or value:
                setattr(into, name, value)
        elif old != value:
            if how == _OBJECT:
                _join(old, value, sub)
            else:
                setattr(into, name, _joined_lists(old, value, sub))


def _joined_lists(old: list[Any], new: list[Any], plan: _Plan) -> list[Any]:
    # Lists may be shared between parents of one release.
    old = deepcopy(old)
    known = _by_id(old)
    for one in new:
        key = one.id if one.id.__class__ is str else f"{one.id}"
        if key in known:
            _join(known[key], one, plan)
        else:
            old.append(one)
    return old
