"""Checks on one raw column that name the file, the line and an example."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.tidy.country_year import number
from ogp_analysis.tidy.record import FILE, LINE


def refuse(chunk: pd.DataFrame, column: str, wrong: pd.Series, what: str) -> None:
    """Raise if any row is `wrong` (a mask).

    Raises
    ------
    CleaningError
        With the number of rows, what is wrong with them, and the first one.
    """
    if wrong.any():
        first = chunk[wrong].iloc[0]
        raise CleaningError(
            f"{first[FILE]}, column {column}",
            f"{int(wrong.sum())} {what}, for example {first[column]!r} in line {first[LINE]}",
            "Correct the source row, or add a named rule to the cleaner",
        )


def matching(chunk: pd.DataFrame, column: str, pattern: str, what: str) -> pd.Series:
    """Return a column of which every value fits a pattern from end to end.

    Raises
    ------
    CleaningError
        If a value does not.
    """
    refuse(chunk, column, ~chunk[column].str.fullmatch(pattern), what)
    return chunk[column]


def positive(chunk: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of positive numbers, none of them missing.

    Raises
    ------
    CleaningError
        If a value is blank, no number, zero or negative.
    """
    value = number(chunk, column)
    refuse(chunk, column, ~(value > 0), "values that are not a positive number")
    return value
