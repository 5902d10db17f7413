"""The front page and the explorer are written when they would say something else, and only then."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.pages import carried
from ogp_analysis.publishing.pages.drawing import Drawing
from ogp_analysis.publishing.runs import front_page


def about(title: str = "T", finding: str = "It fell.") -> dict[str, dict]:
    """What both pages of a run are about, as its record says it."""
    page = {"question": "Q", "findings": {"answer": finding}, "edition": "embedded", "last_year": 2023}
    return {one: page | {"title": f"{title}{more}", "language": one} for one, more in (("en", ""), ("es", " (es)"))}


MADE = {"files": {}, "rests_on": {"notebook": "5" * 64}, "log": {"python": "3.11.7"}}
RUNS = """run = []
[front]
profiles = "country_profile"
map = { notebook = "civic_space_overview", figure = "map", parameters = { region = "world" } }
"""
CITATION = 'title: T\nversion: "1"\ndate-released: "2026-05-04"\nauthors:\n  - name: A\n'


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A project with one published profile; what is published and built can be changed, and writings are counted."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "CITATION.cff").write_text(CITATION)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "runs.toml").write_text(RUNS)
    world = {
        "published": {("country_profile", "s"): {"notebook": "country_profile", "slug": "s", "id": "0" * 12, **MADE,
                                                 "parameters": {"country": "MEX"}, "about": about()}},
        "tables": {"vdem": "a"}, "made": [],
    }  # fmt: skip

    def package(project, edition, dataset):
        known = world["tables"].get(dataset)
        return known and {"resources": [{"hash": f"sha256:{known}"}]}

    def explorer() -> bytes:
        world["made"].append("explorer")
        return b"explorer of " + world["tables"]["vdem"].encode()

    monkeypatch.setattr(front_page.run_record, "published", lambda project: world["published"])
    monkeypatch.setattr(front_page.shelf, "package", package)
    monkeypatch.setattr(front_page, "_explorer", explorer)
    return Project(tmp_path), world


def put(project: Project, record: dict, name: str, text: str) -> Path:
    """Publish a file of a run."""
    file = project.reports / record["notebook"] / record["slug"] / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    record["files"] = record["files"] | {name: {"sha256": sha256, "bytes": file.stat().st_size}}
    return file


def written(project: Project, world: dict) -> dict[str, bytes]:
    front_page.write(project)
    assert front_page.is_current(project, world["published"])
    return {file.name: file.read_bytes() for file in project.reports.glob("[a-z]*.*")}


def test_other_tables_make_the_explorer_again_and_a_new_report_the_list_alone(here):
    project, world = here
    first = written(project, world)
    world["tables"]["vdem"] = "b"
    assert not front_page.is_current(project, world["published"])
    second = written(project, world)
    crated = second.pop("ro-crate-metadata.json")
    assert second == {name: first[name] for name in second} | {"explore.html": b"explorer of b"}
    for name, content in second.items():
        assert hashlib.sha256(content).hexdigest().encode() in crated, name
    one = world["published"]["country_profile", "s"]
    world["published"]["country_profile", "t"] = one | {"slug": "t", "about": about("Another")}
    now = written(project, world)
    assert b"Another" in now["index.html"] and world["made"] == ["explorer"] * 2
    assert b"Another" in now["ro-crate-metadata.json"] and b"Another" not in crated


def test_another_release_of_the_software_makes_the_crate_again(here):
    project, world = here
    first = written(project, world)
    front_page.citation.citation_file.cache_clear()
    (project.root / "CITATION.cff").write_text(CITATION.replace("2026-05-04", "2027-01-02"))
    assert not front_page.is_current(project, world["published"])
    now = written(project, world)
    assert b'"2027-01-02"' in now.pop("ro-crate-metadata.json") and b'"2026-05-04"' in first.pop(
        "ro-crate-metadata.json"
    )
    assert now == first


def test_a_data_package_that_was_changed_by_hand_says_nothing(here):
    project, world = here
    content = json.dumps({"resources": [], "software": {"title": "Soft", "version": "9"}}).encode()
    folder = project.reports / "country_profile" / "s"
    folder.mkdir(parents=True)
    (folder / "en").mkdir()
    (folder / "en" / "datapackage.json").write_bytes(content)
    [record] = world["published"].values()
    record["files"] = {"en/datapackage.json": {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}}
    assert b'"#Soft-9"' in written(project, world)["ro-crate-metadata.json"]
    (project.reports / "ro-crate-metadata.json").unlink()
    (folder / "en" / "datapackage.json").write_bytes(content.replace(b"Soft", b"Evil"))
    assert b'"#T-1"' in written(project, world)["ro-crate-metadata.json"]


@pytest.mark.parametrize("name", ["index.html", "explore.html", "ro-crate-metadata.json"])
@pytest.mark.parametrize("edit", [lambda file: file.write_bytes(file.read_bytes() + b" "), lambda file: file.unlink()])
def test_a_page_that_was_changed_or_taken_away_is_written_again(here, name, edit):
    project, world = here
    first = written(project, world)
    edit(project.reports / name)
    assert not front_page.is_current(project, world["published"])
    assert written(project, world) == first


def test_the_page_of_corrections_holds_the_tables_of_the_project(here):
    project, world = here
    table = "| page | printed |\n|---|---|\n| one | 7 of 35 |\n"
    project.corrections.write_text(f"# C\n\n## Corrections\n\n{table}", "utf-8")
    page = written(project, world)["corrections.html"].decode()
    assert "<table" in page and "7 of 35" in page
    project.corrections.unlink()
    page = written(project, world)["corrections.html"].decode()
    assert "<table" not in page and "This copy holds no list of what was corrected or withdrawn." in page


@pytest.mark.parametrize("without", ["profile", "tables"])
def test_without_profiles_or_tables_there_is_no_explorer_and_no_link_to_it(here, without):
    project, world = here
    written(project, world)
    if without == "tables":
        world["tables"].clear()
    else:
        [record] = world["published"].values()
        world["published"] = {("events", "s"): record | {"notebook": "events"}}
    pages = written(project, world)
    assert set(pages) == {"index.html", "corrections.html", "ro-crate-metadata.json"}
    assert b"explore.html" not in pages["index.html"]


def test_the_list_of_reports_needs_no_pandas_and_no_matplotlib():
    code = "import sys, ogp_analysis.publishing.pages.site, ogp_analysis.publishing.pages.crate; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"pandas", "matplotlib"} & set(loaded)


SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="5"><path style="fill: #a3123a" d="M0 0h9v4z"/></svg>'


def overview(project: Project, world: dict, slug: str, **parameters) -> None:
    """Publish a report of the overview, whose notebook holds nothing that could be read."""
    record = world["published"]["civic_space_overview", slug] = {
        "notebook": "civic_space_overview", "slug": slug, "id": "1" * 12, **MADE,
        "about": about(f"Overview {slug}"),
        "parameters": {"region": "world", **parameters},
    }  # fmt: skip
    for spoken in ("en", "es"):
        put(project, record, f"{spoken}/notebook.ipynb", "{}")


def test_the_front_page_has_the_map_of_the_world_of_the_first_overview_in_each_language(here, monkeypatch):
    project, world = here
    for slug, parameters in {"a": {"region": "sub_saharan_africa"}, "b": {}, "c": {}}.items():
        overview(project, world, slug, **parameters)
    drawn = Drawing("map", "Caption", 'A map of "all"', SVG, 10, 5, narrow=SVG.replace("10", "4"))
    monkeypatch.setattr(carried, "read", lambda notebook, language: SimpleNamespace(figures={"map": drawn}))
    page = written(project, world)["index.html"].decode()
    part = page[page.index('id="world"') : page.index('id="countries"')]
    assert re.findall(r'<div class="hero" lang="(..)"', part) == ["en", "es"]
    assert re.findall(r"<bdi>(.*?)</bdi>", part) == ["Overview b", "Overview b (es)"]
    wide, narrow = (base64.b64decode(one).decode() for one in re.findall(r"svg\+xml;base64,([^\"]+)\"", page)[1::-1])
    assert 'width="10"' in wide and 'width="4"' in narrow and "prefers-color-scheme:dark" in wide
    assert 'alt="A map of &#34;all&#34;"' in page


def test_the_table_of_countries_says_what_profiles_print_and_none_of_another_measure(here, monkeypatch):
    project, world = here
    row = """[front.row]
value = "now.v"\nyear = "now.y"\nchange = "w.d"\nyears = "w.w"\nstep = "w.s"\nmeasure = "subject"\nscale = "s"
"""
    (project.root / "notebooks" / "runs.toml").write_text(RUNS + row)
    of = functools.cache(lambda iso3, edition: SimpleNamespace(standing=f"member {edition}"))
    monkeypatch.setattr(front_page, "_history", of)
    [one] = world["published"].values()
    said = {"now.v": "0.701", "now.y": "2023", "w.d": "−0.071", "w.w": "10"}
    small = {**said, "now.v": "0.843", "w.d": "+0.003", "w.s": "0.05"}
    made = {
        "MEX": ("v2xcs_ccsi", said),
        "KEN": ("v2xcs_ccsi", small),
        "PER": ("v2x_polyarchy", said),
        "CHL": ("v2xcs_ccsi", {}),
        "GHA": ("v2xcs_ccsi", said),
    }
    world["published"] = {}
    for number, (iso3, (subject, numbers)) in enumerate(made.items()):
        slug = f"{number}{iso3}"
        asked = {"country": iso3, "subject": subject, "event_date": "2017-05-23" if iso3 == "MEX" else None}
        asked |= {"edition": "full" if iso3 == "GHA" else "embedded"}
        pages = {spoken: page | {"limits": {"s": "From 0 to 1."}} for spoken, page in about(iso3).items()}
        record = one | {"slug": slug, "parameters": asked, "about": pages}
        world["published"]["country_profile", slug] = record
        for spoken in ("en", "es"):
            numbered = {name: {"written": written} for name, written in numbers.items()}
            put(project, record, f"{spoken}/numbers.json", json.dumps(numbered) if numbers else "not JSON")
    page = written(project, world)["index.html"].decode()
    rows = dict(re.findall(r'<tr data-country="(\w+)".*?</th>(.*?)</tr>', page[: page.index('data-spoken="es"')], re.S))
    told = {iso3: re.sub(r"<[^>]+>|\s+", " ", cells).split() for iso3, cells in rows.items()}
    assert told == {
        "MEX": ["0.701", "−0.071", "member", "embedded"],
        "KEN": ["0.843", "+0.003", "member", "embedded"],
        "PER": [],
        "CHL": [],
        "GHA": [],
    }
    assert 'class="n fell">−0.071' in rows["MEX"] and 'class="n small">+0.003' in rows["KEN"]
    assert "Core civil society index (V-Dem v14). From 0 to 1. The change is that over 10 years." in page
    assert '<span class="hidden">Index </span>2023</th>' in page
    assert "Changes smaller than 0.05 are grey" in page
    spanish = page[page.index('data-spoken="es"') : page.index('id="reports"')]
    assert 'href="country_profile/0MEX/es/index.html"' in spanish and "/en/" not in spanish
    numbers = project.reports / "country_profile" / "0MEX" / "en" / "numbers.json"
    numbers.write_bytes(numbers.read_bytes().replace(b"0.701", b"0.999"))
    (project.reports / "index.html").unlink()
    page = written(project, world)["index.html"].decode()
    assert "0.999" not in page and page.count("0.843") == 2, "of numbers that were changed by hand none is shown"


def test_a_report_is_listed_under_the_countries_it_names_else_those_of_its_notebook():
    def listed(**asked) -> list[str]:
        return front_page._countries({"notebook": "n", "parameters": asked}, {"n": ["GEO", "USA"]})

    assert listed(country=None, commitment="") == ["GEO", "USA"]
    assert listed(country="MEX") == listed(commitment="MX0081") == ["MEX"]
    assert listed(countries=["MEX", "Chile", "MEX"]) == ["MEX", "CHL"]
    assert listed(dataset="compranet_2017") == ["GEO", "USA", "MEX"]


def test_a_finding_stands_beside_its_figure_and_the_first_is_large(here, monkeypatch):
    project, world = here
    said, drawn = ("\n".join(f"{n} = {what}" for n in ("country_profile", "events")) for what in ('["answer"]', '"a"'))
    named = f"{RUNS}[front.findings]\n{said}\n[front.pictures]\n{drawn}\n"
    (project.root / "notebooks" / "runs.toml").write_text(named)
    [one] = world["published"].values()
    world["published"]["events", "s"] = one | {"notebook": "events", "parameters": {}}
    executed = [put(project, record, f"{spoken}/notebook.ipynb", "{}")
                for record in world["published"].values() for spoken in ("en", "es")]  # fmt: skip
    drawn = Drawing("a", "Caption", "Alt", SVG, 10, 5, narrow=SVG.replace("10", "4"))
    monkeypatch.setattr(carried, "read", lambda notebook, language: SimpleNamespace(figures={"a": drawn}))
    page = written(project, world)["index.html"].decode()
    shown = [base64.b64decode(one).decode() for one in re.findall(r"svg\+xml;base64,([^\"]+)\"", page)]
    assert [re.search(r'width="(\d+)"', one)[1] for one in shown] == ["4", "10"] * 2 + ["4", "4"]
    for number, spoil in enumerate((lambda file: file.write_text("{ }"), lambda file: file.unlink())):
        spoil(executed[-1 - number])
        world["published"]["events", "s"]["id"] = f"{number + 1}" * 12
        shown = written(project, world)["index.html"].count(b"svg+xml")
        assert shown == 5 - number, "the figure of a notebook that was changed or cannot be read is left out"
