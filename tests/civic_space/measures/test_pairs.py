from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.indicators import indicator
from ogp_analysis.civic_space.measures.held import OVERALL, Measures, all_measures, house
from ogp_analysis.civic_space.measures.pairs import (
    CONSTRUCTS,
    Pair,
    construct_pairs,
    core_pairs,
    newest,
    other_houses,
    together,
    version_frame,
    version_pairs,
)

EMPTY = pd.DataFrame({"iso3": [], "year": [], "value": [], "stretch": []})
ALL = Measures("full", {one.id: EMPTY for one in all_measures()}, (), pd.DataFrame())


def holding(**series) -> Measures:
    frames = {id: pd.DataFrame(rows, columns=["iso3", "year", "value", "stretch"]) for id, rows in series.items()}
    return Measures("full", frames, (), pd.DataFrame())


def test_every_construct_of_a_pair_is_a_tag_or_overall_civic_space():
    tags = {tag for one in all_measures() for tag in one.tags}
    assert set(CONSTRUCTS) - {"civic_space"} <= tags


def test_only_the_newest_version_of_a_series_is_compared():
    kept = newest(ALL.ids)
    assert not {"v2x_polyarchy", "v2x_libdem", "v2x_regime", "v2x_civlib_v12"} & set(kept)
    assert {"v2x_polyarchy_v15", "v2x_civlib", "ert_regime"} <= set(kept)
    assert newest(["v2x_polyarchy", "v2xcs_ccsi"]) == ["v2x_polyarchy", "v2xcs_ccsi"]


def test_the_core_index_meets_every_other_index_once_and_no_question():
    others = [pair.y for pair in core_pairs(ALL)]
    assert len(others) == len(set(others)) == 29
    assert {"fassoas_idea", "civicus_score", "fiw_e", "va_est", "civsocpart_idea", "rsf_score", "wjp_47", "wjp_33",
            "wjp_46"} <= set(others)  # fmt: skip
    assert not {"v2csreprss", "fiw_e2", "dsp_v2smgovsmmon"} & set(others)
    assert core_pairs(holding(va_est=[("MEX", 2020, 0.0, 0)])) == []


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


def test_pairs_of_one_publisher_are_told_apart_from_the_others():
    pairs = core_pairs(ALL)
    assert {pair.y for pair in pairs} - {pair.y for pair in other_houses(pairs)} == {
        "v2x_cspart", "v2x_freexp_altinf", "v2x_frassoc_thick", "v2x_civlib", "v2x_clpriv", "v2x_polyarchy_v15",
        "v2x_libdem_v15", "v2x_partipdem_v15", "v2x_delibdem_v15", "v2x_egaldem_v15", "ert_regime"}  # fmt: skip


def test_years_on_two_sides_of_a_change_of_method_are_never_in_one_frame():
    years = (2016, 2017, 2021, 2022)
    found = holding(
        fiw_total=[("MEX", year, 60.0, int(year >= 2017)) for year in years],
        rsf_score=[("MEX", year, 50.0, int(year >= 2022)) for year in years],
    )
    parts = together(found, Pair("media", "fiw_total", "rsf_score", False))
    assert [list(part.frame["year"]) for part in parts] == [[2016], [2017, 2021], [2022]]
    assert [(part.first, part.last) for part in parts] == [(2016, 2016), (2017, 2021), (2022, 2022)]


def test_the_last_year_holds_each_country_once():
    rows = [(iso3, year, float(year), 0) for iso3 in ("KEN", "MEX") for year in (2019, 2020)]
    [part] = together(holding(va_est=rows, fiw_e=rows[:3]), Pair("civic_space", "va_est", "fiw_e", True))
    assert part.frame["unit"].tolist() == ["KEN", "KEN", "MEX"]
    assert part.at_the_end().to_dict("records") == [{"unit": "KEN", "year": 2020, "x": 2020.0, "y": 2020.0}]


def test_measures_without_a_common_year_have_no_frame():
    found = holding(va_est=[("MEX", 2019, 0.0, 0)], fiw_e=[("MEX", 2020, 7.0, 0)])
    assert together(found, Pair("civic_space", "va_est", "fiw_e", True)) == []


def test_versions_of_a_series_are_paired_with_the_next(embedded):
    assert version_pairs(embedded) == [
        ("v2x_freexp_altinf_v12", "v2x_freexp_altinf"), ("v2x_frassoc_thick_v12", "v2x_frassoc_thick"),
        ("v2x_civlib_v12", "v2x_civlib"), ("v2x_polyarchy", "v2x_polyarchy_v15"), ("v2x_libdem", "v2x_libdem_v15"),
        ("v2x_regime", "ert_regime")]  # fmt: skip


def test_two_versions_are_laid_beside_each_other_by_unit_with_the_new_bounds():
    both = version_frame("embedded", "v2x_polyarchy", "v2x_polyarchy_v15")
    assert list(both.columns) == ["unit", "year", "v2x_polyarchy", "v2x_polyarchy_v15", "low", "high"]
    assert (both["low"] <= both["v2x_polyarchy_v15"]).all() and (both["v2x_polyarchy_v15"] <= both["high"]).all()
    assert "PSG" in set(both["unit"]), "units without an ISO code have versions too"
    assert "low" not in version_frame("embedded", "v2x_civlib_v12", "v2x_civlib").columns
