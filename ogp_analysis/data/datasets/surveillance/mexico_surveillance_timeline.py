"""Dated events around the surveillance of civil society in Mexico, 2011-2025: codes and dates, no prose.

The additions of November 2026 are a table of their own: several of their rows are events of the first table, and
`surveillance_event_words.merges` says which.
"""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import addresses, coding
from ogp_analysis.data.cleaning.dataset import Input, declare
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import Cleaned, hidden, kept_but

STATED = Declared(__file__)


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``events``, or ``additions``: one dated event. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, a category or a caveat is unknown, or a text is no date.
    """
    if source.tables == ("additions",):
        links, named = addresses.without_names(chunk, "source_url")
        # The firm of the person who was acquitted leads to the person: nothing of it stands in the record.
        body = chunk["body"].mask(chunk["id"] == "MS-26", chunk["body"].str.partition(";")[0])
        left = hidden(chunk, body != chunk["body"], "body", "", body, "firm_left_out")
        events = STATED.read(chunk.assign(body=body), "additions", source_urls=links)
        return Cleaned({"additions": events}, kept_but(chunk, *named, left))
    chunk, corrected = STATED.corrected(chunk, source)
    dates = chunk["date"].str.replace(r"/\d{2}$", "", regex=True)
    pages, told = STATED.reviewed(chunk)
    whole, days = mended(pages, date=(dates, "first_of_two_days"))
    events = STATED.read(whole, "events", year=coding.year(dates))
    return Cleaned({"events": events}, kept_but(chunk, *corrected, *days, *told))


DATASET = declare("mexico_surveillance_timeline", clean, STATED.tables)
