"""The runs whose numbers are counted again: made once, by the command line, in a project folder of their own."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
COUNTRIES = ("MEX", "BEN", "POL", "KEN", "USA")
DATASETS = ("compranet_2017", "compranet_2018", "ocds_mexico_gacm", "ocds_mexico_inai", "ocds_mexico_apf")
TABLES = ("ogp_commitments.commitments", "vdem.v14")
#: The list of runs: by notebook, the values of its parameters; a list is one run for each.
RUNS = (
    ("country_profile", {"country": COUNTRIES}),
    ("country_profile", {"country": ("MEX",), "language": ("es",)}),
    ("civic_space_overview", {"language": ("en", "es")}),
    ("commitments", {"language": ("en", "es")}),
    ("ogp_process", {"language": ("en", "es")}),
    ("which_measure", {"country": ("MEX",), "language": ("en", "es")}),
    ("data_quality", {"table": TABLES, "language": ("en", "es")}),
    ("procurement_integrity", {"dataset": DATASETS, "language": ("en", "es")}),
)


@dataclass(frozen=True)
class Run:
    """What one run printed."""

    folder: Path

    @property
    def numbers(self) -> dict[str, dict]:
        """Every registered number by its name."""
        return json.loads((self.folder / "numbers.json").read_text(encoding="utf-8"))

    def rows(self, table: str) -> list[dict[str, str]]:
        """The rows of a table."""
        with (self.folder / "tables" / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
            return list(csv.DictReader(handle))

    def cell(self, table: str, column: str, **where: str) -> str:
        """The one cell of a table in the one row that holds these texts."""
        rows = [row for row in self.rows(table) if all(row[name] == text for name, text in where.items())]
        if len(rows) != 1:
            raise LookupError(f"{len(rows)} rows of {table}.csv hold {where}")
        return rows[0][column]


@dataclass(frozen=True)
class Runs:
    """All runs by notebook and parameters."""

    home: Path

    def of(self, notebook: str, language: str = "en", **wanted: str) -> Run:
        """The one run of a notebook with these parameters."""
        found = []
        for file in sorted((self.home / "reports" / notebook).glob("*/run.json")):
            given = json.loads(file.read_text(encoding="utf-8"))["parameters"]
            if all(given.get(name) == value for name, value in {**wanted, "language": language}.items()):
                found.append(Run(file.parent))
        assert len(found) == 1, f"{len(found)} runs of {notebook} in {language} with {wanted}"
        return found[0]


@pytest.fixture(scope="session")
def runs(tmp_path_factory) -> Runs:
    """All runs of the embedded edition, in both languages."""
    home = tmp_path_factory.mktemp("recount") / "home"
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    shutil.copy(ROOT / "CITATION.cff", home)
    (home / "data").mkdir()
    (home / "data" / "raw").symlink_to(ROOT / "data" / "raw")
    # A list of runs of its own: one command starts the machinery once.
    listed = ""
    for notebook, parameters in RUNS:
        listed += f'[[run]]\nnotebook = "{notebook}"\n[run.parameters]\n'
        listed += "".join(f"{name} = {list(values)}\n" for name, values in parameters.items()) + "\n"
    (home / "notebooks" / "runs.toml").write_text(listed, encoding="utf-8")
    environment = {**os.environ, "OGP_ANALYSIS_HOME": str(home)}
    line = [sys.executable, "-m", "ogp_analysis", "run", "--all", "--edition", "embedded", "--jobs", "2"]
    done = subprocess.run(line, env=environment, cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Runs(home)
