"""The record of a cleaning: every row accounted for, every changed value written down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import FILE, LINE
from ogp_analysis.data.sources.frames import repeated

ENTRY_COLUMNS = [FILE, LINE, "action", "rule", "column", "old", "new"]
#: Rule for further lines of a header that was read as rows; a sidecar does not count them.
HEADER_RULE = "header_row"


#: What a balance counts, beside the file.
_COUNTS = ["rows_in", "kept", "set_aside", "merged", "changed_values"]


#: A column that no table reads, with how many values it holds.
NOT_USED = "column_not_used"

_EMPTY = pd.DataFrame({name: pd.Series(dtype="int64" if name == LINE else "str") for name in ENTRY_COLUMNS})


def _no_entries() -> pd.DataFrame:
    return _EMPTY.copy(deep=False)


@dataclass(frozen=True)
class Record:
    """What a cleaning did to the rows it was given. Records add up.

    Attributes
    ----------
    rows_in : dict of str to int
        Raw rows read, by file.
    kept : dict of str to int
        Raw rows that stand in a clean table, by file.
    entries : pandas.DataFrame
        One row per changed value (``changed``), a row that could not be kept (``set_aside``) or a row
        that says what another row says already (``merged``); columns :data:`ENTRY_COLUMNS`. A row
        of the file has at most one entry that is not ``changed``.
    """

    rows_in: dict[str, int]
    kept: dict[str, int]
    entries: pd.DataFrame = field(default_factory=_no_entries)

    def __add__(self, other: Record) -> Record:
        return total([self, other])

    def without(self, entries: pd.DataFrame) -> Record:
        """Return the record with entries that merge rows which it counts as kept."""
        gone = _rows(entries)
        kept = {file: count - gone.get(file, 0) for file, count in self.kept.items()}
        return Record(self.rows_in, kept, pd.concat([self.entries, entries], ignore_index=True))

    def balance(self) -> pd.DataFrame:
        """Return one row per file: ``file, rows_in, kept, set_aside, merged, changed_values``."""
        counts = self._counts()
        numbers = {name: np.array([row[name] for row in counts.values()], dtype="int64") for name in _COUNTS}
        return pd.DataFrame({"file": pd.array(list(counts), dtype="str")} | numbers)

    def _counts(self) -> dict[str, dict[str, int]]:
        told = Counter(zip(self.entries[FILE].tolist(), self.entries["action"].tolist(), strict=True))
        return {
            file: {
                "rows_in": self.rows_in.get(file, 0),
                "kept": self.kept.get(file, 0),
                "set_aside": told[file, "set_aside"],
                "merged": told[file, "merged"],
                "changed_values": told[file, "changed"],
            }
            for file in dict.fromkeys([*self.rows_in, *self.kept])
        }

    def checked(self) -> Record:
        """Return the record if rows in = kept + set aside + merged in every file.

        Raises
        ------
        CleaningError
            Naming the first file that does not balance, or that has entries but was not read.
        """
        counts = self._counts()
        unread = sorted(set(self.entries[FILE]) - set(counts))
        if unread:
            what = "has entries in the record, but no row of it came in"
            raise CleaningError(str(unread[0]), what, "Make the entries from the rows of the chunk")
        for file, row in counts.items():
            if row["rows_in"] != row["kept"] + row["set_aside"] + row["merged"]:
                what = "{rows_in} rows came in, but {kept} were kept, {set_aside} set aside and {merged} merged"
                raise CleaningError(file, what.format_map(row), "Give every row that is dropped an entry in the record")
        return self


def total(records: Sequence[Record]) -> Record:
    """Return the sum of one or more records."""
    return Record(
        _added([record.rows_in for record in records]),
        _added([record.kept for record in records]),
        pd.concat([record.entries for record in records], ignore_index=True),
    )


@dataclass(frozen=True)
class Cleaned:
    """The result of cleaning one chunk, or a whole dataset.

    Attributes
    ----------
    tables : dict of str to pandas.DataFrame
        Clean tables by name.
    record : Record
        What was done to get them.
    """

    tables: dict[str, pd.DataFrame]
    record: Record


def kept_but(chunk: pd.DataFrame, *entries: pd.DataFrame) -> Record:
    """Return the record of a chunk of which all is kept except the rows that `entries` set aside or merge.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with :data:`FILE` and :data:`LINE`.
    *entries : pandas.DataFrame
        Results of :func:`changed`, :func:`set_aside` and :func:`merged`.
    """
    told = [one for one in entries if len(one)]
    rows = _rows(chunk)
    if not told:
        return Record(rows, dict(rows))
    entries = pd.concat([_no_entries(), *told], ignore_index=True)
    gone = _rows(entries[entries["action"] != "changed"].drop_duplicates([FILE, LINE]))
    return Record(rows, {file: count - gone.get(file, 0) for file, count in rows.items()}, entries)


def changed(chunk: pd.DataFrame, column: str, new: pd.Series, rule: str) -> pd.DataFrame:
    """Return an entry for each row of which `rule` changed the text of `column`.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with :data:`FILE` and :data:`LINE`.
    column : str
        The raw column.
    new : pandas.Series
        The text after the rule, on the index of `chunk`.
    rule : str
        Name of the rule, the same in code, docs and tests.
    """
    old = chunk[column]
    if old.equals(new):
        return _no_entries()
    moved = ~((old == new) | (old.isna() & new.isna())).fillna(False)
    return _entries(chunk, moved, "changed", rule, column, new[moved])


def hidden(
    chunk: pd.DataFrame, rows: pd.Series, column: str, old: str, new: pd.Series | str, rule: str
) -> pd.DataFrame:
    """Return an entry for each of the `rows` (a mask) of which `rule` changed a text that no record may show.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with :data:`FILE` and :data:`LINE`.
    rows : pandas.Series
        Which rows, a mask on the index of `chunk`.
    column : str
        The raw column.
    old : str
        What stands in the record for the text.
    new : pandas.Series or str
        The text after the rule, on the index of `chunk`.
    rule : str
        Name of the rule, the same in code, docs and tests.
    """
    return _entries(chunk, rows, "changed", rule, column, new, old)


def set_aside(chunk: pd.DataFrame, rows: pd.Series, rule: str, column: str) -> pd.DataFrame:
    """Return an entry for each of the `rows` (a mask) that cannot be kept, with the value that decides it."""
    return _entries(chunk, rows, "set_aside", rule, column, "")


def merged(chunk: pd.DataFrame, rows: pd.Series, rule: str, column: str, into: pd.Series | str = "") -> pd.DataFrame:
    """Return an entry for each of the `rows` (a mask) that repeats another row, named by `into`.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with :data:`FILE` and :data:`LINE`.
    rows : pandas.Series
        Which rows, a mask on the index of `chunk`.
    rule : str
        Name of the rule, the same in code, docs and tests.
    column : str
        The raw column by which the row is known to be a repetition.
    into : pandas.Series or str
        The row it repeats, on the index of `chunk`; names of rows that are not merged do not count.
    """
    into = into.reindex(chunk.index[rows]) if isinstance(into, pd.Series) else into
    return _entries(chunk, rows, "merged", rule, column, into)


def passed_over(chunk: pd.DataFrame, columns: Mapping[str, int]) -> list[pd.DataFrame]:
    """Return an entry for each column that no rule reads, on the first row of the chunk: how many values it has."""
    first = chunk.iloc[:1][[FILE, LINE]]
    nothing = pd.Series("", index=first.index, dtype="str")
    return [changed(first.assign(**{name: f"({n} values)"}), name, nothing, NOT_USED) for name, n in columns.items()]


def _entries(
    chunk: pd.DataFrame, rows: pd.Series, action: str, rule: str, column: str, new, old: str | None = None
) -> pd.DataFrame:
    at = np.flatnonzero(rows.reindex(chunk.index))
    if not len(at):
        return _no_entries()
    if isinstance(new, pd.Series):
        new = new.reindex(chunk.index[at]).array
    # Only the columns that are stated: a wide chunk is never copied for a few rows of it.
    told = {
        FILE: chunk[FILE].array.take(at),
        LINE: chunk[LINE].array.take(at),
        "action": repeated(action, len(at)),
        "rule": repeated(rule, len(at)),
        "column": repeated(column, len(at)),
        "old": chunk[column].array.take(at) if old is None else repeated(old, len(at)),
        "new": repeated(new, len(at)) if isinstance(new, str) else new,
    }
    return pd.DataFrame(told, copy=False)


def _added(counts: Sequence[dict[str, int]]) -> dict[str, int]:
    return {name: sum(one.get(name, 0) for one in counts) for name in dict.fromkeys(n for one in counts for n in one)}


def _rows(frame: pd.DataFrame) -> dict[str, int]:
    """Return how many rows are of each file, in the order in which the files come."""
    return dict(Counter(frame[FILE].tolist()))
