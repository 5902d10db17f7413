"""Inventories of surveillance of next year, made from the present ones."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError, SourceError

from .made import read
from .sheets import Sheet
from .surveillance import MADE, NEW

#: Where the new year or the new unit of each dataset is to be seen.
SEEN = {
    "access_now_shutdowns": ("events", {"count_year": 2027}),
    "carnegie_spyware_inventory": ("cases", {"use_last_year": 2027, "iso3": "BRB"}),
    "country_surveillance_panel": ("countries", {"iso3": "VUT"}),
    "hacking_team_clients": ("clients", {"order_year": 2016, "iso3": "BRB"}),
    "international_surveillance_contracts": ("facts", {"first_year": 2027, "iso3": "BRB"}),
    "mexico_interception_statistics": ("counts", {"period_last_year": 2027}),
    "mexico_legal_authority": ("provisions", {"first_day": "2027-01-02"}),
    "mexico_surveillance_timeline": ("events", {"year": 2026}),
    "sii_facets": ("facets", {"iso3": "BRB"}),
    "spyware_operator_countries": ("operators", {"list_last_year": 2026, "iso3": "BRB"}),
    "surveillance_contracts_mexico": ("facts", {"signed_year": 2027}),
    "surveillance_controls": ("dates", {"year": 2026}),
    "surveillance_suppliers_mexico": ("suppliers", {"supplier": "Firma de 2027, S.A. de C.V."}),
    "surveillance_taxonomy": ("codes", {"code": "35129999-9"}),
}


@pytest.mark.parametrize("name", MADE)
def test_the_new_year_is_in_the_table(mirror, tmp_path, name):
    table, cells = SEEN[name]
    (to := tmp_path / "made").mkdir()
    result = read(name, MADE[name](mirror, to), tmp_path / "raw")
    assert (result.tables[table][list(cells)] == list(cells.values())).all(axis=1).any()
    entries = result.record.entries
    assert NEW in set(entries.loc[entries["rule"] == "column_not_used", "column"])


def test_a_date_that_was_mended_needs_no_correction(mirror, tmp_path):
    (to := tmp_path / "made").mkdir()
    result = read("mexico_legal_authority", MADE["mexico_legal_authority"](mirror, to), tmp_path / "raw")
    entries = result.record.entries
    told = entries.loc[entries["rule"] == "correction_not_needed", ["old", "new"]].to_numpy().tolist()
    assert told == [["guidelines_are_not_the_law expects '2015-12-02 (Lineamientos)'", "value is now '2014'"]]


def test_a_category_that_nobody_knows_stops_with_the_line_to_add(mirror, tmp_path):
    sheet = Sheet(mirror / "surveillance_controls/compiled/controls_international.csv")
    sheet.revise(sheet.rows[0], type="moratorium")
    with pytest.raises(CleaningError, match=r'add the line `"moratorium": "its code",` to .*surveillance_controls\.py'):
        read("surveillance_controls", [sheet.save(tmp_path)], tmp_path / "raw")


def test_a_required_column_that_is_absent_is_named(mirror, tmp_path):
    sheet = Sheet(mirror / "surveillance_controls/compiled/controls_international.csv").drop_column("jurisdiction")
    with pytest.raises(SourceError, match=r"5 of 6 columns of surveillance_controls \(compiled\); no 'jurisdiction'"):
        read("surveillance_controls", [sheet.save(tmp_path)], tmp_path / "raw")
