"""Purchases of surveillance technology outside Mexico that courts, auditors, registers or the press report, 2010-2021.

A row is a fact on record about a purchase, by the standing of its evidence: a judgement, the finding of an auditor, an
inventory, a register, an allegation. One fact can have several amounts, each with a basis of its own: they are never
added up, and one fact can contain another. What the pages say in words is not taken over, nor is any person's name.
"""

from __future__ import annotations

from decimal import Decimal

import pandas as pd

from ogp_analysis.data.cleaning import addresses, coding
from ogp_analysis.data.cleaning.country_year import codes_of_names, known, number
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the tables ``facts`` and ``amounts``: one fact, and each amount of a fact. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, a text has no code, or a date or an amount cannot be read.
    UnknownName
        If a name is that of no country.
    """
    known(chunk, "amount_basis", STATED["amounts"])
    # Of what is open the last date is missing.
    spans = chunk["date"].str.fullmatch(r"\d{4}/\d{4}")
    opened = chunk["date"].str.fullmatch(r"\d{4}-")
    first = chunk["date"].mask(spans | opened, chunk["date"].str[:4])
    last = chunk["date"].mask(spans, chunk["date"].str[-4:]).mask(opened, "")
    dated = first.where(first == last, "")
    buyer = chunk["buyer"].mask(chunk["buyer"].isin(list(STATED["buyers"])), "")
    pages = chunk["source_url"].where(chunk["source_url"].str.startswith("http"), "")
    urls = addresses.cut(pages, chunk["id"], STATED["reviewed"])
    whole, entries = mended(
        chunk,
        date=(dated, "date_spans_years"),
        buyer=(buyer, "described_in_words"),
        product=(chunk["product"].replace(STATED["products"]), "described_in_words"),
        source_url=(urls.where(~chunk["source_url"].str.contains(" (", regex=False), ""), "address_not_reviewed"),
    )
    facts = STATED.read(
        whole,
        "facts",
        iso3=codes_of_names(chunk, "country"),
        buyer_text=buyer,
        buyer_kind=chunk["buyer"].map(STATED["buyers"]).fillna("named"),
        first_year=coding.year(first),
        last_year=coding.year(last),
        contains=chunk["status"].map(STATED["contains"]).fillna(""),
        further_pages=chunk["corroboration"].map(lambda cell: cell.count("http")),
    )
    # One row per amount: that of the row, and those that its basis names beside it.
    amounts = []
    for fact, text, amount, currency in zip(
        chunk["id"],
        chunk["amount_basis"],
        number(chunk, "amount"),
        known(chunk, "currency", ("", "USD", "PLN")),
        strict=True,
    ):
        of_text = STATED["amounts"][text]
        if of_text["own"]:
            amounts.append((fact, 1, of_text["own"], str(amount), currency, ""))
        amounts += [
            (fact, place, basis, str(Decimal(part)), currency, paid)
            for place, (basis, part, paid) in enumerate(of_text["parts"], start=2)
        ]
    columns = ["fact", "place", "basis", "amount", "currency", "paid_on"]
    tables = {"facts": facts, "amounts": pd.DataFrame(amounts, columns=columns).astype("str")}
    return Cleaned(tables, kept_but(chunk, *entries))


DATASET = declare("international_surveillance_contracts", clean, STATED.tables)
