from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.agreement import pooled_spearman, weighted_kappa
from ogp_analysis.statistics.rates import FEWEST_CLUSTERS

#: Husbands' and wives' ratings in Agresti (1990), table 2.10; the R package vcd prints for its data SexualFun a kappa
#: with equal-spacing (linear) weights of 0.2374 and a standard error of 0.07832.
AGRESTI = [[7, 7, 2, 3], [2, 8, 3, 7], [1, 5, 4, 9], [2, 8, 9, 14]]
VCD_PRINTED = (0.2374, 0.07832)


def ratings(table) -> tuple[list[int], list[int]]:
    cells = [(i, j) for i, row in enumerate(table) for j, count in enumerate(row) for _ in range(count)]
    return [i for i, _ in cells], [j for _, j in cells]


def panel(units: int, years: int, rng) -> pd.DataFrame:
    """Return two noisy measures of a level of each unit that hardly moves: years of a unit are alike."""
    level = rng.normal(size=units).repeat(years)
    noise = rng.normal(size=(2, units)).repeat(years, axis=1)
    x, y = level + noise + 0.05 * rng.normal(size=(2, units * years))
    return pd.DataFrame({"unit": np.repeat([f"U{i:03}" for i in range(units)], years),
                         "year": np.tile(range(2000, 2000 + years), units), "x": x, "y": y})  # fmt: skip


# --- Weighted kappa ------------------------------------------------------------------------------------


def test_published_kappa_and_standard_error():
    found = weighted_kappa(*ratings(AGRESTI), 4, "linear")["kappa"]
    assert (round(found.estimate, 4), round(found.std_error, 5)) == VCD_PRINTED


def fleiss_cohen_everitt(table, weights: str) -> tuple[float, float]:
    """Weighted kappa and its standard error by the formulas of Fleiss, Cohen and Everitt (1969), cell by cell."""
    n, size = table.sum(), len(table)
    share = table / n
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    power = 1 if weights == "linear" else 2
    agree = np.array([[1 - (abs(i - j) / (size - 1)) ** power for j in range(size)] for i in range(size)])
    observed, expected = (agree * share).sum(), rows @ agree @ columns
    spread = 0.0
    for i in range(size):
        for j in range(size):
            means = agree[i] @ columns + rows @ agree[:, j]
            spread += share[i, j] * (agree[i, j] * (1 - expected) - means * (1 - observed)) ** 2
    spread -= (observed * expected - 2 * expected + observed) ** 2
    return (observed - expected) / (1 - expected), math.sqrt(spread / n) / (1 - expected) ** 2


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
@pytest.mark.parametrize("seed", range(5))
def test_kappa_and_its_error_are_those_of_the_published_formulas(weights, seed):
    rng = np.random.default_rng(seed)
    table = rng.integers(0, 9, (4, 4)) + 3 * np.eye(4, dtype=int)
    found = weighted_kappa(*ratings(table), 4, weights)["kappa"]
    assert (found.estimate, found.std_error) == pytest.approx(fleiss_cohen_everitt(table, weights), abs=1e-12)
    reach = stats.norm.ppf(0.975) * found.std_error
    assert (found.low, found.high) == pytest.approx((found.estimate - reach, min(found.estimate + reach, 1.0)))


def test_perfect_agreement_is_1_and_has_no_interval():
    found = weighted_kappa([0, 1, 2, 2], [0, 1, 2, 2], 3)
    assert (found.kappa, found.note, found.low, found.same) == (1.0, "perfect", None, 4)


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (([0, 1], [0], 3), "2 and 1 ratings"),
        (([], [], 3), "0 and 0 ratings"),
        (([0, 3], [0, 1], 3), "3 is not a category"),
        (([0, math.nan], [0, 1], 3), "nan is not a category"),
        (([0.5, 1], [0, 1], 3), "0.5 is not a category"),
        (([1, 1], [1, 1], 3), "all units are in one category of both"),
        (([0, 1], [0, 1], 3, "cubic"), "'cubic' weights of 3 categories"),
        (([0, 0], [0, 0], 1), "weights of 1 categories"),
    ],
)
def test_what_cannot_be_a_kappa_is_refused(arguments, fault):
    with pytest.raises(ModelError, match=fault):
        weighted_kappa(*arguments)


# --- Pooled rank correlation ---------------------------------------------------------------------------


def test_the_correlation_is_scipys_and_its_interval_that_of_taking_out_each_unit_by_hand():
    rng = np.random.default_rng(2)
    frame = panel(15, 6, rng)
    frame[["x", "y"]] = frame[["x", "y"]].round(1)  # ties
    frame = frame.drop(index=frame.sample(20, random_state=3).index)
    found = pooled_spearman(frame, "x", "y")
    without = [stats.spearmanr(*frame.loc[frame["unit"] != u, ["x", "y"]].to_numpy().T).statistic
               for u in frame["unit"].unique()]  # fmt: skip
    assert found.rho == pytest.approx(stats.spearmanr(frame["x"], frame["y"]).statistic)
    z, g = np.arctanh(without), len(without)
    error = math.sqrt((g - 1) / g * ((z - z.mean()) ** 2).sum())
    reach = stats.t.ppf(0.975, g - 1) * error
    assert (found.low, found.high) == pytest.approx(
        (math.tanh(math.atanh(found.rho) - reach), math.tanh(math.atanh(found.rho) + reach)))  # fmt: skip
    assert found["rho"].std_error == pytest.approx((1 - found.rho**2) * error)
    assert (found.n, found.clusters) == (len(frame), 15)


def test_rows_that_lack_a_measure_are_left_out_and_years_are_those_of_the_rest():
    frame = panel(20, 5, np.random.default_rng(8))
    frame.loc[frame["year"] == 2004, "y"] = np.nan
    found = pooled_spearman(frame, "x", "y")
    assert (found.n, found.first, found.last) == (80, 2000, 2003)


def test_few_units_and_perfect_ranks_have_no_interval():
    few = pooled_spearman(panel(FEWEST_CLUSTERS - 1, 5, np.random.default_rng(9)), "x", "y")
    assert (few.note, few.low, few.high, few.clusters) == ("few_clusters", None, None, FEWEST_CLUSTERS - 1)
    frame = panel(20, 5, np.random.default_rng(9))
    same = pooled_spearman(frame.assign(y=-(frame["x"] ** 3)), "x", "y")
    assert (same.rho, same.note, same.low) == (-1.0, "perfect", None)
    odd = frame.assign(y=frame["x"])
    odd.loc[odd["unit"] == "U000", "y"] += 9
    assert pooled_spearman(odd, "x", "y").note == "perfect", "without one unit the ranks agree exactly"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda f: f.drop(columns="y"), "columns are absent"),
        (lambda f: pd.concat([f, f.head(1)]), "repeat a unit-year"),
        (lambda f: f.assign(y=1.0), "constant measure"),
        (lambda f: f.head(3), "3 rows with both"),
        (lambda f: f.assign(y="a"), "not a number"),
    ],
)
def test_what_cannot_be_correlated_is_refused(change, fault):
    with pytest.raises(ModelError, match=fault):
        pooled_spearman(change(panel(5, 4, np.random.default_rng(10))), "x", "y")
    with pytest.raises(ModelError, match="level is 95"):
        pooled_spearman(panel(5, 4, np.random.default_rng(10)), "x", "y", level=95)
