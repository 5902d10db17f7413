"""A table on paper: its columns are measured before it is set."""

from __future__ import annotations

import json
import re

import pytest

from ogp_analysis.publishing.pages.drawing import fonts
from ogp_analysis.publishing.pages.ruled import GAP, LINE, ruled

HEADS = [("Source", "left"), ("Version", "left"), ("Terms", "left"), ("Shareable", "right")]
#: Letters that kerns bring together and push apart, ligatures, signs, and letters of other alphabets.
TEXTS = [
    "AVAToWAYT LTV f.", "CSO entry and exit", "fi ffl office", "−0.671", "12,345.6 %", "¿Qué tan abierto?",
    "Ωж Türkiye", "ogp_commitment_descriptions", "publisher not on record, 2011-09-20", "“Yes” – no…",
]  # fmt: skip


def measured(texts: list[str], size: float, bold: bool) -> list[float]:
    """Return how wide typst sets texts, in points."""
    typst = pytest.importorskip("typst")
    source = f"""#set text(font: "DejaVu Sans", size: {size}pt, weight: "{"bold" if bold else "regular"}")
    #context [#metadata(json(bytes(sys.inputs.texts)).map(one => measure(text(one)).width.pt())) <widths>]"""
    found = typst.query(
        source.encode(), "<widths>", field="value", one=True, ignore_system_fonts=True, font_paths=fonts(),
        sys_inputs={"texts": json.dumps(texts)},
    )  # fmt: skip
    return json.loads(found)


@pytest.mark.parametrize("text", TEXTS)
def test_a_column_is_as_wide_as_its_text_and_no_wider_than_it_has_to_be(text):
    for head, cell in ((text, "x"), ("x", text)):
        [width] = ruled("", "", [(head, "left")], [[cell]])["widths"]
        [set_as] = measured([text], 7.4, bold=head == text)
        assert set_as <= width <= set_as * 1.12


def test_a_letter_that_the_font_lacks_has_the_room_of_the_mark_in_its_place():
    widths = [ruled("", "", HEADS[:1], [[letter * 9]])["widths"] for letter in ("日", "\N{REPLACEMENT CHARACTER}")]
    assert widths[0] == widths[1]


def test_a_table_that_has_room_is_as_wide_as_its_texts():
    table = ruled("Table 1", "Peers", HEADS, [["a", "b", "word " * 5, "12"], ["", "", "", ""]], "rest")
    assert sum(table["widths"]) + 3 * GAP < LINE
    assert (table["label"], table["caption"], table["rest"], table["size"]) == ("Table 1", "Peers", "rest", 7.4)
    assert len(ruled("", "", HEADS, [])["widths"]) == 4


@pytest.mark.parametrize(
    "row",
    [
        ["x " * 30, "supplement-2026-11", "terms " * 30, "1"],
        ["map_western_europe_north_america", "notebooks/civic_space_overview.ipynb", "word " * 40, "2,000,000"],
        ["2011–2013", "ogp-analysis", "a/" * 100, "3"],
    ],
)
def test_a_column_of_a_table_that_is_too_wide_keeps_room_for_its_longest_word(row):
    table = ruled("", "", HEADS, [row, ["a", "b", "c", "4"]])
    assert sum(table["widths"]) + 3 * GAP == pytest.approx(LINE)
    for cell, (head, side), width in zip(row, HEADS, table["widths"], strict=True):
        parts = [cell] if side == "right" else re.split(r"\s+|(?<=[/–])|(?<=-)(?=\D)", cell)
        assert max(measured(parts, table["size"], bold=False)) <= width
        assert max(measured(head.split(), table["size"], bold=True)) <= width


def test_room_goes_to_texts_that_break_before_it_goes_to_those_that_have_enough():
    few, many = ruled("", "", HEADS[:2], [["a few words", "many words " * 12]])["widths"]
    assert few == pytest.approx(ruled("", "", HEADS[:1], [["a few words"]])["widths"][0])
    assert few + many + GAP == pytest.approx(LINE)


def test_words_that_no_line_has_room_for_share_it_by_their_length():
    table = ruled("", "", HEADS[:2], [["x" * 90, "x" * 45]])
    assert table["widths"][0] / table["widths"][1] == pytest.approx(2, abs=0.01)
    assert sum(table["widths"]) + GAP == pytest.approx(LINE)


@pytest.mark.parametrize(("columns", "size"), [(1, 7.4), (5, 7.4), (6, 6.6), (8, 6.6), (9, 6.0), (12, 6.0)])
def test_a_table_of_many_columns_is_set_smaller(columns, size):
    assert ruled("", "", [("a", "right")] * columns, [["1"] * columns])["size"] == size
