"""Effects of adoption: where intervals hold, and where they do not."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.statistics.did import did
from ogp_analysis.statistics.sensitivity import relative_magnitudes, smoothness
from ogp_analysis.statistics.synthetic import synthetic_control
from ogp_analysis.statistics.synthetic_did import synthetic_did

from .conftest import holds, unbiased

COLUMNS = {"outcome": "y", "unit": "unit", "time": "year", "cohort": "first", "draws": 0}
YEARS = np.arange(2000, 2008)


def staggered(rng: np.random.Generator, units: int = 120, growth: float = 0.0, drift: float = 0.0) -> pd.DataFrame:
    """A third adopts in 2003, a third in 2005; errors of a unit hang together; effects are 1 and may grow.

    With `drift` trends follow a covariate that those that adopt have more of.
    """
    first = np.array([2003.0, 2005.0, np.nan])[np.arange(units) % 3]
    x = rng.normal(size=units) + 0.5 * np.isfinite(first)
    since = YEARS[None, :] - first[:, None]
    effect = np.where(since >= 0, 1 + growth * since, 0.0)
    noise = rng.normal(size=(units, 1)) + np.cumsum(rng.normal(0, 0.5, (units, len(YEARS))), axis=1)
    y = noise + np.sin(YEARS)[None, :] + drift * x[:, None] * (YEARS - 2000)[None, :] + effect
    unit, own = np.arange(units), {"first": first, "x": x}
    return pd.DataFrame(
        {"unit": np.repeat(unit, len(YEARS)), "year": np.tile(YEARS, units), "y": y.ravel()}
        | {name: np.repeat(values, len(YEARS)) for name, values in own.items()}
    )


def inside(one, truth: float) -> bool:
    return one.low <= truth <= one.high


def test_callaway_santanna_is_unbiased_and_its_intervals_hold(replications):
    truth = 1 + 0.3 * (0 + 1 + 2 + 3 + 4 + 0 + 1 + 2) / 8
    found = [did(staggered(rng, growth=0.3), **COLUMNS)["ATT"] for rng in replications(1)]
    assert unbiased([one.estimate for one in found], truth)
    assert holds([inside(one, truth) for one in found])


def test_covariates_repair_trends_that_follow_them(replications):
    with_x, without = [], []
    for rng in replications(2):
        frame = staggered(rng, drift=0.4)
        with_x.append(did(frame, **COLUMNS, covariates=["x"])["ATT"])
        without.append(did(frame, **COLUMNS)["ATT"])
    assert unbiased([one.estimate for one in with_x], 1.0)
    assert holds([inside(one, 1.0) for one in with_x], low=0.92)
    assert np.mean([inside(one, 1.0) for one in without]) < 0.6


def test_two_way_effects_are_biased_where_effects_grow_and_sun_abraham_is_not(replications):
    truth = 1 + 0.5 * 13 / 8
    two_way, sun, imputed = [], [], []
    for rng in replications(3):
        frame = staggered(rng, growth=0.5)
        two_way.append(did(frame, **COLUMNS, method="two_way")["ATT"])
        sun.append(did(frame, **COLUMNS, method="sun_abraham")["ATT"])
        imputed.append(did(frame, **COLUMNS, method="imputation")["ATT"])
    assert np.mean([one.estimate for one in two_way]) < truth - 0.2
    assert np.mean([inside(one, truth) for one in two_way]) < 0.6
    assert unbiased([one.estimate for one in sun], truth)
    assert holds([inside(one, truth) for one in sun])
    assert unbiased([one.estimate for one in imputed], truth)
    assert holds([inside(one, truth) for one in imputed], high=0.98)  # conservative, if anything


def test_a_band_holds_all_effects_at_once_and_intervals_do_not(replications):
    by_band, by_interval = [], []
    for rng in replications(4):
        rows = did(staggered(rng), **{**COLUMNS, "draws": 199}).frame.dropna()
        truth = (rows["when"] >= 0).astype(float)
        by_band.append(bool(((rows["band_low"] <= truth) & (truth <= rows["band_high"])).all()))
        by_interval.append(bool(((rows["low"] <= truth) & (truth <= rows["high"])).all()))
    assert holds(by_band, low=0.92, high=0.98)
    assert np.mean(by_interval) < 0.85


def test_the_test_of_trends_before_has_its_size(replications):
    found = [did(staggered(rng, units=240), **COLUMNS).pretrends.p_value > 0.05 for rng in replications(5)]
    assert holds(found, low=0.92)


def test_small_cohorts_have_intervals_that_are_too_short(replications):
    """Three units a cohort: the number of units is large, that of those that adopt is not."""
    found = []
    for rng in replications(6):
        frame = staggered(rng)
        few = frame[frame["first"].isna() | (frame["unit"] < 9)]
        found.append(inside(did(few, **COLUMNS)["ATT"], 1.0))
    assert np.mean(found) < 0.93


def test_bounds_on_trends_hold_where_trends_fail_within_them(replications):
    """Trends part by a step before adoption and go on as far as the bound allows; or bend as much as it allows."""
    bias = {"magnitudes": np.array([-0.2, 0.0, 0.2, 0.4]), "smooth": np.array([0.3, 0.1, 0.1, 0.3])}
    root = np.linalg.cholesky(0.02 * (np.eye(4) + 0.5))
    covariance = root @ root.T
    weights = np.array([1.0, 0.0])
    by_magnitude, by_slope, ordinary = [], [], []
    # Under smoothness it is an interval of fixed length around an affine estimator: asked for in each direction, it is
    # known for all estimates.
    ends = [np.array(smoothness(one, covariance, 2, weights, 0.2, 0.95)) for one in (np.zeros(4), *np.eye(4))]
    affine = [end - ends[0] for end in ends[1:]]
    for rng in replications(7):
        noise = root @ rng.normal(size=4)
        low, high = relative_magnitudes(bias["magnitudes"] + noise, covariance, 2, weights, 1.0, 0.95)
        by_magnitude.append(low <= 0 <= high)
        low, high = ends[0] + (bias["smooth"] + noise) @ affine
        by_slope.append(low <= 0 <= high)
        ordinary.append(abs(bias["magnitudes"][2] + noise[2]) <= 1.96 * np.sqrt(covariance[2, 2]))
    assert (low, high) == pytest.approx(smoothness(bias["smooth"] + noise, covariance, 2, weights, 0.2, 0.95), abs=1e-9)
    assert np.mean(by_magnitude) > 0.93
    assert holds(by_slope, high=1.0)
    assert np.mean(ordinary) < 0.9


def factors(rng: np.random.Generator, units: int = 16) -> pd.DataFrame:
    """Units that share two common movements to different degrees; the first one's change is 0."""
    years = np.arange(20)
    common = np.cumsum(rng.normal(size=(2, len(years))), axis=1)
    y = rng.uniform(size=(units, 2)) @ common + rng.normal(size=(units, 1)) + 0.5 * rng.normal(size=(units, len(years)))
    frame = pd.DataFrame({"unit": np.repeat(np.arange(units), len(years)), "year": np.tile(years, units)})
    return frame.assign(y=y.ravel())


ONE = {"outcome": "y", "unit": "unit", "time": "year", "treated": 0, "event": 14}


def test_the_place_among_placebos_is_a_fair_draw(replications):
    """One unit like the others is first of 16 as often as any, and its rank is even on average."""
    places = [synthetic_control(factors(rng), **ONE).rank for rng in replications(8)]
    assert holds([place > 1 for place in places], low=1 - 2 / 16, high=1.0)
    assert abs(np.mean(places) - 8.5) < 3 * np.std(places) / np.sqrt(len(places)) + 0.8


def test_synthetic_did_is_unbiased_and_placebos_give_its_error(replications):
    found = [synthetic_did(factors(rng), **ONE)["ATT"] for rng in replications(9)]
    assert unbiased([one.estimate for one in found], 0.0)
    # The spread of 15 placebos is itself a guess, and the quantile is that of the normal distribution.
    assert holds([inside(one, 0.0) for one in found], low=0.88)
