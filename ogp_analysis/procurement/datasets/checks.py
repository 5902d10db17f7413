"""Raw columns, read and checked; errors name the file, the line and an example."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ogp_analysis.base.schema import Column
from ogp_analysis.tidy import country_year
from ogp_analysis.tidy.country_year import known, number, require


def refuse(chunk: pd.DataFrame, column: str, wrong: pd.Series, what: str) -> None:
    """Raise if any row is `wrong` (a mask).

    Raises
    ------
    CleaningError
        With the number of rows, what is wrong with them, and the first one.
    """
    if wrong.any():
        country_year.refuse(chunk, column, wrong, what, "Correct the source row, or add a named rule to the cleaner")


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


def as_published(chunk: pd.DataFrame, columns: Iterable[Column]) -> dict[str, pd.Series]:
    """Return the columns of a table that say where they stand in the file: texts and days as they are, numbers read.

    Raises
    ------
    CleaningError
        If a column is absent, a category is not one of those declared, or a number cannot be read.
    """
    stated = [column for column in columns if column.raw]
    require(chunk, [column.raw for column in stated])
    made = {}
    for column in stated:
        if column.type == "category":
            blank = () if column.required else ("",)
            made[column.name] = known(chunk, column.raw, (*blank, *column.categories))
        elif column.type in ("number", "integer"):
            made[column.name] = number(chunk, column.raw)
        else:
            made[column.name] = chunk[column.raw]
    return made
