"""Columns as codes: the same word has the same code in all columns that are coded together."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.contracting.flags.columns import MISSING, floats, integers, positions, words


def texts(*values) -> pd.Series:
    return pd.Series(values, dtype="str")


def test_columns_share_one_vocabulary():
    one, other = words(texts("b", None, "a"), texts("a", "c"))
    assert one.codes.tolist() == [0, MISSING, 1] and other.codes.tolist() == [1, 2]
    assert one.texts(np.array([2, 0])).tolist() == ["c", "b"]


def test_a_missing_word_is_among_none():
    (column,) = words(texts("a", None, "b", "a"))
    assert column.among(["a", "z"]).tolist() == [True, False, False, True]
    assert column.among([]).tolist() == [False] * 4
    assert column.present.tolist() == [True, False, True, True]


def test_rows_without_partner_have_no_word():
    (column,) = words(texts("a", "b"))
    assert column.at(np.array([1, MISSING, 0])).codes.tolist() == [1, MISSING, 0]


def test_columns_that_are_empty_or_missing_throughout():
    (empty,) = words(texts())
    assert empty.codes.tolist() == [] and empty.among(["a"]).tolist() == []
    (missing,) = words(texts(None, None))
    assert missing.among(["a"]).tolist() == [False, False]


def test_joined_frames_are_read_as_whole():
    """A column of several pieces, as joining frames makes, is one column."""
    column = pd.concat([texts("a", "b"), texts("b", None)], ignore_index=True)
    (coded,) = words(column)
    assert coded.codes.tolist() == [0, 1, 1, MISSING]
    assert positions(column, texts("b", "a")).tolist() == [1, 0, 0, MISSING]


def test_numbers_of_either_kind():
    assert integers(pd.Series([1, None], dtype="Int64")).tolist() == [1, MISSING]
    assert integers(pd.Series([1, 2], dtype="int64")).tolist() == [1, 2]
    assert np.isnan(floats(pd.Series([1, None], dtype="Int64"))).tolist() == [False, True]
