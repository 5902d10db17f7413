"""Content hashes: of files, of values, and of the tree of files that a result rests on.

Nothing here looks at clocks, paths or commits, so the same content has the same hash everywhere; nothing is parsed.
"""

from __future__ import annotations

import hashlib
import json
import re
from functools import cache
from importlib import metadata
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[1]
#: Byte code, and what an installed package brings along of a project: its data and notebooks count by themselves.
_NO_CODE = ("__pycache__", "packaged")
#: Extras of ``pyproject.toml`` that runs need.
_OF_RUNS = ("notebooks", "pdf")


def of_bytes(content: bytes) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def of_file(path: Path) -> str:
    """Return the SHA-256 of a file, read in blocks."""
    with Path(path).open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def of_value(value) -> str:
    """Return the SHA-256 of a JSON value written in its canonical form."""
    return of_bytes(json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode())


def files(*parts: str) -> dict[str, Path]:
    """Return the files of this package by their names below it, sorted.

    Parameters
    ----------
    *parts : str
        Folders and files below the package, as patterns: ``base``, ``*/datasets``; the whole package by default.
    """
    tops = [top for part in parts for top in _FOLDER.glob(part)] if parts else [_FOLDER]
    found = {file for top in tops for file in ([top] if top.is_file() else top.rglob("*")) if file.is_file()}
    named = {file.relative_to(_FOLDER).as_posix(): file for file in sorted(found)}
    return {name: file for name, file in named.items() if not {*_NO_CODE} & {*name.split("/")}}


@cache
def of_tree(*parts: str) -> str:
    """Return a hash of the names and contents of :func:`files`, computed once in a process.

    Examples
    --------
    >>> from ogp_analysis.base import fingerprint
    >>> fingerprint.of_tree("base") == fingerprint.of_tree("base"), fingerprint.of_tree("base") == fingerprint.of_tree()
    (True, False)
    """
    return of_value({name: of_file(file) for name, file in files(*parts).items()})


@cache
def versions() -> dict[str, str]:
    """Return the installed version of each distribution that ``pyproject.toml`` lists for runs and reports, sorted."""
    try:
        wanted = metadata.requires("ogp-analysis") or ()
    except metadata.PackageNotFoundError:  # it runs from a checkout alone, which has a lock
        return {}
    extras = {one: re.search(r"extra == ['\"]([\w-]+)", one) for one in wanted}
    names = {re.match(r"[\w.-]+", one)[0].lower() for one, of in extras.items() if not of or of[1] in _OF_RUNS}
    names.discard("ogp-analysis")  # with an extra of its own
    return {name: version(name) for name in sorted(names)}


@cache
def version(distribution: str) -> str:
    """Return the installed version of a distribution, or ``"not installed"``."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return "not installed"
