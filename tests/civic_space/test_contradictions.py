"""A result that cannot be true is not made: parts and wholes, intervals, places."""

from __future__ import annotations

import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.result import Estimate, OneEstimate, Result


@pytest.mark.parametrize(
    ("estimate", "what"),
    [
        (Estimate("share", 0.5, low=0.6, high=0.7), "share is 0.5, outside its interval, 0.6 to 0.7"),
        (Estimate("share", 0.5, low=0.1, high=0.4), "outside its interval"),
        (Estimate("share", 0.5, p_value=1.2), "has the p value 1.2"),
        (Estimate("share", 0.5, n=-1), "rests on -1 units"),
    ],
)
def test_an_estimate_lies_in_its_interval(estimate, what):
    with pytest.raises(ModelError, match=f"OneEstimate: .*{what}.* Report the fault"):
        OneEstimate(estimates=(estimate,), n=3)


def test_clusters_are_no_more_than_units():
    assert Result(estimates=(), n=3, clusters=3).n == 3
    with pytest.raises(ModelError, match="rests on 3 units in 4 clusters"):
        Result(estimates=(), n=3, clusters=4)
    with pytest.raises(ModelError, match="rests on -1 units"):
        Result(estimates=(), n=-1)
