"""Start and end dates of OGP commitments, written in about thirty ways and partly ambiguous: text → the days it allows.

No reading is chosen where several are possible: a date is an interval, from the earliest to the latest day that its
text allows.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from ogp_analysis.open_government.datasets.commitment_columns import MAPPING, MAPPING_FILE
from ogp_analysis.tidy.country_year import refuse

#: Statuses of a text that names a time, the finest first.
DATED = ("day", "month", "quarter", "period", "season", "year")
#: Statuses of a text without days: ``impossible`` is a day that no calendar has, ``unread`` a text of a later sheet
#: that no pattern knows; the others are said in words.
UNDATED = ("impossible", *dict.fromkeys(entry["status"] for entry in MAPPING["date_words"]), "unread")

#: Day 0 of the serial dates of spreadsheets.
_SERIAL = date(1899, 12, 30)
#: The year that bare years of our time turn into when they are taken for such days.
_SERIAL_YEAR = 1905
_MONTHS = {name: number for number, name in enumerate(calendar.month_abbr) if name}
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}
_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*"
_QUARTER = r"(\d|I{1,3}|IV)"


@dataclass(frozen=True)
class Reading:
    """What a date text says.

    Attributes
    ----------
    status : str
        One of :data:`DATED` or :data:`UNDATED`.
    earliest, latest : datetime.date or None
        The days it allows; None if it has no days.
    ambiguous : bool
        True if day and month can be read both ways; `earliest` and `latest` are then the two readings.

    Notes
    -----
    The file of 2016 has both orders: what 2015 wrote ``Jul-12`` became 07/01/2012, what it wrote 07/01/2013 became
    01/07/2013. Of 764 ambiguous dates that 2015 gives to the month, 762 have the month in front and the day 1 behind.
    """

    status: str
    earliest: date | None = None
    latest: date | None = None
    ambiguous: bool = False

    @property
    def likely(self) -> date | None:
        """The day, where there is one; of two readings the first of a month, by rule ``first_of_month``."""
        if self.status != "day":
            return None
        firsts = [day for day in (self.earliest, self.latest) if day.day == 1]
        if not self.ambiguous:
            return self.earliest
        return firsts[0] if len(firsts) == 1 else None


def date_columns(field: str, chunk: pd.DataFrame, raw: str, *, known: bool = True) -> dict[str, pd.Series]:
    """Return the columns of a date field: raw text, status, ambiguous, earliest, latest and likely day.

    Parameters
    ----------
    field : str
        ``start`` or ``end``: the beginning of the names.
    chunk : pandas.DataFrame
        Raw text with file and line.
    raw : str
        Its column; if the chunk has none of that name, nothing is stated.
    known : bool
        Whether every text of the vintage has been looked at.

    Raises
    ------
    CleaningError
        If a date of a known vintage fits no pattern.
    """
    chunk = chunk if raw in chunk.columns else chunk.assign(**{raw: ""})
    readings = {text: reading(text) for text in chunk[raw].unique()}
    odd = [text for text, said in readings.items() if said is None]
    if not known:
        readings |= {text: Reading("unread" if text else "") for text in odd}
    elif odd:
        action = f"Add a pattern to date_words of {MAPPING_FILE}"
        refuse(chunk, raw, chunk[raw].isin(odd), "dates in an unknown format", action)

    def each(part: Callable[[Reading], str | bool]) -> pd.Series:
        return chunk[raw].map({text: part(said) for text, said in readings.items()})

    return {
        f"{field}_date_raw": chunk[raw],
        f"{field}_date_status": each(lambda said: said.status),
        f"{field}_date_ambiguous": each(lambda said: said.ambiguous).astype("boolean"),
        f"{field}_date_earliest": each(lambda said: _iso(said.earliest)),
        f"{field}_date_latest": each(lambda said: _iso(said.latest)),
        f"{field}_date_likely": each(lambda said: _iso(said.likely)),
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def reading(text: str) -> Reading | None:
    """Return what a date text says; None if it fits no pattern.

    Rules: ``day_or_month_first`` keeps both readings of two numbers up to 12; ``spreadsheet_serial`` reads five digits
    as days since 30 December 1899; ``year_read_as_serial`` undoes the same mistake made with a bare year, which gives
    a day of July 1905; two digits of a year are of this century.
    """
    for pattern, read in _WAYS:
        if found := re.fullmatch(pattern, text):
            return read(*found.groups())
    for entry in MAPPING["date_words"]:
        if re.fullmatch(entry["pattern"], text):
            return Reading(entry["status"])
    return None


def _slashes(first: str, second: str, written: str) -> Reading:
    one, two, year = int(first), int(second), _century(written)
    if year == _SERIAL_YEAR and one <= 12:
        return _year(str((date(year, one, two) - _SERIAL).days))
    days = sorted(
        {
            date(year, month, day)
            for month, day in ((one, two), (two, one))
            if (1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1])
        }
    )
    return Reading("day", days[0], days[-1], len(days) > 1) if days else Reading("impossible")


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year)


def _on(day: date) -> Reading:
    return Reading("day", day, day)


def _span(status: str, year: int, first: int, last: int) -> Reading:
    return Reading(status, date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]))


def _year(year: str) -> Reading:
    return _span("year", int(year), 1, 12)


def _month(name: str, year: str) -> Reading:
    month = int(name) if name.isdigit() else _MONTHS[name]
    return _span("month", _century(year), month, month)


def _quarter(which: str, year: str) -> Reading:
    number = _ROMAN.get(which) or int(which)
    return _span("quarter", int(year), 3 * number - 2, 3 * number)


#: How dates are written. A season is one of two half-years apart on the two hemispheres, so it counts as its year.
_WAYS = (
    (r"(\d{1,2})/(\d{1,2})/(\d{4}|\d{2})", _slashes),
    (r"(\d{5})", lambda days: _on(_SERIAL + timedelta(days=int(days)))),
    (r"((?:19|20)\d{2})", _year),
    (r"(0[1-9]|1[0-2])/(\d{2})", _month),
    (_MONTH + r"[- ](\d{4}|\d{2})", _month),
    (_MONTH + r" (\d{1,2}), (\d{2})", lambda name, day, year: _on(date(_century(year), _MONTHS[name], int(day)))),
    (rf"(?:Quarter|Trimester) {_QUARTER},? (\d{{4}})", _quarter),
    (rf"{_QUARTER} quarter of (\d{{4}})", _quarter),
    (rf"{_MONTH}/{_MONTH} (\d{{4}})", lambda a, b, year: _span("period", int(year), _MONTHS[a], _MONTHS[b])),
    (r"(\d{4})-(\d{4})", lambda first, last: Reading("period", date(int(first), 1, 1), date(int(last), 12, 31))),
    (r"(?:Spring|Summer|Autumn|Fall) (\d{4})", lambda year: _span("season", int(year), 1, 12)),
)
