"""Building the clean tables of OGP, civic space and surveillance beside merely reading the same raw files.

``python benchmarks/build.py`` (or ``make bench-build``) with ``OGP_ANALYSIS_MIRROR`` set prints the table and
writes the section on building of ``docs/benchmarks.md``. Both sides are whole processes, start-up and imports
included. They take turns: a round measures each once, the first round is not counted, and a ratio is taken
within a round. Reading is ``pandas.read_csv`` and ``pandas.read_excel`` by calamine, all cells as text. Building
is the command, into an empty folder: it verifies every file, reads it with the line of each record, cleans,
accounts for every row, holds every table against its schema, and writes tables and records.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "benchmarks.md"
START, END = "<!-- build -->\n", "<!-- end of build -->\n"
ROOMS = ("civic_space", "ogp", "surveillance")
#: What was set as acceptable: at most so many times the reading, in at most so much memory.
MOST_TIMES, MOST_MEMORY = 3.0, 600
SIDES = {"read": "reading the files as text", "build": "`ogp-analysis build --edition full`"}


@dataclass(frozen=True)
class Measure:
    """What one process took: seconds on the clock, seconds of processor, peak memory in MiB."""

    wall: float
    cpu: float
    memory: float


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
        told = section(rounds, json.loads((home / "files.json").read_text()), given.rounds)
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
    """Return the environment of every side."""
    return {**os.environ, "OGP_ANALYSIS_HOME": str(home)}


def side(home: Path, name: str) -> list[str]:
    """Return the command of one side."""
    if name == "build":
        names = json.loads((home / "datasets.json").read_text())
        return [sys.executable, "-m", "ogp_analysis", "build", "--edition", "full", *names]
    return [sys.executable, str(Path(__file__).resolve()), "--side", name, "--home", str(home)]


def measured(home: Path, name: str) -> Measure:
    """Return what one side takes, as a process that is waited for; building begins with nothing built."""
    shutil.rmtree(home / "data" / "processed", ignore_errors=True)
    command, started = side(home, name), time.perf_counter()
    process = subprocess.Popen(command, env=environment(home), stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status):
        raise SystemExit(f"a side of the benchmark failed: {command}")
    return Measure(time.perf_counter() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def listing(home: Path) -> None:
    """Lay out the raw files of all datasets of the rooms, and list how each is read."""
    from ogp_analysis.cleaning.catalog import DATASETS, dataset
    from ogp_analysis.sources import catalog, raw

    names = [name for name, module in sorted(DATASETS.items()) if module.split(".")[2] in ROOMS]
    mirror, sidecars, files, built = Path(os.environ["OGP_ANALYSIS_MIRROR"]), ROOT / "data" / "raw", {}, []
    for name in names:
        for item in dataset(name).inputs:
            source = catalog.source(sidecars, item.source, item.version)
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


def section(rounds: list[dict[str, Measure]], files: list[dict], count: int) -> str:
    """Return the section of the page."""
    paths = {file["path"] for file in files}
    size = sum(Path(path).stat().st_size for path in paths) / 2**20
    lines = [
        "## Building the tables\n",
        f"`OGP_ANALYSIS_MIRROR=… python benchmarks/build.py --rounds {count}` on {machine()}.\n",
        f"The full edition of all datasets of OGP, civic space and surveillance: {len(paths)} files, "
        f"{size:.0f} MiB. Medians of {count} rounds, lowest and highest in brackets. Both sides are whole processes; "
        "building verifies, cleans, accounts for every row, checks every table and writes it.\n",
        "| | wall, s | processor, s | peak memory, MiB |",
        "|---|---|---|---|",
    ]
    for name, what in SIDES.items():
        cells = [spread([getattr(r[name], part) for r in rounds]) for part in ("wall", "cpu", "memory")]
        lines.append(f"| {what} | " + " | ".join(cells) + " |")
    ratios = [spread([getattr(r["build"], p) / getattr(r["read"], p) for r in rounds], 2) for p in ("wall", "cpu")]
    lines.append(f"| building / reading, within a round | {ratios[0]} | {ratios[1]} | |")
    lines.append(f"\nWanted: at most {MOST_TIMES} times the reading, in at most {MOST_MEMORY} MiB.\n")
    return "\n".join(lines) + "\n"


def spread(values: list[float], digits: int | None = None) -> str:
    """Return median, lowest and highest."""
    digits = digits if digits is not None else (0 if min(values) >= 100 else 2)
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def machine() -> str:
    """Return what kind of machine this is, without its name."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


if __name__ == "__main__":
    # A process starts with the peak of whoever started it, so this one must stay small.
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 100 * 1024:
        raise SystemExit("start this from a shell: the peak of a large parent would be counted")
    main()
