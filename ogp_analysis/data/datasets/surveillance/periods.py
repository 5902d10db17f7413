"""Periods as inventories write them: the raw words stay, the first and the last year are read off where given."""

from __future__ import annotations

import re

import pandas as pd

from ogp_analysis.base.schema import Column
from ogp_analysis.data.cleaning.country_year import refuse

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
STATUSES = tuple(status for status, _ in _FORMS)


def read(chunk: pd.DataFrame, column: str, prefix: str) -> dict[str, pd.Series]:
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
    if wrong.any():
        action = "Correct the source row, or add the form to data/datasets/surveillance/periods.py"
        refuse(chunk, column, wrong, "periods are written in an unknown form", action)
    found = [parsed.get(text, ("", "", "")) for text in chunk[column]]
    ends = ("first_year", "last_year", "status")
    return {f"{prefix}_text": chunk[column]} | {
        f"{prefix}_{end}": pd.Series([one[i] for one in found], index=chunk.index, dtype="str")
        for i, end in enumerate(ends)
    }


def columns(prefix: str, what: str, **facts) -> tuple[Column, ...]:
    """Return the promises of the columns that :func:`read` makes, about `what`."""
    return (
        Column(f"{prefix}_text", "string", f"{what}, as written; missing if not stated", **facts),
        Column(f"{prefix}_first_year", "integer", f"{what}: first year stated", "year", minimum=1990,
               **facts),
        Column(f"{prefix}_last_year", "integer", f"{what}: last year stated; missing if it goes on", "year",
               minimum=1990, **facts),
        Column(f"{prefix}_status", "category", f"{what}: how it is stated. several: years or spans with gaps; ongoing: "
               "when the source appeared; ongoing_from_decade: only the decade of its start is given",
               categories=STATUSES, **facts),
    )  # fmt: skip
