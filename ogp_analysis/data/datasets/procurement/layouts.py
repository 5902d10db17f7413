"""Which layout of CompraNet or ComprasMX a file has, recognised by its column names alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, UnknownName, listed
from ogp_analysis.base.schema import FAULT
from ogp_analysis.data.cleaning.overrides import bare, proposed
from ogp_analysis.data.cleaning.record import FILE, LINE
from ogp_analysis.data.datasets.procurement.folding import folded


@dataclass(frozen=True)
class Layout:
    """One layout.

    Attributes
    ----------
    name, title : str
        Its letter, and where it was used.
    required : tuple of str
        Fields by whose columns it is recognised.
    columns : dict of str to tuple of str
        Folded names of the column of each field; the first that is there is taken.
    headers : tuple of str
        Its columns in order, for files without a line of column names; empty where the order varies.
    optional : str
        The one of them that some files lack.
    currency : str
        Currency that the header itself states; empty where a column does.
    amount_basis : str
        Which amount the column ``amount`` holds.
    """

    name: str
    title: str
    required: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    headers: tuple[str, ...] = ()
    optional: str = ""
    currency: str = ""
    amount_basis: str = ""


def facts() -> dict:
    """Return the facts about layouts and words, from ``compranet.toml``."""
    return toml(__file__, "compranet.toml")


@cache
def layouts() -> dict[str, Layout]:
    """Return every layout by its name."""
    return stated(facts()["layouts"])


def stated(entries: dict) -> dict[str, Layout]:
    """Return layouts as a data file states them, by name; one that is ``like`` another has its columns, too."""

    def columns(name: str) -> dict:
        like = entries[name].get("like")
        return (columns(like) if like else {}) | entries[name]["columns"]

    return {
        name: Layout(
            name,
            entry["title"],
            tuple(entry["required"]),
            {field: tuple(names) for field, names in columns(name).items()},
            tuple(entry.get("headers", ())),
            *(entry.get(key, "") for key in ("optional", "currency", "amount_basis")),
        )
        for name, entry in entries.items()
    }


def layout(name: str) -> Layout:
    """Return the layout of that name.

    Raises
    ------
    UnknownName
        If no layout has that name.
    """
    if name not in layouts():
        raise UnknownName(f"layout {name!r}", "is not known", "Known are " + ", ".join(layouts()))
    return layouts()[name]


def recognised(columns) -> Layout | None:
    """Return the layout that has all its required columns among `columns`, or None; of several the closest."""
    return recognised_among(layouts().values(), columns)


def recognised_among(known: Iterable[Layout], columns) -> Layout | None:
    """Return the one of the `known` layouts that fits, as :func:`recognised` does."""
    names = {folded(column) for column in columns}
    fitting = [one for one in known if set(one.required) <= set(_found(one, names))]
    return max(fitting, key=lambda one: (len(_found(one, names)), -len(one.columns)), default=None)


def fitting(known: Iterable[Layout], columns: Iterable[str], what: str, action: str = "Check the file") -> Layout:
    """Return the one of the `known` layouts that fits.

    Raises
    ------
    CleaningError
        If none does; names `what` the columns should be of, and some of them.
    """
    found = recognised_among(known, columns)
    if found is None:
        raise CleaningError("column names", f"are of no {what}, {listed(columns, 6)}", action)
    return found


def near_misses(records: Iterable[Sequence[str]]) -> tuple[list[str], str]:
    """Return by how much records miss each layout of whose columns at least half stand in one, however written.

    The nearest comes first; beside it what to do, which is the likeliest map of its columns.
    """
    lines = [({bare(cell) for cell in cells}, cells, {folded(cell) for cell in cells}) for cells in records]
    found = []
    for one in layouts().values():
        wanted = {field: {bare(name) for name in names} for field, names in one.columns.items()}
        here = ((sum(not own.isdisjoint(names) for own in wanted.values()), *line) for names, *line in lines)
        near, cells, exact = max(here, key=lambda line: line[0], default=(0, (), set()))
        absent = {field: names[0].upper() for field, names in one.columns.items() if field not in _found(one, exact)}
        taken = _found(one, exact).values()
        lacking = [absent[field] for field in one.required if field in absent]
        if lacking and near * 2 >= len(one.columns):
            there = len(one.columns) - len(absent)
            what = f"{there} of {len(one.columns)} columns of layout {one.name}; no {listed(lacking, 6)}"
            found.append((-near, len(lacking), what, [cell for cell in cells if folded(cell) not in taken], absent))
    if not found:
        return [], ""
    found.sort(key=lambda one: one[:2])
    *_, own, absent = found[0]
    return [what for _, _, what, *_ in found], proposed(absent.values(), own, "compranet")


def is_name(text: str) -> bool:
    """Return whether a text is the name of a column of some layout."""
    return folded(text) in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(name for one in layouts().values() for names in one.columns.values() for name in names)


def _found(one: Layout, names) -> dict[str, str]:
    found = {field: next((n for n in wanted if n in names), "") for field, wanted in one.columns.items()}
    return {field: name for field, name in found.items() if name}


def with_names(chunk: pd.DataFrame, one: Layout) -> pd.DataFrame:
    """Return a chunk of a file without a line of column names under the names of its layout.

    Raises
    ------
    CleaningError
        If the layout has another number of columns, or always has a line of names.
    """
    own = [c for c in chunk.columns if c not in (FILE, LINE, FAULT)]
    names = one.headers
    if len(own) == len(names) - 1:
        names = tuple(name for name in names if name != one.optional)
    if not names or len(own) != len(names):
        raise CleaningError(
            f"layout {one.name}",
            f"has {len(one.headers)} columns in a known order, the file {len(own)}"
            if names
            else "has no order of columns that holds for every file",
            "Name another layout, or add a line of column names to the file",
        )
    return chunk.rename(columns=dict(zip(own, names, strict=True)))


def bound(chunk: pd.DataFrame, one: Layout) -> tuple[dict[str, str], list[str]]:
    """Return the raw column of each field, and the raw columns that no field uses.

    Raises
    ------
    CleaningError
        If a required column is absent, or two columns fold to one name.
    """
    own = [c for c in chunk.columns if c not in (FILE, LINE, FAULT)]
    by_name: dict[str, str] = {}
    for column in own:
        if folded(column) in by_name:
            raise CleaningError(
                f"column {column!r}", f"is called as {by_name[folded(column)]!r} is", "Rename one of the two in a copy"
            )
        by_name[folded(column)] = column
    found = {field: by_name[name] for field, name in _found(one, by_name).items()}
    absent = [one.columns[field][0] for field in one.required if field not in found]
    if absent:
        raise CleaningError(
            f"layout {one.name}",
            f"needs columns that are absent, {listed(absent)}",
            "Name the layout that the file has",
        )
    return found, [c for c in own if c not in found.values()]
