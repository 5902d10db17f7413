"""The search of the front page: where it must lead, what it looks through, and all about a country."""

from __future__ import annotations

import html
import json
import re
import shutil
import tomllib
from pathlib import Path

import pytest

from ogp_analysis.base.countries import country
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import front_page, manifest

from ..reports import ROOT, project
from .test_pages_in_a_browser import browser, opened  # noqa: F401
from .test_surveillance_contracting import FOLLOWED, NOTEBOOK, SPYWARE, TRACKER, names

SEARCHES = tomllib.loads((ROOT / "tests/publishing/pages/searches.toml").read_text("utf-8"))["search"]
DECLARED = tomllib.loads((ROOT / "notebooks/runs.toml").read_text("utf-8"))["front"]["countries"]
WORD = re.compile(r"[^\W\d_]\w{2,}")


@pytest.fixture(scope="module")
def front(site, tmp_path_factory) -> Path:
    """The front page of those runs of the repository's list that are made for the tests."""
    home = project(tmp_path_factory.mktemp("searched") / "home").home
    for run in manifest.everything(Project(ROOT)):
        if (made := site.home / "reports" / run.place).is_dir():
            shutil.copytree(made, home / "reports" / run.place)
    return front_page.write(Project(home))


@pytest.fixture(scope="module")
def index(front) -> dict:
    return json.loads(re.search(r'id="index">(.*?)</script>', front.read_text("utf-8"), re.S)[1])


def texts(index: dict, page: dict) -> list[str]:
    """Every text of a page of the index."""
    kept = [index["texts"][number] for part in ("lead", "said", "cells") for number in page[part]]
    return [*kept, *page["often"], page["more"]]


def is_it(front: Path, wanted: str, path: str) -> bool:
    notebook, *asked = wanted.split()
    record = json.loads((front.parent / path).parents[1].joinpath("run.json").read_text("utf-8"))
    parameters = {name: str(value) for name, value in record["parameters"].items()}
    return record["notebook"] == notebook and parameters.items() >= dict(one.split("=") for one in asked).items()


@pytest.mark.parametrize("screen", ["en", "es"])
def test_every_search_leads_where_it_must(front, browser, screen):  # noqa: F811
    page, said = opened(browser, front)
    if screen == "es":
        page.click("#switch")
    wrong = []
    for search in SEARCHES:
        page.fill("#search", search["q"])
        found = page.locator("#found li a").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
        first = found[: 3 if len(search["to"]) > 1 else 1]
        language = search.get("language", screen)
        of_screen = [one for one in first if language != screen or Path(one).parent.name == screen]
        if not all(any(is_it(front, wanted, one) for one in of_screen) for wanted in search["to"]):
            wrong.append((search["q"], first))
        if not search["to"] and found:
            wrong.append((search["q"], found))
    assert wrong == [] and said == []
    assert len(SEARCHES) >= 30
    for word in ("surveillance", "vigilancia", "spyware"):
        page.fill("#search", word)
        found = page.locator("#found li").evaluate_all("(all) => all.map((one) => one.dataset.notebook)")
        assert "country_profile" not in found[:5], word
    page.close()


def test_the_page_on_searches_has_the_same_table():
    rows = re.findall(r"^\| `(.+?)` \| (.+?) \| (.*?) \|$", (ROOT / "docs/searches.md").read_text("utf-8"), re.M)
    wanted = [(one["q"], ", ".join(f"`{to}`" for to in one["to"]) or "nothing", one.get("language", "either"))
              for one in SEARCHES]  # fmt: skip
    assert rows == wanted


def test_everything_on_a_country_is_what_names_it(site, front, browser):  # noqa: F811
    page, _ = opened(browser, front)

    def listed(link: str) -> set[str]:
        page.goto(front.as_uri() + link)
        shown = page.locator("#reports .group li:visible")
        return set(shown.evaluate_all("(all) => all.map((one) => one.dataset.notebook)"))

    assert '../../../index.html#country=MEX"' in site.report("country_profile", event_date="2017-05-23").page
    assert listed("#country=MEX") == {
        "country_profile", "compare", "shock_case_study", "commitment_tracker", "what_came_of_it", "safeguards",
        "promises_on_surveillance", "surveillance_contracting", "spyware_and_civic_space", "procurement_integrity",
    }  # fmt: skip
    assert page.locator("#reports .group li:visible[data-notebook=procurement_integrity]").count() == 2
    assert listed("#country=GEO") >= {"country_profile", "promises_on_surveillance", "safeguards", "what_came_of_it"}
    assert listed("#country=KEN") == {"country_profile", "safeguards", "what_came_of_it"}
    page.close()


@pytest.mark.parametrize("notebook", DECLARED)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_report_names_the_countries_under_which_it_is_listed(site, notebook, language):
    said = html.unescape(site.report(notebook, language=language).page)
    assert [iso3 for iso3 in DECLARED[notebook] if getattr(country(iso3), f"name_{language}") not in said] == []


def test_it_looks_through_nothing_but_what_the_page_prints(front, index):
    assert len(json.dumps(index, ensure_ascii=False).encode()) < 400_000
    seen = 0
    for notebook, runs in index["pages"].items():
        for slug, languages in runs.items():
            for language, page in languages.items():
                folder = front.parent / notebook / slug / language
                files = [folder / "index.html", *folder.glob("tables/*.csv")]
                text = " ".join(file.read_text("utf-8") for file in files)
                printed = {*WORD.findall(html.unescape(re.sub(r"<[^>]+>", " ", text.replace("<wbr>", ""))).lower())}
                words = {*WORD.findall(" ".join(texts(index, page)).lower())}
                assert words - printed == set(), folder
                seen += len(words)
    assert seen > 10_000


@pytest.mark.parametrize("notebook", [NOTEBOOK, TRACKER, SPYWARE, FOLLOWED])
def test_the_search_names_nobody_whom_nobody_reviewed(index, notebook):
    pages = [page for run in index["pages"][notebook].values() for page in run.values()]
    assert [names("\n".join(texts(index, page)), notebook) for page in pages] == [set(), set()]
    assert names("\n".join([*texts(index, pages[0]), "Zyxwara Pérezotl"]), notebook) >= {"Zyxwara"}
