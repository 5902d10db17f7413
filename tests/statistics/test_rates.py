from __future__ import annotations

from fractions import Fraction
from math import comb, hypot, log

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import brentq
from scipy.special import expit
from scipy.stats import norm
from scipy.stats import t as student

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.rates import (
    FEWEST_CLUSTERS,
    clustered_proportion,
    counted,
    counted_difference,
    proportion,
    proportion_difference,
)

#: Newcombe (1998), Interval estimation for the difference between independent proportions,
#: Statistics in Medicine 17, 873–890, table II, method 10, printed to four decimals.
NEWCOMBE_TABLE_II = [
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6075, 1.0000)),
]
#: Newcombe (1998), Two-sided confidence intervals for the single proportion, Statistics in Medicine
#: 17, 857–872, table I, method 3 (score), printed to four decimals.
NEWCOMBE_SINGLE = [
    ((81, 263), (0.2553, 0.3662)),
    ((15, 148), (0.0624, 0.1605)),
    ((0, 20), (0.0, 0.1611)),
    ((1, 29), (0.0061, 0.1718)),
]
PRINTED = 5e-5


@pytest.mark.parametrize(("counts", "limits"), NEWCOMBE_SINGLE)
def test_wilson_interval_is_the_published_one(counts, limits):
    found = proportion(*counts)
    assert (found.low, found.high) == pytest.approx(limits, abs=PRINTED)
    assert found.share == counts[0] / counts[1]


@pytest.mark.parametrize(("counts", "limits"), NEWCOMBE_TABLE_II)
def test_difference_interval_is_the_published_one(counts, limits):
    found = proportion_difference(*counts)
    assert (found.low, found.high) == pytest.approx(limits, abs=PRINTED)


@pytest.mark.parametrize(("count", "n"), [(1, 3), (17, 20), (28, 177), (500, 40_000)])
@pytest.mark.parametrize("level", [0.68, 0.95])
def test_wilson_bounds_solve_the_score_equation(count, n, level):
    z, share = norm.ppf((1 + level) / 2), count / n

    def score(p):
        return (share - p) ** 2 * n - z**2 * p * (1 - p)

    found = proportion(count, n, level)
    assert found.low == pytest.approx(brentq(score, 1e-15, share, xtol=1e-15), rel=1e-9)
    assert found.high == pytest.approx(brentq(score, share, 1 - 1e-15, xtol=1e-15), rel=1e-9)


@pytest.mark.parametrize("counts", [(3, 9, 7, 11), (1, 40, 0, 5), (30, 60, 20, 70), (5, 5, 1, 8), (0, 4, 0, 7)])
@pytest.mark.parametrize("level", [0.68, 0.95])
def test_difference_interval_is_made_of_the_scores_of_both_groups(counts, level):
    """Newcombe (1998), method 10, by hand: the distances of each share to its own score bounds, as a hypotenuse."""
    found = proportion_difference(*counts, level=level)
    one, two = proportion(*counts[:2], level), proportion(*counts[2:], level)
    below = hypot(one.share - one.low, two.high - two.share)
    above = hypot(one.high - one.share, two.share - two.low)
    difference = one.share - two.share
    assert (found.low, found.high) == pytest.approx((difference - below, difference + above), abs=1e-12)


@pytest.mark.parametrize("counts", [(3, 9, 7, 11), (1, 40, 0, 5), (12, 20, 3, 15), (0, 4, 0, 7)])
def test_p_value_is_the_sum_over_all_tables_as_rare(counts):
    a, n1, c, n2 = counts
    total = a + c

    def chance(x):
        return Fraction(comb(n1, x) * comb(n2, total - x), comb(n1 + n2, total))

    tables = range(max(0, total - n2), min(n1, total) + 1)
    expected = sum(chance(x) for x in tables if chance(x) <= chance(a))
    assert proportion_difference(*counts).p_value == pytest.approx(float(expected), rel=1e-9)


def test_an_empty_group_is_no_data_and_not_a_share():
    empty = proportion(0, 0)
    assert (empty.share, empty.low, empty.high, empty.n, empty.note) == (None, None, None, 0, "no_data")
    unknown = proportion_difference(0, 0, 3, 4)
    assert (unknown.difference, unknown.low, unknown.p_value, unknown.note) == (None, None, None, "no_data")
    assert unknown.second.share == 0.75


@pytest.mark.parametrize("counts", [(5, 4), (-1, 4), (1.5, 4), (1, 4.5), (0, float("nan"))])
def test_what_is_no_count_is_refused(counts):
    with pytest.raises(ModelError, match="not a count"):
        proportion(*counts)


def test_a_level_in_percent_is_refused():
    with pytest.raises(ModelError, match="share between 0 and 1"):
        proportion_difference(1, 2, 1, 2, level=95)


# --- Shares of all there is, and of units in clusters --------------------------------------------------


def test_a_share_of_all_there_is_has_no_interval():
    found = counted(3, 8)
    assert (found.share, found.low, found.high, found.case, found.method) == (0.375, None, None, "count", "count")
    assert (counted(0, 0).share, counted(0, 0).note) == (None, "no_data")
    moved = counted_difference(3, 10, 1, 5)
    assert (moved.difference, moved.low, moved.high, moved.p_value) == (0.1, None, None, None)
    assert counted_difference(0, 0, 1, 5).difference is None
    with pytest.raises(ModelError, match="not a count"):
        counted(5, 4)


def clustered(seed: int, groups: int, size: int = 12, spread: float = 1.0) -> tuple[pd.Series, pd.Series]:
    """Units of clusters that have chances of their own, and are of different sizes."""
    draw = np.random.default_rng(seed)
    sizes = draw.integers(1, 2 * size, groups)
    chances = expit(draw.normal(0, spread, groups))
    names = np.repeat([f"c{i:02}" for i in range(groups)], sizes)
    return pd.Series(draw.uniform(size=len(names)) < np.repeat(chances, sizes)), pd.Series(names)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("level", [0.68, 0.95])
def test_the_interval_over_clusters_by_hand(seed, level):
    """The sandwich of a mean: squared sums of residuals by cluster, brought to the logit, with Student's quantile."""
    reached, names = clustered(seed, 20)
    found, share, n = clustered_proportion(reached, names, level), reached.mean(), len(reached)
    sums = (reached - share).groupby(names).sum()
    error = np.sqrt(20 / 19 * (sums**2).sum()) / n / (share * (1 - share))
    logit, reach = log(share / (1 - share)), student.ppf((1 + level) / 2, 19) * error
    assert (found.low, found.high) == pytest.approx((expit(logit - reach), expit(logit + reach)), rel=1e-9)
    assert (found.count, found.n, found.clusters, found.case) == (reached.sum(), n, 20, "interval")


def test_the_interval_over_clusters_does_not_depend_on_order_and_leaves_out_what_is_missing():
    reached, names = clustered(5, 15)
    order = np.random.default_rng(1).permutation(len(reached))
    whole = clustered_proportion(reached, names)
    assert whole == clustered_proportion(reached.iloc[order], names.iloc[order])
    more = pd.concat([reached.astype("boolean"), pd.Series([None, None], dtype="boolean")])
    assert whole == clustered_proportion(more, pd.concat([names, pd.Series([None, "other"])]))


def test_few_clusters_and_no_variation_have_a_share_and_no_interval():
    reached, names = clustered(5, FEWEST_CLUSTERS - 1)
    few = clustered_proportion(reached, names)
    assert (few.share, few.low, few.note) == (reached.mean(), None, "few_clusters")
    reached, names = clustered(5, FEWEST_CLUSTERS)
    assert clustered_proportion(reached, names).case == "interval"
    assert clustered_proportion(reached & False, names).note == "no_variation"
    empty = clustered_proportion(reached.iloc[:0], names.iloc[:0])
    assert (empty.share, empty.note, empty.clusters) == (None, "no_data", 0)
    with pytest.raises(ModelError, match="1 units have no cluster"):
        clustered_proportion(reached, names.mask(names.index == 0))


def test_a_flag_in_words_is_refused():
    with pytest.raises(ModelError, match="'yes'"):
        clustered_proportion(pd.Series(["yes"]), pd.Series(["a"]))
