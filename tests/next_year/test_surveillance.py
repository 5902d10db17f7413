"""Inventories of surveillance of next year, made from the present ones."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError, SourceError

from .made import read
from .sheets import Sheet
from .surveillance import MADE


def test_a_date_that_was_mended_needs_no_correction(mirror, tmp_path):
    (to := tmp_path / "made").mkdir()
    result = read("mexico_legal_authority", MADE["mexico_legal_authority"](mirror, to), tmp_path / "raw")
    entries = result.record.entries
    told = entries.loc[entries["rule"] == "correction_not_needed", ["old", "new"]].to_numpy().tolist()
    assert told == [["guidelines_are_not_the_law expects '2015-12-02 (Lineamientos)'", "value is now '2014'"]]


def test_a_category_that_nobody_knows_stops_with_the_line_to_add(mirror, tmp_path):
    sheet = Sheet(mirror / "surveillance_controls/compiled/controls_international.csv")
    sheet.revise(sheet.rows[0], type="moratorium")
    with pytest.raises(
        CleaningError, match=r'add the line `"moratorium" = "its code"` to .*surveillance_controls\.toml'
    ):
        read("surveillance_controls", [sheet.save(tmp_path)], tmp_path / "raw")


def test_a_required_column_that_is_absent_is_named(mirror, tmp_path):
    sheet = Sheet(mirror / "surveillance_controls/compiled/controls_international.csv").drop_column("jurisdiction")
    with pytest.raises(SourceError, match=r"6 of 7 columns of surveillance_controls \(compiled\); no 'jurisdiction'"):
        read("surveillance_controls", [sheet.save(tmp_path)], tmp_path / "raw")
