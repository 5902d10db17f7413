"""The reports of notebooks on the published files."""

from __future__ import annotations

import pytest

from ..reports import Site

FULL = {"edition": "full"}
CHOICES = (
    ("country_profile", {**FULL, "country": "MEX"}),
    ("civic_space_overview", {**FULL}),
    ("civic_space_overview", {**FULL, "second_measure": "wjp_3"}),
    ("which_measure", {**FULL}),
    ("which_measure", {**FULL, "country": "MEX"}),
    ("forecast_scores", {**FULL}),
    ("shock_case_study", {**FULL}),
    ("procurement_integrity", {**FULL, "dataset": ["compranet_2017", "comprasmx_imss_2026"]}),
)


@pytest.fixture(scope="session")
def full_site(full_edition) -> Site:
    """The project on the published files, with reports."""
    site = Site(full_edition)
    done = site.run_all(CHOICES)
    assert done.returncode == 0, done.stdout + done.stderr
    return site
