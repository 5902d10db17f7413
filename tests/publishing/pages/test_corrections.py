"""Every report says how to ask for a correction, and leads to what was corrected and withdrawn."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from ogp_analysis.publishing.pages.carried import read
from ogp_analysis.publishing.pages.corrections import NAME, corrections
from ogp_analysis.publishing.pages.document import _document
from ogp_analysis.publishing.pages.render import render
from ogp_analysis.publishing.pages.site import site

ROOT = Path(__file__).resolve().parents[3]
ASKED = {"en": "Anyone may ask for a correction", "es": "Cualquiera puede pedir una corrección"}
NOWHERE = {"en": "names no address of the project", "es": "no indica ninguna dirección del proyecto"}


def said(page: str) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


@pytest.mark.parametrize("url", ["https://software.example/ogp", None, "javascript:alert(1)"])
def test_a_page_says_whom_to_write_to_and_links_the_corrections(make, url):
    page = render(make.full(), make.identity(url=url)).files["index.html"].decode()
    assert f'href="../../../{NAME}#en"' in page and ASKED["en"] in said(page)
    known = url is not None and url.startswith("https")
    assert ("Write in the tracker of the repository: https://software.example/ogp." in said(page)) is known
    assert (NOWHERE["en"] in said(page)) is not known
    assert 'href="javascript' not in page


def test_a_report_on_paper_says_it_too(make):
    printed = str(_document(read(make.full()), make.identity(url=None), [], []))
    assert ASKED["en"] in printed and NOWHERE["en"] in printed and NAME in printed


def test_the_corrections_of_the_repository_stand_in_one_page_in_both_languages():
    text = (ROOT / "CORRECTIONS.md").read_text(encoding="utf-8")
    page = corrections(text).decode()
    english, spanish = (re.search(rf'<section id="{one}".*?</section>', page, re.S)[0] for one in ("en", "es"))
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    counts = [one.count("<tr") for one in (english, spanish)]
    assert sum(counts) == len(rows) > 30 and counts[0] == counts[1]
    assert "How to ask" in english and "Cómo pedir una corrección" in spanish and "Cómo pedir" not in english
    assert not re.findall(r'href="(?!#|index\.html|data:)', page), "nothing that a folder of reports lacks"


def test_without_the_file_the_page_says_how_to_ask_and_that_it_holds_no_list():
    page, held = corrections("").decode(), corrections((ROOT / "CORRECTIONS.md").read_text(encoding="utf-8")).decode()
    assert ASKED["en"] in page and ASKED["es"] in page
    for said in ("holds no list of what was corrected", "no contiene la lista de lo que se corrigió"):
        assert said in page and said not in held


def test_the_front_page_leads_to_it():
    page = site([], {}).decode()
    assert [f'href="{NAME}#{one}"' in page for one in ("en", "es")] == [True, True]
