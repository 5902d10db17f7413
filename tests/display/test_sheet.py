"""Sheets: labels that never meet, whatever the data are, and drawings that hold text as text."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.display.figure import drawing
from ogp_analysis.display.sheet import NARROW, WIDE, Sheet, spread, ticks, years
from ogp_analysis.display.style import PALETTE, style

TEXTS = ["Mexico co-founds OGP", "Civil-society group leaves the national secretariat", "A case is opened", "A plan"]


@given(st.lists(st.floats(0, 400), min_size=1, max_size=9), st.integers(8, 30))
def test_blocks_keep_their_distance_and_stay_inside(wanted, height):
    placed = spread(wanted, [height] * len(wanted), 0, 400)
    ordered = sorted(placed)
    assert all(b - a >= height - 1e-6 for a, b in itertools.pairwise(ordered))
    assert ordered[0] >= -1e-6 and ordered[-1] <= 400 + 1e-6
    assert [wanted[i] for i in np.argsort(placed, kind="stable")] == sorted(wanted)


@given(st.integers(1970, 2020), st.integers(1, 55), st.booleans())
def test_an_axis_of_years_names_both_ends_and_no_year_twice(first, span, narrow):
    labels = years(first, first + span, narrow)
    assert labels[0][0] == first + 0.5 and labels[-1][0] == first + span + 0.5
    assert len({place for place, _ in labels}) == len(labels) <= 9


def test_ticks_lie_between_the_ends():
    assert ticks(0, 1) == [0, 0.2, 0.4, 0.6, 0.8, 1.0] and all(-1.3 <= tick <= 2.1 for tick in ticks(-1.3, 2.1))


def sheet_of(dates, level, narrow) -> Sheet:
    sheet = Sheet(NARROW if narrow else WIDE, 1200 if narrow else 900, narrow)
    top = sheet.head("The finding stands above the drawing, in as many lines as it takes", "What is drawn, in its unit")
    foot = sheet.foot("Source: a publisher")
    panel = sheet.panel((40, top + 14, sheet.width - (70 if narrow else 180), foot - 40), (2000, 2024), (0, 1))
    panel.grid(years(2000, 2023, narrow), [(tick, f"{tick:g}") for tick in ticks(0, 1)])
    panel.line([2000.5, 2023.5], [level, level], PALETTE["own"])
    events = [{"x": x, "date": f"May {x:.0f}", "text": text, "colour": PALETTE["muted"]}
              for x, text in zip(sorted(dates), TEXTS, strict=False)]  # fmt: skip
    below = level > 0.5
    line = panel.pixel(2000, level)[1]
    room = (line + 18, panel.bottom - 8) if below else (panel.top + 4, line - 14)
    sheet.events(panel, events, lambda x: level, room, below)
    sheet.ends(panel, [(2023.5, level, "Mexico\n0.701", PALETTE["own"], "bold"),
                       (2023.5, level - 0.01, "Median\n0.698", PALETTE["region"], "normal")])  # fmt: skip
    return sheet


@settings(max_examples=12)
@given(st.lists(st.floats(2001, 2023), min_size=1, max_size=4), st.sampled_from([0.05, 0.3, 0.7, 0.95]), st.booleans())
def test_no_label_of_an_event_meets_another_whatever_the_dates(dates, level, narrow):
    with style():
        assert sheet_of(dates, level, narrow).faults() == []


def test_a_text_that_meets_another_or_leaves_the_sheet_is_a_fault():
    with style():
        sheet = Sheet(200, 100)
        sheet.text(10, 10, "first")
        sheet.text(12, 12, "second")
        sheet.text(190, 60, "out of it")
        assert sorted(sheet.faults()) == ["'first' meets 'second'", "'out of it' leaves the sheet"]


@pytest.fixture(scope="module")
def figure():
    @drawing
    def draw():
        return "one", "A caption", "An <alt>", (sheet_of([2011], 0.7, False), sheet_of([2011], 0.7, True))

    return draw()


def test_a_drawing_holds_text_as_text_in_the_fonts_of_the_page(figure):
    wide, narrow = figure.svg(), figure.svg(narrow=True)
    for svg, width in ((wide, WIDE), (narrow, NARROW)):
        assert f'width="{width}pt"' in svg and "<title>An &lt;alt&gt;</title>" in svg
        assert ">Mexico" in svg and "Georgia" in svg
        assert "metadata" not in svg and svg == figure.svg(narrow=width == NARROW)
    assert len(wide) < 20_000 and figure.faults() == []
    assert figure.payload()["narrow"] == narrow
