"""What must hold between a clean table and the raw rows it comes from, beyond the balance of rows.

The balance says that no row was lost. It does not see a value that was read from the wrong column, counted twice or
mis-scaled, a row that belongs to nothing, or a day that cannot have been. These do:

- a **sum** of a clean column equals the sum of the raw column, whose text is read by no rule of a cleaner;
- a **link**: every row of a table belongs to a row of its parent;
- a **past day** lies before the day on which the publisher released the file.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatch
from itertools import chain

import pandas as pd

from ogp_analysis.base.conformance import first_row
from ogp_analysis.base.errors import CleaningError, OgpAnalysisError
from ogp_analysis.base.schema import TableSchema
from ogp_analysis.data.cleaning.record import FILE, LINE

#: Relative difference below which two sums are the same.
_SAME = 1e-9
_NUMBERS = ("integer", "number")


@dataclass(frozen=True)
class Sum:
    """A column of a clean table whose sum is that of raw columns.

    Attributes
    ----------
    table, column : str
        The clean column.
    raw : tuple of str, or str, or callable
        Raw columns whose sums add up to it; the column's own name by default, in any case of letters. Or a pattern of
        how their names begin, or a function of a raw chunk that returns them.
    files : str
        Glob over the labels of the raw files that feed the table.
    """

    table: str
    column: str
    raw: tuple[str, ...] | str | Callable[[pd.DataFrame], pd.DataFrame] = ()
    files: str = "*"

    def numbers(self, chunk: pd.DataFrame) -> pd.DataFrame | None:
        """Return the raw numbers of a chunk, one column a raw column; None if it has none of them."""
        if callable(self.raw):
            found = self.raw(chunk)
        elif isinstance(self.raw, str):
            found = chunk.drop(columns=[FILE, LINE]).filter(regex=f"^(?:{self.raw})")
        else:
            wanted = {name.lower() for name in self.raw or (self.column,)}
            found = chunk[[name for name in chunk.columns if str(name).strip().lower() in wanted]]
        return pd.DataFrame({name: parsed(found[name]) for name in found}) if len(found.columns) else None


@dataclass(frozen=True)
class Link:
    """Every row of `child` that has a value in `columns` belongs to a row of `parent`.

    Attributes
    ----------
    child, parent : str
        Tables.
    columns : tuple of str
        Columns that both have.
    """

    child: str
    parent: str
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Past:
    """Days that had come when the file was published.

    Attributes
    ----------
    table : str
    columns : tuple of str
        Columns of dates.
    file : str
        Column that names the raw file of a row; empty if the newest file of the dataset bounds all rows.
    """

    table: str
    columns: tuple[str, ...]
    file: str = ""


@dataclass(frozen=True)
class Invariants:
    """What a dataset promises beyond the schemas of its tables.

    Attributes
    ----------
    sums : tuple of Sum, or None
        None: every number of the only table whose name is also that of a raw column, see :func:`own_names`.
    unsummed : mapping of str to str
        Columns without a sum to hold them against, with the reason.
    links : tuple of Link
    past : tuple of Past
    """

    sums: tuple[Sum, ...] | None = None
    unsummed: Mapping[str, str] = field(default_factory=dict)
    links: tuple[Link, ...] = ()
    past: tuple[Past, ...] = ()


def own_names(schema: TableSchema, but: Iterable[str] = (), files: str = "*") -> tuple[Sum, ...]:
    """Return a sum for every number of a table, to be found in the raw column that it is read off.

    Parameters
    ----------
    schema : TableSchema
    but : iterable of str
        Columns to leave out.
    files : str
        Glob over the labels of the raw files.
    """
    return tuple(
        Sum(schema.name, c.name, (c.raw,) if c.raw else (), files)
        for c in schema.columns
        if c.type in _NUMBERS and c.name not in but
    )


class Tally:
    """Adds up raw columns while chunks pass by, before any cleaner has seen them.

    Parameters
    ----------
    sums : sequence of Sum
    """

    def __init__(self, sums: Sequence[Sum]) -> None:
        self._sums = tuple(sums)
        #: Numbers of each sum with the chunk they are of; file and line of its rows stand once for all sums.
        self._seen: dict[Sum, list[tuple[int, pd.DataFrame]]] = {}
        self._rows: list[pd.DataFrame] = []

    def watched(self, chunks: Iterable[tuple[object, pd.DataFrame]]) -> Iterator[tuple[object, pd.DataFrame]]:
        """Yield the chunks as they are."""
        for source, chunk in chunks:
            file, at = str(chunk[FILE].iloc[0]) if len(chunk) else "", len(self._rows)
            for one in self._sums if file else ():
                if not fnmatch(file, one.files):
                    continue
                try:
                    numbers = one.numbers(chunk)
                except OgpAnalysisError as error:
                    raise error.within(file) from error
                if numbers is not None:
                    self._seen.setdefault(one, []).append((at, numbers))
                    self._rows[at:] = [chunk[[FILE, LINE]]]
            yield source, chunk

    def check(self, dataset: str, tables: Mapping[str, pd.DataFrame], entries: pd.DataFrame) -> list[Sum]:
        """Hold the tables against what was added up, and return the sums that were.

        Rows that the record sets aside or merges do not count; a value that the record changed counts as changed.

        Raises
        ------
        CleaningError
            Naming the first column whose sum differs.
        """
        is_change = entries["action"] == "changed"
        away, changes = pd.MultiIndex.from_frame(entries.loc[~is_change, [FILE, LINE]]), entries[is_change]
        kept = [~pd.MultiIndex.from_frame(rows).isin(away) if len(away) else slice(None) for rows in self._rows]
        for one, parts in self._seen.items():
            if one.table not in tables:
                continue
            names = list(dict.fromkeys(name for _, numbers in parts for name in numbers))
            values = (numbers.loc[kept[at]].to_numpy(float, na_value=0).ravel().tolist() for at, numbers in parts)
            expected = math.fsum(chain.from_iterable(values)) + self._moved(one, names, changes)
            found = math.fsum(tables[one.table][one.column].to_numpy(float, na_value=0).tolist())
            if not math.isclose(found, expected, rel_tol=_SAME, abs_tol=_SAME):
                what = f"adds up to {found:.12g}, but the raw column {', '.join(names)} to {expected:.12g}"
                action = "Look for rows that are read twice or not at all, or for a value read from another column"
                raise CleaningError(f"{dataset}.{one.table}.{one.column}", what, action)
        return list(self._seen)

    @staticmethod
    def _moved(one: Sum, names: list[str], changes: pd.DataFrame) -> float:
        moved = changes[changes["column"].isin(names)] if len(changes) else changes
        if one.files != "*":
            moved = moved[moved[FILE].map(lambda file: fnmatch(str(file), one.files)).astype(bool)]
        if not len(moved):
            return 0.0
        new, old = (parsed(moved[name].fillna("")).fillna(0).sum() for name in ("new", "old"))
        return float(new - old)


def parsed(text: pd.Series) -> pd.Series:
    """Return text as numbers, thousands separated by commas; what is none is missing."""
    return pd.to_numeric(text.str.replace(",", "", regex=False).str.strip(), errors="coerce")


def check_links(dataset: str, tables: Mapping[str, pd.DataFrame], links: Iterable[Link]) -> None:
    """Raise if a row of a table belongs to no row of its parent.

    Raises
    ------
    CleaningError
        Naming table, number of rows and an example.
    """
    for link in links:
        if link.child not in tables or link.parent not in tables:
            continue
        columns = list(link.columns)
        rows = tables[link.child][columns].dropna()
        known = pd.MultiIndex.from_frame(tables[link.parent][columns].dropna())
        lost = rows[~pd.MultiIndex.from_frame(rows).isin(known)]
        if len(lost):
            where = f"{dataset}.{link.child} ({', '.join(columns)})"
            what = f"{len(lost)} rows belong to no row of {link.parent}, for example {first_row(lost)!r}"
            raise CleaningError(where, what, "Keep the parent's row, or set the child's aside on the record")


def check_past(
    dataset: str, tables: Mapping[str, pd.DataFrame], past: Iterable[Past], as_of: Mapping[str, date]
) -> None:
    """Raise if a day that must have come lies after the day on which its file was published.

    Parameters
    ----------
    dataset : str
    tables : mapping of str to pandas.DataFrame
    past : iterable of Past
    as_of : mapping of str to datetime.date
        Last day a file can know of, by folder ``source/version``. Folders without one bound nothing.

    Raises
    ------
    CleaningError
        Naming column, number of rows and an example.
    """
    if not as_of:
        return
    latest = pd.Timestamp(max(as_of.values()))
    for one in past:
        if one.table not in tables:
            continue
        frame = tables[one.table]
        bound: pd.Series | pd.Timestamp = latest
        if one.file:
            folders = frame[one.file].str.split("/").str[:2].str.join("/")
            bound = folders.map({folder: pd.Timestamp(day) for folder, day in as_of.items()})
        for column in one.columns:
            late = frame[(frame[column].dt.normalize() > bound).fillna(False)]
            if len(late):
                example = f"{late[column].iloc[0]:%Y-%m-%d}"
                what = f"{len(late)} days lie after the file was published, for example {example}"
                action = "Mark them as impossible in the cleaner, on the record"
                raise CleaningError(f"{dataset}.{one.table}.{column}", what, action)
