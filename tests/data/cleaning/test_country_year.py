"""Checks on raw country-year columns: each names the file, the line, the value and what to do."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.country_year import bounded, distinct, known, number, require
from ogp_analysis.data.cleaning.record import FILE, LINE


def chunk(**columns) -> pd.DataFrame:
    frame = pd.DataFrame(columns, dtype="str")
    return frame.assign(**{FILE: "made.csv", LINE: range(2, len(frame) + 2)})


def test_require_names_the_absent_columns():
    with pytest.raises(CleaningError, match=r"made\.csv: 2 columns are absent, 'b', 'c'\."):
        require(chunk(a=["1"]), ("a", "b", "c"))


def test_require_works_on_a_chunk_without_rows():
    require(chunk(a=[]), ("a",))
    with pytest.raises(CleaningError, match="'b'"):
        require(chunk(a=[]), ("a", "b"))


def test_known_names_value_count_and_line():
    with pytest.raises(CleaningError, match=r"made\.csv, column code: 2 values .* for example 'mex' in line 3"):
        known(chunk(code=["MEX", "mex", ""]), "code", ("MEX",))


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.772", 0.772), (".7", 0.7), ("-1.5", -1.5), ("3.8e+07", 3.8e7), ("2.97E-05", 2.97e-05), ("16.0", 16.0),
     ("5.", 5.0)],
)  # fmt: skip
def test_number_reads_decimal_and_scientific_notation(text, value):
    assert number(chunk(x=[text]), "x").tolist() == [value]


@pytest.mark.parametrize("text", ["NA", "nan", "inf", "..", "-", "1,5", " ", "1 2", "0x10"])
def test_number_takes_nothing_else_for_missing(text):
    with pytest.raises(CleaningError, match=r"column x: 1 values that are not numbers"):
        number(chunk(x=["1", text]), "x")


@pytest.mark.parametrize(
    ("e", "lo", "hi"),
    [("0.5", "0.6", "0.7"), ("0.5", "0.3", "0.4"), ("0.5", "", "0.6"), ("0.5", "", ""), ("", "0.4", "0.6")],
)
def test_bounded_refuses_an_estimate_outside_or_without_its_bounds(e, lo, hi):
    with pytest.raises(CleaningError, match=r"made\.csv, column e: 1 estimates that do not lie between lo and hi"):
        bounded(chunk(e=["0.5", e], lo=["0.4", lo], hi=["0.6", hi]), "e", "lo", "hi")


def test_a_number_too_large_for_double_precision_is_refused():
    with pytest.raises(CleaningError, match=r"made\.csv, column a: 1 values that are not numbers, for example '1e400'"):
        number(chunk(a=["1", "", "1e400"]), "a")


def test_rows_that_repeat_another_word_for_word_are_refused_with_their_line():
    distinct(chunk(a=["1", "1"], b=["", "x"]))
    with pytest.raises(CleaningError, match=r"^made\.csv, line 3: 1 rows repeat an earlier one word for word"):
        distinct(chunk(a=["1", "1"], b=["x", "x"]))
