"""The two pages of civic space on the published files: every measure that is there is shown, and none is given away."""

from __future__ import annotations

import csv
import html
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest

from ogp_analysis.civic_space.views import SERIES
from ogp_analysis.base.indicators import indicators
from ogp_analysis.display.figure import NARROW_MIME

from ..reports import pages

ROOT = Path(__file__).resolve().parents[2]
#: Outputs that are drawings, wide and narrow.
DRAWINGS = ("image/svg+xml", NARROW_MIME)
CLOSED = [one for one in indicators() if not one.redistribute]
PAGES = [("country_profile", {"country": "MEX"}), ("civic_space_overview", {"second_measure": "v2x_polyarchy"})]


@pytest.fixture(scope="module")
def full(full_site):
    return full_site


@pytest.fixture(scope="module")
def secrets(full) -> set[str]:
    """Every value of a series that may be drawn only, as it is written out, if it has at least four digits."""
    found: set[str] = set()
    for dataset, table, column in sorted({(o.dataset, o.table, o.column) for o in CLOSED} | set(SERIES.values())):
        frame = pd.read_parquet(full.home / "data" / "processed" / "full" / dataset / f"{table}.parquet")
        for value in frame[column].dropna().unique():
            text = f"{float(value):.10g}"
            found |= {text} if len(re.sub(r"\D", "", text.lstrip("-0."))) >= 4 else set()
    assert len(found) > 5000
    return found


def table(report, name: str) -> list[dict]:
    with (report.folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def written(report) -> dict[str, str]:
    """Return every file of a report that holds text, by name, without the drawings in it."""
    texts = {}
    for file in sorted(report.folder.rglob("*")):
        if file.suffix in (".csv", ".json", ".tex", ".bib", ".ris") and file.name != "run.json":
            texts[file.name] = file.read_text(encoding="utf-8")
    page = re.sub(r'src="data:[^"]*"', "", report.page)
    texts["index.html"] = html.unescape(re.sub(r"<svg\b.*?</svg>", "", page, flags=re.S))
    notebook = json.loads((report.folder / "notebook.ipynb").read_text(encoding="utf-8"))
    outputs = [o.get("data", {}) for c in notebook["cells"] for o in c.get("outputs", [])]
    kept = [{mime: content for mime, content in data.items() if mime not in DRAWINGS} for data in outputs]
    texts["notebook.ipynb"] = json.dumps(kept)
    return texts


def reports(full):
    return pages(full, *(name for name, _ in PAGES))


def test_no_value_that_may_be_drawn_only_is_in_any_file_but_a_drawing(full, secrets):
    seen = 0
    for report in reports(full):
        open_values = published(report)
        for name, text in written(report).items():
            numbers = set(re.findall(r"(?<![\w.])-?\d+\.\d+(?![\w.])", text.replace("−", "-")))
            assert (numbers & secrets) - open_values == set(), f"{report.folder.name}/{name}"
            seen += 1
    assert seen >= 5 * 8


def published(report) -> set[str]:
    """Return the numbers of the tables whose rows are of open series, as files and as pages write them."""
    rows = [row for name in ("values", "changes", "movers", "bounded_changes", "correlated_errors", "indicators",
                             "cohorts", "other_changes")
            if (report.folder / "tables" / f"{name}.csv").exists() for row in table(report, name)]  # fmt: skip
    rows += [row for row in table(report, "other_measures") if "drawn_only" not in row.values()]
    cells = {cell for row in rows for cell in row.values() if re.fullmatch(r"-?\d+\.\d+", cell)}
    return cells | {f"{float(cell):.{decimals}f}" for cell in cells for decimals in (2, 3)}


@pytest.mark.parametrize(("notebook", "wanted"), PAGES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_measure_is_shown_and_none_is_absent(full, notebook, wanted, language):
    report = full.report(notebook, language=language, **wanted)
    drawings = {file.stem for file in report.folder.glob("figures/*.svg")}
    assert {
        "measures_bounds",
        "measures_freedom_house",
        "measures_monitors",
        "measures_idea",
        "surveillance",
    } <= drawings
    assert ("measures_barriers" in drawings) == (notebook == "country_profile")
    assert not (report.folder / "tables" / "absent_measures.csv").exists()
    told = {row["values"] for row in table(report, "what_measures_ask")}
    assert (
        told == {"en": {"listed and drawn", "drawn only"}, "es": {"escritos y dibujados", "solo dibujados"}}[language]
    )
    assert len(table(report, "what_measures_ask")) == 33 + 2 * (notebook == "country_profile")


@pytest.mark.parametrize("language", ["en", "es"])
def test_measures_that_may_be_drawn_only_have_years_and_counts_but_no_values(full, language):
    rows = table(full.report("country_profile", country="MEX", language=language), "other_measures")
    closed = [row for row in rows if row["value"] == "drawn_only"]
    assert len(closed) == len(CLOSED) and len(rows) == 33
    for row in closed:
        assert {row[name] for name in ("low", "high", "rank")} == {"not_written"}
        assert row["year"].isdecimal() and int(row["n"]) > 20


def test_measures_of_surveillance_are_three_and_stand_together(full):
    report = full.report("country_profile", country="MEX", language="en")
    drawing = (report.folder / "figures" / "surveillance.svg").read_text(encoding="utf-8")
    words = " ".join(re.findall(r">([^<>]+)</text>", drawing))
    assert all(word in words for word in ("Speaking without fear (D4)", "Privacy", "Little social media monitoring"))
    others = " ".join(file.read_text("utf-8") for file in report.folder.glob("figures/measures_*.svg"))
    assert "Speaking without fear" not in others and ">Privacy<" not in others
    page = html.unescape(re.sub(r"<[^>]+>", "", report.page))
    assert "All measures that ask about surveillance or privacy are drawn together" in page
    assert "none should be quoted alone" in page


def test_a_second_measure_that_may_be_drawn_only_is_cut_at_a_line_that_is_drawn_only(full):
    report = full.report("civic_space_overview", second_measure="wjp_3")
    assert "quadrants.x_cut" not in report.numbers
    assert report.numbers["quadrants.count"]["value"] > 0
    assert report.numbers["agreement.rho"]["value"] > 0.3
    assert "figures/two_measures.csv" not in report.page


@pytest.mark.parametrize(("notebook", "wanted"), [*PAGES, ("shock_case_study", {})])
def test_pages_of_the_full_edition_open_quietly_and_fit(full, notebook, wanted):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("there is no chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for language, width in (("en", 1280), ("es", 390)):
            page = browser.new_page(viewport={"width": width, "height": 900})
            said: list[str] = []
            page.on("console", lambda message, said=said: said.append(message.text))
            page.goto((full.report(notebook, language=language, **wanted).folder / "index.html").as_uri())
            assert said == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert page.evaluate("[...document.images].every(one => one.complete && one.naturalWidth > 0)")
        browser.close()
