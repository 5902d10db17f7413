"""Governments listed with spyware, cell by cell: caveats beside their facts, relations, what is refused, drawings."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import MessageError, ParameterError
from ogp_analysis.base.words import Sentence, speaking
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Table

from .. import cells

NOTEBOOK = "spyware_and_civic_space"


@pytest.fixture(scope="module")
def opened() -> tuple[dict, list]:
    return cells.run(NOTEBOOK)


@pytest.fixture(scope="module")
def tables(opened) -> dict[str, list[dict]]:
    """The rows that the page prints, as the CSV files have them."""
    made = {one.name: one for one in opened[1] if isinstance(one, Table)}
    return {name: list(csv.DictReader(io.StringIO(one.to_csv()))) for name, one in made.items()}


def raw(folder) -> pd.DataFrame:
    return pd.read_csv(folder, dtype=str, keep_default_na=False)


def test_every_case_and_every_later_report_is_printed_with_its_caveat(tables, mirror):
    cases = raw(mirror / "carnegie_spyware_inventory" / "10" / "carnegie_spyware_inventory_repaired.csv")
    assert sum(row["confidence"] != "usual" for row in tables["cases"]) == (cases["lower_confidence"] == "x").sum()
    kinds = pd.Series([row["kind"] for row in tables["cases"]]).value_counts()
    assert sorted(kinds) == sorted(cases["category"].value_counts())
    later = raw(mirror / "spyware_operator_countries" / "supplement-2026-11" / "operator_countries_supplement.csv")
    rows = tables["later_reports"]
    assert len(rows) == len(later) and all(row["caveat"] not in ("", "not_written") for row in rows)
    assert sum(row["confidence"] == "low" for row in rows) == later["caveat"].str.contains("weak").sum()
    assert not any("://" in row["source"] for row in rows) and "Congo" in {row["place"] for row in rows}


def test_promises_and_endorsements_stand_beside_the_countries_that_made_them(tables):
    rows = {row["place"]: row for row in tables["every_member"]}
    promised = {name: row["commitments"] for name, row in rows.items() if row["commitments"].startswith("plan")}
    assert promised == {"Georgia": "plan 2, no. 17", "Mexico": "plan 4, no. 7", "United States": "plan 2, no. 6"}
    assert rows["Canada"]["endorsed"] == "2023-03-30" and rows["Mexico"]["endorsed"] == "not_written"
    assert rows["Chile"]["commitments"] == "none" and rows["Germany"]["commitments"] == "no plan looked at"
    assert rows["Israel"]["member_then"] == "true", "an inactive member is one"
    assert rows["Germany"]["member_then"] == "false" and rows["Chile"]["first_disclosed"] != ""


def test_what_one_outlet_reports_and_what_ended_a_process_again_stand_beside_the_outcome(tables):
    rows = {row["place"]: row for row in tables["policy_cases"]}
    assert "13 April 2026: one news outlet reports" in rows["Georgia"]["outcome"]
    assert "suspended their part again in October 2022, confidence low" in rows["Mexico"]["outcome"]
    assert rows["Mexico"]["days_to_stage_two"] == "not_applicable" and rows["Azerbaijan"]["days_to_stage_two"] == "429"
    assert {rows[name]["confidence"] for name in ("Hungary", "Mexico")} == {"not judged apart", "low"}


def test_sentences_count_what_the_tables_list(opened, tables):
    said = {one.key: {name: n.value for name, n in one.values.items() if hasattr(n, "value")}
            for one in opened[1] if isinstance(one, Sentence)}  # fmt: skip
    for event, name in {"first disclosure": "disclosure", "first use": "use"}.items():
        rows = [row for row in tables["around"] if row["event"] == event]
        apart = sum(float(row["band_low"]) > 0 or float(row["band_high"]) < 0 for row in rows)
        assert (apart, len(rows) - 1) == (said["bands"][name], said["bands"]["years"])
    for row in tables["regimes"]:
        assert float(row["spyware_share"]) == pytest.approx(int(row["spyware"]) / int(row["n"]))
        assert float(row["sure_share"]) == pytest.approx(int(row["spyware_sure"]) / int(row["n"]))
    members = [row for row in tables["every_member"] if int(row["spyware"])]
    assert int(tables["members"][0]["sure"]) == sum(int(row["spyware_sure"]) > 0 for row in members)
    assert said["members"]["planned"] == sum(row["commitments"] != "no plan looked at" for row in members)
    assert said["endorsed"]["listed"] == sum(row["endorsed"] != "not_written" for row in members)
    assert said["policy"]["listed"] == sum(int(row["spyware"]) > 0 for row in tables["policy_cases"])
    rests = pd.Series([row["standing"] for row in tables["purchases_abroad"]])
    assert said["facts"]["found"] == rests.str.contains("^judgment|^finding").sum()
    assert said["facts"]["alleged"] == (rests == "allegation").sum()
    assert said["facts"]["countries"] == len({row["place"] for row in tables["purchases_abroad"]})


def test_purchases_are_printed_with_what_they_rest_on_and_never_summed(tables, opened):
    rows = {row["fact"]: row for row in tables["purchases_abroad"]}
    assert rows["INT-003"]["standing"].startswith("statement to the press")
    assert rows["INT-003"]["caveat"] == "contains INT-002; never count both"
    assert rows["INT-001"]["date"] == "2015–2016" and rows["INT-006"]["date"] == "2012–"
    assert [key for key, row in rows.items() if "://" in row["source"]] == ["INT-002"]
    assert rows["INT-003"]["source"].startswith("rmf24.pl (its address names a person); row ")
    [amounts] = [one for one in opened[1] if getattr(one, "name", "") == "amounts_abroad"]
    assert list(amounts.stated) == ["n"]


def test_lists_stand_beside_the_inventory_each_by_its_standard_of_evidence(tables):
    rows = tables["overlap"]
    assert sum(int(row["countries"]) for row in rows) == 135 and {row["beyond"] for row in rows[:1]} == {"not_applicable"}
    for row in rows[1:]:
        assert int(row["same"]) <= int(row["listed"]) == int(row["countries"]) - int(row["beyond"])
    assert [row["countries"] for row in rows if "licence for tests" in row["status"]] == ["1"]


def test_no_table_names_a_person_or_a_page_that_does(tables):
    text = str(tables).lower()
    assert not [word for word in ("petro", "banas", "jailed", "president") if word in text]


@pytest.mark.parametrize("language", ["en", "es"])
def test_drawings_have_no_fault_and_sentences_are_said_in_either_language(opened, language):
    with speaking(language):
        made = [anew(one) for one in opened[1] if isinstance(one, Figure | Sentence)]
        figures = [one for one in made if isinstance(one, Figure)]
        assert [one.name for one in figures] == ["world", "regimes", "around"]
        assert all(one.faults() == [] and one.narrow is not None for one in figures)
        assert all("{" not in one.plain() for one in made if isinstance(one, Sentence))


def test_the_map_shows_every_country_once(opened):
    shown = [code for one in opened[0]["by_list"]().classes for code in one.countries]
    assert sorted(shown) == sorted(opened[0]["countries"].index)


def test_an_answer_that_may_be_drawn_only_is_not_written():
    answers = Withheld(pd.DataFrame({"value": [3.0, 4.0, 1.0], "first": [True, False, False]}), ["fiw_d4"])
    texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Answers"))
    figure = ogp.surveillance.answers_by_group(answers, name="asked", y="fiw_d4", texts=texts)
    assert figure.faults() == [] and not figure.redistribute


@pytest.mark.parametrize(("outcome", "fault"), [
    ("v2x_regime", "does not measure on a scale"), ("fiw_e", "may be drawn but not passed on"),
    ("va_est", "has a break"), ("v2x_nothing", "v2x_nothing"),
])  # fmt: skip
def test_an_outcome_that_cannot_be_compared_is_refused(outcome, fault):
    with pytest.raises((ParameterError, MessageError, ogp.base.errors.UnknownName), match=fault):
        cells.run(NOTEBOOK, outcome=outcome)


#: Of each relation a line, and how one of its numbers is changed while all others stay as they are.
CHANGES = {
    "listed by regime": ("found |= {name: (own & listed).sum()", "found |= {name: listed.sum()"),
    "countries by regime": ('f"{name}_n": own.sum()', 'f"{name}_n": own.sum() + 1'),
    "changes of countries have the mean that is estimated": ("distance(lags) - distance(-1)", "distance(lags)"),
    "members that are listed": ('"listed": on_list_too.sum()', '"listed": members["spyware"].sum()'),
    "members listed and not listed are all members": ('"joined": len(members)', '"joined": len(countries)'),
    "each commitment on surveillance is in a plan looked at": ('plans["iso3"])  # has', "[])  # has"),
    "commitments of listed members are in plans looked at": (
        'members["committed"] & members["planned"] & on_list_too', 'members["committed"] & members["planned"]'
    ),
    "listed members that were members then": ('"then": members["member_then"]', '"then": members["committed"]'),
}


@pytest.mark.parametrize("relation", CHANGES)
def test_a_run_whose_numbers_contradict_one_another_is_refused(relation):
    line, other = CHANGES[relation]
    with pytest.raises(MessageError, match=f"{relation}: does not hold"):
        cells.run(NOTEBOOK, {line: other})
