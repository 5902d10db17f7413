"""Clustered, autocorrelation-consistent and panel regressions: Petersen's panel, Grunfeld's, and an OGP study's."""

from __future__ import annotations

import math

import pytest

import ogp_analysis as ogp

from .conftest import columns


@pytest.mark.parametrize(
    ("key", "how"),
    [
        ("se_ols", {"errors": "classical"}),
        ("se_hc0", {"errors": "hc0"}),
        ("se_hc1", {"errors": "hc1"}),
        ("se_firm_HC1", {"clusters": "firm"}),
        ("fixest_firm", {"clusters": "firm"}),
        ("se_year_HC1", {"clusters": "year"}),
        # Each dimension with its own G/(G−1), as R's sandwich has it; with the smaller one, as fixest.
        ("se_firm_year_HC1", {"clusters": ["firm", "year"]}),
        ("fixest_twoway", {"clusters": ["firm", "year"], "small_sample": "min"}),
        # Over all rows in the order of firm and year, without a correction for the number of coefficients.
        ("nw_lag3", {"errors": "hac", "order": ["firm", "year"], "lags": 3, "small_sample": "none"}),
    ],
)
def test_petersen(table, expected, key, how):
    fit = ogp.statistics.ols(table("petersen_cluster/petersen.csv"), "y", ["x"], **how)
    published = expected("petersen_cluster")
    b, errors = columns(fit, ["(intercept)", "x"])
    assert b == pytest.approx(published["b"], abs=1e-8)
    assert errors == pytest.approx(published[key], abs=1e-8)


def test_petersen_with_fixed_effects(table, expected):
    published = expected("petersen_cluster")
    frame = table("petersen_cluster/petersen.csv")
    fit = ogp.statistics.ols(frame, "y", ["x"], fixed=["firm", "year"], clusters="firm")
    assert fit["x"].estimate == pytest.approx(published["fe_b"], abs=1e-8)
    assert fit["x"].std_error == pytest.approx(published["fe_se"], abs=1e-8)


TERMS = ["value", "capital"]


@pytest.mark.parametrize(("key", "fixed"), [("fe", "firm"), ("twoways", ["firm", "year"])])
def test_grunfeld_fixed_effects(table, expected, key, fixed):
    fit = ogp.statistics.ols(table("grunfeld_panel/grunfeld.csv"), "inv", TERMS, fixed=fixed, errors="classical")
    b, errors = columns(fit, TERMS)
    assert b == pytest.approx(expected("grunfeld_panel")[key]["b"], abs=1e-8)
    assert errors == pytest.approx(expected("grunfeld_panel")[key]["se"], abs=1e-8)


def test_grunfeld_robust_errors(table, expected):
    published, frame = expected("grunfeld_panel"), table("grunfeld_panel/grunfeld.csv")
    how = {"fixed": "firm", "small_sample": "none"}
    fit = ogp.statistics.ols(frame, "inv", TERMS, errors="driscoll_kraay", order="year", lags=2, **how)
    assert columns(fit, TERMS)[1] == pytest.approx(published["driscoll_kraay_lag2"], abs=1e-8)
    fit = ogp.statistics.ols(frame, "inv", TERMS, clusters="firm", **how)
    # Arellano's with plm's n / (n − k), of the 200 rows and the 2 terms, and no G / (G − 1).
    arellano = [error * math.sqrt(200 / 198) for error in columns(fit, TERMS)[1]]
    assert arellano == pytest.approx(published["arellano_HC1"], abs=1e-8)


def test_grunfeld_random_effects(table, expected):
    published = expected("grunfeld_panel")
    fit = ogp.statistics.random_effects(table("grunfeld_panel/grunfeld.csv"), "inv", TERMS, "firm")
    b, errors = columns(fit, ["(intercept)", *TERMS])
    assert b == pytest.approx(published["re"]["b"], abs=1e-8)
    assert errors == pytest.approx(published["re"]["se"], abs=1e-8)
    assert fit.hausman == pytest.approx(published["hausman_chisq"], abs=1e-8)
    assert fit.hausman_p == pytest.approx(published["hausman_p"], abs=1e-8)


@pytest.mark.parametrize("outcome", ["accountability", "corruption", "trust", "effectiveness"])
def test_policy_lab_panel(table, expected, outcome):
    """Dummies of countries among the terms, so that they count in k, as in the printed output."""
    published = expected("ndi_policy_lab_2021")[f"{outcome}_index"]
    frame = table("ndi_policy_lab_2021/indices_and_controls.csv")
    country, terms = "country_standard", ["transparency_index", "gdp_percap_ppp"]
    fit = ogp.statistics.ols(frame, f"{outcome}_index", [*terms, country], clusters=country)
    assert (fit.n, fit.clusters) == (published["n"], published["n_country"])
    for term, name in ((terms[0], terms[0]), (terms[1], terms[1]), ("(intercept)", "Intercept")):
        assert (fit[term].estimate, fit[term].std_error) == pytest.approx(tuple(published[name]), rel=1e-7)


def test_policy_lab_prints_seven_digits(table, expected):
    printed = expected("ndi_policy_lab_2021")["_published_printed"]["effectiveness_index"]
    frame = table("ndi_policy_lab_2021/indices_and_controls.csv")
    terms = ["transparency_index", "gdp_percap_ppp", "country_standard"]
    fit = ogp.statistics.ols(frame, "effectiveness_index", terms, clusters="country_standard")
    found = [float(f"{one:.7g}") for one in (fit[terms[0]].estimate, fit[terms[0]].std_error)]
    assert found == pytest.approx(printed["transparency_index"], rel=1e-9)


OUTCOMES = {
    "budget_participation": "budget_participation_index",
    "budget_transparency": "budget_transparency_index",
    "covid": "covid_index",
    "pandemic_violations": "pandemic_dem_violation_index",
}


@pytest.mark.parametrize("key", OUTCOMES)
def test_policy_lab_cross_section(table, expected, key):
    published = dict(expected("ndi_policy_lab_2021")[key])
    n, r2, _ = (published.pop(name) for name in ("n", "r2", "llf"))
    frame = table("ndi_policy_lab_2021/indices_and_controls_cross_section.csv")
    terms = [name for name in published if name != "Intercept"]
    fit = ogp.statistics.ols(frame, OUTCOMES[key], terms, errors="classical")
    assert fit.n == n and dict(fit.fit)["r_squared"].value == pytest.approx(r2, rel=1e-7)
    for name, (b, error) in published.items():
        one = fit["(intercept)" if name == "Intercept" else name]
        assert (one.estimate, one.std_error) == pytest.approx((b, error), rel=1e-7)
