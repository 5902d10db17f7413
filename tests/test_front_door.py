"""The front door as a researcher meets it in JupyterLab: what Tab offers."""

from __future__ import annotations

from jupyter_client.manager import start_new_kernel


def test_the_first_tab_offers_the_names():
    manager, client = start_new_kernel()
    try:
        client.execute_interactive("import ogp_analysis as ogp")
        offered = client.complete("ogp.", reply=True, timeout=120)["content"]["matches"]
        below = client.complete("ogp.civic_space.", reply=True, timeout=120)["content"]["matches"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    assert {"load", "datasets", "panel", "civic_space", "procurement"} <= set(offered)
    assert {"CATEGORIES", "CORE_INDICES"} <= set(below)
