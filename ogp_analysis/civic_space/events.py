"""Names of dated events, so that no title gives a date alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.words import word
from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.base.words.sentence import as_date


@dataclass(frozen=True)
class Event:
    """Something that happened in a country on a day.

    Attributes
    ----------
    iso3 : str
    date : datetime.date
    """

    iso3: str
    date: dt.date

    @property
    def year(self) -> int:
        """The year in which it happened."""
        return self.date.year

    @property
    def in_text(self) -> str:
        """What the list in ``words/events_*.toml`` calls it within a sentence, in the language in force."""
        return entry("events.of").get(f"{self.iso3}_{self.date.isoformat()}") or word("events.unnamed")


def event(place: str, date: str, last_year: int | None = None) -> Event:
    """Return what happened in a country on a day.

    Parameters
    ----------
    place : str
        Any usual name or code.
    date : str
        YYYY-MM-DD.
    last_year : int, optional
        Last year with a value of the country: the day must lie in an earlier one.

    Returns
    -------
    Event
        Its day and, in either language, its name.

    Raises
    ------
    MessageError
        If the text is not a date.
    ParameterError
        If no year with a value follows.

    Examples
    --------
    >>> ogp.civic_space.event("Mexico", "2017-06-19").in_text
    'the report “Gobierno Espía”'
    """
    known, day = country(place), as_date(date)
    if last_year and day.year >= last_year:
        what = f"no year after that of {date} has a value; the last one shown of {known.name_en} is of {last_year}"
        raise ParameterError("event_date", what, "Choose an earlier date, or later years")
    return Event(known.iso3, day)
