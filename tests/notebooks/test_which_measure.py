"""What the notebook on the measures says: on the data of the repository, and on the published files."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ..reports import Site

ROOT = Path(__file__).resolve().parents[2]
STOP_WORDS = {
    language: frozenset(
        word
        for line in (ROOT / "tests" / "data" / f"stop_words_{language}.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
        for word in line.split()
    )
    for language in ("en", "es")
}
SENTENCE = "application/vnd.ogp-analysis.sentence+json"
#: Names that are the same in every language: of tables and files (with the sheet of a workbook), and of licences.
NAMES = re.compile(r"\S*[_/]\S*(?: \[[^\]]*\])?|CC BY\S*")
CAUSES = re.compile(r"because of|caused by|led to|due to|as a result of|debido a|provocó|causó|a causa de|gracias a")


def pages(site: Site) -> dict[tuple, Path]:
    """Return the published folders by country and language."""
    made = {}
    for file in sorted((site.home / "reports" / "which_measure").glob("*/run.json")):
        parameters = json.loads(file.read_text(encoding="utf-8"))["parameters"]
        made |= {(parameters["country"], language): file.parent / language for language in ("en", "es")}
    return made


@pytest.fixture(scope="module")
def embedded(site) -> dict[tuple, Path]:
    return pages(site)


@pytest.fixture(scope="module")
def full(full_site) -> dict[tuple, Path]:
    return pages(full_site)


def sentences(folder: Path) -> list[dict]:
    notebook = json.loads((folder / "notebook.ipynb").read_text(encoding="utf-8"))
    found = [o.get("data", {}) for cell in notebook["cells"] for o in cell.get("outputs", [])]
    return [{**data[SENTENCE], "text": "".join(data["text/plain"])} for data in found if SENTENCE in data]


def said(folder: Path, key: str) -> str:
    return " ".join(one["text"] for one in sentences(folder) if one["key"] == key)


def table(folder: Path, name: str) -> list[dict]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def text(folder: Path) -> str:
    """Return what a reader reads, text alternatives included; no code and no names of files, sources and licences."""
    page = (folder / "index.html").read_text(encoding="utf-8")
    body = page.partition("<main")[2].partition('class="cite"')[0]
    body = re.sub(r"<(style|script|details|pre|code|samp|kbd)\b.*?</\1>", " ", body, flags=re.S)
    alts = " ".join(re.findall(r'\balt="([^"]*)"', body))
    return html.unescape(re.sub(r"<[^>]+>", " ", body) + " " + alts)


def words(said: str) -> set[str]:
    return set(re.findall(r"[a-záéíóúñü]+", said.lower()))


def drawn(folder: Path) -> str:
    files = sorted(folder.glob("figures/*.svg"))
    return " ".join(t for file in files for t in re.findall(r">([^<>]+)</text>", file.read_text(encoding="utf-8")))


def check_page(folder: Path, language: str, other: str) -> None:
    found = words(NAMES.sub(" ", text(folder)) + " " + drawn(folder))
    assert sorted(found & STOP_WORDS[other]) == []
    assert len(found & STOP_WORDS[language]) > 40
    assert re.findall(r"\b(?:nan|NaN|NaT|None(?! of)|inf)\b|<NA>|\{\w+\}", text(folder)) == []
    assert CAUSES.findall(text(folder).lower()) == []
    roles = [one["role"] for one in sentences(folder)]
    assert [roles.count(role) for role in ("scope", "finding", "number")] == [1, 1, 1]
    [limit] = [one["text"] for one in sentences(folder) if one["role"] == "limit"]
    flat = {"en": "a flat line is not evidence", "es": "una línea plana no prueba"}[language]
    assert flat in limit


# --- The repository's own data ------------------------------------------------------------------------


@pytest.mark.parametrize("country", [None, "MEX", "AND", "VAT"])
@pytest.mark.parametrize(("language", "other"), [("en", "es"), ("es", "en")])
def test_a_page_of_a_fresh_clone_is_whole_and_in_one_language(embedded, country, language, other):
    check_page(embedded[country, language], language, other)


def test_what_a_fresh_clone_lacks_is_named(embedded):
    page = embedded[None, "en"]
    assert "This edition (embedded) holds 19 of the 50 measures in the catalogue, from 2 publishers" in said(page, "measures.glance.held")
    absent = said(page, "measures.scope.absent")
    assert all(
        name in absent
        for name in (
            "Speaking without fear (D4, FH)",
            "Privacy (WJP)",
            "Press freedom (RSF)",
            "Civic space score (CIVICUS)",
        )
    )
    assert "neither is in this edition" in said(page, "measures.scope.twins")
    assert "No index in this edition asks about the surveillance" in said(page, "measures.glance.limit")
    assert "Little social media monitoring (DSS), Speaking without fear (D4, FH), Privacy (WJP)" in said(
        page, "measures.mexico.absent"
    )
    assert "fewer than two publishers" in said(page, "measures.kappa")


def test_agreement_in_a_fresh_clone_is_not_taken_for_independent(embedded):
    glance = said(embedded[None, "en"], "measures.glance.agreement")
    assert glance.startswith("0.85 is the rank correlation") and "Voice and accountability (WGI)" in glance and "share inputs" in glance
    rows = table(embedded[None, "en"], "core")
    assert len(rows) == 9 and {row["shared"] for row in rows} == {"true", "false"}
    assert all(float(row["low"]) < float(row["rho"]) < float(row["high"]) for row in rows)


def test_mexico_stands_on_every_page_and_no_index_of_vdem_measures_surveillance(embedded):
    for folder in (embedded[None, "en"], embedded["AND", "en"]):
        assert {row["indicator"] for row in table(folder, "mexico")} >= {
            "Core civil society",
            "Voice and accountability (WGI)",
        }
        assert "No V-Dem index shown here asks about the surveillance" in said(folder, "measures.mexico.private")
        values = {row["year"]: row["v2xcs_ccsi"] for row in table(folder, "mexico_values")}
        assert [values[year] for year in ("2012", "2017", "2019", "2023", "2024")] == [
            "0.837", "0.801", "0.879", "0.701", ""]  # fmt: skip


def test_versions_are_revised_by_as_much_as_is_known(embedded):
    assert said(embedded[None, "en"], "measures.revision").startswith(
        "Electoral democracy, V-Dem 14 against V-Dem 15, 2023: units in both: 179; mean absolute difference: 0.006; "
        "largest: +0.036 (Gabon)."
    )
    assert len(table(embedded[None, "en"], "versions")) == 12


def test_countries_furthest_apart_have_their_denominator(embedded):
    glance = said(embedded[None, "en"], "measures.glance.world")
    assert "of 175 countries" in glance and "Niger" in glance
    rows = table(embedded[None, "en"], "furthest_apart")
    assert len(rows) == 15 and rows[0]["place"] == "Niger"
    assert "Of 175 countries" in said(embedded[None, "en"], "measures.world.directions")


def test_a_country_has_its_directions_and_the_measures_that_part(embedded):
    page = embedded["MEX", "en"]
    assert "of 13 with comparable values in both 2013 and 2023, 11 fell, 1 rose and 1 did not change" in said(
        page, "measures.glance.country")  # fmt: skip
    assert said(page, "measures.country.rose") == "Rose from 2013 to 2023: Private civil liberties."
    rows = {row["indicator"]: row for row in table(page, "places")}
    # Shares of ranks among common countries are not those of the table, which are of each measure's own.
    assert said(page, "measures.country.places").startswith("Among the 175 countries with a value in all the measures")
    assert (rows["Core civil society"]["rank"], rows["Core civil society"]["n"]) == ("103", "175")
    assert sum(row["direction"] == "fell" for row in rows.values()) == 11


def test_a_country_of_one_publisher_and_one_of_none_are_pages_too(embedded):
    andorra = embedded["AND", "en"]
    assert [row["indicator"] for row in table(andorra, "places")] == ["Voice and accountability (WGI)"]
    assert "do not all have a value for Andorra" in said(andorra, "measures.country.places")
    assert said(embedded["VAT", "en"], "measures.country.absent").startswith("No measure of this edition has a value")
    assert not (embedded["VAT", "en"] / "tables" / "places.csv").exists()


def test_correlations_carry_their_interval_and_shares_of_countries_none(embedded):
    numbers = json.loads((embedded[None, "en"] / "numbers.json").read_text(encoding="utf-8"))
    rho = numbers["measures.glance.agreement.highest_rho"]
    assert rho["low"] < rho["value"] < rho["high"] and rho["level"] == 0.95
    share = numbers["measures.glance.world.share"]
    assert share["unit"] == "share" and 0 < share["value"] < 1
    assert share["low"] is share["high"] is share["level"] is None, "countries are counted, not drawn"


# --- The published files -------------------------------------------------------------------------------


@pytest.mark.parametrize("country", [None, "MEX"])
@pytest.mark.parametrize(("language", "other"), [("en", "es"), ("es", "en")])
def test_a_page_of_the_published_files_is_whole_and_in_one_language(full, country, language, other):
    check_page(full[country, language], language, other)


def test_surveillance_and_privacy_come_first_in_mexico(full):
    page = full["MEX", "en"]
    keys = [one["key"] for one in sentences(page) if one["key"].startswith("measures.mexico")]
    assert keys == [f"measures.mexico.{name}" for name in ("dsp", "d4", "wjp", "private", "others")]
    assert "Mexico has the same value, 0.832, in each of 19 years, 2000 to 2018. It asks about social media and not" in said(
        page, "measures.mexico.dsp")  # fmt: skip
    assert "rated 3 in each of 13 years, 2012 to 2024" in said(page, "measures.mexico.d4")
    assert "highest in 2015, lowest in 2021, and from the first to the last it fell" in said(
        page, "measures.mexico.wjp"
    )
    rows = table(page, "mexico")
    assert [row["surveillance"] for row in rows][:4] == ["true", "true", "true", "false"]
    assert "Los expertos" not in text(full["MEX", "es"]) and "Pregunta por las redes sociales y no por el software espía" in text(
        full["MEX", "es"]
    )


def test_known_correlations_are_on_the_page(full):
    rows = {(row["y"], row["first"]): f"{float(row['rho']):.2f}" for row in table(full[None, "en"], "core")}
    assert (
        rows["Association and assembly (IDEA)", "1990"] == "0.94"
        and rows["Associational rights (FH)", "2005"] == "0.85"
    )
    assert rows["Voice and accountability (WGI)", "1996"] == "0.85" and rows["Privacy (WJP)", "2013"] == "0.67"
    assert (rows["Press freedom (RSF)", "2013"], rows["Press freedom (RSF)", "2022"]) == ("0.82", "0.81")
    kappas = table(full[None, "en"], "categories")
    assert len(kappas) == 14 and all(-1 <= float(row["quadratic"]) <= 1 for row in kappas)
    assert "1,040 of 1,043 rows" in said(full[None, "en"], "measures.scope.twins")


def test_no_value_that_may_not_be_passed_on_is_in_a_file(full):
    """Published values of Mexico with three decimals or more, which nothing else could have by chance."""
    import ogp_analysis as ogp
    from ogp_analysis.base import paths
    from ogp_analysis.base.indicators import indicator

    folder = full["MEX", "en"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.HOME_VARIABLE, str(folder.parents[3]))
        found = ogp.civic_space.measures("full")
    closed = [id for id in found.ids if not indicator(id).redistribute]
    rows = [found[id] for id in closed]
    values = {f"{v:.10g}" for r in rows for v in r.loc[r["unit"] == "MEX", "value"] if round(v, 2) != v}
    assert len(values) > 60
    files = [*sorted(folder.glob("tables/*")), folder / "numbers.json"]
    cells = {cell for file in files for cell in re.findall(r"-?\d+\.\d+", file.read_text(encoding="utf-8"))}
    assert not values & cells
    headings = set(table(folder, "mexico_values")[0])
    assert not headings & set(closed) and "v2xcs_ccsi" in headings


def test_figures_that_show_closed_series_say_that_they_are_drawn_only(full):
    page = (full["MEX", "en"] / "index.html").read_text(encoding="utf-8")
    assert page.count("Drawn only") + page.count("drawn only") >= 2
