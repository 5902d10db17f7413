"""Many runs in one batch, two at a time, and whether memory, open files, processes and disk stay as they are.

``python tools/soak.py --runs 200`` makes a project of its own, runs a small notebook as often with as many values,
looks at the batch and at the process that it forks after each run, and ends with exit code 1 if something grew.
``--write`` puts the figures into ``docs/reproducibility.md``. Linux only: it looks in ``/proc``. No clock decides
anything.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low

from ogp_analysis.base import paths, processes
from ogp_analysis.publishing.runs import manifest, runner
from ogp_analysis.publishing.runs.plan import Options, Planner, build_tables
from ogp_analysis.publishing.runs.progress import Progress

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reproducibility.md"
BEGIN, END = "<!-- soak: begin -->", "<!-- soak: end -->"
SOURCE = "ogp_status_events"
JOBS = 2
#: Shares of the runs: while these settle nothing is held against them; what is first and last of the others.
SETTLING, PART = 0.1, 0.2
#: The piece in which Python takes memory from the system: one more tells nothing.
PIECE = 2**20
#: What is looked at, as a reader of the page calls it, with the size of its unit.
MEASURES = {
    "batch_memory": ("memory of the batch, MiB", 2**20),
    "batch_files": ("open files of the batch", 1),
    "engine_memory": ("memory of the engine, MiB", 2**20),
    "engine_files": ("open files of the engine", 1),
    "processes": ("processes", 1),
    "disk": ("disk below the project beside the reports, KiB", 2**10),
    "temporary": ("disk for temporary files, KiB", 2**10),
    "report": ("disk of a report, KiB", 2**10),
}
#: Reads a table; states a number; draws a figure; shows a table.
CELLS = (
    (
        "parameters",
        "import ogp_analysis as ogp\n"
        "number: int = 10000  # tells one run from another\n"
        'edition: ogp.types.Edition = "embedded"  # which data',
    ),
    (
        "",
        "import pandas as pd\n"
        "from ogp_analysis.base.words import say\n"
        "from ogp_analysis.base.words.sentence import year\n"
        "from ogp_analysis.civic_space.figures.overview import side_by_side\n"
        'events = ogp.load("ogp_status_events", "events", edition)\n'
        'display(say("panel.table.indicators", role="headline", place="Mexico", first=year(2000),\n'
        "            last=year(2000 + len(events))))",
    ),
    (
        "",
        'path = pd.DataFrame({"year": [2000, 2001, 2002], "value": [0.4, 0.6, 0.5], "segment": 0})\n'
        'display(side_by_side({"MEX": path}, name="path", id="v2xcs_ccsi"))',
    ),
    ("", "ogp.provenance()"),
)


@dataclass(frozen=True)
class Verdict:
    """Whether a measure stayed as it was.

    Attributes
    ----------
    lowest, highest : int
        In the first part of the runs, after settling.
    last : int
        The middle value of the last part: growth is in all of it, a file that is just being written in some.
    step : int
        The smallest step in which it grows.
    """

    lowest: int
    highest: int
    last: int
    step: int = 0

    @property
    def flat(self) -> bool:
        """Whether it grew by no more than it moved within the first part, or than a step.

        What grows with each run moves within that part by its growth over one part, and until the end by that of
        several.
        """
        return self.last - self.highest <= max(self.highest - self.lowest, self.step)


def verdict(values: Sequence[int], step: int = 0) -> Verdict:
    """Hold the last part of a series, one value per run, against the first."""
    settled = values[round(len(values) * SETTLING) :]
    part = max(1, round(len(values) * PART))
    first, last = settled[:part], settled[-part:]
    return Verdict(min(first), max(first), median_low(last), step)


def verdicts(seen: Mapping[str, Sequence[int]]) -> dict[str, Verdict]:
    """Return the verdict on each measure."""
    return {name: verdict(values, PIECE if name.endswith("memory") else 0) for name, values in seen.items()}


def soak(home: Path, runs: int, after: Callable[[], None] = lambda: None) -> dict[str, array]:
    """Run the notebook so often in one batch below `home`, an empty folder; return the measures, one value per run.

    Parameters
    ----------
    home : pathlib.Path
    runs : int
    after : callable
        Called after each run; for tests, which let something grow.

    Raises
    ------
    SystemExit
        If a run fails, or something is left when the batch has ended.
    """
    project = _project(home / "project")
    temporary = home / "temporary"
    temporary.mkdir()
    variables = {paths.HOME_VARIABLE: str(project.root), "TMPDIR": str(temporary)}
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    tempfile.tempdir = None
    try:
        return _measured(project, temporary, runs, after)
    finally:
        tempfile.tempdir = None
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _measured(project: paths.Project, temporary: Path, runs: int, after: Callable[[], None]) -> dict[str, array]:
    wanted = manifest.matrix(project, "soak", {"number": [str(10_000 + n) for n in range(runs)]})
    build_tables(project, {"embedded"}, lambda name, what: None, JOBS)
    planner = Planner(project, built=True)
    steps = planner.steps(wanted)
    # As large from the beginning as in the end: what is looked at includes this process.
    seen = {name: array("q", bytes(8 * runs)) for name in MEASURES}
    folders = {run.name: os.fspath(project.reports / run.notebook / run.slug) for run in wanted}

    class Watch(Progress):
        def begun(self, name: str) -> None:
            """Keep nothing: this process is looked at too."""

        def ended(self, name: str, seconds: float, fault: str = "") -> None:
            if fault:
                raise SystemExit(f"{name}: {fault}")
            after()
            for measure, value in _look(project, temporary, folders[name]).items():
                seen[measure][self.done] = value
            self.done += 1

    with Path(os.devnull).open("w") as nowhere:
        summary = runner.Batch(planner, Options(JOBS), Watch((), JOBS, nowhere)).execute(steps)
    # The fork server, and the process in which multiprocessing notes what is to be removed, end with this one.
    beside = len(_family()) - 3
    left = [*temporary.glob("ogp-*"), *(project.reports / ".staging").glob("*")]
    if summary.published != runs or left or beside > 0:
        raise SystemExit(f"{summary.published} of {runs} reports, {beside} processes left, files left: {left}")
    return seen


def _look(project: paths.Project, temporary: Path, report: str) -> dict[str, int]:
    family = _family()
    engine = processes.server()
    return {
        "batch_memory": _resident(os.getpid()),
        "batch_files": _open_files(os.getpid()),
        "engine_memory": _resident(engine),
        "engine_files": _open_files(engine),
        "processes": len(family),
        "disk": _size(project.root, Path(report).parent),
        "temporary": _size(temporary),
        "report": _size(report),
    }


def _project(root: Path) -> paths.Project:
    for extract in (ROOT / "data" / "raw" / SOURCE).glob("*-extract"):
        shutil.copytree(extract, root / "data" / "raw" / SOURCE / extract.name)
    shutil.copy(ROOT / "CITATION.cff", root)
    project = paths.Project(root)
    project.notebooks.mkdir()
    project.runs.write_text("")
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "# How is it?"}]
    empty = {"cell_type": "code", "outputs": [], "execution_count": None}
    cells += [{**empty, "metadata": {"tags": [tag] if tag else []}, "source": text} for tag, text in CELLS]
    numbered = [{**cell, "id": f"cell-{number}"} for number, cell in enumerate(cells)]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    document = {"cells": numbered, "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    (project.notebooks / "soak.ipynb").write_text(json.dumps(document), encoding="utf-8")
    return project


def _family() -> list[int]:
    """Return this process and everything that descends from it."""
    found = [os.getpid()]
    for pid in found:
        with suppress(OSError):  # it has ended meanwhile
            for thread in Path(f"/proc/{pid}/task").iterdir():
                found += [int(child) for child in (thread / "children").read_text().split()]
    return found


def _file(pid: int, name: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/{name}").read_bytes()
    except OSError:
        return b""  # it has ended meanwhile


def _resident(pid: int) -> int:
    return int(_file(pid, "statm").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def _open_files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


def _size(folder: Path | str, without: Path | None = None) -> int:
    """Return the bytes of all files below a folder, of what goes away meanwhile as much as is seen."""
    total = 0
    for place, folders, files in os.walk(folder):
        here = Path(place)
        if here == without:
            folders.clear()
            continue
        for name in files:
            with suppress(FileNotFoundError):
                total += (here / name).lstat().st_size
    return total


def page(found: Mapping[str, Verdict], runs: int) -> str:
    """Return the table of the verdicts, with the commit they were made on."""
    rows = [_row(*MEASURES[name], one) for name, one in found.items()]
    return (
        f"| {runs:,} runs | first, lowest | first, highest | last, middle | |\n|---|---|---|---|---|\n"
        + "".join(rows)
        + f"\nMade by `python tools/soak.py --runs {runs} --write` on commit {commit()}, with Python "
        f"{platform.python_version()}, on {platform.system()} {platform.machine()}.\n"
    )


def _row(what: str, unit: int, found: Verdict) -> str:
    cells = [f"{value / unit:,.1f}" if unit > 1 else f"{value}" for value in (found.lowest, found.highest, found.last)]
    return f"| {what} | {' | '.join(cells)} | {'flat' if found.flat else '**grows**'} |\n"


def commit() -> str:
    """Return the commit of the checkout, and whether anything but its documentation was changed since."""

    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", ROOT, *words], check=True, capture_output=True, text=True).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")
    return git("rev-parse", "--short=12", "HEAD") + (" with changes" if changed else "")


def main(words: Iterable[str] | None = None) -> int:
    """Measure, print the table, and return 1 if something grew."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=200)
    options.add_argument("--write", action="store_true", help=f"put the table into {PAGE.name}")
    given = options.parse_args(words)
    with tempfile.TemporaryDirectory() as folder:
        seen = soak(Path(folder), given.runs)
    found = verdicts(seen)
    text = page(found, given.runs)
    print(text)
    if given.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{text}{END}{rest.partition(END)[2]}", encoding="utf-8")
    return 0 if all(one.flat for one in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
