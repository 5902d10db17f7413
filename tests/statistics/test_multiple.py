from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.multiple import benjamini_hochberg, holm

#: Benjamini and Hochberg (1995), section 3.2: 15 ordered p values of a thrombolysis trial.
THROMBOLYSIS = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719]
THROMBOLYSIS += [0.6528, 0.7590, 1.0000]


def named(p_values) -> dict[str, float]:
    return {f"t{i}": p for i, p in enumerate(p_values)}


def test_published_example_keeps_four_by_false_discovery_rate_and_three_by_family_wise_error():
    adjusted = benjamini_hochberg(named(THROMBOLYSIS), "endpoints").frame["adjusted"].tolist()
    assert sum(q <= 0.05 for q in adjusted) == 4
    adjusted = holm(named(THROMBOLYSIS), "endpoints").frame["adjusted"].tolist()
    assert sum(p <= 0.05 for p in adjusted) == 3


def by_definition(p_values, method) -> list[float]:
    m, order = len(p_values), np.argsort(p_values, kind="stable")
    ranked = [p_values[i] for i in order]
    if method is holm:
        steps = [min(1, max((m - j) * ranked[j] for j in range(k + 1))) for k in range(m)]
    else:
        steps = [min(1, min(m * ranked[j] / (j + 1) for j in range(k, m))) for k in range(m)]
    return [steps[list(order).index(i)] for i in range(m)]


@pytest.mark.parametrize("method", [benjamini_hochberg, holm])
def test_adjusted_values_follow_the_definition(method):
    draw = np.random.default_rng(7)
    for size in (1, 2, 5, 30):
        p_values = draw.uniform(size=size).round(2).tolist()
        found = method(named(p_values), "f").frame["adjusted"].tolist()
        assert found == pytest.approx(by_definition(p_values, method), abs=1e-14)


@pytest.mark.parametrize("method", [benjamini_hochberg, holm])
def test_missing_p_values_stay_missing_and_are_not_counted(method):
    with_gap = method(pd.Series({"a": 0.01, "b": np.nan, "c": 0.04, "d": None}, dtype="float64"), "f")
    without = method({"a": 0.01, "c": 0.04}, "f")
    assert (with_gap.n, len(with_gap.frame)) == (2, 4)
    assert with_gap["b"] is None and with_gap["d"] is None
    assert (with_gap["a"], with_gap["c"]) == (without["a"], without["c"])
    assert with_gap.frame["adjusted"].isna().tolist() == [False, True, False, True]


def test_faults_are_named():
    with pytest.raises(ModelError, match="no name"):
        holm({"a": 0.1}, " ")
    with pytest.raises(ModelError, match="repeated, 'a'"):
        holm(pd.Series([0.1, 0.2], index=["a", "a"]), "f")
    with pytest.raises(ModelError, match="not a probability, 'b'"):
        holm({"a": 0.1, "b": 1.2}, "f")
    with pytest.raises(ModelError, match="no test 'x'"):
        holm({"a": 0.1}, "f")["x"]
