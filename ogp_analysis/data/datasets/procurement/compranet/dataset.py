"""Contracts and procedures of CompraNet and ComprasMX, every layout from 2002 to 2026, in one form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import FAULT, TableSchema
from ogp_analysis.base.text_column import array_of
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.invariants import Sum
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, Record, kept_but, merged, set_aside, total
from ogp_analysis.data.datasets.procurement import layouts, persons
from ogp_analysis.data.datasets.procurement.compranet import columns
from ogp_analysis.data.datasets.procurement.compranet.columns import CONTRACTS, PROCEDURES
from ogp_analysis.data.datasets.procurement.fields import MANY, Fields, digests, split
from ogp_analysis.data.datasets.procurement.folding import folded
from ogp_analysis.data.datasets.procurement.layouts import Layout

# Which rows were there before, kept across chunks with a few bytes a row instead of the rows.


def key_bits(keys: pd.Series) -> np.ndarray:
    """Return 64 bits of each key. Two keys that share them share their numbers, and so stay apart."""
    texts = array_of(keys).cast(pa.large_binary()).to_numpy(zero_copy_only=False)
    return pd.util.hash_array(texts, categorize=False)


class Ledger:
    """Keys and contents of the rows seen so far: 32 bytes a row."""

    def __init__(self) -> None:
        self._seen: list[pd.DataFrame] = []

    def enter(self, keys: np.ndarray, content: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Enter rows in order; say which repeat an earlier one, and number those that only share its key.

        Parameters
        ----------
        keys : numpy.ndarray
            The bits of the key. Rows of equal content must have equal keys.
        content : numpy.ndarray
            The bits of the content, from :func:`~ogp_analysis.data.datasets.procurement.fields.digests`.
        lines : numpy.ndarray
            Where the rows stand.

        Returns
        -------
        repeats : numpy.ndarray
            Line of the equal row that stands first, 0 for a row that repeats none.
        number : numpy.ndarray
            How many different rows with this key have come, this one included; from 1.
        """
        bits = ["content", "rest"]
        rows = pd.DataFrame({"key": keys, "content": content[:, 0], "rest": content[:, 1], "line": lines})
        known = [one[one["key"].isin(keys)] for one in self._seen]
        both = pd.concat([*known, rows], ignore_index=True)
        again, own = both.duplicated(bits), slice(len(both) - len(rows), None)
        number = (~again).groupby(both["key"]).cumsum()
        repeats = both.groupby(bits, sort=False)["line"].transform("first").where(again, 0)
        self._seen.append(rows[~again.to_numpy()[own]])
        return repeats.to_numpy()[own], number.to_numpy()[own]


#: Of dates and amounts in columns that are named by their order; even damaged files have hardly any.
_MOST_UNREADABLE = 0.2
_UNFIT = (
    "layout of CompraNet or ComprasMX that is known",
    "Check that it is a file of contracts or procedures; without a line of names, name its layout",
)
#: What the chunks carry to the end: bits of the key and of the content.
CARRIED = ["_key", "_content", "_content_rest"]


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the contracts and procedures of a chunk, by the layout that its column names tell.

    Raises
    ------
    CleaningError
        If no layout fits; names the columns.
    """
    name = layouts.facts()["headerless"].get(f"{source.source}/{source.version}", "")
    return clean_contracts(chunk, name)


def clean_contracts(chunk: pd.DataFrame, layout: str = "", *, reveal: bool = False) -> Cleaned:
    """Return the contracts and procedures of a chunk.

    ``contracts`` has one row per record of the file, ``procedures`` one for each different
    description of an expediente; exact repeats are still there (see :func:`finish`). Names, tax
    codes and register numbers of natural persons are masked in both and in the record; those of
    officials are not read.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line, perhaps with what is wrong with each record.
    layout : str
        Layout of a file without a line of column names; empty to recognise it by the names.
    reveal : bool
        Leave natural persons as published, for work in memory whose result names nobody.

    Raises
    ------
    CleaningError
        If no layout fits, or a file without names has another number of columns.
    UnknownName
        If there is no such layout.
    """
    good, wrong = split(chunk)
    one = layouts.layout(layout) if layout else layouts.fitting(layouts.layouts().values(), good.columns, *_UNFIT)
    unnamed = bool(layout) and layouts.recognised(good.columns) is None
    if unnamed:
        good = layouts.with_names(good, one)
    good, again = _without_headers(good, one)
    fields = Fields(good.reset_index(drop=True), one)
    table = columns.table(fields, reveal)
    # The columns got the names of the layout by their order alone: what stands in them must be of its kind.
    if unnamed and (told := _dates_and_amounts(table)).eq("unreadable").mean() > _MOST_UNREADABLE:
        raise CleaningError(
            f"layout {one.name}",
            f"is not that of the file: {told.eq('unreadable').mean():.0%} of its dates and amounts cannot be read",
            "Name another layout, or add a line of column names to the file",
        )
    aside = set_aside(wrong, wrong[FAULT] != "", "wrong_number_of_cells", FAULT)
    record = kept_but(chunk, aside, again, *fields.entries)
    kind, code = table["supplier_kind"], fields["supplier_rfc"]
    people = None if reveal else persons.people(fields["supplier"], kind, code, *columns.COUNTRIES)
    return persons.WithPeople(_parts(table, fields), record, people)


#: Fields by which such a record is looked for: a chunk has few different values of them.
_OF_FEW_VALUES = ("buyer_id", "method", "category")


def _without_headers(chunk: pd.DataFrame, one: Layout) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return a chunk without records that are column names again, and entries that set these aside.

    Raises
    ------
    CleaningError
        If they are in another order: what follows would be read into the wrong columns.
    """
    found = layouts.bound(chunk, one)[0]
    rows, suspects = pd.Series(False, index=chunk.index), pd.Series(False, index=chunk.index)
    for name in (found[field] for field in _OF_FEW_VALUES if field in found):
        suspects |= chunk[name].isin([value for value in chunk[name].unique().tolist() if layouts.is_name(value)])
    own = [name for name in chunk.columns if name not in (FILE, LINE, FAULT)]
    wanted = [folded(name) for name in own]
    for place in chunk.index[suspects]:
        cells = [folded(cell) for cell in chunk.loc[place, own]]
        same = sum(cell == name for cell, name in zip(cells, wanted, strict=True))
        if sum(map(layouts.is_name, cells)) * 2 < len(own) and same * 2 < len(own):
            continue
        if same * 2 < len(own):
            raise CleaningError(
                f"{chunk.loc[place, FILE]}, line {chunk.loc[place, LINE]}",
                "holds column names in another order than those at the beginning",
                "Split the file there, and clean each part as a file of its own",
            )
        rows[place] = True
    if not rows.any():
        return chunk, chunk.iloc[:0]
    return chunk[~rows].reset_index(drop=True), set_aside(chunk, rows, "header_again", found["buyer_id"])


_READ = [f"{name}_date" for name in ("publication", "award", "signature", "start", "end")] + ["amount"]


def _dates_and_amounts(table: pd.DataFrame) -> pd.Series:
    """Return how each date and amount that is not blank was read."""
    status = pd.concat([table[f"{name}_status"] for name in _READ])
    return status[status != "missing"]


def layouts_by_content(records: Sequence[Sequence[str]]) -> list[str]:
    """Return the layouts whose order of columns some records fit: as many cells, dates and amounts where these belong.

    Parameters
    ----------
    records : sequence of sequence of str
        The first records of a file without a line of column names.
    """
    widths = Counter(map(len, records))
    if not widths:
        return []
    width = widths.most_common(1)[0][0]
    cells = [list(record) for record in records if len(record) == width]
    chunk = pd.DataFrame(cells, dtype="str").assign(**{FILE: "", LINE: range(1, len(cells) + 1)})
    found = []
    for one in layouts.layouts().values():
        if not one.headers or width not in (len(one.headers), len(one.headers) - bool(one.optional)):
            continue
        table = columns.table(Fields(layouts.with_names(chunk, one), one), False)
        # One kind alone says little: a number may stand anywhere.
        days = table[[f"{name}_status" for name in _READ[:-1]]].isin(("read", "day_first", "day_first_assumed"))
        unreadable = _dates_and_amounts(table).eq("unreadable").mean()
        if days.any(axis=None) and table["amount"].notna().any() and unreadable <= _MOST_UNREADABLE:
            found.append(one.name)
    return found


def _parts(table: pd.DataFrame, fields: Fields) -> dict[str, pd.DataFrame]:
    only_procedures = fields.layout.name == "E"
    raw = [name for name in fields.chunk.columns if name not in (FILE, LINE, FAULT)]
    many = {fields.columns[field] for field in MANY.intersection(fields.columns)}
    few = {name: fields.coded_as_published(name) for name in raw if name not in many}
    rows = described = digests(fields.chunk[[name for name in raw if name in many]], few)
    if not only_procedures:
        few = {name: fields.coded(field) for name, field in DESCRIBED_BY.items()}
        made = [name for name in _DESCRIPTION if name not in few and name not in MANY]
        few |= {name: array_of(table[name]).dictionary_encode("encode") for name in made}
        described = digests(table[[name for name in _DESCRIPTION if name in MANY]], few)

    def carrying(part: pd.DataFrame, key: str, content: np.ndarray) -> pd.DataFrame:
        return part.assign(**dict(zip(CARRIED, (key_bits(part[key]), content[:, 0], content[:, 1]), strict=True)))

    procedures = carrying(table[_OF_PROCEDURES], "procedure_key", described)
    contracts = carrying(table, "contract_key", rows)
    if only_procedures:
        return {"contracts": contracts.iloc[:0], "procedures": procedures}
    keyed = procedures["procedure_key"] != ""
    return {"contracts": contracts, "procedures": procedures if keyed.all() else procedures[keyed]}


_OF_PROCEDURES = [name for name in PROCEDURES.names if name != "version"]
#: Columns that are made of others of a description and add nothing to it.
_MADE_OF_OTHERS = tuple(
    ("procedure_object procedure_object_status procurement_method method_basis regime category character").split()
)
#: What tells versions of a procedure apart.
_DESCRIPTION = [
    column.name
    for column in PROCEDURES.columns
    if column.type in ("string", "category") and column.name not in ("file", "procedure_key", *_MADE_OF_OTHERS)
]
#: Those of its columns that are fields as published, and the field of each.
DESCRIBED_BY = {
    name: name.removesuffix("_text")
    for name in (
        *("institution", "institution_acronym", "buyer_id", "method_text", "template", "legal_ground", "law"),
        *("category_text", "character_text", "participation", "procedure_status", "url"),
        *("publication_date_text", "opening_date_text", "award_date_text"),
    )
}


#: Of each table the column that numbers rows of one key.
NUMBERS = ((CONTRACTS, "sequence"), (PROCEDURES, "version"))


class Finisher:
    """Finds repeats and numbers rows within a key, across chunks. Takes them in order and keeps 32 bytes a row.

    Parameters
    ----------
    numbers : sequence of (TableSchema, str)
        The tables, each with the column that numbers rows of one key.

    Attributes
    ----------
    people : list of People or None
        Natural persons of the chunks, in memory only.
    """

    def __init__(self, numbers: Sequence[tuple[TableSchema, str]] = NUMBERS) -> None:
        self._ledgers = [(schema, number, Ledger()) for schema, number in numbers]
        self._absent: set[tuple[str, str]] = set()
        self.people: list[persons.People | None] = []

    def finish(self, part: Cleaned) -> Cleaned:
        """Return a chunk without rows that repeat earlier ones, each key numbered, in the columns of the schemas.

        Exact repeats in the first table that has rows (contracts; in layout E, procedures) are merged on the record.
        """
        self.people += [part.people] if isinstance(part, persons.WithPeople) else []
        record, tables, told = self._absent_once(part.record), {}, False
        for schema, number, ledger in self._ledgers:
            table = part.tables[schema.name]
            key, *content = (table[name].to_numpy("<u8") for name in CARRIED)
            repeats, numbers = ledger.enter(key, np.column_stack(content), table["line"].to_numpy("int64"))
            again = repeats != 0
            kept = table.assign(**{number: numbers})[~again] if again.any() else table.assign(**{number: numbers})
            tables[schema.name] = kept[schema.names].reset_index(drop=True)
            if again.any() and not told:
                rows = table[again].rename(columns={"file": FILE, "line": LINE})
                into = "the same as line " + pd.Series(repeats[again], index=rows.index).astype("str")
                every = pd.Series(True, index=rows.index)
                record = record.without(merged(rows, every, "exact_repeat", schema.key[0], into))
            told |= bool(len(table))
        return Cleaned(tables, record)

    def _absent_once(self, record: Record) -> Record:
        """Return the record with each column that a file lacks named once, not once per chunk."""
        entries = record.entries
        absent = np.flatnonzero(entries["rule"] == "column_absent")
        places = list(zip(entries[FILE].iloc[absent], entries["column"].iloc[absent], strict=True))
        known = absent[[place in self._absent for place in places]] if places else absent
        self._absent.update(places)
        return replace(record, entries=entries.drop(index=entries.index[known]).reset_index(drop=True))


def finish(parts: Iterable[Cleaned]) -> Cleaned:
    """Put chunks together: exact repeats merged, different rows with one key numbered, persons masked by value."""
    finisher = Finisher()
    done = [finisher.finish(part) for part in parts]
    tables = {n: pd.concat([part.tables[n] for part in done], ignore_index=True) for n in ("contracts", "procedures")}
    places = {n: table[["file", "line"]].rename(columns={"file": FILE, "line": LINE}) for n, table in tables.items()}
    return persons.masked_elsewhere(Cleaned(tables, total([part.record for part in done])), finisher.people, places)


def _raw_amounts(chunk: pd.DataFrame) -> pd.DataFrame:
    """Return the raw column of amounts, by its name, or by its place in a file without names."""
    if all(str(name).startswith("Unnamed: ") for name in chunk.columns if name not in (FILE, LINE, FAULT)):
        folder = "/".join(str(chunk[FILE].iloc[0]).split("/")[:2])
        chunk = layouts.with_names(chunk, layouts.layout(layouts.facts()["headerless"][folder]))
    names = {name for one in layouts.layouts().values() for name in one.columns.get("amount", ())}
    return chunk[[column for column in chunk.columns if folded(column) in names]]


DATASET = declare("compranet", clean, (CONTRACTS, PROCEDURES), finish, sums=[Sum("contracts", "amount", _raw_amounts)])
