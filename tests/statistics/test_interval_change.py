"""How probable it is that a change has the sign it shows, under three correlations, and when nothing is said."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.measurement import CORRELATIONS, Measured, sign_probabilities, sign_probability

NAMES = dict(zip(CORRELATIONS, ("probability", "probability_50", "probability_90"), strict=True))
Q68 = norm.ppf(0.84)


@pytest.mark.parametrize("correlation", CORRELATIONS)
def test_published_standard_deviations_against_brute_force(correlation):
    draw = np.random.default_rng(23)
    errors = draw.multivariate_normal([0, 0], [[1, correlation], [correlation, 1]], size=400_000)
    first, last = Measured(0.5, 0.4, 0.6, 0.09), Measured(0.42, 0.35, 0.5, 0.06)
    below = 0.42 + 0.06 * errors[:, 1] < 0.5 + 0.09 * errors[:, 0]
    assert getattr(sign_probability(first, last), NAMES[correlation]) == pytest.approx(below.mean(), abs=0.003)


def split_normal(z: np.ndarray, mode: float, low: float, high: float) -> np.ndarray:
    """Return draws of a split normal with 68% bounds from scores, by looking its distribution up on a grid."""
    down, up = (mode - low) / Q68, (high - mode) / Q68
    grid = np.linspace(mode - 9 * down - 1e-9, mode + 9 * up + 1e-9, 200_001)
    density = np.where(grid < mode, norm.pdf(grid, mode, max(down, 1e-12)) * down, norm.pdf(grid, mode, up) * up)
    cumulated = np.cumsum(density) / density.sum()
    return np.interp(norm.cdf(z), cumulated, grid)


@pytest.mark.parametrize("correlation", CORRELATIONS)
@pytest.mark.parametrize(
    ("first", "last"),
    [((0.62, 0.566, 0.695), (0.505, 0.447, 0.567)), ((0.3, 0.28, 0.4), (0.35, 0.2, 0.37)),
     ((0.9, 0.7, 0.92), (0.8, 0.5, 0.95))],
)  # fmt: skip
def test_bounds_alone_against_brute_force(first, last, correlation):
    draw = np.random.default_rng(29)
    one = draw.normal(size=400_000)
    other = correlation * one + math.sqrt(1 - correlation**2) * draw.normal(size=400_000)
    change = split_normal(other, *last) - split_normal(one, *first)
    expected = ((change > 0) == (last[0] > first[0])).mean()
    found = sign_probability(Measured(*first), Measured(*last))
    assert found.errors == "bounds"
    assert getattr(found, NAMES[correlation]) == pytest.approx(expected, abs=0.003)


def test_a_rise_and_the_fall_that_undoes_it_are_equally_probable():
    a, b = Measured(0.3, 0.28, 0.4), Measured(0.35, 0.2, 0.37)
    assert sign_probability(a, b).probability == pytest.approx(sign_probability(b, a).probability, abs=1e-9)
    assert sign_probability(a, b).difference == -sign_probability(b, a).difference == 0.05


def test_a_bound_at_the_end_of_the_scale_has_no_width_on_that_side():
    found = sign_probability(Measured(1.0, 0.9, 1.0), Measured(0.8, 0.7, 0.9))
    # The first error lies below 1 throughout: half a normal distribution.
    draw = np.random.default_rng(37).normal(size=(400_000, 2)) / Q68 * 0.1
    assert found.probability == pytest.approx((1 - abs(draw[:, 0]) > 0.8 + draw[:, 1]).mean(), abs=0.003)
    certain = sign_probability(Measured(0.8, 0.8, 0.8), Measured(0.7, 0.6, 0.8))
    assert certain.probability == pytest.approx(norm.cdf(Q68), abs=1e-6)


@pytest.mark.parametrize(
    ("first", "last", "note", "errors"),
    [
        (Measured(0.5, 0.4, 0.6, 0.1), Measured(0.5, 0.4, 0.6, 0.1), "no_change_coded", "sd"),
        (Measured(0.5, 0.4, 0.6), Measured(0.5, 0.4, 0.6), "no_change_coded", "bounds"),
        (Measured(0.5, 0.4, 0.6, 0.1), Measured(0.5, 0.4, 0.6, 0.2), "same_value", "sd"),
        (Measured(0.5, 0.4, 0.6), Measured(0.5, 0.4, 0.7), "same_value", "bounds"),
        (Measured(0.5, 0.5, 0.5, 0.0), Measured(0.6, 0.6, 0.6, 0.0), "no_width", "sd"),
        (Measured(0.5, 0.5, 0.5), Measured(0.6, 0.6, 0.6), "no_width", "bounds"),
        (Measured(0.5, None, None), Measured(0.5, None, None), "no_bounds", None),
        (Measured(0.5, None, None, 0.1), Measured(0.4, 0.3, 0.5), "no_bounds", None),
        (Measured(0.5, 0.4, float("nan")), Measured(0.4, 0.3, 0.5), "no_bounds", None),
        (Measured(None), Measured(0.4, 0.3, 0.5), "not_observed", None),
        (Measured(0.4, 0.3, 0.5), Measured(float("nan")), "not_observed", None),
    ],
)
def test_where_there_is_no_probability_the_note_says_why(first, last, note, errors):
    found = sign_probability(first, last)
    assert (found.note, found.errors) == (note, errors) and {getattr(found, one) for one in NAMES.values()} == {None}
    assert (found.difference is None) == (note == "not_observed")


def test_one_number_that_differs_is_a_change():
    """All four numbers count: of equal values with other bounds it is not said that nothing was coded."""
    base = (0.5, 0.4, 0.6, 0.1)
    for place, other in ((0, 0.51), (1, 0.41), (2, 0.61), (3, 0.11)):
        changed = Measured(*(other if i == place else number for i, number in enumerate(base)))
        assert sign_probability(Measured(*base), changed).note != "no_change_coded"


def test_faults_are_named():
    with pytest.raises(ModelError, match=r"polyarchy.*outside its bounds"):
        sign_probability(Measured(0.5, 0.6, 0.7), Measured(0.4, 0.3, 0.5), term="polyarchy")
    with pytest.raises(ModelError, match="outside"):
        sign_probability(Measured(0.5, None, 0.4), Measured(0.4, 0.3, 0.5))
    with pytest.raises(ModelError, match=r"standard deviation is -0\.1"):
        sign_probability(Measured(0.5, sd=-0.1), Measured(0.4, sd=0.1))
    with pytest.raises(ModelError, match="level"):
        sign_probability(Measured(0.5, 0.4, 0.6), Measured(0.4, 0.3, 0.5), level=68)


def indicators() -> pd.DataFrame:
    rows = [
        ("b", 2014, 0.5, 0.45, 0.56, 0.05), ("b", 2024, 0.3, 0.25, 0.34, 0.05),
        ("a", 2014, 0.5, 0.4, 0.6, None), ("a", 2024, 0.45, 0.35, 0.52, None),
        ("c", 2014, 0.5, 0.4, 0.6, None),
        ("d", 2014, 0.5, None, None, None), ("d", 2024, 0.4, None, None, None),
        ("e", 1999, 0.5, 0.4, 0.6, 0.1),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["term", "year", "value", "low", "high", "sd"])


def test_several_terms_keep_those_without_a_probability():
    found = sign_probabilities(indicators(), 2014, 2024)
    table = found.frame.set_index("term")
    assert table.index.tolist() == ["a", "b", "c", "d", "e"]
    assert table["errors"].fillna("").tolist() == ["bounds", "sd", "", "", ""]
    assert table["note"].tolist() == ["compared", "compared", "not_observed", "no_bounds", "not_observed"]
    assert table.loc["b", "probability"] == pytest.approx(norm.cdf(0.2 / math.hypot(0.05, 0.05)))
    assert table["probability"].isna().tolist() == [False, False, True, True, True]
    assert table.loc["d", "difference"] == -0.1
    pd.testing.assert_frame_equal(found.frame, sign_probabilities(indicators().iloc[::-1], 2014, 2024).frame)
    bare = sign_probabilities(indicators().drop(columns="sd"), 2014, 2024).frame.set_index("term")
    assert bare.at["b", "errors"] == "bounds" and bare.loc["a"].equals(table.loc["a"])
    none = sign_probabilities(indicators()[:0], 2014, 2024).frame
    assert none.empty and list(none) == list(found.frame)


def test_faults_of_a_frame_are_named():
    with pytest.raises(ModelError, match="from 2024 to 2014"):
        sign_probabilities(indicators(), 2024, 2014)
    with pytest.raises(ModelError, match="absent, 'low'"):
        sign_probabilities(indicators().drop(columns="low"), 2014, 2024)
