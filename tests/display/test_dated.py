"""Periods, row by row: each in the look of its kind, on a wide sheet, on a narrow one and in axes of a user."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

import ogp_analysis as ogp
from ogp_analysis.display.dated import over_time, periods_by_row

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
    axes = plt.figure().subplots()
    drawn(PERIODS.iloc[:1].assign(last=pd.Timestamp("2009-06-30")), shown=(2000, 2020), ax=axes)
    assert "s" in [one.get_marker() for one in axes.get_children() if type(one) is Line2D], (
        "over a bar too short for it"
    )
    plt.close(axes.figure)


def test_a_row_without_a_period_stays_empty():
    assert drawn(PERIODS.iloc[:1]).faults() == []


def test_a_dated_path_has_each_value_in_its_year_and_each_event_at_its_date():
    path = pd.DataFrame({"year": range(2010, 2020), "value": np.linspace(0.4, 0.6, 10)})
    events = pd.DataFrame({"date": ["2014", "2015-03", "2016-07-01"], "label": ["Year", "Month", "Day"],
                           "colour": ["own", "region", "muted"]})  # fmt: skip
    texts = {part: text for part, text in TEXTS.items() if part != "source"}
    figure = over_time(events, path=path, id="v2xcs_ccsi", name="path", texts=texts)
    assert figure.faults() == [] and len(figure.sheets) == 2 and figure.redistribute
    for sheet in figure.sheets:
        panel = sheet.panels[0]
        [line] = [one for one in panel.artists if isinstance(one, Line2D) and one.get_marker() == "None"]
        assert np.allclose(line.get_xdata(), path["year"] + 0.5) and np.allclose(line.get_ydata(), path["value"])
        ruled = [one.get_segments()[0][0][0] for one in panel.artists if isinstance(one, LineCollection)][1:]
        assert ruled == pytest.approx([2014.5, 2015 + 73 / 365.25, 2016 + 182 / 365.25])
        drawn = " ".join(text.get_text() for text in sheet.figure.texts)
        assert all(one in drawn for one in ("2014", "March 2015", "1 July 2016", "Year", "Month", "Day"))
    heights = {text.get_text(): text.get_position()[1] for text in figure.sheets[0].figure.texts}
    assert [heights[one] for one in ("2014", "March 2015", "1 July 2016")] == [
        heights[one] for one in ("Year", "Month", "Day")
    ]
    assert not over_time(events, path=path, id="fiw_d4", name="path", texts=texts).redistribute
    of_term = over_time(events, term=("2019-01-01", "2021-12-31"), name="plan", texts=TEXTS)
    assert of_term.faults() == [] and of_term.sheets[0].panels[0].xlim[0] <= 2014


def test_rows_of_years_have_a_pale_bar_each_and_no_key():
    axes = plt.figure().subplots()
    held = PERIODS.iloc[:1].assign(kind="held", first=pd.Timestamp("2002"), last=pd.Timestamp("2005"))
    kinds = pd.DataFrame({"said": "", "colour": "region", "marker": "", "bar": True}, index=["held"])
    made = periods_by_row(
        ROWS,
        held,
        kinds,
        name="years",
        texts=TEXTS,
        about=["v2xcs_ccsi", "fiw_e2"],
        shown=(2000, 2009),
        tall=11,
        ax=axes,
    )
    bars = sorted(one.get_width() for one in axes.get_children() if type(one) is Rectangle and one.get_width() > 1)
    assert bars == [3, 10, 10, 10] and not [one for one in axes.get_children() if type(one) is Line2D]
    assert made.redistribute
    plt.close(axes.figure)
