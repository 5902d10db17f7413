"""Sentences: values put in, hostile text harmless, numbers written as the language writes them."""

from __future__ import annotations

import numpy as np
import pytest

from ogp_analysis.base.errors import MessageError
from ogp_analysis.base.words import own, sentence, use_language
from ogp_analysis.base.words.sentence import (
    Number,
    count,
    index,
    rank,
    share,
    year,
)

YEARS = {"first": year(2000), "last": year(2023)}
CHANGE = YEARS | {
    "window": Number(23, "years"), "first_value": index(0.758), "last_value": index(0.701), "rank_fall": rank(16),
    "difference": index(-0.057, signed=True), "n": count(175), "tied": count(0), "as_much_count": count(9),
    "as_much_n": count(174), "as_much_share": share(9 / 174),
}  # fmt: skip


@pytest.fixture(autouse=True)
def english():
    use_language("en")
    yield
    use_language("en")


def test_hostile_text_is_no_template():
    said = sentence("panel.table.indicators", place="{first.__class__} {0}", **YEARS)
    assert "{first.__class__} {0}" in said.plain()


@pytest.mark.parametrize(
    ("values", "message"),
    [({"place": "x", "first": year(2000)}, "lacks the value 'last'"),
     ({"place": "x", "first": None, "last": year(1)}, "is None"),
     ({"place": "x", "first": float("nan"), "last": year(1)}, "is None")],
)  # fmt: skip
def test_what_cannot_be_said_is_refused(values, message):
    with pytest.raises(MessageError, match=message):
        sentence("panel.table.indicators", **values)


def test_cases_must_fit():
    with pytest.raises(MessageError, match="no case 'sideways'"):
        sentence("panel.change", case="sideways", **CHANGE)
    with pytest.raises(MessageError, match="has no cases"):
        sentence("panel.table.indicators", case="rose", place="x", **YEARS)


def test_a_number_without_a_unit_is_refused():
    with pytest.raises(MessageError, match="has no unit"):
        sentence("panel.table.indicators", place=3, **YEARS)


def test_words_agree_with_counts_only():
    with pytest.raises(MessageError, match="words that agree with 2023, which is not a count"):
        sentence("panel.change", case="fell", **CHANGE | {"n": year(2023)})


def test_numbers_carry_unit_interval_and_level():
    values = {"id": "here", "n": count(174), "count": count(25)}
    text = "{count} of {n} ({share}{interval})"
    said = own.say(text, interval="; 10% to 20%", **values,
                   share=share(np.float64(25 / 174), low=0.1, high=0.2, level=0.95))  # fmt: skip
    found = said.numbers()["here.share"]
    assert [found[part] for part in ("unit", "low", "high", "level", "written")] == ["share", 0.1, 0.2, 0.95, "14%"]
    assert found["value"] == 0.1436781609  # ten digits, never the written ones
    bare = own.say(text, interval="", **values, share=share(1 / 3)).numbers()
    assert [bare["here.share"][part] for part in ("low", "high", "level")] == [None] * 3, "no interval, and so no level"
    moved = sentence("panel.change", case="fell", name="here", **CHANGE)
    assert moved.numbers()["here.difference"]["written"] == "−0.057"
