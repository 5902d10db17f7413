"""Dates of contracts: several formats in one file, times that are dropped, days that do not exist."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.text_column import array_of, bytes_of
from ogp_analysis.procurement.datasets.folding import fits, texts_of

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
#: Where the signs of 2018-01-22 stand in 22-01-2018.
_TURNED = [6, 7, 8, 9, 2, 3, 4, 5, 0, 1]
_TIME = r"(?:[ T]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?: ?(?:GMT|Z))?)?"


def read(values: pd.Series) -> pd.DataFrame:
    """Return ``date`` (a day, missing if unknown) and ``status``, one of :data:`STATUSES`, for each text.

    Read are ``2012-11-06 00:00:00 GMT``, ``2012-10-30 19:24``, ``2018-01-22``, ``2018-01-22T10:00:00``,
    ``22/01/2018`` and ``22-01-2018``, the last two with or without a time. The time is dropped: only
    some columns of some layouts have one.
    """
    text = pc.utf8_trim_whitespace(array_of(values))
    iso, day_first = (fits(text, form + _TIME) for form in (_ISO, _DAY_FIRST))
    written = iso | day_first
    # What fits is written in ASCII: ten bytes, of which eight are digits.
    some = pc.utf8_slice_codeunits(text.filter(pa.array(written)), 0, 10)
    signs, first = bytes_of(some).reshape(-1, 10), day_first[written]
    digits = np.where(first[:, None], signs[:, _TURNED], signs).astype(int) - ord("0")
    year, month, day = digits[:, :4] @ [1000, 100, 10, 1], digits[:, 5:7] @ [10, 1], digits[:, 8:] @ [10, 1]
    months = np.datetime64("1970-01", "M") + ((year - 1970) * 12 + np.clip(month, 1, 12) - 1)
    days = months.astype("datetime64[D]") + (day - 1)
    # A day that the month does not have lies in another.
    exists = (month >= 1) & (month <= 12) & (days.astype("datetime64[M]") == months)
    exists &= (year >= FIRST_YEAR) & (year <= LAST_YEAR)
    date = np.full(len(text), "NaT", "datetime64[us]")
    date[written] = np.where(exists, days, np.datetime64("NaT"))
    status = np.full(len(text), STATUSES.index("unreadable"))
    status[pc.equal(text, "").to_numpy(zero_copy_only=False)] = STATUSES.index("missing")
    assumed = np.where(day <= 12, STATUSES.index("day_first_assumed"), STATUSES.index("day_first"))
    told = np.where(first, assumed, STATUSES.index("read"))
    status[written] = np.where(exists, told, STATUSES.index("impossible"))
    return pd.DataFrame({"date": date, "status": texts_of(status, STATUSES)}, index=values.index, copy=False)


#: Flag and the two dates that stand in the wrong order where the first is later than the second.
ORDER = (
    ("signed_after_start", "signature_date", "start_date"),
    ("end_before_start", "start_date", "end_date"),
    ("award_before_publication", "publication_date", "award_date"),
)


def too_late(day: pd.Series, start: pd.Series) -> pd.Series:
    """Return whether a step that leads to a contract lies more than :data:`LATEST` days after the contract began."""
    return day > start + pd.Timedelta(days=LATEST)


def order(table: Mapping[str, pd.Series]) -> pd.Series:
    """Return the flags of :data:`ORDER` that hold for each contract, joined by ``; ``, empty if none."""
    codes = sum((table[first] > table[second]).to_numpy() * 2**place for place, (_, first, second) in enumerate(ORDER))
    flags = [[flag for place, (flag, *_) in enumerate(ORDER) if code >> place & 1] for code in range(2 ** len(ORDER))]
    return pd.Series(texts_of(codes, ["; ".join(some) for some in flags]), table["start_date"].index)
