"""Corrections as data: made where the source is as expected, refused where it has changed."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.corrections import corrected

LETTERS = [{"file": "made.csv", "row": {"a": "x", "b": "1"}, "column": "v", "expect": "2", "value": "3", "rule": "r"}]


def test_the_row_is_corrected_and_recorded_and_the_chunk_is_not(made):
    chunk = made([{"a": "x", "b": "1", "v": "2"}, {"a": "x", "b": "2", "v": "2"}])
    before = chunk.copy(deep=True)
    fixed, (entries,) = corrected(chunk, LETTERS, "letters.toml")
    assert fixed["v"].tolist() == ["3", "2"]
    assert entries[["_line", "rule", "column", "old", "new"]].values.tolist() == [[2, "r", "v", "2", "3"]]
    assert chunk.equals(before)


def test_a_source_that_has_changed_is_told(made):
    with pytest.raises(CleaningError, match=r"letters\.toml, r: expects '2' in column v and finds '3' in line 2"):
        corrected(made([{"a": "x", "b": "1", "v": "3"}]), LETTERS, "letters.toml")
