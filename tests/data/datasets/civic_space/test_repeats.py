"""Rows that several files give: one stays, and only if they agree."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, Record
from ogp_analysis.data.datasets.civic_space.index_rows import PRIORITY, one_row_each


def whole(*rows: tuple) -> Cleaned:
    frame = pd.DataFrame(rows, columns=["unit", "year", "name", "v", "w", PRIORITY, FILE])
    frame = frame.assign(**{LINE: range(2, len(frame) + 2), "v": frame["v"].astype("Int64")})
    counts = {str(name): int(n) for name, n in frame[FILE].value_counts().items()}
    return Cleaned({"t": frame}, Record(counts, dict(counts)))


def test_the_best_source_stays_filled_by_the_others_and_all_is_accounted_for():
    parts = whole(("B", 1, "b", 5, "", 0, "one"), ("A", 2, "other a", 3, "x", 1, "two"), ("A", 2, "a", 3, "", 0, "one"))
    result = one_row_each(parts, "t", ["unit", "year"], ["v", "w"])
    frame = result.tables["t"]
    assert frame[["unit", "year", "name", "v"]].values.tolist() == [["A", 2, "a", 3], ["B", 1, "b", 5]]
    assert frame["w"].tolist()[0] == "x" and frame["w"].isna().tolist() == [False, True]
    assert list(frame.columns) == ["unit", "year", "name", "v", "w"]
    entry = result.record.entries.iloc[0]
    assert (entry["action"], entry[FILE], entry[LINE], entry["new"]) == ("merged", "two", 3, "A 2")
    balance = result.record.checked().balance().set_index("file")
    assert balance[["rows_in", "kept", "merged"]].values.tolist() == [[2, 2, 0], [1, 0, 1]]


def test_sources_that_differ_raise():
    parts = whole(("A", 2, "a", 3, "", 0, "one"), ("A", 2, "a", 4, "", 1, "two"))
    with pytest.raises(
        CleaningError, match=r"t: 0 rows .* 1 have sources that differ, .*\('A', 2\) in line 2 of one and line 3 of two"
    ):
        one_row_each(parts, "t", ["unit", "year"], ["v", "w"])


def test_a_source_that_repeats_itself_raises():
    parts = whole(("A", 2, "a", 3, "", 0, "one"), ("A", 2, "a", 3, "", 0, "one"))
    with pytest.raises(CleaningError, match=r"1 rows repeat another of their source .*\('A', 2\) in"):
        one_row_each(parts, "t", ["unit", "year"], ["v"])


def test_a_row_without_a_key_raises():
    parts = whole(("A", 2, "a", 3, "", 0, "one"), ("", 2, "a", 4, "", 1, "two"))
    with pytest.raises(CleaningError, match=r"t \(unit, year\): 1 rows lack a part of the key, .* line 3 of two"):
        one_row_each(parts, "t", ["unit", "year"], ["v"])
