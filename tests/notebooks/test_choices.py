"""Whatever is chosen: a report that says what it can, or one sentence that says why there is none."""

from __future__ import annotations

import csv
import html
import json
import re

import pytest

from .. import reports
from ..reports import REGIONS

FLAT_LINE = {
    "en": "a flat line is not evidence that nobody was spied on",
    "es": "una línea plana no prueba que no se haya espiado a nadie",
}
#: Words that claim a cause, in both languages.
CAUSES = re.compile(r"because of|caused by|led to|due to|as a result of|debido a|provocó|causó|a causa de|gracias a")
MIME = "application/vnd.ogp-analysis.sentence+json"


REFUSED = [message for notebook, _, message in reports.REFUSED if notebook != "procurement_integrity"]


def sentences(report) -> list[dict]:
    """Return the sentences of an executed notebook, each with its role, key, case and text."""
    notebook = json.loads((report.folder / "notebook.ipynb").read_text(encoding="utf-8"))
    found = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if MIME in data:
                found.append({**data[MIME], "text": "".join(data["text/plain"])})
    return found


def said(report, key: str) -> list[str]:
    return [one["text"] for one in sentences(report) if one["name"] == key or one["key"] == key]


def table(report, name: str) -> list[dict]:
    with (report.folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def profile(site, country="MEX", **wanted):
    return site.report("country_profile", country=country, **wanted)


def pages(site):
    return reports.pages(site, "country_profile", "civic_space_overview")


def read(report) -> str:
    """Return what stands on a page, without code."""
    page = re.sub(r"<(style|script|details|pre|code)\b.*?</\1>", " ", report.page, flags=re.S)
    return html.unescape(re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))


def test_no_report_holds_a_warning_an_error_or_a_value_that_is_no_value(site):
    for report in pages(site):
        notebook = json.loads((report.folder / "notebook.ipynb").read_text(encoding="utf-8"))
        kinds = {o["output_type"] for c in notebook["cells"] for o in c.get("outputs", [])}
        assert kinds <= {"display_data", "execute_result"}, report.folder.name
        assert re.findall(r"\b(?:nan|NaN|NaT|None(?! of)|inf)\b|<NA>|\{\w+\}", read(report)) == [], report.folder.name


def test_every_report_is_brief_at_a_glance_and_says_what_it_cannot_show(site):
    for report in pages(site):
        roles = [one["role"] for one in sentences(report)]
        assert 1 <= roles.count("finding") <= 4 and roles.count("number") <= 3, report.folder.name
        [limit] = [one["text"] for one in sentences(report) if one["role"] == "limit"]
        assert FLAT_LINE[report.language] in limit, report.folder.name


def test_no_report_names_a_cause(site):
    for report in pages(site):
        assert CAUSES.findall(read(report).lower()) == [], report.folder.name


def test_no_count_of_one_is_followed_by_a_plural(site):
    plural = r"(?<![\d.,–-])\b1 (?:countries|years|rows|tables|cells|events|países|años|filas|tablas|celdas)\b"
    for report in pages(site):
        assert re.findall(plural, read(report)) == [], report.folder.name


def test_a_change_may_begin_before_the_first_year_shown(site):
    short, usual = profile(site, first_year=2015), profile(site, event_date="2017-05-23")
    for name in ("change_5", "change_10", "peak"):
        assert len(said(short, name)) == 1
        assert said(short, name) == said(usual, name)
    assert table(short, "changes") == table(usual, "changes")
    assert table(short, "bounded_changes") == table(usual, "bounded_changes")
    assert [row["year"] for row in table(short, "values")] == [str(year) for year in range(2015, 2024)]


def test_years_before_the_data_are_counted_as_asked_for_and_empty(site):
    early = profile(site, first_year=1990)
    assert said(early, "years") == [
        "Years asked for: 34. Years in which the core index has a value for Mexico: 24."]  # fmt: skip
    assert said(early, "empty") == ["Cells (indicator and year) for Mexico: 510; without a value: 181."]
    assert [row["v2xcs_ccsi"] for row in table(early, "values")][:11] == [""] * 10 + ["0.758"]


def test_years_after_the_data_end_with_the_last_that_has_a_value(site):
    later = profile(site, last_year=2030)
    assert said(later, "edition") == ["Data edition: embedded; last year with a value of the core index: 2023."]
    assert said(later, "change_10")[0].startswith("Over 10 years, from 2013 to 2023, it fell: −0.071")
    assert "changed by −0.178" in said(later, "peak")[0]
    assert {(row["first_value"], row["last_value"]) for row in table(later, "bounded_changes")} == {
        (row["first_value"], row["last_value"]) for row in table(profile(site, event_date="2017-05-23"),
                                                                 "bounded_changes")}  # fmt: skip


def test_a_membership_that_came_later_is_told_and_not_drawn(site):
    early = profile(site, last_year=2010)
    assert "one of the eight founders of OGP, launched on 20 September 2011" in said(early, "ogp.standing")[0]
    drawing = (early.folder / "figures" / "core_index.svg").read_text(encoding="utf-8")
    assert "Member since" not in drawing and "Founder" not in drawing and ">Not in OGP<" in drawing and ">2010<" in drawing


def test_one_year_is_a_page_too(site):
    one = profile(site, first_year=2023)
    assert said(one, "headline") == ["Civic space in Mexico, 2023"]
    assert said(one, "path") == ["There is only one value: 0.701 in 2023."]
    assert said(one, "peak")[0].startswith("How far it lies below its own peak since 2012 cannot be computed")
    none = profile(site, first_year=2024, last_year=2024)
    assert not said(none, "peak")
    assert "has no value for Mexico in the years shown" in said(none, "latest")[0]
    assert [row["last_value"] for row in table(none, "bounded_changes")] != ["", "", ""]


@pytest.mark.parametrize("date", ["1995-06-01", "2000-06-01"])
def test_a_date_without_values_around_it_is_not_described(site, date):
    report = profile(site, event_date=date)
    [only] = said(report, "event")
    assert only == "The years shown begin in 2000, so the path around the date is not described."
    assert not said(report, "path_since")


def test_mexico_around_the_day_the_core_group_left(site):
    report = profile(site, event_date="2017-05-23")
    assert said(report, "event") == [
        "Values around it: 0.772 in 2016, the year before; 0.801 in 2017. The path from there on:"]  # fmt: skip
    assert said(report, "path_since") == [
        "It was 0.772 in 2016 and 0.701 in 2023; the highest value of these years was 0.879, first reached in 2019, the "
        "lowest 0.688, first reached in 2022."]  # fmt: skip
    assert "not that this event caused what followed" in said(report, "event_set")[0]
    spanish = profile(site, event_date="2017-05-23", language="es")
    assert said(spanish, "path_since")[0].startswith("Fue de 0.772 en 2016 y de 0.701 en 2023; el valor más alto")
    assert "no que lo de ese día haya causado" in said(spanish, "event_set")[0]


def test_no_interval_published_is_shown_for_every_index_of_version_14(site):
    rows = table(profile(site, event_date="2017-05-23"), "indicators")
    bounds = {row["indicator"]: row["bounds"] for row in rows}
    assert {bounds[name] for name in bounds if "(V-Dem v14)" in name} == {"no interval published"}
    assert {bounds[name] for name in bounds if "(V-Dem v15)" in name} == {"68% interval"}
    assert len(bounds) == 11
    spanish = table(profile(site, event_date="2017-05-23", language="es"), "indicators")
    assert [r["bounds"] for r in spanish].count("no se publica intervalo") == 8


def test_a_country_that_v_dem_sees_in_parts_says_so(site):
    report = profile(site, country="PSE")
    assert said(report, "latest") == [
        "The core civil society index (V-Dem 14) has no value for Palestine in the years shown, so this page cannot "
        "say how it moved. The table of sources names what V-Dem covers under other units."
    ]
    assert "West Bank" in table(report, "scope")[0]["units_without_iso3"]
    tested = {row["term"]: row["difference"] for row in table(report, "bounded_changes")}
    assert tested["Voice and accountability"] and not tested["Electoral democracy (v15)"]
    assert sorted(file.stem for file in (report.folder / "figures").glob("*.svg")) == ["coverage", "measures_bounds"]


@pytest.mark.parametrize(
    ("country", "standing"),
    [
        ("USA", "The United States was one of the eight founders of OGP, launched on 20 September 2011 (confidence: high)."),
        ("USA", "Its government withdrew by a letter of 15 January 2026 (press report; confidence medium; the government's letter names"),
        ("AZE", "the date of its letter of intent (confidence: high). Its formal entry is of April 2012."),
        ("BEN", "Benin joined OGP between 13 November 2024 and 29 April 2025; its letter of intent is not dated in the"),
        ("BEN", "records used here (confidence: medium)."),
        ("GEO", "OGP suspended its membership on 14 October 2024; no page of OGP that we read says that this has"),
        ("GEO", "One news outlet reports that OGP ended its membership on 13 April 2026; no text of OGP was seen."),
    ],
)
def test_standing_is_told_as_far_as_it_is_known(site, country, standing):
    report = profile(site, country=country)
    assert standing in " ".join([*said(report, "ogp.standing"), *said(report, "ogp.now")])


@pytest.mark.parametrize("region", REGIONS)
def test_every_region_has_an_overview(site, region):
    report = site.report("civic_space_overview", region=region, language="es", outcome="v2xcs_ccsi")
    [movement] = said(report, "overview.glance.movement")
    n = int(re.search(r"de (\d+) países", movement)[1])
    assert 10 < n < 60
    assert sum(int(row["count"]) for row in table(report, "quadrants")) == n


def test_measures_of_other_scales_and_versions_are_told_apart(site):
    shared = site.report("civic_space_overview", outcome="v2xcs_ccsi", year=2012)
    assert "they share inputs" in said(shared, "overview.agreement")[0]
    assert "No interval is published for Core civil society index" in said(shared, "overview.bounds")[0]
    bounded = site.report("civic_space_overview", outcome="v2x_polyarchy_v15", second_measure="va_est")
    assert "Bounds are published" in said(bounded, "overview.bounds")[0]
    missing = re.search(r"cover, but not both of these: (\d+)", (bounded.folder / "index.html").read_text(encoding="utf-8"))
    assert int(missing[1]) > 0
    rows = table(bounded, "quadrants")
    halves = [int(rows[0]["count"]) + int(rows[1]["count"]), int(rows[0]["count"]) + int(rows[2]["count"])]
    total = int(rows[0]["n"])
    assert all(abs(half - total / 2) <= 1 for half in halves), "cut at the medians of the countries that are shown"
    scored = site.report("civic_space_overview", outcome="v2csreprss", second_measure="v2x_libdem", year=2022)
    assert float(table(scored, "movers")[0]["difference"]) > 0 > float(table(scored, "movers")[-1]["difference"])


@pytest.mark.parametrize("message", REFUSED)
def test_what_cannot_be_shown_is_said_in_one_sentence(site, message):
    assert f"0 current, {len(reports.REFUSED)} failed" in site.stdout
    [fault] = [line for line in site.failed if message in line]
    assert fault.startswith("1 failed: ") and not re.search(r"\w+Error|Traceback|In \[", fault)
