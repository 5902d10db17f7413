"""Columns as codes: the same word has the same code in all columns that are coded together."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa

from ogp_analysis.procurement.flags.coded import MISSING, different, floats, instants, integers, positions, words


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


def test_pieces_of_codes_are_one_column():
    """Each piece has codes of its own, some of them for words that it does not use."""
    pieces = [pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pa.array(words_)) for codes, words_ in (
        ([1, None, 0], ["b", "a"]), ([0, 0], ["a"]), ([], ["unused"]), ([2], ["x", "y", "b"]),
    )]  # fmt: skip
    column, other = words(pa.chunked_array(pieces), texts("b", "z"))
    told = [None if code == MISSING else column.vocabulary[int(code)].as_py() for code in column.codes]
    assert told == ["a", None, "b", "a", "a", "b"]
    assert positions(texts("b", None, "z"), pa.chunked_array(pieces)).tolist() == [2, MISSING, MISSING]
    assert other.codes[0] == column.codes[2] and other.codes[1] not in column.codes


def test_different_are_sorted():
    assert different(np.array([3, 1, 3, 2, 1])).tolist() == [1, 2, 3]
    assert different(np.array([], dtype="int64")).tolist() == []


def test_numbers_and_instants_of_arrow():
    assert integers(pa.chunked_array([[1, None], [3]])).tolist() == [1, MISSING, 3]
    assert np.isnan(floats(pa.chunked_array([pa.array([1.5, None])]))).tolist() == [False, True]
    day = dt.datetime(2020, 1, 2)
    assert np.isnat(instants(pa.chunked_array([pa.array([day, None], pa.timestamp("us"))]))).tolist() == [False, True]


def test_numbers_of_either_kind():
    assert integers(pd.Series([1, None], dtype="Int64")).tolist() == [1, MISSING]
    assert integers(pd.Series([1, 2], dtype="int64")).tolist() == [1, 2]
    assert np.isnan(floats(pd.Series([1, None], dtype="Int64"))).tolist() == [False, True]
