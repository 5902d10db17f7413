"""axe-core finds nothing serious on any kind of page, in either language, light and dark, wide and narrow."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

import ogp_analysis as ogp
from ogp_analysis.publishing.pages.explorer import explorer
from ogp_analysis.publishing.pages.render import render
from ogp_analysis.publishing.pages.site import site

SCREENS = [(1280, "light"), (390, "dark")]


def faults(page) -> list[str]:
    """Return what axe-core finds that is serious or worse, with everything that is folded opened."""
    axe = Axe()
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    found = axe.run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
@pytest.mark.parametrize("language", ["make", "spanish"])
def test_a_report(request, open_page, tmp_path, language, width, scheme):
    make = request.getfixturevalue(language)
    file = tmp_path / "index.html"
    file.write_bytes(render(make.full(), make.identity()).files["index.html"])
    assert faults(open_page(file, width, scheme, bypass_csp=True)) == []


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
@pytest.mark.parametrize("locale", ["en-GB", "es-MX"])
def test_the_front_page(open_page, tmp_path, locale, width, scheme):
    file = tmp_path / "index.html"
    about = {"notebook": "country_profile", "edition": "embedded", "last_year": 2024, "question": "How open is it?"}
    entries = [
        {**about, "slug": f"s{n}", "title": f"Title {n}", "language": language, "parameters": {"country": country},
         "id": f"{n:012x}", "path": f"country_profile/s{n}/index.html",
         "findings": {"answer": "It fell.", "since": "It rose."}}
        for n, (language, country) in enumerate([("en", "MEX"), ("es", "MEX"), ("en", "KEN")])
    ]  # fmt: skip
    file.write_bytes(site(entries, {}, {"country_profile": ["answer", "since"]}, explored=True))
    assert faults(open_page(file, width, scheme, locale=locale, bypass_csp=True)) == []


@pytest.mark.parametrize(("width", "scheme"), SCREENS)
@pytest.mark.parametrize("locale", ["en-GB", "es-MX"])
def test_the_explorer(open_page, tmp_path, locale, width, scheme):
    file = tmp_path / "explore.html"
    file.write_bytes(explorer(ogp.panel(["v2xcs_ccsi", "va_est"], 1996, 2023)))
    assert faults(open_page(file, width, scheme, locale=locale, bypass_csp=True)) == []


def test_a_fault_would_be_seen(open_page, tmp_path):
    file = tmp_path / "page.html"
    file.write_text('<!DOCTYPE html><html><body><img src="data:,"><p style="color:#ccc">faint</p></body></html>')
    found = " ".join(faults(open_page(file, bypass_csp=True)))
    assert all(rule in found for rule in ("image-alt", "html-has-lang", "color-contrast"))
