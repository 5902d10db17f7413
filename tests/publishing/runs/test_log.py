"""The commit that a run names is one of this project."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import normalise, run_record

ROOT = Path(__file__).resolve().parents[3]


def test_an_installed_package_is_no_commit_of_the_folder_it_writes_to(tmp_path):
    if run_record.commit(Project(ROOT)) is None:
        pytest.skip("not a git checkout")
    assert run_record.commit(Project(ROOT, tmp_path)) is None


def test_of_an_installed_package_both_folders_are_the_project_in_an_output(tmp_path, monkeypatch):
    here = Project(tmp_path / "of the user", tmp_path / "site-packages" / "ogp_analysis" / "packaged")
    monkeypatch.setattr(normalise.paths, "project", lambda: here)
    clean = normalise.cleaner(normalise.machine_places())
    assert clean(f"{here.notebooks} {here.reports}/x") == "$PROJECT/notebooks $PROJECT/reports/x"


def test_an_archive_that_was_unpacked_in_a_repository_of_somebody_else_has_no_commit(tmp_path):
    mark = ("-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "--allow-empty", "-m", "Theirs")
    for words in (("init", "--quiet"), mark):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    (tmp_path / "replication").mkdir()
    assert run_record.commit(Project(tmp_path)) is not None
    assert run_record.commit(Project(tmp_path / "replication")) is None
