"""Content hashes: of files, of values, of the tree of files that a result rests on, and of what functions were given.

Nothing here looks at clocks, paths or commits, so the same content has the same hash everywhere; nothing is parsed.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import re
import tempfile
import time
from collections.abc import Callable
from functools import cache, wraps
from importlib import metadata
from pathlib import Path
from typing import ParamSpec, TypeVar

from ogp_analysis.base.errors import SourceError

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
        Folders and files below the package, as patterns: ``base``, ``*/words``; the whole package by default.
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


# What is in files that are asked for again and again: read once, and again when they have changed.
# A change within one tick of a file system's clock would leave no trace in its dates. So only what has been left alone
# for a while is remembered, as Git does with its index.

#: Nanoseconds that are longer than a tick of any file system's clock.
_WHILE = 3_000_000_000
_hashes: dict[Path, tuple[tuple, str]] = {}


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
    found = of_file(file)
    if _left_alone(mark):
        _hashes[file] = mark, found
    return found


def written(file: Path, content: str) -> None:
    """Remember the SHA-256 of a file that this process wrote just now, where no other does."""
    _hashes[file] = _mark(file.stat()), content


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
        after = of_file(path)
    except OSError:
        raise changed(label) from None
    if after != before:
        raise changed(label)
    if _left_alone(mark):
        _hashes[path] = mark, after


def changed(label: str) -> SourceError:
    """Return the fault of a file that holds other bytes after it was read than before."""
    return SourceError(label, "changed while it was read", "Run the same command again when it is whole")


def _mark(seen: os.stat_result) -> tuple[int, int, int, int]:
    return seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, seen.st_size


def _left_alone(mark: tuple[int, int, int, int]) -> bool:
    return time.time_ns() - max(mark[:2]) > _WHILE


# Results of pure functions that runs of one batch share: the first that needs one leaves it for the others.
# What many pages say of all countries (the panel, its series, the places of all) is the same on each. A result stands
# in the folder of the batch, under the content of all arguments, byte for byte, so that a run gets what it would have
# made itself, in whatever order runs come. The folder is made for the batch and removed with it, so no other file is
# read. Without a folder nothing is kept, and no argument is hashed.

#: Names the folder, in the environment of a run.
FOLDER = "OGP_ANALYSIS_CACHE"
_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")


def matters() -> bool:
    """Return whether results are kept."""
    return FOLDER in os.environ


def cached(function: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """Keep the results of a function.

    Parameters
    ----------
    function : callable
        What it returns depends on the content of its arguments alone, and it does nothing else.

    Examples
    --------
    >>> from ogp_analysis.base.fingerprint import cached
    >>> @cached
    ... def double(number):
    ...     return 2 * number
    >>> double(2)
    4
    """
    name = f"{function.__module__}.{function.__qualname__}"

    @wraps(function)
    def called(*args: _Given.args, **kwargs: _Given.kwargs) -> _Made:
        file = _file(name, args, kwargs) if matters() else None
        if file is None:
            return function(*args, **kwargs)
        if file.exists():
            return pickle.loads(file.read_bytes())
        result = function(*args, **kwargs)
        try:
            content = pickle.dumps(result, protocol=5)
        except Exception:  # it refuses to be pickled, as withheld values do
            return result
        file.parent.mkdir(mode=0o700, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as stream:
            stream.write(content)
        Path(stream.name).replace(file)
        return result

    return called


def _file(name: str, args: tuple, kwargs: dict) -> Path | None:
    """Return the file of a result, named by the hash of all its arguments; None if they cannot be pickled."""
    outside: list[pickle.PickleBuffer] = []
    try:
        hashed = hashlib.blake2b(
            pickle.dumps((name, args, kwargs), protocol=5, buffer_callback=outside.append), digest_size=16
        )
        for buffer in outside:
            hashed.update(buffer.raw())
    except Exception:
        return None
    return Path(os.environ[FOLDER]) / hashed.hexdigest()
