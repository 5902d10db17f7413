"""A project of its own with some of the embedded extracts, in which tables can be built and broken."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ogp_analysis.base import paths

ROOT = Path(__file__).resolve().parents[3]
SOURCES = ("wgi_voice_accountability", "ogp_status_events")


@pytest.fixture
def project(tmp_path, monkeypatch):
    home = tmp_path / "home"
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    for name in SOURCES:
        shutil.copytree(ROOT / "data" / "raw" / name, home / "data" / "raw" / name)
    monkeypatch.setenv(paths.HOME_VARIABLE, str(home))
    return paths.project()


@pytest.fixture
def with_vdem(project):
    """The project with the extracts of three versions of V-Dem."""
    shutil.copytree(ROOT / "data" / "raw" / "vdem", project.raw / "vdem")
    return project
