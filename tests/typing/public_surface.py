"""What a type checker knows of the front door; checked by ``make check``, never run.

A line that must be a mistake says so with its ``type: ignore``; the checker refuses one that ignores nothing.
"""

from typing import assert_type

import pandas as pd

import ogp_analysis as ogp
from ogp_analysis.display.figure import Figure

assert_type(ogp.load("vdem"), pd.DataFrame)
assert_type(ogp.datasets(), pd.DataFrame)
assert_type(ogp.indicators("civil society"), pd.DataFrame)
assert_type(ogp.country("Mexico").iso3, str)

panel = ogp.panel("v2xcs_ccsi", 2000, 2023)
assert_type(panel.frame, pd.DataFrame)
assert_type(panel.plot("v2xcs_ccsi"), Figure)
assert_type(panel.countries("HUN").frame, pd.DataFrame)

assert_type(ogp.open_government.promises("Mexico").frame, pd.DataFrame)
assert_type(ogp.open_government.response_policy_cases(ogp.load("ogp_status_events", "events")), pd.DataFrame)
assert_type(ogp.procurement.contracts("compranet_2017").frame, pd.DataFrame)
assert_type(ogp.statistics.proportion(3, 10).share, float | None)
fit = ogp.statistics.ols(panel.frame, "v2xcs_ccsi", ["year"], clusters="iso3")
assert_type(fit.frame, pd.DataFrame)
assert_type(fit["year"].estimate, float | None)
assert_type(ogp.statistics.table([fit]).to_latex(), str)
assert_type(ogp.statistics.breaks(panel.frame, "v2xcs_ccsi", "year").plot(), Figure)
adopted = ogp.statistics.did(panel.frame, outcome="v2xcs_ccsi", unit="iso3", time="year", cohort="ogp_cohort")
assert_type(adopted.cells, pd.DataFrame)
assert_type(adopted.sensitivity().breakdown, float | None)
one = ogp.statistics.synthetic_control(
    panel.frame, outcome="v2xcs_ccsi", unit="iso3", time="year", treated="MEX", event=2017
)

_ = ogp.nothing  # type: ignore[attr-defined]
_ = ogp.civic_space.nothing  # type: ignore[attr-defined]
_ = panel.nothing  # type: ignore[attr-defined]
ogp.load(3)  # type: ignore[arg-type]
ogp.panel()  # type: ignore[call-arg]
