"""What cleaners of indices share: units by name or code, one row of several sources, corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.conformance import first_row
from ogp_analysis.base.countries import KINDS, country
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import Column
from ogp_analysis.data.cleaning import corrections
from ogp_analysis.data.cleaning.country_year import current_codes, known, meant, refuse
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, Record, merged

# Units of country-year tables by their names: one code for each, and an ISO code only where ISO has one.

#: Codes that ISO leaves to its users but that the sources share, so that tables can be joined on them.
SHARED_CODES = ("XKX",)

UNIT_COLUMNS = (
    Column(
        "unit",
        "string",
        "Code of the country, territory or former state in the project's register: ISO 3166-1 alpha-3 where it has one",
        required=True,
    ),
    Column(
        "iso3",
        "string",
        "ISO 3166-1 alpha-3 code, and XKX (Kosovo, user-assigned); missing where the unit has "
        "none today: territories such as Northern Cyprus or the West Bank, and former states",
    ),
    Column(
        "unit_kind",
        "category",
        "What the unit is in the register; former: a state or territory that has ended",
        categories=KINDS,
        required=True,
    ),
)


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
    years = [None] * len(chunk) if years is None else list(years)
    unit = meant(chunk, column, years)
    pairs = list(zip(chunk[column], years, strict=True))
    entries = {pair: country(*pair) for pair in dict.fromkeys(pairs)}
    codes = {}
    for pair, entry in entries.items():
        current = entry.kind != "former" and (entry.numeric or entry.iso3 in SHARED_CODES)
        codes[pair] = entry.iso3 if current else ""
    return {
        "unit": unit,
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
    refuse(chunk, code, wrong, "codes do not belong to the unit that is named", beside=name)
    return units


# Country units of V-Dem and of what is built on its data: V-Dem's text ids, and the ISO codes of most of them.

#: Units whose V-Dem text id is not the ISO code of a country, and what each of them is.
SPECIAL_UNITS = {
    "HKG": "territory",  # Hong Kong; an ISO code, but of a territory
    "XKX": "user_assigned",  # Kosovo; a code ISO leaves to its users, the one that the World Bank uses too
    "PSE": "part_of_country",  # the West Bank only: ISO's PSE is the West Bank with Gaza
    "PSG": "part_of_country",  # Gaza
    "SML": "part_of_country",  # Somaliland
    "ZZB": "part_of_country",  # Zanzibar
    "DDR": "former_state",  # German Democratic Republic
    "YMD": "former_state",  # South Yemen
    "VDR": "former_state",  # Republic of Vietnam, the South; ISO's withdrawn VDR was the North
}
#: Special units whose text id is nevertheless a code of their own, ISO's or one that ISO leaves to its users.
_WITH_CODE = ("HKG", "XKX", "PSE")


def without_iso(special: Mapping[str, str] = SPECIAL_UNITS) -> tuple[str, ...]:
    """Return those of the `special` units that no current ISO 3166 code names."""
    return tuple(unit for unit in special if unit not in _WITH_CODE)


def unit_columns(special: Mapping[str, str] = SPECIAL_UNITS) -> tuple[Column, ...]:
    """Return the promises of the columns that name a unit: ``unit, iso3, unit_kind``."""
    return (
        Column(
            "unit",
            "string",
            "V-Dem's text id of the country unit: the ISO 3166 alpha-3 code of a country, or " + ", ".join(special),
            required=True,
        ),
        Column(
            "iso3",
            "string",
            "ISO 3166 alpha-3 code; missing where the unit has none ("
            + ", ".join(without_iso(special))
            + "). PSE is the West Bank only; XKX is user-assigned",
        ),
        Column(
            "unit_kind",
            "category",
            "What the unit is",
            required=True,
            categories=("country", "territory", "user_assigned", "part_of_country", "former_state"),
        ),
    )


def units_of_vdem(chunk: pd.DataFrame, code: str, special: Mapping[str, str] = SPECIAL_UNITS) -> dict[str, pd.Series]:
    """Return the columns that name a row: ``unit, iso3, unit_kind, country_name, year``.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with ``country_name`` and ``year``.
    code : str
        The raw column that holds V-Dem's text id.
    special : mapping of str to str
        The units that are not countries of ISO, and what each of them is.

    Raises
    ------
    CleaningError
        If a text id is neither one of them nor the code of a country or territory of today.
    """
    unit = known(chunk, code, current_codes() | special.keys(), units=True)
    return {
        "unit": unit,
        "iso3": unit.mask(unit.isin(without_iso(special)), ""),
        "unit_kind": unit.map(special).fillna("country"),
        "country_name": chunk["country_name"],
        "year": chunk["year"],
    }


# Rows of several files that say the same: one stays, the others are merged into it if they agree.

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
            "Correct the source row",
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


# Corrections of the raw files of this room, which stand as data in ``corrections.toml``.

_FILE = "corrections.toml"
CORRECTIONS = toml(__file__, _FILE)


def corrected(chunk: pd.DataFrame, dataset: str) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return a chunk with the corrections of `dataset`, and their entries for the record."""
    return corrections.corrected(chunk, CORRECTIONS[dataset], _FILE)
