"""What holds of every page of every report, in both languages."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from urllib.parse import quote

import pytest

from ogp_analysis.base.words.catalogue import FIGURE_MIME, TABLE_MIME
from ogp_analysis.base.paths import Project
from ogp_analysis.base.words.sentence import SENTENCE_MIME
from ogp_analysis.publishing.runs import run_record

from ..reports import USUAL, Report, pages

#: Common words of one language that are none in the other, and no part of a name.
STOP_WORDS = {
    language: {
        word
        for line in (Path(__file__).parents[1] / "data" / f"stop_words_{language}.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
        for word in line.split()
    }
    for language in ("en", "es")
}
NOTEBOOKS = sorted({*USUAL, "data_quality", "ogp_process", "commitment_tracker"})
NAMES = re.compile(
    r"\]\([^)]*\)|https?://\S+|\w*_\w*|\b\w+(?:\.\w+)+\b|“[^”]*”|«[^»]*»|`[^`]*`|\S*/\S*|read-\d\S*|CC BY\S*|\bEl País\b"
)
NO_VALUE = re.compile(r"\b(?:nan|NaN|NaT|None(?! of)|inf)\b|<NA>|\{\w+\}")
CAUSES = re.compile(
    r"because of(?! fewer)|caused by|led to|due to|as a result of|debido a|provocó|(?<!qué lo )causó|a causa de|gracias a"
)
PLURAL = re.compile(r"(?<![\d.,–-])\b1 (?:countries|years|rows|tables|cells|events|países|años|filas|tablas|celdas)\b")
#: Words of judgement, which no page about signals uses.
VERDICTS = re.compile(
    r"\b(guilty|fraud\w*|crim\w+|illegal\w*|culpab\w+|delit\w+|ilegal\w*|banderas?|red flags?)\b", re.I
)


@pytest.fixture(scope="module")
def every(site) -> dict[str, list[Report]]:
    return {notebook: list(pages(site, notebook)) for notebook in NOTEBOOKS}


def outputs(report: Report) -> list[dict]:
    notebook = json.loads((report.folder / "notebook.ipynb").read_text(encoding="utf-8"))
    return [output for cell in notebook["cells"] for output in cell.get("outputs", [])]


def told(report: Report) -> str:
    """Return the words of a page that are ours: sentences, captions, headings, drawings, no cells."""
    found = [words for drawing in report.drawings for words in re.findall(r"<!-- (.*?) -->", drawing)]
    for data in (output.get("data", {}) for output in outputs(report)):
        found += ["".join(data["text/plain"])] if SENTENCE_MIME in data else []
        for carried in (data[kind] for kind in (FIGURE_MIME, TABLE_MIME) if kind in data):
            found += [carried["caption"], carried.get("alt", ""), *(c["label"] for c in carried.get("columns", ()))]
    return NAMES.sub(" ", " ".join(found))


def read(report: Report) -> str:
    """Return what stands on a page, without code."""
    page = re.sub(r"<(style|script|details|pre|code)\b.*?</\1>", " ", report.page, flags=re.S)
    return html.unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))


def test_every_report_is_read_back_listed_and_cited_whatever_its_parameters(site):
    folders = {file.parent for file in (site.home / "reports").glob("[a-z]*/*/run.json")}
    published = run_record.published(Project(site.home))
    assert {site.home / "reports" / Path(*place) for place in published} == folders
    listed = (site.home / "reports" / "index.html").read_text(encoding="utf-8")
    assert [place for place in published if quote("/".join(place)) not in listed] == []
    asked = next(folder for folder in sorted(folders) if folder.parent.name == "compare")
    cited = site.run("cite", str(asked))
    assert cited.returncode == 0 and "Parameters: countries = " in cited.stdout


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_page_is_in_one_language(every, notebook):
    for report in every[notebook]:
        columns = (
            {"year", *(row["variable"] for row in report.rows("missing_by_column"))}
            if notebook == "data_quality"
            else set()
        )
        found = set(re.findall(r"[a-záéíóúñü]+", told(report).lower())) - columns
        other = {"en": "es", "es": "en"}[report.language]
        assert sorted(found & STOP_WORDS[other]) == [], report.folder
        assert len(found & STOP_WORDS[report.language]) > 30 and f'lang="{report.language}"' in report.page


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_page_shows_no_error_no_value_that_is_none_no_cause_and_no_verdict(every, notebook):
    assert every[notebook]
    for report in every[notebook]:
        assert {output["output_type"] for output in outputs(report)} <= {"display_data", "execute_result"}
        said = read(report)
        for odd in (NO_VALUE, PLURAL):
            assert odd.findall(said) == [], report.folder
        assert CAUSES.findall(told(report).lower()) == [], report.folder
        assert notebook != "procurement_integrity" or VERDICTS.findall(said) == [], report.folder


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_page_is_brief_at_a_glance_and_says_its_limit(every, notebook):
    for report in every[notebook]:
        sentences = [output["data"][SENTENCE_MIME] for output in outputs(report) if SENTENCE_MIME in output["data"]]
        roles = [one["role"] for one in sentences]
        assert roles.count("headline") == roles.count("limit") == 1, report.folder
        dated = "asked" in {one["name"] or one["key"] for one in sentences}  # a date that was asked for has its own
        assert roles.count("finding") <= 4 + dated and roles.count("number") <= 3, report.folder
