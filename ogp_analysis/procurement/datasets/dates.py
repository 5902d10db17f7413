"""Dates of contracts: several formats in one file, times that are dropped, days that do not exist."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ogp_analysis.procurement.datasets.folding import by_value

#: How a date was read. Day before month is the publisher's convention; where both are 12 or less it is not provable.
STATUSES = ("read", "day_first", "day_first_assumed", "impossible", "unreadable", "missing")
#: Steps that lead to a contract.
LEADING = ("publication", "opening", "award", "signature")
#: Days after the beginning of a contract by which its call, award and signature have come; of some 5,000 signatures in
#: the published files two come later, one by nine years, in a file that was made before that day.
LATEST = 730
#: How such a step was read: its day is also held against the beginning of the contract.
LEADING_STATUSES = (*STATUSES, "too_late")
#: Those of which no day is kept.
UNUSED = frozenset({"impossible", "unreadable", "too_late"})
#: Years outside are slips of the pen: CompraNet starts in 1996, the longest contracts run for decades.
FIRST_YEAR, LAST_YEAR = 1996, 2080
_ISO = r"\d{4}-\d{2}-\d{2}"
_DAY_FIRST = r"\d{2}[/-]\d{2}[/-]\d{4}"
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:GMT|Z))?)?"


def read(values: pd.Series) -> pd.DataFrame:
    """Return ``date`` (a day, missing if unknown) and ``status``, one of :data:`STATUSES`, for each text.

    Read are ``2012-11-06 00:00:00 GMT``, ``2012-10-30 19:24``, ``2018-01-22``, ``2018-01-22T10:00:00``,
    ``22/01/2018`` and ``22-01-2018``, the last two with or without a time. The time is dropped: only
    some columns of some layouts have one.
    """
    return by_value(values, _read)


def _read(values: pd.Series) -> pd.DataFrame:
    text = values.str.strip()
    iso, day_first = text.str.fullmatch(_ISO + _TIME), text.str.fullmatch(_DAY_FIRST + _TIME)
    day = text.str.slice(0, 10)
    turned = day.str.slice(6, 10) + "-" + day.str.slice(3, 5) + "-" + day.str.slice(0, 2)
    day = day.where(iso, turned.where(day_first, ""))
    date = pd.to_datetime(day, format="%Y-%m-%d", errors="coerce").astype("datetime64[us]")
    date = date.where(date.dt.year.between(FIRST_YEAR, LAST_YEAR))
    status = pd.Series("unreadable", index=values.index, dtype="str").mask(text == "", "missing")
    status = status.mask(iso, "read").mask(day_first, "day_first")
    both = day_first & (day.str.slice(8, 10) <= "12")
    status = status.mask(both, "day_first_assumed").mask((iso | day_first) & date.isna(), "impossible")
    return pd.DataFrame({"date": date, "status": status})


#: Flag and the two dates that stand in the wrong order where the first is later than the second.
ORDER = (
    ("signed_after_start", "signature_date", "start_date"),
    ("end_before_start", "start_date", "end_date"),
    ("award_before_publication", "publication_date", "award_date"),
)


def too_late(day: pd.Series, start: pd.Series) -> pd.Series:
    """Return whether a step that leads to a contract lies more than :data:`LATEST` days after the contract began."""
    return (day > start + pd.Timedelta(days=LATEST)).fillna(False)


def order(table: Mapping[str, pd.Series]) -> pd.Series:
    """Return the flags of :data:`ORDER` that hold for each contract, joined by ``; ``, empty if none."""
    flags = pd.Series("", index=table["start_date"].index, dtype="str")
    for flag, first, second in ORDER:
        late = table[first] > table[second]
        if not late.any():
            continue
        flags = flags.mask(late & (flags != ""), flags + "; " + flag).mask(late & (flags == ""), flag)
    return flags
