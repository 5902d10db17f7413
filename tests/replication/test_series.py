"""Trends, breaks and interruptions of one series: the Nile, British drivers, a smoking ban in Sicily."""

from __future__ import annotations

import pytest

import ogp_analysis as ogp

from .conftest import columns


def test_trend_of_the_nile(table, expected):
    published = expected("mannkendall_nile")
    found = ogp.statistics.trend(table("strucchange_nile/nile.csv"), "flow", "year", correction="none")
    assert found.score == published["S"]
    assert found.variance == pytest.approx(published["varS"], rel=1e-9)
    assert (found.z, found.p_value) == pytest.approx((published["Z"], published["p"]), rel=1e-9)
    assert found["slope"].estimate == pytest.approx(published["sen_slope"], abs=1e-9)
    assert found.tau == pytest.approx(published["tau_b"], abs=1e-9)


def test_trend_of_the_nile_with_autocorrelation(table):
    """As pymannkendall 1.4.3 has it: the p value is more than a hundred times that without the correction."""
    found = ogp.statistics.trend(table("strucchange_nile/nile.csv"), "flow", "year")
    assert round(found.p_value, 4) == 0.0048


def test_break_of_the_nile(table, expected):
    published = expected("strucchange_nile")
    found = ogp.statistics.breaks(table("strucchange_nile/nile.csv"), "flow", "year")
    assert found.frame.to_numpy().tolist() == [[1898, 1895, 1902]]
    assert len(found.dates) == published["n_breaks"] == 1
    assert found.partitions["rss"].tolist() == pytest.approx(list(published["rss"].values()), rel=1e-6)
    assert found.partitions["bic"].tolist() == pytest.approx(list(published["bic"].values()), abs=1e-6)
    assert found.segments["estimate"].tolist() == pytest.approx(list(published["means"].values()), abs=1e-6)
    assert found.sup_f == pytest.approx(published["supF"], abs=1e-6)
    assert found.sup_f_p < 1e-14
    assert (found.cusum, found.cusum_p) == pytest.approx((published["ols_cusum"], published["ols_cusum_p"]), rel=1e-6)


def test_breaks_of_british_drivers(table, expected):
    published, frame = expected("strucchange_seatbelt"), table("strucchange_seatbelt/seatbelt.csv")
    how = {"shortest": 0.1, "most": 8}
    found = ogp.statistics.breaks(frame, "y", "time", ["ylag1", "ylag12"], **how)
    assert len(found.dates) == published["n_breaks_bic"] == 0
    assert found.partitions["bic"].tolist() == pytest.approx(list(published["bic"].values()), abs=1e-4)
    dates = found.partitions["dates"]
    assert dates[1] == (published["breaks1"],)
    assert list(dates[2]) == published["breaks2"]


SICILY = {
    "model1_poisson": {"slope_changes": False, "errors": "likelihood"},
    "model2_quasi": {"slope_changes": False},
    "model3_harmonic": {"slope_changes": False, "harmonics": 2},
    "model4_slope": {"origin": 36, "harmonics": 2},
}
#: Terms as R names them; its harmonics are two sines, then two cosines.
NAMES = {"(Intercept)": "(intercept)", "smokban": "level", "H1": "sin 1", "H2": "sin 2", "H3": "cos 1", "H4": "cos 2"}
NAMES |= {"time": "time", "smokban:I(time - 36)": "slope"}


def sicily(table, **how):
    more = {"family": "poisson", "exposure": "stdpop"}
    return ogp.statistics.interrupted(table("its_sicily/sicily.csv"), "aces", "time", 37, **more, **how)


@pytest.mark.parametrize("model", SICILY)
def test_smoking_ban(table, expected, model):
    published = expected("its_sicily")[model]
    fit = sicily(table, **SICILY[model])
    b, errors = columns(fit, [NAMES[term] for term in published["term"]])
    assert b == pytest.approx(published["b"], abs=1e-7)
    assert errors == pytest.approx(published["se"], abs=1e-7)
    ratios = fit.ratios.set_index("term").loc[[NAMES[term] for term in published["term"]]]
    for column, key in (("ratio", "rr"), ("low", "rr_lo"), ("high", "rr_hi")):
        # The ends multiply what the errors differ by by two, and R's dispersion is that of the last step but one.
        assert ratios[column].tolist() == pytest.approx(published[key], abs=2e-6)


def test_smoking_ban_as_printed(table):
    ratio = sicily(table, **SICILY["model1_poisson"]).ratios.set_index("term").loc["level"]
    assert [round(float(one), 3) for one in ratio] == [0.894, 0.865, 0.925]


def test_smoking_ban_needs_no_change_of_slope(table, expected):
    """F of two deviances over the dispersion of the larger model."""
    small, large = (dict(sicily(table, **SICILY[m]).fit) for m in ("model3_harmonic", "model4_slope"))
    f = (small["deviance"].value - large["deviance"].value) / large["dispersion"].value
    assert f == pytest.approx(expected("its_sicily")["anova_F"], abs=1e-5)


@pytest.mark.parametrize(("key", "how"), [
    ("se_ols", {"errors": "classical"}), ("se_nw12", {"lags": 12, "small_sample": "none"}),
])  # fmt: skip
def test_smoking_ban_by_least_squares(table, expected, key, how):
    published = expected("its_sicily")["ols_segmented"]
    frame = table("its_sicily/sicily.csv")
    frame["rate"] = frame["aces"] / frame["stdpop"] * 1e5
    fit = ogp.statistics.interrupted(frame, "rate", "time", 37, origin=36, **how)
    b, errors = columns(fit, ["(intercept)", "time", "level", "slope"])
    assert b == pytest.approx(published["b"], abs=1e-7)
    assert errors == pytest.approx(published[key], abs=1e-7)
