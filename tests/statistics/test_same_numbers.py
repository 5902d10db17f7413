"""Every estimator gives the same numbers under any hash seed and with rows in any order, to the last bit."""

from __future__ import annotations

import os
import subprocess
import sys

SCRIPT = """
import sys
import numpy as np, pandas as pd
import ogp_analysis as ogp

s, rng = ogp.statistics, np.random.default_rng(1)
frame = pd.DataFrame([(u, t) for u in "abcdefghij" for t in range(2004, 2024)], columns=["unit", "year"])
frame["x"] = rng.normal(size=200)
frame["y"] = frame["x"] + np.repeat(rng.normal(size=10), 20) + rng.normal(size=200).cumsum() / 5
frame["sd"], frame["kind"] = 0.1, rng.choice(["p", "q", "r"], 200)
frame["done"] = np.digitize(frame["y"], [-1, 0, 1])
frame = frame.sample(frac=1, random_state=int(sys.argv[1]))
own = frame[frame["unit"] == "c"]
fits = [
    s.ols(frame, "y", ["x", "kind"], clusters=["unit", "year"]),
    s.ols(frame, "y", ["x"], fixed=["unit", "year"], clusters="unit"),
    s.random_effects(frame, "y", ["x"], "unit"),
    s.trend(own, "y", "year"),
    s.interrupted(own, "y", "year", 2014),
    s.ordered_logit(frame, "done", ["x", "kind"], clusters="unit", odds=True, at={"x": [0.0, 1.0]}),
    s.with_measurement_error(own, "y", s.interrupted(own, "y", "year", 2014), time="year", sd="sd", draws=50),
]
for fit in fits:
    print(fit.frame.to_csv())
print(fits[0].frame.shape, s.table(fits[:2]).to_latex())
print(s.ols(frame, "y", ["x"], clusters="unit").wild_bootstrap("x", draws=99))
print(fits[5].odds.to_csv(), fits[5].predicted.to_csv())
found = s.breaks(own, "y", "year", ["x"])
print(found.partitions.to_csv(), found.segments.to_csv(), found.sup_f)
placed = s.placebo(frame, ["y", "x"], "unit", "year", treated="c", event=2014, band=1.0)
print(placed.frame.to_csv(), placed.estimates_of_all.to_csv(), placed.rejections.to_csv())
ask = {"outcome": "y", "unit": "unit", "time": "year"}
frame["first"] = frame["unit"].map({"a": 2012, "b": 2012, "c": 2012, "d": 2015, "e": 2015, "f": 2015})
for method in ("callaway_santanna", "sun_abraham", "imputation", "two_way"):
    adopted = s.did(frame, **ask, cohort="first", method=method, covariates=["x"] if method == "two_way" else [])
    print(adopted.frame.to_csv(), adopted.cells.to_csv(), adopted.pretrends)
print(s.did(frame, **ask, cohort="first").sensitivity(bounds=[1]).frame.to_csv())
predictors = [("x", None, None), ("y", 2010, 2013)]
for one in (s.synthetic_control(frame, **ask, treated="c", event=2014, predictors=predictors),
            s.synthetic_did(frame, **ask, treated=["c", "d"], event=2014)):
    print(one.frame.to_csv(), one.donors.to_csv(), one.path.to_csv())
"""


def test_hash_seeds_and_the_order_of_rows_change_nothing():
    said = [
        subprocess.run([sys.executable, "-c", SCRIPT, seed], env={**os.environ, "PYTHONHASHSEED": seed},
                       capture_output=True, text=True, check=True).stdout
        for seed in ("0", "3", "5")
    ]  # fmt: skip
    assert said[0] == said[1] == said[2] and len(said[0]) > 10_000
