from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.breaks import breaks
from ogp_analysis.statistics.interrupted import changes
from ogp_analysis.statistics.measurement import with_measurement_error
from ogp_analysis.statistics.placebos import placebo
from ogp_analysis.statistics.regression import ols
from ogp_analysis.statistics.result import quantile
from ogp_analysis.statistics.trends import trend

from .conftest import holds, unbiased


def noise(rng: np.random.Generator, n: int, carry: float) -> np.ndarray:
    """Autocorrelated noise with a variance of 1."""
    found = rng.normal(size=n + 50)
    for i in range(1, n + 50):
        found[i] = carry * found[i - 1] + np.sqrt(1 - carry**2) * found[i]
    return found[50:]


@pytest.mark.parametrize(("n", "carry", "lags", "low", "high"), [
    (100, 0.0, None, 0.93, 0.97),
    (100, 0.0, 2, 0.90, 0.97),
    (200, 0.5, 8, 0.85, 0.97),
    (24, 0.9, 2, 0.30, 0.75),
])  # fmt: skip
def test_an_interrupted_series(replications, n, carry, lags, low, high):
    """The last row is the trap: short, persistent series, of which a nominal 95 % interval misses in every third."""
    values = np.column_stack([noise(rng, n, carry) for rng in replications(10)])
    found = changes(values, np.arange(float(n)), n // 2, lags=lags)
    wide = quantile(0.975, found.degrees)
    assert unbiased(found.values[3].tolist(), 0.0)
    assert holds((abs(found.values[3]) <= wide * found.std_errors[3]).tolist(), low, high)


def test_a_trend_test_keeps_its_size_without_autocorrelation_and_not_with_it(replications):
    refused = []

    def rejects(carry: float, correction: str) -> float:
        found = []
        for rng in replications(11):
            frame = pd.DataFrame({"t": range(40), "y": noise(rng, 40, carry)})
            try:
                found.append(trend(frame, "y", "t", correction=correction).p_value < 0.05)
            except ModelError:
                refused.append(rng)
        return float(np.mean(found))

    assert rejects(0.0, "none") < 0.09
    plain, corrected = rejects(0.6, "none"), rejects(0.6, "hamed_rao")
    assert 0.1 < corrected < plain - 0.05  # better, and still twice what it says
    assert 0 < len(refused) < 0.05 * len(replications(11))


def test_a_break_is_dated_within_its_interval(replications):
    """Intervals of dates are wide rather than narrow where the break is small: theirs is a theory of small ones."""
    inside = []
    for rng in replications(12):
        frame = pd.DataFrame({"t": range(120), "y": rng.normal(size=120) + 1.0 * (np.arange(120) >= 60)})
        (one,) = breaks(frame, "y", "t", number=1).dates
        inside.append(one.low <= 59 <= one.high)
    assert holds(inside, 0.91, 0.985)


def test_the_test_of_any_break_keeps_its_size(replications):
    found = []
    for rng in replications(13):
        frame = pd.DataFrame({"t": range(100), "y": rng.normal(size=100)})
        p = breaks(frame, "y", "t", most=1).sup_f_p
        found.append(p is None or p > 0.05)
    assert holds(found, 0.92, 0.98)


def test_a_placebo_p_value_is_as_small_as_it_says(replications):
    """Of 20 units alike, one in 20 has the largest change, however persistent they are."""
    small, units = [], pd.Series([f"u{u:02}" for u in range(20) for _ in range(24)])
    for rng in replications(14):
        y = np.concatenate([noise(rng, 24, 0.9) for _ in range(20)])
        frame = pd.DataFrame({"unit": units, "t": np.tile(np.arange(24), 20), "y": y})
        found = placebo(frame, "y", "unit", "t", treated="u07", event=12, dates=[12])
        small.append(found.p_value > 0.05)
    assert holds(small)


def test_measurement_error_is_never_too_narrow_and_mostly_too_wide(replications):
    """The draws add the error of the publisher to values that hold it already."""
    inside, plain = [], []
    for rng in replications(15):
        t = np.arange(40)
        frame = pd.DataFrame({"t": t, "sd": 0.5, "y": 0.02 * t + 0.5 * rng.normal(size=40) + 0.5 * rng.normal(size=40)})

        def fit(given: pd.DataFrame):
            return ols(given, "y", ["t"], errors="classical")

        one = with_measurement_error(frame, "y", fit, time="t", sd="sd", draws=20)
        inside.append(one["t"].low <= 0.02 <= one["t"].high)
        published = fit(frame)["t"]
        plain.append(published.low <= 0.02 <= published.high)
    assert holds(inside, 0.95, 1.0) and holds(plain)
    assert np.mean(inside) >= np.mean(plain)
