"""Dates of a column are read as each is alone, and flagged where their order cannot be."""

from __future__ import annotations

import datetime as dt
from itertools import product

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.data.datasets.procurement import checks

NUMBERS = st.tuples(st.integers(0, 3000) | st.integers(1990, 2090), st.integers(0, 40), st.integers(0, 40))
FORMS = st.sampled_from(["{0:04d}-{1:02d}-{2:02d}", "{2:02d}/{1:02d}/{0:04d}", "{2:02d}-{1:02d}-{0:04d}"])
TIMES = st.sampled_from(["", " 1:05", "T10:00:00.5Z", " 23:59:59 GMT", "\t"])


def expected(numbers: tuple[int, int, int], form: str) -> tuple[dt.date | None, str]:
    """Return the day and the status of a date, by the calendar of Python."""
    year, _, day = numbers
    try:
        date = dt.date(*numbers)
    except ValueError:
        return None, "impossible"
    if not checks.FIRST_YEAR <= year <= checks.LAST_YEAR:
        return None, "impossible"
    if form.startswith("{0"):
        return date, "read"
    return date, "day_first_assumed" if day <= 12 else "day_first"


@given(st.lists(st.tuples(NUMBERS, FORMS, TIMES), max_size=6))
def test_a_day_is_read_if_the_calendar_has_it(some):
    texts = [form.format(*numbers) + time for numbers, form, time in some]
    read = checks.read_dates(pd.Series([*texts, "2012-1-1", " "], dtype="str"))
    days = [None if pd.isna(day) else day.date() for day in read["date"]]
    wanted = [*(expected(numbers, form) for numbers, form, _ in some), (None, "unreadable"), (None, "missing")]
    assert list(zip(days, read["status"], strict=True)) == wanted


def test_every_order_of_dates_has_its_flags():
    day = {"early": pd.Timestamp("2020-01-01"), "late": pd.Timestamp("2020-02-01"), "none": pd.NaT}
    names = list(dict.fromkeys(name for _, *pair in checks.ORDER for name in pair))
    rows = list(product(day, repeat=len(names)))
    table = {name: pd.Series([day[row[at]] for row in rows]) for at, name in enumerate(names)}
    told = [dict(zip(names, row, strict=True)) for row in rows]
    wanted = ["; ".join(flag for flag, first, second in checks.ORDER if (row[first], row[second]) == ("late", "early"))
              for row in told]  # fmt: skip
    assert checks.order(table).tolist() == wanted
