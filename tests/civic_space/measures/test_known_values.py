"""Correlations that were known before this code was: the same samples give the same figures to two decimals."""

from __future__ import annotations

import pytest

from ogp_analysis.civic_space.measure_agreement import agreement_range, agreements, category_agreements
from ogp_analysis.civic_space.measures.classes import class_pairs
from ogp_analysis.civic_space.measures.pairs import core_pairs, together, version_frame
from ogp_analysis.civic_space.standing import constant_units, track
from ogp_analysis.statistics.agreement import pooled_spearman
from ogp_analysis.statistics.version_revision import version_revision
from ogp_analysis.store import hand_out

#: Pooled rank correlation with v2xcs_ccsi since 1990; the measures whose method does not change.
KNOWN = {"fassoas_idea": 0.94, "fiw_e": 0.85, "va_est": 0.85, "civsocpart_idea": 0.82, "wjp_47": 0.80, "wjp_33": 0.71,
         "wjp_46": 0.67}  # fmt: skip


@pytest.fixture(scope="module")
def found(full):
    return agreements(one for pair in core_pairs(full) for one in together(full, pair))


def rows(found, y):
    return [one for one in found if one.pair.y == y]


@pytest.mark.parametrize(("y", "known"), KNOWN.items())
def test_known_pooled_correlations_with_the_core_index(found, y, known):
    [one] = rows(found, y)
    assert round(one.pooled.rho, 2) == known
    assert one.pooled.low < known < one.pooled.high


def test_press_freedom_is_not_joined_over_2022(found, full):
    """The known .81 joins two methods; each of them gives .82 and .81."""
    assert [(one.first, one.last, round(one.pooled.rho, 2)) for one in rows(found, "rsf_score")] == [
        (2013, 2021, 0.82), (2022, 2023, 0.81)]  # fmt: skip
    joined = full.of("v2xcs_ccsi").merge(full.of("rsf_score"), on=["iso3", "year"])
    joined = joined.rename(columns={"iso3": "unit", "value_x": "x", "value_y": "y"})
    assert round(pooled_spearman(joined, "x", "y").rho, 2) == 0.81


def test_the_known_figure_of_civicus_joins_a_part_of_the_world_in_2022(found, full, in_full):
    """The known .85 pools the scores of 2022, for a part of the world, and of 2023; the score of 2023 alone gives .84,
    the rating .81 to 2021 and .83 in 2023."""
    assert [round(one.pooled.rho, 2) for one in rows(found, "civicus_score")] == [0.84]
    assert [(one.first, one.last, round(one.pooled.rho, 2)) for one in rows(found, "civicus_rating")] == [
        (2017, 2021, 0.81), (2023, 2023, 0.83)]  # fmt: skip
    table = hand_out.load("civicus_monitor", "ratings", "full").dropna(subset=["score", "iso3"])
    joined = full.of("v2xcs_ccsi").merge(table[["iso3", "year", "score"]], on=["iso3", "year"])
    joined = joined.rename(columns={"iso3": "unit", "value": "x", "score": "y"})
    assert len(joined) == 254
    assert round(pooled_spearman(joined, "x", "y").rho, 2) == 0.85


def test_agreement_over_more_years_is_higher_so_the_first_year_is_part_of_the_result(full):
    """Since 2000 the participation index of IDEA gives .79, since 1990 .82."""
    [part] = together(full, next(pair for pair in core_pairs(full) if pair.y == "civsocpart_idea"))
    assert round(pooled_spearman(part.frame[part.frame["year"] >= 2000], "x", "y").rho, 2) == 0.79


def test_intervals_over_countries_are_wider_than_those_that_take_years_as_independent(found):
    [one] = rows(found, "wjp_46")
    assert one.n == 1136 and one.countries == one.n_last == 134
    assert one.pooled.high - one.pooled.low > 2 * 1.96 * (1 - one.pooled.rho**2) / one.n**0.5
    assert (one.pooled.high - one.pooled.low) == pytest.approx(one.at_the_end.high - one.at_the_end.low, abs=0.05)


def test_the_range_is_over_all_measures_given(found):
    whole = agreement_range(found)
    assert whole.n == 29 and whole.lowest == "wjp_3" and round(whole.lowest_rho, 2) == 0.61
    assert whole.highest_rho == max(one.pooled.rho for one in found)


def test_published_categories_agree_and_depend_on_how_they_are_put_together(full, in_full):
    kappas = {(one.x, one.y): one for one in category_agreements(class_pairs(full))}
    assert len(kappas) == 14
    one = kappas["civicus_rating", "fiw_status"]
    assert (one.n, one.same, one.categories, one.as_published, one.shared) == (196, 157, 3, False, True)
    assert one.lowest <= one.quadratic.kappa <= one.highest and one.highest - one.lowest > 0.2
    assert one.linear.kappa < one.quadratic.kappa
    press = kappas["civicus_rating", "rsf_score"]
    assert press.as_published and press.categories == 5 and press.lowest is None


def test_the_revision_of_electoral_democracy_in_2023(in_full):
    both = version_frame("full", "v2x_polyarchy", "v2x_polyarchy_v15")
    one = version_revision(both[both["year"] == 2023], "v2x_polyarchy", "v2x_polyarchy_v15", "low", "high")
    assert (one.n, round(one.mean_absolute, 3), one.largest, one.largest_unit) == (179, 0.006, 0.036, "GAB")
    assert one.outside == 1


def test_the_embedded_edition_gives_the_same_revision():
    both = version_frame("embedded", "v2x_polyarchy", "v2x_polyarchy_v15")
    one = version_revision(both[both["year"] == 2023], "v2x_polyarchy", "v2x_polyarchy_v15")
    assert (one.n, round(one.mean_absolute, 3), one.largest, one.largest_unit) == (179, 0.006, 0.036, "GAB")


def test_what_the_measures_saw_in_mexico(full):
    seen = track("dsp", full.stretches_of("dsp_v2smgovsmmon"), "MEX")
    assert (seen.first, seen.last, seen.n, seen.case, seen.level) == (2000, 2018, 19, "flat", 0.832)
    assert constant_units(full.stretches_of("dsp_v2smgovsmmon")[-1]) == (45, 175), "46 of 179 with parts of countries"
    fear = track("d4", full.stretches_of("fiw_d4"), "MEX", 2012, 2024)
    assert (fear.first, fear.last, fear.n, fear.case, fear.level) == (2012, 2024, 13, "flat", 3.0)
    privacy = track("wjp", full.stretches_of("wjp_46"), "MEX", 2012, 2024)
    assert (privacy.direction, privacy.highest, privacy.lowest) == ("fell", 2015, 2021)
    core = track("core", full.stretches_of("v2xcs_ccsi"), "MEX", 2012, 2024)
    assert (core.highest, core.direction) == (2019, "fell"), "it does not fall in 2017"
