"""Figures of one country: what is drawn lies in the years shown, and what is empty is refused or left out."""

from __future__ import annotations

import datetime as dt
import warnings
from types import SimpleNamespace

import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.lines import Line2D

import ogp_analysis as ogp
from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import MessageError
from ogp_analysis.civic_space.figures.country import (
    bounded_series,
    change_among_countries,
    country_series,
)
from ogp_analysis.civic_space.figures.overview import (
    distribution_by_year,
    side_by_side,
)
from ogp_analysis.display.dates import decimal_year
from ogp_analysis.display.palette import PALETTE

KENYA = country("KEN")
YEARS = range(2010, 2021)
SERIES = pd.DataFrame({"year": YEARS, "value": [0.5] * 11})
REGION = pd.DataFrame({"year": YEARS, "median": [0.6] * 11, "n": 20})
MEMBERS = pd.DataFrame({"year": YEARS, "q1": [0.4] * 11, "q3": [0.8] * 11, "n": 87})


def spells(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["start", "end", "status"])
    return frame.astype({"start": "datetime64[us]", "end": "datetime64[us]"})


def events(*dates) -> pd.DataFrame:
    return pd.DataFrame({"date": pd.Series(dates, dtype="datetime64[us]"), "date_text": list(dates),
                         "text": [f"Event {n}" for n in range(1, len(dates) + 1)],
                         "weight": range(len(dates))})  # fmt: skip


def draw(held=None, dated=None, series=SERIES, verified_until=None, **more):
    held = spells(("2011-09-20", None, "participating")) if held is None else held
    history = SimpleNamespace(strip=held, weighty=events() if dated is None else dated, verified_until=verified_until)
    about = {"name": "core", "indicator": "v2xcs_ccsi", "place": KENYA, "title": ogp.say("Kenya")} | more
    return country_series(series, REGION, MEMBERS, history, **about)


def bars(figure) -> list[tuple[str, float, float, float]]:
    """Return fill, start, end and opacity of every bar of the strip."""
    strip = figure.sheets[0].panels[1]
    names = {colour: name for name, colour in PALETTE.items()}
    return [(names[to_hex(one.get_facecolor())], round(one.get_x(), 3), round(one.get_x() + one.get_width(), 3),
             one.get_alpha()) for one in strip.artists]  # fmt: skip


def words(figure) -> list[str]:
    return [text.get_text() for text in figure.figure.texts]


def test_a_value_of_a_year_stands_in_the_middle_of_its_year_and_a_date_at_its_day():
    assert decimal_year(dt.date(2017, 1, 1)) == 2017
    assert decimal_year(dt.date(2017, 7, 2)) == pytest.approx(2017.5, abs=0.003)
    lines = [one for one in draw().sheets[0].panels[0].artists if isinstance(one, Line2D)]
    line = next(one for one in lines if one.get_color() == PALETTE["own"])
    assert list(line.get_xdata())[:2] == [2010.5, 2011.5]


def test_the_strip_shows_the_years_of_the_series_and_no_others():
    held = spells(("2005-01-01", "2008-01-01", "participating"), ("2008-01-01", "2012-07-02", "inactive"),
                  ("2012-07-02", None, "left"))  # fmt: skip
    figure = draw(held, events("2007-01-01", "2013-07-02", "2024-01-01"))
    assert [(name, round(a, 1), round(b, 1)) for name, a, b, _ in bars(figure)] == [
        ("review", 2010, 2012.5), ("band", 2012.5, 2021)]  # fmt: skip
    assert figure.sheets[0].panels[0].xlim == (2010, 2021)
    assert [text for text in words(figure) if text.startswith("Event")] == ["Event 2"]
    shown = {"Inactive", "No longer a member since July 2012"}
    assert shown < set(words(figure)), "a standing from before the years has no date"


def test_a_membership_after_the_last_year_is_no_bar_of_its_own():
    figure = draw(spells(("2022-01-01", None, "participating")))
    assert bars(figure) == [("grid", 2010.0, 2021.0, None)] and "Not in OGP" in words(figure)


def test_what_is_not_verified_is_paler():
    figure = draw(verified_until=dt.date(2015, 7, 2))
    assert [(name, round(a, 1), round(b, 1), alpha) for name, a, b, alpha in bars(figure)] == [
        ("grid", 2010, 2011.7, None), ("region", 2011.7, 2015.5, None), ("region", 2015.5, 2021, 0.35)]  # fmt: skip
    assert "not verified" in words(figure)
    assert [alpha for *_, alpha in bars(draw())] == [None, None]
    assert [alpha for *_, alpha in bars(draw(verified_until=dt.date(2009, 1, 1)))] == [None, 0.35]
    assert [alpha for *_, alpha in bars(draw(verified_until=dt.date(2020, 12, 31)))] == [None, None]


def test_a_country_that_never_joined_has_an_empty_strip_and_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = draw(spells())
    assert bars(figure) == [("grid", 2010.0, 2021.0, None)] and "Not in OGP" in words(figure)


@pytest.mark.parametrize(("date", "marked"), [("2015-06-01", True), ("1999-06-01", False), ("2024-06-01", False)])
def test_a_date_is_marked_where_it_lies_in_the_years_shown(date, marked):
    figure = draw(event_date=date)
    assert ("1 June 2015" in words(figure)) is marked
    assert not any("1999" in one or "2024" in one for one in words(figure))
    assert figure.sheets[0].panels[0].xlim == (2010, 2021)


def test_the_caption_states_the_denominator_and_the_drawing_that_the_band_is_no_error_margin():
    figure = draw()
    assert "87 countries" in figure.caption
    for sheet in figure.sheets:
        written = " ".join(text.get_text() for text in sheet.figure.texts)
        assert "not an error margin: this file has none for the index" in written


def test_the_weightiest_events_are_written_fewer_on_a_narrow_sheet():
    dates = [f"201{n}-06-01" for n in range(4, 10)] + ["2020-01-05", "2020-01-09"]
    figure = draw(dated=events(*dates[::-1]).iloc[::-1], series=SERIES.assign(value=0.9))
    wide, narrow = ({text.get_text() for text in sheet.figure.texts} for sheet in figure.sheets)
    assert {one for one in wide if one.startswith("Event")} == {f"Event {n}" for n in range(1, 7)}
    assert {one for one in narrow if one.startswith("Event")} == {f"Event {n}" for n in range(1, 6)}
    assert "9 January 2020" not in wide and "January 2020" in wide, "a chart names the month"
    assert figure.faults() == []


def test_the_title_is_the_sentence_that_is_given_and_the_text_alternative_has_it_too():
    figure = draw(title=ogp.say({"en": "Kenya rose.", "es": "Kenia subió."}))
    assert "Kenya rose" in words(figure) and "Kenya. Kenya rose. Beside the line" in figure.alt


@pytest.mark.parametrize(
    "empty",
    [
        lambda: draw(series=SERIES.iloc[:0]),
        lambda: bounded_series(pd.DataFrame(columns=["year", "value", "low", "high"]), name="b",
                                   id="v2x_polyarchy_v15", place="x"),
        lambda: change_among_countries(pd.Series(dtype=float), name="c", id="v2xcs_ccsi", place=KENYA,
                                           first=2013, last=2023),
        lambda: distribution_by_year(pd.DataFrame(columns=["year", "p10", "q1", "median", "q3", "p90", "n"]),
                                         name="f", id="v2xcs_ccsi", region="world"),
    ],
)  # fmt: skip
def test_what_is_empty_is_refused_in_words(empty):
    with pytest.raises(MessageError, match="has nothing to draw"):
        empty()


def test_one_year_of_values_can_be_drawn():
    one = pd.DataFrame({"year": [2023], "value": [0.5], "low": [0.4], "high": [0.6]})
    assert "in 2023 it is 0.500 (0.400 to 0.600)" in bounded_series(
        one, name="b", id="v2x_polyarchy_v15", place="x").alt  # fmt: skip
    assert draw(series=one[["year", "value"]]).svg()


def test_countries_side_by_side_are_named_apart_and_no_line_crosses_a_break():
    own = pd.DataFrame({"year": [2020, 2021, 2022], "value": [50.0, 51.0, 52.0], "segment": [0, 0, 1]})
    figure = side_by_side({"POL": own, "HUN": own, "CHN": own.iloc[:0]}, name="s", id="rsf_score")
    [panel] = figure.sheets[0].panels
    runs = [list(one.get_xdata()) for one in panel.artists if isinstance(one, Line2D) and len(one.get_xdata()) > 1]
    assert runs == [[2020.5, 2021.5]] * 2, "a year by itself is a point"
    heights = {text: one.get_position()[1] for one in figure.figure.texts if (text := one.get_text()) in (
        "Poland", "Hungary")}  # fmt: skip
    assert len(set(heights.values())) == 2 and figure.faults() == [], "names do not stand on one another"
    with pytest.raises(MessageError, match="has nothing to draw"):
        side_by_side({"CHN": own.iloc[:0]}, name="s", id="rsf_score")
