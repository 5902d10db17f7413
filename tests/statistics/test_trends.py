from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kendalltau, theilslopes

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.trends import trend


def series(n: int = 20, seed: int = 1, drift: float = 0.3, carry: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=n)
    for i in range(1, n):
        noise[i] += carry * noise[i - 1]
    return pd.DataFrame({"year": np.arange(2000, 2000 + n), "value": (drift * np.arange(n) + noise).round(1)})


def test_the_score_counts_pairs_and_the_slope_is_their_median():
    frame = series()
    found = trend(frame.sample(frac=1, random_state=3), "value", "year", correction="none")
    rows = list(frame.itertuples(index=False))
    pairs = list(itertools.combinations(rows, 2))
    assert found.score == sum(np.sign(b.value - a.value) for a, b in pairs)
    assert found["slope"].estimate == np.median([(b.value - a.value) / (b.year - a.year) for a, b in pairs])
    assert found.tau == pytest.approx(kendalltau(frame["year"], frame["value"]).statistic)


def test_the_interval_of_the_slope_is_scipys():
    frame = series(30)
    found, other = trend(frame, "value", "year", correction="none"), theilslopes(frame["value"], frame["year"], 0.95)
    assert found["slope"].low == pytest.approx(other.low_slope) and found["slope"].high == pytest.approx(
        other.high_slope
    )


def test_the_variance_is_that_of_all_orders():
    """Of eight values with ties, S over all orders of them."""
    values = [1, 1, 2, 3, 3, 3, 4, 5]
    frame = pd.DataFrame({"year": range(8), "value": [float(v) for v in values]})
    found = trend(frame, "value", "year", correction="none")
    order = np.array(list(itertools.permutations(values)))
    first, second = np.triu_indices(8, 1)
    scores = np.sign(order[:, second] - order[:, first]).sum(axis=1)
    assert found.variance == pytest.approx(scores.var())
    assert found.z == pytest.approx((found.score - 1) / scores.std())


def test_the_correction_is_hamed_and_raos_sum():
    frame = series(40, carry=0.7, drift=0.05)
    found, plain = trend(frame, "value", "year"), trend(frame, "value", "year", correction="none")
    left = frame["value"] - plain["slope"].estimate * frame["year"]
    ranks = left.rank() - left.rank().mean()
    n, total = 40, 0.0
    for lag in range(1, n):
        r = (ranks.iloc[lag:].to_numpy() * ranks.iloc[:-lag].to_numpy()).sum() / (ranks**2).sum()
        total += (n - lag) * (n - lag - 1) * (n - lag - 2) * r * (abs(r) > 1.959964 / np.sqrt(n))
    assert found.correction == pytest.approx(1 + 2 / (n * (n - 1) * (n - 2)) * total)
    assert found.correction > 1.3
    assert found.variance == pytest.approx(plain.variance * found.correction)
    assert found.p_value > plain.p_value and found["slope"].high > plain["slope"].high
    assert found.estimates[0].p_value == found.p_value


@pytest.mark.parametrize(("change", "how", "fault"), [
    ({"year": [1] * 20}, {}, "year 1 occurs twice"),
    ({"value": [1.0] * 7 + [None] * 13}, {}, "'value' is 1 in all 7 rows"),
    ({"value": [1.0, 2.0] * 3 + [5.0] + [None] * 13}, {}, "7 values are too few. Give 8 or more"),
    ({"year": [*range(19), 99]}, {}, "unequal distances"),
    ({"value": [4.0, 4, 4, 3, 8, 3, 5, 3, *[None] * 12]}, {}, "leaves no variance"),
    ({}, {"correction": "some"}, "correction is 'some'"),
])  # fmt: skip
def test_what_has_no_trend_test_is_one_sentence(change, how, fault):
    with pytest.raises(ModelError, match=fault):
        trend(series().assign(**change), "value", "year", **how)
