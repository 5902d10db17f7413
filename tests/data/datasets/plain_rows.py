"""Sound rows of raw tables, as their publishers lay them out; what stands in them is made up."""

from __future__ import annotations

import csv
import json
from pathlib import Path

FOLDER = Path(__file__).with_name("plain")


def plain(name: str, number: int = 0) -> dict[str, str]:
    """Return a row of a table by the names of its columns; a test changes what it is about."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))[number]


def release(name: str) -> dict:
    """Return a release of OCDS."""
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
