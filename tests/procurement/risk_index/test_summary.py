"""The risk index described: components with their coverage, quartiles by group, nothing estimated."""

from __future__ import annotations

import statistics

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.display.result import Parts
from ogp_analysis.procurement.risk_index import risk_summary


def index(a: list, b: list) -> pd.DataFrame:
    frame = pd.DataFrame({"a": a, "b": b}, dtype="float64")
    return frame.assign(index=frame.mean(axis=1), n_components=frame.notna().sum(axis=1))


NAN = float("nan")


def test_a_component_has_its_own_denominator():
    found = risk_summary(index([1, 0, NAN, NAN], [1, NAN, NAN, 0.5]), pd.Series(["x", "x", "x", None]))
    assert found.components.values.tolist() == [["a", 2, 0.5, 0.5], ["b", 2, 0.5, 0.75]]
    assert (found.n, found.awards, found.groups["components"][0]) == (3, 4, pytest.approx(4 / 3))
    assert found.estimates == (), "a description has no estimate"


def test_groups_are_sorted_and_awards_without_one_are_only_in_the_whole():
    found = risk_summary(index([1, 0, 0.5], [1, 0, 0.5]), pd.Series(["y", "x", None]))
    assert found.groups[["group", "n", "mean"]].values.tolist() == [["all", 3, 0.5], ["x", 1, 0], ["y", 1, 1]]


def test_quartiles_agree_with_the_standard_library():
    draw = np.random.default_rng(2)
    values = draw.random(31).tolist()
    one = risk_summary(index(values, [NAN] * 31), pd.Series(["x"] * 31)).groups.iloc[0]
    wanted = statistics.quantiles(values, n=4, method="inclusive")
    assert one[["lower_quartile", "median", "upper_quartile"]].tolist() == pytest.approx(wanted)


def test_nothing_computed_is_no_data():
    found = risk_summary(index([NAN], [NAN]), pd.Series(["x"]))
    assert found.note == "no_data" and found.n == 0
    assert found.components["mean"].isna().all() and found.groups["median"].isna().all()
    assert found.table() == found.by_method() == Parts()
