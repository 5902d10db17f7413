from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.statistics.ordered import ordered_logit

from .conftest import holds, unbiased


def commitments(rng: np.random.Generator, groups: int, size: int, spread: float) -> pd.DataFrame:
    country = np.repeat(np.arange(groups), size)
    x = rng.normal(size=len(country)) + rng.normal(size=groups)[country]
    line = 0.5 * x + spread * rng.normal(size=groups)[country] + rng.logistic(size=len(country))
    return pd.DataFrame({"y": np.digitize(line, [-1.0, 0.5, 2.0]), "x": x, "country": country})


def test_independent_rows(replications):
    found = [ordered_logit(commitments(rng, 400, 1, 0.0), "y", ["x"]) for rng in replications(20)]
    # The likelihood is off by about 1 / n.
    assert unbiased([fit["x"].estimate for fit in found], 0.5 * (1 + 1 / 400))
    assert holds([fit["x"].low <= 0.5 <= fit["x"].high for fit in found])


def test_proportional_odds_are_rejected_as_often_as_the_test_says(replications):
    tests = [ordered_logit(commitments(rng, 400, 1, 0.0), "y", ["x"], odds=True).odds.iloc[0]
             for rng in replications(21)]  # fmt: skip
    assert holds([one["likelihood_ratio_p"] > 0.05 for one in tests])
    assert holds([one["wald_p"] > 0.05 for one in tests], low=0.92)


def test_clusters_need_clustered_errors(replications):
    """The coefficient of a model without effects is one over the population, smaller than that within a country."""
    clustered, plain, estimates = [], [], []
    for rng in replications(22):
        frame = commitments(rng, 50, 12, 1.0)
        fits = [ordered_logit(frame, "y", ["x"], clusters="country"), ordered_logit(frame, "y", ["x"])]
        estimates.append(fits[0]["x"].estimate)
        clustered.append((fits[0]["x"].low, fits[0]["x"].high))
        plain.append((fits[1]["x"].low, fits[1]["x"].high))
    truth = float(np.mean(estimates))
    assert 0.35 < truth < 0.5
    assert holds([low <= truth <= high for low, high in clustered], low=0.91)
    assert np.mean([low <= truth <= high for low, high in plain]) < 0.88
