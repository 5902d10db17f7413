"""The record of a commitment: promised, reported, not answered; contracts meanwhile; no effect, no line, no sum."""

from __future__ import annotations

import datetime

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
    # One of December 2019 may have been signed before the tenth.
    assert sorted(record.during["fact"]) == ["MX-S-004", "MX-S-005"]


def test_what_is_said_is_of_the_record_and_names_what_it_does_not_say(record):
    said = str(record.answer()) + str(record.limit())
    for part in ("4 key actions with 13 activities", "0 of the 4 key actions", "do not say whether this one",
                 "or that it had none"):  # fmt: skip
        assert part in said
    rows = record.table().frame
    assert (rows["state"] == "promised").sum() == 4 and (rows["state"] == "reported").sum() == 1
    assert len(rows) == 5 + len(OPEN) and rows["source"].notna().sum() == 5


def test_requests_ask_for_what_is_missing_and_never_tell_a_reservation(record):
    rows = record.requests().frame.set_index("fact")
    # Nor is anybody asked on a fact of low confidence, or in the name of a buyer on whom sources differ.
    assert len(rows) == 15 and not {"MX-S-009", "MX-S-014", "MX-S-019", "MX-F-013"} & set(rows.index)
    assert rows.loc["MX-F-004", "missing"] == "day of signature" and set(rows["reservation"]) == {"not known"}
    assert rows.loc["MX-F-010", "missing"] == "procedure"
    assert (rows["ask"].str.contains("federal")).sum() == 8


def test_reported_counts_keep_their_units(record):
    rows = record.counts().frame
    assert len(rows) == 20
    assert "more than 135,000 searches" in set(rows["value"]) and "0.24 per cent" in set(rows["value"])


def test_events_stand_in_the_order_of_time_and_no_label_meets_another(record, spoken):
    assert record.frame["date"].is_monotonic_increasing
    keys = ["TL-07", "response_policy_started", "TL-13", "core_group_suspends", "TL-22", "TL-25"]
    assert record.frame["event"].tolist() == keys
    drawn = record.plot()
    assert drawn.faults() == []
    days = [written(datetime.date.fromisoformat(date), language()) for date in record.frame["date"]]
    assert set(days) <= {text.get_text() for text in drawn.narrow.texts} and all(day in drawn.svg() for day in days)
