"""Tables of other measures: no number of what may be drawn only, a reason for every number that is missing."""

from __future__ import annotations

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.indicators import Break, indicators
from ogp_analysis.civic_space.other_measures import Moved, Standing
from ogp_analysis.civic_space.tables.other_measures import (
    absent_table,
    asks_table,
    groups_table,
    shares_table,
    surveillance_facts,
    where_it_moved_table,
    where_it_stands_table,
)


def rows(made) -> list[dict]:
    payload = made.payload()
    names = [column["name"] for column in payload["columns"]]
    return [dict(zip(names, row, strict=True)) for row in payload["rows"]]


def test_what_is_absent_is_named_with_the_command_that_fetches_it():
    [first, second] = rows(absent_table(["fiw_e2", "ngo_barriers"]))
    assert first["measure"].startswith("Freedom of civil society") and first["fetch"] == (
        "ogp-analysis fetch freedom_in_the_world")  # fmt: skip
    assert second == {"measure": "Legal barriers to NGOs", "fetch": "ogp-analysis fetch ngo_legal_barriers"}


def test_every_measure_says_what_it_asks_its_scale_and_whether_it_is_written():
    ids = [*ogp.other_measures(), "ngo_barriers", "digital_repression"]
    found = rows(asks_table(ids))
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


def test_where_a_country_stands_has_a_reason_for_every_number_that_is_missing():
    voice, closed, none, regime, *_ = rows(where_it_stands_table(STANDINGS, "X"))
    assert (voice["value"], voice["low"], voice["high"], voice["rank"], voice["n"]) == (0.5, 0.4, 0.6, 3, 205)
    assert closed["value"] == "drawn_only" and (closed["year"], closed["n"]) == (2023, 197)
    assert {closed[name] for name in ("low", "high", "rank", "tied")} == {"not_written"}
    assert none["value"] == "no_data" and none["year"] is None
    assert (regime["value"], regime["low"], regime["rank"], regime["tied"]) == (
        "electoral democracy", "no_bounds", 32, 58)  # fmt: skip


def test_changes_name_the_break_they_would_cross_and_no_verdict_is_given_without_an_interval():
    voice, regime, democracy, same = rows(where_it_moved_table(STANDINGS, "X"))
    assert (voice["change_5"], voice["change_10"]) == (-0.125, "not comparable: new method in 2022")
    assert voice["probability"] == "not_comparable"
    assert (democracy["probability"], same["probability"]) == (0.8026, "no_change_coded")
    assert (regime["change_5"], regime["probability"]) == ("fell", "not_published")


def test_groups_have_both_ends_of_the_last_years_without_a_break_and_nothing_of_what_is_withheld():
    frame = pd.DataFrame({"year": [2015, 2016, 2017, 2018] * 2, "group": ["ever"] * 4 + ["never"] * 4,
                          "segment": [0, 0, 1, 1] * 2, "n": 5, "q1": 0.1, "median": [0.1, 0.2, 0.3, 0.4] * 2,
                          "q3": 0.9, "count": pd.NA})  # fmt: skip
    found = rows(groups_table({"va_est": frame, "wjp_3": Withheld(frame, ["wjp_3"])}, "World"))
    assert [(r["first"], r["last"], r["first_median"], r["last_median"]) for r in found[:2]] == [
        (2017, 2018, 0.3, 0.4)] * 2  # fmt: skip
    assert len(found) == 3 and set(found[2].values()) - {"Open government", "drawn_only"} == {"not_written"}


def test_shares_of_categories_have_no_interval_and_closed_ones_nothing():
    frame = pd.DataFrame({"year": [2022, 2023] * 2, "group": ["ever"] * 2 + ["never"] * 2, "segment": 0, "n": 10,
                          "q1": 1.0, "median": 2.0, "q3": 3.0, "count": [7, 8, 2, 3]})  # fmt: skip
    groups = {"ert_regime": frame, "civicus_rating": Withheld(frame, ["civicus_rating"]), "va_est": frame}
    ever, never, closed = rows(shares_table(groups, "World"))
    assert (ever["count"], ever["n"], ever["share"]) == (8, 10, 0.8) and "low" not in ever
    assert never["share"] == 0.3 and closed["share"] == closed["count"] == "not_written"


@pytest.mark.parametrize(
    ("there", "case"),
    [([], "none"), (["fiw_d4"], "one"), (["fiw_d4", "wjp_46"], "together"),
     (["dsp_v2smgovsmmon", "wjp_46", "fiw_d4"], "all")],
)  # fmt: skip
def test_the_sentence_on_surveillance_names_all_three(there, case):
    found = surveillance_facts(there)
    assert found["case"] == case and found["names"].count(";") == 2
    assert found["present"].count(";") + found["lacking"].count(";") == max(0, len(there) - 1) + max(0, 2 - len(there))
