"""The real pages in a real browser: nothing against their policy, no sideways scroll, and a list that filters."""

from __future__ import annotations

import shutil
import tomllib

import pytest

from ..reports import ROOT, project

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("there is no chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine:
        started = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def opened(browser, address, width=1280, scheme="light"):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address.as_uri())
    return page, said


@pytest.mark.parametrize(
    "notebook",
    ["country_profile", "civic_space_overview", "ogp_process", "ogp_membership_effect", "commitments", "compare"],
)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_a_report_opens_quietly_and_fits(site, browser, notebook, width, scheme):
    page, said = opened(browser, site.report(notebook, language="es").folder / "index.html", width, scheme)
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1").count() == 1
    pictures = page.locator("img")
    assert all(pictures.nth(i).get_attribute("alt") for i in range(pictures.count()))
    assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
    page.close()


def test_every_report_on_a_country_is_found_by_its_name(site, browser):
    page, said = opened(browser, site.home / "reports" / "index.html")
    page.locator("input[type=search]").fill("mexico")
    found = page.locator("#found a[href*='country_profile/MEX-']")
    assert found.count() == len(list(site.home.glob("reports/country_profile/MEX-*/en"))) > 2
    assert said == []
    page.close()


def test_the_front_page_is_read_in_a_few_screens_and_begins_with_a_picture(site, browser):
    for width, first, most in ((1280, 700, 6_000), (390, 900, 11 * 844)):
        page, said = opened(browser, site.home / "reports" / "index.html", width)
        top = page.locator("main img:visible").first.evaluate("(one) => one.getBoundingClientRect().top")
        assert top <= first and page.evaluate("document.documentElement.scrollHeight") <= most and said == []
        page.close()


def too_long(browser, address) -> list[str]:
    """Return what of a country's page goes beyond its limits, in a browser whose fonts are the widest.

    Before the appendix: five screens and a bit across, twelve on a telephone; the first picture on the first screen.
    """
    weight = address.stat().st_size
    beyond = [f"{weight:,} bytes"] if weight > 600_000 else []
    for width, tall, most in ((1280, 900, 7_000), (390, 844, 12 * 844)):
        page, said = opened(browser, address, width)
        top = "(one) => one.getBoundingClientRect().top + scrollY"
        appendix, picture = (page.locator(one).first.evaluate(top) for one in ("#appendix", "figure"))
        beyond += [f"{width}: appendix at {appendix:,.0f}"] if appendix > most else []
        beyond += [f"{width}: picture at {picture:,.0f}"] if width == 1280 and picture > tall else []
        beyond += said
        page.close()
    return [f"{address.parent.parent.name} {address.parent.name}: {one}" for one in beyond]


@pytest.mark.parametrize(
    ("country", "language", "event_date"),
    [
        *((country, "es", None) for country in ("KEN", "SLV", "MEX", "USA", "AZE", "GEO", "BEN")),
        *((country, "en", None) for country in ("HUN", "TUR", "KEN")),
        *(("MEX", language, "2017-05-23") for language in ("en", "es")),
    ],
)
def test_a_country_is_short_enough_to_be_read(site, browser, country, language, event_date):
    report = site.report("country_profile", country=country, language=language, event_date=event_date)
    assert too_long(browser, report.folder / "index.html") == []


@pytest.mark.audit
def test_every_country_of_the_default_runs_is_short_enough_to_be_read(tmp_path, browser):
    made, runs = project(tmp_path / "home"), tomllib.loads((ROOT / "notebooks" / "runs.toml").read_text())["run"]
    chosen = [(one["notebook"], one["parameters"]) for one in runs if one["notebook"] == "country_profile"]
    assert made.run_all(chosen).returncode == 0
    pages = sorted(made.home.glob("reports/country_profile/*/*/index.html"))
    assert len(pages) == 2 * 87
    assert [one for address in pages for one in too_long(browser, address)] == []


def test_the_explorer_stands_beside_the_list_and_shows_the_published_values(site, browser):
    page, said = opened(browser, site.home / "reports" / "index.html")
    page.click("#explore")
    page.wait_for_selector("#chart canvas")
    assert page.locator("#table tbody tr").last.inner_text().split()[:2] == ["2023", "0.701"] and said == []
    page.close()
