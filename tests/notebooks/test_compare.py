"""The comparison of countries, cell by cell: counted again from the raw rows, what is refused, and what must agree."""

from __future__ import annotations

import re
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

import ogp_analysis as ogp
from ogp_analysis.base.errors import MessageError, OgpAnalysisError
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import Sentence, speaking
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Table

from .. import cells

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"
VOICE, DEMOCRACY, CORE, LIBERTIES = "va_est", "v2x_polyarchy_v15", "v2xcs_ccsi", "v2x_civlib_v12"
#: Of each measure its extract, its columns of values and of errors.
FILES = {
    CORE: ("vdem/14-extract/v14.csv", "v2xcs_ccsi", ()),
    DEMOCRACY: ("vdem/15-indices-extract/v15.csv", "v2x_polyarchy", ("v2x_polyarchy_sd",)),
    VOICE: ("wgi_voice_accountability/2023-extract/country_year.csv", "va_est", ("va_se",)),
    LIBERTIES: ("vdem/12-intervals-extract/v12.csv", "v2x_civlib", ("v2x_civlib_codelow", "v2x_civlib_codehigh")),
}


def raw(id: str, year: int) -> pd.DataFrame:
    """Return value and errors of a measure in a year, by country, as they are published."""
    file, value, errors = FILES[id]
    rows = pd.read_csv(RAW / file).query("year == @year").set_index("iso3")
    return rows[[value, *errors]].rename(columns={value: "value"})


def said(shown: list, language: str = "en") -> list[str]:
    with speaking(language):
        return [anew(part).plain() for part in shown if isinstance(part, Sentence)]


def one(shown: list, kind: type):
    return next(part for part in shown if isinstance(part, kind))


@pytest.fixture(scope="module")
def of_mexico() -> tuple[dict, list]:
    return cells.run("compare")


@pytest.fixture
def mexico(of_mexico) -> list:
    return of_mexico[1]


def test_values_changes_differences_and_places_are_those_of_the_raw_rows(of_mexico):
    names, shown = of_mexico
    rows = names["rows"]
    assert rows.index.tolist() == [(id, code) for id in (CORE, DEMOCRACY, VOICE) for code in names["codes"]]
    numbers = {
        name: found["value"] for part in shown if isinstance(part, Sentence) for name, found in part.numbers().items()
    }
    for id in (CORE, DEMOCRACY, VOICE):
        first, last = (raw(id, year).loc[names["codes"], "value"] for year in (2013, 2023))
        own = rows.loc[id]
        assert own["first_value"].to_numpy() == pytest.approx(first.to_numpy())
        assert own["last_value"].to_numpy() == pytest.approx(last.to_numpy())
        assert own["change"].to_numpy() == pytest.approx((last - first).to_numpy())
        assert own["distance"].iloc[1:].to_numpy() == pytest.approx((last - last["MEX"]).iloc[1:].to_numpy())
        assert np.isnan(own.at["MEX", "distance"]) and own.at["MEX", "note"] == "itself"
        assert numbers[f"{id}.rank"] == (last > last["MEX"]).sum() + 1 and numbers[f"{id}.n"] == 5
    assert (numbers[f"{CORE}.alike"], numbers[f"{CORE}.others"]) == (2, 4)


def test_with_standard_errors_a_probability_is_that_of_the_normal_distribution(of_mexico):
    for id in (DEMOCRACY, VOICE):
        rows = raw(id, 2023)
        error = rows.columns[-1]
        for code in ("CHL", "COL", "BRA", "CRI"):
            apart, width = (
                rows.at[code, "value"] - rows.at["MEX", "value"],
                np.hypot(rows.at[code, error], rows.at["MEX", error]),
            )
            found = of_mexico[0]["rows"].at[(id, code), "probability"]
            assert found == pytest.approx(norm.cdf(abs(apart) / width))


def test_with_bounds_only_a_probability_is_that_of_two_split_normal_distributions():
    """Drawn a million times: a half of the normal distribution on either side, as wide as the bounds of .68 say."""
    codes = ["MEX", "COL", "HND"]
    names, shown = cells.run("compare", countries=codes, indicators=[LIBERTIES], start_year=2012, end_year=2021)
    rows, random, drawn = raw(LIBERTIES, 2021).loc[codes], np.random.default_rng(3), {}
    for code, (value, low, high) in zip(codes, rows.to_numpy(), strict=True):
        down, up = (value - low) / norm.ppf(0.84), (high - value) / norm.ppf(0.84)
        below = random.random(10**6) < down / (down + up)
        drawn[code] = value + np.abs(random.standard_normal(10**6)) * np.where(below, -down, up)
    for code in codes[1:]:
        sign = np.sign(rows.at[code, "value"] - rows.at["MEX", "value"])
        share = (sign * (drawn[code] - drawn["MEX"]) > 0).mean()
        assert names["rows"].at[(LIBERTIES, code), "probability"] == pytest.approx(share, abs=3e-3)
    assert "the uncertainty of V-Dem's measurement model" in said(shown)[3]


def test_the_answer_says_place_movement_and_how_many_moved_alike(mexico):
    headline, finding, democracy, *_ = said(mexico)
    assert headline == "Mexico compared with Chile, Colombia, Brazil and Costa Rica, 2013 to 2023"
    assert "in 2023 Mexico stands at 0.701, rank 5 of the 5 countries chosen, from the highest." in finding
    assert finding.endswith("It has fallen by 0.071 since 2013; 2 of 4 other countries fell by 0.050 or more.")
    assert democracy.startswith(
        "0.549 for Mexico in 2023, rank 5 of the 5 countries chosen, from the highest: Electoral"
    )
    roles = [part.role for part in mexico if isinstance(part, Sentence)]
    assert roles[:5] == ["headline", "finding", "number", "number", "limit"] and set(roles[5:]) == {"text"}


def test_the_answer_changes_with_the_countries_the_years_and_the_measure():
    shown = cells.run(
        "compare", countries=["Costa Rica", "Mexico"], indicators=[DEMOCRACY], start_year=2015, end_year=2020
    )[1]
    assert said(shown)[0] == "Costa Rica compared with Mexico, 2015 to 2020"
    assert "rank 1 of the 2 countries chosen, from the highest" in said(shown)[1]
    assert "Highest of 2 countries in 2020: Costa Rica, in 1 of 1 measure" in one(shown, Figure).svg()
    colombia = said(cells.run("compare", countries=["COL", "MEX"], indicators=[VOICE])[1])[1]
    assert "It has risen by 0.287 since 2013." in colombia and "other country" not in colombia
    within = one(cells.run("compare", countries=["MEX", "CHL", "HND"])[1], Figure)
    assert "Mexico, Chile, Honduras, 2013–2023" in within.svg()


def test_what_exceeds_the_error_is_said_with_the_source_of_the_error(mexico):
    none, democracy, voice, *_ = said(mexico)[5:]
    assert none.endswith("no error is published in the file used here, so it is not known which differences exceed it.")
    assert "each of the 4 differences from Mexico in 2023 exceeds the published error" in democracy
    assert "disagreement among its coders" in democracy and "World Bank" in voice
    table = one(mexico, Table).frame.set_index(["indicator", "place"])
    core = table.loc["Core civil society", ["distance", "probability"]]
    assert core.loc["Chile"].tolist() == [pytest.approx(0.148), "not_published"]
    assert core.loc["Mexico"].tolist() == ["not_applicable", "not_applicable"]
    # Hungary and Bulgaria stood close to each other in 2019; Norway did not.
    years = {"indicators": [VOICE], "start_year": 2010, "end_year": 2019}
    some, no = (
        said(cells.run("compare", countries=codes, **years)[1])[3] for codes in (["HUN", "BGR", "NOR"], ["HUN", "BGR"])
    )
    assert "1 of 2 differences from Hungary in 2019 exceed" in some and "the exceptions: Bulgaria." in some
    assert "none of 1 difference from Hungary in 2019 exceeds" in no and "(Bulgaria)" in no


def test_a_change_across_a_break_is_not_given():
    names, shown = cells.run("compare", countries=["MEX", "CHL"], indicators=[VOICE], start_year=2000)
    assert names["rows"]["change"].isna().all() and names["rows"]["first_value"].notna().all()
    assert "Its values of 2000 and 2023 cannot be compared." in said(shown)[1]


def test_a_country_without_a_value_says_so_and_is_in_no_place():
    shown = cells.run("compare", countries=["AND", "MEX", "CHL"], indicators=[CORE, VOICE])[1]
    assert said(shown)[1].endswith("Andorra has no value in 2023; 2 of the others do.")
    assert "0.997 for Andorra in 2023, rank 2 of the 3 countries chosen" in said(shown)[2]
    assert one(shown, Table).frame["probability"].tolist()[:3] == ["not_applicable", "no_data", "no_data"]


@pytest.mark.parametrize(
    ("codes", "listed"),
    [
        (["MEX", "IRL"], "México e Irlanda"),
        (["PER", "BRA", "ISR"], "Perú, Brasil e Israel"),
        (["PER", "JAM"], "Perú y Jamaica"),
        (["CYM", "MHL"], "las Islas Caimán y las Islas Marshall"),
    ],
)
def test_spanish_writes_e_before_the_sound_of_i(of_mexico, codes, listed):
    with speaking("es"):
        assert of_mexico[0]["names"](codes)().plain() == listed


@pytest.mark.parametrize("language", ["en", "es"])
def test_lines_end_in_their_names_and_no_label_meets_another(mexico, language):
    with speaking(language):
        drawn = anew(one(mexico, Figure))
        assert drawn.faults() == [] and len(drawn.sheets) == 2 and drawn.name == "comparison"
        assert len(drawn.sheets[0].panels) == 3
        assert ("Lowest of 5" if language == "en" else "El más bajo de 5") in drawn.svg() and "0.70" in drawn.svg()
        assert "68" in drawn.svg(), "the interval of the first country is named"
        many = ["KOR", "GBR", "CIV", "USA", "MKD", "BIH", "PNG", "TTO"]
        drawn = anew(one(cells.run("compare", countries=many, indicators=[CORE])[1], Figure))
        assert drawn.faults() == [] and "68" not in drawn.sheets[0].figure.texts[1].get_text()


def test_the_figure_is_drawn_into_the_axes_of_a_user(of_mexico):
    names, (_, axes) = of_mexico[0], plt.subplots(3)
    drawn = ogp.figure(names["charts"], names["series"], name="mine", texts=names["of_figure"], sources=names["ids"], ax=axes)
    plt.close(drawn.figure)
    assert drawn.of_user and drawn.caption == one(of_mexico[1], Figure).caption
    own = names["series"].query("indicator == @CORE and iso3 == 'MEX'", local_dict={"CORE": CORE})["value"].tolist()
    assert any(list(line.get_ydata()) == own for line in axes[0].lines)


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"countries": ["MEX"]}, "countries: hold 1 (MEX). Give 2 to 8 in a list."),
        ({"countries": ["MEX", "CHL", "Mexico"]}, "countries: name MEX 2 times. Name it once."),
        ({"countries": ["MEX", "Narnia"]}, "country: 'Narnia' is not a known name"),
        ({"countries": ["MEX", 5]}, "country: '5' is not a known name"),
        ({"countries": ["MEX", "AND"], "indicators": [CORE]}, "country AND: no value from 2013 to 2023 bears its code"),
        ({"countries": ["AND", "SMR"], "indicators": [CORE]}, f"{CORE} has no value of these countries in 2013"),
        ({"indicators": []}, "indicators: hold 0 (). Give 1 to 4 in a list."),
        ({"indicators": ["v2xcs_csi"]}, "indicator 'v2xcs_csi': is not in the catalogue."),
        ({"indicators": ["fiw_total"]}, "indicators: the values of fiw_total may be drawn but not passed on"),
        ({"indicators": ["ert_regime"]}, "indicators: ert_regime does not measure on a scale from less to more free"),
        ({"start_year": 1950}, f"{CORE} has no value of these countries in 1950. Use years in which it has: 2000"),
        ({"end_year": 2040}, f"{CORE} has no value of these countries in 2040. Use years in which it has: 2013"),
        ({"start_year": 2023}, "start_year: 2023 is not before end_year, 2023. Swap them."),
        ({"start_year": 2023, "end_year": 2013}, "2023 lies after last_year, 2013. Swap them."),
        ({"start_year": -5}, "'-5' is not a year."),
        ({"start_year": "2013"}, "'2013' is not a year."),
        ({"end_year": True}, "'True' is not a year."),
    ],
)  # fmt: skip
def test_a_wrong_request_is_one_sentence(how, told):
    with pytest.raises(OgpAnalysisError, match=re.escape(told)) as fault:
        cells.run("compare", **how)
    assert "\n" not in str(fault.value)


def test_numbers_that_do_not_agree_stop_the_run():
    with pytest.raises(MessageError, match="differences with an error are rows with a probability"):
        cells.run("compare", {'{"n": len(known), "sure"': '{"n": len(known) - 1, "sure"'})
    with pytest.raises(MessageError, match="differences that exceed the error are rows"):
        cells.run("compare", {'"sure": len(known) - len(unsure)': '"sure": len(unsure)'})


def test_no_measure_that_can_be_compared_asks_about_surveillance():
    """So says the limit of the answer."""
    assert not any(indicator(id).redistribute for id in ogp.indicators("surveillance of communications")["id"])
