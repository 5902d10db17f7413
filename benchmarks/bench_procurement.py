"""CompraNet: rows cleaned a second beside ``pandas.read_csv(dtype=str)`` on the same file, and peak memory.

``python benchmarks/bench_procurement.py`` with ``OGP_ANALYSIS_MIRROR`` set. The files repeat the
samples of 2017 and 2018 with new keys until they have the rows asked for. Every measurement is a
process of its own; the two sides take turns, and medians over the rounds are printed.
"""

from __future__ import annotations

import argparse
import csv
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SIZES = (10_000, 100_000, 1_000_000)
KEYS = ("CODIGO_EXPEDIENTE", "NUMERO_PROCEDIMIENTO", "CODIGO_CONTRATO")


def samples() -> tuple[list[str], list[list[str]]]:
    """Return the column names and the records of the samples that are whole."""
    folder = Path(os.environ["OGP_ANALYSIS_MIRROR"]) / "compranet"
    with (folder / "2018-sample" / "2018.sample.csv").open(encoding="utf-8", newline="") as stream:
        names, *rows = csv.reader(stream)
    with (folder / "2017-sample" / "2017.sample.csv").open(encoding="utf-8", newline="") as stream:
        rows += [row for row in csv.reader(stream) if len(row) == len(names)]
    return names, rows


def make(path: Path, count: int) -> None:
    """Write a file of `count` contracts with keys of their own."""
    names, rows = samples()
    places = [names.index(key) for key in KEYS]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(names)
        for number in range(count):
            again, at = divmod(number, len(rows))
            row = list(rows[at])
            for place in places:
                row[place] = f"{row[place]}{again:04d}"
            writer.writerow(row)


def read(path: Path) -> int:
    """Read the file as text, no more."""
    import pandas as pd

    return len(pd.read_csv(path, dtype=str))


def clean(path: Path) -> int:
    """Clean the file chunk by chunk, and let each go."""
    from ogp_analysis.cleaning.procurement import compranet
    from ogp_analysis.sources import messy_table

    finisher, rows = compranet.Finisher(), 0
    for chunk in messy_table.chunks(messy_table.opened(path, path.name)):
        part = finisher.finish(compranet.clean_contracts(chunk))
        rows += len(part.tables["contracts"])
        del chunk, part
    return rows


def measured(side: str, path: Path) -> tuple[float, float]:
    """Return seconds and peak MiB of one side in a process of its own."""
    command = [sys.executable, __file__, "--side", side, "--file", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return float(done[0]), float(done[1])


def side(name: str, path: Path) -> None:
    """Run one side and print seconds, peak MiB and rows."""
    work = {"read": read, "clean": clean}[name]
    import pandas  # noqa: F401  both sides start with pandas imported

    start = time.perf_counter()
    rows = work(path)
    print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, rows)


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--side")
    options.add_argument("--file", type=Path)
    given = options.parse_args()
    if given.side:
        side(given.side, given.file)
        return
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {given.rounds} rounds, medians")
    print(f"{'rows':>9} {'read s':>8} {'clean s':>8} {'ratio':>6} {'read MiB':>9} {'clean MiB':>9}")
    with tempfile.TemporaryDirectory() as folder:
        for size in SIZES:
            path = Path(folder) / f"{size}.csv"
            make(path, size)
            rounds = [(measured("read", path), measured("clean", path)) for _ in range(given.rounds)]
            ratio = statistics.median(ours[0] / theirs[0] for theirs, ours in rounds)
            (rs, rm), (cs, cm) = ([statistics.median(r[at][what] for r in rounds) for what in (0, 1)] for at in (0, 1))
            print(f"{size:>9,} {rs:>8.2f} {cs:>8.2f} {ratio:>6.2f} {rm:>9.0f} {cm:>9.0f}", flush=True)


if __name__ == "__main__":
    main()
