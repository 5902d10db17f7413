"""Reference files of procurement of next year, made from the present ones."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError, SourceError

from .made import read
from .sheets import Sheet


def test_a_unit_that_nobody_knows_stops_with_the_line_to_add(mirror, tmp_path):
    sheet = Sheet(mirror / "cucop/2026/cucop_20260301.xlsx", rows=5)
    sheet.revise(sheet.rows[0], **{"UNIDAD DE MEDIDA (sugerida)": "PARSEC"})
    with pytest.raises(CleaningError, match='add "PARSEC" to the values'):
        read("cucop", [sheet.save(tmp_path, "cucop.xlsx")], tmp_path / "raw")


def test_a_required_column_that_is_absent_is_named(mirror, tmp_path):
    sheet = Sheet(mirror / "unspsc_sat/es/sat_c_ClaveProdServ_es.csv", rows=5).drop_column("description_es")
    with pytest.raises(SourceError, match=r"1 of 2 columns of unspsc_sat \(catalogue\); no 'description_es'"):
        read("unspsc_sat", [sheet.save(tmp_path)], tmp_path / "raw")
