"""Reports of the real notebooks, made once by the command line in a project folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BOTH = ("-p", "language", "en", "-p", "language", "es")
RUNS = (
    ["country_profile", "-p", "country", "MEX", "-p", "event_date", "2017-05-23", *BOTH],
    ["country_profile", *(x for c in ("Türkiye", "CHN", "AND", "HUN") for x in ("-p", "country", c))],
    ["civic_space_overview", *BOTH],
    ["ogp_process", *BOTH],
    ["commitments", *BOTH],
    ["commitments", "-p", "country", "MEX"],
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """One published folder."""

    folder: Path
    record: dict

    @property
    def page(self) -> str:
        return (self.folder / "index.html").read_text(encoding="utf-8")

    @property
    def numbers(self) -> dict:
        return json.loads((self.folder / "numbers.json").read_text(encoding="utf-8"))

    @property
    def drawings(self) -> list[str]:
        return [file.read_text(encoding="utf-8") for file in sorted(self.folder.glob("figures/*.svg"))]


@dataclass(frozen=True)
class Site:
    """All reports, and how to run more."""

    home: Path
    engine: str

    def run(self, *arguments: str) -> subprocess.CompletedProcess:
        environment = {**os.environ, "OGP_ANALYSIS_HOME": str(self.home)}
        line = [sys.executable, "-m", "ogp_analysis", *arguments]
        return subprocess.run(line, env=environment, cwd=self.home, capture_output=True, text=True, check=False)

    def report(self, notebook: str, **wanted) -> Report:
        for file in sorted((self.home / "reports" / notebook).glob("*/run.json")):
            record = json.loads(file.read_text(encoding="utf-8"))
            if all(record["parameters"].get(name) == value for name, value in wanted.items()):
                return Report(file.parent, record)
        raise AssertionError(f"no report of {notebook} with {wanted}")


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Site:
    home = tmp_path_factory.mktemp("a project") / "home"
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    shutil.copy(ROOT / "CITATION.cff", home)
    (home / "data").mkdir()
    (home / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    made = Site(home, "")
    engines = set()
    for run in RUNS:
        done = made.run("run", *run, "--jobs", "2")
        assert done.returncode == 0, done.stdout + done.stderr
        engines.add(done.stdout.partition("(engine ")[2].partition(")")[0])
    return Site(home, ", ".join(sorted(engines)))
