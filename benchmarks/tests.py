"""What the fast tests cost in two checkouts, in seconds of processor time: ``python benchmarks/tests.py OLD NEW``.

Runs ``make test`` in each, one after the other, and prints user and system time of all processes, the wall clock, and
the ratio of the new to the old. Other work on the machine shows in the wall clock, less in the ratio. Needs an
installed environment in both, and ``OGP_ANALYSIS_MIRROR``, without which the tests on published files are skipped.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path


def measured(checkout: Path) -> float:
    """Run the tests of a checkout, print what they cost, and return the seconds of processor time."""
    begun = time.monotonic()
    process = subprocess.Popen(["make", "test"], cwd=checkout, stdout=subprocess.PIPE, text=True)
    with process.stdout:
        lines = process.stdout.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = usage.ru_utime + usage.ru_stime
    print(f"{checkout}: {seconds:.0f} s of processor time ({usage.ru_utime:.0f} user, {usage.ru_stime:.0f} system), "
          f"{time.monotonic() - begun:.0f} s; {lines[-1] if lines else 'no output'}")  # fmt: skip
    if process.returncode:
        print("\n".join(line for line in lines if line.startswith(("FAILED", "ERROR"))))
    return seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    given = parser.parse_args()
    old, new = measured(given.old), measured(given.new)
    print(f"new / old: {new / old:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
