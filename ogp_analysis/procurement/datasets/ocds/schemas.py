"""What the tables of procurement in the Open Contracting Data Standard (OCDS) promise, and where their values stand.

Paths are those of the release schema 1.1.4 (Open Contracting Partnership). Index columns count from 0 within their
parent, so that a row leads back to its place in the JSON. A column that is a :class:`Field` is read from its path: to
read one more field of a release is one more line here.
"""

from __future__ import annotations

from dataclasses import dataclass

from ogp_analysis.base.schema import Column, TableSchema

#: How the date of a release was read.
DATE_STATUSES = ("read", "no_zone", "no_time", "impossible", "unreadable", "missing")
#: Where the items of the table ``items`` stand.
SECTIONS = ("tender", "award", "contract", "bid")
#: ``bid_index`` of tenderers that the tender names without a bid (``tender/tenderers``).
NO_BID = -1
#: Column that says why an organisation is masked; one of :data:`REASONS`, missing if it is not.
WHY = "masked_for"
#: Why an organisation is masked: its identifier is a person's; its name has a word for a person's trade; its name holds
#: a given name, though it stands beside a firm's identifier or in an institution's role; a person elsewhere in the same
#: files has its name; nothing tells that it is a legal entity. A reference to a party has the reason of the party.
REASONS = ("personal_identifier", "personal_word", "personal_name", "name_of_a_person", "no_sign")


@dataclass(frozen=True)
class Field(Column):
    """A column whose values stand in one place of the JSON.

    Attributes
    ----------
    path : str
        In a release, from its top; of items, from ``items`` on.
    """

    path: str = ""


_OCID = Column("ocid", "string", "Open contracting identifier of the process (ocid).", required=True)


def _text(name: str, path: str, description: str = "", **more) -> Field:
    return Field(name, "string", f"{path}: as published. {description}".strip(), path=path, **more)


def _id(name: str, path: str) -> Field:
    return _text(name, path, "An identifier that is a number is its digits, on the record.")


def _index(name: str, what: str) -> Column:
    return Column(name, "integer", f"Position of the {what}, from 0.", required=True, minimum=0)


def _instant(name: str, path: str) -> tuple[Column, Column]:
    what = f"{path}: instant in UTC; without a zone read as UTC, without a time as its midnight."
    text = f"{path} as published, where it is not a whole instant with its zone."
    return Field(name, "date", what, path=path), Column(f"{name}_text", "string", text)


def _number(name: str, path: str, description: str, unit: str) -> Field:
    return Field(name, "number", f"{path}{description}", unit, path=path)


_MONEY = "units of its currency, current prices"


def _currency(name: str, path: str, description: str = "") -> Field:
    return Field(name, "string", f"{path}, ISO 4217; missing if it is not such a code{description}.", path=path)


def _value(path: str) -> tuple[Column, Column, Column]:
    return (
        _number("amount", f"{path}/amount", "; missing if unreadable.", _MONEY),
        Column("amount_text", "string", f"{path}/amount as published, where it is not a JSON number."),
        _currency("currency", f"{path}/currency", ", on the record"),
    )


_MASKED_ID = "as published; an identifier that is a number is its digits, on the record. That of a person is masked."


def _organisation(role: str, path: str, or_in: str = "") -> tuple[Column, Column, Column]:
    name = "as published; masked unless a legal form, an identifier or a role tells that it is not a natural person."
    why = (
        "Why it is masked: its identifier is a natural person's; its name has a word for a person's trade, or a "
        "given name beside the identifier of a firm or the role of an institution; a person elsewhere in the files "
        "has its name; nothing tells that it is a legal entity. Missing if it is not masked."
    )
    return (
        Field(f"{role}_id", "string", f"{path}{or_in}/id: {_MASKED_ID}", path=f"{path}/id"),
        Field(f"{role}_name", "string", f"{path}{or_in}/name: {name}", path=f"{path}/name"),
        Column(f"{role}_{WHY}", "category", why, categories=REASONS),
    )


PROCESSES = TableSchema(
    name="processes",
    grain="one contracting process, as its releases together tell it",
    key=("ocid",),
    columns=(
        _OCID,
        _id("release_id", "id"),
        *_instant("release_date", "date"),
        Column("release_date_status", "category", "How the date was read.", categories=DATE_STATUSES, required=True),
        _text("tags", "tag", "Several with ';', those of all releases, sorted."),
        _text("initiation", "initiationType"),
        _text("language", "language"),
        _id("buyer_id", "buyer/id"),
        _text("buyer_name", "buyer/name"),
        Column("n_releases", "integer", "How many releases were merged into it.", "releases", required=True, minimum=1),
        Column("file", "string", "File: as published. Of the latest of them.", required=True),
        Column("line", "integer", "Where it stands in the file: in JSON lines the line, else the number of the release "
               "or record, from 1.", required=True, minimum=1),
    ),
    left_alone="Release and buyer as published; the latest release tells identifier, date, initiation and language.",
)  # fmt: skip

TENDERS = TableSchema(
    name="tenders",
    grain="the tender of one contracting process",
    key=("ocid",),
    columns=(
        _OCID,
        _id("tender_id", "tender/id"),
        _text("title", "tender/title", "May name persons.", redistribute=False),
        _text("status", "tender/status"),
        _text("procurement_method", "tender/procurementMethod"),
        _text("procurement_method_details", "tender/procurementMethodDetails"),
        _text("procurement_method_rationale", "tender/procurementMethodRationale", redistribute=False),
        _text("main_category", "tender/mainProcurementCategory"),
        _id("procuring_entity_id", "tender/procuringEntity/id"),
        _text("procuring_entity_name", "tender/procuringEntity/name"),
        *_value("tender/value"),
        *_instant("period_start", "tender/tenderPeriod/startDate"),
        *_instant("period_end", "tender/tenderPeriod/endDate"),
        *_instant("enquiry_start", "tender/enquiryPeriod/startDate"),
        *_instant("enquiry_end", "tender/enquiryPeriod/endDate"),
        *_instant("award_period_start", "tender/awardPeriod/startDate"),
        *_instant("award_period_end", "tender/awardPeriod/endDate"),
        Field("number_of_tenderers", "integer", "tender/numberOfTenderers as published.", "tenderers",
              path="tender/numberOfTenderers"),
        Column("n_tenderers", "integer", "Length of tender/tenderers; missing if there is none.", "tenderers"),
    ),
    left_alone="Status, method and category as published, also where they are not in the standard's codelists.",
)  # fmt: skip

BIDS = TableSchema(
    name="bids",
    grain="one bid (bids/details) of a process",
    key=("ocid", "bid_index"),
    columns=(
        _OCID,
        _index("bid_index", "bid in bids/details"),
        _id("bid_id", "bids/details/id"),
        _text("status", "bids/details/status"),
        *_instant("date", "bids/details/date"),
        *_value("bids/details/value"),
    ),
    left_alone="Statistics on bids (bids/statistics) are not read.",
)

TENDERERS = TableSchema(
    name="tenderers",
    grain="one tenderer of a bid; of the tender itself where bid_index is -1",
    key=("ocid", "bid_index", "tenderer_index"),
    columns=(
        _OCID,
        Column("bid_index", "integer", "Position of the bid in bids/details, from 0; -1 for tender/tenderers.",
               required=True, minimum=NO_BID),
        _index("tenderer_index", "tenderer"),
        *_organisation("tenderer", "bids/details/tenderers", " or tender/tenderers"),
    ),
    left_alone="One organisation under several identifiers or spellings stays apart.",
)  # fmt: skip

AWARDS = TableSchema(
    name="awards",
    grain="one award of a process",
    key=("ocid", "award_index"),
    columns=(
        _OCID,
        _index("award_index", "award"),
        _id("award_id", "awards/id"),
        _text("status", "awards/status"),
        *_instant("date", "awards/date"),
        *_value("awards/value"),
    ),
    left_alone="Titles and descriptions are not read.",
)

SUPPLIERS = TableSchema(
    name="suppliers",
    grain="one supplier of an award",
    key=("ocid", "award_index", "supplier_index"),
    columns=(
        _OCID,
        _index("award_index", "award"),
        _index("supplier_index", "supplier of the award"),
        *_organisation("supplier", "awards/suppliers"),
    ),
    left_alone="One organisation under several identifiers or spellings stays apart.",
)

CONTRACTS = TableSchema(
    name="contracts",
    grain="one contract of a process",
    key=("ocid", "contract_index"),
    columns=(
        _OCID,
        _index("contract_index", "contract"),
        _id("contract_id", "contracts/id"),
        _id("award_id", "contracts/awardID"),
        _text("status", "contracts/status"),
        *_instant("signed", "contracts/dateSigned"),
        *_instant("period_start", "contracts/period/startDate"),
        *_instant("period_end", "contracts/period/endDate"),
        *_value("contracts/value"),
    ),
    left_alone="Titles, descriptions, amendments and the implementation are not read.",
)

ITEMS = TableSchema(
    name="items",
    grain="one item of a tender, award, contract or bid",
    key=("ocid", "section", "parent_index", "item_index"),
    columns=(
        _OCID,
        Column("section", "category", "What the item belongs to.", categories=SECTIONS, required=True),
        _index("parent_index", "award, contract or bid it belongs to; 0 for the tender"),
        _index("item_index", "item"),
        _text("classification_scheme", "items/classification/scheme"),
        _id("classification_id", "items/classification/id"),
        _number("quantity", "items/quantity", "; missing if unreadable.", "the unit of the row"),
        _text("unit", "items/unit/name"),
        _number("unit_amount", "items/unit/value/amount", ".", _MONEY),
        _currency("unit_currency", "items/unit/value/currency"),
        _text("description", "items/description", "May name persons.", redistribute=False),
    ),
    left_alone="Additional classifications are not read.",
)

PARTIES = TableSchema(
    name="parties",
    grain="one organisation of a process",
    key=("ocid", "party_index"),
    columns=(
        _OCID,
        _index("party_index", "organisation in parties"),
        *_organisation("party", "parties"),
        _text("roles", "parties/roles", "Several with ';'."),
        _text("identifier_scheme", "parties/identifier/scheme"),
        Field("identifier_id", "string", f"parties/identifier/id: {_MASKED_ID}", path="parties/identifier/id"),
        _text("country", "parties/address/countryName"),
    ),
    left_alone="Contact points (names of officials, telephone, e-mail) and streets are never read.",
)

#: The tables, in the order in which they are built.
TABLES = (PROCESSES, TENDERS, BIDS, TENDERERS, AWARDS, SUPPLIERS, CONTRACTS, ITEMS, PARTIES)
