"""Measures beside the core index: which they are, where a country stands, and which are never shown alone."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.indicators import Break, indicator, indicators
from ogp_analysis.civic_space.other_measures import (
    ASKS_ABOUT_SURVEILLANCE,
    OTHER_MEASURES,
    MeasuresByMembership,
    MeasuresOfCountry,
    Moved,
    Standing,
    asks_table,
    by_figure,
    held_and_absent,
    surveillance_facts,
)
from ogp_analysis.statistics.change import changes, latest
from ogp_analysis.statistics.measurement import sign_probabilities
from ogp_analysis.statistics.series import exact


@pytest.fixture(scope="module")
def panel():
    return ogp.civic_space.panel(["v2xcs_ccsi", *OTHER_MEASURES], 2000, 2023)


def test_every_measure_is_on_a_page_but_controls_and_version_14_of_v_dem():
    left = {one.id for one in indicators()} - set(OTHER_MEASURES)
    assert {indicator(id).dataset for id in left} == {"vdem", "world_bank_controls"}
    assert {indicator(id).table for id in left if indicator(id).dataset == "vdem"} == {"v14"}


def test_every_measure_has_one_figure_and_those_on_surveillance_their_own():
    ids = [*OTHER_MEASURES, "ngo_barriers", "digital_repression"]
    placed = [id for group in by_figure(ids).values() for id in group]
    assert sorted([*placed, *ASKS_ABOUT_SURVEILLANCE]) == sorted(ids)


def test_a_measure_of_surveillance_is_never_shown_alone():
    assert ASKS_ABOUT_SURVEILLANCE == ("fiw_d4", "wjp_46", "dsp_v2smgovsmmon")
    assert surveillance_facts(["wjp_46", "fiw_e2"], [])[0] == surveillance_facts([], [])[0] == []
    assert surveillance_facts(["dsp_v2smgovsmmon", "fiw_d4"], [])[0] == ["fiw_d4", "dsp_v2smgovsmmon"]
    assert len(surveillance_facts(ASKS_ABOUT_SURVEILLANCE, [])[0]) == 3


def test_last_values_places_and_changes_are_those_of_the_series(panel):
    [found] = panel.measures_of("MEX", ["v2x_libdem_v15"]).standings
    last = latest(panel.series("v2x_libdem_v15"), "MEX")
    assert (found.year, found.value, found.rank, found.n) == (2023, last.value, last.rank_high, last.n)
    five, ten = changes(panel.history("v2x_libdem_v15"), "MEX", 2023)
    assert [m.difference for m in found.moved] == [five.difference, ten.difference]
    bounds = panel.bounded("MEX").set_index(["term", "year"]).loc[("v2x_libdem_v15", 2023)]
    assert (found.low, found.high) == (bounds["low"], bounds["high"]) and found.tied == last.tied
    assert found.probability == sign_probabilities(panel.bounded("MEX"), 2013, 2023)["v2x_libdem_v15"].probability
    assert found.probability == pytest.approx(0.9521, abs=5e-5) and found.note == "compared"


def test_a_change_may_begin_before_the_first_year_shown_and_is_not_made_up(panel):
    short = ogp.civic_space.panel(["va_est", "v2x_civlib_v12"], 2020, 2023)
    voice, liberties = short.measures_of("MEX", ["va_est", "v2x_civlib_v12"]).standings
    [usual] = panel.measures_of("MEX", ["va_est"]).standings
    assert voice == usual
    assert (liberties.year, liberties.moved[1].difference, liberties.note) == (2021, None, "not_observed")
    assert liberties.moved[0].difference == pytest.approx(-0.01)


def test_a_break_between_two_years_is_named_and_nothing_is_subtracted():
    early = ogp.civic_space.panel(["va_est"], 2000, 2010)
    [found] = early.measures_of("MEX", ["va_est"]).standings
    assert found.moved[0].difference is not None and found.moved[0].crossed is None
    assert (found.moved[1].difference, found.moved[1].crossed.year, found.note) == (None, 2002, "not_comparable")


def test_a_country_without_values_has_none(panel):
    assert panel.measures_of("Andorra", ["v2x_polyarchy_v15"]).standings == ()
    assert panel.measures_of("AND", OTHER_MEASURES).ids == ("va_est",)
    nothing = panel.measures_of("AND", ["v2x_polyarchy_v15"])
    assert nothing.plot() == nothing.table() == nothing.changes() == nothing.asks() == ()


def test_what_is_drawn_of_a_country_is_its_series_and_the_median_of_the_others(panel):
    own, medians = panel.measures_of("MEX", ["va_est"]).beside(["va_est", "v2x_civlib_v12"])
    assert list(own) == list(medians) == ["va_est", "v2x_civlib_v12"]
    alone = panel.median("va_est", "latin_america_caribbean", "MEX")
    pd.testing.assert_frame_equal(medians["va_est"].reset_index(drop=True), alone.drop(columns="n"), check_like=True)
    assert own["va_est"]["segment"].tolist() == [0] + [1] * 22


def test_differences_are_exact_in_the_published_decimals():
    assert exact(0.505) - exact(0.407) == exact(0.500) - exact(0.402)
    assert exact(-0.0) == 0 and float(exact(1e-7)) == 1e-7


def test_groups_count_the_countries_that_are_there_throughout(panel):
    groups = panel.by_membership(["va_est", "ert_regime"]).groups
    assert groups["va_est"]["count"].isna().all() and groups["ert_regime"]["count"].notna().all()
    # South Sudan is there from 2011 only.
    regimes = panel.series("ert_regime").query("year == 2023 and unit != 'SSD'")
    last = groups["ert_regime"].query("year == 2023").set_index("group")
    assert last["n"].sum() == len(regimes) and last["count"].sum() == (regimes["value"] >= 2).sum()


def rows(made) -> list[dict]:
    payload = made.payload()
    names = [column["name"] for column in payload["columns"]]
    return [dict(zip(names, row, strict=True)) for row in payload["rows"]]


def test_what_is_absent_is_named_with_the_command_that_fetches_it():
    panel = ogp.civic_space.panel(["v2xcs_ccsi", "fiw_e2"], 2020, 2023)
    said, made = held_and_absent(panel, with_barriers=True)
    first, second, _ = rows(made)
    numbers = {name: one["value"] for name, one in said.numbers().items()}
    assert numbers == {"others.scope.absent.asked": 4, "others.scope.absent.n": 3}
    assert first["measure"].startswith("Freedom of civil society") and first["fetch"] == (
        "ogp-analysis fetch freedom_in_the_world")  # fmt: skip
    assert second == {"measure": "Legal barriers to NGOs", "fetch": "ogp-analysis fetch ngo_legal_barriers"}


def test_every_measure_says_what_it_asks_its_scale_and_whether_it_is_written():
    ids = [*OTHER_MEASURES, "ngo_barriers", "digital_repression"]
    [made] = asks_table(ids)
    found = rows(made)
    assert len(found) == len(ids) and all(row["construct"] and "higher" in row["scale"] for row in found)
    assert sum(row["values"] == "drawn only" for row in found) == sum(not i.redistribute for i in indicators()) + 2


FIVE, TEN = Moved(2018, 2023, -0.125, None), Moved(2013, 2023, None, Break(2022, "method"))
STANDINGS = [
    Standing("va_est", False, 2023, 205, 0.5, 0.4, 0.6, 3, 0, (FIVE, TEN), note="not_comparable"),
    Standing("fiw_e2", True, 2023, 197),
    Standing("v2x_civlib_v12", False, None, 0),
    Standing("ert_regime", False, 2023, 175, 2.0, None, None, 32, 58, (Moved(2018, 2023, -1.0, None), TEN)),
    Standing("v2x_polyarchy_v15", False, 2023, 175, 0.5, 0.4, 0.6, 80, 1, (FIVE, FIVE), 0.8026, "compared"),
    Standing("v2x_libdem_v15", False, 2023, 175, 0.5, 0.4, 0.6, 80, 1, (FIVE, FIVE), None, "no_change_coded"),
]


def given() -> MeasuresOfCountry:
    """Measures whose standings are those above."""
    found = MeasuresOfCountry(None, country("KEN"), ())
    vars(found).update(ids=tuple(one.id for one in STANDINGS), standings=tuple(STANDINGS))
    return found


def grouped(groups: dict) -> MeasuresByMembership:
    found = MeasuresByMembership(SimpleNamespace(region="world"), tuple(groups))
    vars(found).update(ids=tuple(groups), groups=groups)
    return found


def test_where_a_country_stands_has_a_reason_for_every_number_that_is_missing():
    voice, closed, none, regime, *_ = rows(given().table())
    assert (voice["value"], voice["low"], voice["high"], voice["rank"], voice["n"]) == (0.5, 0.4, 0.6, 3, 205)
    assert closed["value"] == "drawn_only" and (closed["year"], closed["n"]) == (2023, 197)
    assert {closed[name] for name in ("low", "high", "rank", "tied")} == {"not_written"}
    assert none["value"] == "no_data" and none["year"] is None
    assert (regime["value"], regime["low"], regime["rank"], regime["tied"]) == (
        "electoral democracy", "no_bounds", 32, 58)  # fmt: skip


def test_changes_name_the_break_they_would_cross_and_no_verdict_is_given_without_an_interval():
    voice, regime, democracy, same = rows(given().changes())
    assert (voice["change_5"], voice["change_10"]) == (-0.125, "not comparable: new method in 2022")
    assert voice["probability"] == "not_comparable"
    assert (democracy["probability"], same["probability"]) == (0.8026, "no_change_coded")
    assert (regime["change_5"], regime["probability"]) == ("fell", "not_published")


def test_groups_have_both_ends_of_the_last_years_without_a_break_and_nothing_of_what_is_withheld():
    frame = pd.DataFrame({"year": [2015, 2016, 2017, 2018] * 2, "group": ["ever"] * 4 + ["never"] * 4,
                          "segment": [0, 0, 1, 1] * 2, "n": 5, "q1": 0.1, "median": [0.1, 0.2, 0.3, 0.4] * 2,
                          "q3": 0.9, "count": pd.NA})  # fmt: skip
    found = rows(grouped({"va_est": frame, "wjp_3": Withheld(frame, ["wjp_3"])}).table())
    assert [(r["first"], r["last"], r["first_median"], r["last_median"]) for r in found[:2]] == [
        (2017, 2018, 0.3, 0.4)] * 2  # fmt: skip
    assert len(found) == 3 and set(found[2].values()) - {"Open government", "drawn_only"} == {"not_written"}


def test_shares_of_categories_have_no_interval_and_closed_ones_nothing():
    frame = pd.DataFrame({"year": [2022, 2023] * 2, "group": ["ever"] * 2 + ["never"] * 2, "segment": 0, "n": 10,
                          "q1": 1.0, "median": 2.0, "q3": 3.0, "count": [7, 8, 2, 3]})  # fmt: skip
    groups = {"ert_regime": frame, "civicus_rating": Withheld(frame, ["civicus_rating"]), "va_est": frame}
    ever, never, closed = rows(grouped(groups).shares())
    assert (ever["count"], ever["n"], ever["share"]) == (8, 10, 0.8) and "low" not in ever
    assert never["share"] == 0.3 and closed["share"] == closed["count"] == "not_written"


@pytest.mark.parametrize(
    ("there", "absent", "case"),
    [([], ["fiw_d4", "wjp_46"], "none"), ([], [*ASKS_ABOUT_SURVEILLANCE, "fiw_e2"], "absent"),
     (["fiw_d4"], ["wjp_46", "dsp_v2smgovsmmon"], "one"), (["fiw_d4", "wjp_46"], [], "together"),
     (["dsp_v2smgovsmmon", "wjp_46", "fiw_d4"], [], "all")],
)  # fmt: skip
def test_the_sentence_on_surveillance_names_all_three_unless_a_table_does(there, absent, case):
    drawn, found, values = surveillance_facts(there, absent)
    assert found == case and values["names"].count(";") == 2
    assert values["present"].count(";") + values["lacking"].count(";") == (
        max(0, len(there) - 1) + max(0, 2 - len(there)))  # fmt: skip
    assert drawn == ([id for id in ASKS_ABOUT_SURVEILLANCE if id in there] if len(there) > 1 else [])
