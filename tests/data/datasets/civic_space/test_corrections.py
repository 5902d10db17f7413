"""Corrections of this room: each says what, why and when, and is made by the name of its dataset."""

from __future__ import annotations

import datetime

import pytest

from ogp_analysis.data.datasets.civic_space import index_rows
from ogp_analysis.data.datasets.civic_space.index_rows import CORRECTIONS, corrected

ALL = [(dataset, one) for dataset, found in CORRECTIONS.items() for one in found]


@pytest.mark.parametrize(("dataset", "entry"), ALL, ids=[f"{d}.{e['rule']}.{e['column']}" for d, e in ALL])
def test_every_correction_says_what_why_and_when(dataset, entry):
    assert set(entry) == {"file", "row", "column", "expect", "value", "rule", "reason", "reason_es", "decided"}
    assert entry["expect"] != entry["value"]
    assert entry["reason"].endswith(".")
    datetime.date.fromisoformat(entry["decided"])


def test_corrections_are_those_of_the_dataset(made, monkeypatch):
    one = {"file": "made", "row": {"a": "x"}, "column": "v", "expect": "2", "value": "3", "rule": "r"}
    monkeypatch.setattr(index_rows, "CORRECTIONS", {"letters": [one], "others": []})
    chunk = made([{"a": "x", "v": "2"}])
    assert corrected(chunk, "letters")[0]["v"].tolist() == ["3"] and corrected(chunk, "others")[1] == []
