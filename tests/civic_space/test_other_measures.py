"""Measures beside the core index: which they are, where a country stands, and which are never shown alone."""

from __future__ import annotations

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.indicators import indicator, indicators
from ogp_analysis.civic_space.other_measures import ASKS_ABOUT_SURVEILLANCE, by_figure, never_alone
from ogp_analysis.statistics.series import exact


@pytest.fixture(scope="module")
def panel():
    return ogp.country_years(["v2xcs_ccsi", *ogp.other_measures()], 2000, 2023)


def test_every_measure_is_on_a_page_but_controls_and_version_14_of_v_dem():
    left = {one.id for one in indicators()} - set(ogp.other_measures())
    assert {indicator(id).dataset for id in left} == {"vdem", "world_bank_controls"}
    assert {indicator(id).table for id in left if indicator(id).dataset == "vdem"} == {"v14"}
    assert "va_est" not in ogp.other_measures("va_est")


def test_every_measure_has_one_figure_and_those_on_surveillance_their_own():
    ids = [*ogp.other_measures(), "ngo_barriers", "digital_repression"]
    placed = [id for group in by_figure(ids).values() for id in group]
    assert sorted([*placed, *ASKS_ABOUT_SURVEILLANCE]) == sorted(ids)


def test_a_measure_of_surveillance_is_never_shown_alone():
    assert ASKS_ABOUT_SURVEILLANCE == ("fiw_d4", "wjp_46", "dsp_v2smgovsmmon")
    assert never_alone(["wjp_46", "fiw_e2"]) == [] and never_alone([]) == []
    assert never_alone(["dsp_v2smgovsmmon", "fiw_d4"]) == ["fiw_d4", "dsp_v2smgovsmmon"]
    assert len(never_alone(list(ASKS_ABOUT_SURVEILLANCE))) == 3


def test_last_values_places_and_changes_are_those_of_the_series(panel):
    [found] = ogp.where_it_stands(panel, "MEX", ["v2x_libdem_v15"])
    latest = ogp.latest(panel.series("v2x_libdem_v15"), "MEX")
    assert (found.year, found.value, found.rank, found.n) == (2023, latest.value, latest.rank_high, latest.n)
    five, ten = ogp.changes(panel.history("v2x_libdem_v15"), "MEX", 2023)
    assert [m.difference for m in found.moved] == [five.difference, ten.difference]
    bounds = panel.bounded("MEX").set_index(["term", "year"]).loc[("v2x_libdem_v15", 2023)]
    assert (found.low, found.high) == (bounds["low"], bounds["high"]) and found.tied == latest.tied
    assert found.probability == ogp.sign_probabilities(panel.bounded("MEX"), 2013, 2023)["v2x_libdem_v15"].probability
    assert found.probability == pytest.approx(0.9521, abs=5e-5) and found.note == "compared"


def test_a_change_may_begin_before_the_first_year_shown_and_is_not_made_up(panel):
    short = ogp.country_years(["va_est", "v2x_civlib_v12"], 2020, 2023)
    voice, liberties = ogp.where_it_stands(short, "MEX", ["va_est", "v2x_civlib_v12"])
    [usual] = ogp.where_it_stands(panel, "MEX", ["va_est"])
    assert voice == usual
    assert (liberties.year, liberties.moved[1].difference, liberties.note) == (2021, None, "not_observed")
    assert liberties.moved[0].difference == pytest.approx(-0.01)


def test_a_break_between_two_years_is_named_and_nothing_is_subtracted():
    early = ogp.country_years(["va_est"], 2000, 2010)
    [found] = ogp.where_it_stands(early, "MEX", ["va_est"])
    assert found.moved[0].difference is not None and found.moved[0].crossed is None
    assert (found.moved[1].difference, found.moved[1].crossed.year, found.note) == (None, 2002, "not_comparable")


def test_a_country_without_values_has_none(panel):
    [found] = ogp.where_it_stands(panel, "AND", ["v2x_polyarchy_v15"])
    assert (found.year, found.n, found.value) == (None, 0, None)
    assert ogp.held_for(panel, "AND", ogp.other_measures()) == ["va_est"]


def test_what_is_drawn_of_a_country_is_its_series_and_the_median_of_the_others(panel):
    own, medians = ogp.beside(panel, ["va_est", "v2x_civlib_v12"], "MEX", "latin_america_caribbean")
    assert list(own) == list(medians) == ["va_est", "v2x_civlib_v12"]
    alone = panel.median("va_est", "latin_america_caribbean", "MEX")
    pd.testing.assert_frame_equal(medians["va_est"].reset_index(drop=True), alone.drop(columns="n"), check_like=True)
    assert own["va_est"]["segment"].tolist() == [0] + [1] * 22


def test_differences_are_exact_in_the_published_decimals():
    assert exact(0.505) - exact(0.407) == exact(0.500) - exact(0.402)
    assert exact(-0.0) == 0 and float(exact(1e-7)) == 1e-7


def test_groups_count_the_countries_that_are_there_throughout(panel):
    groups = ogp.grouped(panel, ["va_est", "ert_regime"])
    assert groups["va_est"]["count"].isna().all() and groups["ert_regime"]["count"].notna().all()
    # South Sudan is there from 2011 only.
    regimes = panel.series("ert_regime").query("year == 2023 and unit != 'SSD'")
    last = groups["ert_regime"].query("year == 2023").set_index("group")
    assert last["n"].sum() == len(regimes) and last["count"].sum() == (regimes["value"] >= 2).sum()
