"""Drawings of joiners: every year and specification is drawn once, where its number is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

import ogp_analysis as ogp
from ogp_analysis.base.errors import MessageError
from ogp_analysis.civic_space.figures.effects import specification_curve
from ogp_analysis.display.palette import PALETTE

EFFECTS = pd.DataFrame(
    {"when": [-2.0, -1, 0, 1], "estimate": [0.01, 0.0, 0.02, 0.08], "low": [-0.02, np.nan, -0.01, 0.05],
     "high": [0.04, np.nan, 0.05, 0.11], "band_low": [-0.05, 0, -0.03, 0.01], "band_high": [0.07, 0, 0.07, 0.15],
     "n": [9, 9, 9, 5]}
)  # fmt: skip
CHOICES = {"controls": {"common_support": {"en": "similar"}, "never": {"en": "all"}},
           "anticipation": {0: {"en": "0 years"}, 1: {"en": "1 year"}}}  # fmt: skip
CURVE = pd.DataFrame(
    {"controls": ["never", "never", "common_support"], "anticipation": [0, 1, 0], "estimate": [-0.01, 0.02, 0.05],
     "low": [-0.04, -0.01, 0.01], "high": [0.02, 0.05, 0.09], "excludes_zero": [False, False, True],
     "main": [False, True, False]}
)  # fmt: skip


TEXTS = {part: ogp.say(part) for part in ("title", "about", "caption", "alt")}
HEADINGS = {"controls": {"label": {"en": "Controls"}}, "anticipation": {"label": {"en": "Anticipation"}}}


def study(effects=EFFECTS):
    words = {"event": ogp.say("event"), "xwords": ogp.say("axis")}
    return ogp.statistics.effects_by_time([(words, effects)], name="e", texts={**TEXTS, "source": ogp.say("source")})


def curve(frame=CURVE):
    return specification_curve(frame, CHOICES, headings=HEADINGS, name="c", id="v2xcs_ccsi", last=2023, texts=TEXTS)


def dots(panel, marker="o"):
    return [one for one in panel.artists if isinstance(one, Line2D) and one.get_marker() == marker]


def words(sheet) -> list[str]:
    return [text.get_text() for text in sheet.figure.texts]


@pytest.mark.parametrize("narrow", [0, 1])
def test_effects_stand_over_their_band_and_the_reference_is_hollow(narrow):
    sheet = study().sheets[narrow]
    [panel] = sheet.panels
    drawn = dots(panel)
    assert [(one.get_xdata()[0], one.get_ydata()[0]) for one in drawn] == list(
        zip(EFFECTS["when"], EFFECTS["estimate"], strict=True)
    )
    looks = [one.get_markerfacecolor() for one in drawn]
    assert looks == [PALETTE["region"], PALETTE["paper"], PALETTE["own"], PALETTE["own"]]
    assert drawn[1].get_markeredgecolor() == PALETTE["region"]
    [band] = [one for one in panel.artists if isinstance(one, Polygon)]
    assert band.get_xy()[:, 1].min() == -0.05 and band.get_xy()[:, 1].max() == 0.15
    lines = [one for one in panel.artists if isinstance(one, Line2D) and one.get_marker() == "None"]
    upright = {one.get_xdata()[0]: list(one.get_ydata()) for one in lines if len(set(one.get_xdata())) == 1}
    assert {when: upright[when] for when in (-2.0, 0.0, 1.0)} == {
        when: [low, high]
        for when, low, high in zip(EFFECTS["when"], EFFECTS["low"], EFFECTS["high"], strict=True)
        if low == low
    }
    ruled = [
        tuple(map(tuple, line))
        for one in panel.artists
        if isinstance(one, LineCollection)
        for line in one.get_segments()
    ]
    assert -1.0 not in upright and tuple((-0.5, end) for end in panel.ylim) in ruled
    assert panel.ylim[0] < -0.05 and panel.ylim[1] > 0.15 and panel.xlim == (-2.5, 1.5)


def test_joiners_seen_stand_below_their_year():
    assert words(study().sheets[0])[-4:] == ["9", "9", "9", "5"]
    wide = pd.concat([EFFECTS.assign(when=EFFECTS["when"] + 4 * k) for k in range(4)], ignore_index=True)
    narrow = words(study(wide).sheets[1])
    assert [text for text in narrow if text.startswith("+")] == ["+4", "+8", "+12"]
    assert study(wide).faults() == []


@pytest.mark.parametrize("narrow", [0, 1])
def test_a_specification_is_one_dot_one_interval_and_one_mark_in_each_choice(narrow):
    sheet = curve().sheets[narrow]
    top, *rows = sheet.panels
    assert [(one.get_xdata()[0], one.get_ydata()[0]) for one in dots(top)] == [(0, -0.01), (1, 0.02), (2, 0.05)]
    assert [one.get_markerfacecolor() for one in dots(top)] == [PALETTE["dots"], PALETTE["own"], PALETTE["region"]]
    marks = [[one.get_xdata()[0] for one in dots(row)] for row in rows]
    assert marks == [[2], [0, 1], [0, 2], [1]]
    assert [one.get_markerfacecolor() for one in dots(rows[1])] == [PALETTE["dots"], PALETTE["own"]]
    assert top.ylim[0] < -0.04 and top.ylim[1] > 0.09
    rows = ["Controls", "similar", "all", "Anticipation", "0 years", "1 year"]
    assert [text for text in words(sheet) if text in rows] == rows
    assert curve().faults() == []


def test_nothing_to_draw_is_a_known_fault():
    for draw in (study, curve):
        with pytest.raises(MessageError):
            draw(EFFECTS.iloc[:0] if draw is study else CURVE.iloc[:0])
