"""The detector over many contracts, beside the one compiled alternation of all its terms over the same text.

    python benchmarks/surveillance.py [--rows 1000000]

The contracts are those of the embedded sample of CompraNet, repeated with a number behind each, so that no two are the
same. Wanted: at most twice the time of the alternation, and at most 500 MiB beside the table.
"""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path

import pandas as pd

import ogp_analysis as ogp
from ogp_analysis.surveillance.detector import _terms

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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    table = many(parser.parse_args().rows)
    ogp.surveillance.detect(table.head(1000))
    Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # forget the most it took so far
    start = time.process_time()
    found = ogp.surveillance.detect(table)
    own, most = time.process_time() - start, peak()
    every = re.compile(r"\b(?:" + "|".join(term.pattern for term in _terms("embedded")) + r")\b", re.IGNORECASE)
    start = time.process_time()
    for text in table["object"]:
        every.search(text)
    bare = time.process_time() - start
    print(f"{len(table):,} contracts, {len(found.frame):,} hits")
    print(f"detector {own:.1f} s, alternation {bare:.1f} s: {own / bare:.2f} times (wanted: {TIMES})")
    print(
        f"{most:.0f} MiB at most, of which {table.memory_usage(deep=True).sum() / 2**20:.0f} the table (wanted: {PEAK})"
    )


if __name__ == "__main__":
    main()
