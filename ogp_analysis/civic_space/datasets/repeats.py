"""Rows of several files that say the same: one stays, the others are merged into it if they agree."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.conformance import first_row
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, Record, merged

#: Column that orders the sources of a row, the best first.
PRIORITY = "_priority"


def placed(table: pd.DataFrame, chunk: pd.DataFrame, priority: int) -> pd.DataFrame:
    """Return a table with its file and line, from the chunk it was made of, and the rank of its source, 0 the best."""
    return table.assign(**{PRIORITY: priority, FILE: chunk[FILE], LINE: chunk[LINE]})


def one_row_each(whole: Cleaned, table: str, key: list[str], values: list[str]) -> Cleaned:
    """Return a cleaned dataset in which `key` names one row of `table`.

    The row of the best source stays, filled where it is empty by the others, which are on the record
    as merged. The columns :data:`PRIORITY`, file and line are gone.

    Parameters
    ----------
    whole : Cleaned
        All chunks together; `table` carries :data:`PRIORITY`, file and line beside its own columns.
    table : str
        Name of the table.
    key : list of str
        Columns that name a row.
    values : list of str
        Columns in which sources must not differ; the others are taken from the best source.

    Raises
    ------
    CleaningError
        If a key is missing, one source gives it twice, or two sources give different values.
    """
    frame = whole.tables[table].sort_values([*key, PRIORITY], kind="stable", ignore_index=True)
    frame = frame.mask(frame == "")
    nameless = frame[frame[key].isna().any(axis=1)]
    if len(nameless):
        row = nameless.iloc[0]
        raise CleaningError(
            f"{table} ({', '.join(key)})",
            f"{len(nameless)} rows lack a part of the key, for example line {row[LINE]} of {row[FILE]}",
            "Correct the source row, or set it aside by a rule of the cleaner",
        )
    twice = frame[frame.duplicated([*key, PRIORITY])]
    differing = (frame.groupby(key)[values].nunique() > 1).any(axis=1)
    if len(twice) or differing.any():
        example = first_row(twice[key]) if len(twice) else differing[differing].index.tolist()[0]
        rows = frame[(frame[key] == list(example)).all(axis=1)]
        places = " and ".join(f"line {line} of {file}" for file, line in zip(rows[FILE], rows[LINE], strict=True))
        raise CleaningError(
            table,
            f"{len(twice)} rows repeat another of their source and {int(differing.sum())} have sources that differ, "
            f"for example {example!r} in {places}",
            "Look at the sources, and decide in corrections.toml",
        )
    again = frame.duplicated(key)
    first, *rest = (frame[name].astype("str") for name in key)
    into = first.str.cat(rest, sep=" ")
    entries = merged(frame, again, "same_unit_and_year", key[0], into[again])
    left = {str(file): -int(count) for file, count in entries[FILE].value_counts().items()}
    kept = frame.groupby(key, as_index=False, sort=True).first().drop(columns=[PRIORITY, FILE, LINE])
    return Cleaned({**whole.tables, table: kept}, whole.record + Record({}, left, entries))
