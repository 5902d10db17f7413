"""What became of a commitment, cell by cell: the term and what falls in it, caveats beside facts, what is refused."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import MessageError
from ogp_analysis.base.words import Sentence, speaking
from ogp_analysis.base.words.spoken import anew
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.table import Table

from .. import cells


@pytest.fixture(scope="module")
def opened() -> tuple[dict, list]:
    return cells.run("commitment_tracker")


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
                "no sample"], "listed one by one of the federal government, 0; of states, 2"),
        ("es", ["MX-F-012 (FGR, órgano autónomo), MX-F-020", "2 contratos más podrían caer en ella (MX-F-013, MX-S-003)",
                "no es una muestra"], "listados uno por uno del gobierno federal, 0; de estados, 2"),
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


def test_a_run_whose_numbers_contradict_one_another_is_refused():
    with pytest.raises(MessageError, match="contracts of the federal government and of states: does not hold"):
        cells.run("commitment_tracker", {'(during["level"] == "federal").sum()': "1"})
