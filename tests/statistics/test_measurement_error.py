from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.errors import DisclosureError, ModelError
from ogp_analysis.statistics.interrupted import interrupted
from ogp_analysis.statistics.measurement import SplitNormal, with_measurement_error
from ogp_analysis.statistics.models import Model
from ogp_analysis.statistics.regression import ols
from ogp_analysis.statistics.result import Estimate


def series(sd: float = 0.02, noise: float = 0.03, seed: int = 1) -> pd.DataFrame:
    rng, t = np.random.default_rng(seed), np.arange(2000, 2024)
    value = 0.6 - 0.2 * (t >= 2015) + noise * rng.normal(size=24)
    return pd.DataFrame({"year": t, "value": value, "sd": sd, "low": value - sd, "high": value + 2 * sd})


def fit(frame: pd.DataFrame) -> Model:
    return interrupted(frame, "value", "year", 2015)


def test_the_draws_at_once_are_those_of_a_loop():
    frame = series().sample(frac=1, random_state=1)
    for how in ({"sd": "sd"}, {"low": "low", "high": "high", "correlation": 0.4}):
        fast, slow = (with_measurement_error(frame, "value", one, time="year", draws=60, **how)
                      for one in (fit(frame), fit))  # fmt: skip
        pd.testing.assert_frame_equal(fast.frame, slow.frame, rtol=1e-6)
        assert fast.note == slow.note


def test_fits_are_put_together_by_rubins_rules():
    frame, drawn = series(), []

    def kept(given: pd.DataFrame) -> Model:
        made = fit(given)
        drawn.append((made["slope"].estimate, made["slope"].std_error))
        return made

    found = with_measurement_error(frame, "value", kept, time="year", sd="sd", draws=40)
    values, errors = np.array(drawn[1:]).T
    assert len(values) == 40
    within, between = (errors**2).mean(), values.var(ddof=1) * (1 + 1 / 40)
    slope = found["slope"]
    assert slope.estimate == pytest.approx(values.mean())
    assert slope.std_error == pytest.approx(np.sqrt(within + between))
    part = between / (within + between)
    assert found.frame["measurement_share"].iloc[3] == pytest.approx(part)
    observed = 21 / 23 * 20 * (1 - part)
    degrees = 1 / (part**2 / 39 + 1 / observed)
    from scipy.stats import t

    assert slope.high - slope.estimate == pytest.approx(t.ppf(0.975, degrees) * slope.std_error)
    assert found.degrees <= degrees and slope.p_value is None
    assert found.frame["published"].iloc[3] == drawn[0][0]


@pytest.mark.parametrize(("down", "up"), [(0.02, 0.05), (0.0, 0.03), (0.04, 0.0), (0.02, 0.02), (0.0, 0.0)])
def test_draws_have_the_quantiles_of_a_split_normal(down, up):
    """By its distribution function, and the mean square of many draws; a value's score is the one it was made of."""
    down, up = down / norm.ppf(0.84), up / norm.ppf(0.84)
    law, scores = SplitNormal(0.5, down, up), np.array([-4, -2, -1, -0.1, 0, 0.1, 1, 2, 4.0])
    share = down / (down + up) if down + up else 0.5
    for value, score in zip(law.value(scores).tolist(), scores, strict=True):
        if down and value < 0.5:
            assert 2 * share * norm.cdf((value - 0.5) / down) == pytest.approx(norm.cdf(score))
        elif up and value > 0.5:
            assert 2 * (1 - share) * norm.sf((value - 0.5) / up) == pytest.approx(norm.sf(score))
        else:
            assert value == 0.5
        if down and up:
            assert law.score(value) == pytest.approx(score)
    drawn = law.value(np.random.default_rng(1).standard_normal(400_000))
    assert law.variance == pytest.approx(drawn.var(), rel=0.01, abs=1e-12)


def test_errors_that_go_together_leave_the_slope():
    shares = [with_measurement_error(series(), "value", fit(series()), time="year", sd="sd", correlation=c).shares[3]
              for c in (0.0, 0.5, 1.0)]  # fmt: skip
    assert shares[0] > shares[1] > shares[2] and shares[2] == pytest.approx(0, abs=1e-12)


def test_errors_go_together_within_a_unit_only():
    frame = pd.concat([series().assign(unit="a"), series(seed=2).assign(unit="b")])
    changes: list[np.ndarray] = []

    def kept(given: pd.DataFrame) -> Model:
        moved = (given["value"] - frame["value"]).to_numpy()
        changes.append(moved.reshape(2, 24))
        return ols(given, "value", ["year"])

    with_measurement_error(frame, "value", kept, time="year", unit="unit", sd="sd", correlation=1.0, draws=200)
    moved = np.array(changes[1:])
    assert moved.std(axis=2) == pytest.approx(0, abs=1e-12)
    assert abs(np.corrcoef(moved[:, 0, 0], moved[:, 1, 0])[0, 1]) < 0.25
    assert moved[:, 0, 0].std() == pytest.approx(0.02, rel=0.15)


@pytest.mark.parametrize(("sd", "noise", "correlation", "note"), [
    (0.005, 0.03, 0.0, "sound"), (0.04, 0.03, 0.0, "dominated"), (0.1, 0.01, 0.0, "contradicted"),
    (0.1, 0.01, 0.999, "sound"),
])  # fmt: skip
def test_it_says_whether_the_inference_holds(sd, noise, correlation, note):
    frame = series(sd, noise)
    found = with_measurement_error(frame, "value", fit(frame), time="year", sd="sd", correlation=correlation)
    assert found.note == note
    seconds = np.diff(frame["value"], 2)
    assert found.scatter == pytest.approx((seconds**2).mean() / 6)
    assert found.spread == pytest.approx(sd**2 * (1 - correlation))


def test_independent_errors_of_the_right_size_are_hardly_ever_contradicted():
    notes = []
    for seed in range(200):
        frame = series(0.03, 0.03, seed)
        notes.append(with_measurement_error(frame, "value", fit(frame), time="year", sd="sd", draws=2).note)
    assert 0 <= notes.count("contradicted") <= 6


def test_gaps_in_time_make_no_second_difference():
    frame = series().iloc[[0, 1, 3, 4, 6, 7, 9, 10, 12, 13, 15, 16, 18, 19, 21, 22]]
    found = with_measurement_error(frame, "value", fit(frame), time="year", sd="sd", draws=5)
    assert found.scatter is None and found.note != "contradicted"


@pytest.mark.parametrize(("how", "fault"), [
    ({"sd": ""}, "no posterior of 'value' is named, and none can be made up"),
    ({"sd": "", "low": "low"}, "no posterior of 'value' is named"),
    ({"sd": "gone"}, "1 columns are absent, 'gone'"),
    ({"sd": "holes"}, "1 of 24 values have no published error"),
    ({"sd": "negative"}, "24 values lie outside their bounds, or have a negative"),
    ({"sd": "", "low": "high", "high": "low"}, "values lie outside their bounds"),
    ({"sd": "", "low": "above", "high": "high"}, "24 values lie outside their bounds"),
    ({"sd": "", "low": "low", "high": "negative"}, "24 values lie outside their bounds"),
    ({"correlation": 1.1}, "correlation is 1.1"),
    ({"draws": 1}, "with 1 draws"),
    ({"bounds_level": 68}, "level is 68"),
    ({"time": "zero"}, "23 rows repeat a time, for example 0"),
])  # fmt: skip
def test_what_has_no_error_of_measurement_is_one_sentence(how, fault):
    frame = series().assign(holes=[None, *[0.1] * 23], negative=-0.1, zero=0, above=9.0)
    how = {"time": "year", "sd": "sd", **how}
    with pytest.raises(ModelError, match=fault) as refused:
        with_measurement_error(frame, "value", fit, **how)
    assert "\n" not in str(refused.value)


def test_a_series_that_is_not_the_fitted_one_is_refused():
    frame = series()
    with pytest.raises(ModelError, match="the frame has 20 values, the fit another 24"):
        with_measurement_error(frame.iloc[:20], "value", fit(frame), time="year", sd="sd")
    season = interrupted(frame, "value", "year", 2015, harmonics=1)
    with pytest.raises(ModelError, match="Pass a function that fits it"):
        with_measurement_error(frame, "value", season, time="year", sd="sd")
    bare = Model(estimates=(Estimate("x", 1.0),), n=24, outcome="value", errors="rank")
    with pytest.raises(ModelError, match="'x' has no standard error"):
        with_measurement_error(frame, "value", lambda f: bare, time="year", sd="sd", draws=3)
    fits = iter([bare, Model(estimates=(Estimate("z", 1.0),), n=24, outcome="value", errors="rank")])
    with pytest.raises(ModelError, match="draw 0 has other terms"):
        with_measurement_error(frame, "value", lambda f: next(fits), time="year", sd="sd", draws=3)
    with pytest.raises(DisclosureError):
        with_measurement_error(Withheld(frame, ["fiw_e2"]), "value", fit, time="year", sd="sd")
