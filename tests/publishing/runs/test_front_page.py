"""The front page and the explorer are written when they would say something else, and only then."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import subprocess
import sys
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
    folder = project.reports / "civic_space_overview" / slug
    folder.mkdir(parents=True)
    for spoken in ("en", "es"):
        (folder / spoken).mkdir()
        (folder / spoken / "notebook.ipynb").write_text("{}")
    world["published"]["civic_space_overview", slug] = {
        "notebook": "civic_space_overview", "slug": slug, "id": "1" * 12, **MADE,
        "about": about(f"Overview {slug}"),
        "parameters": {"region": "world", **parameters},
    }  # fmt: skip


def test_the_front_page_has_the_map_of_the_world_of_the_first_overview_in_each_language(here, monkeypatch):
    project, world = here
    for slug, parameters in {"a": {"region": "sub_saharan_africa"}, "b": {}, "c": {}}.items():
        overview(project, world, slug, **parameters)
    drawn = Drawing("map", "Caption", 'A map of "all"', SVG, 10, 5, narrow=SVG.replace("10", "4"))
    monkeypatch.setattr(carried, "read", lambda notebook, language: SimpleNamespace(figures={"map": drawn}))
    page = written(project, world)["index.html"].decode()
    assert re.findall(r'<figure lang="(..)"', page) == ["en", "es"]
    assert re.findall(r"<figcaption>.*?<bdi>(.*?)</bdi>", page) == ["Overview b", "Overview b (es)"]
    wide, narrow = (base64.b64decode(one).decode() for one in re.findall(r"svg\+xml;base64,([^\"]+)\"", page)[1::-1])
    assert 'width="10"' in wide and 'width="4"' in narrow and "prefers-color-scheme:dark" in wide
    assert 'alt="A map of &#34;all&#34;"' in page
