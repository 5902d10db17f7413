"""Benjamini and Hochberg's 15 p values of a thrombolysis trial."""

from __future__ import annotations

import pytest

import ogp_analysis as ogp

METHODS = {
    "bonferroni": "bonferroni",
    "holm": "holm",
    "hochberg": "hochberg",
    "hommel": "hommel",
    "BH": "benjamini_hochberg",
    "BY": "benjamini_yekutieli",
}


@pytest.mark.parametrize("key", METHODS)
def test_adjusted_p_values(table, expected, key):
    p = table("bh1995_multiple_testing/pvalues.csv")["p"].sort_index()
    family = ogp.statistics.adjusted(p.rename(str), "endpoints", METHODS[key])
    found = family.frame["adjusted"].tolist()
    assert found == pytest.approx(expected("bh1995_multiple_testing")[key], abs=1e-10)


@pytest.mark.parametrize(("key", "method"), [("bonferroni", "bonferroni"), ("BH", "benjamini_hochberg")])
def test_tests_that_are_kept(table, expected, key, method):
    p = table("bh1995_multiple_testing/pvalues.csv")["p"]
    family = ogp.statistics.adjusted(p.rename(str), "endpoints", method)
    kept = (family.frame["adjusted"] <= 0.05).sum()
    assert kept == expected("bh1995_multiple_testing")[f"n_reject_{key}_05"]
