"""Lists of values as columns of Arrow. What is not of the kind that the standard wants is looked at one by one.

The usual case costs nothing: a list is turned into a column at once, and only if that fails are its values asked for
their kind.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any

import pyarrow as pa

from ogp_analysis.procurement.datasets import ocds_rules
from ogp_analysis.procurement.datasets.ocds_rows import Lists
from ogp_analysis.procurement.datasets.ocds_rules import Odd, odd
from ogp_analysis.procurement.datasets.ocds_schemas import TABLES

_TEXT, _NUMBER = pa.string(), pa.float64()
_FAULTS = (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError)
_LISTED = ("processes.tags", "parties.roles")
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
#: Whole numbers above cannot all be told apart as floating-point numbers.
_EXACT = 2**53
#: As much of an unreadable value as the record shows.
_SHOWN = 60


@cache
def _numbers() -> frozenset[str]:
    """Return the names of the columns of numbers."""
    return frozenset(
        f"{schema.name}.{column.name}"
        for schema in TABLES
        for column in schema.columns
        if column.type in ("number", "integer")
    )


def arrays(lists: Lists, oddities: list[Odd]) -> dict[str, pa.Array]:
    """Return the columns of `lists`: texts, numbers, and counts.

    An amount that is no number in the JSON also gives a column ``<table>.amount_text``.

    Parameters
    ----------
    lists : dict of str to list
        See :mod:`.ocds_rows`.
    oddities : list of Odd
        Added to.
    """
    columns, numbers = {}, _numbers()
    for name, values in lists.items():
        if "." not in name:
            columns[name] = pa.array(values, pa.int32())
        elif name in numbers:
            columns[name] = _number(name, values, oddities, columns)
        else:
            columns[name] = _text(name, _joined(values) if name in _LISTED else values, oddities)
    return columns


def _joined(values: list) -> list:
    return [None if one is None else ";".join(one) for one in values]


def _text(name: str, values: list, oddities: list[Odd]) -> pa.Array:
    try:
        return pa.array(values, _TEXT)
    except _FAULTS:
        values = values.copy()
        for row, value in enumerate(values):
            if value is not None and value.__class__ is not str:
                values[row] = f"{value}"
                oddities.append(odd(name, row, ocds_rules.NUMBER_AS_TEXT, f"{value}", f'"{value}"'))
    try:
        return pa.array(values, _TEXT)
    except UnicodeEncodeError:
        return pa.array([_encodable(name, row, one, oddities) for row, one in enumerate(values)], _TEXT)


def _encodable(name: str, row: int, text: str | None, oddities: list[Odd]) -> str | None:
    whole = text and text.encode("utf-8", "replace").decode()
    if whole != text:
        oddities.append(odd(name, row, ocds_rules.HALF_CHARACTER, "(half a surrogate pair)", "?"))
    return whole


def _number(name: str, values: list, oddities: list[Odd], columns: dict[str, pa.Array]) -> pa.Array:
    try:
        return pa.array(values, _NUMBER)
    except _FAULTS:
        if name.endswith(".amount"):
            columns[name + "_text"] = pa.array([v if v.__class__ is str else None for v in values], _TEXT)
        return pa.array([_as_number(name, row, one, oddities) for row, one in enumerate(values)], _NUMBER)


def _as_number(name: str, row: int, value: Any, oddities: list[Odd]) -> float | None:
    if value.__class__ is not str:
        return None if value is None else _float(value)
    shown = json.dumps(value[:_SHOWN], ensure_ascii=False)
    if not value.strip():
        oddities.append(odd(name, row, ocds_rules.BLANK_NUMBER, shown, ""))
        return None
    compact = re.sub(r"\s", "", value)
    if _GROUPED.fullmatch(compact):
        compact = compact.replace(",", "")
    if not _PLAIN.fullmatch(compact):
        oddities.append(odd(name, row, ocds_rules.UNREADABLE_NUMBER, shown, ""))
        return None
    oddities.append(odd(name, row, ocds_rules.TEXT_AS_NUMBER, shown, compact))
    return float(compact)


def _float(value: int | float) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None
