"""Purchases of surveillance technology outside Mexico that courts, auditors, registers or the press report, 2010-2021.

A row is a fact on record about a purchase, by the standing of its evidence: a judgement, the finding of an auditor, an
inventory, a register, an allegation. One fact can have several amounts, each with a basis of its own: they are never
added up, and one fact can contain another. What the pages say in words is not taken over, nor is any person's name.
"""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from ogp_analysis.base.countries import iso3_of
from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.surveillance.datasets import addresses
from ogp_analysis.tidy import partial_dates
from ogp_analysis.tidy.coding import translated
from ogp_analysis.tidy.country_year import known, number, require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants, Link
from ogp_analysis.tidy.record import Cleaned, changed, kept_but

#: A date of two years, or one that is open, is kept to its first and its last year.
RANGE_RULE = "date_spans_years"
#: A buyer or a product is described in words; the description stands in another column, or is left out.
WORDS_RULE = "described_in_words"
TECHNOLOGIES = {
    "intrusion_spyware": "intrusion",
    "device_forensics": "device_forensics",
    "interception": "interception",
    "biometrics": "biometrics",
}
#: What a fact rests on, from the strongest; the words of the table and our code.
STANDINGS = {
    "High Court conviction 2020-05-12, suit CR/904/2017; sentences 5, 6 and 5 years": "court_judgement",
    "NIK (supreme audit office): financing illegal": "audit_finding",
    "includes INT-002: do not sum": "audit_finding",
    "reported (Carnegie inventory, source_row 43)": "inventory",
    "reported (Carnegie inventory, source_row 175)": "inventory",
    "SII record, source title (Africa Intelligence / Indian Ocean Newsletter no. 1414)": "register_title",
    "SII record": "register",
    "allegation by President Petro (2024)": "allegation",
}
#: A fact that holds another.
_CONTAINS = {"includes INT-002: do not sum": "INT-002"}
#: Buyers that are not a single body: what is said of them, by a code.
_BUYER_CODES = {
    "Police intelligence (alleged)": "alleged",
    "Government of Estonia": "government",
    "Government of Uganda": "government",
    "Government (nationwide voice ID)": "government",
}
_PRODUCTS = {"web monitoring": "", "voice biometrics": ""}
#: Amounts of each text beside the amount of the row itself: basis of that, then basis, amount and day of each other.
_BASES: dict[str, tuple[str, tuple[tuple[str, int, str], ...]]] = {
    "total deal (6m to NSO + 2m local agent); 4m withdrawn from NCA, 1m reached NSO": (
        "agreed_total",
        (
            ("agreed_with_vendor", 6_000_000, ""),
            ("agreed_with_agent", 2_000_000, ""),
            ("withdrawn_by_buyer", 4_000_000, ""),
            ("reached_vendor", 1_000_000, ""),
        ),
    ),
    "from Justice Fund: 13.36m (2017-10-09) + 11.64m (2017-11-17)": (
        "paid_from_fund",
        (("payment", 13_360_000, "2017-10-09"), ("payment", 11_640_000, "2017-11-17")),
    ),
    "total = 25.0m Justice Fund + 8.4m CBA (NIK president)": (
        "total",
        (("paid_from_fund", 25_000_000, ""), ("paid_by_buyer", 8_400_000, "")),
    ),
    "two payments of 5.5m": ("alleged_total", (("alleged_payment", 5_500_000, ""),)),
    "down payment": ("down_payment", ()),
    "at least": ("lower_bound", ()),
    "headline figure": ("headline", ()),
    "": ("", ()),
}
BASES = (
    "agreed_total", "agreed_with_vendor", "agreed_with_agent", "withdrawn_by_buyer", "reached_vendor", "paid_from_fund",
    "paid_by_buyer", "payment", "total", "down_payment", "lower_bound", "headline", "alleged_total", "alleged_payment",
)  # fmt: skip
#: What is to be kept in mind of a fact, by its text.
CAVEATS = {
    "Best documented judicial finding on a spyware purchase; source_text is a paraphrase; contract day missing":
        "day_unknown",
    "Good precedent of supreme-audit control": "none",
    "": "contains_another",
    "Allegation, not a proven contract; source_text is a paraphrase": "not_proven",
    "Text is the Carnegie description column": "inventory_only",
    "Text is the Carnegie description column; which of its 6 sources supports the sum is not stated":
        "sum_not_attributed",
    "Title only": "title_only",
    "No amount in the record": "no_amount",
    "Vendor press release": "vendor_statement",
}  # fmt: skip
_HERE = "surveillance/datasets/international_surveillance_contracts.py"
_COLUMNS = ("id", "country", "buyer", "supplier", "vendor", "product", "tech_category", "date", "amount", "currency",
               "amount_basis", "status", "source_url", "corroboration", "caveat")  # fmt: skip


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the tables ``facts`` and ``amounts``: one fact, and each amount of a fact. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, a text has no code, or a date or an amount cannot be read.
    UnknownName
        If a country is none.
    """
    require(chunk, _COLUMNS)
    known(chunk, "amount_basis", _BASES)
    # Of what is open the last date is missing.
    spans = chunk["date"].str.fullmatch(r"\d{4}/\d{4}")
    opened = chunk["date"].str.fullmatch(r"\d{4}-")
    first = chunk["date"].mask(spans | opened, chunk["date"].str[:4])
    last = chunk["date"].mask(spans, chunk["date"].str[-4:]).mask(opened, "")
    dated = first.where(first == last, "")
    buyer = chunk["buyer"].mask(chunk["buyer"].isin(list(_BUYER_CODES)), "")
    product = chunk["product"].replace(_PRODUCTS)
    urls = addresses.cut(chunk["source_url"].where(chunk["source_url"].str.startswith("http"), ""), chunk["id"], ())
    urls = urls.where(~chunk["source_url"].str.contains(" (", regex=False), "")
    facts = pd.DataFrame(
        {
            "fact": chunk["id"],
            "iso3": iso3_of(chunk["country"], f"{_HERE}, country"),
            "buyer_text": buyer,
            "buyer_kind": chunk["buyer"].map(_BUYER_CODES).fillna("named"),
            "supplier_text": chunk["supplier"],
            "vendor": chunk["vendor"],
            "product": product,
            "technology": translated(chunk, "tech_category", TECHNOLOGIES, _HERE),
            "date": dated,
            "date_precision": partial_dates.precision(dated),
            "first_year": partial_dates.year(first),
            "last_year": partial_dates.year(last),
            "standing": translated(chunk, "status", STANDINGS, _HERE),
            "contains": chunk["status"].map(_CONTAINS).fillna(""),
            "caveat": translated(chunk, "caveat", CAVEATS, _HERE),
            "source_url": urls,
            "further_pages": chunk["corroboration"].map(lambda cell: cell.count("http")),
        }
    )
    entries = (
        changed(chunk, "date", dated, RANGE_RULE),
        changed(chunk, "buyer", buyer, WORDS_RULE),
        changed(chunk, "product", product, WORDS_RULE),
        changed(chunk, "source_url", urls, addresses.RULE),
    )
    # One row an amount: that of the row, and those that its basis names beside it.
    amounts = []
    for fact, text, amount, currency in zip(
        chunk["id"], chunk["amount_basis"], number(chunk, "amount"), known(chunk, "currency", ("", "USD", "PLN")),
        strict=True,
    ):  # fmt: skip
        own, parts = _BASES[text]
        if own:
            amounts.append((fact, 1, own, str(amount), currency, ""))
        amounts += [(fact, place, basis, str(Decimal(part)), currency, paid)
                    for place, (basis, part, paid) in enumerate(parts, start=2)]  # fmt: skip
    columns = ["fact", "place", "basis", "amount", "currency", "paid_on"]
    tables = {"facts": facts, "amounts": pd.DataFrame(amounts, columns=columns).astype("str")}
    return Cleaned(tables, kept_but(chunk, *entries))


FACTS = TableSchema(
    "facts",
    "one fact on record about a purchase outside the national table of Mexico",
    ("fact",),
    (
        Column("fact", "string", "Key of the fact", required=True),
        Column("iso3", "string", "Country of the buyer, ISO 3166 alpha-3", required=True),
        Column("buyer_text", "string", "Buyer, as the table writes it; missing if no body is named"),
        Column("buyer_kind", "category", "named: a body is named; government: only a government is; alleged: only an "
               "allegation names it", categories=("named", "government", "alleged"), required=True),
        Column("supplier_text", "string", "Supplier, as the table writes it; missing if none is named"),
        Column("vendor", "string", "Maker, as the table writes it", required=True),
        Column("product", "string", "Product, where the source names one"),
        Column("technology", "category", "Kind of technology; count the kinds apart",
               categories=tuple(TECHNOLOGIES.values()), required=True),
        Column("date", "string", "Date, known to the day or the year (ISO 8601); missing for a span"),
        Column("date_precision", "category", "How finely it is known", categories=partial_dates.PRECISIONS),
        Column("first_year", "integer", "First year of date or span", "year", minimum=2000,
               required=True),
        Column("last_year", "integer", "Last year of date or span; missing if it is open", "year", minimum=2000),
        Column("standing", "category", "What the fact rests on. allegation: no contract is proven; register_title: "
               "only the title of an article is on the register", categories=tuple(dict.fromkeys(STANDINGS.values())),
               required=True),
        Column("contains", "string", "Key of a fact that this one contains: never count both"),
        Column("caveat", "category", "What is to be kept in mind", categories=tuple(CAVEATS.values()), required=True),
        Column("source_url", "string", "Host of the page; missing where the table names no page"),
        Column("further_pages", "integer", "Further pages that the table lists", "pages", minimum=0, required=True),
    ),
    left_alone="Quotations, caveats in words, sentences and names of persons are not taken over",
)  # fmt: skip
AMOUNTS = TableSchema(
    "amounts",
    "one amount of one fact",
    ("fact", "place"),
    (
        Column("fact", "string", "Key of the fact", required=True),
        Column("place", "integer", "1: the amount of the fact itself; others: amounts named beside it", "place",
               minimum=1, required=True),
        Column("basis", "category", "What the amount is; parts and the whole stand side by side", categories=BASES,
               required=True),
        Column("amount", "number", "Amount, never to be added up", "currency units", minimum=0, required=True),
        Column("currency", "category", "Currency, ISO 4217", categories=("USD", "PLN"), required=True),
        Column("paid_on", "string", "Day of a payment (ISO 8601)"),
    ),
    left_alone="Amounts stay in their own currency, without conversion or deflation",
)  # fmt: skip

DATASET = Dataset(
    name="international_surveillance_contracts",
    title="Purchases of surveillance technology outside Mexico reported by courts, auditors and press, 2010-2021",
    inputs=(Input("international_surveillance_contracts", "compiled", "international_contracts.csv"),),
    clean=clean,
    schemas=(FACTS, AMOUNTS),
    invariants=Invariants(
        unsummed={
            # Amounts that are named beside that of a row stand in its words.
            **dict.fromkeys(("first_year", "last_year", "further_pages", "amount"), "read from text"),
            "place": "counted",
        },
        links=(Link("amounts", "facts", ("fact",)),),
    ),
    layouts=(
        Layout(
            "compiled",
            required=_COLUMNS,
            unread="source_text|text_kind",
            version=r"(20\d\d)",
            last="date",
        ),
    ),
)
