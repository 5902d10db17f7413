"""Small multiples of measures: own scales, no line over a break or a missing year, bounds where there are some."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

import ogp_analysis as ogp
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import MessageError
from ogp_analysis.civic_space.figures.other_measures import small_multiples
from ogp_analysis.display.lines import Line, band, scale_limits, stretches
from ogp_analysis.display.palette import PALETTE

BROKEN = pd.DataFrame({"year": [2018, 2019, 2020, 2021, 2022, 2023], "value": [50.0, 51, 52, 53, 40, 41],
                       "low": np.nan, "high": np.nan, "segment": [0, 0, 0, 0, 1, 1]})  # fmt: skip
MEDIAN = pd.DataFrame({"year": [2018, 2019, 2021, 2022], "median": [60.0, 61, 62, 63], "segment": [0, 0, 0, 1]})


TEXTS = dict.fromkeys(["title", "about", "caption", "alt"], ogp.say("Kenya"))


def layers(id, own, median):
    line = Line(own, label=f"{own['value'].iloc[-1]:g}", dot=5)
    return [band(own, "low", "high", "tint"), Line(median, "median", "region"), line]


def draw(own, medians=None, **more):
    pairs = {id: (frame, (medians or {}).get(id, MEDIAN)) for id, frame in own.items()}
    return small_multiples(pairs, layers, name="m", years=(2015, 2023), texts=TEXTS, **more)


def runs(panel, colour: str) -> list[list[float]]:
    """Return the years of each line of a colour; of a year by itself, drawn as a point too."""
    lines = [one for one in panel.artists if isinstance(one, Line2D) and one.get_color() == PALETTE[colour]]
    points = [one for one in panel.artists if isinstance(one, Line2D) and one.get_markerfacecolor() == PALETTE[colour]
              and one.get_markersize() == 4]  # fmt: skip
    return sorted(list(one.get_xdata()) for one in {*(one for one in lines if len(one.get_xdata()) > 1), *points})


def dotted(panel) -> list[float]:
    """Return where breaks are drawn."""
    return [segment[0][0] for one in panel.artists if isinstance(one, LineCollection)
            and one.get_linewidth()[0] == 1.2 for segment in one.get_segments()]  # fmt: skip


def shapes(panel, kind) -> list:
    return [one for one in panel.artists if isinstance(one, kind)]


def words(figure) -> list[str]:
    return [text.get_text() for text in figure.figure.texts]


def test_no_line_crosses_a_break_or_a_missing_year():
    frame = BROKEN[BROKEN["year"] != 2020]
    [panel] = draw({"rsf_score": frame}).sheets[0].panels
    assert runs(panel, "own") == [[2018, 2019], [2021], [2022, 2023]]
    assert dotted(panel) == [2021.5]
    assert runs(panel, "region") == [[2018, 2019], [2021], [2022]]


def test_a_break_outside_the_years_is_not_drawn():
    own = {"fiw_total": (BROKEN.assign(segment=1), MEDIAN)}
    drawn = small_multiples(own, layers, name="m", years=(2018, 2023), texts=TEXTS)
    [panel] = drawn.sheets[0].panels
    assert dotted(panel) == []


def test_stretches_leave_out_what_is_missing():
    frame = BROKEN.assign(value=[1.0, np.nan, 3, 4, 5, 6])
    assert [list(years) for years, _ in stretches(frame, "value")] == [[2018], [2020, 2021], [2022, 2023]]
    assert stretches(BROKEN, "low") == []


def test_bounds_are_a_band():
    bounded = BROKEN.assign(low=BROKEN["value"] - 1, high=BROKEN["value"] + 1)
    with_bounds, without = draw({"va_est": bounded}), draw({"rsf_score": BROKEN})
    assert [len(shapes(one.sheets[0].panels[0], Polygon)) for one in (with_bounds, without)] == [2, 0]


def test_scale_and_direction_are_written_above_and_the_last_value_beside():
    figure = draw({"fiw_e2": BROKEN.assign(value=3.0)})
    said = words(figure)
    assert "CSO freedom (E2)" in said and "points, 0 to 4; higher is freer" in said and "3" in said
    assert figure.sheets[0].panels[0].ylim == (0, 4), "a short scale is drawn from end to end"
    assert {"0", "4"} < set(said), "and its ends are written"
    asked = draw({"fiw_e2": BROKEN.assign(value=3.0)}, notes={"fiw_e2": ogp.say("per cent")}, ends={"fiw_e2": (0, 100)})
    assert "per cent" in words(asked) and asked.sheets[0].panels[0].ylim == (0, 100)


@pytest.mark.parametrize(
    ("values", "ends"), [([50.2, 53, 57.9], (50, 60)), ([-1.3, -0.2, 0.1], (-1.5, 0.5)), ([7.0] * 3, (0, 14))]
)
def test_other_scales_are_drawn_from_a_round_number_to_a_round_number(values, ends):
    frame = BROKEN.iloc[:3].assign(value=values)
    [panel] = draw({"rsf_score": frame}, {"rsf_score": MEDIAN.iloc[:0]}).sheets[0].panels
    assert panel.ylim == ends


def test_what_is_withheld_is_drawn_and_marked():
    figure = draw({"wjp_3": Withheld(BROKEN, ["wjp_3"])}, {"wjp_3": Withheld(MEDIAN, ["wjp_3"])})
    assert figure.payload()["redistribute"] is False and draw({"va_est": BROKEN}).payload()["redistribute"] is True


def test_nothing_to_draw_is_refused():
    for nothing in ({}, {"va_est": []}, {"va_est": [MEDIAN.iloc[:0]]}):
        with pytest.raises(MessageError, match="has nothing to draw"):
            small_multiples(nothing, lambda *_: [], name="m", years=(2015, 2023), texts=TEXTS)


def test_a_line_has_points_where_they_are_asked_for():
    [panel] = small_multiples(
        {"va_est": [BROKEN]}, lambda id, rows: [Line(rows, dot=5, dots=[2018, 2021])], name="m", years=(2018, 2023),
        texts=TEXTS,
    ).sheets[0].panels  # fmt: skip
    points = [one for one in panel.artists if isinstance(one, Line2D) and one.get_markersize() == 5]
    assert [list(one.get_xdata()) for one in points] == [[2018, 2021]]


def test_the_ends_of_scales_may_come_of_a_function_so_that_small_steps_do_not_look_large():
    own = pd.DataFrame({"year": [2012, 2024], "value": [0.7, 0.71], "segment": 0})
    texts = dict.fromkeys(["title", "about", "caption", "alt"], ogp.say("Mexico"))
    of = {"name": "small", "years": (2012, 2024), "texts": texts, "ends": scale_limits}
    drawn = small_multiples({"v2csreprss": [own]}, lambda id, rows: [Line(rows)], **of)
    low, high = drawn.sheets[0].panels[0].ylim
    assert high - low >= 1 and drawn.faults() == []
