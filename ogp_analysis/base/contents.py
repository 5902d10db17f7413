"""What is in files and folders that are asked for again and again: read once, and again when they have changed.

A change within one tick of a file system's clock would leave no trace in its dates. So only what has been left alone
for a while is remembered, as Git does with its index.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import SourceError

#: Nanoseconds that are longer than a tick of any file system's clock.
_WHILE = 3_000_000_000
_hashes: dict[Path, tuple[tuple, str]] = {}
_folders: dict[tuple[Path, str], tuple[tuple, list[Path]]] = {}


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    mark = _mark(file.stat())
    if (known := _hashes.get(file)) and known[0] == mark:
        return known[1]
    found = fingerprint.of_file(file)
    if _left_alone([mark]):
        _hashes[file] = mark, found
    return found


def written(file: Path, content: str) -> None:
    """Remember the SHA-256 of a file that this process wrote just now, where no other does."""
    _hashes[file] = _mark(file.stat()), content


def folders(above: Path, ending: str) -> list[Path]:
    """Return the folders two levels below `above` whose name ends with `ending`, sorted; none if it is not there."""
    if not above.is_dir():
        return []
    marks = tuple(sorted((entry.name, _mark(entry.stat())) for entry in os.scandir(above) if entry.is_dir()))
    if (known := _folders.get((above, ending))) and known[0] == marks:
        return known[1]
    found = sorted(above.glob(f"*/*{ending}"))
    if _left_alone([mark for _, mark in marks]):
        _folders[above, ending] = marks, found
    return found


def unchanged(path: Path, label: str, before: str) -> None:
    """See that a file still holds the bytes it held before it was read; it is hashed again, whatever its times say.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    label : str
        How errors name it.
    before : str
        Its SHA-256 before, in hex.

    Raises
    ------
    SourceError
        If it holds others, or is gone.
    """
    try:
        mark = _mark(path.stat())
        after = fingerprint.of_file(path)
    except OSError:
        raise changed(label) from None
    if after != before:
        raise changed(label)
    if _left_alone([mark]):
        _hashes[path] = mark, after


def changed(label: str) -> SourceError:
    """Return the fault of a file that holds other bytes after it was read than before."""
    return SourceError(label, "changed while it was read", "Run the same command again when it is whole")


def _mark(seen: os.stat_result) -> tuple[int, int, int, int]:
    return seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, seen.st_size


def _left_alone(marks: list[tuple[int, int, int, int]]) -> bool:
    latest = max((max(changed, created) for changed, created, _, _ in marks), default=0)
    return time.time_ns() - latest > _WHILE
