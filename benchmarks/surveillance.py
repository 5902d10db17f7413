"""The detector over many contracts, beside the one compiled alternation of all its terms over the same text.

    python benchmarks/surveillance.py [--rows 1000000]

The contracts are those of the embedded sample of CompraNet, repeated with a number behind each, so that no two are the
same. Wanted: at most twice the time of the alternation, and at most 500 MiB beside the table; for `scanned`, which gets
the contracts a piece at a time, 500 MiB in all. Last comes the whole command on a CSV file of them, which cleans,
searches and writes.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

import ogp_analysis as ogp
from ogp_analysis.procurement.own_files.column_map import ColumnMap
from ogp_analysis.procurement.own_files.contract_rows import COLUMNS, contract_rows
from ogp_analysis.publishing.scans import scan_files
from ogp_analysis.surveillance.detector import terms
from ogp_analysis.surveillance.scan import scanned

#: What was set as wanted: times the alternation, MiB beside the table.
TIMES, PEAK = 2.0, 500


def many(rows: int) -> pd.DataFrame:
    """Return so many contracts with object, buyer and supplier."""
    sample = ogp.load("compranet", "contracts")
    at = [n % len(sample) for n in range(rows)]
    words = (sample["contract_object"].fillna("") + " " + sample["procedure_object"].fillna("")).tolist()
    frame = sample[["buyer_name", "supplier_name"]].iloc[at].reset_index(drop=True)
    return frame.assign(object=[f"{words[place]} {n}" for n, place in enumerate(at)])


def peak() -> float:
    """Return the most memory that the process took since that was last forgotten, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024


def alternation(texts: pd.Series) -> float:
    """Return the seconds that the one alternation of all terms takes."""
    every = re.compile(r"\b(?:" + "|".join(term.pattern for term in terms("embedded")) + r")\b", re.IGNORECASE)
    start = time.process_time()
    for text in texts:
        every.search(text)
    return time.process_time() - start


def measured(doing) -> tuple[object, float, float]:
    """Return what a function returns, its seconds of processor time, and the most memory meanwhile in MiB."""
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # forget the most it took so far
    start = time.process_time()
    found = doing()
    return found, time.process_time() - start, peak()


def in_memory(rows: int) -> None:
    """Measure the detector over one table."""
    table = many(rows)
    ogp.surveillance.detect(table.head(1000))
    found, own, most = measured(lambda: ogp.surveillance.detect(table))
    bare = alternation(table["object"])
    size = table.memory_usage(deep=True).sum() / 2**20
    print(f"{rows:,} contracts, {len(found.hits):,} hits; alternation {bare:.1f} s")
    print(f"detect: {own:.1f} s, {own / bare:.2f} times (wanted: {TIMES}); {most:.0f} MiB at most, of which {size:.0f} "
          f"the table (wanted: {PEAK})")  # fmt: skip


def by_pieces(rows: int) -> None:
    """Measure the search of contracts that come a piece at a time."""

    def pieces() -> Iterator[pd.DataFrame]:
        for start in range(0, rows, 50_000):
            size = min(50_000, rows - start)
            table = many(size).rename(columns={"buyer_name": "buyer", "supplier_name": "supplier"})
            key = pd.Series([f"{start + n}#1" for n in range(size)], dtype="str")
            blank = dict.fromkeys(COLUMNS, "") | {"date": pd.NaT, "amount": float("nan"), "line": 1}
            table = table.assign(**{name: value for name, value in blank.items() if name not in table})
            yield table.assign(key=key, process=key, date=table["date"].astype("datetime64[us]"))[list(COLUMNS)]

    list(scanned([next(pieces()).head(100)]).frame)
    _, making, _ = measured(lambda: [len(piece) for piece in pieces()])
    _, own, most = measured(lambda: scanned(pieces()))
    bare = alternation(many(rows)["object"])
    print(f"scanned: {own - making:.1f} s, {(own - making) / bare:.2f} times (wanted: {TIMES}); {most:.0f} MiB at most "
          f"in all (wanted: {PEAK})")  # fmt: skip


def command(rows: int) -> None:
    """Measure the whole command on one CSV file: the first time, and again, when it is cleaned already."""
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "contracts.csv", Path(folder) / "out"
        for start in range(0, rows, 50_000):
            table = many(min(50_000, rows - start))
            table.insert(0, "id", range(start, start + len(table)))
            table.to_csv(file, mode="a", header=not start, index=False)
        del table
        columns = ColumnMap({"id": ("id",), "object": ("object",), "buyer": ("buyer_name",),
                             "supplier": ("supplier_name",)})  # fmt: skip
        size = file.stat().st_size / 2**20
        for what in ("first", "again"):
            found, own, most = measured(lambda: scan_files([file], out, columns=columns))
            print(f"scan, {what}: {own:.1f} s of processor, {most:.0f} MiB at most, {found.scan.n:,} contracts in "
                  f"{size:.0f} MiB of CSV")  # fmt: skip
        _, reading, _ = measured(lambda: [len(piece) for piece in contract_rows(out / "clean" / "table")])
        print(f"of it reading the cleaned contracts: {reading:.1f} s")


PARTS = {"memory": in_memory, "pieces": by_pieces, "command": command}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--part", choices=list(PARTS), help="only this; all by default, each in its own process")
    given = parser.parse_args()
    if given.part:
        PARTS[given.part](given.rows)
        return
    for part in PARTS:  # so that none is charged with the memory of another
        subprocess.run([sys.executable, __file__, "--rows", str(given.rows), "--part", part], check=True)


if __name__ == "__main__":
    main()
