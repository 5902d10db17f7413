"""What making all default reports takes in two checkouts: ``python benchmarks/all_reports.py OLD NEW``.

Runs ``ogp-analysis run --all --jobs 2`` in each, its reports removed before: in one round the old checkout first, in
the next the new, so that a machine that becomes slower favours neither. Prints the seconds by the clock and of the
processor, the reports, and the ratios of the new to the old: of the whole, and of the processor time of a report. Needs
an installed environment and built tables in both.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path


def measured(checkout: Path) -> tuple[float, float, int]:
    """Make all reports of a checkout; return the seconds by the clock, those of the processor, and the reports."""
    shutil.rmtree(checkout / "reports", ignore_errors=True)
    command, begun = [".venv/bin/ogp-analysis", "run", "--all", "--jobs", "2"], time.monotonic()
    process = subprocess.Popen(command, cwd=checkout, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    clock, processor = time.monotonic() - begun, usage.ru_utime + usage.ru_stime
    reports = len(list((checkout / "reports").glob("*/*/run.json")))
    each = processor / reports
    print(f"{checkout}: {reports} reports in {clock:.1f} s; {processor:.1f} s of processor, {each:.2f} a report")
    if process.returncode:
        sys.exit(f"{checkout}: the command has ended with status {process.returncode}")
    return clock, processor, reports


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    given = parser.parse_args()
    whole, each = [], []
    for number in range(given.rounds):
        sides = (given.old, given.new) if number % 2 == 0 else (given.new, given.old)
        found = {side: measured(side) for side in sides}
        old, new = found[given.old], found[given.new]
        whole.append(new[0] / old[0])
        each.append((new[1] / new[2]) / (old[1] / old[2]))
    print(f"new / old, all reports by the clock: {', '.join(f'{ratio:.2f}' for ratio in whole)}")
    print(f"new / old, processor time of a report: {', '.join(f'{ratio:.2f}' for ratio in each)}")
    print(f"medians: {statistics.median(whole):.2f} and {statistics.median(each):.2f}")


if __name__ == "__main__":
    main()
