"""The comparison of joiners, cell by cell: who is compared, what is estimated, what is said of other data, refusals."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import MessageError, OgpAnalysisError
from ogp_analysis.base.words import Sentence, speaking
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Table

from .. import cells

NAME, CORE, DEMOCRACY = "ogp_membership_effect", "v2xcs_ccsi", "v2x_polyarchy_v15"
QUICK = {"dealings, democratic = 299": "dealings, democratic = 9", "redraws = 399": "redraws = 9"}


@pytest.fixture(scope="module")
def opened() -> tuple[dict, list]:
    return cells.run(NAME)


def said(shown: list) -> dict[str, str]:
    return {one.name: one.plain() for one in shown if isinstance(one, Sentence)}


def quick(changed: dict[str, str] | None = None, **parameters) -> tuple[dict, list]:
    """The cells with few deals and draws."""
    return cells.run(NAME, QUICK | (changed or {}), **parameters)


def test_groups_are_those_of_the_table_of_members(opened):
    countries, members = opened[0]["countries"][CORE], ogp.load("ogp_membership", "countries").set_index("iso3")
    year, groups = members["joined_letter_year"], {one: set(own.index) for one, own in countries.groupby("group")}
    assert groups["joined"] == set(year.index[year.lt(2017).fillna(False)])
    assert groups["values_check"] == set(year.index[year.ge(2017).fillna(False)])
    assert not groups["never"] & set(members.index) and {"HUN", "TUR", "TZA", "RUS", "AZE", "TTO"} <= groups["joined"]
    rows = opened[0]["rows"][CORE]
    assert rows.groupby("iso3").size().eq(21).all() and rows["value"].notna().all()
    assert said(opened[1])[f"undated.{CORE}"].endswith("is not dated to a year (Benin, Zambia).")


def test_a_regression_adjusts_for_the_base_year_by_an_effect_in_each_year(opened):
    """By hand: an effect of the level in each year, and a dummy for each country and year."""
    frame = opened[0]["compared"](opened[0]["rows"][CORE], "common_support")
    cohort = frame["cohort"].to_numpy(float, na_value=np.inf)
    columns = [(frame["year"].to_numpy() >= cohort).astype(float)]
    columns += [frame["level"].to_numpy() * (frame["year"] == year).to_numpy() for year in range(2004, 2024)]
    dummies = [pd.get_dummies(frame["iso3"], dtype=float), pd.get_dummies(frame["year"], dtype=float).iloc[:, 1:]]
    design = np.column_stack([*columns, *dummies])
    by_hand = np.linalg.lstsq(design, frame["value"].to_numpy(), rcond=None)[0][0]
    fit = opened[0]["fitted"](opened[0]["rows"][CORE], "common_support", "level", "two_way")
    assert fit["ATT"].estimate == pytest.approx(by_hand)


def test_specifications_are_all_that_can_be_given_and_the_answer_is_one_of_them(opened):
    frame, fit = opened[0]["of"][CORE], opened[0]["fits"][CORE]
    assert len(frame) == 54 and not frame.duplicated(["controls", "covariates", "method", "anticipation"]).any()
    main = frame[frame["estimate"] == fit["ATT"].estimate].iloc[0]
    assert (main["controls"], main["method"], main["anticipation"]) == ("common_support", "callaway_santanna", 0)
    assert ((frame["low"] <= 0) & (frame["high"] >= 0)).sum() == 35
    assert frame.loc[frame["covariates"] == "level_and_income", "others"].max() == 84, "three have no GDP per capita"


def test_the_answer_begins_with_what_cannot_be_established(opened):
    shown = said(opened[1])
    assert shown["finding"].startswith("We cannot establish that joining OGP made a difference.")
    assert "35 of 54 ways to compute the first and 48 of 54" in shown["finding"] and "p =" not in shown["finding"]
    assert f"no_bounds.{CORE}" in shown and "7 years before joining and 13" in shown[f"breakdown.{CORE}"]
    roles = [one.role for one in opened[1] if isinstance(one, Sentence)]
    assert roles[:7] == ["headline", "scope", "finding", "number", "number", "number", "limit"]


def test_at_a_false_date_the_same_countries_are_compared_by_hand(opened):
    """Six years before: what joiners-to-be moved by until 2010, without adjustment, as differences of means."""
    names = opened[0]
    rows = names["rows_of"](CORE, names["compared_countries"](CORE, 6), 6)
    assert rows["year"].max() == 2010 and rows.groupby("iso3")["cohort"].first().min() == 2005
    own, effects = rows[rows["supported"] & (rows["group"] != "values_check")], []
    values, cohort = own.pivot(index="iso3", columns="year", values="value"), own.groupby("iso3")["cohort"].first()
    for year in cohort.dropna().unique():
        moved = values.loc[:, year:].sub(values[year - 1], axis=0)
        gap = moved[cohort.eq(year).fillna(False)].mean() - moved[cohort.isna()].mean()
        effects += [(one, cohort.eq(year).sum()) for one in gap]
    by_hand = np.average(*np.array(effects).T.tolist()[:1], weights=[n for _, n in effects])
    assert names["fitted"](rows, "common_support", "none")["ATT"].estimate == pytest.approx(by_hand)
    assert names["leads"].groupby("outcome")["lead"].apply(list).tolist() == [[6, 7, 8]] * 2, "the edition begins in 2000"


def test_years_of_joining_are_dealt_out_within_strata(opened):
    names, random = opened[0], np.random.default_rng(1)
    own = names["compared"](names["late"][CORE], "common_support")
    among = names["countries"][CORE].loc[own["iso3"].unique()]
    strata = among.groupby("region").ngroup()
    dealt = names["dealt"](own, among["cohort"], strata, random).groupby("iso3")["cohort"].first()
    for _, codes in among.groupby("region").groups.items():
        assert sorted(dealt[codes].dropna()) == sorted(among.loc[codes, "cohort"].dropna())
    assert not dealt.equals(among["cohort"]) and 0 < names["large"][CORE] < names["dealings"]


def test_common_support_is_chosen_anew_in_each_draw(opened):
    names, random = opened[0], np.random.default_rng(1)
    pool = names["only"](names["countries"][CORE], "joined", "never")
    wide = names["late"][CORE].pivot(index="iso3", columns="year", values="value")
    drawn = names["redrawn"](pool, wide, random)
    assert len(drawn) == wide.shape[1] * len(pool) and drawn["code"].duplicated().any()
    assert drawn["value"].tolist() == [wide.at[row.code, row.year] for row in drawn.itertuples()]
    joined = drawn[drawn["group"] == "joined"].drop_duplicates("iso3")
    least = joined[["level", "openness"]].quantile(0.05)
    assert drawn["supported"].equals((drawn[["level", "openness"]] >= least).all(axis=1) | (drawn["group"] == "joined"))
    low, high = names["redone"][CORE]
    assert low < names["fits"][CORE]["ATT"].low and high > names["fits"][CORE]["ATT"].high


def test_each_never_member_is_left_out_in_turn(opened):
    names, without = opened[0], {}
    rows = names["compared"](names["rows"][CORE], "common_support")
    for place in names["never"][CORE].query("supported").index:
        without[place] = names["fitted"](rows[rows["iso3"] != place], "common_support", "level")["ATT"]
    away = pd.Series({place: one.estimate - names["fits"][CORE]["ATT"].estimate for place, one in without.items()})
    assert away.abs().idxmax() == "HKG" and away["HKG"] < 0
    including = sum(one.low <= 0 <= one.high for one in without.values())
    shown = said(opened[1])[f"without.{CORE}"]
    assert "42 never-members compared, Hong Kong moves the mean change most: without it, the mean change is" in shown
    assert f"{without['HKG'].estimate:+.3f} (" in shown and f"{including} of 42 intervals include 0" in shown


def test_false_dates_adjust_for_what_the_answer_adjusts_for():
    names, _ = quick(covariates="level_and_income", outcomes=[CORE])
    rows = names["rows_of"](CORE, names["compared_countries"](CORE, 6), 6)
    fit, first = names["fitted"](rows, "common_support", "level_and_income"), names["leads"].iloc[0]
    assert first["estimate"] == fit["ATT"].estimate and first["others"] == 37, "one of 38 has no GDP per capita"


@pytest.mark.parametrize("jump", [0.3, 0.0])
def test_other_data_have_another_answer(jump):
    """Every country that joined moves by so much when it joins, and nobody else moves."""
    moved = 'frame = panel.frame\nlater = frame["year"] >= frame["ogp_cohort"]\nnoise = np.random.default_rng(3)'
    moved += f".normal(0, 0.03, len(frame))\nframe[ids[0]] = 0.5 + noise + {jump} * later.fillna(False).astype(bool)  #"
    names, shown = quick({"frame = panel.frame": moved}, covariates="none", outcomes=[CORE])
    shown = said(shown)
    assert names["fits"][CORE]["ATT"].estimate == pytest.approx(jump, abs=0.02)
    assert ("cannot" in shown["finding"]) == (not jump)
    assert ("It is a comparison" in shown["finding"]) == bool(jump)
    assert shown["dealt"].startswith("0 of 9" if jump else tuple("123456789"))


def test_measurement_error_widens_the_interval_and_is_drawn_into_the_level_too():
    seen = "seen.append(frame); return fitted(frame.assign(level=frame"
    changed = {"return fitted(frame.assign(level=frame": seen, "draws=100": "draws=3"}
    names, shown = quick(changed | {"def drawn_fit": "seen = []\ndef drawn_fit"}, outcomes=[DEMOCRACY])
    found, own = names["drawn"]["ATT"], names["fits"][DEMOCRACY]["ATT"]
    assert found.high - found.low > own.high - own.low and names["drawn"].published[0].estimate == own.estimate
    assert not np.allclose(names["seen"][-1]["value"], names["rows"][DEMOCRACY]["value"])
    assert "drawn from its publisher's posterior" in said(shown)[f"with_error.{DEMOCRACY}"]


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_text_of_the_drawings_meets_another(opened, language):
    with speaking(language):
        assert [anew(one).faults() for one in opened[1] if isinstance(one, Figure)] == [[]] * 5


@pytest.mark.parametrize(
    ("how", "told"),
    [
        ({"outcomes": ["v2x_regime"]}, "outcomes: v2x_regime does not measure on a scale from less to more free."),
        ({"outcomes": ["fiw_total"]}, "outcomes: the values of fiw_total may be drawn but not passed on"),
        ({"outcomes": ["v2x_civlib_v12"]}, "v2x_civlib_v12 has values from 2012 to 2021. Choose one with values from 2008"),
        ({"outcomes": ["v2xcs_csi"]}, "indicator 'v2xcs_csi': is not in the catalogue."),
        ({"outcomes": [CORE, CORE]}, "outcomes: hold 2 (v2xcs_ccsi, v2xcs_ccsi). Give one or two different ones"),
        ({"outcomes": []}, "outcomes: hold 0 (). Give one or two different ones in a list"),
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
        quick({'rows[id][rows[id]["cohort"].ne(largest).fillna(True)]': "rows[id]"}, outcomes=[CORE])


def test_every_country_compared_is_listed(opened):
    table = next(one.frame for one in opened[1] if isinstance(one, Table) and one.name == f"compared_countries_{CORE}")
    assert len(table) == len(opened[0]["countries"][CORE]) == 172
    never = table[table["group"] == "never joined"]
    assert never["cohort"].eq("not_applicable").all() and never["supported"].sum() == 42
    assert table.loc[table["group"] == "joiner", "supported"].eq("not_applicable").all()
