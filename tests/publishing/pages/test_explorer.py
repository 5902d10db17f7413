"""The explorer, in a browser, from disk."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

import ogp_analysis as ogp
from ogp_analysis.base.indicators import indicator
from ogp_analysis.publishing.pages import explorer

IDS = ["v2xcs_ccsi", "va_est", "ert_regime"]


@pytest.fixture(scope="module")
def panel():
    return ogp.panel(IDS, 1996, 2024)


@pytest.fixture(scope="module")
def page(panel, tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("explorer") / "explore.html"
    file.write_bytes(explorer.explorer(panel))
    return file


def data(page: Path) -> dict:
    return json.loads(
        re.search(r'<script type="application/json" id="data">(.*?)</script>', page.read_text("utf-8"))[1]
    )


def test_what_others_wrote_is_unmodified_and_has_its_licence():
    folders = sorted(Path(ogp.__file__).parent.glob("**/vendor/*"))
    assert [folder.name for folder in folders] == ["world-atlas", "minisearch", "uplot"]
    for folder in folders:
        told = tomllib.loads((folder / "source.toml").read_text(encoding="utf-8"))
        assert (
            set(told["sha256"]) == {file.name for file in folder.iterdir()} - {"source.toml"}
            and "LICENSE" in told["sha256"]
        )
        for name, digest in told["sha256"].items():
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
        assert told["title"] and told["version"] and told["licence"] and told["url"].startswith("https://")


def test_it_holds_the_published_values_of_scales_that_may_be_passed_on(page, panel):
    held = data(page)
    assert set(held["measures"]) == {"v2xcs_ccsi", "va_est"}, "categories are not a line"
    assert all(indicator(id).redistribute for id in held["measures"])
    frame = panel.frame.set_index(["iso3", "year"])["va_est"].dropna()
    flat = {(c, int(y)): v for c, years in held["measures"]["va_est"]["values"].items() for y, v in years.items()}
    assert flat == pytest.approx(frame.to_dict()) and held["measures"]["va_est"]["breaks"] == [2002]
    assert held["measures"]["v2xcs_ccsi"]["values"]["MEX"]["2019"] == 0.879


def test_what_may_be_drawn_only_is_not_in_it(panel, tmp_path):
    file = tmp_path / "explore.html"
    file.write_bytes(explorer.explorer(replace(panel, drawn_only=("va_est",))))
    assert set(data(file)["measures"]) == {"v2xcs_ccsi"}


def test_no_text_of_the_data_ends_its_element(panel, monkeypatch):
    evil = "</script><script>alert(1)</script>"
    monkeypatch.setattr(explorer, "word", lambda key, spoken: evil)
    html = explorer.explorer(panel).decode()
    assert html.count("<script") == 2 and "</script><script>alert" not in html


def test_countries_are_chosen_and_the_address_keeps_the_choice(open_page, page):
    shown = open_page(page)
    assert shown.locator("#chosen li").count() == 3 and shown.complaints == []
    for text, fault in (
        ("kenia", ""),
        ("Perú", ""),
        ("united", "United Arab Emirates, United Kingdom"),
        ("Narnia", "No country of that name"),
    ):
        shown.fill("#country", text)
        shown.click("#choice button")
        assert fault in shown.locator("#fault").inner_text() and bool(shown.locator("#fault").inner_text()) == bool(
            fault
        )
    shown.click("#chosen button[aria-label='Remove Hungary']")
    shown.select_option("#measure", "va_est")
    assert shown.evaluate("location.hash") == "#m=va_est&c=MEX,KEN,PER&l=en"
    again = open_page(page.with_name("explore.html"), fragment="#m=va_est&c=MEX,PER,XXX&l=es")
    assert again.locator("#table thead th").all_inner_texts() == ["Año", "México", "Perú"]
    assert again.locator("#name").inner_text().startswith("Voz y rendición de cuentas")
    assert again.locator("#chosen a").first.get_attribute("href") == "index.html#country=MEX"


def test_no_more_countries_than_can_be_told_apart(open_page, page):
    codes = ["MEX", "KEN", "HUN", "USA", "FRA", "DEU", "CHL", "PER"]
    shown = open_page(page, fragment="#c=" + ",".join([*codes, "BRA"]))
    assert shown.locator("#chosen li").count() == len(codes) == explorer.MOST
    shown.fill("#country", "Brazil")
    shown.keyboard.press("Enter")
    assert "At most 8" in shown.locator("#fault").inner_text()


def test_values_are_read_with_the_arrow_keys_and_stand_in_a_table_and_a_file(open_page, page, panel):
    shown = open_page(page, fragment="#m=va_est&c=MEX&l=en")
    beside = shown.locator(".u-legend .u-value")
    assert beside.all_inner_texts() == ["2023", "−0.115"], "of the last year, until the pointer is on another"
    shown.hover("#chart .u-over", position={"x": 2, "y": 20})
    assert beside.all_inner_texts() == shown.locator("#table tbody tr").first.inner_text().split() != ["2023", "−0.115"]
    shown.hover("h1")
    assert beside.all_inner_texts() == ["2023", "−0.115"]
    shown.focus("#chart")
    shown.keyboard.press("End")
    assert shown.locator("#said").inner_text() == "2023: Mexico −0.115"
    for _ in range(21):
        shown.keyboard.press("ArrowLeft")
    assert shown.locator("#said").inner_text() == "2002: Mexico 0.346"
    shown.keyboard.press("ArrowLeft")
    assert shown.locator("#said").inner_text().startswith("2000:"), "a break is not a year"
    rows = shown.locator("#table tbody tr").all_inner_texts()
    assert rows[-1].split() == ["2023", "−0.115"]
    with shown.expect_download() as saved:
        shown.click("#csv")
    with Path(saved.value.path()).open(encoding="utf-8", newline="") as handle:
        written = {int(row["year"]): float(row["value"]) for row in csv.DictReader(handle)}
    own = panel.frame[panel.frame["iso3"] == "MEX"].set_index("year")["va_est"].dropna()
    assert written == pytest.approx(own.to_dict()) and saved.value.suggested_filename == "va_est.csv"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_it_fits_its_screen(open_page, page, width, scheme):
    shown = open_page(page, width, scheme, fragment="#c=MEX,KEN,BIH,STP,USA")
    assert shown.complaints == []
    assert shown.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert shown.locator("#chart canvas").count() == 1
