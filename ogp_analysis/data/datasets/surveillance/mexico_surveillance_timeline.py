"""Dated events around the surveillance of civil society in Mexico, 2011-2025: codes and dates, no prose."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import coding
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``events``: one dated event. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, a category or a caveat is unknown, or a text is no date.
    """
    chunk, corrected = STATED.corrected(chunk, source)
    dates = chunk["date"].str.replace(r"/\d{2}$", "", regex=True)
    pages, told = STATED.reviewed(chunk)
    whole, days = mended(pages, date=(dates, "first_of_two_days"))
    events = STATED.read(whole, "events", year=coding.year(dates))
    return Cleaned({"events": events}, kept_but(chunk, *corrected, *days, *told))


DATASET = declare("mexico_surveillance_timeline", clean, STATED.tables)
