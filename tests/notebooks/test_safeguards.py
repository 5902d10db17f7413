"""Safeguards on paper, cell by cell: what is old is marked, what was not read is no answer, and nothing is scored."""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd
import pytest

from ogp_analysis.base.words import Sentence, speaking
from ogp_analysis.base.words.catalogue import LANGUAGES, anew
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Table

from .. import cells

LISTED = ["prior_judicial_authorisation", "independent_oversight", "notification_afterwards", "remedy"]


@pytest.fixture(scope="module")
def opened() -> tuple[dict, list]:
    return cells.run("safeguards")


def tables(shown: list) -> dict[str, Table]:
    return {one.name: one for one in shown if isinstance(one, Table)}


def test_every_old_statement_has_its_mark_in_both_languages_and_no_other_has(opened):
    own = opened[0]["own"]
    assert own["old"].sum() == 65
    for language in LANGUAGES:
        with speaking(language):
            said = [anew(one).plain() for one in own["cell"]]
        assert [one[:1] == "†" for one in said] == own["old"].to_list()
        years = [re.search(r"\(([^)]*)\)", one)[1][-4:] for one in said]
        known = own["state"].str.fullmatch(r"\d{4}(-.*)?")
        assert [year for year, kept in zip(years, known, strict=True) if kept] == own.loc[known, "state"].str[:4].to_list()


def test_what_was_not_read_is_a_dash_and_no_answer(opened):
    paper = tables(opened[1])["safeguards"].frame
    assert {*paper.loc[paper["place"] == "Chile", LISTED[1:]].to_numpy().ravel()} == {"not_written"}
    [unknown] = [one for one in opened[0]["own"].to_dict("records") if one["value"] == "unknown"]
    assert unknown["iso3"] == "NLD" and "unknown (2017)" in unknown["cell"].plain()


def test_a_joint_statement_is_in_no_table_of_safeguards(opened):
    names, shown = opened
    assert "joint_statement" not in {*names["own"]["safeguard"]} and len(names["joint"]) == 13
    assert len(tables(shown)["joint_statement"].frame) == 13


def test_no_sentence_counts_countries_by_answer_and_searches_of_another_page_are_not_here(opened):
    said = " ".join(one.plain() for one in opened[1] if isinstance(one, Sentence))
    said += " ".join(one.caption for one in opened[1] if isinstance(one, Figure | Table))
    assert not re.search(r"\d+ (?:of \d+ )?countries (?:have|lack|without|with)|score|rank|13,?890|\b124\b", said)


def test_periods_follow_each_other_and_the_guard_has_no_judge_for_location_since_july_2025(opened):
    names, shown = opened
    drawn = names["drawn"].sort_values(["row", "first"])
    assert (drawn["first"] <= drawn["last"]).all()
    for row, own in drawn.groupby("row"):
        gaps = own["first"].iloc[1:].to_numpy() - own["last"].iloc[:-1].to_numpy()
        assert (gaps == pd.Timedelta(days=1)).all() or row.startswith("carriers"), row  # two laws at once, to October
    of = drawn.set_index(["row", "first"])["kind"]
    assert of["national_guard.geolocation", pd.Timestamp("2025-07-17")] == "no_judge"
    assert of["national_guard.geolocation", pd.Timestamp("2019-05-28")] == "judge"
    assert of["civil_intelligence.database_queries", pd.Timestamp("2025-07-17")] == "no_judge"
    assert of["federal_prosecution.geolocation", pd.Timestamp("2012-04-18")] == "no_judge"
    assert of["army.interception", pd.Timestamp("2005-02-01")] == "not_located"
    ended = drawn.loc[drawn["row"].str.startswith("federal_police"), "last"]
    assert ended.max() == pd.Timestamp("2019-12-31")
    assert Counter(isinstance(one, Figure) for one in shown)[True] == 1


def test_some_countries_and_one_scope_have_their_rows_alone():
    names, shown = cells.run("safeguards", countries=["MEX", "COL"], scopes=["intelligence"])
    assert tables(shown)["safeguards"].frame["place"].to_list() == ["Mexico"]
    assert {*names["own"]["iso3"]} == {"MEX", "COL"} and len(tables(shown)["on_record"].frame) == 2


def test_where_nothing_was_read_a_sentence_stands_in_place_of_a_table():
    shown = cells.run("safeguards", countries=["AUT"], scopes=["location"])[1]
    assert {"safeguards", "joint_statement"}.isdisjoint(tables(shown))
    assert [one.key for one in shown if isinstance(one, Sentence)].count("nothing") == 2


@pytest.mark.parametrize(
    ("spoken", "denied"), [("en", "says nothing about practice"), ("es", "no dice nada de la práctica")]
)
def test_the_first_limit_says_in_each_language_that_paper_is_no_practice(opened, spoken, denied):
    [cannot] = [one for one in opened[1] if isinstance(one, Sentence) and one.key == "cannot"]
    with speaking(spoken):
        assert denied in anew(cannot).plain()
