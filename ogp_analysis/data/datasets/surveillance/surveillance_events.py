"""Revelations of surveillance and what is dated after them, by country: codes and dates, no prose.

A revelation is the day of a page. It ended a use, or was meant to; it did not begin one.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import addresses
from ogp_analysis.data.cleaning.coding import country_codes
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``events``: one dated event of a country. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, a country, a kind or a confidence is unknown, or a text is no date.
    """
    links, named = addresses.without_names(chunk, "source_url")
    key = country_codes(chunk, "iso3") + "-" + chunk["date"]
    return Cleaned({"events": STATED.read(chunk, "events", event=key, source_urls=links)}, kept_but(chunk, *named))


DATASET = declare("surveillance_events", clean, STATED.tables)
