"""Small multiples of measures: own scales, no line over a break or a missing year, bounds where there are some."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import MessageError
from ogp_analysis.civic_space.figures.other_measures import other_measures_by_group, other_measures_of_country
from ogp_analysis.display.lines import moved, stretches
from ogp_analysis.display.palette import PALETTE

BROKEN = pd.DataFrame({"year": [2018, 2019, 2020, 2021, 2022, 2023], "value": [50.0, 51, 52, 53, 40, 41],
                       "low": np.nan, "high": np.nan, "segment": [0, 0, 0, 0, 1, 1]})  # fmt: skip
MEDIAN = pd.DataFrame({"year": [2018, 2019, 2021, 2022], "median": [60.0, 61, 62, 63], "segment": [0, 0, 0, 1]})


def draw(own, medians=None, **more):
    pairs = {id: (frame, (medians or {}).get(id, MEDIAN)) for id, frame in own.items()}
    return other_measures_of_country(
        pairs, name="m", title="monitors", place=country("KEN"), years=(2015, 2023), **more
    )


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
    drawn = other_measures_of_country(own, name="m", title="monitors", place=country("KEN"), years=(2018, 2023))
    [panel] = drawn.sheets[0].panels
    assert dotted(panel) == []


def test_stretches_leave_out_what_is_missing():
    frame = BROKEN.assign(value=[1.0, np.nan, 3, 4, 5, 6])
    assert [list(years) for years, _ in stretches(frame, "value")] == [[2018], [2020, 2021], [2022, 2023]]
    assert stretches(BROKEN, "low") == []


@pytest.mark.parametrize(
    ("values", "way"),
    [
        ([1, 1, 1, 1, 40, 41], 1),
        ([1, 1, 1, 1, 41, 40], -1),
        ([1, 2, 3, 4, 40, 40], 0),
        ([1, 9, 9, 2, np.nan, np.nan], 1),
        ([9, 1, 1, 1, np.nan, 5], 0),
        ([np.nan] * 6, 0),
    ],
)
def test_a_measure_moved_between_the_ends_of_its_last_segment_in_whatever_order_its_rows_come(values, way):
    frame = BROKEN.assign(value=values, year=BROKEN["year"].astype("Int64"))
    assert moved(frame) == moved(frame.iloc[::-1]) == way
    assert moved(frame.iloc[:0]) == 0


def test_bounds_are_a_band_and_the_caption_says_their_level():
    bounded = BROKEN.assign(low=BROKEN["value"] - 1, high=BROKEN["value"] + 1)
    with_bounds, without = draw({"va_est": bounded}), draw({"rsf_score": BROKEN})
    assert [len(shapes(one.sheets[0].panels[0], Polygon)) for one in (with_bounds, without)] == [2, 0]
    assert "Bands are published 68% intervals" in with_bounds.caption
    assert "No interval is published for these" in without.caption


def test_scale_and_direction_are_written_above_and_the_last_value_beside():
    figure = draw({"fiw_e2": BROKEN.assign(value=3.0)})
    said = words(figure)
    assert "CSO freedom (E2)" in said and "points, 0 to 4; higher is freer" in said and "3" in said
    assert figure.sheets[0].panels[0].ylim == (0, 4), "a short scale is drawn from end to end"
    assert {"0", "4"} < set(said), "and its ends are written"


@pytest.mark.parametrize(
    ("values", "ends"), [([50.2, 53, 57.9], (50, 60)), ([-1.3, -0.2, 0.1], (-1.5, 0.5)), ([7.0] * 3, (0, 14))]
)
def test_other_scales_are_drawn_from_a_round_number_to_a_round_number(values, ends):
    frame = BROKEN.iloc[:3].assign(value=values)
    [panel] = draw({"rsf_score": frame}, {"rsf_score": MEDIAN.iloc[:0]}).sheets[0].panels
    assert panel.ylim == ends


def test_the_title_counts_what_ended_lower_and_higher_since_the_last_break():
    up, down = BROKEN, BROKEN.assign(value=[9.0, 8, 7, 6, 5, 4])
    figure = draw({"rsf_score": up, "va_est": down, "fiw_e2": BROKEN.assign(value=3.0)})
    assert "Kenya: 1 of 3 measures ended lower than they began, 1 higher" in " ".join(words(figure))
    assert figure.faults() == []


def test_episodes_are_shaded_in_the_panel_of_regimes_only():
    episodes = pd.DataFrame({"direction": ["aut"], "start": [2010], "end": [2019], "outcome": ["open"]})
    own = {"ert_regime": BROKEN.assign(value=2.0, segment=0), "rsf_score": BROKEN}
    figure = draw(own, episodes=episodes)
    first, second = (shapes(panel, Rectangle) for panel in figure.sheets[0].panels)
    assert [(one.get_x(), one.get_x() + one.get_width()) for one in first] == [(2015, 2019.5)] and not second
    assert "shading marks episodes" in figure.caption and "shading" not in draw(own, episodes=episodes[:0]).caption


def test_what_is_withheld_is_drawn_and_marked():
    figure = draw({"wjp_3": Withheld(BROKEN, ["wjp_3"])}, {"wjp_3": Withheld(MEDIAN, ["wjp_3"])})
    assert figure.payload()["redistribute"] is False and draw({"va_est": BROKEN}).payload()["redistribute"] is True
    assert "41" not in figure.caption + figure.alt and "Open government" in figure.alt


def test_nothing_to_draw_is_refused():
    with pytest.raises(MessageError, match="has nothing to draw"):
        draw({})


def test_groups_are_medians_with_their_spread_or_shares_of_categories():
    rows = {"year": [2022, 2023] * 2, "group": ["ever"] * 2 + ["never"] * 2, "segment": 0, "n": 10, "q1": 1.0,
            "median": [1.0, 2.0, 2.0, 3.0], "q3": 3.0}  # fmt: skip
    medians = pd.DataFrame({**rows, "count": pd.Series([pd.NA] * 4, dtype="Int64")})
    shares = pd.DataFrame({**rows, "count": pd.Series([7, 8, 2, 3], dtype="Int64")})
    figure = other_measures_by_group({"va_est": medians, "ert_regime": shares}, name="g", title="bounds",
                                         region="world", years=(2020, 2023))  # fmt: skip
    first, second = figure.sheets[0].panels

    def values(panel):
        return [list(one.get_ydata()) for one in panel.artists if isinstance(one, Line2D)]

    assert values(first) == [[2.0, 3.0], [1.0, 2.0]] and len(shapes(first, Polygon)) == 1
    assert values(second) == [[20.0, 30.0], [70.0, 80.0]] and not shapes(second, Polygon)
    said = " ".join(words(figure))
    assert "share of countries that are democracies" in said and "stand above the others in 1 of 2 measures" in said
    assert "solid" in figure.caption and "no effect" not in figure.alt
