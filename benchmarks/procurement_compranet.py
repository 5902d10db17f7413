"""CompraNet: cleaning beside ``pandas.read_csv(dtype=str)`` on the same file; a part of ``procurement.py``.

The files repeat the samples of 2017 and 2018 with new keys until they have the rows asked for; in one of them
every title, supplier and amount is made different too, which repeats would hide. Every measurement is a process
of its own, sides take turns, and a ratio is taken within a round.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

#: Rows, and whether every title, supplier and amount is different.
FILES = ((10_000, False), (100_000, False), (1_000_000, False), (1_000_000, True))
SIDES = ("read", "clean", "command")
KEYS = ("CODIGO_EXPEDIENTE", "NUMERO_PROCEDIMIENTO", "CODIGO_CONTRATO")
TITLES = ("TITULO_EXPEDIENTE", "TITULO_CONTRATO", "PROVEEDOR_CONTRATISTA")
#: What was set as acceptable: processor time of the command on the last of the files, in times of reading it; and how
#: much more memory ten times the rows may take.
MOST_TIMES, MOST_GROWTH = 1.5, 0.15


class Measure(NamedTuple):
    """Seconds on the clock and of processor that the work took, and peak memory of the process in MiB."""

    wall: float
    cpu: float
    memory: float


def samples() -> tuple[list[str], list[list[str]]]:
    """Return the column names and the records of the samples that are whole."""
    folder = Path(os.environ["OGP_ANALYSIS_MIRROR"]) / "compranet"
    with (folder / "2018-sample" / "2018.sample.csv").open(encoding="utf-8", newline="") as stream:
        names, *rows = csv.reader(stream)
    with (folder / "2017-sample" / "2017.sample.csv").open(encoding="utf-8", newline="") as stream:
        rows += [row for row in csv.reader(stream) if len(row) == len(names)]
    return names, rows


def make(path: Path, count: int, different: bool = False) -> None:
    """Write a file of `count` contracts with keys of their own."""
    names, rows = samples()
    keys, titles = ([names.index(name) for name in some] for some in (KEYS, TITLES))
    amount = names.index("IMPORTE_CONTRATO")
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(names)
        for number in range(count):
            again, at = divmod(number, len(rows))
            row = list(rows[at])
            for place in keys:
                row[place] = f"{row[place]}{again:04d}"
            if different:
                for place in titles:
                    row[place] = f"{number:07d} {row[place]}"
                row[amount] = f"{row[amount]}{number % 997:03d}"
            writer.writerow(row)


def read(path: Path) -> None:
    """Read the file as text, no more."""
    import pandas as pd

    pd.read_csv(path, dtype=str)


def clean(path: Path) -> None:
    """Clean the file chunk by chunk, and let each go."""
    from ogp_analysis.data.datasets.procurement.compranet import dataset as compranet
    from ogp_analysis.data.sources import delimited

    finisher = compranet.Finisher()
    for chunk in delimited.mended(delimited.opened(path, path.name)):
        part = finisher.finish(compranet.clean_contracts(chunk))
        del chunk, part


def command(path: Path) -> None:
    """Do all that ``ogp-analysis clean`` does: clean, check, write Parquet, CSV, the record and the page."""
    from ogp_analysis.procurement.own_files.cleaning_run import clean_files

    with tempfile.TemporaryDirectory(dir=path.parent) as out:
        (done,) = clean_files([path], "compranet", Path(out))
    assert done.what == "cleaned", done.fault


def side(name: str, path: Path) -> None:
    """Do the work of one side and print what it took; all sides start with pandas imported."""
    import pandas  # noqa: F401

    wall, cpu = time.perf_counter(), time.process_time()
    {"read": read, "clean": clean, "command": command}[name](path)
    took = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps([*took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def measured(name: str, path: Path) -> Measure:
    """Return what one side takes in a process of its own."""
    done = subprocess.run([sys.executable, __file__, name, str(path)], check=True, capture_output=True, text=True)
    return Measure(*json.loads(done.stdout))


def section(rounds: int) -> str:
    """Measure all sides on all files and return the section of the page."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for count, different in FILES:
            path = Path(folder) / f"{count}-{different}.csv"
            make(path, count, different)
            measured("read", path)
            found.append([{name: measured(name, path) for name in SIDES} for _ in range(rounds)])
            path.unlink()
    return "\n".join(lines(found, rounds)) + "\n"


def lines(found: list[list[dict[str, Measure]]], rounds: int) -> list[str]:
    """Return the lines of the section."""
    middle = {f: {n: median(r[n] for r in some) for n in SIDES} for f, some in zip(FILES, found, strict=True)}
    small, large = middle[FILES[1]], middle[FILES[2]]
    growth = {n: large[n].memory / small[n].memory - 1 for n in ("clean", "command")}
    rows = [row(file, some) for file, some in zip(FILES, found, strict=True)]
    times = statistics.median(one["command"].cpu / one["read"].cpu for one in found[-1])
    each = ", ".join(f"{middle[f]['clean'].cpu / f[0] * 1e6:.1f}" for f in FILES[:3])
    return [
        "## Cleaning CompraNet files\n",
        f"`OGP_ANALYSIS_MIRROR=… python benchmarks/procurement.py --only compranet --rounds {rounds}` on "
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}.\n",
        "The samples of 2017 and 2018, repeated with new keys; “all different”: every title, supplier and amount is "
        "made different too. *Read* is `pandas.read_csv(dtype=str)`; *clean* makes the tables and the record, chunk by "
        "chunk; *command* is all that `ogp-analysis clean` does: clean, hold the tables against their schemas, and "
        "write them as Parquet and CSV with the record and the page. Seconds of processor and peak memory are medians "
        f"of {rounds} rounds; a ratio is the median of the ratios within a round, lowest and highest in brackets.\n",
        "| rows | read, s | clean, s | command, s | clean / read, processor | clean / read, clock | command / read, "
        "processor | command / read, clock | peak of read, MiB | of clean | of command |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
        *rows,
        f"\nWanted: at {FILES[-1][0]:,} rows, all different, the command takes at most {MOST_TIMES:g} times the "
        f"processor time of reading. It takes {times:.2f} times. Time grows with the rows: cleaning takes {each} "
        "microseconds of processor a row at 10,000, 100,000 and 1,000,000 rows. Small files are dominated by what is "
        "done once: importing the cleaner, reading its rules.\n",
        f"Wanted: from 100,000 to 1,000,000 rows peak memory grows by at most {MOST_GROWTH:.0%}. It grows by "
        f"{growth['clean']:.1%} (clean) and {growth['command']:.1%} (command).\n",
    ]


def median(measures) -> Measure:
    """Return the medians of each part."""
    return Measure(*(statistics.median(values) for values in zip(*measures, strict=True)))


def row(file: tuple[int, bool], rounds: list[dict[str, Measure]]) -> str:
    """Return the line of one file."""
    middle = {name: median(one[name] for one in rounds) for name in SIDES}
    ratios = [
        spread([getattr(one[name], part) / getattr(one["read"], part) for one in rounds])
        for name in ("clean", "command")
        for part in ("cpu", "wall")
    ]
    cells = [f"{file[0]:,}" + (", all different" if file[1] else "")]
    cells += [f"{middle[name].cpu:.2f}" for name in SIDES] + ratios + [f"{middle[name].memory:.0f}" for name in SIDES]
    return "| " + " | ".join(cells) + " |"


def spread(values: list[float]) -> str:
    """Return median, lowest and highest."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


if __name__ == "__main__":
    side(sys.argv[1], Path(sys.argv[2]))
