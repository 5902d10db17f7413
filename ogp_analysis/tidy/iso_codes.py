"""Codes of countries that a source gives beside their names: both must say the same country."""

from __future__ import annotations

from functools import cache

import pandas as pd

from ogp_analysis.base.countries import countries, iso3_of
from ogp_analysis.tidy.country_year import refuse
from ogp_analysis.tidy.record import FILE

#: The line of a country or territory that is new to the world.
REGISTER_LINE = "{},<alpha-2>,<number>,<English name>,<Spanish name>,… to ogp_analysis/base/countries.csv"


@cache
def current() -> frozenset[str]:
    """Return the alpha-3 codes of today's countries and territories: ISO 3166-1, and XKX (Kosovo, user-assigned)."""
    present = (*countries("country"), *countries("territory"))
    return frozenset(one.iso3 for one in present if one.numeric or one.iso3 == "XKX")


def named(chunk: pd.DataFrame, column: str, rows: pd.Series | None = None) -> pd.Series:
    """Return the alpha-3 code of the country that each cell of a column names.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    column : str
        The column with the names.
    rows : pandas.Series or None
        The rows that name a country, a mask; the code is blank in all others.

    Raises
    ------
    UnknownName
        If a name is that of no country.
    """
    names = chunk[column] if rows is None else chunk.loc[rows, column]
    place = f"{chunk[FILE].iloc[0]}, column {column}" if len(chunk) else column
    codes = pd.Series(iso3_of(names, place), index=names.index, dtype="str")
    return codes if rows is None else codes.reindex(chunk.index, fill_value="")


def agreeing(chunk: pd.DataFrame, name: str, code: str) -> pd.Series:
    """Return a column of alpha-3 codes, each of which is the code of the name beside it.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    name, code : str
        The columns with the name and with the code.

    Raises
    ------
    CleaningError
        If a code is not that of its name.
    UnknownName
        If a name is that of no country.
    """
    by_name = named(chunk, name)
    wrong = by_name != chunk[code]
    if wrong.any():
        action = "Correct the source row, or add a named rule to the cleaner"
        refuse(chunk, code, wrong, "codes are not those of the names beside them", action, beside=name)
    return by_name
