"""What a batch printed as one table: a row a run, a column a number, as CSV and Parquet."""

from __future__ import annotations

import json

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.paths import HOME_VARIABLE


def test_a_notebook_is_one_table_with_a_row_for_each_run(made, tmp_path):
    told = made.ogp("collect", "events", "--out", str(tmp_path / "out"))
    assert told.returncode == 0, told.stderr
    table, numbers, parquet = (pd.read_csv(file) if file.endswith("csv") else file for file in told.stdout.split())
    assert table["country"].tolist() == ["BRA", "KEN", "MEX", "PER"]
    assert list(table) == ["id", "country", "edition", "panel.table.indicators.first", "panel.table.indicators.last"]
    for row in table.to_dict("records"):
        folder = made.folder(f"events/{row['country']}-embedded")
        printed = json.loads((folder / "en" / "numbers.json").read_text(encoding="utf-8"))
        assert json.loads((folder / "run.json").read_text(encoding="utf-8"))["id"] == row["id"]
        assert {name: number["value"] for name, number in printed.items()} == {name: row[name] for name in printed}
    assert numbers["number"].tolist() == list(table)[3:] and set(numbers["unit"]) == {"year"}
    pd.testing.assert_frame_equal(pd.read_parquet(parquet), table, check_dtype=False)
    printed = json.loads(made.ogp("collect", "events", "--json").stdout)
    assert printed["runs"] == table.to_dict("records") and list(printed["numbers"]) == numbers["number"].tolist()


def test_the_same_from_python(made, monkeypatch):
    monkeypatch.setenv(HOME_VARIABLE, str(made.root))
    frame = ogp.collect("members")
    assert len(frame) == 1 and frame.attrs["numbers"]["panel.table.indicators.last"]["unit"] == "year"


def test_intervals_stand_beside_their_numbers_and_what_a_run_does_not_print_is_missing(checkout, monkeypatch):
    from ogp_analysis.publishing.runs import collected

    made = {"A": {"x": {"value": 1.5, "low": 1.0, "high": 2.0, "level": 0.95}}, "B": {"y": {"value": 2}}}
    monkeypatch.setattr(
        collected.run_record, "content", lambda folder, *_: (json.dumps(made.get(folder.name, {})).encode(), "")
    )
    records = {("n", s): {"id": s * 12, "slug": s, "parameters": {"p": s}, "about": {}} for s in "AB"}
    for one in records.values():
        one["about"] = {"en": {}}
    monkeypatch.setattr(collected.run_record, "published", lambda project: records)
    monkeypatch.setenv(HOME_VARIABLE, str(checkout.root))
    frame = ogp.collect("n")
    assert list(frame) == ["id", "p", "x", "x.high", "x.low", "y"]
    assert frame["x"].isna().tolist() == [False, True] and frame.loc[0, "x.low"] == 1.0
    assert frame.attrs["numbers"]["x"]["level"] == 0.95


@pytest.mark.parametrize("name", ["faulty", "../events", "nothing"])
def test_a_notebook_without_a_report_is_one_sentence(made, name, tmp_path):
    told = made.ogp("collect", name, "--out", str(tmp_path / "out"))
    assert told.returncode == 2 and len(told.stderr.splitlines()) == 1
    assert "has no report in reports/. Run it first: ogp-analysis run" in told.stderr
    assert not (tmp_path / "out").exists()


def test_a_changed_file_is_not_collected(checkout, tmp_path):
    file = checkout.folder("events/KEN-embedded") / "en" / "numbers.json"
    file.write_text(file.read_text(encoding="utf-8").replace("2000", "2001"), encoding="utf-8")
    told = checkout.ogp("collect", "events", "--out", str(tmp_path / "out"))
    assert told.returncode == 1 and "en/numbers.json was changed. Run it again" in told.stderr
