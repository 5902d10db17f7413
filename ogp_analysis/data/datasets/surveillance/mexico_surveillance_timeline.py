"""Dated events around the surveillance of civil society in Mexico, 2011-2025: codes and dates, no prose."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.data.cleaning import addresses, coding, corrections
from ogp_analysis.data.cleaning.coding import declared, translated
from ogp_analysis.data.cleaning.country_year import require
from ogp_analysis.data.cleaning.dataset import Dataset, Input, Layout
from ogp_analysis.data.cleaning.invariants import Invariants
from ogp_analysis.data.cleaning.record import Cleaned, changed, kept_but

_CODES, _TABLES = declared(__file__)

_REVIEWED = frozenset(_CODES["reviewed"])
_HERE = "data/datasets/surveillance/mexico_surveillance_timeline.toml"
_COLUMNS = ("id", "date", "category", "source_url", "caveat")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``events``: one dated event. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, a category or a caveat is unknown, or a text is no date.
    """
    require(chunk, _COLUMNS)
    chunk, corrected = corrections.corrected(
        chunk, _CODES["correction"], "mexico_surveillance_timeline.toml", written_for=not source.layout
    )
    caveat = translated(chunk, "caveat", _CODES["caveats"], _HERE)
    dates = chunk["date"].str.replace(r"/\d{2}$", "", regex=True)
    whole = addresses.whole(chunk["source_url"])
    urls = addresses.cut(whole, chunk["id"], _REVIEWED)
    events = pd.DataFrame(
        {
            "event": chunk["id"],
            "date": dates,
            "date_precision": coding.precision(dates),
            "year": coding.year(dates),
            "category": translated(chunk, "category", _CODES["categories"], _HERE),
            "confidence": caveat.isin(list(_CODES["low"])).map({True: "low", False: "not_graded"}),
            "caveat": caveat,
            "source_urls": urls,
        }
    )
    entries = (
        *corrected,
        changed(chunk, "date", dates, "first_of_two_days"),
        changed(chunk, "source_url", whole, "no_whole_address"),
        changed(chunk.assign(source_url=whole), "source_url", urls, "address_not_reviewed"),
    )
    return Cleaned({"events": events}, kept_but(chunk, *entries))


DATASET = Dataset(
    name="mexico_surveillance_timeline",
    title="Dated events around the surveillance of civil society in Mexico, 2011-2025",
    inputs=(Input("mexico_surveillance_timeline", "compiled", "mexico_timeline.csv"),),
    clean=clean,
    schemas=_TABLES,
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
