from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import JoinError, ParameterError
from ogp_analysis.base.indicators import indicator
from ogp_analysis.civic_space.measures import held
from ogp_analysis.civic_space.measures.held import (
    CORE,
    FIRST_YEAR,
    OVERALL,
    QUESTIONS,
    SURVEILLANCE,
    Measures,
    all_measures,
    house,
    measures,
    method_years,
    same_figure,
    span,
    stretches,
)


def made(**series) -> Measures:
    """Return measures of hand-made series: lists of (iso3, year, value, stretch)."""
    columns = ["iso3", "year", "value", "stretch"]
    frames = {id: pd.DataFrame(rows, columns=columns) for id, rows in series.items()}
    return Measures("embedded", frames, (), pd.DataFrame())


def test_every_named_measure_is_in_the_catalogue_and_controls_are_none():
    ids = {one.id for one in all_measures()}
    assert {CORE, *OVERALL, *SURVEILLANCE, *QUESTIONS} <= ids
    assert not ids & {"gdp_pc", "population", "internet_users_pct"}
    assert len(ids) == 50


def test_what_asks_about_surveillance_is_what_the_catalogue_says_does():
    tagged = {one.id for one in all_measures() if "surveillance_of_communications" in one.tags}
    assert set(SURVEILLANCE) == tagged
    assert not any(house(id) == "vdem" for id in SURVEILLANCE)


def test_houses_join_what_one_publisher_makes():
    assert house("ert_regime") == house("v2xcs_ccsi") == "vdem"
    assert house("fotn_total") == house("fiw_e") == "freedom_in_the_world"
    assert house("dsp_v2smgovsmmon") != "vdem"


def test_stretches_end_where_a_method_does():
    assert stretches(indicator("rsf_score")) == [(2013, 2021), (2022, 2026)]
    assert stretches(indicator("fotn_total")) == [(2011, 2018), (2019, 2019)]
    assert stretches(indicator("v2xcs_ccsi")) == [(1970, 2023)]
    assert method_years(indicator("va_est")) == (), "rarer values before 2002 are no other method"


def test_a_span_of_one_year_is_that_year():
    assert (span(2013, 2021), span(2019, 2019)) == ("2013–2021", "2019")


def test_the_embedded_edition_names_what_it_lacks(embedded):
    assert set(embedded.ids) | set(embedded.absent) == {one.id for one in all_measures()}
    assert not set(embedded.ids) & set(embedded.absent)
    assert {"fiw_d4", "wjp_46", "dsp_v2smgovsmmon", "rsf_score"} <= set(embedded.absent)
    assert {"v2xcs_ccsi", "va_est", "ert_regime", "v2x_polyarchy_v15"} <= set(embedded.ids)
    assert embedded.houses == ("vdem", "wgi_voice_accountability")
    assert embedded.window() == (2013, 2023)


def test_rows_of_a_source_are_countries_other_units_and_parts_of_the_world(embedded):
    sources = embedded.sources
    added = sources[["matched", "without_iso3", "not_comparable"]].sum(axis=1)
    assert (sources["rows"] == added).all()
    assert (sources["matched"] > 0).all()


def test_no_part_of_a_country_and_no_year_before_the_first_is_compared(embedded):
    for id in embedded.ids:
        rows = embedded.of(id)
        assert rows["year"].min() >= FIRST_YEAR
        assert not rows.duplicated(["iso3", "year"]).any()
        assert rows["value"].notna().all()
    assert "PSE" not in set(embedded.of("v2xcs_ccsi")["iso3"]), "V-Dem's is the West Bank"
    assert "PSE" in set(embedded.of("va_est")["iso3"])


def test_an_absent_measure_is_refused_in_words(embedded):
    with pytest.raises(ParameterError, match="measure wjp_46: is not in the embedded edition"):
        embedded.of("wjp_46")


def test_an_edition_without_any_measure_is_refused(monkeypatch):
    monkeypatch.setattr(held.hand_out, "has", lambda *_: False)
    with pytest.raises(ParameterError, match="holds no measure of civic space"):
        measures("embedded")


def test_two_rows_for_a_country_in_a_year_are_refused(monkeypatch):
    table = pd.DataFrame({"iso3": ["MEX", "MEX"], "year": [2020, 2020], "va_est": [0.1, 0.2]})
    monkeypatch.setattr(held.hand_out, "has", lambda dataset, *_: dataset == "wgi_voice_accountability")
    monkeypatch.setattr(held.hand_out, "load", lambda *_: table)
    with pytest.raises(JoinError, match="1 rows repeat a country and year, for example MEX 2020"):
        measures("embedded")


def test_what_was_made_for_a_part_of_the_world_is_left_out_and_counted(monkeypatch):
    table = pd.DataFrame({"unit": ["MEX", "MEX", "KEN"], "iso3": ["MEX", "MEX", "KEN"], "year": [2022, 2023, 2023],
                          "unit_kind": "country", "comparable": [False, True, True], "rating_number": [2, 2, 3],
                          "score": [31.0, 40.0, 50.0]})  # fmt: skip
    monkeypatch.setattr(held.hand_out, "has", lambda dataset, *_: dataset == "civicus_monitor")
    monkeypatch.setattr(held.hand_out, "load", lambda *_: table)
    found = measures("full")
    assert list(found.of("civicus_score")["year"]) == [2023, 2023]
    assert set(found.of("civicus_score")["stretch"]) == {1}, "2023 is after the change of method"
    assert found.sources.to_dict("records")[0] | {"rows": 3, "matched": 2, "not_comparable": 1, "without_iso3": 0} == (
        found.sources.to_dict("records")[0])  # fmt: skip


def test_values_on_two_sides_of_a_change_of_method_are_not_in_one_window():
    found = made(rsf_score=[("MEX", 2021, 53.0, 0), ("MEX", 2022, 47.0, 1), ("MEX", 2023, 48.0, 1)])
    assert found.in_one_way("rsf_score", 2021, 2023).empty
    assert list(found.in_one_way("rsf_score", 2022, 2023)["value"]) == [47.0, 48.0]
    first, second = found.stretches_of("rsf_score")
    assert (list(first["year"]), list(second["year"])) == ([2021], [2022, 2023])


def test_of_each_publisher_one_measure_nearest_to_civic_space():
    found = made(v2xcs_ccsi=[("MEX", 2013, 0.7, 0), ("MEX", 2023, 0.8, 0)], fiw_e=[("MEX", 2023, 7.0, 0)],
                 civicus_rating=[("MEX", 2023, 2.0, 1)], civicus_score=[("MEX", 2023, 40.0, 1)],
                 fassoas_idea=[("MEX", 2021, 60.0, 0)])  # fmt: skip
    valued, moved = found.nearest(2013, 2023)
    assert list(valued) == ["v2xcs_ccsi", "fiw_e", "civicus_score"], "the score, not the rating; IDEA ends before"
    assert list(moved) == ["v2xcs_ccsi"]


def test_directions_end_with_the_core_index_or_where_most_measures_do():
    core = made(v2xcs_ccsi=[("MEX", 2023, 0.7, 0)], rsf_score=[("MEX", 2026, 50.0, 1)])
    assert core.window(10) == (2013, 2023)
    other = made(fiw_e=[("MEX", 2024, 7.0, 0)], fiw_d=[("MEX", 2024, 7.0, 0)], rsf_score=[("MEX", 2026, 50.0, 1)])
    assert other.window(5) == (2019, 2024)


def test_one_series_under_two_numbers_is_absent_with_its_publisher():
    assert same_figure("embedded") == {}


def test_one_series_under_two_numbers_from_2016(in_full):
    found = same_figure("full")
    assert 0.98 < found["same"] / found["n"] <= 1 and found["n"] > 1000
    assert found["same_before"] / found["n_before"] < 0.25
    later = same_figure("full", since=2014)
    assert later["n"] - later["same"] > 190, "in 2014 and 2015 no row is the same"


def test_the_full_edition_lacks_nothing(full):
    assert full.absent == () and len(full.ids) == 50 and len(full.houses) == 8
    assert int(full.sources.set_index("dataset").loc["civicus_monitor", "not_comparable"]) == 81
    assert 2022 not in set(full.of("civicus_score")["year"])
    assert list(full.of("rsf_score").groupby("stretch")["year"].agg(["min", "max"]).itertuples(index=False)) == [
        (2013, 2021), (2022, 2026)]  # fmt: skip
