"""From releases to columns of Arrow, and which of their rows belong to which.

Values are taken list by list as they stand in the JSON. This is the hot loop of the cleaner: it works on a few dozen
releases at a time, so that what it touches stays in the processor's cache, and does nothing but take values. A list is
then turned into a column at once; only if that fails are its values asked for their kind, one by one.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable
from itertools import chain, groupby
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from ogp_analysis.data.datasets.procurement.ocds.merging import class_of
from ogp_analysis.data.datasets.procurement.ocds.schemas import COLUMNS, LISTS, RELEASE, TABLES, Odd, Shape, path

#: ``table.column`` → values, one per row; ``table#`` → number of rows of each parent. Items are there once: ``items#0``
#: and ``items@0`` say for each tender (1 award, 2 contract, 3 bid) how many it has and from which row on;
#: ``items@process`` and ``items@section`` say of each row whose it is first.
Lists = dict[str, list]


class _Step(NamedTuple):
    """What is read of each object of a table: an attribute that fills a column, or one that is an object itself."""

    get: attrgetter
    column: str = ""
    nothing: Any = None
    inside: tuple[_Step, ...] = ()


def _steps(columns: Iterable[tuple[str, str]], shape: Shape) -> tuple[_Step, ...]:
    steps = []
    for first, some in groupby(columns, lambda one: one[1].partition("/")[0]):
        some = list(some)
        if "/" not in some[0][1]:
            steps.append(_Step(attrgetter(first), some[0][0]))
        else:
            inside = _steps([(name, place.partition("/")[2]) for name, place in some], shape[first])
            steps.append(_Step(attrgetter(first), "", class_of(shape[first])(), inside))
    return tuple(steps)


#: An object of the standard behind a row of each table.
_SHAPES = {
    "processes": RELEASE, "tenders": RELEASE["tender"], "tender_tenderers": RELEASE["tender"]["tenderers"][0],
    "bids": RELEASE["bids"]["details"][0], "tenderers": RELEASE["bids"]["details"][0]["tenderers"][0],
    "awards": RELEASE["awards"][0], "suppliers": RELEASE["awards"][0]["suppliers"][0],
    "contracts": RELEASE["contracts"][0], "items": RELEASE["tender"]["items"][0], "parties": RELEASE["parties"][0],
}  # fmt: skip
_PLANS = {
    table: _steps([(f"{table}.{name}", one) for name, one in COLUMNS[table].items()], shape)
    for table, shape in _SHAPES.items()
}
_NO_TENDER, _NO_BIDS = class_of(RELEASE["tender"])(), class_of(RELEASE["bids"])()
_NONE: tuple = ()


def take(releases: list) -> Lists:
    """Return what `releases` say as the lists of every table."""
    into: Lists = defaultdict(list)
    into["processes.ocid"] += [r.ocid for r in releases]
    _read(into, releases, _PLANS["processes"])
    tenders = [r.tender or _NO_TENDER for r in releases]
    there = [t for t in tenders if t is not _NO_TENDER]
    _read(into, there, _PLANS["tenders"])
    into["tenders.n_tenderers"] += [None if t.tenderers is None else len(t.tenderers) for t in there]
    into["tenders#"] += [int(t is not _NO_TENDER) for t in tenders]
    _children(into, "tender_tenderers", [t.tenderers or _NONE for t in tenders])
    bids = _children(into, "bids", [(r.bids or _NO_BIDS).details or _NONE for r in releases])
    _children(into, "tenderers", [b.tenderers or _NONE for b in bids])
    awards = _children(into, "awards", [r.awards or _NONE for r in releases])
    _children(into, "suppliers", [a.suppliers or _NONE for a in awards])
    contracts = _children(into, "contracts", [r.contracts or _NONE for r in releases])
    owners = [
        chain.from_iterable([number] * count for number, count in enumerate(into[table + "#"]))
        for table in ("awards", "contracts", "bids")
    ]
    sections = zip((tenders, awards, contracts, bids), (range(len(releases)), *owners), strict=True)
    # The items of all parents, each list once; of each parent where its list starts, and its length. Whose process a
    # row is, and of which section, is noted of the first parent that has it.
    rows: list = []
    known: dict[int, int] = {}
    of_process, of_section = into["items@process"], into["items@section"]
    for section, (parents, processes) in enumerate(sections):
        starts, lengths = into[f"items@{section}"], into[f"items#{section}"]
        of_each = [parent.items or _NONE for parent in parents]
        if not any(of_each):
            starts += [0] * len(of_each)
            lengths += [0] * len(of_each)
            continue
        for items, process in zip(of_each, processes, strict=True):
            start = known.get(id(items))
            if start is None:
                start = known[id(items)] = len(rows)
                rows += items
                of_process += [process] * len(items)
                of_section += [section] * len(items)
            starts.append(start)
            lengths.append(len(items))
    _read(into, rows, _PLANS["items"])
    _children(into, "parties", [r.parties or _NONE for r in releases])
    return into


def _read(into: Lists, found: list, steps: tuple[_Step, ...]) -> None:
    for get, column, nothing, inside in steps:
        if column:
            into[column] += map(get, found)
        else:
            _read(into, [one or nothing for one in map(get, found)], inside)


def _children(into: Lists, table: str, of_each: list) -> list[Any]:
    into[table + "#"] += map(len, of_each)
    found = list(chain.from_iterable(of_each))
    _read(into, found, _PLANS[table])
    return found


_TEXT, _NUMBER = pa.string(), pa.float64()
_FAULTS = (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError)
_NUMBERS = {f"{s.name}.{column.name}" for s in TABLES for column in s.columns if column.type in ("number", "integer")}
_PLAIN = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?")
#: As much of an unreadable value as the record shows.
_SHOWN = 60


def arrays(lists: Lists, oddities: list[Odd]) -> dict[str, pa.Array]:
    """Return the columns of `lists`: texts, numbers, and counts.

    An amount that is not a number in the JSON also gives a column ``<table>.amount_text``.

    Parameters
    ----------
    lists : dict of str to list
        Of :func:`take`.
    oddities : list of Odd
        Added to.
    """
    columns: dict[str, pa.Array] = {}
    for name, values in lists.items():
        if "." not in name:
            columns[name] = pa.array(values, pa.int32())
        elif name in _NUMBERS:
            try:
                columns[name] = pa.array(values, _NUMBER)
            except _FAULTS:
                if name.endswith(".amount"):
                    columns[name + "_text"] = pa.array([v if v.__class__ is str else None for v in values], _TEXT)
                read = [_as_number(name, row, one, oddities) for row, one in enumerate(values)]
                columns[name] = pa.array(read, _NUMBER)
        else:
            if path(name).rpartition("/")[2] in LISTS:
                values = [None if one is None else ";".join(one) for one in values]
            columns[name] = _text(name, values, oddities)
    return columns


def _text(name: str, values: list, oddities: list[Odd]) -> pa.Array:
    try:
        return pa.array(values, _TEXT)
    except _FAULTS:
        values = values.copy()
    for row, value in enumerate(values):
        if value is not None and value.__class__ is not str:
            values[row] = f"{value}"
            oddities.append(Odd(name, row, "number_as_text", f"{value}", f'"{value}"'))
    try:
        return pa.array(values, _TEXT)
    except UnicodeEncodeError:
        for row, value in enumerate(values):
            whole = value and value.encode("utf-8", "replace").decode()
            if whole != value:
                values[row] = whole
                oddities.append(Odd(name, row, "half_character", "(half a surrogate pair)", "?"))
        return pa.array(values, _TEXT)


def _as_number(name: str, row: int, value: Any, oddities: list[Odd]) -> float | None:
    if value.__class__ is not str:
        try:
            return None if value is None else float(value)
        except OverflowError:
            return None
    shown = json.dumps(value[:_SHOWN], ensure_ascii=False)
    if not value.strip():
        oddities.append(Odd(name, row, "blank_number", shown, ""))
        return None
    compact = re.sub(r"\s", "", value)
    if _GROUPED.fullmatch(compact):
        compact = compact.replace(",", "")
    if not _PLAIN.fullmatch(compact):
        oddities.append(Odd(name, row, "unreadable_number", shown, ""))
        return None
    oddities.append(Odd(name, row, "text_as_number", shown, compact))
    return float(compact)


#: Which table's rows the rows of a table belong to.
PARENTS = dict.fromkeys(("tenders", "bids", "awards", "contracts", "parties", "tender_tenderers"), "processes")
PARENTS |= {"tenderers": "bids", "suppliers": "awards"}
#: Whose the items of each section are.
WITH_ITEMS = ("processes", "awards", "contracts", "bids")


class Items(NamedTuple):
    """The items of all sections, in the order of the processes.

    Attributes
    ----------
    rows : numpy.ndarray
        Row of the columns ``items.…``: a list that several parents have is there once.
    process, section, parent, index : numpy.ndarray
        The process, the number of the section, the place of the parent in the process, and that in the parent.
    """

    rows: np.ndarray
    process: np.ndarray
    section: np.ndarray
    parent: np.ndarray
    index: np.ndarray


class Relations:
    """Relations of the tables of a block.

    Parameters
    ----------
    columns : dict of str to pyarrow.Array
        With the counts ``table#`` and those of items, see :data:`Lists`.
    n : int
        Number of processes.

    Attributes
    ----------
    process, parent, index : dict of str to numpy.ndarray
        By table: the process of each row, the row of its parent, and its place within the parent.
    items : Items
        Those of all sections.
    """

    def __init__(self, columns: dict[str, pa.Array], n: int) -> None:
        self.process, self.index = {"processes": np.arange(n)}, {"processes": np.arange(n)}
        self.parent: dict[str, np.ndarray] = {}
        for table, parent in PARENTS.items():
            rows, self.index[table] = _spread(np.asarray(columns[table + "#"]))
            self.parent[table], self.process[table] = rows, self.process[parent][rows]
        self.process["items"] = np.asarray(columns["items@process"])
        parts = []
        for section, table in enumerate(WITH_ITEMS):
            parent, index = _spread(np.asarray(columns[f"items#{section}"]))
            rows = np.asarray(columns[f"items@{section}"])[parent] + index
            place = np.zeros(len(parent), int) if table == "processes" else self.index[table][parent]
            parts.append((rows, self.process[table][parent], np.full(len(parent), section), place, index))
        whole = [np.concatenate(part) for part in zip(*parts, strict=True)]
        order = np.argsort(whole[1], kind="stable")
        self.items = Items(*(part[order] for part in whole))

    def of_parent(self, table: str, above: str) -> np.ndarray:
        """Return for each row of a table the place of its parent."""
        return self.index[above][self.parent[table]]


def _spread(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the parent of each child, and its place among the parent's, from how many each parent has."""
    parents = np.repeat(np.arange(len(counts)), counts)
    return parents, np.arange(len(parents)) - np.repeat(np.cumsum(counts) - counts, counts)
