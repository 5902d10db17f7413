"""Public contracting of Honduras in 2020 (HonduCompras 1): ten flattened tables of OCDS releases, and how they join.

References
----------
Oficina Normativa de Contratación y Adquisiciones del Estado (ONCAE); Open Contracting Data Standard 1.1. Methods by
the names of the Ley de Contratación del Estado (Decreto 74-2001), article 38.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.schema import TableSchema, schemas
from ogp_analysis.data.cleaning.country_year import known, refuse, require
from ogp_analysis.data.cleaning.dataset import Input, concatenate, declare
from ogp_analysis.data.cleaning.reading import read
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, Record, changed, hidden, kept_but
from ogp_analysis.data.datasets.procurement import checks, persons
from ogp_analysis.data.datasets.procurement.checks import AMOUNT_STATUSES, matching
from ogp_analysis.data.datasets.procurement.folding import by_value, folded

# Suppliers and tenderers of Honduras: the remark after the name, the tax number, and natural persons, who are masked.
# References: Servicio de Administración de Rentas, Registro Tributario Nacional: 14 digits. That of a natural person
# starts with place (four digits) and year of birth, as the identity card does; that of a legal entity has a 9 after
# the place. The rule was read off the numbers in the file and the legal forms in the names beside them.

REMARKS = ("minor_purchase", "outside_rules")
NUMBER_STATUSES = ("legal_entity", "natural_person", "malformed")
_REMARK = r"\s*\*\s*([^*]*)$"
#: The words of a remark, one of them with two letters turned round.
_REMARKS = {
    "": "",
    "compra menor": "minor_purchase",
    "normativa externa": "outside_rules",
    "normativa extrena": "outside_rules",
}
#: The first zero of the place is often lost; identity numbers without check digit have 13 digits too.
_LEGAL = r"\d{4}9\d{9}|\d{3}9\d{9}"
_BIRTH = r"(?:19[2-9]\d|200\d)"
_NATURAL = rf"\d{{3,4}}{_BIRTH}\d{{6}}|\d{{4}}{_BIRTH}\d{{5}}"


def read_suppliers(chunk: pd.DataFrame, name: str, code: str) -> tuple[dict[str, pd.Series], list[pd.DataFrame]]:
    """Return the columns of suppliers, and the entries of the record.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    name, code : str
        Its columns with the name and the identifier.

    Returns
    -------
    dict of str to pandas.Series
        ``supplier_name`` and ``supplier_id`` (masked for natural persons), ``supplier_kind``, ``supplier_rtn`` (digits,
        of legal entities), ``rtn_status``, ``remark``, and ``_name`` and ``_code``: name and number as published, for
        finding natural persons in texts, never to be kept.
    list of pandas.DataFrame
        The entries; nothing of a natural person stands in them.

    Raises
    ------
    CleaningError
        If a remark is unknown.
    """
    words = chunk[name].str.extract(_REMARK)[0].fillna("").map(folded)
    refuse(chunk, name, ~words.isin(list(_REMARKS)), "names with a remark that no rule covers")
    plain = chunk[name].str.replace(_REMARK, "", regex=True).str.strip()
    number = tax_numbers(chunk[code])
    kind = persons.kinds(plain, number["status"], "HN")
    person = persons.are_persons(kind)
    entries = [
        changed(chunk[~person], name, plain[~person], "remark_after_name"),
        hidden(chunk, person, name, persons.HIDDEN, persons.MASK, "natural_person_masked"),
        hidden(chunk, person, code, persons.HIDDEN, "", "natural_person_masked"),
    ]
    made = {
        "supplier_name": plain.mask(person, persons.MASK),
        "supplier_kind": kind,
        "supplier_id": chunk[code].str.strip().mask(person, ""),
        "supplier_rtn": number["rtn"].where((number["status"] == "legal_entity") & ~person, ""),
        "rtn_status": number["status"],
        "remark": words.map(_REMARKS),
        "_name": plain,
        "_code": chunk[code].str.strip(),
    }
    return made, entries


def tax_numbers(values: pd.Series) -> pd.DataFrame:
    """Return ``rtn`` (14 digits, or what digits there are) and ``status``, one of :data:`NUMBER_STATUSES`."""

    def of_distinct(values: pd.Series) -> pd.DataFrame:
        rest = values.str.strip().str.replace(r"^(?:HN-RTN-|HND-IDCARD-)", "", regex=True)
        digits = rest.str.replace(r"[^0-9]", "", regex=True).where(~rest.str.contains(r"[A-Za-zÑñ]"), "")
        legal, natural = digits.str.fullmatch(_LEGAL), digits.str.fullmatch(_NATURAL)
        status = pd.Series("malformed", index=values.index, dtype="str").mask(legal & ~natural, "legal_entity")
        status = status.mask(natural & ~legal, "natural_person")
        return pd.DataFrame({"rtn": digits.where(status != "legal_entity", digits.str.zfill(14)), "status": status})

    return by_value(values, of_distinct)


# What the tables of Honduran procurement promise.

_FACTS = toml(__file__, "honduras_oncae.toml")
#: Name of each procedure of the law: its code, and the method.
METHODS: dict[str, tuple[str, str]] = _FACTS["methods"]
#: Words of the file, and the code of each.
_LISTS = ("statuses", "categories", "budgets", "stages", "guarantees")
STATUSES, CATEGORIES, BUDGETS, STAGES, GUARANTEES = (_FACTS[name] for name in _LISTS)
#: Raw columns of each table, without which it is not made.
COLUMNS: dict[str, list[str]] = _FACTS["columns"]
#: One for each table of the publisher, and the joins between them.
SCHEMAS = schemas(
    toml(__file__, "honduras_oncae_tables.toml"),
    # Words without a code are no category; several words may have one code.
    **{name: tuple(code for code in dict.fromkeys(_FACTS[name].values()) if code) for name in _LISTS},
    procedures=tuple(dict.fromkeys(code for code, _ in METHODS.values())),
    amount_statuses=AMOUNT_STATUSES,
    number_statuses=NUMBER_STATUSES,
    remarks=REMARKS,
    supplier_kinds=persons.KINDS,
)


_MOMENT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?-06:00"
#: Free texts in which public servants are named, the driver of a car for one. They are not read.
DESCRIPTIONS = ("tender/description", "contracts/0/description", "awards/0/items/0/description")
#: Columns that repeat another one in every row.
_REPEATS = {
    "tender/procuringEntity/id": "buyer/id",
    "tender/procuringEntity/name": "buyer/name",
    "tender/enquiryPeriod/startDate": "tender/tenderPeriod/startDate",
    "tender/enquiryPeriod/endDate": "tender/tenderPeriod/endDate",
    "date": "tender/datePublished",
}
#: Columns of words, and the code of each word.
_WORDS = {
    "stage": STAGES,
    "status_details": STATUSES,
    "category": CATEGORIES,
    "main_category": CATEGORIES,
    "guarantee_type": GUARANTEES,
    "funds": BUDGETS,
}
#: Names that are freed of outer blanks.
_NAMES = ("buyer_name", "guarantor_name", "source_name", "institution_name")
#: Where the suppliers or tenderers of a table stand.
_SUPPLIERS = {
    "award_suppliers": "awards/0/suppliers/0",
    "contract_suppliers": "contracts/0/suppliers/0",
    "tenderers": "tender/tenderers/0",
}


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table of one file. Every row is kept; natural persons are masked.

    Raises
    ------
    CleaningError
        If a column is absent, or a word, a date or a number is unknown.
    """
    (name,) = source.tables
    table, entries = _read(chunk, DATASET.schema(name))
    if name == "releases":
        for column, like in _REPEATS.items():
            refuse(chunk, column, chunk[column] != chunk[like], f"values that differ from {like}")
        names = known(chunk, "tender/procurementMethodDetails", METHODS)
        for place, column in enumerate(("method_details", "procurement_method")):
            table[column] = names.map({name: codes[place] for name, codes in METHODS.items()})
        method = changed(chunk, "tender/procurementMethod", table["procurement_method"], "method_by_name_of_procedure")
        entries = [method, *entries]
    elif name == "award_items":
        item = "awards/0/items/0/classification"
        known(chunk, f"{item}/scheme", ("UNSPSC",))
        code = matching(chunk, f"{item}/id", r"\d{6}(?:\d{2})?", "codes that have not eight digits")
        table["unspsc"] = code.str.ljust(8, "0")
        entries.append(changed(chunk, f"{item}/id", table["unspsc"], "class_without_zeros"))
    elif who := _SUPPLIERS.get(name):
        supplier, entries = read_suppliers(chunk, f"{who}/name", f"{who}/id")
        table |= supplier
    # Which columns of free text are not read, and how many values they hold, is recorded on the first line of a chunk.
    for column in chunk.columns.intersection(DESCRIPTIONS):
        count = int((chunk[column] != "").sum())
        first = chunk.iloc[:1][[FILE, LINE]].assign(**{column: f"({count} values)"})
        entries.append(changed(first, column, pd.Series("", index=first.index, dtype="str"), "description_not_read"))
    return Cleaned({name: pd.DataFrame(table | {FILE: chunk[FILE], LINE: chunk[LINE]})}, kept_but(chunk, *entries))


def _read(chunk: pd.DataFrame, schema: TableSchema) -> tuple[dict[str, pd.Series], list[pd.DataFrame]]:
    """Return the columns of a table that stand in the file, and what was changed in them."""
    require(chunk, COLUMNS[schema.name])
    table, entries = {}, []
    stated = [column for column in schema.columns if column.raw]
    for column in stated:
        name, raw = column.name, column.raw
        if name in _WORDS:
            table[name] = known(chunk, raw, _WORDS[name]).map(_WORDS[name])
        elif column.type == "date":
            # The local day.
            table[name] = matching(chunk, raw, _MOMENT, "moments of another form").str[:10]
        elif name in _NAMES:
            table[name] = chunk[raw].str.strip()
            entries.append(changed(chunk, raw, table[name], "outer_blanks"))
        elif f"{name}_status" in schema.names:
            amounts = checks.read_amounts(chunk[raw])
            refuse(chunk, raw, amounts["status"] == "unreadable", "amounts that cannot be read")
            table |= {name: amounts["amount"], f"{name}_status": amounts["status"]}
    plain = replace(schema, columns=tuple(column for column in stated if column.name not in table))
    return table | dict(read(chunk, plain)), entries


#: What suppliers are numbered within.
_NUMBERED = {"award_suppliers": "award_id", "contract_suppliers": "contract_id", "tenderers": "ocid"}
_TITLED = ("releases", "contracts")


def finish(parts: Iterable[Cleaned]) -> Cleaned:
    """Number suppliers within their award, contract or process, join the tables, mask persons by value."""
    whole = concatenate(parts)
    tables = dict(whole.tables)
    for name, key in _NUMBERED.items():
        tables[name] = tables[name].assign(sequence=tables[name].groupby(key).cumcount() + 1)
    suppliers = pd.concat([tables[name] for name in _NUMBERED])
    named = suppliers[persons.are_persons(suppliers["supplier_kind"]) & (suppliers["_name"] != "")]
    named = named[["ocid", "_name"]].drop_duplicates(ignore_index=True)
    entries = [whole.record.entries]
    for name in _TITLED:
        # Titles that name a natural person who supplies in the same process are masked.
        table = tables[name]
        pairs = table[["ocid", "title"]].assign(row=range(len(table))).merge(named, on="ocid")
        naming = pairs.loc[persons.names_person(pairs["title"], pairs["_name"]), "row"].unique()
        rows = pd.Series(range(len(table)), index=table.index).isin(naming)
        entries.append(hidden(table, rows, "title", persons.HIDDEN, persons.TEXT_MASK, "natural_person_in_text"))
        tables[name] = table.assign(title=table["title"].mask(rows, persons.TEXT_MASK))
    joins = []
    for link in DATASET.invariants.links:
        (on,) = link.columns
        own, above = tables[link.child][on], tables[link.parent][on]
        counts = len(own), (~own.isin(above)).sum(), len(above), (~above.isin(own)).sum()
        joins.append((link.child, link.parent, on, *counts))
    tables["joins"] = pd.DataFrame(joins, columns=SCHEMAS[-1].names)
    record = Record(whole.record.rows_in, whole.record.kept, pd.concat(entries, ignore_index=True))
    found = {schema.name: tables[schema.name][schema.names] for schema in SCHEMAS}
    people = [
        persons.people(tables[name]["_name"], tables[name]["supplier_kind"], tables[name]["_code"], "HN")
        for name in _NUMBERED
    ]
    places = {name: table[[FILE, LINE]] for name, table in tables.items() if FILE in table}
    return persons.masked_elsewhere(Cleaned(found, record), people, places)


DATASET = declare("honduras_oncae", clean, SCHEMAS, finish, **COLUMNS)
