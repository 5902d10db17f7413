"""Putting a file in its place whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ogp_analysis.errors import DownloadError

_PREFIX, _SUFFIX = ".ogp-fetch-", ".part"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)


class DiskFault(DownloadError):
    """The folder that is written into gives no more room, or no leave."""


@contextmanager
def placed(target: Path) -> Iterator[BinaryIO]:
    """Write a file beside `target` and move it into place when the block ends well.

    If the block raises, nothing is kept. If the process is killed, a ``.ogp-fetch-….part`` stays,
    which :func:`clear_leftovers` takes away; `target` itself is either absent or whole.

    Raises
    ------
    DiskFault
        If the disk is full or the folder cannot be written.
    """
    part = target.parent / f"{_PREFIX}{secrets.token_hex(8)}{_SUFFIX}"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise disk_fault(error, target) from error
    finally:
        _forget(part)


def leftovers(folder: Path) -> list[Path]:
    """Return what killed fetches have left below `folder`, sorted."""
    return sorted(folder.rglob(f"{_PREFIX}*{_SUFFIX}"))


def clear_leftovers(folder: Path) -> None:
    """Take away what killed fetches have left below `folder`, which must be locked.

    Raises
    ------
    DiskFault
        If the folder cannot be written.
    """
    for part in leftovers(folder):
        try:
            part.unlink(missing_ok=True)
        except OSError as error:
            raise disk_fault(error, part) from error


def disk_fault(error: OSError, target: Path) -> DiskFault:
    """Return the fault that a failed write below the folder of `target` is."""
    folder = str(target.parent)
    if error.errno in _FULL:
        return DiskFault(
            folder,
            f"has no room for {target.name} ({error.strerror}); nothing was kept of it",
            "Make room on that disk and fetch again; what is there already stays",
        )
    if error.errno in _FORBIDDEN:
        return DiskFault(
            folder, f"cannot be written ({error.strerror})", "Make it writable, or work in a clone that is"
        )
    return DiskFault(
        folder, f"{target.name} could not be written ({error.strerror or error})", "Check the disk and fetch again"
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget(part: Path) -> None:
    try:
        part.unlink(missing_ok=True)
    except OSError:
        # The fault that made the write fail is already on its way; the next fetch clears the rest.
        return
