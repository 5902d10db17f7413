"""The record of a cleaning: arithmetic that holds, entries that add up, and a balance refused if it does not."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.record import (
    FILE,
    LINE,
    Record,
    changed,
    kept_but,
    merged,
    set_aside,
)


def chunk(file="s/1/a.csv", first=2, names=("Kenya", "KENYA ", "", "NA", "Kenya")) -> pd.DataFrame:
    return pd.DataFrame({"name": names, FILE: file, LINE: range(first, first + len(names))}, dtype="object").astype(
        {"name": "str", FILE: "str", LINE: "int64"})  # fmt: skip


def test_rows_in_are_kept_set_aside_or_merged_and_changes_count_apart():
    rows = chunk()
    record = kept_but(
        rows,
        changed(rows, "name", rows["name"].str.strip().str.title(), "tidy"),
        set_aside(rows, rows["name"] == "", "no_name", "name"),
        merged(rows, rows[LINE] == 6, "repeated", "name", "line 2"),
    ).checked()
    [row] = record.balance().to_dict("records")
    assert row == {"file": "s/1/a.csv", "rows_in": 5, "kept": 3, "set_aside": 1, "merged": 1, "changed_values": 2}


def test_an_entry_says_where_what_and_by_which_rule():
    rows = chunk()
    entries = changed(rows, "name", rows["name"].replace({"KENYA ": "Kenya"}), "spelling")
    assert entries.to_dict("records") == [
        {FILE: "s/1/a.csv", LINE: 3, "action": "changed", "rule": "spelling", "column": "name", "old": "KENYA ",
         "new": "Kenya"}]  # fmt: skip


def test_a_value_that_stays_or_stays_missing_is_no_change():
    rows = chunk(names=("a", None, "c"))
    new = pd.Series(["a", None, "d"], index=rows.index, dtype="str")
    assert changed(rows, "name", new, "r")["new"].tolist() == ["d"]
    gone = pd.Series([None, "b", "c"], index=rows.index, dtype="str")
    assert changed(rows, "name", gone, "r")[LINE].tolist() == [2, 3]


def test_records_add_up_over_chunks_and_files():
    one, two, other = chunk(), chunk(first=7), chunk(file="s/1/b.csv")
    parts = [kept_but(c, set_aside(c, c["name"] == "", "no_name", "name")) for c in (one, two, other)]
    whole = (parts[0] + parts[1] + parts[2]).checked()
    balance = whole.balance().set_index("file")
    assert balance.loc["s/1/a.csv"].to_dict() == {"rows_in": 10, "kept": 8, "set_aside": 2, "merged": 0,
                                                  "changed_values": 0}  # fmt: skip
    assert balance.loc["s/1/b.csv", "rows_in"] == 5
    assert whole.entries[LINE].tolist() == [4, 9, 4]


@pytest.mark.parametrize("kept", [3, 6])
def test_a_balance_that_does_not_hold_is_refused_with_its_file_and_numbers(kept):
    rows = chunk()
    entries = set_aside(rows, rows["name"] == "", "no_name", "name")
    with pytest.raises(CleaningError, match=rf"s/1/a\.csv: 5 rows came in, but {kept} were kept, 1 set aside"):
        Record({"s/1/a.csv": 5}, {"s/1/a.csv": kept}, entries).checked()


def test_an_entry_of_a_file_that_was_not_read_is_refused():
    rows, other = chunk(), chunk(file="s/1/b.csv")
    entries = set_aside(other, other["name"] == "", "no_name", "name")
    with pytest.raises(CleaningError, match=r"s/1/b\.csv: has entries in the record"):
        Record({"s/1/a.csv": 5}, {"s/1/a.csv": 5}, entries).checked()
    with pytest.raises(CleaningError):
        kept_but(rows, entries).checked()


def test_what_a_row_is_merged_into_never_adds_rows():
    rows = chunk()
    mask = rows[LINE].isin([3, 6])
    into = pd.Series([f"line {n}" for n in range(2, 7)], index=rows.index)
    entries = merged(rows, mask, "repeated", "name", into)
    assert entries[[LINE, "old", "new"]].to_numpy().tolist() == [[3, "KENYA ", "line 3"], [6, "Kenya", "line 6"]]
    only = merged(rows, mask, "repeated", "name", into[mask])
    pd.testing.assert_frame_equal(entries, only)
    kept_but(rows, entries).checked()


def test_a_file_that_only_one_side_knows_counts_nothing_on_the_other():
    one_sided = Record({"in.csv": 0}, {"kept.csv": 0}).checked().balance().set_index("file")
    assert one_sided.to_numpy().sum() == 0
    with pytest.raises(CleaningError, match=r"lost\.csv: 2 rows came in, but 0 were kept"):
        Record({"lost.csv": 2}, {}).checked()
    with pytest.raises(CleaningError, match=r"made\.csv: 0 rows came in, but 2 were kept"):
        Record({}, {"made.csv": 2}).checked()
