"""Small multiples of measures: own scales, no line over a break or a missing year, bounds where there are some."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import MessageError
from ogp_analysis.civic_space.figures.other_measures import (
    _stretches,
    other_measures_by_group,
    other_measures_of_country,
)

BROKEN = pd.DataFrame({"year": [2018, 2019, 2020, 2021, 2022, 2023], "value": [50.0, 51, 52, 53, 40, 41],
                       "low": np.nan, "high": np.nan, "segment": [0, 0, 0, 0, 1, 1]})  # fmt: skip
MEDIAN = pd.DataFrame({"year": [2018, 2019, 2021, 2022], "median": [60.0, 61, 62, 63], "segment": [0, 0, 0, 1]})


def draw(own, medians=None, **more):
    medians = medians or dict.fromkeys(own, MEDIAN)
    return other_measures_of_country(own, medians, name="m", place="Kenya", region_name="Region", title="Title",
                                         years=(2015, 2023), **more)  # fmt: skip


def lines(axes) -> list[list[float]]:
    return [list(line.get_xdata()) for line in axes.lines if len(line.get_xdata()) and line.get_marker() == "o"]


def test_no_line_crosses_a_break_or_a_missing_year():
    frame = BROKEN[BROKEN["year"] != 2020]
    [axes] = draw({"rsf_score": frame}).figure.axes
    assert lines(axes) == [[2018, 2019], [2021], [2022, 2023]]
    dotted = [line.get_xdata()[0] for line in axes.lines if line.get_linestyle() == ":"]
    assert dotted == [2021.5]
    dashed = [list(line.get_xdata()) for line in axes.lines if line.get_linestyle() == "--"]
    assert dashed == [[2018, 2019], [2021], [2022]]


def test_a_break_outside_the_years_is_not_drawn():
    own = {"fiw_total": BROKEN.assign(segment=1)}
    [axes] = other_measures_of_country(own, {"fiw_total": MEDIAN}, name="m", place="K", region_name="R", title="T",
                                           years=(2018, 2023)).figure.axes  # fmt: skip
    assert not [line for line in axes.lines if line.get_linestyle() == ":"]


def test_stretches_leave_out_what_is_missing():
    frame = BROKEN.assign(value=[1.0, np.nan, 3, 4, 5, 6])
    assert [list(years) for years, _ in _stretches(frame, "value")] == [[2018], [2020, 2021], [2022, 2023]]
    assert _stretches(BROKEN, "low") == []


def test_bounds_are_a_band_and_the_caption_says_their_level():
    bounded = BROKEN.assign(low=BROKEN["value"] - 1, high=BROKEN["value"] + 1)
    with_bounds, without = draw({"va_est": bounded}), draw({"rsf_score": BROKEN})
    assert len(with_bounds.figure.axes[0].collections) == 2 and not without.figure.axes[0].collections
    assert "Bands are published intervals of 68%" in with_bounds.caption
    assert "No interval is published for these" in without.caption


def test_scale_and_direction_are_written_above_and_the_last_value_beside():
    words = re.findall(r"<!-- (.*?) -->", draw({"fiw_e2": BROKEN.assign(value=3.0)}).svg())
    assert "CSO freedom (E2)" in words and "points, 0 to 4; higher is freer" in words and words.count("3") >= 1
    axes = draw({"fiw_e2": BROKEN.assign(value=3.0)}).figure.axes[0]
    assert axes.get_ylim()[0] < 0 < 4 < axes.get_ylim()[1], "a short scale is drawn from end to end"


def test_episodes_are_shaded_in_the_panel_of_regimes_only():
    episodes = pd.DataFrame({"direction": ["aut"], "start": [2010], "end": [2019], "outcome": ["open"]})
    own = {"ert_regime": BROKEN.assign(value=2.0, segment=0), "rsf_score": BROKEN}
    figure = draw(own, episodes=episodes)
    assert [len(axes.patches) for axes in figure.figure.axes] == [1, 0]
    box = figure.figure.axes[0].patches[0].get_extents().transformed(figure.figure.axes[0].transData.inverted())
    assert (round(box.x0, 3), round(box.x1, 3)) == (2014.5, 2019.5)
    assert "stripes mark episodes" in figure.caption and "stripes" not in draw(own, episodes=episodes[:0]).caption


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
    figure = other_measures_by_group({"va_est": medians, "ert_regime": shares}, name="g", title="T",
                                         region_name="World", years=(2020, 2023))  # fmt: skip
    first, second = figure.figure.axes
    assert [list(line.get_ydata()) for line in first.lines] == [[2.0, 3.0], [1.0, 2.0]] and len(first.collections) == 2
    assert [list(line.get_ydata()) for line in second.lines] == [[20.0, 30.0], [70.0, 80.0]] and not second.collections
    assert "share of countries that are democracies" in " ".join(re.findall(r"<!-- (.*?) -->", figure.svg()))
    assert "solid" in figure.caption and "no effect" not in figure.alt
