from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.regression import ols, random_effects


def panel(units: int = 20, spread: float = 2.0, goes_with: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    frame = pd.DataFrame([(u, t) for u in range(units) for t in range(6)], columns=["unit", "year"])
    effect = rng.normal(size=units) * spread
    frame["x"] = rng.normal(size=len(frame)) + goes_with * effect[frame["unit"]]
    frame["y"] = frame["x"] + effect[frame["unit"]] + rng.normal(size=len(frame))
    return frame


def test_it_is_the_least_squares_of_what_is_left_of_the_means():
    frame = panel()
    fit = random_effects(frame.sample(frac=1, random_state=1), "y", ["x"], "unit")
    means = frame.groupby("unit")[["x", "y"]].transform("mean")
    left = frame[["x", "y"]] - fit.share * means
    slope, _ = np.linalg.lstsq(np.column_stack([left["x"], np.full(len(left), 1 - fit.share)]), left["y"], rcond=None)[
        0
    ]
    assert fit["x"].estimate == pytest.approx(slope)
    assert 0.5 < fit.share < 1 and fit.degrees == 118


def test_without_effects_it_is_least_squares():
    frame = panel(spread=0.0)
    fit = random_effects(frame, "y", ["x"], "unit")
    assert fit.share == 0.0
    assert fit["x"].estimate == pytest.approx(ols(frame, "y", ["x"])["x"].estimate)


def test_hausman_finds_effects_that_go_with_the_terms():
    assert random_effects(panel(units=60, goes_with=1.0), "y", ["x"], "unit").hausman_p < 0.001
    quiet = random_effects(panel(units=60), "y", ["x"], "unit")
    assert quiet.hausman_p > 0.01


def test_no_hausman_where_the_difference_is_no_covariance():
    rng = np.random.default_rng(1)
    frame = pd.DataFrame([(u, t) for u in range(6) for t in range(4)], columns=["unit", "year"])
    frame["x"] = rng.normal(size=24)
    frame["y"] = frame["x"] + rng.normal(size=24)
    fit = random_effects(frame, "y", ["x"], "unit", level=0.9)
    assert fit.hausman is None and fit.hausman_p is None
    assert fit["x"].level == 0.9


def test_a_panel_with_gaps_is_refused():
    with pytest.raises(ModelError, match=r"units have 5 to 6 rows\. Give a balanced panel"):
        random_effects(panel().iloc[1:], "y", ["x"], "unit")
    with pytest.raises(ModelError, match="2 units are too few for 1 terms"):
        random_effects(panel(units=2), "y", ["x"], "unit")
