"""Figures of one country: what is drawn lies in the years shown, and what is empty is refused or left out."""

from __future__ import annotations

import datetime as dt
import re
import warnings

import pandas as pd
import pytest

from ogp_analysis.base.errors import MessageError
from ogp_analysis.civic_space.figures.country import (
    bounded_series,
    change_among_countries,
    country_series,
    coverage_strip,
    decimal_year,
    small_multiples,
)
from ogp_analysis.civic_space.figures.overview import (
    distribution_by_year,
    four_quadrants,
    movements,
    side_by_side,
)

YEARS = range(2010, 2021)
SERIES = pd.DataFrame({"year": YEARS, "value": [0.5] * 11})
REGION = pd.DataFrame({"year": YEARS, "median": [0.6] * 11, "n": 20})
MEMBERS = pd.DataFrame({"year": YEARS, "q1": [0.4] * 11, "q3": [0.8] * 11, "n": 87})


def spells(*rows) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["start", "end", "status"])
    return frame.astype({"start": "datetime64[us]", "end": "datetime64[us]"})


def events(*dates) -> pd.DataFrame:
    return pd.DataFrame({"date": pd.Series(dates, dtype="datetime64[us]"), "number": range(1, len(dates) + 1)})


def draw(held=None, dated=None, series=SERIES, **more):
    held = spells(("2011-09-20", None, "participating")) if held is None else held
    return country_series(series, REGION, MEMBERS, held, events() if dated is None else dated, name="core",
                              indicator="v2xcs_ccsi", place="Kenya", region_name="Region", **more)  # fmt: skip


def bars(figure) -> list[tuple[str, float, float, float]]:
    """Return label, start, end and opacity of every bar of the strip."""
    strip = figure.figure.axes[1]
    found = []
    for part in strip.collections:
        for path in part.get_paths():
            box = path.get_extents()
            found.append((part.get_label(), round(box.x0, 3), round(box.x1, 3), part.get_alpha()))
    return found


def words(figure) -> list[str]:
    return re.findall(r"<!-- (.*?) -->", figure.svg())


def test_a_value_of_a_year_stands_in_the_middle_of_its_year():
    assert decimal_year(dt.date(2017, 1, 1)) == 2016.5
    assert decimal_year(dt.date(2017, 7, 2)) == pytest.approx(2017, abs=0.003)


def test_the_strip_shows_the_years_of_the_series_and_no_others():
    held = spells(("2005-01-01", "2008-01-01", "participating"), ("2008-01-01", "2012-07-02", "inactive"),
                  ("2012-07-02", None, "left"))  # fmt: skip
    figure = draw(held, events("2007-01-01", "2011-07-02", "2024-01-01"))
    assert [(round(a), round(b)) for _, a, b, _ in bars(figure)] == [(2010, 2012), (2012, 2020)]
    assert all(a >= 2009.5 and b <= 2020.5 for _, a, b, _ in bars(figure))
    low, high = figure.figure.axes[1].get_xlim()
    assert (low, high) == pytest.approx((2009.3, 2020.7))
    numbers = [text.get_text() for text in figure.figure.axes[1].texts]
    assert numbers == ["2"], "numbers stay those of the table, and what lies outside is not drawn"


def test_a_membership_after_the_last_year_draws_no_bar():
    figure = draw(spells(("2022-01-01", None, "participating")))
    assert bars(figure) == []
    assert figure.figure.axes[1].get_legend() is None


def test_what_is_not_verified_is_paler():
    figure = draw(verified_until=dt.date(2015, 7, 2))
    assert [(label, round(a, 1), round(b, 1), alpha) for label, a, b, alpha in bars(figure)] == [
        ("participating", 2011.2, 2015.0, 1.0), ("participating (not verified)", 2015.0, 2020.5, 0.35)]  # fmt: skip
    assert [alpha for *_, alpha in bars(draw())] == [1.0]
    assert [alpha for *_, alpha in bars(draw(verified_until=dt.date(2009, 1, 1)))] == [0.35]


def test_a_country_that_never_joined_has_an_empty_strip_and_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = draw(spells())
    assert bars(figure) == [] and "OGP" in words(figure)


@pytest.mark.parametrize(("date", "marked"), [("2015-06-01", True), ("1999-06-01", False), ("2024-06-01", False)])
def test_a_date_is_marked_where_it_lies_in_the_years_shown(date, marked):
    figure = draw(event_date=date)
    assert any("June" in word for word in words(figure)) is marked
    assert figure.figure.axes[0].get_xlim() == pytest.approx((2009.3, 2020.7))


def test_the_caption_states_the_denominator_and_that_the_band_is_no_uncertainty():
    figure = draw()
    assert "87 countries" in figure.caption and "not an uncertainty" in figure.caption
    assert "No interval is published" in figure.caption
    assert "starts at 0.500 and ends at 0.500" in figure.alt


def test_numbers_of_neighbouring_events_do_not_stand_on_one_another():
    figure = draw(dated=events("2015-01-01", "2015-01-05", "2015-01-09", "2018-01-01"))
    places = {text.get_text(): text.get_position()[1] for text in figure.figure.axes[1].texts}
    assert len({places["1"], places["2"], places["3"]}) == 3 and places["4"] == places["1"]


@pytest.mark.parametrize(
    "empty",
    [
        lambda: draw(series=SERIES.iloc[:0]),
        lambda: small_multiples(SERIES, REGION, name="m", ids=[], place="x", region_name="y"),
        lambda: bounded_series(pd.DataFrame(columns=["year", "value", "low", "high"]), name="b",
                                   id="v2x_polyarchy_v15", place="x"),
        lambda: change_among_countries(pd.Series(dtype=float), 0.1, name="c", id="v2xcs_ccsi", place="x",
                                           first=2013, last=2023),
        lambda: movements(pd.DataFrame(columns=["place", "first_value", "last_value"]), name="d", id="v2xcs_ccsi",
                              first=2013, last=2023),
        lambda: four_quadrants(pd.DataFrame({"iso3": ["MEX"], "ogp": [True], "v2xcs_ccsi": [0.5],
                                                 "v2x_polyarchy": [float("nan")]}), name="q", x="v2x_polyarchy",
                                   y="v2xcs_ccsi", x_cut=0.5, y_cut=0.5, year=2023),
        lambda: distribution_by_year(pd.DataFrame(columns=["year", "p10", "q1", "median", "q3", "p90", "n"]),
                                         name="f", id="v2xcs_ccsi", region_name="x"),
    ],
)  # fmt: skip
def test_what_is_empty_is_refused_in_words(empty):
    with pytest.raises(MessageError, match="has nothing to draw"):
        empty()


def test_a_country_without_any_value_still_has_a_strip_of_coverage():
    years = pd.Index(range(2000, 2003), name="year")
    figure = coverage_strip(pd.DataFrame({"v2xcs_ccsi": [0, 0, 0]}, index=years), name="c", place="Andorra")
    assert "Cells without one: 3 of 3" in figure.caption
    assert figure.svg()


def test_one_year_of_values_can_be_drawn():
    one = pd.DataFrame({"year": [2023], "value": [0.5], "low": [0.4], "high": [0.6]})
    assert "in 2023 it is 0.500 (0.400 to 0.600)" in bounded_series(
        one, name="b", id="v2x_polyarchy_v15", place="x").alt  # fmt: skip
    assert draw(series=one[["year", "value"]]).svg()


def test_quadrants_name_the_countries_of_the_lower_right_only():
    points = pd.DataFrame({"iso3": ["AAA", "BBB", "CCC", "DDD"], "ogp": [True, False, True, False],
                           "v2x_polyarchy": [0.9, 0.9, 0.1, 0.5], "v2xcs_ccsi": [0.9, 0.1, 0.1, 0.5]})  # fmt: skip
    figure = four_quadrants(points, name="q", x="v2x_polyarchy", y="v2xcs_ccsi", x_cut=0.5, y_cut=0.5, year=2023)
    assert {"AAA", "BBB", "CCC", "DDD"} & set(words(figure)) == {"BBB"}
    assert "named by code: 1." in figure.caption


def test_countries_side_by_side_are_named_apart_and_no_line_crosses_a_break():
    own = pd.DataFrame({"year": [2020, 2021, 2022], "value": [50.0, 51.0, 52.0], "segment": [0, 0, 1]})
    figure = side_by_side({"POL": own, "HUN": own, "CHN": own.iloc[:0]}, name="s", id="rsf_score")
    [axes] = figure.figure.axes
    assert [list(line.get_xdata()) for line in axes.lines] == [[2020, 2021], [2022]] * 2
    assert {text.get_text() for text in axes.texts} == {"Poland", "Hungary"}
    heights = [text.xyann[1] for text in axes.texts]
    assert abs(heights[0] - heights[1]) > 0.05, "names do not stand on one another"
    with pytest.raises(MessageError, match="has nothing to draw"):
        side_by_side({"CHN": own.iloc[:0]}, name="s", id="rsf_score")
