"""Raw columns, read and checked; errors name the file, the line and an example."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.text_column import array_of, bytes_of
from ogp_analysis.data.cleaning.country_year import number, refuse
from ogp_analysis.data.datasets.procurement.folding import by_value, fits, texts_of
from ogp_analysis.data.datasets.procurement.layouts import facts


def matching(chunk: pd.DataFrame, column: str, pattern: str, what: str) -> pd.Series:
    """Return a column of which every value fits a pattern from end to end.

    Raises
    ------
    CleaningError
        If a value does not.
    """
    refuse(chunk, column, ~chunk[column].str.fullmatch(pattern), what)
    return chunk[column]


def positive(chunk: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of positive numbers, none of them missing.

    Raises
    ------
    CleaningError
        If a value is blank, no number, zero or negative.
    """
    value = number(chunk, column)
    refuse(chunk, column, ~(value > 0), "values that are not a positive number")
    return value


# Amounts and currencies as published: nothing is converted, nothing is guessed in silence.

AMOUNT_STATUSES = ("ok", "zero", "negative", "suspicious", "absurd", "test", "unreadable", "missing")
CURRENCY_STATUSES = ("ok", "from_header", "unlabelled", "misspelt", "test", "unknown")
_PLAIN = r"-?\$? ?[0-9]+(?:\.[0-9]+)?"
_GROUPED = r"-?\$? ?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?"


def read_amounts(values: pd.Series) -> pd.DataFrame:
    """Return ``amount`` (in units of its currency) and ``status`` for each text.

    A comma is read as a mark of thousands only where it stands before every third digit; the
    decimal sign is a point. Above 10,000 million a value is ``suspicious`` and kept; above 100,000
    million it is ``absurd`` and missing (7 of 3.1 million published contracts exceed it, all errors).
    """
    text, limits = pc.utf8_trim_whitespace(array_of(values)), facts()["amounts"]
    readable = fits(text, f"{_PLAIN}|{_GROUPED}")
    plain = text.filter(pa.array(readable))
    if len(marked := bytes_of(plain)) and marked.min() < ord("-"):
        plain = pc.replace_substring_regex(plain, "[$, ]", "")
    number = np.full(len(text), np.nan)
    # Beyond what a float holds a number is infinite here, so that it is absurd.
    number[readable] = [float(digits) for digits in plain.to_pylist()]
    status = np.full(len(text), AMOUNT_STATUSES.index("ok"))
    for name, rows in (
        ("zero", number == 0),
        ("negative", number < 0),
        ("suspicious", number > limits["suspicious_above"]),
        ("absurd", absurd := (number > limits["absurd_above"]) | np.isinf(number)),
        ("unreadable", ~readable),
        ("missing", pc.equal(text, "").to_numpy(zero_copy_only=False)),
    ):
        status[rows] = AMOUNT_STATUSES.index(name)
    number[absurd] = np.nan
    return pd.DataFrame({"amount": number, "status": texts_of(status, AMOUNT_STATUSES)}, values.index, copy=False)


def grouped(values: pd.Series) -> pd.Series:
    """Return whether each text holds marks of thousands that are read as such."""
    cells = array_of(values)
    if not (bytes_of(cells) == ord(",")).any():
        return pd.Series(False, index=values.index)
    return pd.Series(fits(pc.utf8_trim_whitespace(cells), _GROUPED), index=values.index)


def currencies(values: pd.Series | None, from_header: str, index: pd.Index) -> pd.DataFrame:
    """Return ``currency`` (ISO 4217, empty unless it is certain) and ``status`` for each text.

    ``MNX`` may be a slip for MXN, ``TEST`` and ``OTH`` are not currencies, a blank says nothing: none
    of them becomes MXN. Only a header that states the currency does that.
    """
    if values is None:
        status = "from_header" if from_header else "unlabelled"
        return pd.DataFrame({"currency": from_header, "status": status}, index=index, dtype="str")
    columns = ["currency", "status"]
    return by_value(values, lambda distinct: pd.DataFrame(map(_currency, distinct), columns=columns, dtype="str"))


def _currency(text: str) -> tuple[str, str]:
    code, lists = text.strip().upper(), facts()["currencies"]
    for status, name in (("test", "test"), ("misspelt", "misspelt"), ("ok", "known")):
        if code in lists[name]:
            return code if code in lists["known"] else "", status
    return "", "unknown" if code else "unlabelled"


# Dates of contracts: several formats in one file, times that are dropped, days that do not exist.

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


def read_dates(values: pd.Series) -> pd.DataFrame:
    """Return ``date`` (a day, missing if unknown) and ``status``, one of :data:`STATUSES`, for each text.

    Read are ``2012-11-06 00:00:00 GMT``, ``2012-10-30 19:24``, ``2018-01-22``, ``2018-01-22T10:00:00``,
    ``22/01/2018`` and ``22-01-2018``, the last two with or without a time. The time is dropped: only
    some columns of some layouts have one.
    """
    text = pc.utf8_trim_whitespace(array_of(values))
    iso, day_first = (fits(text, form + _TIME) for form in (_ISO, _DAY_FIRST))
    begun = pd.Series(pd.array(pc.utf8_slice_codeunits(text, 0, 10), dtype="str"), values.index).str.replace("/", "-")
    read = [(begun.where(iso), "%Y-%m-%d"), (begun.where(day_first), "%d-%m-%Y")]
    date, other = (pd.to_datetime(some, format=form, errors="coerce").astype("datetime64[us]") for some, form in read)
    date = date.fillna(other)
    date = date.where(date.dt.year.between(FIRST_YEAR, LAST_YEAR))
    status = pd.Series("unreadable", values.index, dtype="str").mask(begun == "", "missing")
    status = status.mask(iso, "read").mask(day_first, "day_first")
    status = status.mask(day_first & (begun.str[:2] <= "12"), "day_first_assumed")
    status = status.mask((iso | day_first) & date.isna(), "impossible")
    return pd.DataFrame({"date": date, "status": status}, copy=False)


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
