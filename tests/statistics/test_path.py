"""The path of one unit."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.change import Path, path


def series(*values, unit="AAA", first=2000) -> pd.DataFrame:
    return pd.DataFrame({"unit": unit, "year": range(first, first + len(values)), "value": values})


@pytest.mark.parametrize(
    ("values", "case"),
    [
        ((0.1, 0.2, 0.4), "rose"),
        ((0.1, 0.3, 0.2, 0.4), "rose"),
        ((0.4, 0.2, 0.1), "fell"),
        ((0.4, 0.4, 0.4), "flat"),
        ((0.4,), "one_year"),
        ((), "not_observed"),
        ((0.5, 0.9, 0.1, 0.3), "moved"),
        ((0.5, 0.9, 0.1), "moved"),
        ((0.5, 0.1, 0.9), "moved"),
        ((0.1, 0.9, 0.2), "moved"),
        ((0.772, 0.773, 0.701), "moved"),
    ],
)
def test_the_shape_of_a_path(values, case):
    found = path(series(*values), "AAA")
    assert found.shape == case.replace("one_year", "flat") and (found.n == 1) == (case == "one_year")


def test_extremes_are_the_earliest_of_equals_and_missing_years_are_none():
    frame = series(0.5, None, 0.9, 0.9, 0.2, 0.2)
    assert path(frame, "AAA") == Path("AAA", 2000, 2005, 0.5, 0.2, 2002, 0.9, 2004, 0.2, "moved", 5, "fell")


def test_a_window_and_another_unit_are_left_out():
    frame = pd.concat([series(0.5, 0.9, 0.1), series(9.0, 9.0, 9.0, unit="BBB")])
    found = path(frame, "AAA", first=2001, last=2001)
    assert (found.first, found.last, found.n, found.peak_value) == (2001, 2001, 1, 0.9)
    assert path(frame, "CCC").n == 0


TURNS = [
    ((0.5, 0.52, 0.49, 0.53), {0: 0.5, 3: 0.53}),  # never by the step
    ((0.5, 0.55), {0: 0.5, 1: 0.55}),  # just by the step, exact in decimals
    ((0.3, 0.1, 0.15), {0: 0.3, 1: 0.1, 2: 0.15}),
    ((0.9, 0.9, 0.7, 0.7), {0: 0.9, 3: 0.7}),  # ends where it has stood
    ((0.5, 0.9, 0.88, 0.91, 0.6, 0.62), {0: 0.5, 3: 0.91, 4: 0.6, 5: 0.62}),
    ((0.52, 0.5, 0.8, 0.6), {1: 0.5, 2: 0.8, 3: 0.6}),  # a first move of less than the step
    ((0.5,), {0: 0.5}),
]


@pytest.mark.parametrize(("values", "turns"), TURNS)
def test_turning_points_are_those_between_which_it_moved_by_the_step(values, turns):
    assert ogp.statistics.turning_points(pd.Series(values), 0.05).to_dict() == turns
    upside_down = ogp.statistics.turning_points(1 - pd.Series(values), 0.05)
    assert list(upside_down.index) == list(turns)


def test_turning_points_hold_for_any_series():
    """From each to the next it moved by the step, and on the way it never turned back by as much."""
    rng = np.random.default_rng(20261201)
    for _ in range(200):
        values = pd.Series(rng.normal(0, 0.04, 12).cumsum().round(3))
        points = ogp.statistics.turning_points(values, 0.05)
        moves = points.diff().round(9).iloc[1:]
        assert (moves.iloc[:-1].abs() >= 0.05).all() and points.index[-1] == 11
        for (start, _), (end, move) in pairwise(points.diff().items()):
            part = values.loc[start:end] * np.sign(move)
            assert (part.cummax() - part).max() < 0.05 - 1e-9


@pytest.mark.parametrize("values", [[], [0.5, None]])
def test_turning_points_of_what_is_missing_are_refused(values):
    with pytest.raises(ModelError, match="without gaps"):
        ogp.statistics.turning_points(pd.Series(values, dtype="float64"), 0.05)
