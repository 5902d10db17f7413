"""The codes of the country-year cleaners against the register of countries."""

from __future__ import annotations

import pytest

from ogp_analysis.base.countries import countries
from ogp_analysis.data.cleaning import country_year
from ogp_analysis.data.datasets.civic_space import index_rows, wgi_voice_accountability

NOW = {one.iso3: one.kind for one in countries(None) if one.kind != "former"}
ISO3 = {
    "of today": sorted(country_year.current_codes()),
    "wgi": [code for code in wgi_voice_accountability.ISO_OF_ECONOMY.values() if code],
}


@pytest.mark.parametrize("name", ISO3)
def test_every_iso3_is_a_country_or_territory_of_today_and_stands_for_one_unit(name):
    assert set(ISO3[name]) - set(NOW) == set()
    assert len(set(ISO3[name])) == len(ISO3[name])


@pytest.mark.parametrize("code", [*index_rows.without_iso(), "ANT"])
def test_a_code_without_iso3_is_of_a_former_state_or_of_none_that_iso_numbers(code):
    (entry,) = [one for one in countries(None) if one.iso3 == code]
    assert entry.kind == "former" or not entry.numeric
