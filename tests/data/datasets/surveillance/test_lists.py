"""Lists of surveillance technology: operators, controls, statistics of Mexico, clients, facets, shutdowns, panel."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ogp_analysis.base.errors import CleaningError, UnknownName
from ogp_analysis.data.cleaning.catalog import dataset
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.surveillance import (
    access_now_shutdowns,
    carnegie_spyware_inventory,
    mexico_interception_statistics,
    sii_facets,
    spyware_operator_countries,
    surveillance_controls,
)
from tests.data.datasets.plain_rows import plain

OPERATOR, LATER = plain("spyware_operator_countries"), plain("spyware_operator_later_reports")
CONTROL, STATISTIC = plain("surveillance_controls"), plain("mexico_interception_statistics")
CLIENTS = SimpleNamespace(DATASET=dataset("hacking_team_clients"))
CLIENT, EVENT = plain("hacking_team_clients"), plain("access_now_shutdowns")


def later(made, **values):
    chunk = made([LATER | values])
    return cleaned(spyware_operator_countries.DATASET, [(spyware_operator_countries.DATASET.inputs[1], chunk)])


def clean(declared, chunk):
    return cleaned(declared.DATASET, [(declared.DATASET.inputs[0], chunk)])


def test_a_located_server_is_kept_apart_from_a_customer(made):
    one = clean(spyware_operator_countries, made([OPERATOR])).tables["operators"].iloc[0]
    assert (one["iso3"], one["status"], one["list_first_year"]) == ("MEX", "server_located", 2013)
    assert "A body" not in one.to_list()


def test_a_report_that_does_not_say_which_of_two_countries_names_neither(made):
    row = later(made, country="Congo", caveat="the source does not say which Congo").tables["later_reports"].iloc[0]
    assert row["iso3"] != row["iso3"] and (row["place"], row["caveat"]) == ("Congo", "country_ambiguous")


def test_a_country_of_a_later_report_that_is_none_raises(made):
    with pytest.raises(UnknownName):
        later(made, country="Atlantis")


def test_interception_at_the_network_is_no_spyware_in_later_reports(made):
    row = later(made, vendor="Russian providers", product="SORM", status="very likely acquired")
    assert row.tables["later_reports"]["category"].tolist() == ["network_interception"]


def test_a_group_is_no_country_and_an_address_in_words_is_left_out(made):
    group = CONTROL | {"jurisdiction": "EU (27 MS)", "source_url": "https://example.org (2022) and a paper"}
    result = clean(surveillance_controls, made([group]))
    facts = result.tables["facts"]
    assert (facts["group"].tolist(), facts["iso3"].isna().all(), facts["source_urls"].isna().all()) == (
        ["eu_27"], True, True)  # fmt: skip
    assert result.record.entries["rule"].tolist() == ["no_whole_address"]


def test_more_than_is_a_lower_limit_and_a_missing_period_stays_missing(made):
    more = STATISTIC | {"id": "ST-2", "unit": "searches (more than)", "period": ""}
    table = clean(mexico_interception_statistics, made([STATISTIC, more])).tables["counts"]
    assert table["at_least"].tolist() == [False, True]
    assert table.loc[0, ["period_first_year", "period_last_year"]].tolist() == [2006, 2017]
    assert table.loc[1, ["period_text", "period_first_year", "period_last_year"]].isna().all()


def test_a_client_with_the_code_of_another_country_raises(made):
    assert clean(CLIENTS, made([CLIENT])).tables["clients"]["iso3"].tolist() == ["MEX"]
    with pytest.raises(CleaningError, match="codes are not those of the names"):
        clean(CLIENTS, made([CLIENT | {"iso3": "ITA"}]))


def test_only_recipients_are_read_as_countries_and_a_misspelling_is_recorded(made):
    rows = [("recipient_country", "Norwat"), ("found_in", "Syria"), ("hq_city", "London")]
    result = clean(sii_facets, made([{"facet": f, "value": v, "n_records": "1"} for f, v in rows]))
    table = result.tables["facets"].set_index("facet")["iso3"]
    assert (table["recipient_country"], table.isna().sum()) == ("NOR", 2)
    assert result.record.entries[["rule", "new"]].values.tolist() == [["spelling_of_country", "Norway"]]


def test_an_event_in_several_countries_counts_once_and_an_end_before_its_start_is_marked(made):
    result = clean(access_now_shutdowns, made([EVENT, EVENT | {"country": "Laos; Myanmar", "end_date": ""}]))
    events = result.tables["events"]
    assert events["end_before_start"].tolist() == [True, False]
    assert events["justification"].tolist() == ["exams", "exams"]
    assert result.tables["event_countries"].values.tolist() == [
        ["an-0002", "IND"], ["an-0003", "LAO"], ["an-0003", "MMR"]]  # fmt: skip
    assert result.record.entries["rule"].tolist() == ["upper_and_lower_case"] * 2


# --- The published files -------------------------------------------------------------------------------


def test_published_addresses_of_controls_name_no_office_holder(published):
    result = published(surveillance_controls.DATASET)[1]
    assert not result.tables["facts"]["source_urls"].str.contains("banas").any()
    rules = result.record.entries["rule"].value_counts().to_dict()
    assert rules == {"no_whole_address": 5, "address_names_person": 1}


def test_published_country_panel_counts_again_from_its_lists(published):
    panel = published(dataset("country_surveillance_panel"))[1].tables["countries"].set_index("iso3")
    assert len(panel) == 170
    cases = published(carnegie_spyware_inventory.DATASET)[1].tables["cases"]
    for category, column in (("spyware", "carnegie_spyware_rows"), ("forensics", "carnegie_forensics_rows")):
        counted = cases.loc[cases["category"] == category, "iso3"].value_counts()
        assert panel.loc[panel[column] > 0, column].to_dict() == counted.to_dict()
    operators = published(spyware_operator_countries.DATASET)[1].tables["operators"]
    scanned = set(operators.loc[operators["status"] == "likely_customer", "iso3"])
    assert set(panel.index[panel["circles_customer_2020"]]) == scanned
    assert panel.loc["MEX", "n_spyware_sources"] == 7
