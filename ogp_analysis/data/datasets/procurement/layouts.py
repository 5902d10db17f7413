"""Which layout of CompraNet or ComprasMX a file has, recognised by its column names alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError, UnknownName, listed
from ogp_analysis.base.schema import FAULT
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


def near_misses(records: Iterable[Sequence[str]]) -> list[str]:
    """Return by how much records miss each layout of whose columns at least half stand in one; the nearest first."""
    named = [{folded(cell) for cell in cells} for cells in records]
    found = []
    for one in layouts().values():
        there = max((set(_found(one, names)) for names in named), key=len, default=set())
        absent = [one.columns[field][0].upper() for field in one.required if field not in there]
        if absent and len(there) * 2 >= len(one.columns):
            what = f"{len(there)} of {len(one.columns)} columns of layout {one.name}; no {listed(absent, 6)}"
            found.append((len(absent), -len(there), what))
    return [what for *_, what in sorted(found)]


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
