"""Corrections of raw files as data: each says what it expects to find, and fails once that has changed."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.tidy.record import FILE, LINE, changed


def corrected(
    chunk: pd.DataFrame, corrections: Iterable[dict], file: str, *, written_for: bool = True
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return a chunk with the corrections of its file made, and their entries for the record.

    A correction names the file, the row (``row``: columns and their values) and the column; a row that
    is not in the chunk is not a fault, as it may stand in another.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line; unchanged.
    corrections : iterable of dict
        Entries of a data file beside the cleaner.
    file : str
        Name of that file.
    written_for : bool
        Whether `chunk` is of the version for which they were written. A file of another may have another name, and a
        correction may not be needed there.

    Raises
    ------
    CleaningError
        If the row of that version does not hold what the correction expects.
    """
    entries = []
    for one in corrections:
        rows = chunk[FILE].str.contains(one["file"], regex=False) | (not written_for)
        for column, value in one["row"].items():
            rows &= chunk[column] == value if column in chunk.columns else False
        if rows.any() or not written_for:
            column = one["column"]
            rows, told = needed(chunk, rows, one, file, written_for=written_for)
            entries += told
            new = chunk[column].mask(rows, one["value"])
            entries.append(changed(chunk, column, new, one["rule"]))
            chunk = chunk.assign(**{column: new})
    return chunk, entries


#: In a version for which a correction was not written, its row is gone or says something else.
NOT_NEEDED = "correction_not_needed"


def needed(
    chunk: pd.DataFrame, rows: pd.Series, one: dict, file: str, *, written_for: bool
) -> tuple[pd.Series, list[pd.DataFrame]]:
    """Return the rows on which a correction is to be made, and the entries that say where it is not needed.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    rows : pandas.Series
        The rows that the correction names, a mask.
    one : dict
        The correction: ``rule``, ``column``, ``expect``.
    file : str
        Name of the file that holds it.
    written_for : bool
        Whether `chunk` is of the version for which it was written; there, a row that says something else is a fault.

    Raises
    ------
    CleaningError
        If a row of that version does not hold what the correction expects.
    """
    column, stale = one["column"], rows & (chunk[one["column"]] != one["expect"])
    if written_for:
        if stale.any():
            first = chunk[stale].iloc[0]
            raise CleaningError(
                f"{file}, {one['rule']}",
                f"expects {one['expect']!r} in column {column} and finds {first[column]!r} in line "
                f"{first[LINE]} of {first[FILE]}",
                "Look at the source again; correct or take out the rule",
            )
        return rows, []
    if rows.any():
        now = "value is now " + chunk.loc[stale, column].map(repr)
    else:
        now = pd.Series("no such row", chunk.index[:1], dtype="str")
    return rows & ~stale, [not_needed(chunk, column, f"{one['rule']} expects {one['expect']!r}", now)]


def not_needed(chunk: pd.DataFrame, column: str, decision: str, now: pd.Series) -> pd.DataFrame:
    """Return the entries that say of a decision what stands `now` (on the index of some rows) in its place."""
    return changed(chunk.loc[now.index, [FILE, LINE]].assign(**{column: decision}), column, now, NOT_NEEDED)
