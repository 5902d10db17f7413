from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.models import INTERCEPT
from ogp_analysis.statistics.regression import ols


def panel(units: int = 12, years: int = 6, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame([(u, 2000 + t) for u in range(units) for t in range(years)], columns=["unit", "year"])
    frame["x"] = rng.normal(size=len(frame)) + frame["unit"] / 5
    frame["z"] = rng.uniform(size=len(frame)) + frame["year"] / 7
    frame["y"] = 1 + 2 * frame["x"] - frame["z"] + frame["unit"] + rng.normal(size=units)[frame["unit"]]
    frame["y"] += rng.normal(size=len(frame)) * (1 + frame["x"].abs())
    return frame


KINDS = {
    "classical": ({"errors": "classical"}, {}),
    "hc0": ({"errors": "hc0"}, {"cov_type": "HC0"}),
    "hc1": ({}, {"cov_type": "HC1"}),
    "hac": ({"errors": "hac", "order": ["unit", "year"], "lags": 3},
            {"cov_type": "HAC", "cov_kwds": {"maxlags": 3, "use_correction": True}}),
    "hac without correction": ({"errors": "hac", "order": ["unit", "year"], "lags": 2, "small_sample": "none"},
                               {"cov_type": "HAC", "cov_kwds": {"maxlags": 2, "use_correction": False}}),
    "clusters": ({"clusters": "unit"}, {"cov_type": "cluster", "cov_kwds": {"groups": panel()["unit"]}}),
    "clusters without correction": ({"clusters": "unit", "small_sample": "none"},
                                    {"cov_type": "cluster",
                                     "cov_kwds": {"groups": panel()["unit"], "use_correction": False}}),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_errors_are_those_of_statsmodels(kind):
    how, theirs = KINDS[kind]
    frame = panel()
    fit = ols(frame.sample(frac=1, random_state=2), "y", ["x", "z"], **how)
    other = sm.OLS(frame["y"], sm.add_constant(frame[["x", "z"]])).fit(use_t=True, **theirs)
    table = fit.frame.set_index("term")
    assert table["estimate"].tolist() == pytest.approx(other.params.tolist(), rel=1e-8)
    assert table["std_error"].tolist() == pytest.approx(other.bse.tolist(), rel=1e-8)
    assert table["p_value"].tolist() == pytest.approx(other.pvalues.tolist(), rel=1e-8)
    assert table[["low", "high"]].to_numpy() == pytest.approx(other.conf_int().to_numpy(), rel=1e-9)
    assert dict(fit.fit)["r_squared"].value == pytest.approx(other.rsquared)
    assert fit.degrees == (11 if how.get("clusters") else len(frame) - 3)
    assert np.sort(fit.residuals) == pytest.approx(np.sort(other.resid))


def test_two_ways_of_clusters_add_and_take_away():
    frame = panel()
    variances = [ols(frame, "y", ["x"], clusters=c, small_sample="none").covariance for c in ("unit", "year")]
    both = ols(frame, "y", ["x"], clusters=["unit", "year"], small_sample="none")
    cell = ols(frame, "y", ["x"], errors="hc0").covariance
    assert both.covariance == pytest.approx(sum(variances) - cell, rel=1e-9)
    assert (both.clusters, both.degrees, both.errors) == (6, 5, "two_way_none")
    assert both.clustered_by == (("unit", 12), ("year", 6))


def test_fixed_effects_are_dummies():
    frame = panel()
    within = ols(frame, "y", ["x", "z"], fixed=["unit", "year"], errors="classical")
    dummies = frame.assign(unit=frame["unit"].astype(str), year=frame["year"].astype(str))
    spelled = ols(dummies, "y", ["x", "z", "unit", "year"], errors="classical")
    for term in ("x", "z"):
        assert within[term].estimate == pytest.approx(spelled[term].estimate, rel=1e-9)
        assert within[term].std_error == pytest.approx(spelled[term].std_error, rel=1e-9)
        assert within[term].p_value == pytest.approx(spelled[term].p_value, rel=1e-7)
    assert within.degrees == len(frame) - 3 - 11 - 5


def test_fixed_effects_within_clusters_do_not_count():
    """As areg's twin xtreg has it: (n − 1) / (n − k) with the k of the terms and the constant alone."""
    frame = panel()
    inside = ols(frame, "y", ["x"], fixed="unit", clusters="unit")
    bare = ols(frame, "y", ["x"], fixed="unit", clusters="unit", small_sample="none")
    assert (inside["x"].std_error / bare["x"].std_error) ** 2 == pytest.approx(71 / 70 * 12 / 11)
    across = ols(frame, "y", ["x"], fixed="unit", clusters="year")
    bare = ols(frame, "y", ["x"], fixed="unit", clusters="year", small_sample="none")
    assert (across["x"].std_error / bare["x"].std_error) ** 2 == pytest.approx(71 / (72 - 2 - 11) * 6 / 5)
    assert inside.nested and not across.nested


def test_the_constant_of_fixed_effects_is_the_mean_at_the_means():
    frame = panel()
    fit = ols(frame, "y", ["x"], fixed="unit")
    assert fit[INTERCEPT].estimate + fit["x"].estimate * frame["x"].mean() == pytest.approx(frame["y"].mean())


def test_driscoll_and_kraay_sum_scores_by_period():
    frame = panel()
    fit = ols(frame, "y", ["x"], errors="driscoll_kraay", order="year", lags=1, small_sample="none")
    x = np.column_stack([np.ones(len(frame)), frame["x"]])
    left = frame["y"] - x @ np.linalg.lstsq(x, frame["y"], rcond=None)[0]
    sums = pd.DataFrame(x * left.to_numpy()[:, None]).groupby(frame["year"]).sum().to_numpy()
    meat = sums.T @ sums + 0.5 * (sums[1:].T @ sums[:-1] + sums[:-1].T @ sums[1:])
    bread = np.linalg.inv(x.T @ x)
    assert fit.covariance == pytest.approx(bread @ meat @ bread, rel=1e-9)
    assert fit.degrees == 5


@pytest.mark.parametrize("lags", [0, 1, 2])
def test_the_kernel_gives_weights_that_fall_to_nothing(lags):
    frame = panel()
    fit = ols(frame, "y", ["x"], errors="hac", order=["unit", "year"], lags=lags, small_sample="none")
    rows = frame.sort_values(["unit", "year"])
    x = np.column_stack([np.ones(len(rows)), rows["x"]])
    scores = x * (rows["y"].to_numpy() - x @ np.linalg.lstsq(x, rows["y"].to_numpy(), rcond=None)[0])[:, None]
    meat = sum(
        (1 - abs(i - k) / (lags + 1)) * np.outer(scores[i], scores[k])
        for i in range(len(x)) for k in range(len(x)) if abs(i - k) <= lags
    )  # fmt: skip
    bread = np.linalg.inv(x.T @ x)
    assert fit.covariance == pytest.approx(bread @ meat @ bread)


@pytest.mark.parametrize(
    ("how", "fault"),
    [
        ({"errors": "hc9"}, "errors is 'hc9'"),
        ({"small_sample": "some"}, "small_sample is 'some'"),
        ({"errors": "cluster"}, "errors are 'cluster' and clusters are"),
        ({"errors": "hc1", "clusters": "unit"}, "errors are 'hc1' and clusters are"),
        ({"clusters": ["unit", "year", "half"]}, "Name one or two columns"),
        ({"errors": "hac", "lags": 1}, "order is"),
        ({"order": "year"}, "order is"),
        ({"errors": "driscoll_kraay", "order": ["unit", "year"], "lags": 1}, "one period"),
        ({"errors": "hac", "order": "year"}, "lags is None"),
        ({"lags": 1}, "lags is 1"),
        ({"errors": "hac", "order": "year", "lags": -1}, "lags is -1"),
        ({"clusters": "one"}, "all rows are in one cluster of 'one'"),
        ({"level": 95}, "level is 95"),
        ({"fixed": "cell"}, "do not vary within the fixed effects|too few"),
        ({"fixed": "half"}, "1 terms do not vary within the fixed effects, 'half_number'"),
    ],
)
def test_arguments_that_do_not_go_together_are_one_sentence(how, fault):
    frame = panel().assign(one=1, cell=range(72))
    frame["half"] = np.where(frame["unit"] < 6, "a", "b")
    frame["half_number"] = (frame["unit"] < 6) * 2.0
    terms = ["x", "half_number"] if how.get("fixed") == "half" else ["x"]
    with pytest.raises(ModelError, match=fault):
        ols(frame, "y", terms, **how)


def test_rows_that_fixed_effects_use_up_are_too_few():
    frame = panel(units=4, years=2)
    frame[["w", "v"]] = np.random.default_rng(1).normal(size=(8, 2))
    with pytest.raises(ModelError, match="8 rows are too few for 8 coefficients and fixed effects"):
        ols(frame, "y", ["x", "z", "w", "v"], fixed="unit")
