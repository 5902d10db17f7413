"""Dated events around the surveillance of civil society in Mexico, 2011-2025: codes and dates, no prose."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import coding
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants
from ogp_analysis.data.cleaning.reading import Declared, mended
from ogp_analysis.data.cleaning.record import Cleaned, kept_but

STATED = Declared(__file__)
_COLUMNS = ("id", "date", "category", "source_url", "caveat")


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


DATASET = Dataset(
    name="mexico_surveillance_timeline",
    title="Dated events around the surveillance of civil society in Mexico, 2011-2025",
    inputs=(Input("mexico_surveillance_timeline", "compiled", "mexico_timeline.csv"),),
    clean=clean,
    schemas=STATED.tables,
    invariants=Invariants(unsummed={"year": "read from text"}),
    layouts=(
        Layout(
            "compiled",
            required=("precision", "actor", "event", *_COLUMNS),
            unread="text_kind",
            version=r"(20\d\d)",
            last="date",
        ),
    ),
)
