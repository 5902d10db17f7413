"""A made "next year" of every dataset is added in a project of its own, and stands in the built tables and in reports.

The modules beside this one write the files, out of the published ones; so these tests need the mirror.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.store import adding, hand_out, shelf, state
from ogp_analysis.tidy.catalog import DATASETS, dataset

ROOT = Path(__file__).resolve().parents[2]
_NAMES = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py") if not file.stem.startswith("test_"))
_MODULES = [one for one in (import_module(f"tests.next_year.{name}") for name in _NAMES) if hasattr(one, "MADE")]
MADE = {name: made for module in _MODULES for name, made in module.MADE.items()}
#: Datasets that have no next year, with the reason.
LEFT_OUT = {name: why for module in _MODULES for name, why in getattr(module, "LEFT_OUT", {}).items()}


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """A project with all sidecars and extracts of the repository."""
    folder = tmp_path_factory.mktemp("next year") / "home"
    shutil.copytree(ROOT / "notebooks", folder / "notebooks")
    shutil.copy(ROOT / "CITATION.cff", folder)
    tracked = [*(ROOT / "data" / "raw").glob("*/*/source.toml"), *(ROOT / "data" / "raw").glob("*/*-extract/*")]
    for file in tracked:
        if not (file.parent / ".gitignore").is_file():
            target = folder / file.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, target)
    return folder


@pytest.fixture
def project(home, monkeypatch) -> paths.Project:
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    monkeypatch.setattr(hand_out, "_handed", {})
    monkeypatch.setattr(hand_out, "_chosen", {})
    return paths.project()


def tree(project) -> dict[str, int]:
    files = (file for file in (project.root / "data").rglob("*") if file.is_file() and file.suffix != ".lock")
    return {str(file): file.stat().st_mtime_ns for file in files}


def latest(frames: dict[str, pd.DataFrame]) -> int:
    """The last year that any column of years or days of some tables holds."""
    years = [0]
    for frame in frames.values():
        for name, values in frame.items():
            if name in ("year", "edition", "last_year") and values.dtype.kind in "iuf":
                years.append(int(values.max()))
            elif values.dtype.kind == "M" and values.notna().any():
                years.append(int(values.max().year))
    return max(years)


def source_of(name: str) -> str:
    return dataset(name).layouts[0].source


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_next_year_of_a_dataset_is_added_and_stands_in_its_tables(project, mirror, tmp_path, name):
    files = MADE[name](mirror, tmp_path)
    done = adding.add(source_of(name), files)
    edition = state.VERSION + done.source.version
    try:
        built = {table.table: table for table in done.tables if table.dataset == name}
        assert built and all(table.rows for table in built.values())
        package = shelf.package(project, edition, name)
        frames = {r["name"]: hand_out.load(name, r["name"], edition) for r in package["resources"]}
        published = _published(project, mirror, name)
        grown = latest(frames) > published[0] or sum(map(len, frames.values())) > published[1]
        assert grown, (latest(frames), published)
        assert done.passed_over or dataset(name).layouts[0].element_key, "the made file has a column nobody knows"
    finally:
        adding.remove(source_of(name), done.source.version)


def _published(project, mirror, name: str) -> tuple[int, int]:
    """The last year and the number of rows of the tables of the published files."""
    from ogp_analysis.tidy.dataset import cleaned, raw_chunks

    declared = dataset(name)

    def root(item):
        return mirror if (mirror / item.source / item.version).is_dir() else ROOT / "data" / "raw"

    tables = cleaned(declared, raw_chunks(declared.inputs, root, ROOT / "data" / "raw")).tables
    return latest(tables), max(len(frame) for frame in tables.values())


@pytest.mark.parametrize("name", sorted(MADE))
def test_the_same_file_without_a_column_is_refused_and_leaves_the_tree_as_it_was(project, mirror, tmp_path, name):
    """Damage of every file alike: its last third is cut off and its name of columns is gone."""
    (file, *_) = MADE[name](mirror, tmp_path)
    broken = tmp_path / f"broken{file.suffix}"
    broken.write_bytes(file.read_bytes()[len(file.read_bytes()) // 3 :])
    before = tree(project)
    with pytest.raises(OgpAnalysisError):
        adding.add(source_of(name), [broken], "9999")
    assert tree(project) == before


def test_every_dataset_of_the_catalogue_has_a_next_year_or_a_reason_why_not():
    assert set(DATASETS) - set(MADE) - set(LEFT_OUT) == set()
    assert set(MADE).isdisjoint(LEFT_OUT)


@pytest.mark.slow
def test_the_commands_of_the_guide_bring_the_new_year_into_a_report_and_leave_the_default_one(home, mirror, tmp_path):
    guide = (ROOT / "docs" / "your-own-files.md").read_text(encoding="utf-8")
    section = guide[guide.index("## Newer versions") : guide.index("## Files of contracts")]
    lines = [line for block in re.findall(r"^```sh\n(.*?)^```", section, re.M | re.S) for line in block.splitlines()]
    MADE["vdem"](mirror, tmp_path)

    def ogp(*words: str) -> str:
        known = {**os.environ, paths.HOME_VARIABLE: str(home)}
        line = [sys.executable, "-m", "ogp_analysis", *words]
        done = subprocess.run(line, env=known, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    profile = ("run", "country_profile", "-p", "country", "MEX", "-p", "last_year", "2025")
    ogp(*profile)
    before = {file: file.read_bytes() for file in (home / "reports" / "country_profile").rglob("*") if file.is_file()}
    told = {}
    for line in lines:
        told[line] = ogp(*shlex.split(line)[1:])
        if line.startswith("ogp-analysis add"):
            assert ogp(*profile).startswith("Nothing changed"), "the default edition stays as it was"
    assert "vdem 16" in told["ogp-analysis list"]
    records = [json.loads(file.read_text()) for file in (home / "reports").glob("country_profile/*/run.json")]
    (newer,) = [one for one in records if one["parameters"]["edition"] == "latest"]
    page = home / "reports" / "country_profile" / newer["slug"] / "index.html"
    assert newer["about"]["last_year"] == 2025 and "vdem 16 (added)" in page.read_text(encoding="utf-8")
    assert newer["key"]["data"]["latest/vdem/v14/v2xcs_ccsi"] == "version-16/v16"
    assert before == {file: file.read_bytes() for file in before}
    assert "vdem is read from" in ogp(*profile, "--edition", "latest", "--dry-run")
