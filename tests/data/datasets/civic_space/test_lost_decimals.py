"""Lost decimal points: what a text may have been, and what the ranks leave of it."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from ogp_analysis.data.datasets.civic_space.rsf_press_freedom import readings, restored


@pytest.mark.parametrize(
    ("text", "possible"),
    [
        ("4613", ["46.13"]),
        ("595", ["5.95", "59.5"]),
        ("15", ["1.5", "15"]),
        ("7", ["7"]),
        ("90", ["90"]),  # 9.0 would have been written 9
        ("100", ["100"]),
        ("075", ["0.75"]),
        ("0", ["0"]),
        ("65487", ["65.487"]),  # with two decimals it would be off the scale
        ("54.7", ["54.7"]),
        ("999999", []),
    ],
)
def test_readings_inside_the_scale(text, possible):
    assert [str(one) for one in readings(text, 0, 100)] == possible


@pytest.mark.parametrize(("text", "possible"), [("-67", ["-6.7", "-0.67"]), ("-10", ["-10", "-0.10"]),
                                                ("-6", ["-6", "-0.6"]), ("-225", ["-2.25"])])  # fmt: skip
def test_a_negative_number_may_have_lost_its_zero_too(text, possible):
    assert [str(one) for one in readings(text, -10, 150)] == possible


def test_higher_first_turns_the_order_and_the_order_of_the_rows_is_free():
    texts, ranks = ["595", "90", "6012"], [3, 1, 2]
    found = restored(texts, ranks, 0, 100, higher_first=True)
    assert [len(one) for one in found.possible] == [2, 1, 1]
    assert found.undecided == [0]
    found = restored([*texts, "5012"], [*ranks, 4], 0, 100, higher_first=True)
    assert [str(one) for values in found.possible for one in values] == ["59.5", "90", "60.12", "50.12"]


def test_a_value_that_no_place_of_the_point_brings_into_order():
    found = restored(["6012", "7012", "5012"], [1, 2, 3], 0, 100, higher_first=True)
    assert found.contradicting != []


def test_what_was_written_is_found_again():
    """Any order of numbers, stripped of their points: the true reading is never excluded, and mostly alone."""
    draw = random.Random(20)
    for higher in (True, False):
        values = sorted({Decimal(draw.randrange(100, 10000)).scaleb(-2).normalize() for _ in range(180)},
                        reverse=higher)  # fmt: skip
        texts = [format(value, "f").replace(".", "") for value in values]
        found = restored(texts, range(1, len(texts) + 1), 0, 100, higher_first=higher)
        assert all(value in possible for value, possible in zip(values, found.possible, strict=True))
        # At either end of the order there is no neighbour to hold a value.
        assert len(found.undecided) < 20
