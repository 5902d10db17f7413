"""Contracts of a table in a form of its own, read by a map of its columns."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa

from ogp_analysis.base.schema import FAULT, Column, TableSchema
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.compranet.ledger import Ledger, Pieces, key_bits
from ogp_analysis.procurement.datasets.fields import Fields, digests, split
from ogp_analysis.procurement.datasets.folding import by_value
from ogp_analysis.procurement.datasets.layouts import Layout
from ogp_analysis.procurement.datasets.ocds.values import currencies
from ogp_analysis.procurement.own_files.column_map import ColumnMap
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, kept_but, merged, set_aside

GENERATION = "map"
DATE_STATUSES, AMOUNT_STATUSES = ("read", "unreadable", "missing"), ("ok", "unreadable", "missing")
#: Field of each key of the map; those of objects are titles, which the record does not repeat.
_FIELDS = {"id": ("contract_number",), "object": ("contract_title", "contract_description", "procedure_title"),
           "buyer": ("buyer_name",), "supplier": ("supplier",), "tax_code": ("supplier_rfc",), "date": ("date",),
           "amount": ("amount",), "currency": ("currency",)}  # fmt: skip
_OBJECTS = _FIELDS["object"]


def _text(name: str, description: str, **more) -> Column:
    return Column(name, "string", description, **more)


CONTRACTS = TableSchema(
    name="contracts",
    grain="one row of the table; equal rows are merged",
    key=("contract_key", "sequence"),
    columns=(
        _text("contract_key", "Number of the contract; where the table has none, a hash of the row.", required=True),
        Column("sequence", "integer", "1, 2, … for different rows with one key.", required=True, minimum=1),
        _text("file", "File the row comes from.", required=True),
        Column("line", "integer", "Line (row of a sheet) on which it starts.", required=True),
        Column("generation", "category", "Read by a map of columns.", categories=(GENERATION,), required=True),
        _text("buyer_name", "Buyer as published."),
        _text("contract_number", "Number as published."),
        *(_text(name, "Object as published, unless it names a natural person.") for name in _OBJECTS),
        _text("supplier_name", "Supplier as published; natural persons are masked."),
        Column("supplier_kind", "category", "Told by the tax code, else by the legal form in the name.",
               categories=persons.KINDS, required=True),
        Column("date", "date", "Day, read by the format of the map."),
        _text("date_text", "As published."),
        Column("date_status", "category", "How the date was read.", categories=DATE_STATUSES, required=True),
        Column("amount", "number", "Amount.", "units of its currency, current prices"),
        _text("amount_text", "As published."),
        Column("amount_status", "category", "How it was read.", categories=AMOUNT_STATUSES, required=True),
        _text("currency", "ISO 4217."),
        _text("currency_text", "As published."),
    ),
)  # fmt: skip
SCHEMAS = (CONTRACTS,)


class _Mapped(Fields):
    """The fields of a chunk by the exact names of their columns, in any script."""

    def __init__(self, chunk: pd.DataFrame, columns: ColumnMap) -> None:
        own = {f: name for key, names in columns.columns.items() for f, name in zip(_FIELDS[key], names, strict=False)}
        unused = [name for name in chunk.columns if name not in (*own.values(), FILE, LINE, FAULT)]
        super().__init__(chunk, Layout(GENERATION, "", (), {f: (name,) for f, name in own.items()}), (own, unused))


def clean_contracts(chunk: pd.DataFrame, columns: ColumnMap) -> Cleaned:
    """Return the contracts of a chunk; exact repeats are still there (see :class:`Finisher`).

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line, perhaps with what is wrong with each record.
    columns : ColumnMap
        What its columns hold.
    """
    good, wrong = split(chunk)
    fields = _Mapped(good.reset_index(drop=True), columns)
    rows = digests(fields.chunk[[name for name in fields.chunk if name not in (FILE, LINE, FAULT)]])
    number = fields["contract_number"]
    hashed = pd.Series([f"row-{first:016x}" for first in rows[:, 0].tolist()], index=number.index, dtype="str")
    table = pd.DataFrame(
        {
            "contract_key": number.where(number != "", hashed),
            "file": fields.chunk[FILE],
            "line": fields.lines,
            "generation": pd.Series(GENERATION, index=number.index, dtype="str"),
            "contract_number": number,
            **_parties(fields),
            **_date(fields, columns.date),
            **_amount(fields, columns),
            "_rows_0": rows[:, 0],
            "_rows_1": rows[:, 1],
        }
    )
    aside = set_aside(wrong, wrong[FAULT] != "", "wrong_number_of_cells", FAULT)
    return Cleaned({"contracts": table}, kept_but(chunk, aside, *fields.entries))


def _parties(fields: Fields) -> dict[str, pd.Series]:
    """Return buyer, objects and supplier, nothing of which names a natural person who is the supplier."""
    code = persons.tax_codes(fields["supplier_rfc"])
    kind = persons.kinds(fields["supplier"], code["status"])
    person = persons.are_persons(kind)
    mask = persons.masked(fields.lines)
    for field, new in (("supplier", mask), ("supplier_rfc", "")):
        if field in fields:
            fields.hide(field, person & (fields[field] != ""), persons.HIDDEN, new, "natural_person_masked")
    made, names = {}, fields["supplier"].where(person, "")
    for field in (*_OBJECTS, "buyer_name"):
        text = fields[field]
        some = (names != "") & (text != "")
        hit = text[some][persons.names_person(text[some], names[some])]
        rows = text.isin(hit.unique())
        if len(hit):
            fields.hide(field, rows, persons.HIDDEN, persons.TEXT_MASK, "natural_person_in_text")
        made[field] = text.mask(rows, persons.TEXT_MASK)
    return made | {"supplier_name": fields["supplier"].mask(person, mask), "supplier_kind": kind}


def _date(fields: Fields, form: str) -> dict[str, pd.Series]:
    text = fields["date"]

    def read(distinct: pd.Series) -> pd.Series:
        found = pd.to_datetime(distinct, format=form or "%Y", errors="coerce")
        return found.dt.normalize().astype("datetime64[us]")

    date = by_value(text, read)
    status = pd.Series("read", index=text.index, dtype="str").mask(date.isna(), "unreadable")
    status = status.mask(text == "", "missing")
    if "date" in fields:
        fields.drop("date", "unreadable_date", status == "unreadable")
    return {"date": date, "date_text": text, "date_status": status}


def _amount(fields: Fields, columns: ColumnMap) -> dict[str, pd.Series]:
    text, stated = fields["amount"], fields["currency"]
    amount = by_value(text, lambda distinct: _numbers(distinct, columns.decimal or ".", columns.thousands))
    status = pd.Series("ok", index=text.index, dtype="str").mask(amount.isna(), "unreadable")
    status = status.mask(text == "", "missing")
    if "amount" in fields:
        fields.drop("amount", "unreadable_amount", status == "unreadable")
    currency = pd.Series(columns.currency, index=text.index, dtype="str")
    if "currency" in fields:
        read = currencies(pa.array(stated, pa.string())).values
        currency = pd.Series(pd.array(read, dtype="str"), index=text.index).fillna("")
        fields.drop("currency", "unknown_currency", (currency == "") & (stated != ""))
    return {"amount": amount, "amount_text": text, "amount_status": status, "currency": currency,
            "currency_text": stated}  # fmt: skip


def _numbers(texts: pd.Series, decimal: str, thousands: str) -> pd.Series:
    """Return amounts, missing where a text is none: marks of thousands stand before every third digit, or nowhere."""
    point, mark = re.escape(decimal), re.escape(thousands)
    grouped = rf"|\d{{1,3}}(?:{mark}\d{{3}})+" if thousands else ""
    plain = texts.str.replace("\xa0", " ").str.replace(r"^(-?)\$ ?", r"\1", regex=True)
    readable = plain.str.fullmatch(rf"-?(?:\d+{grouped})(?:{point}\d+)?")
    plain = plain.where(readable, "")
    if thousands:
        plain = plain.str.replace(thousands, "", regex=False)
    number = pd.to_numeric(plain.str.replace(decimal, ".", regex=False), errors="coerce").astype("float64")
    return number.where(np.isfinite(number))


class Finisher:
    """What needs more than a chunk: repeats and numbers within a key. Takes the chunks in order, keeps none.

    Parameters
    ----------
    pieces : callable
        Makes a place for 32 bytes a row; by default a list in memory.
    """

    def __init__(self, pieces: Callable[[], Pieces] = list) -> None:
        self._ledger = Ledger(pieces())

    def finish(self, part: Cleaned) -> Cleaned:
        """Return a chunk without rows that repeat earlier ones, each key numbered, in the columns of the schema."""
        table = part.tables["contracts"]
        content = table[["_rows_0", "_rows_1"]].to_numpy("<u8")
        lines = table["line"].to_numpy("int64")
        repeats, numbers = self._ledger.enter(key_bits(table["contract_key"]), content, lines)
        table, again = table.assign(sequence=numbers), repeats != 0
        kept = Cleaned({"contracts": table.loc[~again, CONTRACTS.names].reset_index(drop=True)}, part.record)
        if not again.any():
            return kept
        rows = table[again].rename(columns={"file": FILE, "line": LINE})
        into = "the same as line " + pd.Series(repeats[again], index=rows.index).astype("str")
        entries = merged(rows, pd.Series(True, index=rows.index), "exact_repeat", "contract_key", into)
        return Cleaned(kept.tables, part.record.without(entries))
