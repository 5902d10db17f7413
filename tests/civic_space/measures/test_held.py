from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import JoinError, ParameterError
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words.catalogue import keys, use_language
from ogp_analysis.civic_space import joining
from ogp_analysis.civic_space.breaks import method_spans, method_years
from ogp_analysis.civic_space.measures.catalogue import (
    CORE,
    FIRST_YEAR,
    OVERALL,
    QUESTIONS,
    SURVEILLANCE,
    all_measures,
    house,
    labels,
    span,
)
from ogp_analysis.civic_space.measures.held import Measures, measures, same_figure


@pytest.fixture(autouse=True)
def in_english():
    use_language("en")
    yield
    use_language("en")


def made(**series) -> Measures:
    """Return measures of hand-made series: lists of (unit, year, value, segment)."""
    columns = ["unit", "year", "value", "segment"]
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


def test_segments_end_where_a_method_does():
    assert method_spans(indicator("rsf_score")) == [(2013, 2021), (2022, 2026)]
    assert method_spans(indicator("fotn_total")) == [(2011, 2018), (2019, 2019)]
    assert method_spans(indicator("v2xcs_ccsi")) == [(1970, 2023)]
    assert method_years(indicator("va_est")) == (), "rarer values before 2002 are not another method"


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
        rows = embedded[id]
        assert rows["year"].min() >= FIRST_YEAR
        assert not rows.duplicated(["unit", "year"]).any()
        assert rows["value"].notna().all()
    assert "PSE" not in set(embedded["v2xcs_ccsi"]["unit"]), "V-Dem's is the West Bank"
    assert "PSE" in set(embedded["va_est"]["unit"])


def test_an_absent_measure_is_refused_in_words(embedded):
    with pytest.raises(ParameterError, match="measure wjp_46: is not in the embedded edition"):
        _ = embedded["wjp_46"]
    with pytest.raises(ParameterError, match="not a way to pair measures"):
        embedded.agreement("region")


def test_years_the_wrong_way_round_are_refused(embedded):
    for ask in (embedded.places, embedded.of):
        with pytest.raises(ParameterError, match="2020 is not before 2013"):
            ask("MEX", 2020, 2013)
    with pytest.raises(ParameterError, match="2023 is not before 2023"):
        embedded.directions(2023)


def test_an_edition_without_any_measure_is_refused(monkeypatch):
    monkeypatch.setattr(joining.hand_out, "has", lambda *_: False)
    with pytest.raises(ParameterError, match="none is in the data of the embedded edition"):
        measures("embedded")


def test_two_rows_for_a_country_in_a_year_are_refused(monkeypatch):
    table = pd.DataFrame({"iso3": ["MEX", "MEX"], "year": [2020, 2020], "va_est": [0.1, 0.2]})
    monkeypatch.setattr(joining.hand_out, "has", lambda dataset, *_: dataset == "wgi_voice_accountability")
    monkeypatch.setattr(joining.hand_out, "load", lambda *_: table)
    with pytest.raises(JoinError, match=r"1 rows repeat a country and year, \('MEX', 2020\)"):
        measures("embedded")


def test_what_was_made_for_a_part_of_the_world_is_left_out_and_counted(monkeypatch):
    table = pd.DataFrame({"unit": ["MEX", "MEX", "KEN"], "iso3": ["MEX", "MEX", "KEN"], "year": [2022, 2023, 2023],
                          "unit_kind": "country", "comparable": [False, True, True], "rating_number": [2, 2, 3],
                          "score": [31.0, 40.0, 50.0]})  # fmt: skip
    monkeypatch.setattr(joining.hand_out, "has", lambda dataset, *_: dataset == "civicus_monitor")
    monkeypatch.setattr(joining.hand_out, "load", lambda *_: table)
    found = measures("full")
    assert list(found["civicus_score"]["year"]) == [2023, 2023]
    assert set(found["civicus_score"]["segment"]) == {1}, "2023 is after the change of method"
    assert found.sources.to_dict("records")[0] | {"rows": 3, "matched": 2, "not_comparable": 1, "without_iso3": 0} == (
        found.sources.to_dict("records")[0])  # fmt: skip


def test_of_each_publisher_one_measure_nearest_to_civic_space():
    found = made(v2xcs_ccsi=[("MEX", 2013, 0.7, 0), ("MEX", 2023, 0.8, 0)], fiw_e=[("MEX", 2023, 7.0, 0)],
                 civicus_rating=[("MEX", 2023, 2.0, 1)], civicus_score=[("MEX", 2023, 40.0, 1)],
                 fassoas_idea=[("MEX", 2021, 60.0, 0)])  # fmt: skip
    assert list(found.nearest(2023)) == ["v2xcs_ccsi", "fiw_e", "civicus_score"], (
        "the score, not the rating; IDEA ends before")  # fmt: skip
    assert found.directions(2013, 2023).measures == ("v2xcs_ccsi",)


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
    assert 2022 not in set(full["civicus_score"]["year"])
    assert list(full["rsf_score"].groupby("segment")["year"].agg(["min", "max"]).itertuples(index=False)) == [
        (2013, 2021), (2022, 2026)]  # fmt: skip


def test_every_measure_of_the_catalogue_is_told_whether_it_is_held_or_not(embedded):
    asks, scales = embedded.constructs().frame, embedded.scales().frame
    assert len(asks) == len(scales) == len(all_measures()) == 50
    assert asks["held"].sum() == len(embedded.ids) == 19
    assert asks["construct"].str.len().min() > 20
    bounds = dict(zip(scales["indicator"], scales["bounds"], strict=True))
    assert (
        bounds["Electoral democracy (v15)"] == "68% interval"
        and bounds["Voice and accountability (WGI)"] == "standard error"
    )
    assert bounds["Core civil society"] == "no interval published"


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_measure_publisher_and_licence_has_its_word(language, embedded):
    use_language(language)
    assert not embedded.scales().frame.isna().any(axis=None)
    closed = {one.dataset for one in all_measures() if not one.redistribute}
    words = {"en": "values not passed on", "es": "los valores no se comparten"}[language]
    assert all(words in keys(language)[f"measures.licence.{dataset}"] for dataset in closed)


def test_coverage_is_counted_and_breaks_are_named(embedded):
    rows = embedded.coverage().frame.set_index("indicator")
    assert rows.loc["Core civil society", ["version", "first", "last", "countries"]].tolist() == ["14", 2000, 2023, 175]
    assert set(rows["breaks"]) == {"not_applicable"}, "no method changes in what the repository holds"


def test_shared_inputs_are_named_by_publisher(embedded):
    rows = embedded.shared_inputs().frame.set_index("indicator")["shares_with"]
    assert "International IDEA: all of them" in rows["Voice and accountability (WGI)"]
    assert "CIVICUS: all of them" in rows["Voice and accountability (WGI)"]
    assert rows["Core civil society"].startswith("V-Dem Institute: Civil society participation, Freedom from CSO repr")
    assert "World Justice" not in rows["Core civil society"]


def test_a_name_tells_its_publisher_once():
    names = labels(["v2xcs_ccsi", "fiw_d4", "wjp_46", "fassoas_idea", "va_est"])
    assert names == ("Core civil society, Speaking without fear (D4, FH), Privacy (WJP), "
                     "Association and assembly (IDEA), Voice and accountability (WGI)")  # fmt: skip


def test_what_shares_nothing_says_so(embedded):
    alone = Measures("full", {"wjp_46": embedded["va_est"]}, (), embedded.sources)
    [row] = alone.shared_inputs().frame.to_dict("records")
    assert row["shares_with"] == "none that the catalogue knows"


def test_breaks_are_those_of_the_catalogue(embedded):
    rows = embedded.breaks().frame
    assert len(rows) == sum(len(method_years(one)) for one in all_measures()) == 5
    press = rows[rows["indicator"].str.contains("Reporters")].iloc[0]
    assert (press["break"], press["stretches"], press["held"]) == (2022, "2013–2021 | 2022–2026", False)
