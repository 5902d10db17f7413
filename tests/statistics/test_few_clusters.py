from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.rates import clustered_proportion
from ogp_analysis.statistics.regression import ols


def clustered(g: int = 6, size: int = 10, seed: int = 3, effect: float = 0.3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(g), size)
    x = rng.normal(size=len(cluster)) + rng.normal(size=g)[cluster]
    y = effect * x + rng.normal(size=g)[cluster] + rng.normal(size=len(cluster))
    return pd.DataFrame({"y": y, "x": x, "z": rng.normal(size=len(cluster)), "c": cluster})


@pytest.mark.parametrize("value", [0.0, 0.5])
def test_every_pattern_of_signs_is_fitted_again(value):
    frame = clustered()
    fit = ols(frame, "y", ["x", "z"], clusters="c")
    found = fit.wild_bootstrap("x", value=value)
    own = (fit["x"].estimate - value) / fit["x"].std_error
    others = np.column_stack([np.ones(len(frame)), frame["z"]])
    shifted = frame["y"] - value * frame["x"]
    line = others @ np.linalg.lstsq(others, shifted, rcond=None)[0]
    drawn = []
    for signs in itertools.product([1, -1], repeat=6):
        again = frame.assign(y=line + (shifted - line) * np.array(signs)[frame["c"]])
        drawn.append(abs(ols(again, "y", ["x", "z"], clusters="c").frame["statistic"].iloc[1]))
    assert found.p_value == np.mean(np.array(drawn) >= abs(own) - 1e-9)
    assert (found.draws, found.enumerated, found.clusters, found.n) == (64, True, 6, 60)
    assert found.statistic == pytest.approx(own)
    assert found.estimates[0].std_error == pytest.approx(fit["x"].std_error)


def test_the_interval_holds_what_is_not_rejected():
    fit = ols(clustered(g=9, effect=2.0), "y", ["x", "z"], clusters="c")
    found = fit.wild_bootstrap("x")
    for end, inside in ((found.low, 1), (found.high, -1)):
        assert fit.wild_bootstrap("x", value=end + inside * 1e-4).p_value > 0.05
        assert fit.wild_bootstrap("x", value=end - inside * 1e-4).p_value <= 0.05
    assert found.low < fit["x"].estimate < found.high and found.note == "bootstrapped"


def test_too_few_clusters_leave_no_value_out():
    found = ols(clustered(g=4), "y", ["x"], clusters="c").wild_bootstrap("x")
    assert (found.low, found.high, found.note) == (None, None, "no_interval")
    assert found.p_value >= 2 / 16


def test_draws_are_seeded_and_a_p_value_is_never_0():
    fit = ols(clustered(g=20, effect=9.0), "y", ["x"], clusters="c")
    found = fit.wild_bootstrap("x", draws=199, seed=1)
    assert not found.enumerated and found.draws == 199
    assert found.p_value == 1 / 200
    weak = ols(clustered(g=20, effect=0.1), "y", ["x"], clusters="c")
    p = [weak.wild_bootstrap("x", draws=999, seed=seed).p_value for seed in (1, 1, 2)]
    assert p[0] == p[1] != p[2]


def test_fixed_effects_within_clusters_change_nothing_but_the_fit():
    frame = clustered(g=8).assign(pair=lambda f: f["c"] * 10 + (f["x"] > f["x"].median()))
    frame["pair"] = frame["pair"].astype(str)
    within = ols(frame, "y", ["x"], fixed="pair", clusters="c").wild_bootstrap("x")
    spelled = ols(frame, "y", ["x", "pair"], clusters="c").wild_bootstrap("x")
    assert within.p_value == spelled.p_value
    assert within.low == pytest.approx(spelled.low, rel=1e-6)


@pytest.mark.parametrize("how", [
    {}, {"clusters": ["c", "d"]}, {"clusters": "d", "fixed": "c"},
])  # fmt: skip
def test_without_one_column_of_clusters_there_is_none(how):
    frame = clustered().assign(d=lambda f: np.arange(len(f)) % 7)
    with pytest.raises(ModelError, match="one column of clusters"):
        ols(frame, "y", ["x"], **how).wild_bootstrap("x")


def shares(g: int = 30) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng(5)
    cluster = np.repeat(np.arange(g), rng.integers(2, 20, g))
    return pd.Series(rng.uniform(size=len(cluster)) < rng.uniform(size=g)[cluster]), pd.Series(cluster)


def test_clusters_drawn_again_give_the_quantiles_of_the_share():
    reached, cluster = shares()
    found = clustered_proportion(reached, cluster, interval="bootstrap", seed=4)
    sizes, hits = cluster.value_counts(sort=False).sort_index(), reached.groupby(cluster).sum()
    rng, drawn = np.random.default_rng(9), []
    for _ in range(4000):
        at = rng.integers(0, 30, 30)
        drawn.append(hits.iloc[at].sum() / sizes.iloc[at].sum())
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.008)
    assert found.method == "cluster_bootstrap" and found.note == "counted"
    logit = clustered_proportion(reached, cluster)
    assert (found.low, found.high) == pytest.approx((logit.low, logit.high), abs=0.02)
    order = np.random.default_rng(1).permutation(len(reached))
    again = clustered_proportion(reached[order], cluster[order], interval="bootstrap", seed=4)
    assert (again.low, again.high) == (found.low, found.high)


@pytest.mark.parametrize("how", [{"interval": "exact"}, {"interval": "bootstrap", "draws": 0}])
def test_another_interval_is_refused(how):
    with pytest.raises(ModelError, match="Use logit, or bootstrap"):
        clustered_proportion(*shares(), **how)
