"""Charts of one row per thing: names and notes keep off one another, whatever they say."""

from __future__ import annotations

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.display.chart import AxesPanel
from ogp_analysis.display.palette import PALETTE
from ogp_analysis.display.rows import RowChart, dots
from ogp_analysis.display.sheet import NARROW, WIDE, Sheet, style

LONG = "Freedom from harassment of journalists"
WORDS = [LONG, "CSO entry and exit", "Papua New Guinea", "Chad", "Bosnia and Herzegovina"]
NOTES = ["", "12/352", "2000–2023"]
TICKS = [(0, "0"), (0.5, "50 %"), (1, "100 %")]


def chart(names, notes, narrow=False, **more):
    with style():
        made = RowChart(names, notes, (), (0, 1), TICKS, **more)
        return made.laid(lambda body: Sheet.framed(body, "Title", "About", "Source", narrow), narrow)


@settings(max_examples=15)
@given(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12),
    st.sampled_from(NOTES),
    st.booleans(),
)
def test_no_text_meets_another_and_rows_stand_in_their_order(names, note, narrow):
    panel, heights = chart(names, [note] * len(names), narrow)
    assert panel.sheet.faults() == [] and heights == sorted(heights) and len(heights) == len(names)
    assert panel.sheet.width == (NARROW if narrow else WIDE) and panel.right - panel.left > 100
    middles = [panel.pixel(0, height)[1] for height in heights]
    assert panel.top < middles[0] and middles[-1] < panel.bottom


@pytest.mark.parametrize("name", [LONG, "Chad"])
def test_rows_without_a_name_stand_with_the_one_above_whose_name_is_beside_their_middle(name):
    panel, (first, second, third, fourth) = chart([name, "", "Chad", ""], NOTES[:1] * 4, narrow=True)
    assert third - second > max(second - first, fourth - third)
    written = [text for text in panel.sheet.figure.texts if text.get_text() and text.get_text() in f"{name} Chad"]
    down = [(1 - text.get_position()[1]) * panel.sheet.height for text in written]
    at = [panel.pixel(0, middle)[1] for middle in ((first + second) / 2, (third + fourth) / 2)]
    # A text stands on its base line, a third of its size below the middle.
    assert sum(down[:-1]) / len(down[:-1]) - at[0] == pytest.approx(down[-1] - at[1]) == pytest.approx(4.32)


def test_a_row_that_opens_a_group_stands_apart_from_those_above():
    _, heights = chart(["Chad"] * 4, [""] * 4, opens=[2])
    steps = [after - before for before, after in pairwise(heights)]
    assert steps == pytest.approx([steps[0], steps[0] + 10, steps[0]])
    figure, axes = plt.subplots()
    marks = [dots([0.1, 0.2, 0.3, 0.4])]
    RowChart(["Chad"] * 4, [""] * 4, marks, (0, 1), TICKS, opens=[2]).panels()[0](AxesPanel(axes))
    drawn = np.concatenate([line.get_ydata() for line in axes.lines if line.get_marker() == "o"])
    assert list(np.diff(drawn)) == pytest.approx([23, 33, 23])
    plt.close(figure)


@pytest.mark.parametrize("narrow", [False, True])
def test_the_kinds_of_marks_are_named_above_the_rows_in_as_many_lines_as_it_takes(narrow):
    keys = [(word, "o", "own") for word in WORDS]
    panel, _ = chart(["Chad"], [""], narrow, keys=keys)
    key = panel.sheet.panels[1]
    assert [one.get_markerfacecolor() for one in key.artists] == [PALETTE["own"]] * len(WORDS)
    heights = {one.get_ydata()[0] for one in key.artists}
    assert len(heights) == (3 if narrow else 1) and panel.sheet.faults() == []
