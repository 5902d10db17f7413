"""Corrections of this room are made by the name of their dataset."""

from __future__ import annotations

from ogp_analysis.data.datasets.civic_space import index_rows
from ogp_analysis.data.datasets.civic_space.index_rows import corrected


def test_corrections_are_those_of_the_dataset(made, monkeypatch):
    one = {"file": "made", "row": {"a": "x"}, "column": "v", "expect": "2", "value": "3", "rule": "r"}
    monkeypatch.setattr(index_rows, "CORRECTIONS", {"letters": [one], "others": []})
    chunk = made([{"a": "x", "v": "2"}])
    assert corrected(chunk, "letters")[0]["v"].tolist() == ["3"] and corrected(chunk, "others")[1] == []
