"""What the tables of this wing call their columns and codes."""

from __future__ import annotations

import pytest

from ogp_analysis.base.words import word
from ogp_analysis.display.table import Heading
from ogp_analysis.surveillance.labels import headings, in_words


def test_a_column_has_the_word_of_its_area_and_one_unit_in_all_tables():
    found = headings("purchases", ["fact", "amount", "n", "currency"])
    assert list(found.values()) == [
        Heading("purchases.column.fact", "code"), Heading("purchases.column.amount", "money"),
        Heading("purchases.column.n", "count"), Heading("purchases.column.currency"),
    ]  # fmt: skip


def test_a_source_is_headed_alike_in_all_areas_and_stays_in_its_place():
    found = headings("commitment", ["source", "answer"])
    assert list(found) == ["source", "answer"] and found["source"] == Heading("source", "link")


@pytest.mark.parametrize("code", [None, float("nan")])
def test_a_code_that_is_missing_is_told_by_what_stands_for_it(code):
    promised = word("commitment.state.promised")
    assert in_words("commitment.state", ["promised", code], "not_written") == [promised, "not_written"]
    assert in_words("commitment.state", [code, "promised"]) == [None, promised]
