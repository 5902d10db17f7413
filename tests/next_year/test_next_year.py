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
from pathlib import Path

import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
from ogp_analysis.data.store import adding, hand_out, shelf

from . import civic_space, open_government, procurement, surveillance
from .made import has

ROOT = Path(__file__).resolve().parents[2]
WINGS = (civic_space, open_government, procurement, surveillance)
MADE = {name: made for wing in WINGS for name, made in wing.MADE.items()}
#: Datasets that have no next year, with the reason.
LEFT_OUT = {name: why for wing in WINGS for name, why in wing.LEFT_OUT.items()}
#: Those of civic space are added in `test_civic_space.py`, beside the full tables.
SEEN = open_government.SEEN | procurement.SEEN | surveillance.SEEN
#: The column that nobody knows, where it is not the one of the wing.
NEW = {"banxico_exchange_rates": "SF99999", "gti_proact_reference": "added_2027"}


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
    monkeypatch.setattr(hand_out, "_chosen", {})
    return paths.project()


def tree(project) -> dict[str, int]:
    files = (file for file in (project.root / "data").rglob("*") if file.is_file() and file.suffix != ".lock")
    return {str(file): file.stat().st_mtime_ns for file in files}


@pytest.mark.parametrize("name", SEEN)
def test_the_next_year_of_a_dataset_is_added_and_stands_in_its_tables(project, mirror, published, tmp_path, name):
    table, cells = SEEN[name]
    source, files = dataset(name).source, MADE[name](mirror, tmp_path)
    done = adding.add(source, files)
    edition = shelf.VERSION + done.source.version
    try:
        assert {one.dataset for one in done.tables} == {name}
        assert has(hand_out.load(name, table, edition), cells)
        _, before = published(dataset(name))
        assert not has(before.tables[table], cells), "the published files have it too"
        new = NEW.get(name, "Added in 2027")
        assert any(new in columns for columns in done.passed_over.values())
        record = shelf.take(shelf.folder(project, edition, name) / f"{shelf.RECORD}.parquet")
        assert new in set(record.loc[record["rule"] == "column_not_used", "column"])
    finally:
        adding.remove(source, done.source.version)


@pytest.mark.parametrize("name", SEEN)
def test_a_damaged_file_is_refused_and_leaves_the_tree_as_it_was(project, mirror, tmp_path, name):
    """Damage of every file alike: its first third is cut off, and its column names with it."""
    (file, *_) = MADE[name](mirror, tmp_path)
    broken = tmp_path / f"broken{file.suffix}"
    content = file.read_bytes()
    broken.write_bytes(content[len(content) // 3 :])
    before = tree(project)
    with pytest.raises(OgpAnalysisError):
        adding.add(dataset(name).source, [broken], "9999")
    assert tree(project) == before


def test_every_dataset_of_the_catalogue_has_a_next_year_or_a_reason_why_not():
    assert set(DATASETS) - set(MADE) - set(LEFT_OUT) == set()
    assert set(MADE).isdisjoint(LEFT_OUT) and set(MADE) == {*civic_space.MADE, *SEEN}


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
    report = home / "reports" / "country_profile" / newer["slug"]
    for spoken, added in (("en", "vdem 16 (added)"), ("es", "vdem 16 (agregado)")):
        page = (report / spoken / "index.html").read_text(encoding="utf-8")
        assert newer["about"][spoken]["last_year"] == 2025 and added in page
    assert newer["rests_on"]["data"]["latest/vdem/v14/v2xcs_ccsi"] == "version-16/v16"
    assert before == {file: file.read_bytes() for file in before}
    assert "vdem is read from" in ogp(*profile, "--edition", "latest", "--dry-run")
