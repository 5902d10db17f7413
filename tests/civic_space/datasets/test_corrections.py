"""Corrections as data: made where the source is as expected, refused where it has changed."""

from __future__ import annotations

import datetime

import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.civic_space.datasets import corrections
from ogp_analysis.civic_space.datasets.corrections import CORRECTIONS, corrected

ALL = [(dataset, one) for dataset, found in CORRECTIONS.items() for one in found]


@pytest.fixture
def one(monkeypatch):
    table = {"letters": [{"file": "made.csv", "row": {"a": "x", "b": "1"}, "column": "v", "expect": "2", "value": "3",
                          "rule": "r", "reason": "A reason.", "decided": "2026-11-24"}]}  # fmt: skip
    monkeypatch.setattr(corrections, "CORRECTIONS", table)


def test_the_row_is_corrected_and_recorded_and_the_chunk_is_not(made, one):
    chunk = made([{"a": "x", "b": "1", "v": "2"}, {"a": "x", "b": "2", "v": "2"}])
    before = chunk.copy(deep=True)
    fixed, (entries,) = corrected(chunk, "letters")
    assert fixed["v"].tolist() == ["3", "2"]
    assert entries[["_line", "rule", "column", "old", "new"]].values.tolist() == [[2, "r", "v", "2", "3"]]
    assert chunk.equals(before)


def test_a_source_that_has_changed_is_told(made, one):
    with pytest.raises(CleaningError, match=r"corrections\.toml, r: expects '2' in column v and finds '3' in line 2"):
        corrected(made([{"a": "x", "b": "1", "v": "3"}]), "letters")


def test_other_rows_files_and_columns_are_left_alone(made, one):
    for chunk in (made([{"a": "y", "b": "1", "v": "9"}]), made([{"a": "x", "v": "9"}]),
                  made([{"a": "x", "b": "1", "v": "9"}], "other.csv")):  # fmt: skip
        fixed, entries = corrected(chunk, "letters")
        assert fixed.equals(chunk)
        assert entries == []


@pytest.mark.parametrize(("dataset", "entry"), ALL, ids=[f"{d}.{e['rule']}.{e['column']}" for d, e in ALL])
def test_every_correction_says_what_why_and_when(dataset, entry):
    assert set(entry) == {"file", "row", "column", "expect", "value", "rule", "reason", "reason_es", "decided"}
    assert entry["expect"] != entry["value"]
    assert entry["reason"].endswith(".")
    datetime.date.fromisoformat(entry["decided"])
