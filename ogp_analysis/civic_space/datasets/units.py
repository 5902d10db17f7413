"""Units of country-year tables by their names: one code for each, and an ISO code only where ISO has one."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ogp_analysis.base.countries import KINDS, country, iso3_of
from ogp_analysis.base.schema import Column
from ogp_analysis.tidy.country_year import refuse
from ogp_analysis.tidy.record import FILE

#: Codes that ISO leaves to its users but that the sources share, so that tables can be joined on them.
SHARED_CODES = ("XKX",)

UNIT_COLUMNS = (
    Column("unit", "string", "Code of the country, territory or former state in the project's register: ISO 3166-1 "
           "alpha-3 where it has one", required=True),
    Column("iso3", "string", "ISO 3166-1 alpha-3 code, and XKX (Kosovo, user-assigned); missing where the unit has "
           "none today: territories such as Northern Cyprus or the West Bank, and former states"),
    Column("unit_kind", "category", "What the unit is in the register; former: a state or territory that has ended",
           categories=KINDS, required=True),
)  # fmt: skip


def named(chunk: pd.DataFrame, column: str, years: Iterable[int] | None = None) -> dict[str, pd.Series]:
    """Return ``unit``, ``iso3`` and ``unit_kind`` of a column of names or codes.

    A territory is a unit of its own and never stands for the state around it: Gaza and the West Bank
    are two, and neither is PSE.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with its file.
    column : str
        The column with names, or codes, of countries and territories.
    years : iterable of int, optional
        The year of each row, for names that several states have borne.

    Raises
    ------
    UnknownName
        If a name is not in the register of countries; says how many, and examples.
    """
    place = f"{chunk[FILE].iloc[0]}, column {column}" if len(chunk) else column
    years = [None] * len(chunk) if years is None else list(years)
    unit = iso3_of(chunk[column], place, years)
    pairs = list(zip(chunk[column], years, strict=True))
    entries = {pair: country(*pair) for pair in dict.fromkeys(pairs)}
    codes = {}
    for pair, entry in entries.items():
        current = entry.kind != "former" and (entry.numeric or entry.iso3 in SHARED_CODES)
        codes[pair] = entry.iso3 if current else ""
    return {
        "unit": pd.Series(unit, index=chunk.index, dtype="str"),
        "iso3": pd.Series([codes[pair] for pair in pairs], index=chunk.index, dtype="str"),
        "unit_kind": pd.Series([entries[pair].kind for pair in pairs], index=chunk.index, dtype="str"),
    }


def named_alike(chunk: pd.DataFrame, code: str, name: str, years: Iterable[int] | None = None) -> dict[str, pd.Series]:
    """Return the columns of :func:`named` of a code, held against the name beside it.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with its file and line.
    code, name : str
        The columns with the code and with the name of each unit.
    years : iterable of int, optional
        The year of each row, see :func:`named`.

    Raises
    ------
    CleaningError
        If a code denotes another unit than the name.
    UnknownName
        If a code or a name is not in the register of countries.
    """
    units = named(chunk, code, years)
    wrong = units["unit"] != named(chunk, name, years)["unit"]
    if wrong.any():
        action = "Correct the source row, or add a rule for the code to the cleaner"
        refuse(chunk, code, wrong, "codes do not belong to the unit that is named", action, beside=name)
    return units
