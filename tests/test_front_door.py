"""The front door as a researcher meets it in JupyterLab: what Tab offers, and what a mistake is told."""

from __future__ import annotations

import pytest
from jupyter_client.manager import start_new_kernel

import ogp_analysis as ogp
from ogp_analysis.base.errors import OgpAnalysisError


def test_the_first_tab_offers_the_names():
    manager, client = start_new_kernel()
    try:
        client.execute_interactive("import ogp_analysis as ogp")
        offered = client.complete("ogp.", reply=True, timeout=120)["content"]["matches"]
        below = client.complete("ogp.civic_space.", reply=True, timeout=120)["content"]["matches"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert {"load", "datasets", "civic_space", "procurement"} <= set(offered)
    assert {"panel", "measures", "CORE_INDICES"} <= set(below)


@pytest.mark.parametrize(
    ("ask", "fault"),
    [
        (lambda: ogp.civic_space.panel("v2xcs_csi", 2000, 2023), "Did you mean v2xcs_ccsi"),
        (lambda: ogp.load("vdem", "intervals"), "has no table 'intervals'"),
        (lambda: ogp.open_government.timeline("Mexco"), "Mexico"),
        (lambda: ogp.procurement.contracts("compranet_1917"), "compranet_2017"),
        (lambda: ogp.quality.check("vdem.v99"), "Tables are v12, v14, v15"),
    ],
)
def test_a_mistake_is_one_sentence_with_what_is_near(ask, fault):
    with pytest.raises(OgpAnalysisError, match=fault) as refused:
        ask()
    assert "\n" not in str(refused.value)


def test_one_indicator_need_not_be_a_list_and_a_country_goes_by_any_name():
    panel = ogp.civic_space.panel("v2xcs_ccsi", 2020, 2021)
    assert "v2xcs_ccsi" in panel.frame and panel.countries("México").frame["iso3"].unique().tolist() == ["MEX"]
