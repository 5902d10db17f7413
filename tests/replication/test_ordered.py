"""Ordered logits: housing in Copenhagen, and the completion of commitments in the first two plans of OGP's members."""

from __future__ import annotations

import pandas as pd
import pytest

import ogp_analysis as ogp

from .conftest import columns

ORDERS = {
    "Sat": ["Low", "Medium", "High"],
    "Infl": ["Low", "Medium", "High"],
    "Type": ["Tower", "Apartment", "Atrium", "Terrace"],
    "Cont": ["Low", "High"],
}


def test_housing(table, expected):
    published, frame = expected("ologit_housing"), table("ologit_housing/housing.csv")
    frame = frame.assign(**{c: pd.Categorical(frame[c], order, ordered=True) for c, order in ORDERS.items()})
    spelled = frame.loc[frame.index.repeat(frame["Freq"])]
    fit = ogp.statistics.ordered_logit(spelled, "Sat", ["Infl", "Type", "Cont"])
    b, errors = columns(fit, [e.term for e in fit.estimates])
    assert b == pytest.approx(published["b"], abs=1e-6)
    assert errors == pytest.approx(published["se"], abs=1e-6)
    assert -2 * fit.log_likelihood == pytest.approx(published["deviance"], abs=1e-6)
    assert fit.n == frame["Freq"].sum() == 1681


TERMS = ["pi", "sp", "rel", "ap2"]
CUTS = ["0|1", "1|2", "2|3"]


@pytest.fixture(scope="module")
def commitments(table):
    frame = table("ogp_irm_2016/analysis_sample.csv")
    frame = frame[frame["ap"].isin([1, 2])]
    return frame.assign(ap2=frame["ap"] == 2)


@pytest.fixture(scope="module")
def models(expected):
    return expected("ogp_irm_2016", "expected_models.json")


def test_completion_of_commitments(commitments, models):
    fit = ogp.statistics.ordered_logit(commitments, "co", TERMS)
    b, errors = columns(fit, [*CUTS, *TERMS])
    assert fit.n == models["n"]
    assert b == pytest.approx(models["clm"]["b"], abs=1e-6)
    assert errors == pytest.approx(models["clm"]["se"], abs=1e-6)
    assert fit.log_likelihood == pytest.approx(models["clm"]["loglik"], abs=1e-6)


def test_completion_with_categories(commitments, models):
    frame = commitments.assign(**{c: pd.Categorical(commitments[c].astype(int)) for c in ("pi", "sp")})
    fit = ogp.statistics.ordered_logit(frame, "co", TERMS)
    names = [t.replace("factor(pi)", "pi[").replace("factor(sp)", "sp[") for t in models["clm_factor"]["term"]]
    b, errors = columns(fit, [name + "]" if "[" in name else name for name in names])
    assert b == pytest.approx(models["clm_factor"]["b"], abs=1e-6)
    assert errors == pytest.approx(models["clm_factor"]["se"], abs=1e-6)


def test_completion_with_clusters(commitments, models):
    """R's sandwich (HC0) has G / (G − 1)."""
    fit = ogp.statistics.ordered_logit(commitments, "co", TERMS, clusters="country")
    assert fit.clusters == models["n_country"]
    assert columns(fit, [*TERMS, *CUTS])[1] == pytest.approx(models["polr_cluster_country_HC0"]["se"], abs=2e-6)


def test_completion_with_a_random_effect_of_the_country(commitments, models):
    fit = ogp.statistics.ordered_logit(commitments, "co", TERMS, random="country")
    published = models["clmm_country"]
    b, errors = columns(fit, [*CUTS, *TERMS])
    assert b == pytest.approx(published["b"], abs=1e-3)
    assert errors == pytest.approx(published["se"], abs=1e-3)
    assert fit.random_sd == pytest.approx(published["sd_country"], abs=1e-3)
    assert fit.log_likelihood == pytest.approx(published["loglik"], abs=1e-3)


def test_high_completion_is_a_logit_of_two_categories(commitments, models):
    """The constant is the cut-point with the other sign."""
    frame, published = commitments.assign(high=commitments["co"] >= 2), models["logit_high"]
    plain = ogp.statistics.ordered_logit(frame.astype({"high": int}), "high", TERMS)
    b, errors = columns(plain, ["0|1", *TERMS])
    assert [-b[0], *b[1:]] == pytest.approx(published["b"], abs=1e-6)
    assert errors == pytest.approx(published["se"], abs=1e-6)
    clustered = ogp.statistics.ordered_logit(frame.astype({"high": int}), "high", TERMS, clusters="country")
    assert columns(clustered, ["0|1", *TERMS])[1] == pytest.approx(published["se_cluster_HC0"], abs=1e-6)


def test_odds_of_completion_are_not_proportional(commitments, models):
    tests = ogp.statistics.ordered_logit(commitments, "co", TERMS, odds=True).odds.set_index("term")
    for term in TERMS:
        assert tests.loc[term, "likelihood_ratio_p"] == pytest.approx(models["nominal_test_p"][term], rel=1e-6)


def test_rank_correlation_of_impact_and_completion(commitments, models):
    found = ogp.statistics.spearman(commitments, "pi", "co")
    assert found["rho"].estimate == pytest.approx(models["spearman"], abs=1e-10)
