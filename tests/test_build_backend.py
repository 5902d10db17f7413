"""What is built from a checkout: what git tracks, as it is now, and nothing else that lies there."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

from ogp_analysis.base import paths

ROOT = Path(__file__).resolve().parents[1]
#: Files that do not belong to the project, and where they may lie: published files that may not be passed on, notebooks
#: and modules that somebody tries, and what an older build has left behind.
STRAY = (
    "data/raw/digital_society_survey/1-extract/dsp_v1_2000_2018_surveillance.csv",
    "data/raw/vdem/14/vdem.csv",
    "data/processed/embedded/vdem/countries.parquet",
    "notebooks/mine.ipynb",
    "notebooks/.ipynb_checkpoints/country_profile-checkpoint.ipynb",
    "ogp_analysis/mine.py",
    "ogp_analysis/packaged/data/raw/old.csv",
    "build/lib/ogp_analysis/old.py",
    "reports/index.html",
)
EDITED = "notebooks/country_profile.ipynb"

pytestmark = pytest.mark.slow


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


def built(folder: Path, what: str, target: Path, **variables: str) -> subprocess.CompletedProcess:
    """Build as a front end does: in a process of its own, from the folder."""
    target.mkdir(exist_ok=True)
    code = f"import sys; sys.path.insert(0, 'tools'); import build_backend; build_backend.build_{what}(sys.argv[1])"
    return subprocess.run(
        [sys.executable, "-c", code, target],
        cwd=folder,
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )


def contents(wheel: Path) -> dict[str, bytes]:
    """Return what a wheel holds of the package, by name."""
    with ZipFile(wheel) as packed:
        return {name: packed.read(name) for name in packed.namelist() if name.startswith("ogp_analysis/")}


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if told.returncode:
        pytest.skip("not a git checkout")
    return [name for name in filter(None, told.stdout.split("\0")) if (ROOT / name).is_file()]


@pytest.fixture(scope="module")
def checkout(tracked, tmp_path_factory) -> Path:
    """A clone in which somebody has worked."""
    folder = tmp_path_factory.mktemp("a clone") / "of the project"
    for name in tracked:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    for name in STRAY:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("stray", encoding="utf-8")
    with (folder / EDITED).open("a", encoding="utf-8") as notebook:
        notebook.write("\n")
    return folder


@pytest.fixture(scope="module")
def wheel(checkout) -> dict[str, bytes]:
    done = built(checkout, "wheel", checkout.parent / "wheels")
    assert done.returncode == 0, done.stderr
    (file,) = (checkout.parent / "wheels").iterdir()
    return contents(file)


@pytest.fixture(scope="module")
def unpacked(checkout) -> Path:
    """The source distribution, unpacked, in which somebody has worked too."""
    done = built(checkout, "sdist", checkout.parent / "sdists")
    assert done.returncode == 0, done.stderr
    (file,) = (checkout.parent / "sdists").iterdir()
    with tarfile.open(file) as packed:
        packed.extractall(checkout.parent, filter="data")
    return checkout.parent / file.name.removesuffix(".tar.gz")


def test_a_wheel_holds_the_tracked_files_that_an_installed_package_reads(wheel, tracked, checkout):
    read = [
        name
        for name in tracked
        if name.startswith(("data/raw/", "notebooks/")) or name in ("CITATION.cff", "CORRECTIONS.md")
    ]
    of_package = [name for name in tracked if name.startswith("ogp_analysis/")]
    wanted = {name: name for name in of_package} | {f"ogp_analysis/packaged/{name}": name for name in read}
    assert wheel.keys() == wanted.keys()
    assert [name for name, origin in wanted.items() if wheel[name] != (checkout / origin).read_bytes()] == []


def test_what_is_edited_and_tracked_is_in_it_as_it_is_now(wheel):
    assert wheel[f"ogp_analysis/packaged/{EDITED}"] == (ROOT / EDITED).read_bytes() + b"\n"


def test_the_package_looks_where_the_wheel_puts_things(wheel):
    (folder,) = {name.removesuffix(paths._MARKER.as_posix()) for name in wheel if name.endswith(str(paths._MARKER))}
    assert paths._INSTALLED_FROM / folder == paths._PACKAGED


def test_a_build_changes_nothing_in_the_checkout(wheel, unpacked, checkout):
    told = subprocess.run(["git", "status", "--short"], cwd=checkout, capture_output=True, text=True, check=True)
    changed = {line[3:].rstrip("/") for line in told.stdout.splitlines() if line[1] != " "}
    assert changed == {EDITED, "notebooks/mine.ipynb", "ogp_analysis/mine.py", "ogp_analysis/packaged"}


def test_a_source_distribution_holds_every_tracked_file_and_no_other(unpacked, tracked):
    held = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    assert held >= set(tracked) and held.isdisjoint(STRAY)


def test_a_wheel_of_the_source_distribution_is_the_same(unpacked, wheel, tmp_path):
    for name in STRAY:
        (unpacked / name).parent.mkdir(parents=True, exist_ok=True)
        (unpacked / name).write_text("stray", encoding="utf-8")
    done = built(unpacked, "wheel", tmp_path / "wheels")
    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "wheels").iterdir()
    assert contents(file) == wheel


def test_a_folder_that_does_not_say_which_files_belong_to_it_is_refused_in_a_sentence(checkout, tmp_path):
    shutil.copytree(checkout / "tools", tmp_path / "copy" / "tools")
    done = built(tmp_path / "copy", "wheel", tmp_path / "wheels")
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "is neither a clone nor an unpacked source distribution" in done.stderr
    assert list((tmp_path / "wheels").iterdir()) == []


def test_a_git_that_does_not_answer_is_said(checkout, tmp_path):
    shutil.copytree(checkout / "tools", tmp_path / "copy" / "tools")
    (tmp_path / "copy" / ".git").write_text("gitdir: nowhere\n", encoding="utf-8")
    done = built(tmp_path / "copy", "wheel", tmp_path / "wheels")
    assert done.returncode == 1 and "git does not list its files (fatal: not a git repository" in done.stderr
    done = built(tmp_path / "copy", "wheel", tmp_path / "wheels", PATH=str(tmp_path))
    assert done.returncode == 1 and "git cannot be run" in done.stderr


def test_a_hook_of_another_repository_does_not_lead_astray(checkout, wheel, tmp_path):
    git(tmp_path, "init", "--quiet")
    done = built(checkout, "wheel", tmp_path / "wheels", GIT_DIR=str(tmp_path / ".git"), GIT_WORK_TREE=str(tmp_path))
    assert done.returncode == 0, done.stderr
    (file,) = (tmp_path / "wheels").iterdir()
    assert contents(file).keys() == wheel.keys()
