"""A fresh clone in a folder with a space in its name, installed the way the README says."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: The core environment stays below this, so that it fits where people have little room.
LARGEST_ENVIRONMENT = 10**9

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def clone(tmp_path_factory) -> Path:
    """The tracked files, as they are now, in a folder whose name holds a space; installed."""
    told = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if told.returncode:
        pytest.skip("not a git checkout")
    folder = tmp_path_factory.mktemp("a clone") / "of the project"
    for name in filter(None, told.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)
    made = make(folder, "install", f"PYTHON={sys._base_executable}")
    assert made.returncode == 0, made.stderr
    return folder


def make(folder: Path, *words: str) -> subprocess.CompletedProcess:
    """Run make in a clone, without what would lead it to this checkout."""
    apart = {"OGP_ANALYSIS_HOME", "PYTHONPATH", "VIRTUAL_ENV", "MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS"}
    environment = {name: value for name, value in os.environ.items() if name not in apart}
    return subprocess.run(["make", *words], cwd=folder, env=environment, capture_output=True, text=True)


def test_it_runs_from_its_own_folder(clone):
    code = "import ogp_analysis; print(ogp_analysis.__file__)"
    told = subprocess.run([".venv/bin/python", "-c", code], cwd=clone, capture_output=True, text=True, check=True)
    assert Path(told.stdout.strip()) == clone / "ogp_analysis" / "__init__.py"


def test_a_second_install_does_nothing(clone):
    assert "pip" not in make(clone, "install").stdout


def test_the_tables_can_be_built_and_the_runs_listed(clone):
    built = make(clone, "build")
    assert built.returncode == 0, built.stderr
    listed = subprocess.run(
        [".venv/bin/python", "-m", "ogp_analysis", "run", "--all", "--dry-run"],
        cwd=clone,
        capture_output=True,
        text=True,
    )
    assert listed.returncode == 0, listed.stderr
    assert "country_profile MEX" in listed.stdout


def test_the_environment_stays_small(clone):
    files = (file for file in (clone / ".venv").rglob("*") if file.is_file() and not file.is_symlink())
    assert sum(file.stat().st_size for file in files) < LARGEST_ENVIRONMENT


def test_the_list_of_what_is_locked_holds_every_pin_with_its_hashes(clone):
    made = make(clone, "sbom", f"PYTHON={sys._base_executable}")
    assert made.returncode == 0, made.stderr
    first = (clone / "build" / "sbom.cdx.json").read_bytes()
    bill = json.loads(first)
    assert bill["bomFormat"] == "CycloneDX" and bill["metadata"]["component"]["name"] == "ogp-analysis"
    blocks = re.split(r"\n(?=[A-Za-z0-9])", (clone / "requirements.lock").read_text(encoding="utf-8"))
    pins = {re.match(r"([^=]+)==([^ ]+)", b).groups(): set(re.findall(r"sha256:([0-9a-f]{64})", b)) for b in blocks}
    listed = {
        (one["name"], one["version"]): {h["content"] for ref in one["externalReferences"] for h in ref["hashes"]}
        for one in bill["components"]
    }
    assert listed == pins
    assert {one["purl"] for one in bill["components"]} == {f"pkg:pypi/{name}@{version}" for name, version in pins}
    assert make(clone, "sbom", f"PYTHON={sys._base_executable}").returncode == 0
    assert (clone / "build" / "sbom.cdx.json").read_bytes() == first


def test_an_old_python_is_refused_in_a_sentence(clone, tmp_path):
    old = tmp_path / "old python"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    told = make(clone, "--always-make", "install", f"PYTHON={old}")
    assert told.returncode == 2
    assert "is older than Python 3.11. Name a newer one" in told.stderr
    assert "There is no" in make(clone, "--always-make", "install", "PYTHON=no-such-python").stderr


def test_a_moved_clone_installs_itself_again(clone):
    moved = clone.rename(clone.with_name("moved to here"))
    try:
        assert make(moved, "install").returncode == 0
        code = "import ogp_analysis; print(ogp_analysis.__file__)"
        told = subprocess.run([".venv/bin/python", "-c", code], cwd=moved, capture_output=True, text=True, check=True)
        assert Path(told.stdout.strip()).is_relative_to(moved)
    finally:
        moved.rename(clone)
