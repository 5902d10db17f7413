"""What the tables of many measures hold, and what they never do."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words.catalogue import keys, use_language
from ogp_analysis.civic_space.measure_agreement import agreements, category_agreements
from ogp_analysis.civic_space.measures.held import Measures, all_measures, measures, method_years
from ogp_analysis.civic_space.measures.pairs import Pair, Stretch
from ogp_analysis.civic_space.standing import spread, standings, track
from ogp_analysis.civic_space.tables import measures as tables
from ogp_analysis.statistics.version_revision import version_revision


@pytest.fixture(autouse=True)
def in_english():
    use_language("en")
    yield
    use_language("en")


@pytest.fixture(scope="module")
def found() -> Measures:
    return measures("embedded")


def series(**units) -> pd.DataFrame:
    rows = [(unit, year, float(value)) for unit, values in units.items() for year, value in values]
    return pd.DataFrame(rows, columns=["unit", "year", "value"])


def test_every_measure_of_the_catalogue_is_told_whether_it_is_held_or_not(found):
    asks, scales = tables.constructs_table(found).frame, tables.scales_table().frame
    assert len(asks) == len(scales) == len(all_measures()) == 50
    assert asks["held"].sum() == len(found.ids) == 19
    assert asks["construct"].str.len().min() > 20
    bounds = dict(zip(scales["indicator"], scales["bounds"], strict=True))
    assert (
        bounds["Electoral democracy (v15)"] == "68% interval"
        and bounds["Voice and accountability (WGI)"] == "standard error"
    )
    assert bounds["Core civil society"] == "no interval published"


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_measure_publisher_and_licence_has_its_word(language):
    use_language(language)
    assert not tables.scales_table().frame.isna().any(axis=None)
    closed = {one.dataset for one in all_measures() if not one.redistribute}
    words = {"en": "values not passed on", "es": "los valores no se comparten"}[language]
    assert all(words in keys(language)[f"measures.licence.{dataset}"] for dataset in closed)


def test_coverage_is_counted_and_breaks_are_named(found):
    rows = tables.measure_coverage_table(found).frame.set_index("indicator")
    assert rows.loc["Core civil society", ["version", "first", "last", "countries"]].tolist() == ["14", 2000, 2023, 175]
    assert set(rows["breaks"]) == {"not_applicable"}, "no method changes in what the repository holds"


def test_shared_inputs_are_named_by_publisher(found):
    rows = tables.shared_inputs_table(found).frame.set_index("indicator")["shares_with"]
    assert "International IDEA: all of them" in rows["Voice and accountability (WGI)"]
    assert "CIVICUS: all of them" in rows["Voice and accountability (WGI)"]
    assert rows["Core civil society"].startswith("V-Dem Institute: Civil society participation, Freedom from CSO repr")
    assert "World Justice" not in rows["Core civil society"]


def test_a_name_tells_its_publisher_once():
    names = tables.names_of(["v2xcs_ccsi", "fiw_d4", "wjp_46", "fassoas_idea", "va_est"])
    assert names == ("Core civil society, Speaking without fear (D4, FH), Privacy (WJP), "
                     "Association and assembly (IDEA), Voice and accountability (WGI)")  # fmt: skip


def test_what_shares_nothing_says_so(found):
    alone = Measures("full", {"wjp_46": found.of("va_est")}, (), found.sources)
    [row] = tables.shared_inputs_table(alone).frame.to_dict("records")
    assert row["shares_with"] == "none that the catalogue knows"


def pair(y: str, shared: bool, n: int = 30) -> Stretch:
    rng = np.random.default_rng(1)
    x = rng.normal(size=n)
    frame = pd.DataFrame({"unit": [f"U{i:02}" for i in range(n)], "year": 2020, "x": x, "y": x + rng.normal(size=n)})
    return Stretch(Pair("civic_space", "v2xcs_ccsi", y, shared), frame)


def test_correlations_have_intervals_counts_and_the_warning():
    rows = agreements([pair("va_est", True), pair("fiw_e", False, 5)])
    made = tables.agreement_table(rows, "constructs")
    assert "agreement is not independent evidence" in made.caption and "Pairs: 2; rows" in made.caption
    first, second = made.frame.to_dict("records")
    assert first["shared"] and first["low"] < first["rho"] < first["high"] and first["n_last"] == 30
    assert second["n"] == 5 and pd.isna(second["rho"]) and pd.isna(second["rho_last"])
    assert "construct" not in tables.agreement_table(rows, "core").headings


def test_kappas_say_what_is_compared_and_how_it_depends_on_the_levels():
    from ogp_analysis.civic_space.measures.classes import ClassPair

    x = np.arange(50) % 5
    units = [f"U{i:02}" for i in range(50)]
    frame = pd.DataFrame({"unit": units, "x": x, "y": np.minimum(x // 2, 2)})
    same = frame.assign(y=np.minimum(x + (np.arange(50) % 9 == 0), 4))
    rows = category_agreements([ClassPair("civicus_rating", "fiw_status", True, 2024, frame),
                                ClassPair("civicus_rating", "rsf_score", True, 2025, same)])  # fmt: skip
    first, second = tables.kappa_table(rows).frame.to_dict("records")
    assert (first["categories"], second["categories"]) == ("3 levels", "5, as published")
    assert first["lowest"] <= first["quadratic"] <= first["highest"] and second["lowest"] == "not_applicable"
    assert tables.classes_named(rows[0]) == "CIVICUS rating – Freedom in the World status"


def test_places_have_no_value_of_a_measure_in_them():
    frames = {
        "fiw_e": [series(MEX=[(2013, 8.25), (2023, 7.125)], KEN=[(2023, 6.5)])],
        "va_est": [series(KEN=[(2023, 1)])],
    }
    made = tables.standings_table(standings(frames, "MEX", 2013, 2023), "Mexico")
    [row] = made.frame.to_dict("records")
    assert (row["rank"], row["n"], row["direction"], row["same_years"]) == (1, 2, "fell", True)
    assert not {8.25, 7.125, 6.5} & set(made.frame.select_dtypes("number").to_numpy().ravel())


def test_a_place_without_a_direction_says_that_it_has_none():
    made = tables.standings_table(standings({"fiw_e": [series(MEX=[(2023, 8)])]}, "MEX", 2013, 2023), "Mexico")
    [row] = made.frame.to_dict("records")
    assert (row["direction"], row["same_years"]) == ("not_applicable", "not_applicable")
    payload = made.payload()["rows"][0]
    assert payload[7] is None, "no year it was told from"


def test_countries_furthest_apart_are_named_with_both_measures_and_the_denominator():
    frames = {"v2xcs_ccsi": series(MEX=[(2023, 1)], KEN=[(2023, 2)], FRA=[(2023, 3)]),
              "va_est": series(MEX=[(2023, 3)], KEN=[(2023, 2)], FRA=[(2023, 1)], USA=[(2023, 1)])}  # fmt: skip
    made = tables.apart_table(spread(frames, 2023), most=2)
    assert list(made.frame["place"]) == ["France", "Mexico"]
    assert made.frame["high"].tolist() == ["Core civil society", "Voice and accountability (WGI)"]
    assert "Among 3 countries" in made.caption and "in some only: 1" in made.caption


def test_breaks_are_those_of_the_catalogue(found):
    rows = tables.breaks_table(found).frame
    assert len(rows) == sum(len(method_years(one)) for one in all_measures()) == 5
    press = rows[rows["indicator"].str.contains("Reporters")].iloc[0]
    assert (press["break"], press["stretches"], press["held"]) == (2022, "2013–2021 | 2022–2026", False)


def test_revisions_are_named_by_series_version_and_unit():
    frame = pd.DataFrame({"unit": ["GAB", "PSG"], "year": 2023, "v2x_polyarchy": [0.3, 0.2],
                          "v2x_polyarchy_v15": [0.336, 0.2]})  # fmt: skip
    made = tables.versions_table([version_revision(frame, "v2x_polyarchy", "v2x_polyarchy_v15")])
    [row] = made.frame.to_dict("records")
    assert (row["indicator"], row["old"], row["new"], row["place"]) == ("Electoral democracy", "V-Dem 14", "V-Dem 15",
                                                                      "Gabon")  # fmt: skip
    assert (row["changed"], row["largest"], row["outside"]) == (1, 0.036, "not_published")
    assert tables.unit_name("QQQ") == "QQQ"


def test_paths_tell_years_and_directions_and_no_values():
    tracks = [track("fiw_d4", [series(MEX=[(2012, 3), (2024, 3)])], "MEX"),
              track("wjp_46", [series(MEX=[(2015, 0.663), (2021, 0.448)])], "MEX"),
              track("va_est", [series(KEN=[(2015, 0.663)])], "MEX")]  # fmt: skip
    rows = tables.tracks_table(tracks, "Mexico", 2012, 2024).frame
    assert len(rows) == 2 and rows["surveillance"].all()
    assert rows["direction"].tolist() == ["one value in every year", "fell"]
    assert rows["highest"].tolist() == ["not_applicable", 2015]
    assert not {0.663, 0.448} & set(rows.to_numpy().ravel())


def test_only_values_that_may_be_passed_on_are_tabled(found):
    closed = Measures("full", {**found.series, "wjp_46": found.of("va_est")}, (), found.sources)
    made = tables.open_values_table(closed, ["wjp_46", "v2xcs_ccsi", "va_est"], "MEX", 2012, 2024)
    assert list(made.headings) == ["year", "v2xcs_ccsi", "va_est"]
    assert made.frame.set_index("year").loc[[2016, 2017, 2019], "v2xcs_ccsi"].tolist() == [0.772, 0.801, 0.879]
    assert pd.isna(made.frame.set_index("year").loc[2024, "v2xcs_ccsi"]) and not indicator("wjp_46").redistribute
