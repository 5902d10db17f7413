"""Where the project is found: a checkout, else what came with an installed package and the user's folder for data."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogp_analysis.base import paths
from ogp_analysis.base.errors import ProjectNotFound


def a_checkout(folder: Path) -> Path:
    (folder / "notebooks").mkdir(parents=True)
    (folder / "notebooks" / "runs.toml").touch()
    return folder


@pytest.fixture
def empty(tmp_path, monkeypatch) -> Path:
    """The empty working directory of a user whose package was installed from no checkout, without what came along."""
    monkeypatch.setattr(paths, "_INSTALLED_FROM", tmp_path / "site-packages")
    monkeypatch.setattr(paths, "_PACKAGED", tmp_path / "site-packages" / "ogp_analysis" / "packaged")
    monkeypatch.delenv(paths.HOME_VARIABLE, raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "of the user"))
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")
    return tmp_path / "empty"


@pytest.fixture
def packaged(empty) -> Path:
    """What came with an installed package."""
    return a_checkout(paths._PACKAGED)


def test_without_any_of_them_a_sentence_says_so(empty):
    with pytest.raises(ProjectNotFound, match="neither this folder nor one above it"):
        paths.project()


def test_a_checkout_above_comes_before_the_one_it_was_installed_from_and_what_came_along(empty, packaged, tmp_path):
    installed_from = a_checkout(paths._INSTALLED_FROM)
    assert paths.project() == paths.Project(installed_from)
    above = a_checkout(empty.parent)
    assert paths.project() == paths.Project(above)


def test_an_installed_package_is_read_and_the_users_folder_written(packaged, tmp_path, capsys):
    here = paths.project()
    assert here.root.is_relative_to(tmp_path / "of the user") and here.root.is_dir()
    read = (here.sidecars, here.notebooks, here.runs, here.citation)
    assert all(path.is_relative_to(packaged) for path in read)
    written = (here.raw, here.processed, here.reports, here.codebook)
    assert all(path.is_relative_to(here.root) for path in written)
    assert str(here.root) in capsys.readouterr().err
    assert paths.project() == here and capsys.readouterr().err == ""


def test_a_folder_named_for_an_installed_package_is_written_and_no_other(packaged, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "mine"))
    assert paths.project() == paths.Project(tmp_path / "mine", packaged)
    assert str(tmp_path / "mine") in capsys.readouterr().err
    assert not (tmp_path / "of the user").exists()


def test_a_folder_named_for_a_checkout_has_to_be_one(empty, tmp_path, monkeypatch):
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "mine"))
    with pytest.raises(ProjectNotFound, match="is not a checkout of the project"):
        paths.project()
    assert not (tmp_path / "mine").exists()


@pytest.mark.parametrize("below", ["", "further"])
def test_a_folder_that_cannot_be_made_is_said(packaged, tmp_path, monkeypatch, below):
    (tmp_path / "file").touch()
    monkeypatch.setenv(paths.HOME_VARIABLE, str(tmp_path / "file" / below))
    with pytest.raises(ProjectNotFound, match=r"cannot be made into the folder .* Set OGP_ANALYSIS_HOME to a folder"):
        paths.project()


def test_what_belongs_to_the_project_is_written_in_a_checkout_only(packaged, empty):
    with pytest.raises(ProjectNotFound, match="came with the installed package, and is not written to"):
        paths.checkout()
    a_checkout(empty)
    assert paths.checkout() == paths.Project(empty)


def test_paths_are_named_as_the_project_names_them(packaged, tmp_path):
    here = paths.Project(tmp_path / "home", packaged)
    assert here.shown(here.runs) == "notebooks/runs.toml"
    assert here.shown(here.reports / "index.html") == "reports/index.html"
    assert here.shown(tmp_path / "else") == str(tmp_path / "else")
