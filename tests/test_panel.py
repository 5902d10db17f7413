"""The panel on the tables of the repository: joins say what they lose, spreads hold their members fixed."""

from __future__ import annotations

import pytest

from ogp_analysis.errors import ParameterError, UnknownName
from ogp_analysis.panel import country_years

IDS = ["v2xcs_ccsi", "v2x_polyarchy_v15", "va_est"]


@pytest.fixture(scope="module")
def panel():
    return country_years(IDS, 2012, 2023)


def test_one_row_a_country_and_year(panel):
    assert not panel.frame.duplicated(["iso3", "year"]).any()
    assert panel.ids == sorted(IDS, key=panel.ids.index) and set(panel.ids) == set(IDS)


def test_every_join_balances_and_names_what_it_loses(panel):
    joins = panel.joins
    assert (joins["rows"] == joins["matched"] + joins["without_iso3"]).all()
    lost = joins.set_index(["dataset", "version"]).loc["vdem", "units_without_iso3"]
    assert all("Somaliland" in names and "West Bank" in names for names in lost)


def test_the_west_bank_is_not_taken_for_palestine(panel):
    own = panel.of("PSE")
    assert own["v2xcs_ccsi"].isna().all() and own["va_est"].notna().any()


def test_a_spread_is_over_the_same_countries_in_every_year(panel):
    fixed = panel.fixed("v2xcs_ccsi")
    members = fixed.groupby("year")["unit"].agg(frozenset)
    assert members.nunique() == 1
    assert fixed.groupby("unit")["ogp"].nunique().max() == 1
    assert set(fixed["cohort"]) == {"2011", "2012_2013", "later", "never"}


def test_bounds_are_published_or_one_normal_68_of_the_standard_error(panel):
    bounded = panel.bounded("MEX").dropna()
    assert set(bounded["term"]) == {"v2x_polyarchy_v15", "va_est"}
    assert ((bounded["low"] <= bounded["value"]) & (bounded["value"] <= bounded["high"])).all()


def test_ever_members_are_never_never_members(panel):
    left = panel.of("HUN").set_index("year")
    assert left.loc[2023, "ogp_status"] == "left" and bool(left.loc[2023, "ogp_ever"])
    assert set(panel.of("CHN")["ogp_status"]) == {"never_member"}
    assert "HUN" in panel.members and "CHN" not in panel.members


def test_a_region_is_cut_out_and_medians_leave_the_country_out(panel):
    inside = panel.only("latin_america_caribbean")
    assert "MEX" in set(inside.frame["iso3"]) and "KEN" not in set(inside.frame["iso3"])
    year = inside.frame[(inside.frame["year"] == 2019) & (inside.frame["iso3"] != "MEX")]
    medians = panel.medians("latin_america_caribbean", without="MEX").set_index("year")
    assert medians.loc[2019, "v2xcs_ccsi"] == year["v2xcs_ccsi"].median()


def test_what_cannot_be_had_is_refused_in_words(panel):
    with pytest.raises(ParameterError, match="no value from 2012 to 2023 bears its code"):
        panel.of("VAT")
    with pytest.raises(ParameterError, match="no source here has a value"):
        country_years(["v2xcs_ccsi"], 1900, 1910)
    with pytest.raises(UnknownName):
        country_years(["v2xcs_cssi"], 2012, 2023)


def test_what_an_edition_lacks_is_listed_not_fatal():
    panel = country_years(["v2xcs_ccsi", "fiw_e"], 2012, 2023)
    assert panel.absent == ("fiw_e",) and panel.ids == ["v2xcs_ccsi"]
