"""How numbers and dates are written in each language, and how each number of a sentence is registered."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import pandas as pd
import pytest

import ogp_analysis
from ogp_analysis.base.errors import MessageError
from ogp_analysis.base.words.sentence import (
    Count,
    Measure,
    Number,
    Share,
    as_date,
    count,
    index,
    measured,
    partial_day,
    rounded,
    written,
)

SERIES = pd.DataFrame({"unit": ["A", "B", "C"] * 2, "year": [2013] * 3 + [2023] * 3,
                       "value": [0.5, 0.6, 0.7, 0.4, 0.7, 0.7]})  # fmt: skip


@pytest.mark.parametrize(
    ("value", "spec", "english", "spanish"),
    [
        (0.0, Measure("index", 3, signed=True), "0.000", "0.000"),
        (0.0004, Measure("index", 3, signed=True), "0.000", "0.000"),
        (-0.0004, Measure("index", 3, signed=True), "0.000", "0.000"),
        (0.0006, Measure("index", 3, signed=True), "+0.001", "+0.001"),
        (-1234.5, Measure("money", 2), "−1,234.50", "−1,234.50"),
        (-0.071, Measure("share", 1, signed=True), "−7.1%", "−7.1 %"),
        (0.071, Measure("share", 1, signed=True), "+7.1%", "+7.1 %"),
        (0.0004, Measure("probability", 3), "<0.001", "<0.001"),
        (0.0005000001, Measure("probability", 3), "0.001", "0.001"),
        (0.004, Measure("probability", 2), "<0.01", "<0.01"),
        (0.0, Measure("probability", 3), "0.000", "0.000"),
        (1.0, Measure("probability", 3), "1.000", "1.000"),
        (0.9999839, Measure("probability", 3), ">0.999", ">0.999"),
        (0.9994, Measure("probability", 3), "0.999", "0.999"),
        (1 - 1e-15, Measure("probability", 3), "1.000", "1.000"),
        (0.9999, Measure("ratio", 3), "1.000", "1.000"),
        (103, Measure("rank"), "103", "103"),
        (2017.0, Measure("year"), "2017", "2017"),
    ],
)
def test_numbers_are_written_as_each_language_writes_them(value, spec, english, spanish):
    assert (written(value, spec, "en"), written(value, spec, "es")) == (english, spanish)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_missing_number_is_refused_and_carried_as_missing(value):
    with pytest.raises(MessageError, match="cannot be written"):
        written(value, Measure("index", 3), "en")
    assert rounded(value) is None


@pytest.mark.parametrize(
    ("value", "carried"),
    [(1 / 3, 0.3333333333), (123456789.123456, 123456789.1), (1e-12 / 3, 3.333333333e-13), (0.1 + 0.2, 0.3), (-0.0, 0)],
)
def test_ten_significant_digits_are_carried(value, carried):
    assert rounded(value) == carried


@pytest.mark.parametrize(
    ("text", "english", "spanish"),
    [
        ("2017", "2017", "2017"),
        ("2012-04", "April 2012", "abril de 2012"),
        ("2011-09-20", "20 September 2011", "20 de septiembre de 2011"),
    ],
)
def test_a_date_is_said_as_far_as_it_is_known(text, english, spanish):
    assert (partial_day(text, "en"), partial_day(text, "es")) == (english, spanish)


@pytest.mark.parametrize("text", ["", "201", "20170523", "2017-13", "2017-02-30", "2017-W21-2", "23/05/2017", "unknown",
                                  "２０１７"])  # fmt: skip
def test_what_is_no_date_is_refused(text):
    for read in (as_date, lambda text: partial_day(text, "en")):
        with pytest.raises(MessageError, match="is not a date"):
            read(text)


def test_every_level_belongs_to_an_interval_and_every_interval_has_a_level():
    for file in sorted(Path(ogp_analysis.__file__).parent.rglob("*.py")):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Measure":
                given = {one.arg for one in call.keywords} & {"low", "high", "level"}
                assert given in (set(), {"low", "high", "level"}), f"{file.name}, line {call.lineno}"


@dataclass(frozen=True)
class Fall:
    """A result as rooms declare it."""

    n: Count
    difference: Annotated[float | None, Measure("index", 3, signed=True, low="low", high="high", level=0.95)]
    low: Annotated[float, Measure("index", 3)] | None = None
    high: Annotated[float, Measure("index", 3)] | None = None
    country: str = "MEX"

    @property
    def share(self) -> Share:
        """A number that is computed when it is asked for."""
        return 0.25


def test_the_numbers_of_a_result_are_what_its_annotations_say():
    found = measured(Fall(12, np.float64(-0.1), -0.2, -0.05))
    assert list(found) == ["n", "difference", "low", "high", "share"]
    assert found["difference"] == Number(-0.1, "index", 3, True, -0.2, -0.05, 0.95)
    assert [number.written("en") for number in found.values()] == ["12", "−0.100", "−0.200", "−0.050", "25%"]


@pytest.mark.parametrize("value", [None, "3", True])
def test_what_is_no_number_is_refused(value):
    with pytest.raises(MessageError, match="which is not a number"):
        count(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), np.float64("-inf")])
def test_a_number_that_is_not_finite_is_refused_where_it_is_made(value):
    with pytest.raises(MessageError, match=r"its value is -?(nan|inf)"):
        index(value)
    with pytest.raises(MessageError, match=r"its high is -?(nan|inf)"):
        index(0.5, low=0.4, high=value, level=0.95)


@pytest.mark.parametrize("decimals", [-1, 11, 10**9, 1.5, "3"])
def test_decimals_that_nobody_could_read_are_refused(decimals):
    """Also those of a notebook that is read back: a number with a billion decimals would fill the memory."""
    with pytest.raises(MessageError, match="decimals"):
        Number(1, "index", decimals)
