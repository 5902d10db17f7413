from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.agreement import spearman

#: Example of ci.spear in the R package statpsych 1.6.0 (Bonett), which prints estimate, standard error and limits.
STATPSYCH_Y = [21, 4, 9, 12, 35, 18, 10, 22, 24, 1, 6, 8, 13, 16, 19]
STATPSYCH_X = [67, 28, 30, 28, 52, 40, 25, 37, 44, 10, 14, 20, 28, 40, 51]
STATPSYCH_PRINTED = (0.8699639, 0.08241326, 0.5840951, 0.9638297)


def pairs(x, y) -> pd.DataFrame:
    return pd.DataFrame({"x": x, "y": y}, dtype="float64")


def test_published_example():
    rho = spearman(pairs(STATPSYCH_X, STATPSYCH_Y), "x", "y")["rho"]
    assert (rho.estimate, rho.std_error, rho.low, rho.high) == pytest.approx(STATPSYCH_PRINTED, abs=5e-8)


def test_correlation_is_that_of_hand_made_mid_ranks_and_p_that_of_scipy():
    draw = np.random.default_rng(2)
    frame = pairs(draw.integers(0, 5, 40), draw.integers(0, 5, 40))

    def mid_ranks(values):
        return [sum(w < v for w in values) + (sum(w == v for w in values) + 1) / 2 for v in values]

    found = spearman(frame, "x", "y")
    assert found.rho == pytest.approx(np.corrcoef(mid_ranks(frame["x"]), mid_ranks(frame["y"]))[0, 1])
    assert found.p_value == pytest.approx(stats.spearmanr(frame["x"], frame["y"]).pvalue)
    assert found.tied == 40


@pytest.mark.parametrize("y", [[2, 1, 4, 3, 6, 5], [1, 1, 2, 2, 3, 1], [6, 5, 4, 3, 2, 1]])
def test_small_samples_have_their_p_value_counted(y):
    x = [1, 2, 3, 4, 5, 6]
    own = abs(stats.spearmanr(x, y).statistic)
    every = [abs(stats.spearmanr(x, order).statistic) for order in itertools.permutations(y)]
    expected = np.mean([rho >= own - 1e-9 for rho in every])
    assert spearman(pairs(x, y), "x", "y").p_value == pytest.approx(expected)


def test_samples_that_cannot_be_ranked_are_refused():
    with pytest.raises(ModelError, match="3 rows"):
        spearman(pairs([1, 2, 3], [1, 2, 3]), "x", "y")
    with pytest.raises(ModelError, match="constant"):
        spearman(pairs([1, 2, 3, 4], [1, 1, 1, 1]), "x", "y")
    with pytest.raises(ModelError, match="absent, 'z'"):
        spearman(pairs([1, 2, 3, 4], [1, 2, 3, 4]), "x", "z")
    with pytest.raises(ModelError, match="not a number"):
        spearman(pd.DataFrame({"x": list("abcd"), "y": [1, 2, 3, 4]}), "x", "y")
