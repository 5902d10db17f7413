from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.civic_space.measure_agreement import FEWEST, agreement_range, agreements, category_agreements
from ogp_analysis.civic_space.measures.classes import ClassPair
from ogp_analysis.civic_space.measures.pairs import Pair, Stretch
from ogp_analysis.statistics.agreement import weighted_kappa
from ogp_analysis.statistics.association import spearman


def stretch(units: int, years: int, y: str = "va_est", shared: bool = True, seed: int = 0, noise=1.0) -> Stretch:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=units * years)
    frame = pd.DataFrame({"unit": np.repeat([f"U{i:03}" for i in range(units)], years),
                          "year": np.tile(range(2000, 2000 + years), units), "x": x,
                          "y": x + noise * rng.normal(size=units * years)})  # fmt: skip
    return Stretch(Pair("civic_space", "v2xcs_ccsi", y, shared), frame)


def rated(x, y, names=("civicus_rating", "fiw_status")) -> ClassPair:
    units = [f"U{i:03}" for i in range(len(x))]
    return ClassPair(*names, True, 2024, pd.DataFrame({"unit": units, "x": x, "y": y}))


def test_a_pair_is_told_over_all_years_and_in_the_last():
    one = stretch(40, 3)
    [found] = agreements([one])
    assert (found.first, found.last, found.n, found.countries, found.n_last) == (2000, 2002, 120, 40, 40)
    end = one.frame[one.frame["year"] == 2002]
    assert found.at_the_end.rho == spearman(end, "x", "y").rho
    assert found.pooled.clusters == 40


def test_too_few_countries_are_counted_and_not_estimated():
    [found] = agreements([stretch(FEWEST - 1, 3)])
    assert found.n == 3 * (FEWEST - 1) and found.pooled is not None and found.at_the_end is None
    [less] = agreements([stretch(5, 3)])
    assert (less.n, less.pooled, less.at_the_end) == (15, None, None)


def test_a_measure_that_does_not_vary_is_not_correlated():
    one = stretch(30, 2)
    [found] = agreements([Stretch(one.pair, one.frame.assign(y=1.0))])
    assert found.pooled is None and found.n == 60


def test_the_range_names_its_ends_and_counts_each_measure_once():
    rows = agreements([stretch(40, 3, "fiw_e", False, 1, 0.3), stretch(40, 3, "va_est", True, 2, 2.0),
                       stretch(40, 3, "rsf_score", False, 3), stretch(30, 3, "rsf_score", False, 4)])  # fmt: skip
    found = agreement_range(rows)
    assert (found.n, found.shared, found.lowest, found.highest, found.case) == (3, 1, "va_est", "fiw_e", "several")
    assert found.highest_low < found.highest_rho < found.highest_high


def test_the_range_of_one_and_of_none():
    assert agreement_range(agreements([stretch(40, 3)])).case == "one_shared"
    assert agreement_range(agreements([stretch(40, 3, shared=False)])).case == "one_apart"
    assert agreement_range(agreements([stretch(3, 3)])).case == "none"


def test_categories_of_different_number_are_compared_on_three_levels_and_every_other_way():
    rng = np.random.default_rng(3)
    x = rng.integers(0, 5, 80)
    y = np.clip((x + rng.integers(-1, 2, 80)) // 2, 0, 2)
    [found] = category_agreements([rated(x, y)])
    levels = np.array([0, 0, 1, 2, 2])
    assert found.quadratic.kappa == weighted_kappa(levels[x], y, 3).kappa
    assert (found.as_published, found.categories, found.n) == (False, 3, 80)
    ways = [(0, 0, 0, 1, 2), (0, 0, 1, 1, 2), (0, 0, 1, 2, 2), (0, 1, 1, 1, 2), (0, 1, 1, 2, 2), (0, 1, 2, 2, 2)]
    kappas = [weighted_kappa(np.array(way)[x], y, 3).kappa for way in ways]
    assert (found.lowest, found.highest) == (min(kappas), max(kappas))


def test_as_many_categories_are_compared_as_published():
    x = np.arange(60) % 5
    [found] = category_agreements(
        [rated(x, np.minimum(x + (np.arange(60) % 7 == 0), 4), ("civicus_rating", "rsf_score"))]
    )
    assert (found.as_published, found.categories, found.lowest, found.highest) == (True, 5, None, None)
    assert found.same == int((x == np.minimum(x + (np.arange(60) % 7 == 0), 4)).sum())


def test_few_countries_and_one_category_give_no_kappa():
    assert category_agreements([rated([0, 1, 2], [0, 1, 2])]) == ()
    assert category_agreements([rated([0] * 30, [0, 1, 2] * 10)]) == ()
