"""Building the clean tables of OGP, civic space and surveillance beside merely reading the same raw files.

``python benchmarks/build.py`` with ``OGP_ANALYSIS_MIRROR`` set prints the table and writes the section on building of
``docs/benchmarks.md``. All sides are whole processes, start-up and imports included. They take turns: a round measures
each once, the first round is not counted, and a ratio is taken within a round. Memory is that of all processes
together, from a run of its own. Reading is ``pandas.read_csv`` and ``pandas.read_excel`` by calamine, all cells as
text. Building is the command, into an empty folder: it verifies every file, reads it with the line of each record,
cleans, accounts for every row, holds every table against its schema, and writes tables and records.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from process_tree import peak

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
START, END = "<!-- build -->\n", "<!-- end of build -->\n"
ROOMS = ("civic_space", "ogp", "surveillance")
#: What was set as acceptable: at most so many times the reading, in at most so much memory.
MOST_TIMES, MOST_MEMORY = 3.0, 600
JOBS = {"build": 2, "alone": 1}
SIDES = {
    "read": "reading the files as text",
    "build": "`ogp-analysis build --edition full`, two processes, as is the default on two processors",
    "alone": "the same with `--jobs 1`",
}


class Measure(NamedTuple):
    """What one process and all it starts took: seconds on the clock, seconds of processor."""

    wall: float
    cpu: float


def main() -> None:
    """Measure both sides in turns and write the page."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--side", choices=["list", "read"], help=argparse.SUPPRESS)
    options.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.side:
        {"list": listing, "read": reading}[given.side](given.home)
        return
    with tempfile.TemporaryDirectory() as folder:
        home = project(Path(folder))
        rounds = [{side: measured(home, side) for side in SIDES} for _ in range(given.rounds + 1)][1:]
        memory = {name: taken(home, name) for name in SIDES}
        told = section(rounds, memory, json.loads((home / "files.json").read_text()))
    print(told, end="")
    page = PAGE.read_text(encoding="utf-8") if PAGE.is_file() else "# Benchmarks\n\n"
    before, _, rest = page.partition(START)
    PAGE.write_text(before + START + told + END + rest.partition(END)[2], encoding="utf-8")


def project(folder: Path) -> Path:
    """Return a project of its own: sidecars of this one, files of the mirror, nothing built."""
    home = folder / "home"
    shutil.copytree(ROOT / "notebooks", home / "notebooks")
    subprocess.run(side(home, "list"), env=environment(home), check=True)
    return home


def environment(home: Path) -> dict:
    """Return the environment of every side. Byte code is kept, as Python does unless set otherwise."""
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "OGP_ANALYSIS_HOME": str(home)}


def side(home: Path, name: str) -> list[str]:
    """Return the command of one side."""
    if name in JOBS:
        names = json.loads((home / "datasets.json").read_text())
        line = [sys.executable, "-m", "ogp_analysis", "build", "--edition", "full", "--jobs", str(JOBS[name])]
        return [*line, *names]
    return [sys.executable, str(Path(__file__).resolve()), "--side", name, "--home", str(home)]


def measured(home: Path, name: str) -> Measure:
    """Return what one side takes, as a process that is waited for."""
    command, started = begun(home, name), time.perf_counter()
    process = subprocess.Popen(command, env=environment(home), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"a side of the benchmark failed: {command}")
    return Measure(time.perf_counter() - started, used.ru_utime + used.ru_stime)


def taken(home: Path, name: str) -> float:
    """Return the peak memory of one side and all it starts, in MiB."""
    return peak(begun(home, name), environment(home), home, 0.02) / 2**20


def begun(home: Path, name: str) -> list[str]:
    """Return the command of one side; building begins with nothing built."""
    shutil.rmtree(home / "data" / "processed", ignore_errors=True)
    return side(home, name)


def listing(home: Path) -> None:
    """Lay out the raw files of all datasets of the rooms, and list how each is read."""
    from ogp_analysis.data.cleaning.catalog import DATASETS, dataset
    from ogp_analysis.data.sources import raw, sidecar

    names = [name for name, module in sorted(DATASETS.items()) if module.split(".")[2] in ROOMS]
    mirror, sidecars, files, built = Path(os.environ["OGP_ANALYSIS_MIRROR"]), ROOT / "data" / "raw", {}, []
    for name in names:
        for item in dataset(name).inputs:
            source = sidecar.source(sidecars, item.source, item.version)
            here = home / "data" / "raw" / item.source / item.version
            for entry in source.files:
                if raw.matches(entry.name, item.files) and (mirror / source.folder / entry.name).is_file():
                    place(here, entry.name, mirror / source.folder, sidecars / source.folder)
                    how = {"path": str(here / entry.name), "delimiter": entry.delimiter, "encoding": entry.encoding}
                    files[str(here / entry.name), item.sheet] = {**how, "sheet": item.sheet, "header": item.header}
                    built.append(name)
    (home / "files.json").write_text(json.dumps(list(files.values())))
    (home / "datasets.json").write_text(json.dumps(list(dict.fromkeys(built))))


def place(here: Path, name: str, published: Path, sidecar: Path) -> None:
    """Put a raw file and its sidecar where the project looks for them."""
    (here / name).parent.mkdir(parents=True, exist_ok=True)
    if not (here / name).exists():
        (here / name).symlink_to(published / name)
        shutil.copy(sidecar / "source.toml", here)


def reading(home: Path) -> None:
    """Read every file into a frame of text, and let each go."""
    import pandas as pd

    for file in json.loads((home / "files.json").read_text()):
        text = {"dtype": str, "keep_default_na": False}
        if file["delimiter"]:
            pd.read_csv(file["path"], sep=file["delimiter"], encoding=file["encoding"], header=file["header"], **text)
        elif file["path"].endswith(".json"):
            records = json.loads(Path(file["path"]).read_text(encoding=file["encoding"]))
            pd.DataFrame.from_dict(records, orient="index", dtype=str)
        else:
            pd.read_excel(file["path"], sheet_name=file["sheet"] or 0, header=file["header"], engine="calamine", **text)


def section(rounds: list[dict[str, Measure]], memory: dict[str, float], files: list[dict]) -> str:
    """Return the section of the page."""
    count = len(rounds)
    paths = {file["path"] for file in files}
    size = sum(Path(path).stat().st_size for path in paths) / 2**20
    lines = [
        "## Building the tables\n",
        f"`OGP_ANALYSIS_MIRROR=… python benchmarks/build.py --rounds {count}` on {machine()}.\n",
        f"The full edition of all datasets of OGP, civic space and surveillance: {len(paths)} files, "
        f"{size:.0f} MiB. Medians of {count} rounds, lowest and highest in brackets. All sides are whole processes; "
        "building verifies, cleans, accounts for every row, checks every table and writes it. Memory is that of all "
        "processes together, shared pages counted once.\n",
        "| | wall, s | processor, s | peak memory, MiB |",
        "|---|---|---|---|",
    ]
    for name, what in SIDES.items():
        cells = [spread([getattr(r[name], part) for r in rounds]) for part in ("wall", "cpu")]
        lines.append(f"| {what} | {' | '.join(cells)} | {memory[name]:.0f} |")
    for name, jobs in JOBS.items():
        ratios = [spread([getattr(r[name], p) / getattr(r["read"], p) for r in rounds]) for p in ("wall", "cpu")]
        processes = "two processes" if jobs > 1 else "one process"
        lines.append(f"| building with {processes} / reading, within a round | {ratios[0]} | {ratios[1]} | |")
    lines.append(f"\nWanted: at most {MOST_TIMES} times the reading, in at most {MOST_MEMORY} MiB.\n")
    return "\n".join(lines) + "\n"


def spread(values: list[float]) -> str:
    """Return median, lowest and highest."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


def machine() -> str:
    """Return what kind of machine this is, without its name."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
