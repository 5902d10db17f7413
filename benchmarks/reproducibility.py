"""Runs the same reports under conditions that must not matter, and compares every byte of their folders.

``python -m benchmarks.reproducibility`` prints the table; ``--write`` puts it into
``docs/reproducibility.md``. Needs no network; takes some minutes.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ogp_analysis.base import fingerprint, paths

PAGE = "docs/reproducibility.md"
BEGIN, END = "<!-- table: begin -->", "<!-- table: end -->"
#: Two countries and the overview, each in both languages.
RUNS = """
[[run]]
notebook = "country_profile"
[run.parameters]
country = "KEN"
[[run]]
notebook = "country_profile"
[run.parameters]
country = "MEX"
[[run]]
notebook = "civic_space_overview"
"""
HOSTILE_STYLE = """
font.family: monospace
font.size: 30
axes.grid: True
figure.figsize: 2, 2
figure.dpi: 30
svg.fonttype: path
svg.hashsalt: hostile
lines.linewidth: 9
axes.prop_cycle: cycler('color', ['r'])
text.usetex: False
"""
HOSTILE_CONFIG = """
c = get_config()
c.InteractiveShellApp.exec_lines = ["import builtins; builtins.country = 'hostile'", "print('hostile')"]
c.InlineBackend.figure_formats = {"jpeg"}
c.InteractiveShell.ast_node_interactivity = "all"
c.PlainTextFormatter.float_precision = "%.2f"
"""
HOSTILE_STARTUP = """
import random
import pandas as pd
pd.set_option("display.precision", 1)
random.seed(1)
print("hostile startup")
"""


@dataclass(frozen=True)
class Condition:
    """What is different from the first run.

    Attributes
    ----------
    name : str
    words : tuple of str
        Of the command.
    environment : dict of str to (str or None)
        Variables that are set, or removed.
    elsewhere : bool
        Whether in a checkout of another path.
    """

    name: str
    words: tuple[str, ...] = ("--jobs", "1")
    environment: dict[str, str | None] = field(default_factory=dict)
    elsewhere: bool = False


FIRST = Condition("first run")
CONDITIONS = (
    Condition("again, from nothing"),
    Condition("two runs side by side", ("--jobs", "2")),
    Condition("hash seed 0", environment={"PYTHONHASHSEED": "0"}),
    Condition("hash seed 1", environment={"PYTHONHASHSEED": "1"}),
    Condition("hash seed random", environment={"PYTHONHASHSEED": "random"}),
    Condition("time zone Pacific/Kiritimati", environment={"TZ": "Pacific/Kiritimati"}),
    Condition("time zone America/Tijuana", environment={"TZ": "America/Tijuana"}),
    Condition("locale C", environment={"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": None}),
    Condition("locale es_MX.UTF-8", environment={"LC_ALL": "es_MX.UTF-8", "LANG": "es_MX.UTF-8"}),
    Condition("BLAS kernel Haswell", environment={"OPENBLAS_CORETYPE": "Haswell"}),
    Condition("BLAS kernel SkylakeX", environment={"OPENBLAS_CORETYPE": "SkylakeX"}),
    Condition("BLAS kernel not set", environment={"OPENBLAS_CORETYPE": None}),
    Condition("eight BLAS threads asked for", environment={"OPENBLAS_NUM_THREADS": "8", "OMP_NUM_THREADS": "8"}),
    Condition("checkout of another path", elsewhere=True),
    Condition("hostile matplotlibrc and IPython profile", environment={"HOME": "hostile"}),
)


class Copy:
    """A copy of the checkout in which the runs are made.

    Parameters
    ----------
    root : pathlib.Path
        An empty or absent folder.
    source : pathlib.Path
        The checkout.
    """

    def __init__(self, root: Path, source: Path) -> None:
        self.root = root
        for name in ("ogp_analysis", "notebooks", "data"):
            shutil.copytree(source / name, root / name, ignore=shutil.ignore_patterns("processed"))
        shutil.copy(source / "CITATION.cff", root)
        (root / "notebooks" / "runs.toml").write_text(RUNS)

    def run(self, condition: Condition, home: Path) -> dict[str, str]:
        """Run everything from nothing, and return the hash of each file by its path."""
        for left in (self.root / "reports", self.root / "data" / "processed"):
            shutil.rmtree(left, ignore_errors=True)
        told = subprocess.run(
            [sys.executable, "-m", "ogp_analysis", "run", "--all", *condition.words],
            env=self._environment(condition, home),
            cwd=self.root,
            capture_output=True,
            text=True,
        )
        if told.returncode:
            raise SystemExit(f"{condition.name}: {told.stderr}")
        return dict(hashes(self.root / "reports"))

    def _environment(self, condition: Condition, home: Path) -> dict[str, str]:
        wanted = {
            **os.environ,
            paths.HOME_VARIABLE: str(self.root),
            "PYTHONPATH": str(self.root),
            **condition.environment,
        }
        if wanted["HOME"] == "hostile":
            wanted["HOME"] = str(home)
        return {name: value for name, value in wanted.items() if value is not None}


def hashes(reports: Path) -> Iterator[tuple[str, str]]:
    """Yield path and hash of every published file; of a record, of all but its log."""
    for file in sorted(p for p in reports.rglob("*") if p.is_file() and p.name != ".lock"):
        content = file.read_bytes()
        if file.name == "run.json":
            record = json.loads(content)
            del record["log"]
            content = json.dumps(record, sort_keys=True).encode()
        yield file.relative_to(reports).as_posix(), hashlib.sha256(content).hexdigest()


def hostile_home(home: Path) -> Path:
    """Make a home folder whose settings would change every output if they had a say."""
    for style in (home / ".config" / "matplotlib", home / ".matplotlib"):
        style.mkdir(parents=True)
        (style / "matplotlibrc").write_text(HOSTILE_STYLE)
    profile = home / ".ipython" / "profile_default"
    (profile / "startup").mkdir(parents=True)
    (profile / "startup" / "00-hostile.py").write_text(HOSTILE_STARTUP)
    for name in ("ipython_config.py", "ipython_kernel_config.py"):
        (profile / name).write_text(HOSTILE_CONFIG)
    return home


def compare(source: Path, conditions=CONDITIONS) -> Iterator[tuple[Condition, int, list[str]]]:
    """Run under each condition; yield it with how many files there were and which of them differ from the first run."""
    with tempfile.TemporaryDirectory(prefix="reproducibility-") as folder:
        here = Copy(Path(folder) / "a", source)
        there = Copy(Path(folder) / "another path, with spaces" / "b", source)
        home = hostile_home(Path(folder) / "home")
        first = here.run(FIRST, home)
        for condition in conditions:
            found = (there if condition.elsewhere else here).run(condition, home)
            differ = [name for name in sorted({*first, *found}) if first.get(name) != found.get(name)]
            yield condition, len(found), differ


def table(results) -> str:
    """Return the results as a table in Markdown."""
    lines = ["| compared with the first run | files | differ |", "|---|---|---|"]
    for condition, files, differ in results:
        lines.append(f"| {condition.name} | {files} | {', '.join(differ) or 'none'} |")
        print(lines[-1], file=sys.stderr, flush=True)
    return "\n".join(lines)


def main() -> int:
    """Print the table, or write it into its page; the exit code says whether anything differed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"Write the table into {PAGE}.")
    source = paths.project().root
    write = parser.parse_args().write
    results = []

    def noted():
        for result in compare(source):
            results.append(result)
            yield result

    text = table(noted())
    versions = ", ".join(
        f"{name} {fingerprint.version(name)}" for name in ("numpy", "pandas", "matplotlib", "papermill")
    )
    text += f"\n\nMade by `{'python -m benchmarks.reproducibility --write'}` with Python {platform.python_version()}, "
    text += f"{versions}, on {platform.system()} {platform.machine()}."
    if write:
        page = source / PAGE
        before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
        page.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", encoding="utf-8")
    else:
        with contextlib.suppress(BrokenPipeError):
            print(text)
    return int(any(differ for _, _, differ in results))


if __name__ == "__main__":
    sys.exit(main())
