"""What came of the revelations, cell by cell: what is one event, the order of dates, and what no page may print."""

from __future__ import annotations

import re
from itertools import combinations

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.words import Sentence, speaking
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Table

from .. import cells

#: Rows of different compilations in one lane and on one day that are two events, each with what the other is.
APART = {
    frozenset(("C7-10", "TL-13")): "a demand of organisations, and the plan",
}


@pytest.fixture(scope="module")
def opened() -> tuple[dict, list]:
    return cells.run("what_came_of_it")


def tables(shown: list) -> dict[str, pd.DataFrame]:
    return {one.name: one.frame for one in shown if isinstance(one, Table)}


def said(shown: list) -> dict[str, str]:
    return {one.key: one.plain() for one in shown if isinstance(one, Sentence)}


def test_every_row_is_kept_with_words_or_merged_into_one_that_is(opened):
    rows, kept, merges = (opened[0][name] for name in ("rows", "kept", "merges"))
    assert (len(rows), len(kept), len(merges)) == (125, 107, 18) and rows["event"].is_unique
    assert {*kept.index} | {*merges["event"]} == {*rows["event"]} and {*merges["into"]} <= {*kept.index}
    words = ogp.load("surveillance_event_words", "words")
    abroad = ogp.load("surveillance_events", "events")["event"]
    assert {*words["event"]} == {*kept.index, *abroad} and not words[["lane", "en", "es"]].isna().any(axis=None)
    assert (words["caveat_en"].isna() == words["caveat_es"].isna()).all()


@pytest.mark.parametrize(("row", "into"), [("MS-28", "C7-20"), ("MS-32", "C7-19"), ("C7-01", "TL-07"), ("MS-39", "TL-23")])
def test_reports_and_statements_in_two_compilations_count_once(opened, row, into):
    merges = opened[0]["merges"].set_index("event")
    assert merges.at[row, "into"] == into and row not in opened[0]["kept"].index


def test_no_two_rows_that_are_kept_are_of_one_day_one_lane_and_two_compilations_unless_they_are_known_apart(opened):
    kept = opened[0]["kept"]
    days = kept[kept["date_precision"] == "day"].reset_index()
    pairs = {
        frozenset((a.event, b.event))
        for _, own in days.groupby(["date", "lane"])
        for a, b in combinations(own.itertuples(), 2)
        if a.event[:2] != b.event[:2]
    }
    assert pairs == set(APART)


def test_lanes_begin_with_what_lies_after_the_revelation_on_every_possible_day(opened):
    names, shown = opened
    rows = tables(shown)["first_rows"].set_index("lane")
    assert rows["days"].to_dict() == {
        "revelations": "171", "prosecutor": "281–310", "courts": "623", "access to information": "310",
        "laws": "3040", "OGP": "272",
    }  # fmt: skip
    assert rows["n"].sum() == len(names["after"]) == 73 and "TL-05" not in names["after"].index
    assert not {"MS-51", "MS-42", "MS-05"} & {*names["after"].index}, "suits of sellers, courts abroad, statements"


def test_the_one_trial_is_an_acquittal_and_no_lane_is_called_open_or_closed(opened):
    text = said(opened[1])
    assert "one person was tried, and acquitted in January 2024" in text["headline"]
    assert "arrested on 1 November 2021" in text["trial"] and "an article of November 2025" in text["trial"]
    assert "acquitted on 12 January 2024" in text["trial"] and "no later page read by November 2026" in text["trial"]
    with_words = [one for one in opened[1] if isinstance(one, Table) and "what" in one.frame]
    for spoken, words in (("en", "open case|closed case|impunity"), ("es", "caso abierto|caso cerrado|impunidad")):
        with speaking(spoken):
            pages = " ".join(anew(one).plain() for one in opened[1] if isinstance(one, Sentence))
            pages += " ".join(str(anew(one).frame.to_dict()) for one in with_words)
        assert not re.search(words, pages.lower())


def test_no_amount_of_the_suit_no_number_of_people_abroad_and_no_cell_below_three(opened):
    frames = tables(opened[1])
    text = " ".join(str(frame.drop(columns="page", errors="ignore").to_dict()) for frame in frames.values())
    assert not re.search(r"9[.,]?534|MXN|USD", text)
    assert "n_people" not in ogp.load("surveillance_events", "events").columns
    newly = set(frames["targets"]["n_new"]) - {"not_written", "none", "<3"}
    assert newly == {"3", "12", "456", "15000"} and (frames["targets"]["n_new"] == "<3").sum() == 9


def test_the_count_of_the_laboratory_is_drawn_alone_and_as_it_states_it(opened):
    assert opened[0]["totals"].tolist() == [18, 19, 21, 22, 24, 25]
    [drawn] = [one for one in opened[1] if isinstance(one, Figure) and one.name == "count"]
    text = " ".join(re.findall(r">([^<]+)</text>", drawn.svg()))
    assert "Targeted is not infected" in text and drawn.faults() == []
    assert "no conclusive evidence" in drawn.caption


def test_countries_are_said_to_have_a_later_event_only_where_it_is_no_further_revelation(opened):
    names, shown = opened
    assert set(names["came_after"]["iso3"]) == {"GRC", "ITA"} and len(tables(shown)["countries_once"]) == 14
    assert set(tables(shown)["countries_once"]["until"]) == {"no later page read by November 2026"}
    text = said(shown)["countries"]
    assert text.startswith("2 of 19 countries") and "Greece" in text and "Italy" in text and "did not begin it" in text
    assert len(tables(shown)["every_country"]) == 24


def test_the_last_plan_is_the_fourth_and_the_sentence_says_what_was_read(opened):
    text = said(opened[1])
    assert text["promise"].startswith("4 is the number of the last plan") and "we cannot say" in text["promise"]
    assert "letters that were not read" in text["read_of_plans"]


def test_addresses_that_name_a_person_are_cut_to_their_host(opened):
    sources = [cell for frame in tables(opened[1]).values() if "page" in frame for cell in frame["page"]]
    assert any("its address names a person" in one or one.startswith("no page to link: proceso") for one in sources)
    raw = [ogp.load(*one)["source_urls"] for one in (
        ("mexico_surveillance_timeline", "additions"), ("ogp_surveillance_commitments", "commitment7"),
        ("mexico_surveillance_targets", "parts"), ("surveillance_events", "events"))]  # fmt: skip
    assert not pd.concat(raw).str.contains("names a person").any()


def test_from_a_late_revelation_on_fewer_facts_are_said_and_no_trial():
    names, shown = cells.run("what_came_of_it", revelation="P-21")
    assert len(names["after"]) == 3 and "tried" not in said(shown)["headline"]
    assert "we hold no fact of OGP" in said(shown)["first_rows"]


@pytest.mark.parametrize("wrong", ["TL-13", "TL-10", "2017-06-19"])
def test_what_is_no_revelation_with_a_day_is_refused(wrong):
    with pytest.raises(UnknownName, match=f"revelation '{wrong}'"):
        cells.run("what_came_of_it", revelation=wrong)


@pytest.mark.parametrize(("spoken", "denied"), [("en", "need not be an effect of it"), ("es", "no tiene por qué ser su efecto")])
def test_the_first_limit_says_in_each_language_that_a_later_date_is_no_effect(opened, spoken, denied):
    [cannot] = [one for one in opened[1] if isinstance(one, Sentence) and one.key == "cannot"]
    with speaking(spoken):
        assert denied in anew(cannot).plain()


@pytest.mark.parametrize("spoken", ["en", "es"])
def test_each_figure_is_drawn_without_a_fault_in_each_language(opened, spoken):
    with speaking(spoken):
        drawn = [anew(one) for one in opened[1] if isinstance(one, Figure)]
        assert {one.name: one.faults() for one in drawn if one.svg()} == {"lanes": [], "countries": [], "count": []}
