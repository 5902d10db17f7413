"""The panel on the tables of the repository: joins say what they lose, spreads hold their members fixed."""

from __future__ import annotations

import subprocess
import sys

import pandas as pd
import pytest

from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import DisclosureError, JoinError, ParameterError, UnknownName
from ogp_analysis.base.indicators import indicators
from ogp_analysis.base.words import speaking
from ogp_analysis.civic_space.panel import indicator_of
from ogp_analysis.civic_space.panel import panel as country_years
from ogp_analysis.data.store import hand_out

IDS = ["v2xcs_ccsi", "v2x_polyarchy_v15", "va_est"]


@pytest.fixture(scope="module")
def panel():
    return country_years(IDS, 2012, 2023)


def test_one_indicator_is_a_list_of_one_and_countries_are_named_as_anyone_names_them():
    one = country_years("v2xcs_ccsi", 2020, 2021)
    assert one.ids == ["v2xcs_ccsi"]
    own = one.countries("México", "hungary", "KEN")
    assert own.frame["iso3"].tolist() == ["HUN", "HUN", "KEN", "KEN", "MEX", "MEX"] and own.region == "chosen"
    assert len(own.change("v2xcs_ccsi", 2010, 2020)) == 3


def test_the_columns_are_key_region_membership_and_indicators(panel):
    assert panel.frame.columns[:4].tolist() == ["iso3", "year", "region", "ogp_status"]
    assert panel.frame.columns[8:10].tolist() == ["v2xcs_ccsi", "v2x_polyarchy_v15"]
    regions = panel.frame.drop_duplicates("iso3").set_index("iso3")["region"]
    assert regions["MEX"] == "latin_america_caribbean" and regions.notna().all()


def test_a_panel_draws_one_country_with_bounds_few_by_name_and_many_as_a_distribution(panel):
    assert "68% interval" in panel.countries("MEX").plot("v2x_polyarchy_v15").caption
    assert panel.countries("MEX", "KEN").plot("v2x_polyarchy_v15").caption.endswith("not comparable.")
    assert panel.plot().name == "distribution"


def test_every_join_balances_and_names_what_it_loses(panel):
    joins = panel.sample.frame
    assert (joins["rows"] == joins["matched"] + joins["without_iso3"]).all()
    lost = joins.set_index(["dataset", "version"]).loc["vdem", "units_without_iso3"]
    assert all("Somaliland" in names and "West Bank" in names for names in lost)


def test_the_west_bank_is_not_taken_for_palestine(panel):
    own = panel.countries("PSE").frame
    assert own["v2xcs_ccsi"].isna().all() and own["va_est"].notna().any()


def test_bounds_are_published_or_one_normal_68_of_the_standard_error(panel):
    for id in ("v2x_polyarchy_v15", "va_est"):
        own = panel.own(id, "MEX")
        assert len(own) and ((own["low"] <= own["value"]) & (own["value"] <= own["high"])).all()
    assert panel.own("v2xcs_ccsi", "MEX")[["low", "high", "sd"]].isna().all(axis=None)


def test_ever_members_are_never_never_members(panel):
    left = panel.countries("HUN").frame.set_index("year")
    assert left.loc[2023, "ogp_status"] == "left" and bool(left.loc[2023, "ogp_ever"])
    assert set(panel.countries("CHN").frame["ogp_status"]) == {"never_member"}
    members = set(panel.frame.loc[panel.frame["ogp_ever"], "iso3"])
    assert "HUN" in members and "CHN" not in members


def test_what_cannot_be_had_is_refused_in_words(panel):
    with pytest.raises(ParameterError, match="no value from 2012 to 2023 bears its code"):
        panel.countries("VAT")
    with pytest.raises(ParameterError, match="no source here has a value"):
        country_years(["v2xcs_ccsi"], 1900, 1910)
    with pytest.raises(UnknownName, match="country"):
        panel.coverage("")
    for place in ("VAT", "KEN"):
        with pytest.raises(ParameterError, match=f"country {place}: no value"):
            panel.countries("MEX").own("v2xcs_ccsi", place)
    for years in ((2001, 2012), (2012, 2024), ("2012", 2023)):
        with pytest.raises(ParameterError, match="is not within 2002 to 2023, the years read"):
            panel.change("v2xcs_ccsi", *years)
    with pytest.raises(ParameterError, match="indicators: names none"):
        country_years([])


def test_what_an_edition_lacks_is_listed_not_fatal():
    panel = country_years(["v2xcs_ccsi", "fiw_e"], 2012, 2023)
    assert panel.absent == ("fiw_e",) and panel.ids == ["v2xcs_ccsi"]


@pytest.fixture
def source(monkeypatch):
    """Replace one table of the store by rows of our own."""
    usual = hand_out.load

    def replaced(dataset: str, frame: pd.DataFrame):
        monkeypatch.setattr(
            hand_out, "load", lambda d, *rest, **more: frame if d == dataset else usual(d, *rest, **more)
        )

    return replaced


def rows(*cells, columns=("country_name", "iso3", "unit_kind", "year", "v2xcs_ccsi")) -> pd.DataFrame:
    frame = pd.DataFrame(cells, columns=list(columns))
    return frame.astype({"year": "Int64"})


def test_a_repeated_country_and_year_is_refused(source):
    source("vdem", rows(("Kenya", "KEN", "country", 2020, 0.5), ("Kenya", "KEN", "country", 2020, 0.6),
                        ("Uganda", "UGA", "country", 2020, 0.6)))  # fmt: skip
    with pytest.raises(JoinError, match=r"vdem\.v14: 1 rows repeat a country and year, \('KEN', 2020\)"):
        country_years(["v2xcs_ccsi"], 2020, 2020)


def test_rows_without_a_code_and_parts_of_countries_are_counted_and_named(source):
    source("vdem", rows(("Kenya", "KEN", "country", 2020, 0.5), ("Nowhere", None, "country", 2020, 0.6),
                        ("Palestine/West Bank", "PSE", "part_of_country", 2020, 0.6),
                        ("Kenya", "KEN", "country", 2019, 0.4)))  # fmt: skip
    panel = country_years(["v2xcs_ccsi"], 2020, 2020)
    [join] = panel.sample.frame.to_dict("records")
    assert (join["rows"], join["matched"], join["without_iso3"]) == (3, 1, 2)
    assert join["units_without_iso3"] == "Nowhere; Palestine/West Bank"
    assert panel.sample.table().frame["units_without_iso3"].tolist() == ["Nowhere, West Bank"]
    assert panel.frame["iso3"].tolist() == ["KEN"]
    assert panel.series("v2xcs_ccsi", earlier=True)[["year", "value"]].to_numpy().tolist()[0] == [2019, 0.4]


def test_years_before_the_first_are_read_for_changes_and_never_shown():
    panel = country_years(["v2xcs_ccsi", "v2x_polyarchy_v15"], 2015, 2023)
    assert set(panel.series("v2xcs_ccsi")["year"]) == set(range(2015, 2024))
    assert set(panel.series("v2xcs_ccsi", earlier=True)["year"]) == set(range(2005, 2024))
    assert set(panel.own("v2x_polyarchy_v15", "MEX", earlier=True)["year"]) == set(range(2005, 2024))
    assert set(panel.own("v2x_polyarchy_v15", "MEX")["year"]) == set(range(2015, 2024))
    assert set(panel.coverage()["v2xcs_ccsi"].index) == set(range(2015, 2024))
    assert panel.fixed("v2xcs_ccsi")["year"].min() == 2015
    assert panel.sample.frame["rows"].tolist() == [1611, 1611]
    inside = country_years("v2xcs_ccsi", 2015, 2023, region="latin_america_caribbean")
    assert inside.series("v2xcs_ccsi", earlier=True)["unit"].nunique() == 25


def test_every_year_asked_for_is_a_cell_even_if_no_source_has_one():
    panel = country_years(IDS, 1990, 2001)
    coverage = panel.coverage("MEX")
    assert coverage.index.tolist() == list(range(1990, 2002))
    assert coverage.sum().to_dict() == {"v2xcs_ccsi": 2, "v2x_polyarchy_v15": 2, "va_est": 3}
    assert panel.coverage().loc[1991].sum() == 0
    coverage.loc[:, :] = 7
    assert panel.coverage("MEX").sum().sum() == 7, "what a caller does to it stays with the caller"


def test_membership_is_held_fixed_whatever_a_country_did(panel):
    fixed = panel.fixed("v2xcs_ccsi")
    assert fixed.groupby("unit").size().unique().tolist() == [12]
    assert set(fixed.loc[fixed["unit"] == "HUN", "ogp"]) == {"ever"}
    assert set(fixed.loc[fixed["unit"] == "CHN", "ogp"]) == {"never"}
    assert fixed.loc[fixed["ogp"] == "ever", "unit"].nunique() == 87
    early = panel.fixed("v2xcs_ccsi", last_year=2014)
    assert early["year"].max() == 2014


def test_a_country_observed_in_some_years_only_is_in_no_fixed_set():
    panel = country_years(["v2xcs_ccsi"], 2009, 2023)
    assert "SSD" in set(panel.frame["iso3"]) and "SSD" not in set(panel.fixed("v2xcs_ccsi")["unit"])


def test_bounds_from_a_standard_error_have_coverage_68(panel):
    from scipy.stats import norm

    table = hand_out.load("wgi_voice_accountability", "country_year")
    [own] = table[(table["iso3"] == "MEX") & (table["year"] == 2020)].to_dict("records")
    [made] = panel.own("va_est", "MEX").query("year == 2020").to_dict("records")
    reach = norm.ppf(0.84) * own["va_se"]
    assert (made["low"], made["high"]) == pytest.approx((own["va_est"] - reach, own["va_est"] + reach), abs=1e-12)
    assert made["sd"] == own["va_se"]
    published = hand_out.load("vdem", "v15")
    [own] = published[(published["iso3"] == "MEX") & (published["year"] == 2020)].to_dict("records")
    [made] = panel.own("v2x_polyarchy_v15", "MEX").query("year == 2020").to_dict("records")
    assert (made["low"], made["high"]) == (own["v2x_polyarchy_codelow"], own["v2x_polyarchy_codehigh"])
    assert made["sd"] == own["v2x_polyarchy_sd"]


@pytest.mark.parametrize("end", ["", "_low", "_high", "_sd"])
def test_what_is_published_of_an_error_belongs_to_its_indicator_and_is_withheld_with_it(end):
    [closed] = [one for one in indicators() if one.std_error and not one.redistribute]
    assert indicator_of(f"{closed.id}{end}", ["va_est", closed.id]) == closed.id
    assert indicator_of("ogp_ever", ["va_est", closed.id]) == "ogp_ever"


@pytest.mark.parametrize(
    "region",
    [
        "eastern_europe_central_asia",
        "latin_america_caribbean",
        "asia_pacific",
        "middle_east_north_africa",
        "sub_saharan_africa",
        "western_europe_north_america",
    ],
)
def test_a_region_holds_its_countries_and_no_others(panel, region):
    made = country_years(IDS, 2012, 2023, region=region)
    inside = set(made.frame["iso3"])
    assert made.region == region and inside and {country(code).region for code in inside} == {region}
    assert inside == {code for code in panel.frame["iso3"].unique() if country(code).region == region}


def test_ids_given_twice_are_one_column():
    assert country_years(["va_est", "va_est"], 2020, 2020).ids == ["va_est"]


def test_an_indicator_the_edition_lacks_is_refused_where_it_is_asked_for():
    panel = country_years(["v2xcs_ccsi", "v2mecenefi"], 2020, 2021)
    assert panel.absent == ("v2mecenefi",)
    for ask in (panel.series, panel.fixed):
        with pytest.raises(ParameterError, match="v2mecenefi: is not in the data of this edition"):
            ask("v2mecenefi")


def test_years_the_wrong_way_round_and_an_edition_without_data_are_refused(monkeypatch):
    with pytest.raises(ParameterError, match="2023 lies after last_year, 2010"):
        country_years(["v2xcs_ccsi"], 2023, 2010)
    monkeypatch.setattr(hand_out, "has", lambda *_: False)
    with pytest.raises(ParameterError, match=r"of the full edition here.*ogp-analysis fetch vdem"):
        country_years(["v2xcs_ccsi"], 2020, 2021, "full")


def test_versions_are_never_one_series():
    panel = country_years(["v2x_polyarchy", "v2x_polyarchy_v15"], 2020, 2021)
    own = panel.countries("MEX").frame.set_index("year")
    assert {"v2x_polyarchy", "v2x_polyarchy_v15"} <= set(own.columns)
    assert not own["v2x_polyarchy"].equals(own["v2x_polyarchy_v15"])
    assert panel.sample.frame["version"].tolist() == ["14", "15"]


FIW = ("country_name", "iso3", "unit_kind", "year", "e2", "e")


@pytest.fixture
def closed(source, monkeypatch):
    """A panel with two series that may be drawn only."""
    usual = hand_out.has
    monkeypatch.setattr(hand_out, "has", lambda d, *rest: d == "freedom_in_the_world" or usual(d, *rest))
    cells = [(code, code, "country", year, value + year - 2018, value * 2)
             for code, value in (("MEX", 1.5), ("KEN", 2.5), ("CHL", 3.5), ("CHN", 0.5))
             for year in range(2016, 2021)]  # fmt: skip
    source("freedom_in_the_world", rows(*cells, columns=FIW))
    return country_years(["v2xcs_ccsi", "fiw_e2", "fiw_e"], 2018, 2020)


def test_series_that_may_be_drawn_only_are_in_no_frame_of_the_panel(closed):
    assert closed.drawn_only == ("fiw_e2", "fiw_e") and closed.open_ids == ["v2xcs_ccsi"]
    assert closed.ids == ["v2xcs_ccsi", "fiw_e2", "fiw_e"] and closed.absent == ()
    for frame in (closed.frame, closed.countries("MEX").frame):
        assert not [column for column in frame.columns if column.startswith("fiw")]
    assert "1.5" not in repr(closed.withheld)


def test_every_way_to_such_a_series_gives_it_withheld(closed):
    asked = [closed.series("fiw_e2"), closed.series("fiw_e2", earlier=True), closed.own("fiw_e2", "MEX"),
             closed.own("fiw_e2", "MEX", earlier=True), closed.change("fiw_e2", 2016, 2020), closed.fixed("fiw_e2"),
             closed.countries("MEX").series("fiw_e2")]  # fmt: skip
    for given in asked:
        assert isinstance(given, Withheld) and given.ids == ("fiw_e2",)
        with pytest.raises(DisclosureError, match="values of fiw_e2"):
            given["value"]
    assert isinstance(closed.series("v2xcs_ccsi"), pd.DataFrame)


def test_how_many_have_a_value_is_told_and_that_is_all(closed):
    assert closed.coverage("MEX")["fiw_e2"].tolist() == [1, 1, 1] and closed.coverage()["fiw_e2"].tolist() == [4, 4, 4]
    row = closed.table(["fiw_e2"], of="MEX").frame.iloc[0].to_dict()
    assert (row["countries"], row["observations"], row["own_years"]) == (4, 12, 3)
    assert row["mean"] == row["own_mean"] == "drawn_only"
    there = closed.there
    assert pd.api.types.is_bool_dtype(there["fiw_e2"]) and (there["fiw_e2"].sum(), there["year"].min()) == (12, 2018)


def test_a_country_that_only_a_closed_series_covers_has_a_page(source, monkeypatch):
    usual = hand_out.has
    monkeypatch.setattr(hand_out, "has", lambda d, *rest: d == "freedom_in_the_world" or usual(d, *rest))
    source("freedom_in_the_world", rows(("Andorra", "AND", "country", 2020, 3.0, 3.0), columns=FIW))
    assert country_years(["v2xcs_ccsi", "fiw_e2"], 2018, 2020).coverage("AND")["fiw_e2"].tolist() == [0, 0, 1]


def test_years_made_for_a_part_of_the_world_are_left_out_and_counted(source, monkeypatch):
    usual = hand_out.has
    monkeypatch.setattr(hand_out, "has", lambda d, *rest: d == "civicus_monitor" or usual(d, *rest))
    cells = [("Kenya", "KEN", "country", year, 3, year != 2022) for year in (2020, 2021, 2022, 2023)]
    columns = ("country_name", "iso3", "unit_kind", "year", "rating_number", "comparable")
    source("civicus_monitor", rows(*cells, columns=columns))
    panel = country_years(["v2xcs_ccsi", "civicus_rating"], 2020, 2023)
    join = panel.sample.frame.set_index("dataset").loc["civicus_monitor"]
    assert (join["rows"], join["matched"], join["not_comparable"], join["without_iso3"]) == (4, 3, 1, 0)
    assert panel.coverage("KEN")["civicus_rating"].tolist() == [1, 1, 0, 1]


def test_tables_name_other_units_in_the_language_of_the_page():
    sample = country_years(["v2xcs_ccsi"], 2020, 2021).sample
    for language, units in (
        ("es", "Cisjordania, Franja de Gaza, Somalilandia, Zanzíbar"),
        ("en", "Gaza Strip, Somaliland, West Bank, Zanzibar"),
    ):
        with speaking(language):
            assert sample.table().frame["units_without_iso3"].tolist() == [units]
    [row] = sample.frame.to_dict("records")
    assert row["rows"] == row["matched"] + row["without_iso3"]


def test_measures_say_whether_an_interval_is_published(panel):
    assert panel.table().frame["bounds"].tolist() == ["no interval published", "68% interval", "standard error"]


def test_a_panel_is_in_hand_before_anything_that_draws_or_fits_is_loaded():
    code = """
import sys, ogp_analysis as ogp
ogp.panel(["v2xcs_ccsi"], 2013, 2023)
print(*{"matplotlib", "scipy", "statsmodels"} & set(sys.modules))
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "\n"
