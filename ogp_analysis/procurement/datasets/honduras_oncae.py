"""Public contracting of Honduras in 2020 (HonduCompras 1): ten flattened tables of OCDS releases, and how they join.

References
----------
Oficina Normativa de Contratación y Adquisiciones del Estado (ONCAE); Open Contracting Data Standard 1.1. Methods by
the names of the Ley de Contratación del Estado (Decreto 74-2001), article 38.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.procurement.datasets import honduras_schemas as schemas
from ogp_analysis.procurement.datasets import honduras_suppliers as suppliers
from ogp_analysis.procurement.datasets import money, persons
from ogp_analysis.procurement.datasets.checks import matching, refuse
from ogp_analysis.tidy.country_year import known, number, require
from ogp_analysis.tidy.dataset import Dataset, Input, concatenate
from ogp_analysis.tidy.invariants import Invariants, Past, Sum
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, Record, changed, kept_but

#: The publisher codes everything but direct contracting as open; private tenders and minor purchases are not.
METHOD_RULE = "method_by_name_of_procedure"
#: Two codes of a class are written without its two zeros.
CLASS_RULE = "class_without_zeros"
_MOMENT = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?-06:00"
#: Free texts in which public servants are named, the driver of a car for one. They are not read.
DESCRIPTIONS = ("tender/description", "contracts/0/description", "awards/0/items/0/description")
#: They name public servants, so that only how many there are is told.
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
    return Cleaned({source.tables[0]: table}, kept_but(chunk, *entries, *_left_out(chunk)))


def _left_out(chunk: pd.DataFrame) -> list[pd.DataFrame]:
    """Record on the first line of a chunk which columns of free text are not read, and how many values they hold."""
    made = []
    for column in chunk.columns.intersection(DESCRIPTIONS):
        count = int((chunk[column] != "").sum())
        first = chunk.iloc[:1][[FILE, LINE]].assign(**{column: f"({count} values)"})
        made.append(changed(first, column, pd.Series("", index=first.index, dtype="str"), DESCRIPTION_RULE))
    return made


def _day(chunk: pd.DataFrame, column: str) -> pd.Series:
    return matching(chunk, column, _MOMENT, "moments of another form").str[:10]


def _word(chunk: pd.DataFrame, column: str, words: dict[str, str]) -> pd.Series:
    return known(chunk, column, words).map(words)


def _releases(chunk: pd.DataFrame) -> _Part:
    require(chunk, ("ocid", "id", "tag", "tender/procurementMethod", "tender/procurementMethodDetails", *_REPEATS))
    for column, like in _REPEATS.items():
        refuse(chunk, column, chunk[column] != chunk[like], f"values that differ from {like}")
    names = known(chunk, "tender/procurementMethodDetails", schemas.METHODS)
    method = names.map({name: method for name, (_, method) in schemas.METHODS.items()})
    table = pd.DataFrame(
        {
            "ocid": chunk["ocid"],
            "release_id": chunk["id"],
            "stage": _word(chunk, "tag", schemas.STAGES),
            "buyer_id": chunk["buyer/id"],
            "buyer_name": chunk["buyer/name"].str.strip(),
            "method_published": known(chunk, "tender/procurementMethod", ("open", "direct", "")),
            "procurement_method": method,
            "method_details": names.map({name: code for name, (code, _) in schemas.METHODS.items()}),
            "status": chunk["tender/status"],
            "status_details": _word(chunk, "tender/statusDetails", schemas.STATUSES),
            "category": _word(chunk, "tender/localProcurementCategory", schemas.CATEGORIES),
            "main_category": _word(chunk, "tender/mainProcurementCategory", schemas.CATEGORIES),
            "published_date": _day(chunk, "tender/datePublished"),
            "tender_start_date": _day(chunk, "tender/tenderPeriod/startDate"),
            "tender_end_date": _day(chunk, "tender/tenderPeriod/endDate"),
            "budget_id": chunk["planning/budget/id"],
            "title": chunk["tender/title"],
        }
    )
    return table, [
        changed(chunk, "tender/procurementMethod", method, METHOD_RULE),
        changed(chunk, "buyer/name", table["buyer_name"], "outer_blanks"),
    ]


def _awards(chunk: pd.DataFrame) -> _Part:
    return _renamed(chunk, {"award_id": "awards/0/id", "ocid": "ocid"}), []


def _items(chunk: pd.DataFrame) -> _Part:
    item = "awards/0/items/0/"
    known(chunk, f"{item}classification/scheme", ("UNSPSC",))
    price = _amounts(chunk, f"{item}unit/value/amount")
    code = matching(chunk, f"{item}classification/id", r"\d{6}(?:\d{2})?", "codes that have not eight digits")
    whole = code.str.ljust(8, "0")
    table = _renamed(chunk, {"item_id": f"{item}id", "award_id": "awards/0/id", "ocid": "ocid"}).assign(
        unspsc=whole,
        unspsc_name=chunk[f"{item}classification/description"],
        quantity=number(chunk, f"{item}quantity"),
        unit=chunk[f"{item}unit/name"],
        unit_price=price["amount"],
        unit_price_status=price["status"],
    )
    return table, [changed(chunk, f"{item}classification/id", whole, CLASS_RULE)]


def _amounts(chunk: pd.DataFrame, column: str) -> pd.DataFrame:
    read = money.amounts(chunk[column])
    refuse(chunk, column, read["status"] == "unreadable", "amounts that cannot be read")
    return read


def _contracts(chunk: pd.DataFrame) -> _Part:
    one = "contracts/0/"
    amount = _amounts(chunk, f"{one}value/amount")
    table = _renamed(
        chunk,
        {"contract_id": f"{one}id", "award_id": f"{one}awardID", "ocid": "ocid", "buyer_id": f"{one}buyer/id"},
    ).assign(
        buyer_name=chunk[f"{one}buyer/name"].str.strip(),
        category=_word(chunk, f"{one}localProcurementCategory", schemas.CATEGORIES),
        signature_date=_day(chunk, f"{one}dateSigned"),
        amount=amount["amount"],
        amount_status=amount["status"],
        currency=known(chunk, f"{one}value/currency", schemas.CURRENCIES),
        title=chunk[f"{one}title"],
    )
    return table, [changed(chunk, f"{one}buyer/name", table["buyer_name"], "outer_blanks")]


def _suppliers(of: str, key: str, id_column: str, who: str) -> Callable[[pd.DataFrame], _Part]:
    def read(chunk: pd.DataFrame) -> _Part:
        require(chunk, ("ocid", id_column, f"{who}/id", f"{who}/name"))
        table, entries = suppliers.read(chunk, f"{who}/name", f"{who}/id")
        table.insert(0, "ocid", chunk["ocid"])
        if key != "ocid":
            table.insert(0, key, chunk[id_column])
        return table, entries

    read.__doc__ = f"Read the suppliers of {of}."
    return read


def _guarantees(chunk: pd.DataFrame) -> _Part:
    one = "contracts/0/guarantees/0/"
    table = _renamed(
        chunk,
        {
            "contract_id": "contracts/0/id",
            "guarantee_id": f"{one}id",
            "ocid": "ocid",
            "guarantor_id": f"{one}guarantor/id",
        },
    ).assign(
        guarantor_name=chunk[f"{one}guarantor/name"].str.strip(),
        guarantee_type=_word(chunk, f"{one}guaranteeType", schemas.GUARANTEES),
    )
    return table, [changed(chunk, f"{one}guarantor/name", table["guarantor_name"], "outer_blanks")]


def _budgets(chunk: pd.DataFrame) -> _Part:
    one = "planning/budget/budgetBreakdown/0/"
    names = {
        "ocid": "ocid",
        "budget_id": "planning/budget/id",
        "breakdown_id": f"{one}id",
        "source_id": f"{one}sourceParty/id",
    }
    table = _renamed(chunk, names).assign(
        funds=_word(chunk, f"{one}description", schemas.BUDGETS),
        source_name=chunk[f"{one}sourceParty/name"].str.strip(),
    )
    return table, [changed(chunk, f"{one}sourceParty/name", table["source_name"], "outer_blanks")]


def _memberships(chunk: pd.DataFrame) -> _Part:
    names = {"ocid": "ocid", "buyer_id": "parties/0/id", "institution_id": "parties/0/memberOf/0/id"}
    table = _renamed(chunk, names).assign(institution_name=chunk["parties/0/memberOf/0/name"].str.strip())
    return table, [changed(chunk, "parties/0/memberOf/0/name", table["institution_name"], "outer_blanks")]


def _renamed(chunk: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    require(chunk, names.values())
    return pd.DataFrame({name: chunk[column] for name, column in names.items()})


_READERS = {
    "releases": _releases,
    "awards": _awards,
    "award_items": _items,
    "award_suppliers": _suppliers("awards", "award_id", "awards/0/id", "awards/0/suppliers/0"),
    "contracts": _contracts,
    "contract_suppliers": _suppliers("contracts", "contract_id", "contracts/0/id", "contracts/0/suppliers/0"),
    "guarantees": _guarantees,
    "tenderers": _suppliers("processes", "ocid", "tender/id", "tender/tenderers/0"),
    "budgets": _budgets,
    "memberships": _memberships,
}
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
    for name in _TITLED:
        tables[name], hidden = _hidden(tables[name], "title", named.drop_duplicates(ignore_index=True))
        entries.append(hidden)
    tables["joins"] = _joins(tables)
    record = Record(whole.record.rows_in, whole.record.kept, pd.concat(entries, ignore_index=True))
    return Cleaned({schema.name: tables[schema.name][schema.names] for schema in schemas.SCHEMAS}, record)


def _hidden(table: pd.DataFrame, column: str, named: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Mask the texts that name a natural person who supplies in the same process."""
    pairs = table[["ocid", column]].assign(row=range(len(table))).merge(named, on="ocid")
    naming = pairs.loc[persons.names_person(pairs[column], pairs["_person"]), "row"].unique()
    rows = pd.Series(range(len(table)), index=table.index).isin(naming)
    place = table.loc[rows, [FILE, LINE]]
    mask = pd.Series(persons.TEXT_MASK, index=place.index, dtype="str")
    entry = changed(place.assign(**{column: persons.HIDDEN}), column, mask, TEXT_RULE)
    return table.assign(**{column: table[column].mask(rows, persons.TEXT_MASK)}), entry


def _joins(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    made = []
    for child, parent, on in _REFERENCES:
        own, above = tables[child][on], tables[parent][on]
        lost = int((~own.isin(above)).sum())
        if lost:
            raise CleaningError(
                f"honduras_oncae.{child}",
                f"{lost} rows refer to {parent} that are not there, for example {own[~own.isin(above)].iloc[0]!r}",
                "Get all files of one publication",
            )
        made.append((child, parent, on, len(own), lost, len(above), int((~above.isin(own)).sum())))
    return pd.DataFrame(made, columns=schemas.JOINS.names)


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
)
