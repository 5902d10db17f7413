"""What pages claim about methods, held against the data of the repository."""

from __future__ import annotations

import numpy as np
import pytest

import ogp_analysis as ogp
from ogp_analysis.messages.catalogue import entry


@pytest.mark.parametrize("year", [2008, 2010, 2012, 2014, 2017])
def test_an_interrupted_series_finds_a_break_in_about_70_percent_of_countries_whichever_year_is_asked_for(year):
    """Level and slope change with heteroskedasticity- and autocorrelation-consistent errors, two lags, at 5%."""
    import statsmodels.api as sm

    series = ogp.country_years(["v2xcs_ccsi"], 2000, 2023).series("v2xcs_ccsi")
    wide = series.pivot_table(index="year", columns="unit", values="value")
    since = np.clip(wide.index.to_numpy() - year, 0, None)
    design = np.column_stack([np.ones(24), wide.index - 2000, wide.index >= year, since]).astype(float)
    found = []
    for unit in wide.columns[(wide.notna().all()) & (wide.nunique() > 1)]:
        fit = sm.OLS(wide[unit].to_numpy(), design).fit(cov_type="HAC", cov_kwds={"maxlags": 2})
        found.append(fit.pvalues[3] < 0.05)
    assert len(found) > 160
    assert 0.65 <= np.mean(found) <= 0.77
    assert "about 70%" in entry("profile.event.set", "en") and "alrededor de 70 %" in entry("profile.event.set", "es")


def test_68_percent_intervals_part_at_z_of_root_two_or_less():
    """Bounds of one standard error part when the difference exceeds the sum of the errors."""
    for ratio in (1.0, 0.5, 0.1, 0.01):
        assert (1 + ratio) / np.hypot(1, ratio) <= np.sqrt(2) + 1e-12
    assert "1.41, or less" in entry("profile.bounded.summary", "en")
    assert "1.41, o menos" in entry("profile.bounded.summary", "es")


def test_there_are_eight_founders():
    countries = ogp.load("ogp_membership", "countries")
    assert (countries["entry_cohort"] == "founders_2011").sum() == 8
    assert "eight founders" in entry("profile.ogp.founder", "en") and "ocho" in entry("profile.ogp.founder", "es")


@pytest.mark.parametrize("search", ["privacy", "privacidad", "private", "surveillance", "vigilancia", "spyware"])
def test_a_search_for_privacy_never_finds_private_civil_liberties(search):
    assert "v2x_clpriv" not in {one.id for one in ogp.indicators(search)}
