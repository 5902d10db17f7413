"""The built pages: nothing in them comes from another host."""

from __future__ import annotations

import re
import shutil

import pytest
from lxml import html

#: Attributes by which a page loads something, or sends something away; a link that a reader follows is none.
LOADS = {"src", "srcset", "data", "poster", "action", "formaction", "background", "manifest"}
ELSEWHERE = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*:)?//|^\s*https?:", re.IGNORECASE)
IN_STYLES = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


def from_elsewhere(page: str) -> list[str]:
    """Return the addresses at other hosts that a page would load by itself."""
    found = []
    for element in html.fromstring(page).iter():
        if not isinstance(element.tag, str):
            continue
        loads = LOADS | ({"href"} if element.tag in {"link", "base", "image", "use"} else set())
        found += [value for name, value in element.attrib.items() if name in loads and ELSEWHERE.search(value)]
        styles = [element.get("style", ""), (element.text or "") if element.tag == "style" else ""]
        found += in_styles(" ".join(styles))
        if element.get("http-equiv", "").lower() == "refresh":
            found.append(element.get("content", ""))
    return found


def in_styles(text: str) -> list[str]:
    return [one for pair in IN_STYLES.findall(text) for one in pair if ELSEWHERE.search(one)]


def test_no_page_loads_anything_from_another_host(site):
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 100
    found = {page.relative_to(site): found for page in pages if (found := from_elsewhere(page.read_text("utf-8")))}
    assert found == {}


def test_no_style_sheet_does(site):
    sheets = sorted(site.rglob("*.css"))
    assert sheets
    assert {sheet: found for sheet in sheets if (found := in_styles(sheet.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    "page",
    [
        '<script src="https://cdn.example.org/mathjax.js"></script>',
        '<link rel="stylesheet" href="//fonts.example.org/css">',
        "<style>@import 'https://fonts.example.org/css';</style>",
        '<p style="background: url(http://example.org/a.png)">x</p>',
        '<img srcset="https://example.org/a.png 2x">',
    ],
)
def test_a_page_that_did_would_be_found(page):
    assert from_elsewhere(f"<html><body>{page}</body></html>")


def test_a_link_to_follow_is_no_load():
    assert from_elsewhere('<html><body><a href="https://example.org">x</a><img src="a.png"></body></html>') == []


def test_a_browser_asks_no_other_host_for_anything(site):
    """What scripts load shows only when they run."""
    if CHROMIUM is None:
        pytest.skip("there is no chromium")
    from playwright.sync_api import sync_playwright

    asked, said = [], []
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: said.append(str(error)))
        for name in ("index.html", "reference/generated/results.html", "search.html", "codebook/indicators.html"):
            page.goto((site / name).as_uri())
            assert page.locator("h1").count() == 1
        browser.close()
    assert len(asked) > 10 and said == []
    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []
