"""The page about a user's files: both languages, nothing hostile, nothing that needs a script."""

from __future__ import annotations

import base64
import hashlib
import html
import re
import shutil

import pytest

from ogp_analysis.procurement.own_files import cleaning_run
from ogp_analysis.procurement.own_files.cleaning_facts import Outcome
from ogp_analysis.procurement.own_files.cleaning_run import said

HOSTILE = '"><script>alert(1)</script>\u202e'
FACTS = {
    "file": f"contratos {HOSTILE}.csv",
    "basis": {"sha256": "ab" * 32, "kind": "compranet"},
    "balance": {"rows_in": 12345, "kept": 12343, "set_aside": 1, "merged": 1, "changed": 2001},
    "generations": ["B2", "D"],
    "tables": {"contracts": 12343, "procedures": 77},
    "outputs": [f"{f}/{name}/x.{f}" for name in ("contracts", "procedures", "record") for f in ("parquet", "csv")],
    "rules": [
        {"action": "changed", "rule": "thousands_commas", "column": HOSTILE, "count": 2000,
         "examples": [{"line": 2, "old": "1,500", "new": "1500"}, {"line": 3, "old": HOSTILE, "new": ""}]},
        {"action": "changed", "rule": "natural_person_masked", "column": "rfc", "count": 1,
         "examples": [{"line": 9, "old": "(natural person)", "new": ""}]},
        {"action": "changed", "rule": "column_not_used", "column": "ARCHIVADO", "count": 7, "examples": []},
        {"action": "set_aside", "rule": "wrong_number_of_cells", "column": "_fault", "count": 1,
         "examples": [{"line": 5, "old": "line 5: 9 cells instead of 8", "new": ""}]},
    ],
}  # fmt: skip


@pytest.fixture
def page(tmp_path):
    def write(language, facts=(FACTS,), done=()):
        return cleaning_run.write_page(tmp_path, list(facts), list(done), language).read_text(encoding="utf-8")

    return write


def text(made: str) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", made.partition("<body>")[2])))


def test_it_says_the_same_in_both_languages(page):
    english, spanish = text(page("en")), text(page("es"))
    assert "Rows in: 12,345 = kept: 12,343 + set aside: 1 + merged: 1." in english
    assert "Filas recibidas: 12,345 = conservadas: 12,343 + apartadas: 1 + fusionadas: 1." in spanish
    assert "(natural person)" in english and "(persona física)" in spanish
    assert "line 5: number of cells 9 instead of 8" in english
    assert "línea 5: número de celdas 9 en vez de 8" in spanish
    assert "CompraNet y ComprasMX, desde 2023" in spanish
    numbers = [re.findall(r"\d[\d,]*", one) for one in (english, spanish)]
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_from_a_file_is_markup_and_the_policy_allows_nothing(page, language):
    made = page(language, done=[Outcome("", "failed", fault=HOSTILE)])
    assert "<script" not in made and "\u202e" not in made and made.count("&lt;script&gt;") >= 4
    assert f'<html lang="{language}">' in made
    policy = html.unescape(re.search(r'Content-Security-Policy" content="([^"]*)"', made)[1])
    style = re.search(r"<style>(.*)</style>", made, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{digest}'"
    assert not re.search(r"\bstyle=|\bon\w+=|javascript:|https?://", made)
    ids = re.findall(r'\bid="([^"]+)"', made)
    assert len(ids) == len(set(ids))
    named = " ".join(re.findall(r'(?:aria-labelledby|href)="#?([\w -]+)"', made)).split()
    assert named and set(named) <= set(ids)


def test_rows_come_before_values_and_unused_columns_stand_apart(page):
    made = text(page("en"))
    assert made.index("a damaged record") < made.index("commas between thousands")
    assert "Columns that no table uses, with their values: ARCHIVADO (7)." in made
    assert made.count("ARCHIVADO") == 1


def test_files_are_listed_only_if_there_are_several(page):
    assert "<nav" not in page("en")
    assert page("en", [FACTS, FACTS | {"file": "b.csv"}]).count("<nav") == 1
    assert "No table has been cleaned" in page("en", [])


def test_what_failed_and_what_was_passed_over_is_named(page):
    done = [Outcome("", w, fault=f) for w, f in (("failed", "a: x"), ("cleaned", ""), ("passed over", "b: y"))]
    made = text(page("es", done=done))
    assert "Sin limpiar a: x" in made and "Se pasó por alto b: y" in made


def test_values_are_never_taken_for_what_the_record_says():
    assert said("(natural person)", "es") == "(persona física)"
    assert said("the same as line 17", "es") == "igual que la línea 17"
    assert said("(3 values)", "es") == "(valores: 3)"
    for text_of_a_file in ("natural person", "the same as line x", "line 5", "{0}"):
        assert said(text_of_a_file, "es") == text_of_a_file


@pytest.fixture(scope="module")
def browser():
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no Chromium on this machine")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.mark.parametrize("media", ["screen", "print"])
@pytest.mark.parametrize("width", [390, 1200])
def test_it_fits_screens_and_paper_and_the_policy_lets_its_style_in(page, browser, tmp_path, media, width):
    page("es", [FACTS, FACTS | {"file": "a" * 90 + ".csv"}])
    shown, complaints = browser.new_page(viewport={"width": width, "height": 800}), []
    shown.on("console", lambda message: complaints.append(message.text))
    shown.emulate_media(media=media)
    shown.goto((tmp_path / cleaning_run.PAGE).as_uri())
    assert complaints == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.evaluate("getComputedStyle(document.querySelector('table')).borderCollapse") == "collapse"
    assert shown.locator("nav").is_visible() == (media == "screen")
    shown.close()
