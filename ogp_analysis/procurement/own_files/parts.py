"""Files that are written under a temporary name and renamed when they are whole."""

from __future__ import annotations

import shutil
from pathlib import Path

FORMS = ("parquet", "csv")
#: Begins the name of a folder for blocks that are ready before it is their turn.
SPOOL = ".blocks-"


def part(file: Path) -> Path:
    """Return where a file stands while it is written."""
    return file.with_name(f".{file.name}.part")


def remove(out: Path) -> None:
    """Remove the files that a killed process left half written below `out`, whose folders are not links."""
    for left in (*(file for form in FORMS for file in out.glob(f"{form}/*/.*.part")), *out.glob("runs/.*.new")):
        left.unlink()
    for folder in out.glob(f"{SPOOL}*/"):
        shutil.rmtree(folder, ignore_errors=True)
