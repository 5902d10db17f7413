from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.statistics.rates import clustered_proportion
from ogp_analysis.statistics.regression import ols

from .conftest import holds, unbiased


def clustered(rng: np.random.Generator, sizes: np.ndarray) -> pd.DataFrame:
    """Terms and errors that clusters share, the errors more so where the term is large."""
    cluster = np.repeat(np.arange(len(sizes)), sizes)
    shared = rng.normal(size=len(sizes))[cluster]
    x = shared + rng.normal(size=len(cluster))
    noise = rng.normal(size=len(sizes))[cluster] * (0.5 + abs(shared)) + rng.normal(size=len(cluster))
    return pd.DataFrame({"y": 0.5 * x + noise, "x": x, "c": cluster})


def test_clustered_errors_hold_with_many_clusters(replications):
    found = [ols(clustered(rng, np.full(60, 6)), "y", ["x"], clusters="c")["x"] for rng in replications(1)]
    assert unbiased([one.estimate for one in found], 0.5)
    assert holds([one.low <= 0.5 <= one.high for one in found], low=0.91)


def test_errors_without_clusters_do_not(replications):
    found = [ols(clustered(rng, np.full(60, 6)), "y", ["x"])["x"] for rng in replications(1)]
    assert np.mean([one.low <= 0.5 <= one.high for one in found]) < 0.85


def test_with_few_clusters_the_wild_bootstrap_rejects_less_than_the_t_test(replications):
    """Eight clusters, one of them large: the t test rejects the truth far too often; the bootstrap less."""
    sizes = np.array([40, 6, 6, 6, 6, 6, 6, 6])
    by_t, by_bootstrap = [], []
    for rng in replications(2):
        fit = ols(clustered(rng, sizes), "y", ["x"], clusters="c")
        by_t.append(not fit["x"].low <= 0.5 <= fit["x"].high)
        by_bootstrap.append(fit.wild_bootstrap("x", value=0.5, draws=256).p_value < 0.05)
    assert np.mean(by_t) > 0.12
    assert np.mean(by_bootstrap) < 0.8 * np.mean(by_t)


def test_balanced_clusters_leave_the_wild_bootstrap_its_size(replications):
    found = []
    for rng in replications(3):
        c = np.repeat(np.arange(9), 8)
        x = rng.normal(size=72) + rng.normal(size=9)[c]
        frame = pd.DataFrame({"y": rng.normal(size=9)[c] + rng.normal(size=72), "x": x, "c": c})
        found.append(ols(frame, "y", ["x"], clusters="c").wild_bootstrap("x", draws=512).p_value > 0.05)
    assert holds(found)


def test_both_intervals_of_a_clustered_share_hold(replications):
    """Logit and bootstrap, of 40 clusters of unequal size."""
    inside: dict[str, list[bool]] = {"logit": [], "bootstrap": []}
    for rng in replications(4):
        sizes = rng.integers(2, 15, 40)
        cluster = pd.Series(np.repeat(np.arange(40), sizes))
        reached = pd.Series(rng.uniform(size=len(cluster)) < rng.beta(2, 3, 40)[cluster])
        for kind, hits in inside.items():
            one = clustered_proportion(reached, cluster, interval=kind, draws=499)
            hits.append(one.low <= 0.4 <= one.high)
    assert holds(inside["logit"]) and holds(inside["bootstrap"], low=0.91)
