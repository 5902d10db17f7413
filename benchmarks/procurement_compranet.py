"""CompraNet: cleaning beside ``pandas.read_csv(dtype=str)`` on the same file; a part of ``procurement.py``.

There is a file in each layout, from published samples, repeated until it has the rows asked for; every key, title,
supplier, tax code and amount is made different, which repeats would hide. Every measurement is a process of its own,
sides take turns, and a ratio is taken within a round.
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

#: Layout and rows. Of procedures (E) no file is published here: contracts have their fields.
FILES = (*((layout, 100_000) for layout in ("B1", "B2", "C2", "D", "E")), ("D", 1_000_000))
SIDES = ("read", "command")
SAMPLES = {
    "B1": ("compranet/2013/*.csv", "compranet/2014/*.csv"),
    "B2": ("compranet/2018-sample/*.csv", "compranet/2017-sample/*.csv"),
    "C2": ("compranet/2023-imss-raw/*.csv",),
    "D": ("comprasmx/2026-imss/*.csv",),
}
#: What is made different in a field, and how; what procedures have that contracts do not.
KEYS = ("expediente", "procedure_number", "contract_code", "contract_number", "published_number")
TITLES = ("procedure_title", "contract_title", "contract_description", "supplier")
PROCEDURES = {"procedure_status": "Adjudicado", "element": "Procedimiento", "law": "LEY DE ADQUISICIONES"}
_CODE, _LAST = 12, 9
#: What was set as acceptable: processor time of the command in times of reading, by rows; and memory in MiB.
MOST_TIMES, MOST_MEMORY = {100_000: 3, 1_000_000: 2}, 400


class Measure(NamedTuple):
    """Seconds on the clock and of processor that the work took, and peak memory of the process in MiB."""

    wall: float
    cpu: float
    memory: float


def sample(layout: str) -> tuple[list[str], list[str], list[list[str]]]:
    """Return the names of the columns of a layout, its fields, and the records of its samples that are whole."""
    from ogp_analysis.data.datasets.procurement import layouts

    mirror, records = Path(os.environ["OGP_ANALYSIS_MIRROR"]), []
    for pattern in SAMPLES["C2" if layout == "E" else layout]:
        for file in sorted(mirror.glob(pattern)):
            with file.open(encoding="utf-8", newline="") as stream:
                records += csv.reader(stream)
    names = records[0]
    rows = [row for row in records if len(row) == len(names) and row != names]

    def fields(of: str, names) -> list[str]:
        known = {name: field for field, several in layouts.layouts()[of].columns.items() for name in several}
        return [known.get(layouts.folded(name), "") for name in names]

    found = fields("C2" if layout == "E" else layout, names)
    if layout != "E":
        return names, found, rows
    names = list(layouts.layouts()["E"].headers)
    wanted = fields("E", names)
    at = [found.index(of) if (of := "procedure_number" if one == "published_number" else one) in found and of else None
          for one in wanted]  # fmt: skip
    constant = [PROCEDURES.get(one, "Texto") for one in wanted]
    return names, wanted, [[c if i is None else row[i] for i, c in zip(at, constant, strict=True)] for row in rows]


def different(field: str, cell: str, number: int, again: int) -> str:
    """Return a cell as no other row has it."""
    if field in KEYS:
        return f"{cell}{again:04d}"
    if field in TITLES:
        return f"{number:07d} {cell}"
    if field == "amount":
        return f"{cell}{number % 997:03d}" if "." in cell else f"{cell}.{number % 97:02d}"
    if field == "supplier_rfc" and len(cell) >= _CODE:
        return f"{cell[:-_LAST]}{number % 1_000_000:06d}{cell[-3:]}"
    return cell


def make(path: Path, count: int, layout: str) -> None:
    """Write a file of `count` rows in a layout, all of them different."""
    names, fields, rows = sample(layout)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(names)
        for number in range(count):
            again, at = divmod(number, len(rows))
            cells = zip(fields, rows[at], strict=True)
            writer.writerow([different(field, cell, number, again) for field, cell in cells])


def read(path: Path) -> None:
    """Read the file as text, no more."""
    import pandas as pd

    pd.read_csv(path, dtype=str)


def command(path: Path) -> None:
    """Do all that ``ogp-analysis clean`` does: clean, check, write Parquet, CSV, the record and the page."""
    from ogp_analysis.procurement.own_files.cleaning_run import clean_files

    with tempfile.TemporaryDirectory(dir=path.parent) as out:
        (done,) = clean_files([path], "compranet", Path(out), jobs=2)
    assert done.what == "cleaned", done.fault


def side(name: str, path: Path) -> None:
    """Do the work of one side and print what it took; all sides start with pandas imported."""
    import pandas  # noqa: F401

    wall, cpu = time.perf_counter(), time.process_time()
    {"read": read, "command": command}[name](path)
    took = time.perf_counter() - wall, time.process_time() - cpu
    print(json.dumps([*took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def measured(name: str, path: Path) -> Measure:
    """Return what one side takes in a process of its own; byte code is kept, as Python does unless set otherwise."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    line = [sys.executable, __file__, name, str(path)]
    return Measure(*json.loads(subprocess.run(line, check=True, capture_output=True, text=True, env=kept).stdout))


def section(rounds: int) -> str:
    """Measure all sides on all files and return the section of the page."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for layout, count in FILES:
            path = Path(folder) / f"{layout}-{count}.csv"
            make(path, count, layout)
            measured("read", path)
            of_file = rounds if count == FILES[0][1] else 1
            found.append([{name: measured(name, path) for name in SIDES} for _ in range(of_file)])
            path.unlink()
    return "\n".join(lines(found, rounds)) + "\n"


def lines(found: list[list[dict[str, Measure]]], rounds: int) -> list[str]:
    """Return the lines of the section."""
    memory = max(one["command"].memory for some in found for one in some)
    wanted = " and ".join(f"{times} times at {count:,} rows" for count, times in MOST_TIMES.items())
    return [
        "## Cleaning CompraNet files\n",
        f"`OGP_ANALYSIS_MIRROR=… python benchmarks/procurement.py --only compranet --rounds {rounds}` on "
        f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, Python {platform.python_version()}, "
        f"pandas {_pandas()}.\n",
        "Published samples in each layout, repeated; every key, title, supplier, tax code and amount is different. "
        "*Read* is `pandas.read_csv(dtype=str)`; *command* is all that `ogp-analysis clean` does: clean, hold the "
        "tables against their schemas, look for natural persons once more in all that is written, and write it as "
        "Parquet and CSV with the record and the page. It does that in one process, whatever `--jobs` says. Seconds of "
        f"processor and peak memory are medians of {rounds} rounds, of one at 1,000,000 rows; a ratio is the median of "
        "the ratios within a round, lowest and highest in brackets.\n",
        "| layout | rows | read, s | command, s | command / read, processor | peak of read, MiB | of command |",
        "|---|---|---|---|---|---|---|",
        *map(row, FILES, found),
        f"\nWanted: at most {wanted}, in at most {MOST_MEMORY} MiB. The times are not reached. Memory is that of a "
        f"chunk and of the different natural persons, a fifth of the rows here; the most is {memory:.0f} MiB. Of the "
        "time at 100,000 rows about a third is the second look, a quarter cleaning, a tenth the start; the rest is "
        "reading, hashing, counting and writing.\n",
    ]


def _pandas() -> str:
    import pandas as pd

    return pd.__version__


def median(measures) -> Measure:
    """Return the medians of each part."""
    return Measure(*(statistics.median(values) for values in zip(*measures, strict=True)))


def row(file: tuple[str, int], rounds: list[dict[str, Measure]]) -> str:
    """Return the line of one file."""
    middle = {name: median(one[name] for one in rounds) for name in SIDES}
    times = spread([one["command"].cpu / one["read"].cpu for one in rounds])
    seconds, memory = (
        [f"{getattr(middle[name], of):.{n}f}" for name in SIDES] for of, n in (("cpu", 2), ("memory", 0))
    )
    return "| " + " | ".join([file[0], f"{file[1]:,}", *seconds, times, *memory]) + " |"


def spread(values: list[float]) -> str:
    """Return median, lowest and highest."""
    return f"{statistics.median(values):.2f} ({min(values):.2f}–{max(values):.2f})"


if __name__ == "__main__":
    side(sys.argv[1], Path(sys.argv[2]))
