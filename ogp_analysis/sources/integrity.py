"""Which bytes a file holds."""

from __future__ import annotations

import hashlib
from pathlib import Path

_KNOWN: dict[tuple[str, int, int], str] = {}


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file, in hex; each file is read once a process unless it changes.

    Whether it changed is told from path, size and time of modification (in nanoseconds).

    Raises
    ------
    OSError
        If the file cannot be read.
    """
    stat = path.stat()
    key = (str(path.resolve()), stat.st_size, stat.st_mtime_ns)
    if key not in _KNOWN:
        with path.open("rb") as stream:
            _KNOWN[key] = hashlib.file_digest(stream, "sha256").hexdigest()
    return _KNOWN[key]
