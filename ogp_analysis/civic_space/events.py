"""What an event of a date is called, so that no title has a date alone."""

from __future__ import annotations

import datetime as dt

from ogp_analysis.base.words import word
from ogp_analysis.base.words.catalogue import entry


def event_name(iso3: str, date: dt.date, given: str | None = None) -> str:
    """Return the name of an event in the language in force, as it stands within a sentence.

    Parameters
    ----------
    iso3 : str
        The country.
    date : datetime.date
        The day.
    given : str or None
        The name that the user gave; by default that of the list in ``words/events_*.toml``, else "the date given".
    """
    known = entry("events.of").get(f"{iso3}_{date.isoformat()}")
    return given or known or word("events.unnamed")
