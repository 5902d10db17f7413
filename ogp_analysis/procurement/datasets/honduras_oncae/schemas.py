"""What the tables of Honduran procurement promise."""

from __future__ import annotations

import tomllib
from importlib import resources

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.amounts import AMOUNT_STATUSES
from ogp_analysis.procurement.datasets.honduras_oncae import suppliers

RESOURCES = ("honduras_oncae.toml",)
_WORDS = tomllib.loads(resources.files(__package__).joinpath(RESOURCES[0]).read_text(encoding="utf-8"))
#: Name of each procedure of the law: its code, and the method. Words of the file, and the code of each.
METHODS = {name: (code, method) for name, (code, method) in _WORDS["methods"].items()}
STATUSES, CATEGORIES, BUDGETS, STAGES, GUARANTEES = (
    _WORDS[name] for name in ("statuses", "categories", "budgets", "stages", "guarantees")
)
CURRENCIES = ("HNL", "USD")
#: Raw columns of each table, without which it is not made.
COLUMNS: dict[str, list[str]] = _WORDS["columns"]


def _id(name: str, description: str, required: bool = True) -> Column:
    return Column(name, "string", description, required=required)


def _free(name: str, description: str) -> Column:
    return Column(name, "string", description + "; free text, masked where it names a natural person who supplies",
                  redistribute=False)  # fmt: skip


def _codes(name: str, description: str, codes, required: bool = False) -> Column:
    return Column(
        name, "category", description, categories=tuple(c for c in dict.fromkeys(codes) if c), required=required
    )


_OCID = _id("ocid", "Contracting process")
_BUYER = (_id("buyer_id", "Buying unit"), _id("buyer_name", "Name of the buying unit"))
_AMOUNT_STATUS = _codes("amount_status", "What is to be known of the amount", AMOUNT_STATUSES, required=True)
_SEQUENCE = Column("sequence", "integer", "1, 2, ... in the order of the file", minimum=1, required=True)
_SUPPLIER = (
    _id("supplier_name", "Name without remark; natural persons are masked by the line of the file"),
    _codes("supplier_kind", "Told by the tax number, else by the legal form in the name: without one it is presumed a "
           "person's", persons.KINDS, required=True),
    _id("supplier_id", "Identifier as published; missing for natural persons", required=False),
    _id("supplier_rtn", "Tax number of a legal entity, 14 digits; a lost zero is put back", required=False),
    _codes("rtn_status", "What the tax number is", suppliers.NUMBER_STATUSES, required=True),
    _codes("remark", "What stands after the name behind an asterisk: minor purchase, or bought outside the rules",
           suppliers.REMARKS),
)  # fmt: skip

RELEASES = TableSchema(
    "releases",
    "one contracting process",
    ("ocid",),
    (
        _OCID,
        _id("release_id", "Release it was last published in"),
        _codes("stage", "How far it has come", STAGES.values(), required=True),
        *_BUYER,
        _codes("method_published", "As the publisher codes it: minor purchases are open there", ("open", "direct")),
        _codes("procurement_method", "Method by the law's names: public tenders and competitions are open; private "
               "ones and minor purchases (by quotations) limited", ("open", "limited", "direct"), required=True),
        _codes("method_details", "Procedure of the law", (code for code, _ in METHODS.values()), required=True),
        _codes("status", "Status of the tender", ("active", "planned", "complete", "unsuccessful"), required=True),
        _codes("status_details", "Status as the platform words it", STATUSES.values()),
        _codes("category", "What is bought, as the platform tells it apart", CATEGORIES.values()),
        _codes("main_category", "What is bought (OCDS); missing for minor purchases", CATEGORIES.values()),
        Column("published_date", "date", "Publication, local day", required=True),
        Column("tender_start_date", "date", "Start of the time for bids, local day", required=True),
        Column("tender_end_date", "date", "End of the time for bids, local day", required=True),
        _id("budget_id", "Budget, see budgets", required=False),
        _free("title", "Title, mostly a number"),
    ),
    left_alone="Descriptions name persons and are not read; times of day are dropped; procuring entity, enquiry period "
    "and date repeat buyer, tender period and publication in every row and are left out",
)  # fmt: skip
AWARDS = TableSchema(
    "awards",
    "one award; there is at most one a process",
    ("award_id",),
    (_id("award_id", "Award"), _OCID),
    left_alone="The file holds keys only. 147 awards have no supplier and 129 no item: they stay",
)
ITEMS = TableSchema(
    "award_items",
    "one item of an award",
    ("item_id",),
    (
        _id("item_id", "Item"),
        _id("award_id", "Award"),
        _OCID,
        _id("unspsc", "UNSPSC code"),
        _id("unspsc_name", "Its name in Spanish"),
        Column("quantity", "number", "Quantity", "units as in `unit`", minimum=0),
        _id("unit", "Unit as published"),
        Column("unit_price", "number", "Price of a unit; the file states no currency", "unknown currency", minimum=0),
        _codes("unit_price_status", "What is to be known of the price", AMOUNT_STATUSES, required=True),
    ),
    left_alone="Descriptions name persons and are not read. No currency is assumed for unit prices",
)
AWARD_SUPPLIERS = TableSchema(
    "award_suppliers",
    "one supplier of an award",
    ("award_id", "sequence"),
    (_id("award_id", "Award"), _SEQUENCE, _OCID, *_SUPPLIER),
    left_alone="Spellings of one firm are not joined",
)
CONTRACTS = TableSchema(
    "contracts",
    "one contract",
    ("contract_id",),
    (
        _id("contract_id", "Contract"),
        _id("award_id", "Award it follows from"),
        _OCID,
        *_BUYER,
        _codes("category", "What is bought", CATEGORIES.values(), required=True),
        Column("signature_date", "date", "Signature", required=True),
        Column("amount", "number", "Value of the contract", "units of its currency, current prices"),
        _AMOUNT_STATUS,
        _codes("currency", "ISO 4217", CURRENCIES, required=True),
        _free("title", "Title, mostly a number"),
    ),
    left_alone="Descriptions name persons and are not read. 454 amounts in HNL and 5 in USD stand in one column; they "
    "are not converted",
)
CONTRACT_SUPPLIERS = TableSchema(
    "contract_suppliers",
    "one supplier of a contract",
    ("contract_id", "sequence"),
    (_id("contract_id", "Contract"), _SEQUENCE, _OCID, *_SUPPLIER),
)
GUARANTEES_TABLE = TableSchema(
    "guarantees",
    "one guarantee of a contract",
    ("contract_id", "guarantee_id"),
    (
        _id("contract_id", "Contract"),
        _id("guarantee_id", "Guarantee"),
        _OCID,
        _id("guarantor_id", "Who vouches"),
        _id("guarantor_name", "Name, a bank's"),
        _codes("guarantee_type", "Kind", GUARANTEES.values(), required=True),
    ),
)
TENDERERS = TableSchema(
    "tenderers",
    "one tenderer of a process",
    ("ocid", "sequence"),
    (_OCID, _SEQUENCE, *_SUPPLIER),
    left_alone="Listed for 203 of 6,178 processes: a process without tenderers here is not one without bids",
)
BUDGETS_TABLE = TableSchema(
    "budgets",
    "the budget of one process",
    ("ocid",),
    (
        _OCID,
        _id("budget_id", "Budget"),
        _id("breakdown_id", "Entry of the breakdown"),
        _codes("funds", "Kind of funds", BUDGETS.values(), required=True),
        _id("source_id", "Who pays"),
        _id("source_name", "Name"),
    ),
    left_alone="The file names sources of funds, no amounts",
)
MEMBERSHIPS = TableSchema(
    "memberships",
    "the institution that the buyer of one process belongs to",
    ("ocid",),
    (_OCID, _id("buyer_id", "Buying unit"), _id("institution_id", "Institution"), _id("institution_name", "Its name")),
)
JOINS = TableSchema(
    "joins",
    "one join between two tables",
    ("child", "parent"),
    (
        _id("child", "Table that refers"),
        _id("parent", "Table that is referred to"),
        _id("on", "Column both have"),
        Column("child_rows", "integer", "Rows of the child", "rows", minimum=0, required=True),
        Column("without_parent", "integer", "Rows of the child without a parent", "rows", minimum=0, required=True),
        Column("parents", "integer", "Rows of the parent", "rows", minimum=0, required=True),
        Column("without_child", "integer", "Rows of the parent without a child", "rows", minimum=0, required=True),
    ),
)
SCHEMAS = (RELEASES, AWARDS, ITEMS, AWARD_SUPPLIERS, CONTRACTS, CONTRACT_SUPPLIERS, GUARANTEES_TABLE, TENDERERS,
           BUDGETS_TABLE, MEMBERSHIPS, JOINS)  # fmt: skip
