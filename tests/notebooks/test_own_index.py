"""An index of a user's own from the file to the pages, the explorer and the archive of its runs."""

from __future__ import annotations

import csv

import pytest

from ogp_analysis.data.store.hand_out import load
from tests.reports import project

MAP = """
name = "press"
source = "Press Survey"
licence = "CC BY 4.0"
redistribute = {redistribute}
direction = "higher is more open"
minimum = 0
maximum = 100
[columns]
country = "land"
year = "year"
value = "score"
[en]
title = "Press index"
unit = "points, 0 to 100"
[es]
title = "Índice de prensa"
unit = "puntos, de 0 a 100"
"""


def written(home, redistribute="true", plus=0.0):
    """The core index, a hundred times as large and shifted, of 100 countries from 2003 to 2023."""
    rows = load("vdem", "v14", columns=["iso3", "year", "v2xcs_ccsi"]).dropna()
    rows = rows[rows["year"].between(2003, 2023)]
    whole = rows.groupby("iso3")["year"].transform("size") == 21
    first = sorted(set(rows.loc[whole, "iso3"]) - {"MEX"})[:99]
    with (home / "press.csv").open("w", newline="") as stream:
        out = csv.writer(stream)
        out.writerow(["land", "year", "score"])
        for iso3, year, value in rows[rows["iso3"].isin(["MEX", *first])].itertuples(index=False):
            out.writerow([iso3, year, round(100 * value - plus, 1) if value * 100 > plus else 0])
    (home / "map.toml").write_text(MAP.format(redistribute=redistribute), encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = project(tmp_path_factory.mktemp("own") / "home")
    written(made.home)
    for line in (
        "add index press.csv --columns map.toml",
        "run country_profile -p subject own_press",
        "run country_profile",
        'run compare -p indicators ["own_press","v2xcs_ccsi"]',
        "run civic_space_overview -p outcome own_press",
    ):
        done = made.run(*line.split())
        assert done.returncode == 0, done.stdout + done.stderr
    return made


def stale(site) -> dict[str, str]:
    """What status says of each published run, by notebook and subject."""
    lines = [line for line in site.run("status").stdout.splitlines() if "never been run" not in line]
    runs = [line for line in lines if "country_profile" in line or "compare" in line]
    return {("own " if "own_press" in line.partition(": ")[0] else "") + line.split()[1]: line for line in runs}


def test_the_page_is_about_the_index_and_says_whose_it_is(site):
    for language, title, whose in (
        ("en", "Press index in Mexico, 2000–2023", "Added by the user, not part of the package"),
        ("es", "Índice de prensa", "Agregado por quien usa el paquete, del que no forma parte"),
    ):
        report = site.report("country_profile", subject="own_press", language=language)
        assert title in report.page and whose in report.page and "CC BY 4.0" in report.page
    values = {row["year"]: row for row in site.report("country_profile", subject="own_press").rows("values")}
    row = values["2023"]
    assert float(row["own_press"]) == pytest.approx(100 * float(row["v2xcs_ccsi"]), abs=0.05)
    assert "own_press" not in site.report("country_profile", subject="v2xcs_ccsi").page
    assert "Press index" in site.report("compare").page


def test_nothing_is_said_of_what_it_asks(site):
    page = site.report("civic_space_overview", outcome="own_press").page
    assert "only as far as it has become known" in page and "asks about covert surveillance" not in page


def test_the_explorer_offers_it(site):
    page = (site.home / "reports" / "explore.html").read_text(encoding="utf-8")
    assert '"own_press":' in page and "Press index" in page and "Added by the user" in page


def test_other_values_make_only_its_own_runs_stale_and_closed_ones_are_in_no_file(site):
    assert {name: line.split()[0] for name, line in stale(site).items()} == {
        "country_profile": "current", "own country_profile": "current", "own compare": "current",
    }  # fmt: skip
    written(site.home, plus=1.0)
    assert site.run("add", "index", "press.csv", "--columns", "map.toml").returncode == 0
    said = stale(site)
    assert said["country_profile"].startswith("current")
    assert all("table own/own_press/country_year changed" in said[f"own {n}"] for n in ("country_profile", "compare"))
    written(site.home, redistribute="false")
    assert site.run("add", "index", "press.csv", "--columns", "map.toml").returncode == 0
    refused = site.run("run", "compare", "-p", "indicators", '["own_press"]')
    assert refused.returncode == 1 and "own_press may be drawn but not passed on" in refused.stderr
    parameters = ["-p", "country", "HUN", "-p", "event_date", "2015-07-08", "-p", "outcomes", "own_press, v2xcs_ccsi"]
    done = site.run("run", "shock_case_study", *parameters)
    assert done.returncode == 0, done.stderr
    assert '"own_press":' not in (site.home / "reports" / "explore.html").read_text(encoding="utf-8")
    [folder] = (site.home / "reports" / "shock_case_study").glob("*/en")
    assert (folder / "figures" / "path_own_press.svg").is_file()
    assert "own_press" not in (folder / "numbers.json").read_text(encoding="utf-8")
