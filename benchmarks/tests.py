"""What the fast tests cost in two checkouts, in seconds of processor time: ``python benchmarks/tests.py OLD NEW``.

Runs ``make test`` in NEW, once for all tests and once for those that have the name of a test in OLD, then in OLD.
Prints user and system time of all processes, the wall clock, and the ratios to OLD. Other work on the machine shows in
the wall clock, less in the ratios. Needs an installed environment in both, and ``OGP_ANALYSIS_MIRROR``, without which
the tests on published files are skipped.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

#: A plugin that keeps the tests whose functions are named in a file.
PLUGIN = """
from pathlib import Path

NAMES = frozenset((Path(__file__).parent / "names.txt").read_text(encoding="utf-8").split())


def pytest_collection_modifyitems(config, items):
    other = [item for item in items if getattr(item, "originalname", item.name) not in NAMES]
    config.hook.pytest_deselected(items=other)
    items[:] = [item for item in items if getattr(item, "originalname", item.name) in NAMES]
"""


class Cost(NamedTuple):
    """Seconds of processor time, and by the clock."""

    processor: float
    clock: float


def measured(checkout: Path, what: str, **environment: str) -> Cost:
    """Run tests of a checkout, print what they cost, and return it."""
    begun = time.monotonic()
    process = subprocess.Popen(
        ["make", "test"], cwd=checkout, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True
    )
    with process.stdout:
        lines = process.stdout.read().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    cost = Cost(usage.ru_utime + usage.ru_stime, time.monotonic() - begun)
    print(f"{checkout}, {what}: {cost.processor:.0f} s of processor time ({usage.ru_utime:.0f} user, "
          f"{usage.ru_stime:.0f} system), {cost.clock:.0f} s; {lines[-1] if lines else 'no output'}")  # fmt: skip
    if process.returncode:
        print("\n".join(line for line in lines if line.startswith(("FAILED", "ERROR"))))
    return cost


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    given = parser.parse_args()
    texts = (file.read_text(encoding="utf-8") for file in sorted((given.old / "tests").rglob("test_*.py")))
    names = sorted({name for text in texts for name in re.findall(r"def (test_\w+)", text)})
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "names.txt").write_text("\n".join(names), encoding="utf-8")
        (Path(folder) / "named.py").write_text(PLUGIN, encoding="utf-8")
        new = measured(given.new, "all")
        same = measured(given.new, "those of the old", PYTHONPATH=folder, PYTEST_ADDOPTS="-p named")
        old = measured(given.old, "all")
    for what, cost in (("those of the old", same), ("all", new)):
        print(f"{what}, new / old: {cost.processor / old.processor:.2f} of processor time, "
              f"{cost.clock / old.clock:.2f} by the clock")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
