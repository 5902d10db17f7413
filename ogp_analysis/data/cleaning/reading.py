"""Columns of a clean table as a cleaner declares them: which raw column each is read off, by its type and its codes.

A TOML file beside the cleaner holds lists of codes and, below ``tables``, the tables, as
:func:`ogp_analysis.base.schema.schemas` reads them. A list is a table of words and codes (``"Mexico" = "mexico"``), a
list of codes, or entries with ``code`` and ``patterns`` for :func:`ogp_analysis.data.cleaning.coding.rules`, and with a
``meaning`` where the description of the column says it. Categories may be the name of a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.links import host
from ogp_analysis.base.schema import TableSchema, schemas
from ogp_analysis.data.cleaning import addresses, corrections
from ogp_analysis.data.cleaning.catalog import DATASETS
from ogp_analysis.data.cleaning.coding import (
    PRECISIONS,
    coded,
    period,
    period_columns,
    precision,
    rules,
    translated,
)
from ogp_analysis.data.cleaning.country_year import agreeing_codes, current_codes, known, number
from ogp_analysis.data.cleaning.dataset import Dataset, declare
from ogp_analysis.data.cleaning.invariants import own_names
from ogp_analysis.data.cleaning.record import Cleaned, changed, kept_but
from ogp_analysis.data.sources.sidecar import Input

#: What makes codes of the words of a column: the code of each word, or entries with ``code`` and ``patterns``.
Codes = Mapping[str, str] | Iterable[Mapping]


def read(
    chunk: pd.DataFrame, table: TableSchema, codes: Mapping[str, Codes] | None = None, resource: str = "", **made
) -> pd.DataFrame:
    """Return the columns of a clean table, in its order.

    A number is read as one; a category is a code of its list, or one of its categories; how finely the date of a column
    is known is read off that column; everything else is text.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    table : TableSchema
        Its columns say in ``raw`` where their values stand; one that says nothing is read off the column of its name.
    codes : mapping or None
        By column, what makes codes of its words.
    resource : str
        The file in which the codes stand, named in errors.
    **made
        Columns that the cleaner makes itself. Those that the table does not have come last.

    Raises
    ------
    CleaningError
        If a cell is not a number or not a date, or no code covers it.
    """
    codes, columns = codes or {}, {}
    for column in table.columns:
        name, raw = column.name, column.raw or column.name
        if name in made:
            columns[name] = made[name]
        elif column.type in ("number", "integer"):
            columns[name] = number(chunk, raw)
        elif column.categories == PRECISIONS:
            columns[name] = precision(columns[name.removesuffix("_precision")])
        elif isinstance(codes.get(name), Mapping):
            columns[name] = translated(chunk, raw, codes[name], resource)
        elif name in codes:
            columns[name] = coded(chunk, raw, rules(codes[name]), resource)
        elif column.categories:
            columns[name] = known(chunk, raw, (*column.categories, *([] if column.required else [""])))
        else:
            columns[name] = chunk[raw]
    return pd.DataFrame(columns | made)


def _country(chunk: pd.DataFrame, raw: str, beside: str) -> pd.Series:
    """Return codes of today's countries, each that of the name beside it if there is a column of names."""
    return agreeing_codes(chunk, beside, raw) if beside else known(chunk, raw, current_codes(), units=True)


#: Types of columns of text that are read by a rule of their own.
_READ = {"country": _country, "host": lambda chunk, raw, _: chunk[raw].map(host)}


class Declared:
    """The lists of codes and the tables that the TOML file of a cleaner declares.

    Parameters
    ----------
    cleaner : str
        Path of the module.
    name : str
        Of the file beside it; by default the one named like the module.
    **lists : iterable of str
        Further lists, which the cleaner knows.

    Attributes
    ----------
    lists : dict
        What stands in the file beside its tables, by name.
    tables : tuple of TableSchema
    resource : str
        The file as errors name it.
    about : str
        What it says of a dataset that has no module.

    Examples
    --------
    >>> from ogp_analysis.data.datasets.surveillance import mexico_surveillance_timeline
    >>> stated = Declared(mexico_surveillance_timeline.__file__)
    >>> stated["categories"]["OGP"], stated.tables[0]["category"].categories[:2]
    ('ogp', ('acquisition', 'use'))
    """

    def __init__(self, cleaner: str, name: str = "", **lists: Iterable[str]) -> None:
        file = Path(cleaner).with_name(name or f"{Path(cleaner).stem}.toml")
        stated = toml(cleaner, file.name)
        self.resource = "/".join(file.parts[-4:])
        self.about = stated.get("about", "")
        self.lists = {of: named for of, named in stated.items() if of not in ("tables", "about")}
        tables, self._columns = {}, {table: entry["columns"] for table, entry in stated["tables"].items()}
        for table, columns in self._columns.items():
            every = {}
            for column, facts in columns.items():
                if isinstance(facts, Mapping) and facts["type"] == "period":
                    made = (vars(one).copy() for one in period_columns(column, facts["description"]))
                    every |= {fields.pop("name"): fields for fields in made}
                elif isinstance(facts, Mapping) and facts["type"] in _READ:
                    every[column] = {name: of for name, of in facts.items() if name != "beside"} | {"type": "string"}
                else:
                    every[column] = facts
            tables[table] = stated["tables"][table] | {"columns": every}
        codes = {of: _codes(named) for of, named in self.lists.items()}
        self.tables = schemas(tables, **{"precisions": PRECISIONS, **codes, **lists})

    def __getitem__(self, name: str):
        return self.lists[name]

    def read(self, chunk: pd.DataFrame, table: str, **made) -> pd.DataFrame:
        """Return the columns of a table, as :func:`read`, and its periods.

        Where there is a list ``low``, a fact whose caveat stands in it is of low confidence, and no other is graded.
        """
        schema, graded = next(one for one in self.tables if one.name == table), "low" in self.lists
        graded = graded and "caveat" in self._columns[table]
        codes = {}
        for name, facts in self._columns[table].items():
            if isinstance(facts, str):
                continue
            if read_as := _READ.get(facts["type"]):
                made[name] = read_as(chunk, facts.get("raw", name), facts.get("beside", ""))
            of = self.lists.get(facts["categories"]) if isinstance(facts.get("categories"), str) else None
            if isinstance(of, Mapping) or (of and isinstance(of[0], Mapping)):
                codes[name] = of
            if facts["type"] == "period":
                made |= period(chunk, facts["raw"], name)
        frame = read(chunk, schema, codes, self.resource, **({"confidence": ""} if graded else {}), **made)
        if not graded:
            return frame
        low = frame["caveat"].isin(list(self.lists["low"]))
        return frame.assign(confidence=low.map({True: "low", False: "not_graded"}))

    def corrected(self, chunk: pd.DataFrame, source: Input) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
        """Return a chunk with the corrections of the list ``correction``, and the entries for the record."""
        file = self.resource.rpartition("/")[2]
        return corrections.corrected(chunk, self.lists["correction"], file, written_for=not source.layout)

    def reviewed(self, chunk: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
        """Return a chunk with whole addresses, cut where no row of the list ``reviewed`` has them, and the entries."""
        whole = addresses.whole(chunk["source_url"])
        chunk, some = mended(chunk, source_url=(whole, "no_whole_address"))
        cut = addresses.cut(whole, chunk["id"], frozenset(self.lists["reviewed"]))
        chunk, more = mended(chunk, source_url=(cut, "address_not_reviewed"))
        return chunk, [*some, *more]


def _codes(named: Mapping | list) -> tuple[str, ...] | dict[str, str]:
    """Return the codes of a list, each once, without the blank that stands for none; with meanings, if it has any."""
    if not isinstance(named, Mapping) and any(isinstance(one, Mapping) and "meaning" in one for one in named):
        return {one["code"]: one["meaning"] for one in named if one["code"]}
    of_words = named.values() if isinstance(named, Mapping) else named
    every = (one.get("code") if isinstance(one, Mapping) else one for one in of_words)
    return tuple(dict.fromkeys(code for code in every if code and isinstance(code, str)))


def by_part(texts: pd.Series, parts: Mapping[str, str]) -> pd.Series:
    """Return the name of the last of some parts that each text holds, blank where it holds none."""
    found = pd.Series("", index=texts.index)
    for name, part in parts.items():
        found = found.mask(texts.str.contains(part, regex=False), name)
    return found


def mended(chunk: pd.DataFrame, **changes: tuple[pd.Series, str]) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return a chunk with new values in some of its columns, and the entries for the record.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    **changes
        By column its new values, and the rule by which they changed.
    """
    entries = [changed(chunk, name, new, rule) for name, (new, rule) in changes.items()]
    return chunk.assign(**{name: new for name, (new, _) in changes.items()}), entries


@cache
def plain(name: str) -> Dataset:
    """Return a dataset whose tables are read off their columns alone; every row is kept and no value is changed.

    A chunk is of the one table that its input names, or that there is.

    Parameters
    ----------
    name : str
        One of :data:`~ogp_analysis.data.cleaning.catalog.PLAIN`.
    """
    wing, _, stem = DATASETS[name].rpartition(".")
    stated = Declared(import_module(wing).__file__, f"{stem}.toml")
    first, *more = stated.tables

    def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
        (table,) = source.tables or [first.name]
        return Cleaned({table: stated.read(chunk, table)}, kept_but(chunk))

    sums = [one for table in stated.tables if more for one in own_names(table, (), f"*/{table.name}.csv")]
    values = [one.raw or one.name for one in first.columns if one.name not in first.key]
    return replace(declare(name, clean, stated.tables, sums=sums, values=values), about=stated.about)
