"""Dated events around the surveillance of civil society in Mexico, 2011-2025: codes and dates, no prose."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.surveillance.datasets import addresses
from ogp_analysis.tidy import partial_dates
from ogp_analysis.tidy.coding import translated
from ogp_analysis.tidy.country_year import require
from ogp_analysis.tidy.dataset import Dataset, Input, Layout
from ogp_analysis.tidy.invariants import Invariants
from ogp_analysis.tidy.record import Cleaned, changed, kept_but

#: A date that names two days is kept to the first.
TWO_DAYS_RULE = "first_of_two_days"
CATEGORIES = {
    "acquisition": "acquisition",
    "use": "use",
    "disclosure": "disclosure",
    "OGP": "ogp",
    "access to information": "access_to_information",
    "court": "court",
    "investigation": "investigation",
    "law": "law",
}
#: Events whose addresses were read and name no person.
_REVIEWED = frozenset(
    ["TL-01", "TL-01b", "TL-23b"] + [f"TL-{n:02}" for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)]
) | frozenset(f"TL-{n}" for n in (19, 20, 21, 24, 25))
_HERE = "surveillance/datasets/mexico_surveillance_timeline.py"
_COLUMNS = ("id", "date", "category", "source_url")


def clean(chunk: pd.DataFrame, source: Input) -> Cleaned:
    """Return the table ``events``: one dated event. Every row is kept.

    Raises
    ------
    CleaningError
        If a column is absent, a category is unknown, or a date is none.
    """
    require(chunk, _COLUMNS)
    dates = chunk["date"].str.replace(r"/\d{2}$", "", regex=True)
    whole = addresses.whole(chunk["source_url"])
    urls = addresses.cut(whole, chunk["id"], _REVIEWED)
    events = pd.DataFrame(
        {
            "event": chunk["id"],
            "date": dates,
            "date_precision": partial_dates.precision(dates),
            "year": partial_dates.year(dates),
            "category": translated(chunk, "category", CATEGORIES, _HERE),
            "source_urls": urls,
        }
    )
    entries = (
        changed(chunk, "date", dates, TWO_DAYS_RULE),
        changed(chunk, "source_url", whole, addresses.WORDS_RULE),
        changed(chunk.assign(source_url=whole), "source_url", urls, addresses.RULE),
    )
    return Cleaned({"events": events}, kept_but(chunk, *entries))


SCHEMA = TableSchema(
    "events",
    "one dated event",
    ("event",),
    (
        Column("event", "string", "Key of the event", required=True),
        Column("date", "string", "Date, known to the day, the month or the year (ISO 8601)", required=True),
        Column("date_precision", "category", "How finely it is known", categories=partial_dates.PRECISIONS,
               required=True),
        Column("year", "integer", "Calendar year", "year", minimum=2000, required=True),
        Column("category", "category", "What kind of event it is", categories=tuple(CATEGORIES.values()),
               required=True),
        Column("source_urls", "string", "Pages, joined by ' | '; cut to the host where not reviewed for names of "
               "persons, missing where the table has no whole address"),
    ),
    left_alone="What happened, in words, is not taken over: the words of a page about an event are its own",
)  # fmt: skip

DATASET = Dataset(
    name="mexico_surveillance_timeline",
    title="Dated events around the surveillance of civil society in Mexico, 2011-2025",
    inputs=(Input("mexico_surveillance_timeline", "compiled", "mexico_timeline.csv"),),
    clean=clean,
    schemas=(SCHEMA,),
    invariants=Invariants(unsummed={"year": "read from text"}),
    layouts=(
        Layout(
            "compiled",
            required=("precision", "actor", "event", *_COLUMNS),
            unread="text_kind|caveat",
            version=r"(20\d\d)",
            last="date",
        ),
    ),
)
