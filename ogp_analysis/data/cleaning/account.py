"""The account of a cleaning: what its rules did, how often, with one example.

It lies on the shelf beside the tables and is handed out as they are, so that a report that shows it rests on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date

import pandas as pd
from msgspec import Struct, to_builtins

from ogp_analysis.base.countries import is_country
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning.record import FILE, LINE
from ogp_analysis.data.sources.sidecar import Rule

#: A number, a date or a code of two or three letters; with more digits it may be that of a person or a telephone.
_FORM = re.compile(r"[-+−]?[\d.,/: %–-]{1,20}|[A-Za-z]{2,3}")
_MOST_DIGITS = 8
#: Rules that mask or drop persons and addresses, and columns that name or number somebody: never an example.
_OF_PERSONS = re.compile(r"person|official|address")
_NAMES = re.compile(r"(^|[/_ ])(id|rfc|rupc|curp|name|nombre|proveedor)", re.IGNORECASE)


def applied(entries: pd.DataFrame, schemas: Sequence[TableSchema]) -> list[Rule]:
    """Return how often each rule changed a value, set a row aside or merged one, by folder and raw column.

    Parameters
    ----------
    entries : pandas.DataFrame
        Of a record.
    schemas : sequence of TableSchema
        The tables that were made, which say what may be passed on.

    Returns
    -------
    list of Rule
        Sorted by folder, action, rule and column.
    """
    found = []
    folders = entries[FILE].str.split("/").str[:2].str.join("/").rename("folder")
    for (folder, action, rule, column), part in entries.groupby([folders, "action", "rule", "column"], sort=True):
        example = "", "", ""
        if not (_OF_PERSONS.search(rule) or _NAMES.search(column)):
            pairs = part[["old", "new"]].fillna("").astype(str)
            for old, new in pairs.drop_duplicates().itertuples(index=False, name=None):
                # What a row was merged into is the name of a row.
                said = (old, new) if action == "changed" else (old,)
                if any(said) and may_be_shown(schemas, str(column), *said):
                    at = part[(pairs["old"] == old) & (pairs["new"] == new)].iloc[0]
                    where = f"{str(at[FILE]).split('/', 2)[-1]}:{at[LINE]}"
                    example = where, old, new if len(said) == 2 else ""
                    break
        found.append(Rule(str(folder), str(action), str(rule), str(column), len(part), *example))
    return found


def may_be_shown(schemas: Iterable[TableSchema], column: str, *values: str) -> bool:
    """Whether raw values of a column may stand in a report: no prose, no name of a person, nothing closed.

    Of a column that is open, values are shown that are a number, a date, a short code, a category of the dataset, or a
    country.

    Parameters
    ----------
    schemas : iterable of TableSchema
    column : str
        The raw column.
    *values : str
        Raw text, or the text that a rule put in its place.
    """
    every = [one for schema in schemas for one in schema.columns]
    return is_open(every, column) and all(_harmless(value, every) for value in values)


def is_open(columns: Sequence[Column], name: str) -> bool:
    """Whether values of a raw column may be passed on.

    One that bears the name of a clean column is as open as that; any other is closed if the dataset has numbers or
    categories that may not be passed on, since it may be what they are read from.

    Parameters
    ----------
    columns : sequence of Column
        Clean columns of the dataset: objects with ``name``, ``type`` and ``redistribute``.
    name : str
        The raw column.
    """
    own = [one for one in columns if _plain(one.name) == _plain(name)]
    return all(one.redistribute for one in own or [one for one in columns if one.type != "string"])


def _harmless(value: str, columns: list[Column]) -> bool:
    text = value.strip()
    if not text or (_FORM.fullmatch(text) and sum(map(str.isdigit, text)) <= _MOST_DIGITS):
        return True
    if any(_plain(text) == _plain(category) for one in columns for category in one.categories):
        return True
    return any(one.name == "iso3" for one in columns) and is_country(text)


def _plain(name: str) -> str:
    return re.sub(r"\W+", "_", name.strip().casefold())


class Account(Struct, frozen=True, forbid_unknown_fields=True):
    """What was done to get the tables of a dataset, beside what its cleaner declares.

    Attributes
    ----------
    rules : list of Rule
        Sorted by folder, action, rule and column.
    as_of : dict of str to datetime.date
        Last day that a folder of raw files can know of.
    """

    rules: list[Rule]
    as_of: dict[str, date]


def of_cleaning(rules: Iterable[Rule], as_of: dict[str, date]) -> dict:
    """Return the account of a cleaning as JSON has it."""
    return to_builtins(Account(sorted(rules, key=lambda one: (one.folder, one.action, one.rule, one.column)), as_of))
