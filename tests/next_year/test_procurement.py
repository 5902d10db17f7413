"""Reference files of procurement of next year, made from the present ones."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import CleaningError, SourceError

from .made import read
from .procurement import MADE, NEW
from .sheets import Sheet

#: Where the new year or the new unit of each dataset is to be seen.
SEEN = {
    "banxico_exchange_rates": ("daily", {"date": "2027-01-04"}),
    "consumer_prices_world_bank": ("price_change", {"year": 2026}),
    "cpv": ("codes", {"code": "35999999-9"}),
    "cucop": ("products", {"added_date": "2027-01-04"}),
    "exchange_rates_ecb": ("daily", {"date": "2027-01-04", "currency": "KES"}),
    "exchange_rates_fed": ("yearly", {"year": 2026, "currency": "MXN"}),
    "gti_proact_malta": ("awards", {"tender_id": "made"}),
    "gti_proact_reference": ("secrecy", {"year": 2020, "score_from_year": 2020}),
    "honduras_oncae": ("contracts", {"signature_date": "2021-01-04"}),
    "mexico_sanctions": ("sanctions", {"list": "2027", "ban_months": 24}),
    "mexico_thresholds": ("ceilings", {"year": 2023}),
    "sat_69b": ("situations", {"situation": "presumed", "rfc": "AAA270101AAA"}),
    "unspsc_sat": ("codes", {"code": "99999999"}),
    "world_bank_awards": ("contracts", {"iso3": "BRB"}),
}


@pytest.mark.parametrize("name", MADE)
def test_the_new_year_is_in_the_table(mirror, tmp_path, name):
    table, cells = SEEN[name]
    (to := tmp_path / "made").mkdir()
    result = read(name, MADE[name](mirror, to), tmp_path / "raw")
    assert (result.tables[table][list(cells)] == list(cells.values())).all(axis=1).any()
    entries = result.record.entries
    new = {"banxico_exchange_rates": "SF99999", "gti_proact_reference": "added_2027"}.get(name, NEW)
    assert new in set(entries.loc[entries["rule"] == "column_not_used", "column"])


def test_a_unit_that_nobody_knows_stops_with_the_line_to_add(mirror, tmp_path):
    sheet = Sheet(mirror / "cucop/2026/cucop_20260301.xlsx").cut(5)
    sheet.revise(sheet.rows[0], **{"UNIDAD DE MEDIDA (sugerida)": "PARSEC"})
    with pytest.raises(CleaningError, match='add "PARSEC" to the values'):
        read("cucop", [sheet.save(tmp_path, "cucop.xlsx")], tmp_path / "raw")


def test_a_required_column_that_is_absent_is_named(mirror, tmp_path):
    sheet = Sheet(mirror / "unspsc_sat/es/sat_c_ClaveProdServ_es.csv").cut(5).drop_column("description_es")
    with pytest.raises(SourceError, match=r"1 of 2 columns of unspsc_sat \(catalogue\); no 'description_es'"):
        read("unspsc_sat", [sheet.save(tmp_path)], tmp_path / "raw")
