"""Memory of a command and everything it starts."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path


def peak(line: list[str], environment: dict, folder: Path, every: float = 0.05, given: Path | None = None) -> int:
    """Run a command and return the largest sum of proportional set sizes of its processes, in bytes.

    It is looked at so often (seconds); `given` is what it reads from its standard input.

    The proportional size divides a page that several processes share among them, so that the sum is
    what the machine has to give. Linux only.
    """
    none = subprocess.DEVNULL
    with (given or Path(os.devnull)).open("rb") as stdin:
        process = subprocess.Popen(line, env=environment, cwd=folder, stdin=stdin, stdout=none, stderr=none)
    largest = 0
    while process.poll() is None:
        largest = max(largest, sum(_proportional(number) for number in _family(process.pid)))
        time.sleep(every)
    if process.returncode:
        raise SystemExit(f"a side of the benchmark failed: {line}")
    return largest


def _family(root: int) -> list[int]:
    found = [root]
    for number in found:
        for children in Path(f"/proc/{number}/task").glob("*/children"):
            try:
                found += [int(child) for child in children.read_text().split()]
            except OSError:
                continue
    return found


def _proportional(number: int) -> int:
    try:
        lines = Path(f"/proc/{number}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
