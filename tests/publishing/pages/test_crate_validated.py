"""The crate of a batch, held against its specification and profile by ``roc-validator``."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from ogp_analysis.publishing.pages.crate import crate
from ogp_analysis.publishing.pages.render import render

from .test_crate import FRONT, SOFTWARE, paged, put, reported

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.slow
def test_the_validator_finds_every_must_of_the_specification_and_of_the_profile_kept(make, tmp_path):
    """In an environment of its own, without a network but to install it: the context is that of the library."""
    files = paged(render(make.full(), make.identity()).files)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    lock = ROOT / "requirements-crate.lock"
    install = ["install", "--disable-pip-version-check", "-q", "--require-hashes", "-r", lock]
    subprocess.run([python, "-m", "pip", *install], check=True)
    context = resources.files("rocrate") / "data" / "ro-crate.jsonld"

    def faults(name: str, software: dict, package: dict) -> list[str]:
        content = crate([reported(files, packages={"en": package, "es": package})], software, FRONT)
        folder = put(tmp_path / name, files, content)
        script = Path(__file__).with_name("validated.py")
        told = subprocess.run([python, script, folder, str(context)], capture_output=True, text=True, check=True)
        return json.loads(told.stdout.splitlines()[-1])

    package = json.loads(files["en/datapackage.json"])
    assert faults("whole", SOFTWARE, package) == []
    assert faults("nowhere", SOFTWARE, {**package, "software": {"title": "x", "version": "1"}}) == []
    assert any("datePublished" in fault for fault in faults("undated", {**SOFTWARE, "date-released": ""}, package))
    shutil.rmtree(tmp_path / "venv")
