"""Public contracting of Honduras in 2020 (HonduCompras 1): ten flattened tables of OCDS releases, and how they join.

References
----------
Oficina Normativa de Contratación y Adquisiciones del Estado (ONCAE); Open Contracting Data Standard 1.1. Methods by
the names of the Ley de Contratación del Estado (Decreto 74-2001), article 38.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.procurement.datasets import amounts, persons
from ogp_analysis.procurement.datasets.checks import matching, refuse
from ogp_analysis.procurement.datasets.honduras_oncae import schemas, suppliers
from ogp_analysis.tidy.country_year import known, number, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout, concatenate
from ogp_analysis.tidy.invariants import Invariants, Past, Sum
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, Record, changed, kept_but

#: The publisher codes everything but direct contracting as open; private tenders and minor purchases are not.
METHOD_RULE = "method_by_name_of_procedure"
#: Two codes of a class are written without its two zeros.
CLASS_RULE = "class_without_zeros"
_MOMENT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?-06:00"
#: Free texts in which public servants are named, the driver of a car for one. They are not read.
DESCRIPTIONS = ("tender/description", "contracts/0/description", "awards/0/items/0/description")
#: They name public servants, so that only how many there are is stated.
DESCRIPTION_RULE = "description_not_read"
#: A title that names a natural person who supplies in the same process.
TEXT_RULE = "natural_person_in_text"
#: Columns that repeat another one in every row.
_REPEATS = {
    "tender/procuringEntity/id": "buyer/id",
    "tender/procuringEntity/name": "buyer/name",
    "tender/enquiryPeriod/startDate": "tender/tenderPeriod/startDate",
    "tender/enquiryPeriod/endDate": "tender/tenderPeriod/endDate",
    "date": "tender/datePublished",
}
_Part = tuple[pd.DataFrame, list[pd.DataFrame]]


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table of one file. Every row is kept; natural persons are masked.

    Raises
    ------
    CleaningError
        If a column is absent, or a word, a date or a number is unknown.
    """
    table, entries = _READERS[source.tables[0]](chunk)
    table = pd.concat([table, chunk[[FILE, LINE]]], axis=1)
    # Which columns of free text are not read, and how many values they hold, is recorded on the first line of a chunk.
    left_out = []
    for column in chunk.columns.intersection(DESCRIPTIONS):
        count = int((chunk[column] != "").sum())
        first = chunk.iloc[:1][[FILE, LINE]].assign(**{column: f"({count} values)"})
        left_out.append(changed(first, column, pd.Series("", index=first.index, dtype="str"), DESCRIPTION_RULE))
    return Cleaned({source.tables[0]: table}, kept_but(chunk, *entries, *left_out))


def _part(
    chunk: pd.DataFrame,
    plain: dict[str, str],
    name: tuple[str, str] = (),
    words: dict[str, tuple[str, dict[str, str]]] | None = None,
    days: dict[str, str] | None = None,
) -> _Part:
    """Return a table by column and raw column, and what was changed.

    Parameters
    ----------
    chunk : pandas.DataFrame
    plain : dict of str to str
        Columns as published.
    name : tuple of (str, str)
        A name that is freed of outer blanks.
    words : dict of str to tuple of (str, dict)
        Words, and the code of each.
    days : dict of str to str
        Moments of which the local day is taken.
    """
    require(chunk, plain.values())
    table = {column: chunk[raw] for column, raw in plain.items()}
    table |= {column: known(chunk, raw, codes).map(codes) for column, (raw, codes) in (words or {}).items()}
    for column, raw in (days or {}).items():
        table[column] = matching(chunk, raw, _MOMENT, "moments of another form").str[:10]
    if not name:
        return pd.DataFrame(table), []
    column, raw = name
    table[column] = chunk[raw].str.strip()
    return pd.DataFrame(table), [changed(chunk, raw, table[column], "outer_blanks")]


def _releases(chunk: pd.DataFrame) -> _Part:
    require(chunk, ("ocid", "id", "tag", "tender/procurementMethod", "tender/procurementMethodDetails", *_REPEATS))
    for column, like in _REPEATS.items():
        refuse(chunk, column, chunk[column] != chunk[like], f"values that differ from {like}")
    names = known(chunk, "tender/procurementMethodDetails", schemas.METHODS)
    table, entries = _part(
        chunk,
        {"ocid": "ocid", "release_id": "id", "buyer_id": "buyer/id", "status": "tender/status",
         "budget_id": "planning/budget/id", "title": "tender/title"},
        ("buyer_name", "buyer/name"),
        {"stage": ("tag", schemas.STAGES), "status_details": ("tender/statusDetails", schemas.STATUSES),
         "category": ("tender/localProcurementCategory", schemas.CATEGORIES),
         "main_category": ("tender/mainProcurementCategory", schemas.CATEGORIES)},
        {"published_date": "tender/datePublished", "tender_start_date": "tender/tenderPeriod/startDate",
         "tender_end_date": "tender/tenderPeriod/endDate"},
    )  # fmt: skip
    table = table.assign(
        method_published=known(chunk, "tender/procurementMethod", ("open", "direct", "")),
        procurement_method=names.map({name: method for name, (_, method) in schemas.METHODS.items()}),
        method_details=names.map({name: code for name, (code, _) in schemas.METHODS.items()}),
    )
    return table, [changed(chunk, "tender/procurementMethod", table["procurement_method"], METHOD_RULE), *entries]


def _items(chunk: pd.DataFrame) -> _Part:
    item = "awards/0/items/0/"
    known(chunk, f"{item}classification/scheme", ("UNSPSC",))
    code = matching(chunk, f"{item}classification/id", r"\d{6}(?:\d{2})?", "codes that have not eight digits")
    whole = code.str.ljust(8, "0")
    columns = {"item_id": f"{item}id", "award_id": "awards/0/id", "ocid": "ocid", "unit": f"{item}unit/name"}
    table, _ = _part(chunk, columns | {"unspsc_name": f"{item}classification/description"})
    price = _amounts(chunk, f"{item}unit/value/amount", "unit_price")
    table = table.assign(unspsc=whole, quantity=number(chunk, f"{item}quantity"), **price)
    return table, [changed(chunk, f"{item}classification/id", whole, CLASS_RULE)]


def _amounts(chunk: pd.DataFrame, column: str, name: str) -> dict[str, pd.Series]:
    read = amounts.read(chunk[column])
    refuse(chunk, column, read["status"] == "unreadable", "amounts that cannot be read")
    return {name: read["amount"], f"{name}_status": read["status"]}


def _contracts(chunk: pd.DataFrame) -> _Part:
    one = "contracts/0/"
    table, entries = _part(
        chunk,
        {"contract_id": f"{one}id", "award_id": f"{one}awardID", "ocid": "ocid", "buyer_id": f"{one}buyer/id",
         "title": f"{one}title"},
        ("buyer_name", f"{one}buyer/name"),
        {"category": (f"{one}localProcurementCategory", schemas.CATEGORIES)},
        {"signature_date": f"{one}dateSigned"},
    )  # fmt: skip
    currency = known(chunk, f"{one}value/currency", schemas.CURRENCIES)
    return table.assign(currency=currency, **_amounts(chunk, f"{one}value/amount", "amount")), entries


def _suppliers(chunk: pd.DataFrame, who: str, **keys: str) -> _Part:
    require(chunk, ("ocid", *keys.values(), f"{who}/id", f"{who}/name"))
    table, entries = suppliers.read(chunk, f"{who}/name", f"{who}/id")
    return table.assign(ocid=chunk["ocid"], **{key: chunk[raw] for key, raw in keys.items()}), entries


_GUARANTEE, _BUDGET = "contracts/0/guarantees/0/", "planning/budget/budgetBreakdown/0/"
_READERS = {
    "releases": _releases,
    "awards": partial(_part, plain={"award_id": "awards/0/id", "ocid": "ocid"}),
    "award_items": _items,
    "award_suppliers": partial(_suppliers, who="awards/0/suppliers/0", award_id="awards/0/id"),
    "contracts": _contracts,
    "contract_suppliers": partial(_suppliers, who="contracts/0/suppliers/0", contract_id="contracts/0/id"),
    "guarantees": partial(
        _part,
        plain={"contract_id": "contracts/0/id", "guarantee_id": f"{_GUARANTEE}id", "ocid": "ocid",
               "guarantor_id": f"{_GUARANTEE}guarantor/id"},
        name=("guarantor_name", f"{_GUARANTEE}guarantor/name"),
        words={"guarantee_type": (f"{_GUARANTEE}guaranteeType", schemas.GUARANTEES)},
    ),
    "tenderers": partial(_suppliers, who="tender/tenderers/0"),
    "budgets": partial(
        _part,
        plain={"ocid": "ocid", "budget_id": "planning/budget/id", "breakdown_id": f"{_BUDGET}id",
               "source_id": f"{_BUDGET}sourceParty/id"},
        name=("source_name", f"{_BUDGET}sourceParty/name"),
        words={"funds": (f"{_BUDGET}description", schemas.BUDGETS)},
    ),
    "memberships": partial(
        _part,
        plain={"ocid": "ocid", "buyer_id": "parties/0/id", "institution_id": "parties/0/memberOf/0/id"},
        name=("institution_name", "parties/0/memberOf/0/name"),
    ),
}  # fmt: skip
#: Table, the table it refers to, and the column. A row without a parent stops the cleaning.
_REFERENCES = (
    ("awards", "releases", "ocid"),
    ("award_items", "awards", "award_id"),
    ("award_suppliers", "awards", "award_id"),
    ("contracts", "awards", "award_id"),
    ("contract_suppliers", "contracts", "contract_id"),
    ("guarantees", "contracts", "contract_id"),
    ("tenderers", "releases", "ocid"),
    ("budgets", "releases", "ocid"),
    ("memberships", "releases", "ocid"),
)
_NUMBERED = {"award_suppliers": "award_id", "contract_suppliers": "contract_id", "tenderers": "ocid"}
_TITLED = ("releases", "contracts")


def finish(parts: Iterable[Cleaned]) -> Cleaned:
    """Number suppliers within their award, contract or process, join the tables, mask persons in titles.

    Raises
    ------
    CleaningError
        If a row refers to one that is not there.
    """
    whole = concatenate(parts)
    tables = dict(whole.tables)
    for name, key in _NUMBERED.items():
        tables[name] = tables[name].assign(sequence=tables[name].groupby(key).cumcount() + 1)
    named = pd.concat([tables[name].loc[tables[name]["_person"] != "", ["ocid", "_person"]] for name in _NUMBERED])
    entries = [whole.record.entries]
    named = named.drop_duplicates(ignore_index=True)
    for name in _TITLED:
        # Titles that name a natural person who supplies in the same process are masked.
        table = tables[name]
        pairs = table[["ocid", "title"]].assign(row=range(len(table))).merge(named, on="ocid")
        naming = pairs.loc[persons.names_person(pairs["title"], pairs["_person"]), "row"].unique()
        rows = pd.Series(range(len(table)), index=table.index).isin(naming)
        place = table.loc[rows, [FILE, LINE]].assign(title=persons.HIDDEN)
        mask = pd.Series(persons.TEXT_MASK, index=place.index, dtype="str")
        entries.append(changed(place, "title", mask, TEXT_RULE))
        tables[name] = table.assign(title=table["title"].mask(rows, persons.TEXT_MASK))
    joins = []
    for child, parent, on in _REFERENCES:
        own, above = tables[child][on], tables[parent][on]
        lost = int((~own.isin(above)).sum())
        if lost:
            raise CleaningError(
                f"honduras_oncae.{child}",
                f"{lost} rows refer to {parent} that are not there, for example {own[~own.isin(above)].iloc[0]!r}",
                "Get all files of one publication",
            )
        joins.append((child, parent, on, len(own), lost, len(above), int((~above.isin(own)).sum())))
    tables["joins"] = pd.DataFrame(joins, columns=schemas.SCHEMAS[-1].names)
    record = Record(whole.record.rows_in, whole.record.kept, pd.concat(entries, ignore_index=True))
    return Cleaned({schema.name: tables[schema.name][schema.names] for schema in schemas.SCHEMAS}, record)


_FILES = {
    "releases": "releases20.csv",
    "awards": "awards20.csv",
    "award_items": "awa_items20.csv",
    "award_suppliers": "awa_suppliers20.csv",
    "contracts": "contracts20.csv",
    "contract_suppliers": "con_suppliers20.csv",
    "guarantees": "con_guarantees20.csv",
    "tenderers": "ten_tenderers20.csv",
    "budgets": "pla_bud_budgetBreakdown20.csv",
    "memberships": "par_memberOf20.csv",
}
DATASET = Dataset(
    name="honduras_oncae",
    title="Public contracting of Honduras, HonduCompras 1, 2020",
    inputs=tuple(Input("honduras_oncae", "2020", file, tables=(table,)) for table, file in _FILES.items()),
    clean=clean,
    schemas=schemas.SCHEMAS,
    finish=finish,
    invariants=Invariants(
        sums=(
            Sum("contracts", "amount", ("contracts/0/value/amount",)),
            Sum("award_items", "unit_price", ("awards/0/items/0/unit/value/amount",)),
            Sum("award_items", "quantity", ("awards/0/items/0/quantity",)),
        ),
        unsummed={
            "sequence": "a running number",
            **dict.fromkeys(("child_rows", "without_parent", "parents", "without_child"), "counted"),
        },
        past=(Past("contracts", ("signature_date",)), Past("releases", ("published_date",))),
    ),
    layouts=tuple(
        Layout(
            table,
            required=tuple(names),
            further="|".join(DESCRIPTIONS),
            unread="id|tender/id|language|initiationType|publisher/name|tender/additionalProcurementCategories",
            tables=(table,),
            version=r"(20\d\d)",
            last="tender/datePublished" if table == "releases" else "",
        )
        for table, names in schemas.COLUMNS.items()
    ),
)
