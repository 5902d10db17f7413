"""Dated facts on the control of commercial spyware and the oversight of surveillance, 2013-2025."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import addresses, coding
from ogp_analysis.data.cleaning.country_year import codes_of_names
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)
_NAMED_HOST = "https://www.wnp.pl/wiadomosci/banas-"


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the tables ``facts`` and ``dates``: one fact, and each of its dates. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, or a type, a body, a caveat or a date is unknown.
    UnknownName
        If a jurisdiction is neither a country nor one of the ``groups`` of its TOML file.
    """
    national = ~chunk["jurisdiction"].isin(list(STATED["groups"]))
    pages, some = mended(chunk, source_url=(addresses.whole(chunk["source_url"]), "no_whole_address"))
    cut = pages["source_url"].mask(pages["source_url"].str.startswith(_NAMED_HOST), "https://www.wnp.pl/")
    pages, more = mended(pages, source_url=(cut, "address_names_person"))
    group = chunk["jurisdiction"].map(STATED["groups"]).fillna("")
    facts = STATED.read(pages, "facts", iso3=codes_of_names(chunk, "jurisdiction", national), group=group)
    dates = chunk[["id"]].assign(date=chunk["date"].str.split("; ")).explode("date", ignore_index=True)
    days = STATED.read(dates, "dates", fact=dates["id"], year=coding.year(dates["date"]))
    return Cleaned({"facts": facts, "dates": days}, kept_but(chunk, *some, *more))


DATASET = declare("surveillance_controls", clean, STATED.tables)
