"""Contracts of a table in a form of its own, read by a map of its columns."""

from __future__ import annotations

import re
from functools import partial

import numpy as np
import pandas as pd
import pyarrow as pa

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import FAULT, schemas
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, kept_but, set_aside
from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.compranet import dataset as compranet
from ogp_analysis.data.datasets.procurement.compranet.dataset import CARRIED, key_bits
from ogp_analysis.data.datasets.procurement.fields import Fields, digests, split
from ogp_analysis.data.datasets.procurement.folding import by_value
from ogp_analysis.data.datasets.procurement.layouts import Layout
from ogp_analysis.data.datasets.procurement.ocds.columns import currencies
from ogp_analysis.procurement.own_files.column_map import ColumnMap

GENERATION = "map"
#: Field of each key of the map; those of objects are titles, which the record does not repeat.
_FIELDS = {"id": ("contract_number",), "object": ("contract_title", "contract_description", "procedure_title"),
           "buyer": ("buyer_name",), "supplier": ("supplier",), "tax_code": ("supplier_rfc",), "date": ("date",),
           "amount": ("amount",), "currency": ("currency",)}  # fmt: skip
_OBJECTS = _FIELDS["object"]
SCHEMAS = (CONTRACTS,) = schemas(toml(__file__, "mapped.toml"), kinds=persons.KINDS)


class _Mapped(Fields):
    """The fields of a chunk by the exact names of their columns, in any script."""

    def __init__(self, chunk: pd.DataFrame, columns: ColumnMap) -> None:
        own = {f: name for key, names in columns.columns.items() for f, name in zip(_FIELDS[key], names, strict=False)}
        if len(parts := list(columns.columns.get("supplier", ()))) > 1:
            # Joined before anything is masked: no part of a name is a column of its own, nor left over.
            whole, own["supplier"] = chunk[parts].agg(" ".join, axis=1).str.split().str.join(" "), " + ".join(parts)
            chunk = chunk.drop(columns=parts).assign(**{own["supplier"]: whole})
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

    def read(distinct: pd.Series) -> pd.Series:
        found = pd.to_datetime(distinct, format=columns.date or "%Y", errors="coerce")
        return found.dt.normalize().astype("datetime64[us]")

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
            **_parties(fields, columns.countries),
            **_with_status(fields, "date", by_value(fields["date"], read), "read"),
            **_amount(fields, columns),
        }
    )
    table = table.assign(**dict(zip(CARRIED, (key_bits(table["contract_key"]), *rows.T), strict=True)))
    aside = set_aside(wrong, wrong[FAULT] != "", "wrong_number_of_cells", FAULT)
    people = persons.people(fields["supplier"], table["supplier_kind"], fields["supplier_rfc"], *columns.countries)
    return persons.WithPeople({"contracts": table}, kept_but(chunk, aside, *fields.entries), people)


def _parties(fields: Fields, countries: tuple[str, ...]) -> dict[str, pd.Series]:
    """Return buyer, objects and supplier, nothing of which names a natural person who is the supplier."""
    code = persons.tax_codes(fields["supplier_rfc"])
    kind = persons.kinds(fields["supplier"], code["status"], *countries)
    person = persons.are_persons(kind)
    for field, new in (("supplier", persons.MASK), ("supplier_rfc", "")):
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
    return made | {"supplier_name": fields["supplier"].mask(person, persons.MASK), "supplier_kind": kind}


def _amount(fields: Fields, columns: ColumnMap) -> dict[str, pd.Series]:
    text, stated = fields["amount"], fields["currency"]
    amount = by_value(text, lambda distinct: _numbers(distinct, columns.decimal or ".", columns.thousands))
    told = _with_status(fields, "amount", amount, "ok")
    currency = pd.Series(columns.currency, index=text.index, dtype="str")
    if "currency" in fields:
        read = currencies(pa.array(stated, pa.string())).values
        currency = pd.Series(pd.array(read, dtype="str"), index=text.index).fillna("")
        fields.drop("currency", "unknown_currency", (currency == "") & (stated != ""))
    return told | {"currency": currency, "currency_text": stated}


def _with_status(fields: Fields, field: str, values: pd.Series, good: str) -> dict[str, pd.Series]:
    """Return what was read of a field, its text, and how it was read; note the texts that could not be."""
    text = fields[field]
    status = pd.Series(good, index=text.index, dtype="str").mask(values.isna(), "unreadable")
    status = status.mask(text == "", "missing")
    if field in fields:
        fields.drop(field, f"unreadable_{field}", status == "unreadable")
    return {field: values, f"{field}_text": text, f"{field}_status": status}


def _numbers(texts: pd.Series, decimal: str, thousands: str) -> pd.Series:
    """Return amounts, missing where a text is not an amount: thousands are marked everywhere or nowhere."""
    point, mark = re.escape(decimal), re.escape(thousands)
    grouped = rf"|\d{{1,3}}(?:{mark}\d{{3}})+" if thousands else ""
    plain = texts.str.replace("\xa0", " ").str.replace(r"^(-?)\$ ?", r"\1", regex=True)
    readable = plain.str.fullmatch(rf"-?(?:\d+{grouped})(?:{point}\d+)?")
    plain = plain.where(readable, "")
    if thousands:
        plain = plain.str.replace(thousands, "", regex=False)
    number = pd.to_numeric(plain.str.replace(decimal, ".", regex=False), errors="coerce").astype("float64")
    return number.where(np.isfinite(number))


#: Finds repeats, and numbers the rows of a key, across chunks that come in order and are not kept.
Finisher = partial(compranet.Finisher, ((CONTRACTS, "sequence"),))
