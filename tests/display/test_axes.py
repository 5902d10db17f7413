"""Drawn into axes of a user: at the values of the data, in the user's style, with all that was there left as it was."""

from __future__ import annotations

import io

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as UserFigure
from matplotlib.text import Annotation

import ogp_analysis as ogp
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.words import speaking
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.civic_space.figures.effects import specification_curve
from ogp_analysis.civic_space.figures.other_measures import small_multiples
from ogp_analysis.civic_space.figures.overview import side_by_side
from ogp_analysis.display.figure import FIGURE_MIME
from ogp_analysis.display.lines import Line
from ogp_analysis.display.rows import RowChart, dots
from ogp_analysis.statistics.regression import ols

OWN = pd.DataFrame({"year": [2020, 2021, 2022], "value": [0.4, 0.5, 0.6], "segment": 0})
THEIRS = {"axes.prop_cycle": mpl.cycler(color=["#112233", "#445566", "#778899"]), "font.family": ["serif"],
          "font.size": 17.0, "text.color": "#010203", "lines.linewidth": 7.0}  # fmt: skip


def axes(**layout):
    return UserFigure(figsize=(6, 3)).subplots(**layout)


def poland(ax=None):
    return side_by_side({"POL": OWN, "HUN": OWN.assign(value=OWN["value"] / 2)}, name="s", id="v2xcs_ccsi", ax=ax)


def test_a_line_stands_at_its_years_in_the_colours_and_type_of_the_user():
    with mpl.rc_context(THEIRS):
        before = dict(mpl.rcParams)
        ax = axes()
        ax.set(title="My own title", ylabel="index")
        [mine] = ax.plot([2019, 2023], [0.1, 0.1], color="black")
        made = poland(ax)
        assert dict(mpl.rcParams) == before
    assert ax.lines[0] is mine and ax.get_title() == "My own title" and ax.get_ylabel() == "index"
    drawn = {tuple(one.get_ydata()): one for one in ax.lines[1:] if len(one.get_xdata()) > 1}
    assert {*drawn} == {(0.4, 0.5, 0.6), (0.2, 0.25, 0.3)}
    assert all(list(one.get_xdata()) == [2020, 2021, 2022] for one in drawn.values()), "a year stands at its number"
    assert [to_hex(one.get_color()) for one in drawn.values()] == ["#112233", "#445566"], "the cycle is the user's"
    labels = {one.get_text(): one for one in ax.texts if isinstance(one, Annotation)}
    assert {*labels} == {"Poland", "Hungary"}
    assert {(one.get_fontsize(), *one.get_fontfamily()) for one in labels.values()} == {(17.0, "serif")}
    assert made.figure is ax.figure and made.of_user and made.narrow is None


def test_the_user_s_figure_has_caption_and_alternative_and_is_written_as_it_is():
    with mpl.rc_context(THEIRS):
        ax = axes()
        ax.set_title("Mine & yours")
        made, usual = poland(ax), poland()
        assert (made.caption, made.alt, made.payload()) == (usual.caption, usual.alt, usual.payload())
        bundle = made.outputs()[0][0]
        assert bundle["image/svg+xml"] == made.svg(), "no name in it is random"
        assert "Mine" in bundle["image/svg+xml"] and "<title>Line chart" in bundle["image/svg+xml"]
        assert FIGURE_MIME in bundle and made.faults() == []
        assert 'width="432pt"' in made.svg(), "the size is the user's"
    assert usual.svg() == poland().svg() and usual.svg() != made.svg()


def test_a_function_that_makes_axes_is_called_for_each_language_and_nothing_is_left_for_pyplot_to_show():
    with speaking(None):  # another test of the same process may have chosen a language
        made = poland(lambda: plt.subplots()[1])
    with speaking("es"):
        other = anew(made)
    first, second = ({one.get_text() for one in figure.figure.axes[0].texts} for figure in (made, other))
    assert first == {"Poland", "Hungary"} and second == {"Polonia", "Hungría"} and other.caption != made.caption
    assert plt.get_fignums() and made.outputs() and other.outputs() and plt.get_fignums() == []


def test_rows_have_their_names_as_ticks_and_their_notes_beside():
    movers = pd.DataFrame({"place": ["Gambia", "A $ and a _"], "first_value": [0.2, 0.9], "last_value": [0.8, 0.3]})
    ax = axes()

    def chart(rows: pd.DataFrame) -> RowChart:
        marks = [dots(rows["first_value"], hollow=True), dots(rows["last_value"])]
        return RowChart(rows["place"].tolist(), ["+0.600", "−0.600"], marks, (0, 1), 5)

    ogp.figure(
        chart,
        movers,
        name="d",
        texts=dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("M")),
        ax=ax,
    )
    assert [one.get_text() for one in ax.get_xticklabels()] == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    assert [one.get_text() for one in ax.get_yticklabels()] == ["Gambia", "A $ and a _"]
    assert [one.get_text() for one in ax.texts] == ["+0.600", "−0.600"]
    top, bottom = ax.get_yticks()
    spots = [(one.get_xdata()[0], one.get_ydata()[0]) for one in ax.lines if len(one.get_xdata()) == 1]
    assert spots == [(0.2, top), (0.8, top), (0.9, bottom), (0.3, bottom)]
    ax.figure.savefig(io.BytesIO())


def test_panels_take_one_axes_each():
    two = {"rsf_score": [OWN], "va_est": [OWN]}
    texts = dict.fromkeys(["title", "about", "caption", "alt"], ogp.say("Two"))

    def draw(ax):
        return small_multiples(two, lambda id, own: [Line(own)], name="m", years=(2020, 2022), texts=texts, ax=ax)

    pair = axes(ncols=2)
    assert draw(pair).figure is pair[0].figure
    assert all(any(list(one.get_ydata()) == [0.4, 0.5, 0.6] for one in ax.lines) for ax in pair)
    with pytest.raises(ParameterError, match="has 2 panels, and 1 axes are given"):
        draw(axes())


def test_what_only_a_sheet_can_hold_says_so():
    curve = pd.DataFrame({"c": [1], "estimate": [0.1], "low": [0.0], "high": [0.2], "excludes_zero": [False],
                          "main": [True]})  # fmt: skip
    texts = dict.fromkeys(["title", "about", "caption", "alt"], ogp.say("Specifications"))
    with pytest.raises(ParameterError, match="laid out on a sheet of its own"):
        specification_curve(curve, {}, name="c", id="v2xcs_ccsi", last=2023, headings={}, texts=texts, ax=axes())


def test_the_plot_of_a_result_takes_axes():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"y": rng.normal(size=60), "x": rng.normal(size=60)})
    fit, ax = ols(frame, "y", ["x"]), axes()
    assert fit.plot(ax=ax).figure is ax.figure
    assert [one.get_xdata()[0] for one in ax.lines if len(one.get_xdata()) == 1] == [pytest.approx(fit["x"].estimate)]
