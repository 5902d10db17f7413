"""Correlations that were known before this code was: the same samples give the same figures to two decimals."""

from __future__ import annotations

import pytest

from ogp_analysis.civic_space.measures.agreement import in_one_way
from ogp_analysis.civic_space.measures.paths import constant_units
from ogp_analysis.civic_space.measures.revisions import revisions
from ogp_analysis.data.store import hand_out
from ogp_analysis.statistics.agreement import pooled_spearman

#: Pooled rank correlation with v2xcs_ccsi since 1990; the measures whose method does not change.
KNOWN = {"fassoas_idea": 0.94, "fiw_e": 0.85, "va_est": 0.85, "civsocpart_idea": 0.82, "wjp_47": 0.80, "wjp_33": 0.71,
         "wjp_46": 0.67}  # fmt: skip


@pytest.fixture(scope="module")
def found(full):
    return full.agreement()


def rows(found, y):
    return list(found.frame[found.frame["y"] == y].itertuples())


@pytest.mark.parametrize(("y", "known"), KNOWN.items())
def test_known_pooled_correlations_with_the_core_index(found, y, known):
    [one] = rows(found, y)
    assert round(one.rho, 2) == known
    assert one.low < known < one.high


def test_press_freedom_is_not_joined_over_2022(found, full):
    """The known .81 joins two methods; each of them gives .82 and .81."""
    assert [(one.first, one.last, round(one.rho, 2)) for one in rows(found, "rsf_score")] == [
        (2013, 2021, 0.82), (2022, 2023, 0.81)]  # fmt: skip
    joined = full["v2xcs_ccsi"].merge(full["rsf_score"], on=["unit", "year"])
    joined = joined.rename(columns={"value_x": "x", "value_y": "y"})
    assert round(pooled_spearman(joined, "x", "y").rho, 2) == 0.81


def test_the_known_figure_of_civicus_joins_a_part_of_the_world_in_2022(found, full, in_full):
    """The known .85 pools the scores of 2022, for a part of the world, and of 2023; the score of 2023 alone gives .84,
    the rating .81 to 2021 and .83 in 2023."""
    assert [round(one.rho, 2) for one in rows(found, "civicus_score")] == [0.84]
    assert [(one.first, one.last, round(one.rho, 2)) for one in rows(found, "civicus_rating")] == [
        (2017, 2021, 0.81), (2023, 2023, 0.83)]  # fmt: skip
    table = hand_out.load("civicus_monitor", "ratings", "full").dropna(subset=["score", "iso3"])
    table = table[["iso3", "year", "score"]].rename(columns={"iso3": "unit"})
    joined = full["v2xcs_ccsi"].merge(table, on=["unit", "year"])
    joined = joined.rename(columns={"value": "x", "score": "y"})
    assert len(joined) == 254
    assert round(pooled_spearman(joined, "x", "y").rho, 2) == 0.85


def test_agreement_over_more_years_is_higher_so_the_first_year_is_part_of_the_result(full):
    """Since 2000 the participation index of IDEA gives .79, since 1990 .82."""
    [rows] = in_one_way(full["v2xcs_ccsi"], full["civsocpart_idea"])
    assert round(pooled_spearman(rows[rows["year"] >= 2000], "x", "y").rho, 2) == 0.79


def test_intervals_over_countries_are_wider_than_those_that_take_years_as_independent(found):
    [one] = rows(found, "wjp_46")
    assert one.n == 1136 and one.countries == one.n_last == 134
    assert one.high - one.low > 2 * 1.96 * (1 - one.rho**2) / one.n**0.5
    assert (one.high - one.low) == pytest.approx(one.high_last - one.low_last, abs=0.05)


def test_the_extremes_are_of_the_measures_of_other_publishers(found):
    whole = found.extremes()
    assert whole.n == 18 and whole.lowest == "wjp_3" and round(whole.lowest_rho, 2) == 0.61
    assert (whole.highest, round(whole.highest_rho, 2)) == ("fassoas_idea", 0.94)
    assert found.frame["y"].nunique() == 29


def test_published_categories_agree_and_depend_on_how_they_are_put_together(full, in_full):
    kappas = {(one.x, one.y): one for one in full.categories().frame.itertuples()}
    assert len(kappas) == 14
    one = kappas["civicus_rating", "fiw_status"]
    assert (one.n, one.same, one.categories, one.as_published, one.shared) == (196, 157, 3, False, True)
    assert one.lowest <= one.quadratic <= one.highest and one.highest - one.lowest > 0.2
    assert one.linear < one.quadratic
    press = kappas["civicus_rating", "rsf_score"]
    assert press.as_published and press.categories == 5 and press.lowest != press.lowest


def polyarchy(edition: str):
    """Return the revision of electoral democracy in 2023."""
    return revisions(["v2x_polyarchy", "v2x_polyarchy_v15"], edition).rows[0]


def test_the_revision_of_electoral_democracy_in_2023(in_full):
    one = polyarchy("full")
    assert (one.n, round(one.mean_absolute, 3), one.largest, one.largest_unit) == (179, 0.006, 0.036, "GAB")
    assert (one.last, one.outside) == (2023, 1)


def test_the_embedded_edition_gives_the_same_revision():
    one = polyarchy("embedded")
    assert (one.n, round(one.mean_absolute, 3), one.largest, one.largest_unit) == (179, 0.006, 0.036, "GAB")


def test_what_the_measures_saw_in_mexico(full):
    whole = full.of("MEX", until=2024).paths
    seen = whole["dsp_v2smgovsmmon"]
    assert (seen.first, seen.last, seen.n, seen.shape, seen.first_value) == (2000, 2018, 19, "flat", 0.832)
    assert constant_units(full["dsp_v2smgovsmmon"]) == (45, 175), "46 of 179 with parts of countries"
    privacy = whole["wjp_46"]
    assert (privacy.direction, privacy.peak, privacy.trough) == ("fell", 2015, 2021)
    since = full.of("MEX", since=2012, until=2024).paths
    fear, core = since["fiw_d4"], since["v2xcs_ccsi"]
    assert (fear.first, fear.last, fear.n, fear.shape, fear.first_value) == (2012, 2024, 13, "flat", 3.0)
    assert (core.peak, core.direction) == (2019, "fell"), "it does not fall in 2017"
