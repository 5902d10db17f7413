"""Dates known to the year, the month or the day, kept as text of that length (ISO 8601 reduced precision)."""

from __future__ import annotations

import re
from datetime import date

import pandas as pd

from ogp_analysis.base.errors import CleaningError, listed

#: From the finest to the coarsest.
PRECISIONS = ("day", "month", "year")

_BY_LENGTH = {10: "day", 7: "month", 4: "year"}
_MONTHS = "January February March April May June July August September October November December".split()
#: A date as prose writes it: ``2012-04-17``, ``2012-04`` or ``April 2012``.
WRITTEN = rf"\d{{4}}-\d{{2}}(?:-\d{{2}})?|(?:{'|'.join(_MONTHS)}) \d{{4}}"


def precision(dates: pd.Series) -> pd.Series:
    """Return ``day``, ``month`` or ``year`` for each date; missing stays missing.

    Raises
    ------
    CleaningError
        If a text is none of ``YYYY``, ``YYYY-MM``, ``YYYY-MM-DD``, or no day of the calendar.
    """
    _days(dates, "start")
    return _text(dates).map(lambda text: _BY_LENGTH[len(text)], na_action="ignore")


def first_day(dates: pd.Series) -> pd.Series:
    """Return the first day that each date allows: ``2022-03`` gives 1 March 2022."""
    return _days(dates, "start")


def last_day(dates: pd.Series) -> pd.Series:
    """Return the last day that each date allows: ``2022-03`` gives 31 March 2022."""
    return _days(dates, "end")


def year(dates: pd.Series) -> pd.Series:
    """Return the calendar year of each date as ``Int64``."""
    return _days(dates, "start").dt.year.astype("Int64")


def from_prose(written: str) -> str:
    """Return a date written like :data:`WRITTEN` as ISO text: ``April 2012`` gives ``2012-04``."""
    if written[0].isdigit():
        return written
    month, number = written.split()
    return f"{number}-{_MONTHS.index(month) + 1:02d}"


def _text(dates: pd.Series) -> pd.Series:
    return dates.astype("str").mask(dates.isna() | (dates == ""))


def _days(dates: pd.Series, end: str) -> pd.Series:
    text = _text(dates)
    odd = text.dropna()[~text.dropna().map(_is_date)]
    if len(odd):
        what = f"{len(odd)} are not a year, month or day, {listed(odd.unique())}"
        action = "Write YYYY, YYYY-MM or YYYY-MM-DD, or add a named rule to the cleaner"
        where = "dates" if dates.name is None else f"dates ({dates.name})"
        raise CleaningError(where, what, action)
    first = pd.to_datetime(text.map(_first, na_action="ignore"), format="%Y-%m-%d")
    if end == "end":
        length, years, months = text.str.len(), first + pd.offsets.YearEnd(0), first + pd.offsets.MonthEnd(0)
        first = first.mask(length == 7, months).mask(length == 4, years)
    return first.astype("datetime64[us]").rename(dates.name)


def _first(text: str) -> str:
    return f"{text}-01-01"[:10] if len(text) == 4 else f"{text}-01"[:10]


def _is_date(text: str) -> bool:
    try:
        return bool(re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text) and date.fromisoformat(_first(text)))
    except ValueError:
        return False
