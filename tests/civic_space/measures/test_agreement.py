from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import say
from ogp_analysis.base.words.catalogue import use_language
from ogp_analysis.base.words.numbers import facts
from ogp_analysis.civic_space.measures.agreement import (
    CONSTRUCTS,
    FEWEST,
    Agreements,
    Pair,
    agreed,
    agreements,
    construct_pairs,
    core_pairs,
    in_one_way,
)
from ogp_analysis.civic_space.measures.catalogue import OVERALL, all_measures, house, newest
from ogp_analysis.statistics.association import spearman

from .by_hand import joined, series

ALL = tuple(one.id for one in all_measures())


@pytest.fixture(autouse=True)
def in_english():
    use_language("en")
    yield
    use_language("en")


def both(units: int, years: int, seed: int = 0, noise: float = 1.0) -> pd.DataFrame:
    """Return two measures of the same units: ``unit, year, x, y``."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=units * years)
    return pd.DataFrame({"unit": np.repeat([f"U{i:03}" for i in range(units)], years),
                         "year": np.tile(range(2000, 2000 + years), units), "x": x,
                         "y": x + noise * rng.normal(size=units * years)})  # fmt: skip


def made(*rows: tuple[str, pd.DataFrame], by: str = "core", construct: str = "civic_space") -> Agreements:
    """Return the agreements of the core index with measures by their frames."""
    return Agreements(by, agreed((Pair(construct, "v2xcs_ccsi", y), frame) for y, frame in rows))


def test_every_construct_of_a_pair_is_a_tag_or_overall_civic_space():
    tags = {tag for one in all_measures() for tag in one.tags}
    assert set(CONSTRUCTS) - {"civic_space"} <= tags


def test_only_the_newest_version_of_a_series_is_compared():
    kept = newest(ALL)
    assert not {"v2x_polyarchy", "v2x_libdem", "v2x_regime", "v2x_civlib_v12"} & set(kept)
    assert {"v2x_polyarchy_v15", "v2x_civlib", "ert_regime"} <= set(kept)
    assert newest(["v2x_polyarchy", "v2xcs_ccsi"]) == ["v2x_polyarchy", "v2xcs_ccsi"]


def test_the_core_index_meets_every_other_index_once_and_no_question():
    others = [pair.y for pair in core_pairs(ALL)]
    assert len(others) == len(set(others)) == 29
    assert {"fassoas_idea", "civicus_score", "fiw_e", "va_est", "civsocpart_idea", "rsf_score", "wjp_47", "wjp_33",
            "wjp_46"} <= set(others)  # fmt: skip
    assert not {"v2csreprss", "fiw_e2", "dsp_v2smgovsmmon"} & set(others)
    assert core_pairs(["va_est"]) == []


def test_pairs_on_a_construct_are_of_two_publishers_and_share_it():
    pairs = construct_pairs(ALL)
    assert len({(pair.x, pair.y) for pair in pairs}) == len(pairs) == 66
    for pair in pairs:
        assert house(pair.x) != house(pair.y)
        if pair.construct == "civic_space":
            assert {pair.x, pair.y} <= set(OVERALL)
        else:
            assert pair.construct in indicator(pair.x).tags and pair.construct in indicator(pair.y).tags
    order = [CONSTRUCTS.index(pair.construct) for pair in pairs]
    assert order == sorted(order)


def test_a_question_stands_back_behind_its_publisher_s_index_on_the_construct():
    pairs = {(pair.construct, pair.x, pair.y) for pair in construct_pairs(ALL)}
    measured = {id for _, x, y in pairs for id in (x, y)}
    assert not {"v2csreprss", "v2cseeorgs", "fiw_e2", "fiw_e1"} & measured
    assert ("assembly", "v2caassemb", "wjp_47") in pairs, "V-Dem has no index on assembly"
    assert {("surveillance_of_communications", "fiw_d4", "wjp_46"),
            ("surveillance_of_communications", "fiw_d4", "dsp_v2smgovsmmon"),
            ("surveillance_of_communications", "wjp_46", "dsp_v2smgovsmmon")} <= pairs  # fmt: skip
    assert not any("v2x_clpriv" in (x, y) for construct, x, y in pairs if construct.startswith("surveillance"))


@pytest.mark.parametrize(
    ("x", "y", "shared"),
    [("v2xcs_ccsi", "va_est", True), ("v2xcs_ccsi", "fassoas_idea", True), ("v2xcs_ccsi", "fiw_e", False),
     ("va_est", "civicus_score", True), ("fiw_e", "civicus_rating", True), ("wjp_47", "fassoas_idea", False)],
)  # fmt: skip
def test_every_pair_says_whether_inputs_are_shared(x, y, shared):
    [pair] = [pair for pair in construct_pairs(ALL) if (pair.x, pair.y) == (x, y)]
    assert pair.shared is shared


def test_years_on_two_sides_of_a_change_of_method_are_never_in_one_frame():
    x = joined(series(MEX=[(2016, 60)]), series(MEX=[(2017, 60), (2021, 60), (2022, 60)]))
    y = joined(series(MEX=[(2016, 50), (2017, 50), (2021, 50)]), series(MEX=[(2022, 50)]))
    assert [list(rows["year"]) for rows in in_one_way(x, y)] == [[2016], [2017, 2021], [2022]]
    found = agreements({"fiw_total": x, "rsf_score": y}, [Pair("media", "fiw_total", "rsf_score")], "construct")
    assert [(one.first, one.last) for one in found.frame.itertuples()] == [(2016, 2016), (2017, 2021), (2022, 2022)]


def test_measures_without_a_common_year_are_counted_and_have_no_row():
    x, y = series(MEX=[(2019, 0)]), series(MEX=[(2020, 7)])
    found = agreements({"va_est": x, "fiw_e": y}, [Pair("civic_space", "va_est", "fiw_e")], "construct")
    assert (len(found.frame), found.apart) == (0, 1)
    assert "because they have no year in common: 1" in str(found.text())


def test_a_pair_is_described_over_all_years_and_in_the_last_in_which_each_country_stands_once():
    frame = both(40, 3)
    [found] = made(("va_est", frame)).frame.itertuples()
    assert (found.first, found.last, found.n, found.countries, found.n_last) == (2000, 2002, 120, 40, 40)
    assert found.rho_last == spearman(frame[frame["year"] == 2002], "x", "y").rho
    assert found.shared


def test_too_few_countries_are_counted_and_not_estimated():
    some, few = made(("va_est", both(FEWEST - 1, 3)), ("va_est", both(5, 3))).frame.itertuples()
    assert some.n == 3 * (FEWEST - 1) and some.rho == some.rho and np.isnan(some.rho_last)
    assert few.n == 15 and np.isnan(few.rho) and np.isnan(few.rho_last)


def test_a_measure_that_does_not_vary_is_not_correlated():
    [found] = made(("va_est", both(30, 2).assign(y=1.0))).frame.itertuples()
    assert np.isnan(found.rho) and found.n == 60


def test_the_extremes_name_their_measures_and_count_each_of_another_publisher_once():
    found = made(("fiw_e", both(40, 3, 1, 0.3)), ("va_est", both(40, 3, 2, 2.0)), ("rsf_score", both(40, 3, 3)),
                 ("rsf_score", both(30, 3, 4)), ("v2x_cspart", both(40, 3, 5, 0.01))).extremes()  # fmt: skip
    assert (found.n, found.shared, found.lowest, found.highest, found.case) == (3, 1, "va_est", "fiw_e", "several")
    assert found.highest_low < found.highest_rho < found.highest_high


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("others", [["va_est"], ["va_est", "rsf_score"]])
@pytest.mark.parametrize(("units", "noise"), [(40, 0), (9, 1)])
def test_extremes_without_an_interval_are_said_without_one(language, others, units, noise):
    found = made(*((one, both(units, 3, seed, noise)) for seed, one in enumerate(others))).extremes()
    assert found.highest_rho and found.highest_high is None
    use_language(language)
    names = {"lowest": "A", "highest": "B", "version": "14"}
    said = say("measures.glance.agreement", **facts(found) | names).plain()
    assert ("no interval" if language == "en" else "o tiene intervalo") in said and "{" not in said


def test_the_extremes_of_one_and_of_none():
    assert made(("va_est", both(40, 3))).extremes().case == "one_shared"
    assert made(("fiw_e", both(40, 3))).extremes().case == "one_apart"
    assert made(("va_est", both(40, 3, noise=0))).extremes().case == "one_few_shared"
    assert made(("va_est", both(3, 3))).extremes().case == made(("v2x_cspart", both(40, 3))).extremes().case == "none"


def test_measures_of_surveillance_are_held_against_each_other_in_words():
    rows = [("fiw_d4", both(40, 2, 1, 0.2)), ("wjp_46", both(40, 2, 2, 3.0)), ("wjp_46", both(5, 2))]
    found = made(*rows, by="construct", construct="surveillance_of_communications")
    low, high = sorted(found.frame["rho"].dropna())
    note, asked = (one.plain() for one in found.text())
    assert f"run from {low:.2f} to {high:.2f} (pairs: 2)" in asked and "civic space: 2;" in note
    assert found.plot() == () and made(*rows).text() == ()


def test_correlations_have_intervals_counts_and_the_warning():
    rows = [("va_est", both(30, 1, 1)), ("fiw_e", both(5, 1, 1))]
    table = made(*rows, by="construct").table()
    assert "agreement is not independent evidence" in table.caption and "Pairs: 2; rows" in table.caption
    first, second = table.frame.to_dict("records")
    assert first["shared"] and first["low"] < first["rho"] < first["high"] and first["n_last"] == 30
    assert second["n"] == 5 and pd.isna(second["rho"]) and pd.isna(second["rho_last"])
    assert (first["y"], first["construct"]) == ("Voice and accountability (WGI)", "overall civic space")
    assert "construct" not in made(*rows).table().headings
