"""Periods, row by row: each in the look of its kind, on a wide sheet, on a narrow one and in axes of a user."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import ogp_analysis as ogp
from ogp_analysis.surveillance.figures.periods import periods_by_row

TEXTS = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Powers"))
ROWS = pd.DataFrame({"label": ["Police", "", "Guard"], "note": ["calls", "location", "location"]}, index=[*"abc"])
PERIODS = pd.DataFrame(
    [("a", "2009-06-02", "2018-12-31", "judge"), ("a", "2019-01-01", "2019-03-31", "unread"),
     ("b", "2010-01-01", "2012-12-31", "unread")], columns=["row", "first", "last", "kind"],
).astype({"first": "datetime64[us]", "last": "datetime64[us]"})  # fmt: skip
KINDS = pd.DataFrame(
    {"said": ["judge named", "not read"], "colour": ["region", "axis"], "marker": ["s", "X"], "bar": [True, False]},
    index=["judge", "unread"],
)


def drawn(periods: pd.DataFrame = PERIODS, **options):
    return periods_by_row(ROWS, periods, KINDS, name="periods", texts=TEXTS, **options)


def test_both_sheets_have_rows_notes_kinds_and_years():
    made = drawn()
    assert made.faults() == [] and made.narrow is not None
    for svg in (made.svg(), made.svg(narrow=True)):
        assert all(f">{text}<" in svg for text in ("Police", "Guard", "location", "judge named", "not read", "2009"))


def test_a_bar_spans_its_days_and_a_short_period_has_a_line_and_no_marker():
    axes = plt.figure().subplots()
    drawn(ax=axes)
    [bar] = [one for one in axes.get_children() if type(one) is Rectangle and one.get_width() > 1]
    assert (bar.get_x(), bar.get_x() + bar.get_width()) == pytest.approx((2009.416, 2018.997), abs=0.003)
    lines = [one for one in axes.get_children() if type(one) is Line2D]
    assert sorted(one.get_marker() for one in lines if one.get_marker() != "None") == ["X", "s"]
    assert sum(one.get_linestyle() == "--" for one in lines) == 2
    plt.close(axes.figure)


def test_a_row_without_a_period_stays_empty():
    assert drawn(PERIODS.iloc[:1]).faults() == []
