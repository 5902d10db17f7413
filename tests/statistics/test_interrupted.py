from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.special import gammaln

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.interrupted import changes, interrupted


def series(n: int = 24, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"year": np.arange(2000, 2000 + n), "value": rng.normal(size=n).cumsum()})


def counts() -> pd.DataFrame:
    rng, t = np.random.default_rng(4), np.arange(1, 61)
    people = rng.integers(900, 1100, 60)
    mean = people * np.exp(-3 + 0.01 * t - 0.4 * (t >= 40) + 0.2 * np.sin(2 * np.pi * t / 12))
    return pd.DataFrame({"month": t, "deaths": rng.poisson(mean), "people": people})


def test_level_and_slope_are_the_difference_of_two_lines():
    frame = series()
    fit = interrupted(frame.sample(frac=1, random_state=1), "value", "year", 2015)
    before, after = (np.polyfit(part["year"] - 2015, part["value"], 1)
                     for part in (frame[frame["year"] < 2015], frame[frame["year"] >= 2015]))  # fmt: skip
    assert fit["slope"].estimate == pytest.approx(after[0] - before[0])
    assert fit["level"].estimate == pytest.approx(after[1] - before[1])
    assert fit["time"].estimate == pytest.approx(before[0])
    earlier = interrupted(frame, "value", "year", 2015, origin=2014)
    assert earlier["level"].estimate == pytest.approx(after[1] - before[1] - (after[0] - before[0]))


@pytest.mark.parametrize("how", [
    {"lags": 2}, {"lags": 0}, {"lags": 5, "small_sample": "none"}, {"lags": 30}, {"lags": 2, "slope_changes": False},
    {"lags": 1, "origin": 2013.0}, {"errors": "classical"},
])  # fmt: skip
def test_many_series_at_once_are_each_fitted_alone(how):
    values = np.column_stack([series(seed=s)["value"] for s in range(5)])
    found = changes(values, np.arange(2000.0, 2024), 2012, **({"lags": None} if "errors" in how else how))
    for i in range(5):
        fit = interrupted(series(seed=i), "value", "year", 2012, **how)
        assert found.values[:, i] == pytest.approx([e.estimate for e in fit.estimates], rel=1e-8)
        assert found.std_errors[:, i] == pytest.approx([e.std_error for e in fit.estimates], rel=1e-6)
        assert found.joint[i] == pytest.approx(fit.nominal["statistic"].iloc[-1], rel=1e-6)
        assert found.degrees == fit.degrees


def test_no_p_value_is_printed_and_the_nominal_ones_stand_apart():
    fit = interrupted(series(), "value", "year", 2015)
    assert fit.frame["p_value"].isna().all()
    assert fit.nominal["test"].tolist() == ["level", "slope", "level and slope"]
    t = fit["slope"].estimate / fit["slope"].std_error
    assert fit.nominal["statistic"].iloc[1] == pytest.approx(t**2)
    assert interrupted(series(), "value", "year", 2015, slope_changes=False).nominal["test"].tolist() == ["level"]
    assert (fit.main, fit.lags, fit.degrees) == (("level", "slope"), 2, 20)


def test_counts_are_fitted_to_the_highest_likelihood():
    frame = counts()
    fit = interrupted(frame, "deaths", "month", 40, family="poisson", exposure="people", harmonics=1,
                      errors="likelihood")  # fmt: skip
    t = frame["month"].to_numpy()
    after = t >= 40
    waves = [np.sin(2 * np.pi * t / 12), np.cos(2 * np.pi * t / 12)]
    x = np.column_stack([np.ones(60), t, after, after * (t - 40), *waves])

    def minus_likelihood(b):
        line = x @ b + np.log(frame["people"])
        return -(frame["deaths"] * line - np.exp(line) - gammaln(frame["deaths"] + 1)).sum()

    best = minimize(minus_likelihood, np.array([-3, 0, 0, 0, 0, 0.0]), method="Nelder-Mead",
                    options={"xatol": 1e-9, "fatol": 1e-11, "maxiter": 40_000, "maxfev": 40_000})  # fmt: skip
    b = np.array([e.estimate for e in fit.estimates])
    assert minus_likelihood(b) <= best.fun + 1e-7
    mean = np.exp(x @ b) * frame["people"].to_numpy()
    covariance = np.linalg.inv((x.T * mean) @ x)
    assert fit.covariance == pytest.approx(covariance, rel=1e-6)
    quasi = interrupted(frame, "deaths", "month", 40, family="poisson", exposure="people", harmonics=1)
    measures = dict(quasi.fit)
    deaths, own = frame["deaths"].to_numpy(), np.exp(x @ b) * frame["people"].to_numpy()
    deviance = 2 * (deaths * np.log(deaths / own) - (deaths - own)).sum()
    assert measures["deviance"].value == pytest.approx(deviance)
    assert quasi.table().frame["model_1"].tolist()[-2:] == [f"{deviance:.1f}", f"{measures['dispersion'].value:.2f}"]
    dispersion = (((frame["deaths"] - mean) ** 2) / mean).sum() / 54
    assert quasi.covariance == pytest.approx(covariance * dispersion, rel=1e-6)
    assert quasi.ratios["ratio"].tolist() == pytest.approx(np.exp(b).tolist())
    assert fit.path["fitted"].tolist() == pytest.approx(mean.tolist())
    assert fit.path["counterfactual"].notna().tolist() == after.tolist()


def test_the_line_before_is_carried_on():
    frame = series()
    fit = interrupted(frame, "value", "year", 2015)
    before = np.polyfit(np.arange(15), frame["value"][:15], 1)
    assert fit.path["counterfactual"].iloc[-1] == pytest.approx(np.polyval(before, 23))
    assert fit.path["counterfactual"].isna().sum() == 15


@pytest.mark.parametrize(("how", "fault"), [
    ({"event": 2002}, "2 observations lie before 2002, 22 from it on"),
    ({"event": 2022}, "22 observations lie before 2022, 2 from it on"),
    ({"family": "binomial"}, "family is 'binomial'"),
    ({"errors": "quasi"}, "with errors 'quasi'"),
    ({"family": "poisson", "errors": "hac"}, "family is 'poisson' with errors 'hac'"),
    ({"exposure": "year"}, "exposure goes with counts only"),
    ({"lags": -1}, "lags is -1"),
    ({"errors": "classical", "lags": 1}, "lags is 1"),
    ({"family": "poisson", "event": 2010}, "counts are too small"),
    ({"level": 0}, "level is 0"),
])  # fmt: skip
def test_what_cannot_be_fitted_is_one_sentence(how, fault):
    with pytest.raises(ModelError, match=fault):
        interrupted(series(seed=2), "value", "year", **{"event": 2015, **how})


def test_exposures_are_above_0_and_times_are_there_once():
    with pytest.raises(ModelError, match="1 exposures are too small"):
        frame = counts().assign(people=lambda f: f["people"].where(f["month"] > 1, 0))
        interrupted(frame, "deaths", "month", 40, family="poisson", exposure="people")
    with pytest.raises(ModelError, match="time 2003 occurs twice"):
        interrupted(pd.concat([series(), series().iloc[[3]]]), "value", "year", 2015)
    with pytest.raises(ModelError, match="no rate ratios"):
        _ = interrupted(series(), "value", "year", 2015).ratios
