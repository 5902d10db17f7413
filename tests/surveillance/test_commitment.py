"""The record of a commitment: promised, reported, not answered; contracts meanwhile; no effect, no line, no sum."""

from __future__ import annotations

import datetime
import re

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.words.catalogue import language
from ogp_analysis.base.words.numbers import day as written
from ogp_analysis.surveillance.commitment import OPEN


@pytest.fixture(scope="module")
def record():
    return ogp.surveillance.commitment()


@pytest.fixture(params=["en", "es"])
def spoken(request):
    ogp.use_language(request.param)
    yield request.param
    ogp.use_language("en")


def test_the_term_and_the_contracts_signed_within_it_on_any_possible_day(record):
    assert [str(day.date()) for day in record.term] == ["2019-12-10", "2022-04-30"]
    # One of December 2019 may have been signed before the tenth; one of 2021 is of low confidence.
    assert sorted(record.during["fact"]) == ["MX-S-004", "MX-S-005"]
    assert sorted(record.during_low["fact"]) == ["MX-S-009"]
    # Those that may have been signed within it, and federal totals of years that overlap it, are no zero.
    assert sorted(record.perhaps["fact"]) == ["MX-F-013", "MX-S-003"]
    assert sorted(record.totals["fact"]) == ["MX-F-012", "MX-F-020", "MX-S-000", "MX-S-022"]


def test_contracts_of_states_are_told_apart_from_the_government_that_promised(record, spoken):
    said, drawn = record.answer()[-1].plain(), record.plot()
    for state in ("Puebla", "Hidalgo", "Campeche"):
        assert state in said
    assert ("None of the federal government that promised is listed with a date" if spoken == "en"
            else "Ninguno del gobierno federal, que hizo la promesa, figura con fecha") in said  # fmt: skip
    for text in (said, drawn.caption):
        assert ("MX-F-012 (FGR, an autonomous body), MX-F-020" if spoken == "en"
                else "MX-F-012 (FGR, órgano autónomo), MX-F-020") in text  # fmt: skip
        assert (
            "2 other contracts may fall within it" if spoken == "en" else "2 contratos más podrían caer en ella"
        ) in text
        assert "(MX-F-013, MX-S-003)" in text
    assert ("of low confidence: 1 more (Campeche)" if spoken == "en" else "de confianza baja, 1 más (Campeche)") in said
    assert ("no sample" if spoken == "en" else "no es una muestra") in said
    title = " ".join(re.findall(r">([^<]+)</text>", drawn.svg()))
    assert ("listed one by one of the federal government, 0; of states, 2" if spoken == "en"
            else "listados uno por uno del gobierno federal, 0; de estados, 2") in title  # fmt: skip
    assert "Puebla, Hidalgo" in drawn.caption


def test_one_article_is_one_article_and_what_is_not_reported_is_not_undone(record, spoken):
    said = str(record.answer()) + str(record.limit())
    for part in (("What became of it we cannot yet say", "as one newspaper article", "one newspaper's reading",
                  "may have happened all the same") if spoken == "en"
                 else ("Aún no podemos decir en qué quedó", "según un solo artículo", "la lectura de un solo periódico",
                       "pudo haber ocurrido")):  # fmt: skip
        assert part in said
    for wrong in ("news report each", "reports that any key action", "una nota de prensa"):
        assert wrong not in said
    # Each fact that rests on the article says so.
    rows = record.table().frame
    assert (rows["caveat"] != "not_applicable").sum() == 5


def test_what_is_said_is_of_the_record_and_names_what_it_does_not_say(record):
    said = str(record.answer()) + str(record.limit())
    for part in ("4 key actions with 13 activities", "had 0 of the 4 key actions begun", "do not say whether this one",
                 "or that it had none"):  # fmt: skip
        assert part in said
    rows = record.table().frame
    assert (rows["state"] == "promised").sum() == 4 and (rows["state"] == "reported").sum() == 1
    assert len(rows) == 5 + len(OPEN) and (rows["source"] != "not_applicable").sum() == 5


def test_requests_ask_for_what_is_missing_and_never_tell_a_reservation(record):
    rows = record.requests().frame.set_index("fact")
    # None of low confidence, none for cameras, and none in the name of a buyer on whom sources differ.
    assert len(rows) == 11 and not {"MX-S-014", "MX-S-019", "MX-F-021", "MX-F-013"} & set(rows.index)
    assert "1 is left out, as sources name different buyers" in record.requests().caption
    assert rows.loc["MX-F-004", "missing"] == "day of signature" and set(rows["reservation"]) == {"not known"}
    assert rows.loc["MX-F-010", "missing"] == "procedure"
    named = rows["ask"].str.contains("Transparencia para el Pueblo")
    assert set(rows.index[named]) == {"MX-F-004", "MX-F-005", "MX-F-014"}
    assert set(rows.index[rows["ask"].str.contains("autonomous")]) == {"MX-F-001", "MX-F-009", "MX-F-010"}


def test_a_share_keeps_its_decimals_and_a_lower_bound_says_that_it_is_a_bound(record):
    values = record.counts().frame["value"]
    assert "0.24 per cent" in set(values) and "more than 135,000 searches" in set(values)
    assert values.str.startswith("more than ").tolist() == record.statistics["at_least"].tolist()


def test_events_stand_in_the_order_of_time_and_no_label_meets_another(record, spoken):
    assert record.frame["date"].is_monotonic_increasing
    keys = ["TL-07", "response_policy_started", "TL-13", "core_group_suspends", "TL-22", "TL-25"]
    assert record.frame["event"].tolist() == keys
    drawn = record.plot()
    assert drawn.faults() == []
    days = [written(datetime.date.fromisoformat(date), language()) for date in record.frame["date"]]
    assert set(days) <= {text.get_text() for text in drawn.narrow.texts} and all(day in drawn.svg() for day in days)
    # What is of low confidence, or was not read at its origin, says so in the drawing and in the table.
    rows = record.events().frame.set_index(record.frame["event"])["caveat"]
    text = " ".join(re.findall(r">([^<]+)</text>", drawn.svg()))
    assert rows["core_group_suspends"] in text and rows["TL-22"] in text
    assert ("confidence low" if spoken == "en" else "confianza baja") in rows["core_group_suspends"]


def test_an_address_that_one_table_shortens_stands_whole_where_another_holds_it(record):
    row = record.events().frame.set_index(record.frame["event"]).loc["TL-13"]
    assert row["source"].startswith("https://r3d.mx/2019/12/10/nuevo-plan") and row["caveat"] == "not_written"
