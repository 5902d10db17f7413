"""The comparison of joiners, cell by cell: who is compared, what is estimated, what is said of other data, refusals."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import MessageError, OgpAnalysisError
from ogp_analysis.base.words import Sentence, speaking
from ogp_analysis.base.words.spoken import anew
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Table

from .. import cells

NAME = "ogp_membership_effect"


@pytest.fixture(scope="module")
def opened() -> tuple[dict, list]:
    return cells.run(NAME)


def said(shown: list) -> dict[str, str]:
    return {one.name: one.plain() for one in shown if isinstance(one, Sentence)}


def test_groups_are_those_of_the_table_of_members(opened):
    countries, members = opened[0]["countries"], ogp.load("ogp_membership", "countries").set_index("iso3")
    year, groups = members["joined_letter_year"], {one: set(own.index) for one, own in countries.groupby("group")}
    assert groups["joined"] == set(year.index[year.lt(2017).fillna(False)])
    assert groups["values_check"] == set(year.index[year.ge(2017).fillna(False)])
    assert not groups["never"] & set(members.index) and {"HUN", "TUR", "TZA", "RUS", "AZE", "TTO"} <= groups["joined"]
    rows = opened[0]["rows"]
    assert rows.groupby("iso3").size().eq(21).all() and rows["v2xcs_ccsi"].notna().all()
    assert list(opened[0]["undated"]) == ["BEN", "ZMB"] and list(opened[0]["lacking"]) == ["SSD"]


def test_a_regression_adjusts_for_the_base_year_by_an_effect_in_each_year(opened):
    """By hand: an effect of the level in each year, and a dummy for each country and year."""
    frame = opened[0]["compared"](opened[0]["rows"], "common_support")
    cohort = frame["cohort"].to_numpy(float, na_value=np.inf)
    columns = [(frame["year"].to_numpy() >= cohort).astype(float)]
    columns += [frame["level"].to_numpy() * (frame["year"] == year).to_numpy() for year in range(2004, 2024)]
    dummies = [pd.get_dummies(frame["iso3"], dtype=float), pd.get_dummies(frame["year"], dtype=float).iloc[:, 1:]]
    design = np.column_stack([*columns, *dummies])
    by_hand = np.linalg.lstsq(design, frame["v2xcs_ccsi"].to_numpy(), rcond=None)[0][0]
    fit = opened[0]["fitted"](opened[0]["rows"], "common_support", "level", "two_way")
    assert fit["ATT"].estimate == pytest.approx(by_hand)


def test_specifications_are_all_that_can_be_given_and_the_answer_is_one_of_them(opened):
    frame, fit = opened[0]["specifications"], opened[0]["fit"]
    assert len(frame) == 54 and not frame.duplicated(["controls", "covariates", "method", "anticipation"]).any()
    main = frame[frame["estimate"] == fit["ATT"].estimate].iloc[0]
    assert (main["controls"], main["method"], main["anticipation"]) == ("common_support", "callaway_santanna", 0)
    assert ((frame["low"] <= 0) & (frame["high"] >= 0)).sum() == 35
    assert frame.loc[frame["covariates"] == "level_and_income", "others"].max() == 84, "three have no GDP per capita"


def test_the_answer_begins_with_what_cannot_be_established(opened):
    shown = said(opened[1])
    assert shown["finding"].startswith("We cannot establish that joining OGP made a difference.")
    assert "35 of 54 ways to compute it include 0" in shown["finding"] and "p =" not in shown["finding"]
    assert "publishes no bounds" in shown["no_bounds"] and "7 years before joining and 13" in shown["breakdown"]


@pytest.mark.parametrize("jump", [0.3, 0.0])
def test_other_data_have_another_answer(jump):
    """Every country that joined moves by so much when it joins, and nobody else moves."""
    moved = f'frame = panel.frame\nlater = frame["year"] >= frame["ogp_cohort"]\nnoise = np.random.default_rng(3)'
    moved += f'.normal(0, 0.03, len(frame))\nframe[outcome] = 0.5 + noise + {jump} * later.fillna(False)  #'
    names, shown = cells.run(NAME, {"frame = panel.frame": moved}, covariates="none")
    shown = said(shown)
    assert names["fit"]["ATT"].estimate == pytest.approx(jump, abs=0.02)
    assert ("cannot" in shown["finding"]) == (not jump)
    assert ("exclude 0. It is a comparison" if jump else "would have been distinguishable") in shown["finding"]
    assert ("even if trends are parallel" in shown["limit"]) == (not jump)


def test_measurement_error_widens_the_interval_and_is_drawn_into_the_level_too():
    seen = "drawn.append(frame); return fitted(frame.assign(level=frame"
    changed = {"return fitted(frame.assign(level=frame": seen, "draws=100": "draws=3", "def drawn_fit": "drawn = []\ndef drawn_fit"}
    names, shown = cells.run(NAME, changed, outcome="v2x_polyarchy_v15")
    found, own = names["found"]["ATT"], names["fit"]["ATT"]
    assert found.high - found.low > own.high - own.low and names["found"].published[0].estimate == own.estimate
    assert not np.allclose(names["drawn"][-1]["v2x_polyarchy_v15"], names["rows"]["v2x_polyarchy_v15"])
    assert "drawn from its publisher's posterior" in said(shown)["measured"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_text_of_the_drawings_meets_another(opened, language):
    with speaking(language):
        assert [anew(one).faults() for one in opened[1] if isinstance(one, Figure)] == [[], []]


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"outcome": "v2x_regime"}, "outcome: v2x_regime does not measure on a scale from less to more free."),
        ({"outcome": "fiw_total"}, "outcome: the values of fiw_total may be drawn but not passed on"),
        ({"outcome": "v2x_civlib_v12"}, "v2x_civlib_v12 has values from 2012 to 2021. Choose one with values from 2008"),
        ({"outcome": "v2xcs_csi"}, "indicator 'v2xcs_csi': is not in the catalogue."),
        ({"controls": "matched"}, "controls 'matched': is not known. Use common_support, never, not_yet"),
        ({"covariates": "all"}, "covariates 'all': is not known."),
        ({"anticipation": 4}, "anticipation: 4 is not a number of years that can be used. Give a whole number"),
        ({"anticipation": True}, "anticipation: True is not a number of years"),
        ({"anticipation": "1"}, "anticipation: '1' is not a number of years"),
    ],
)  # fmt: skip
def test_a_wrong_request_is_one_sentence(how, told):
    with pytest.raises(OgpAnalysisError, match=re.escape(told)) as fault:
        cells.run(NAME, **how)
    assert "\n" not in str(fault.value)


def test_numbers_that_do_not_agree_stop_the_run():
    with pytest.raises(MessageError, match="the largest cohort and the others are the joiners"):
        cells.run(NAME, {'rows[rows["cohort"].ne(largest).fillna(True)]': "rows"})


def test_every_country_compared_is_listed(opened):
    table = next(one.frame for one in opened[1] if isinstance(one, Table) and one.name == "compared_countries")
    assert len(table) == len(opened[0]["countries"]) == 172
    never = table[table["group"] == "never joined"]
    assert never["cohort"].eq("not_applicable").all() and never["supported"].sum() == 42
    assert table.loc[table["group"] == "joiner", "supported"].eq("not_applicable").all()
