"""Which bytes a file holds."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ogp_analysis.base.errors import SourceError

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
        with path.open("rb") as stream:
            after = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        after = ""
    if after != before:
        raise changed(label)


def changed(label: str) -> SourceError:
    """Return the fault of a file that holds other bytes after it was read than before."""
    return SourceError(label, "changed while it was read", "Run the same command again when it is whole")
