"""Sheets: labels that never meet, whatever the data are, and drawings that hold text as text."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.display.figure import NARROW_MIME, drawing
from ogp_analysis.display.sheet import (
    NARROW,
    PALETTE,
    SANS,
    SERIF,
    WIDE,
    Event,
    Panel,
    Sheet,
    Words,
    _pen,
    extent,
    spread,
    style,
    ticks,
    wrapped,
    years,
)

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


def sheet_of(dates, level, narrow, flat=False) -> Sheet:
    sheet = Sheet.framed(780, "The finding stands above the drawing, in as many lines as it takes",
                         "What is drawn, in its unit", "Source: a publisher", narrow)  # fmt: skip
    right = sheet.width - (70 if narrow else 180)
    panel = Panel(sheet, (40, sheet.top + 14, right, sheet.bottom - 40), (2000, 2024), (0, 1))
    panel.grid(years(2000, 2023, narrow), [(tick, f"{tick:g}") for tick in ticks(0, 1)])
    panel.line([2000.5, 2023.5], [level, level], PALETTE["own"])
    events = [Event(x, f"May {x:.0f}", text, PALETTE["muted"], weight, flat)
              for weight, (x, text) in enumerate(zip(sorted(dates), TEXTS, strict=False))]  # fmt: skip
    sheet.ends(panel, [(2023.5, level, "Mexico\n0.701", PALETTE["own"], "bold"),
                       (2023.5, level - 0.01, "Median\n0.698", PALETTE["region"], "normal")])  # fmt: skip
    sheet.events(panel, events, [2000.5, 2023.5], [level, level])
    sheet.beside(panel, 2012.5, level, "0.701", weight="bold")
    return sheet


@settings(max_examples=12)
@given(st.lists(st.floats(2001, 2023), min_size=1, max_size=4), st.sampled_from([0.05, 0.3, 0.7, 0.95]), st.booleans(),
       st.booleans())  # fmt: skip
def test_no_label_of_an_event_meets_another_whatever_the_dates(dates, level, narrow, flat):
    with style():
        assert sheet_of(dates, level, narrow, flat).faults() == []


def test_a_text_stands_beside_its_date_where_both_have_room_in_a_line():
    with style():
        sheets = [sheet_of([2003, 2022], 0.7, False, flat) for flat in (False, True)]
    places = [{text.get_text(): text.get_position() for text in sheet.figure.texts} for sheet in sheets]
    below, beside = places
    assert beside["May 2022"][1] == beside[TEXTS[1]][1] and beside["May 2022"][0] < beside[TEXTS[1]][0]
    assert below["May 2022"][1] > below[TEXTS[1]][1] and TEXTS[0] not in beside  # which has no room for it in a line


def test_a_text_that_meets_another_or_leaves_the_sheet_is_a_fault():
    with style():
        sheet = Sheet(200, 100)
        sheet.text(10, 10, "first")
        sheet.text(12, 12, "second")
        sheet.text(190, 60, "out of it")
        panel = Panel(sheet, (0, 0, 200, 100), (0, 200), (100, 0))
        panel.dots([150, 10], [20, 80], PALETTE["own"])
        sheet.text(140, 14, "hides")
        assert sorted(sheet.faults()) == [
            "'first' meets 'second'", "'hides' hides a point", "'out of it' leaves the sheet"]  # fmt: skip


def test_room_is_measured_as_it_is_drawn():
    for text, size, weight, family in [
        ("Civil-society group", 13.5, "bold", SANS),
        ("−0.701 en 2023", 11.5, "normal", SANS),
        ("Núcleo de Organizaciones", 21.0, "bold", SERIF),
    ]:
        with style():
            drawn = Sheet(600, 50)
            box = drawn.text(0, 10, text, size, weight=weight, family=family).get_window_extent(_pen())
        assert extent(text, size, weight, family) == pytest.approx(box.width, rel=0.03)
    lines = wrapped("a label of a few words", 60, 12)
    assert " ".join(lines) == "a label of a few words" and all(extent(one, 12) <= 60 for one in lines)
    assert wrapped("Unbreakable", 10, 12) == ["Unbreakable"]


def leaders(sheet: Sheet) -> list[tuple[float, float]]:
    """Return the x and the length of each leader, in pixels."""
    found = [one for one in sheet.figure.lines if one.get_transform() is sheet.figure.transSubfigure or
             (one.get_linewidth() == 1 and len(one.get_xdata()) == 2)]  # fmt: skip
    return [(one.get_xdata()[0] * sheet.width, abs(np.diff(one.get_ydata())[0]) * sheet.height) for one in found]


@pytest.mark.parametrize(("level", "side"), [(0.95, 1), (0.05, -1)])
def test_a_later_event_stands_further_from_the_line_so_that_no_leader_crosses_a_label(level, side):
    with style():
        sheet = sheet_of([2012, 2015, 2019, 2022], level, False)
    places = {text.get_text(): text.get_position()[1] for text in sheet.figure.texts}
    heights = [places[f"May {year}"] for year in (2012, 2015, 2019, 2022)]
    assert heights == sorted(heights, reverse=side > 0)
    lengths = [length for _, length in sorted(leaders(sheet))]
    assert lengths == sorted(lengths)


def test_where_there_is_no_room_for_all_the_lightest_event_is_left_out():
    with style():
        sheet = Sheet.framed(150, "T", "A", "S")
        panel = Panel(sheet, (40, sheet.top, 900, sheet.bottom), (2000, 2024), (0, 1))
        events = [Event(2010 + n, str(2010 + n), "An event", PALETTE["muted"], weight)
                  for n, weight in enumerate([2, 0, 1, 3])]  # fmt: skip
        kept = sheet.events(panel, events, [2000, 2024], [0.9, 0.9])
        assert 0 < len(kept) < 4 and {one.weight for one in kept} == set(range(len(kept)))
        assert (
            sheet.events(panel, [Event(2000.5, "2000", "Too far left", PALETTE["muted"])], [2000, 2024], [0, 0]) == []
        )


@pytest.fixture(scope="module")
def figure():
    @drawing
    def draw():
        return "one", "A caption", "An <alt>", (sheet_of([2011], 0.7, False), sheet_of([2011], 0.7, True))

    return draw()


def test_a_drawing_holds_text_as_text_in_the_fonts_of_the_page(figure):
    wide, narrow = figure.svg(), figure.svg(narrow=True)
    for svg, width in ((wide, WIDE), (narrow, NARROW)):
        assert f' width="{width}" height=' in svg and "<title>An &lt;alt&gt;</title>" in svg
        assert '<g id="paper">' in svg and ">Mexico" in svg and "Georgia" in svg
        assert "metadata" not in svg and svg == figure.svg(narrow=width == NARROW)
    assert len(wide) < 20_000 and figure.faults() == []
    assert figure.outputs()[0][0][NARROW_MIME] == narrow


def test_words_on_one_line_are_written_where_matplotlib_would_lay_them_out(monkeypatch):
    @drawing
    def draw():
        sheet = sheet_of([2004, 2017], 0.7, narrow=False)
        sheet.text(200, 300, "a price of $5 & <more>", ha="right", va="center", weight="bold", color="#123456")
        sheet.text(200, 330, "two\nlines", va="bottom", ha="center")
        return "words", "What is drawn.", "Lines.", sheet

    drawn = draw().svg()
    monkeypatch.delattr(Words, "draw")  # from here on it is matplotlib's own
    assert draw().svg() == drawn and drawn.count("<text") > 20
