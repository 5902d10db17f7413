"""Measures beside the core index: which they are, where a country stands, and which are never shown alone."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.indicators import indicator, indicators
from ogp_analysis.civic_space.other_measures import (
    ASKS_ABOUT_SURVEILLANCE,
    OTHER_MEASURES,
    MeasuresByMembership,
    by_figure,
)
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


def test_differences_are_exact_in_the_published_decimals():
    assert exact(0.505) - exact(0.407) == exact(0.500) - exact(0.402)
    assert exact(-0.0) == 0 and float(exact(1e-7)) == 1e-7


def test_groups_count_the_countries_that_are_there_throughout(panel):
    groups = MeasuresByMembership(panel, ["va_est", "ert_regime"]).groups
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
    said, made = panel.absences(with_barriers=True)
    first, second, _ = rows(made)
    numbers = {name: one["value"] for name, one in said.numbers().items()}
    assert numbers == {"others.scope.absent.asked": 4, "others.scope.absent.n": 3}
    assert first["measure"].startswith("Freedom of civil society") and first["fetch"] == (
        "ogp-analysis fetch freedom_in_the_world")  # fmt: skip
    assert second == {"measure": "Legal barriers to NGOs", "fetch": "ogp-analysis fetch ngo_legal_barriers"}


def test_every_measure_says_what_it_asks_its_scale_and_whether_it_is_written():
    ids = [*OTHER_MEASURES, "ngo_barriers", "digital_repression"]
    [made] = ogp.civic_space.panel("va_est", 2020, 2023).asks(ids)
    assert len(ogp.civic_space.panel("va_est", 2020, 2023).asks("va_est")[0].frame) == 1, "a text is no list of letters"
    found = rows(made)
    assert len(found) == len(ids) and all(row["construct"] and "higher" in row["scale"] for row in found)
    assert sum(row["values"] == "drawn only" for row in found) == sum(not i.redistribute for i in indicators()) + 2


def grouped(groups: dict) -> MeasuresByMembership:
    found = MeasuresByMembership(SimpleNamespace(region="world"), tuple(groups))
    vars(found).update(ids=tuple(groups), groups=groups)
    return found


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
    ("there", "case"),
    [([], "absent"), (["fiw_d4"], "one"), (["fiw_d4", "wjp_46"], "together"), ([*ASKS_ABOUT_SURVEILLANCE], "all")],
)
def test_the_sentence_on_surveillance_names_all_three_and_none_is_drawn_alone(there, case):
    frame = pd.DataFrame({"year": [2022, 2023] * 2, "group": ["ever"] * 2 + ["never"] * 2, "segment": 0, "n": 10,
                          "q1": 1.0, "median": 2.0, "q3": 3.0, "count": pd.NA})  # fmt: skip
    panel = SimpleNamespace(region="world", first_year=2022, last_year=2023)
    found = grouped(dict.fromkeys(there, frame))
    vars(found).update(panel=panel)
    assert ASKS_ABOUT_SURVEILLANCE == ("fiw_d4", "wjp_46", "dsp_v2smgovsmmon")
    said, *drawn = found.surveillance()
    assert said.case == case and said.values["names"].count(";") == 2
    assert [one.name for one in drawn] == (["surveillance"] if len(there) > 1 else [])
