"""Files that grow under a name of their own and get theirs when they are whole."""

from __future__ import annotations

import shutil
from pathlib import Path

FORMS = ("parquet", "csv")
#: Begins the name of a folder for what is ready before it is its turn.
SPOOL = ".blocks-"


def part(file: Path) -> Path:
    """Return where a file grows."""
    return file.with_name(f".{file.name}.part")


def remove(out: Path) -> None:
    """Remove what a process that was killed left half written below `out`, whose folders are not links."""
    for left in (*(file for form in FORMS for file in out.glob(f"{form}/*/.*.part")), *out.glob("runs/.*.new")):
        left.unlink()
    for folder in out.glob(f"{SPOOL}*/"):
        shutil.rmtree(folder, ignore_errors=True)
