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
MIME = "application/vnd.ogp-analysis.sentence+json"


REFUSED = [message for _, _, message in reports.REFUSED]


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


def test_every_report_is_brief_at_a_glance_and_says_what_it_cannot_show(site):
    for report in pages(site):
        roles = [one["role"] for one in sentences(report)]
        dated = "asked" in {one["name"] or one["key"] for one in sentences(report)}  # a date asked for has its own
        assert 1 <= roles.count("finding") <= 4 + dated and roles.count("number") <= 3, report.folder.name
        [limit] = [one["text"] for one in sentences(report) if one["role"] == "limit"]
        assert FLAT_LINE[report.language] in limit, report.folder.name


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
    assert (
        "Member since" not in drawing and "Founder" not in drawing and ">Not in OGP<" in drawing and ">2010<" in drawing
    )


def test_one_year_is_a_page_too(site):
    one = profile(site, first_year=2023)
    assert said(one, "headline") == ["Civic space in Mexico, 2023"]
    assert said(one, "path") == ["There is only one value: 0.701 in 2023."]
    assert said(one, "no_extremes")[0].startswith("How far it lies from its own highest and lowest values since 2012 cannot")
    none = profile(site, first_year=2024, last_year=2024)
    assert not said(none, "peak") and not said(none, "no_extremes")
    assert "has no value for Mexico in the years shown" in said(none, "latest")[0]
    assert [row["last_value"] for row in table(none, "bounded_changes")] != ["", "", ""]


@pytest.mark.parametrize("date", ["1995-06-01", "2000-06-01"])
def test_a_date_without_values_around_it_is_not_described(site, date):
    report = profile(site, event_date=date)
    [only] = said(report, "event")
    assert only == "The years shown begin in 2000, so the path around the date is not described."
    assert not said(report, "path_since")


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


def test_measures_of_other_scales_and_versions_are_told_apart(site):
    shared = site.report("civic_space_overview", outcome="v2xcs_ccsi", year=2012)
    assert "they share inputs" in said(shared, "agreement")[0]
    assert "No interval is published for Core civil society index" in said(shared, "bounds")[0]
    bounded = site.report("civic_space_overview", outcome="v2x_polyarchy_v15", second_measure="va_est")
    assert "Bounds are published" in said(bounded, "bounds")[0]
    missing = re.search(
        r"cover, but not both of these: (\d+)", (bounded.folder / "index.html").read_text(encoding="utf-8")
    )
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
