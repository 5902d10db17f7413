"""What became of a commitment, cell by cell: the term and what falls in it, caveats beside facts, what is refused."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import MessageError, UnknownName
from ogp_analysis.base.words import Sentence, speaking
from ogp_analysis.base.words.catalogue import anew
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Table

from .. import cells
from ..reports import ROOT

SCALE = ["not_started", "limited", "substantial", "complete"]


@pytest.fixture(scope="module")
def opened() -> tuple[dict, list]:
    return cells.run("commitment_tracker")


@pytest.fixture(scope="module")
def raw() -> pd.DataFrame:
    file = ROOT / "data" / "raw" / "ogp_commitments" / "2016-extract" / "commitments.csv"
    return pd.read_csv(file, dtype="str", keep_default_na=False).set_index("commitment_id")


def tables(shown: list) -> dict[str, pd.DataFrame]:
    return {one.name: one.frame for one in shown if isinstance(one, Table)}


def test_the_term_and_the_contracts_signed_within_it_on_any_possible_day(opened):
    names, _ = opened
    assert [str(names[day].date()) for day in ("begin", "end")] == ["2019-12-10", "2022-04-30"]
    # One of December 2019 may have been signed before the tenth; one of 2021 is of low confidence.
    assert sorted(names["during"]["fact"]) == ["MX-S-004", "MX-S-005"]
    assert sorted(names["during_low"]["fact"]) == ["MX-S-009"]
    # Those that may have been signed within it, and federal totals of years that overlap it, are no zero.
    assert sorted(names["perhaps"]["fact"]) == ["MX-F-013", "MX-S-003"]
    assert sorted(names["totals"]["fact"]) == ["MX-F-012", "MX-F-020", "MX-S-000", "MX-S-022"]


@pytest.mark.parametrize(
    ("spoken", "parts", "of_title"),
    [
        ("en", ["MX-F-012 (FGR, an autonomous body), MX-F-020", "2 other contracts may fall within it (MX-F-013, MX-S-003)",
                "no sample"], "within the planned term: 2 of states, 0 of the federal government"),
        ("es", ["MX-F-012 (FGR, órgano autónomo), MX-F-020", "2 contratos más podrían caer en ella (MX-F-013, MX-S-003)",
                "no es una muestra"], "en la vigencia prevista: 2 de estados, 0 del gobierno federal"),
    ],
)  # fmt: skip
def test_contracts_of_states_are_apart_from_the_government_that_promised(opened, spoken, parts, of_title):
    [said] = [one for one in opened[1] if isinstance(one, Sentence) and one.key == "meanwhile"]
    [drawn] = [one for one in opened[1] if isinstance(one, Figure)]
    with speaking(spoken):
        said, drawn = anew(said).plain(), anew(drawn)
    assert all(part in text for part in parts for text in (said, drawn.caption))
    assert all(state in said for state in ("Puebla", "Hidalgo", "Campeche")) and "Puebla, Hidalgo" in drawn.caption
    assert of_title in " ".join(re.findall(r">([^<]+)</text>", drawn.svg())) and drawn.faults() == []


def test_another_term_holds_what_was_signed_within_it():
    term = {'own["date"][["planned_start", "planned_end"]]': 'pd.to_datetime(["2014-10-01", "2014-12-31"])'}
    names, shown = cells.run("commitment_tracker", term)
    assert (sorted(names["during"]["fact"]), len(names["perhaps"])) == (["MX-F-001", "MX-S-002"], 0)
    assert sorted(names["totals"]["fact"]) == ["MX-F-015", "MX-F-017", "MX-F-019"], "none of low confidence"
    [said] = [one.plain() for one in shown if isinstance(one, Sentence) and one.key == "meanwhile"]
    assert "of the federal government that promised, 1; of states, 1 (Jalisco)." in said


def test_what_sentences_and_captions_count_is_what_stands_in_the_tables(opened):
    said = {one.key: one.plain() for one in opened[1] if isinstance(one, Sentence)}
    facts = pd.read_csv(ROOT / "data" / "raw" / "ogp_mexico_plan4" / "1-extract" / "facts.csv", dtype="str")
    count = facts.set_index(["subject", "quantity"])["count"]
    own, plan = count["commitment_7"], count["plan_4"]
    begun = f"{own['key_actions_started']} of the {own['key_actions']} key actions had begun"
    assert begun in said["reported"] and f"with {own['activities']} activities" in said["promised"]
    assert said["paused"].startswith(f"{plan['paused_without_early_results']} of the plan's {plan['commitments']} ")
    shown = {one.name: one for one in opened[1] if isinstance(one, Table)}
    low = shown["reported_counts"].frame["confidence"].eq("low").sum()
    assert f"of low confidence: {low}." in shown["reported_counts"].caption
    assert "11 contracts" in shown["requests"].caption and "1 more is left out" in shown["requests"].caption
    verified = facts["verified"].map({"True": "yes", "False": "no"}).tolist()
    assert shown["mexico_plan4"].frame["verified"].tolist() == verified and "no" in verified


def test_each_fact_that_rests_on_the_article_says_so_and_what_is_not_answered_has_no_source(opened):
    rows = tables(opened[1])["commitment"]
    assert rows["state"].value_counts().tolist() == [5, 4, 1]
    answered = rows["source"] != "not_applicable"
    assert answered.sum() == 5 and rows.loc[answered, "caveat"].str.contains("newspaper").all()


def test_requests_ask_for_what_is_missing_of_whom_sources_agree_on(opened):
    rows = tables(opened[1])["requests"].set_index("fact")
    # None of low confidence, none for cameras, and none in the name of a buyer on whom sources differ.
    assert len(rows) == 11 and not {"MX-S-014", "MX-S-019", "MX-F-021", "MX-F-013"} & set(rows.index)
    assert rows.loc["MX-F-004", "missing"] == "day of signature" and set(rows["reservation"]) == {"not known"}
    named = rows["ask"].str.contains("Transparencia para el Pueblo")
    assert set(rows.index[named]) == {"MX-F-004", "MX-F-005", "MX-F-014"}
    assert set(rows.index[rows["ask"].str.contains("autonomous")]) == {"MX-F-001", "MX-F-009", "MX-F-010"}


def test_events_stand_in_the_order_of_time_with_their_caveats_and_a_whole_address(opened):
    names, shown = opened
    keys = ["TL-07", "response_policy_started", "TL-13", "core_group_suspends", "TL-22", "TL-25"]
    assert names["events"]["event"].tolist() == keys and names["events"]["date"].is_monotonic_increasing
    rows = tables(shown)["events"].set_index(names["events"]["event"])
    assert rows.loc["core_group_suspends", "caveat"] == "read in a copy; confidence low"
    assert rows.loc["TL-13", "source"].startswith("https://r3d.mx/2019/12/10/nuevo-plan")
    # What is of low confidence, or was not read at its origin, says so in the drawing too.
    [drawn] = [one for one in shown if isinstance(one, Figure)]
    text = " ".join(re.findall(r">([^<]+)</text>", drawn.svg()))
    assert all(rows.loc[key, "caveat"] in text for key in ("core_group_suspends", "TL-22"))


def test_a_share_keeps_its_decimals_and_a_lower_bound_says_that_it_is_one(opened):
    values = tables(opened[1])["reported_counts"]["value"]
    assert "0.24 per cent" in set(values) and "more than 135,000 searches" in set(values)
    raw = ogp.load("mexico_interception_statistics", "counts")
    assert values.str.startswith("more than ").tolist() == raw["at_least"].tolist()


def test_every_caveat_of_a_raw_file_has_words_and_is_printed_beside_its_fact(opened, mirror):
    names, shown = opened
    raw = pd.read_csv(next((mirror / "mexico_interception_statistics").glob("*/*.csv")), dtype="str").fillna("")
    unsigned, rows = raw["source_url"].str.contains("netlify.app"), tables(shown)["reported_counts"]
    assert rows["caveat"].ne("not_written").tolist() == ((raw["caveat"] != "") | unsigned).tolist()
    assert rows["confidence"].eq("low").tolist() == (unsigned | (raw["period"] == "")).tolist()
    codes = [ogp.load("mexico_interception_statistics", "counts"), ogp.load("mexico_surveillance_timeline", "events")]
    assert set(pd.concat(codes)["caveat"].dropna()) <= set(names["words"].texts("caveat"))


def test_facts_of_the_plan_say_what_they_rest_on(opened):
    rows = tables(opened[1])["mexico_plan4"]
    of_article = rows["source_url"].str.contains("milenio")
    assert of_article.sum() == 6 and rows.loc[of_article, "note"].str.contains("article").all() and len(rows) == 20


def test_cases_of_the_response_policy_say_what_is_reported_only_and_how_sure_it_is(opened):
    rows = tables(opened[1])["response_policy_cases"].set_index("opened")
    assert rows.loc["2023-05", "outcome"].startswith("suspended (13 April 2026: one news outlet reports")
    assert rows.loc["2018-07-16", "confidence"] == "low" and rows.loc["2025-03-21", "confidence"] == "medium"
    [said] = [one.plain() for one in opened[1] if isinstance(one, Sentence) and one.key == "cases"]
    assert "(Mexico, 2019; organisations suspended their part again in October 2022, confidence low)" in said


@pytest.mark.parametrize("commitment", ["2016-GEO-2-17-1", "2016-ALB-1-1-1", "2016-NOR-1-NA-1"])
def test_any_commitment_has_its_ratings_and_says_what_nobody_recorded(commitment, raw):
    _, shown = cells.run("commitment_tracker", commitment=commitment)
    said = {one.key: one for one in shown if isinstance(one, Sentence)}
    rows, row = tables(shown)["commitment"].set_index("question"), raw.loc[commitment]
    rated = row["completion"] in SCALE
    assert rows.loc["completion, progress report", "answer"] == row["completion"].replace("_", " ")
    if commitment == "2016-GEO-2-17-1":
        assert rows.loc["planned start", "answer"].startswith("2014-01-09 or 2014-09-01: day and month can be read")
    assert said["headline"].case == ("rated" if rated else "unrated") and "MX0081" in said["limit"].plain()
    plan = raw[(raw["unit"] == row["unit"]) & (raw["plan_number"] == row["plan_number"])]
    assert len(tables(shown)["commitments_of_the_plan"]) == len(plan)
    if plan["completion"].isin(SCALE).any():
        counted = {name: one["value"] for name, one in said["of_plan"].numbers().items()}
        rated = plan["completion"][plan["completion"].isin(SCALE)]
        assert counted == {"of_plan.count": rated.isin(SCALE[2:]).sum(), "of_plan.n": len(rated)}
    else:
        assert "of_plan" not in said
    # What was put together by hand for one commitment stands nowhere else.
    assert not {"requests", "reported_counts", "mexico_plan4"} & set(tables(shown))


def test_a_commitment_that_is_not_on_record_is_refused_with_those_most_like_it():
    with pytest.raises(UnknownName, match="commitment 'MX0080': is not in the catalogue. Did you mean MX0081"):
        cells.run("commitment_tracker", commitment="MX0080")


def test_a_run_whose_numbers_contradict_one_another_is_refused():
    with pytest.raises(MessageError, match="contracts of the federal government and of states: does not hold"):
        cells.run("commitment_tracker", {'(during["level"] == "federal").sum()': "1"})
