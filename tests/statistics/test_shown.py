"""Every fitted result is drawn without a fault and tabled, in both languages."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ogp_analysis import statistics
from ogp_analysis.base.words import use_language


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    rows = pd.DataFrame([(f"u{i:02}", t) for i in range(12) for t in range(2004, 2024)], columns=["unit", "year"])
    rows["x"] = rng.normal(size=len(rows))
    rows["y"] = rows["x"] + rng.normal(size=len(rows)).cumsum() / 5
    rows["done"], rows["sd"] = np.digitize(rows["y"], [-1, 0, 1]), 0.1
    rows["first"] = rows["unit"].map(dict.fromkeys(["u00", "u01", "u02"], 2012) | dict.fromkeys(["u03", "u04"], 2015))
    return rows


def own() -> pd.DataFrame:
    return frame().query("unit == 'u03'")


COLUMNS = {"outcome": "y", "unit": "unit", "time": "year"}
FITS = {
    "ols": lambda: statistics.ols(frame(), "y", ["x"], clusters="unit"),
    "ordered_logit": lambda: statistics.ordered_logit(frame(), "done", ["x"], clusters="unit"),
    "interrupted": lambda: statistics.interrupted(own(), "y", "year", 2014),
    "breaks": lambda: statistics.breaks(own(), "y", "year"),
    "placebo": lambda: statistics.placebo(frame(), "y", "unit", "year", treated="u03", event=2014),
    "measurement": lambda: statistics.with_measurement_error(
        own(), "y", statistics.interrupted(own(), "y", "year", 2014), time="year", sd="sd", draws=50
    ),
    "did": lambda: statistics.did(frame(), **COLUMNS, cohort="first"),
    "bounds": lambda: statistics.did(frame(), **COLUMNS, cohort="first").sensitivity(bounds=[1]),
    "synthetic_control": lambda: statistics.synthetic_control(frame(), **COLUMNS, treated="u03", event=2014),
    "synthetic_did": lambda: statistics.synthetic_did(frame(), **COLUMNS, treated="u03", event=2014),
}


@pytest.fixture(params=["en", "es"])
def spoken(request):
    use_language(request.param)
    yield request.param
    use_language("en")


@pytest.mark.parametrize("kind", FITS)
def test_a_fit_is_drawn_and_tabled(kind, spoken):
    fit = FITS[kind]()
    assert fit.plot().faults() == [] and fit.table().to_latex()
