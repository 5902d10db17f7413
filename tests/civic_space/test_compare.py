"""Countries beside one another: places, distances, and a verdict only where an error is published."""

from __future__ import annotations

import math
import re

import pytest
from scipy.stats import norm

import ogp_analysis as ogp
from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.base.indicators import indicators
from ogp_analysis.civic_space.compare import SURE, compare

COUNTRIES, IDS = ["MEX", "CHL", "COL", "BRA", "CRI"], ["v2xcs_ccsi", "v2x_polyarchy_v15", "va_est"]


@pytest.fixture(autouse=True)
def english():
    ogp.use_language("en")
    yield
    ogp.use_language("en")


@pytest.fixture(scope="module")
def mexico():
    return compare(COUNTRIES, IDS)


def rows(made) -> list[list]:
    return made.payload()["rows"]


def test_distances_and_changes_are_those_of_the_panel(mexico):
    frame = mexico.frame
    assert len(frame) == 15 and frame["iso3"].tolist()[:5] == COUNTRIES
    panel = ogp.civic_space.panel(IDS, 2013, 2023).frame.set_index(["iso3", "year"])
    for row in frame.itertuples():
        first, last = panel.loc[(row.iso3, 2013), row.indicator], panel.loc[(row.iso3, 2023), row.indicator]
        assert (row.first_value, row.last_value) == (first, last)
        assert row.change == pytest.approx(last - first)
        if row.iso3 == "MEX":
            assert math.isnan(row.distance) and math.isnan(row.probability) and row.note == "itself"
        else:
            assert row.distance == pytest.approx(last - panel.loc[("MEX", 2023), row.indicator])


def test_a_probability_is_that_of_the_published_errors_and_only_where_there_are_any(mexico):
    frame = mexico.frame.set_index(["indicator", "iso3"])
    assert frame.loc["v2xcs_ccsi", "probability"].isna().all()
    assert set(frame.loc["v2xcs_ccsi", "note"]) == {"itself", "no_bounds"}
    panel = ogp.civic_space.panel("va_est", 2023, 2023)
    spread = {code: panel.bounded(code).set_index("year").at[2023, "sd"] for code in ("MEX", "COL")}
    expected = norm.cdf(frame.at[("va_est", "COL"), "distance"] / math.hypot(*spread.values()))
    assert frame.at[("va_est", "COL"), "probability"] == pytest.approx(expected)


def test_the_answer_says_place_movement_and_how_many_moved_alike(mexico):
    headline, finding, *numbers, limit = mexico.text()
    assert str(headline.plain()) == "Mexico compared with Chile, Colombia, Brazil and Costa Rica, 2013 to 2023"
    assert "in 2023 Mexico stands at 0.701, rank 5 of the 5 countries chosen, from the highest." in finding.plain()
    assert "It has fallen by 0.071 since 2013; 2 of 4 other countries fell by 0.050 or more." in finding.plain()
    assert [one.role for one in (headline, finding, *numbers, limit)] == [
        "headline", "finding", "number", "number", "limit"]  # fmt: skip
    assert (
        numbers[0]
        .plain()
        .startswith("0.549 for Mexico in 2023, rank 5 of the 5 countries chosen, from the highest: Electoral democracy")
    )


def test_the_answer_changes_with_the_countries_the_years_and_the_measure():
    other = compare(["Costa Rica", "Mexico"], "v2x_polyarchy_v15", 2015, 2020)
    said = str(other.text())
    assert (
        "Costa Rica compared with Mexico, 2015 to 2020" in said
        and "rank 1 of the 2 countries chosen, from the highest" in said
    )
    assert "Highest of 2 countries in 2020: Costa Rica, in 1 of 1 measure" in other.plot().svg()
    colombia = compare(["COL", "MEX"], "va_est").text()[1].plain()
    assert "It has risen by 0.287 since 2013." in colombia and "other country" not in colombia
    assert "México junto a" not in said


def test_what_exceeds_the_error_is_said_with_the_source_of_the_error(mexico):
    none, *known, made = mexico.differences()
    assert "no error is published in the file used here" in none.plain() and not none.numbers()
    assert "each of the 4 differences from Mexico in 2023 exceeds the published error" in known[0].plain()
    assert "disagreement among its coders" in known[0].plain() and "World Bank" in known[1].plain()
    held = {(row[0], row[1]): row[-2:] for row in rows(made)}
    assert held["Core civil society", "Chile"] == [pytest.approx(0.148), "not_published"]
    assert held["Core civil society", "Mexico"] == ["not_applicable", "not_applicable"]
    assert held["Voice and accountability", "Colombia"][1] == pytest.approx(0.966, abs=5e-4)
    # Hungary and Bulgaria stood close to each other in 2019; Norway did not.
    said = [one.plain() for one in compare(["HUN", "BGR", "NOR"], "va_est", 2010, 2019).differences()[:1]]
    assert "1 of 2 differences from Hungary in 2019 exceed" in said[0] and "the exceptions: Bulgaria." in said[0]
    close = compare(["HUN", "BGR"], "va_est", 2010, 2019).differences()[0].plain()
    assert "none of 1 difference from Hungary in 2019 exceeds" in close and "(Bulgaria)" in close
    assert SURE == 0.95


def test_a_change_across_a_break_is_not_given():
    broken = compare(["MEX", "CHL"], "va_est", 2000, 2023)
    assert broken.frame["change"].isna().all()
    assert "Its values of 2000 and 2023 cannot be compared" in str(broken.text())


@pytest.mark.parametrize("language", ["en", "es"])
def test_lines_end_in_their_names_and_no_label_meets_another(mexico, language):
    ogp.use_language(language)
    drawn = mexico.plot()
    assert drawn.faults() == [] and len(drawn.sheets) == 2 and drawn.name == "comparison"
    assert len(drawn.sheets[0].panels) == 3
    assert ("Lowest of 5" if language == "en" else "El más bajo de 5") in drawn.svg() and "0.70" in drawn.svg()
    assert "68" in drawn.svg(), "the interval of the first country is named"
    many = compare(["KOR", "GBR", "CIV", "USA", "MKD", "BIH", "PNG", "TTO"], "v2xcs_ccsi").plot()
    assert many.faults() == [] and "68" not in many.sheets[0].figure.texts[1].get_text()


@pytest.mark.parametrize(
    ("how", "fault", "said"),
    [
        ({"countries": "Mexico"}, ParameterError, "countries: hold 1 (MEX). Give 2 to 8 in a list"),
        ({"countries": ["MEX", "Mexico"]}, ParameterError, "countries: name MEX 2 times. Name it once"),
        ({"indicators": "fiw_total"}, ParameterError, "may be drawn but not passed on"),
        ({"indicators": "ert_regime"}, ParameterError, "ert_regime does not measure on a scale from less to more free"),
        ({"start_year": 1950}, ParameterError, "v2xcs_ccsi has no value of these countries in 1950"),
        ({"end_year": 2040}, ParameterError, "v2xcs_ccsi has no value of these countries in 2040"),
        ({"start_year": 2023}, ParameterError, "2023 is not before end_year, 2023. Swap them"),
    ],
)
def test_a_wrong_request_is_one_sentence(how, fault, said):
    with pytest.raises(fault) as told:
        compare(**{"countries": ["MEX", "CHL"], **how})
    assert said in str(told.value) and "\n" not in str(told.value)


def test_no_measure_that_can_be_compared_asks_about_surveillance():
    """So says the limit of the answer."""
    assert not any(one.redistribute for one in indicators("surveillance of communications"))


@pytest.mark.parametrize(("arguments", "where"), [
    ((["MEX", "CHL"], "v2xcs_ccsi", -5, 2020), "start_year: '-5' is not a year"),
    ((["MEX", "CHL"], "v2xcs_ccsi", "2013", 2020), "start_year: '2013' is not a year"),
    ((["MEX", "CHL"], "v2xcs_ccsi", 2013, True), "end_year: 'True' is not a year"),
    ((["MEX", 5],), "country: '5' is not a known name"),
])  # fmt: skip
def test_what_is_no_year_or_no_text_is_refused_in_a_sentence(arguments, where):
    with pytest.raises((ParameterError, UnknownName), match=re.escape(where)):
        compare(*arguments)
