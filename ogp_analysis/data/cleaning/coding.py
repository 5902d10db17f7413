"""Codes and dates out of the words of a source, by rules that a cleaner declares as data: one for each text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.errors import CleaningError, listed
from ogp_analysis.base.schema import Column
from ogp_analysis.data.cleaning.country_year import refuse, unknown

# Codes for texts: each text is named by exactly one rule, or the cleaning stops.


@dataclass(frozen=True)
class Rule:
    """One pattern and the code of the texts that it matches from end to end.

    Attributes
    ----------
    code : str
        A code of our own vocabulary.
    pattern : str
        A regular expression, case sensitive, for the whole text.
    """

    code: str
    pattern: str


def rules(entries: Iterable[Mapping]) -> tuple[Rule, ...]:
    """Return the rules of a coding table whose entries have a ``code`` and a list of ``patterns``."""
    return tuple(Rule(entry["code"], pattern) for entry in entries for pattern in entry["patterns"])


def coded(chunk: pd.DataFrame, column: str, table: Iterable[Rule], resource: str) -> pd.Series:
    """Return the code of each text of a column.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    column : str
        The column to code.
    table : iterable of Rule
        The rules; a text may be matched by rules of one code only.
    resource : str
        The file that holds the rules, named in errors.

    Raises
    ------
    CleaningError
        If no rule, or rules of several codes, match a text.
    """
    table = tuple(table)
    texts = chunk[column].unique()
    found = {text: sorted({r.code for r in table if re.fullmatch(r.pattern, text)}) for text in texts}
    return _named(chunk, column, found, resource, {one: of[0] for one, of in found.items() if len(of) == 1})


def _named(chunk: pd.DataFrame, column: str, found: dict, resource: str, known: Iterable[str]) -> pd.Series:
    """Return the code of each text; one that has none, or several, is no value that is `known`."""
    odd = [text for text, codes in found.items() if len(codes) != 1]
    if odd:
        wrong = chunk[column].isin(odd)
        first = chunk.loc[wrong, column].iloc[0]
        what = f"texts are not named by exactly one rule of {resource} ({' and '.join(found[first]) or 'no code'})"
        refuse(chunk, column, wrong, what, unknown=unknown(chunk, column, wrong, known))
    cells = pa.array(chunk[column])
    codes = pa.array([codes[0] for codes in found.values()], pa.large_string())
    given = codes.take(pc.index_in(cells, value_set=pa.array(list(found), cells.type)))
    return pd.Series(pd.array(given, dtype="str"), index=chunk.index, name=column)


def translated(chunk: pd.DataFrame, column: str, codes: Mapping[str, str], resource: str) -> pd.Series:
    """Return the code of each value of a column with a closed list of values.

    Raises
    ------
    CleaningError
        If a value is not in `codes`.
    """
    found = {text: [codes[text]] if text in codes else [] for text in chunk[column].unique()}
    return _named(chunk, column, found, resource, codes)


def country_codes(chunk: pd.DataFrame, column: str) -> pd.Series:
    """Return a column of codes of countries as it is.

    Raises
    ------
    CleaningError
        If a code is not three capital letters.
    """
    coded(chunk, column, [Rule("country", "[A-Z]{3}")], "its cleaner")
    return chunk[column]


# Dates known to the year, the month or the day, kept as text of that length (ISO 8601 reduced precision).

#: From the finest to the coarsest.
PRECISIONS = ("day", "month", "year")

_ISO = r"\d{4}(-\d{2}(-\d{2})?)?"
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
    first_day(dates)
    return dates.astype("str").str.len().map(_BY_LENGTH).astype("str")


def first_day(dates: pd.Series) -> pd.Series:
    """Return the first day that each date allows: ``2022-03`` gives 1 March 2022; faults as of :func:`precision`."""
    text = dates.astype("str").mask(dates == "")
    first = pd.to_datetime(text.where(text.str.fullmatch(_ISO).fillna(False)), format="ISO8601", errors="coerce")
    if len(odd := text[first.isna()].dropna()):
        what = f"{len(odd)} are not a year, month or day, {listed(odd.unique())}"
        action = "Write YYYY, YYYY-MM or YYYY-MM-DD"
        where = "dates" if dates.name is None else f"dates ({dates.name})"
        raise CleaningError(where, what, action)
    return first.astype("datetime64[us]").rename(dates.name)


def last_day(dates: pd.Series) -> pd.Series:
    """Return the last day that each date allows: ``2022-03`` gives 31 March 2022; faults as of :func:`precision`."""
    first, length = first_day(dates), dates.astype("str").str.len()
    last = first.mask(length == 7, first + pd.offsets.MonthEnd(0)).mask(length == 4, first + pd.offsets.YearEnd(0))
    return last.astype("datetime64[us]")


def year(dates: pd.Series) -> pd.Series:
    """Return the calendar year of each date as ``Int64``."""
    return first_day(dates).dt.year.astype("Int64")


def from_prose(written: str) -> str:
    """Return a date written like :data:`WRITTEN` as ISO text: ``April 2012`` gives ``2012-04``."""
    if written[0].isdigit():
        return written
    month, number = written.split()
    return f"{number}-{_MONTHS.index(month) + 1:02d}"


# Periods as inventories write them: the raw words stay, the first and the last year are read off where given.

_SPAN = r"(\d{4})(?:-(\d{4}))?"
#: What a text can look like, and what it says: the first that matches from end to end counts.
_FORMS = (
    ("years", re.compile(_SPAN)),
    ("several", re.compile(rf"{_SPAN}(?:, {_SPAN})+")),
    ("ongoing", re.compile(r"(\d{4}) ?- ?present")),
    ("ongoing_from_decade", re.compile(r"\d{3}0s - present")),
    ("end_unknown", re.compile(r"(\d{4})-\?")),
    ("start_unknown", re.compile(r"\?-(\d{4})")),
)
PERIODS = tuple(status for status, _ in _FORMS)


def period(chunk: pd.DataFrame, column: str, prefix: str) -> dict[str, pd.Series]:
    """Return the period as written, its first and last year and how it is stated.

    A year that is not given stays missing: the last year of what is ``ongoing`` (in the year the source
    appeared), the first of ``ongoing_from_decade``, and the open end of ``start_unknown`` and
    ``end_unknown``. Of ``several`` years or spans the first and the last are read; the gaps are not.

    Parameters
    ----------
    chunk : pandas.DataFrame
        Raw text with file and line.
    column : str
        The raw column; blank is missing.
    prefix : str
        What the names of the four columns begin with.

    Raises
    ------
    CleaningError
        If a text has none of the known forms, or ends before it begins.
    """
    parsed: dict[str, tuple[str, str, str]] = {}
    for text in chunk[column].unique():
        status = next((status for status, form in _FORMS if form.fullmatch(text)), "")
        years = re.findall(r"\d{4}(?!s)", text)
        first = "" if not status or status in ("start_unknown", "ongoing_from_decade") else years[0]
        last = "" if not status or status in ("ongoing", "ongoing_from_decade", "end_unknown") else years[-1]
        if status and not (first and last and last < first):
            parsed[text] = (first, last, status)
    wrong = ~chunk[column].isin(list(parsed)) & (chunk[column] != "")
    refuse(chunk, column, wrong, "periods are written in an unknown form")
    found = [parsed.get(text, ("", "", "")) for text in chunk[column]]
    ends = ("first_year", "last_year", "status")
    return {f"{prefix}_text": chunk[column]} | {
        f"{prefix}_{end}": pd.Series([one[i] for one in found], index=chunk.index, dtype="str")
        for i, end in enumerate(ends)
    }


def period_columns(prefix: str, what: str, **facts) -> tuple[Column, ...]:
    """Return the promises of the columns that :func:`read` makes, about `what`."""
    return (
        Column(f"{prefix}_text", "string", f"{what}, as written; missing if not stated", **facts),
        Column(f"{prefix}_first_year", "integer", f"{what}: first year stated", "year", minimum=1990,
               **facts),
        Column(f"{prefix}_last_year", "integer", f"{what}: last year stated; missing if it goes on", "year",
               minimum=1990, **facts),
        Column(f"{prefix}_status", "category", f"{what}: how it is stated. several: years or spans with gaps; ongoing: "
               "when the source appeared; ongoing_from_decade: only the decade of its start is given",
               categories=PERIODS, **facts),
    )  # fmt: skip
