"""Putting a file in its place whole or not at all."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ogp_analysis.base import kept
from ogp_analysis.base.errors import BusyError, DownloadError
from ogp_analysis.base.fingerprint import sha256
from ogp_analysis.base.lock import only_one
from ogp_analysis.data.sources.sidecar import Source, SourceFile

#: Held while the files of a version are got.
LOCK = ".fetch.lock"
_PREFIX, _SUFFIX = ".ogp-fetch-", ".part"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EROFS, errno.EACCES, errno.EPERM)


class DiskFault(DownloadError):
    """The folder has no space left, or may not be written."""


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
        kept.sync(target.parent)
    except OSError as error:
        raise disk_fault(error, target) from error
    finally:
        # The fault that made the write fail is already on its way; the next fetch clears the rest.
        with suppress(OSError):
            part.unlink(missing_ok=True)


def store(
    blocks: Iterable[bytes],
    target: Path,
    file: SourceFile,
    tell: Callable[[int], None],
    wrong: Callable[[bytes, int, str], DownloadError],
) -> None:
    """Write what should be a file of a source, and keep it only if it is.

    Parameters
    ----------
    blocks : iterable of bytes
        The content as it comes.
    target : pathlib.Path
        Where it goes.
    file : SourceFile
        What the file should be.
    tell : callable
        Called with the number of bytes written so far.
    wrong : callable
        Given the beginning, the size and the SHA-256 of another content, returns the fault.

    Raises
    ------
    DownloadError
        If the content is another, see `wrong`.
    DiskFault
        If the target cannot be written.
    """
    digest, done, start = hashlib.sha256(), 0, b""
    with placed(target) as part:
        for block in blocks:
            digest.update(block)
            part.write(block)
            start, done = start or block[:512], done + len(block)
            tell(min(done, file.bytes))
            # The size of the right file is known: whatever a server announces, nothing more is awaited.
            if done >= file.bytes:
                break
        if digest.hexdigest() != file.sha256:
            raise wrong(start, done, digest.hexdigest())


@contextmanager
def alone(place: Path, doing: str) -> Iterator[None]:
    """Hold the lock of the folder of a version while the block runs, and leave no lock behind.

    Raises
    ------
    BusyError
        If another process holds it.
    SourceError, DiskFault
        If the folder cannot be written.
    """
    lock = place / LOCK
    try:
        for _ in range(10):
            with only_one(lock, doing):
                # Whoever held it before may have taken the file away after this process opened it:
                # then the lock that was got is that of a file nobody else can see.
                owner = None
                with suppress(FileNotFoundError):
                    owner = lock.read_text(encoding="utf-8", errors="replace").partition(" ")[0]
                if owner not in (str(os.getpid()), ""):  # a full disk holds no name
                    continue
                try:
                    yield
                finally:
                    lock.unlink(missing_ok=True)
                return
    except OSError as error:
        raise disk_fault(error, lock) from error
    raise BusyError(doing, "another process is at work there", "Wait for it, or stop it")


def forget_lock(place: Path) -> None:
    """Take away the lock that a killed fetch has left in the folder of a version that is complete, if that may be."""
    with suppress(OSError):
        (place / LOCK).unlink(missing_ok=True)


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
        what = f"has no room for {target.name} ({error.strerror}); nothing was kept of it"
        return DiskFault(folder, what, "Make room on that disk and fetch again; what is there already stays")
    if error.errno in _FORBIDDEN:
        what = f"cannot be written ({error.strerror})"
        return DiskFault(folder, what, "Make it writable, or work in a clone that is")
    what = f"{target.name} could not be written ({error.strerror or error})"
    return DiskFault(folder, what, "Check the disk and fetch again")


# Finding a raw file in a folder: a mirror laid out like ``data/raw``, or just the files, downloaded by hand.

_BLOCK = 1 << 20


@dataclass(frozen=True)
class Finding:
    """What a folder holds of one raw file.

    Attributes
    ----------
    path : pathlib.Path or None
        A file with the right bytes.
    other : pathlib.Path or None
        A file of the right name with other bytes, if there is no right one.
    """

    path: Path | None = None
    other: Path | None = None


def find(folder: Path, source: Source, file: SourceFile, known: set[str]) -> Finding:
    """Look for `file` in `folder`.

    By name, in ``<source>/<version>/``, in ``<version>/`` and in the folder itself; then by content
    among the files of the folder itself, since browsers and people rename what they save. A file that
    has another name here than at its publisher is looked for by content in ``<source>/<version>/`` too.

    Parameters
    ----------
    folder : pathlib.Path
        The mirror, or a folder of downloads.
    source, file : Source, SourceFile
        What is looked for.
    known : set of str
        SHA-256 of all files of all versions of the source: one of them under the name of another
        (two versions may share a file name) is not a fault.

    Raises
    ------
    DownloadError
        If a candidate cannot be read.
    """
    other = None
    try:
        name = PurePosixPath(file.name)
        places = (Path(source.id, source.version, name), Path(source.version, name), name, name.name)
        for path in dict.fromkeys(folder / place for place in places):
            if not path.is_file():
                continue
            found = sha256(path)
            if found == file.sha256:
                return Finding(path)
            other = other or (path if found not in known else None)
        version = folder / source.id / source.version
        everywhere = sorted(version.rglob("*")) if file.renamed and version.is_dir() else []
        for path in (*everywhere, *sorted(folder.iterdir())):
            if has_content(path, file):
                return Finding(path)
    except OSError as error:
        raise _unreadable(error, folder) from error
    return Finding(other=other)


def has_content(path: Path, file: SourceFile) -> bool:
    """Return whether `path` is a file with the bytes of `file`; it is read only if its size fits."""
    return path.is_file() and path.stat().st_size == file.bytes and sha256(path) == file.sha256


def copy(path: Path, target: Path, file: SourceFile, progress: Callable[[int], None]) -> None:
    """Copy `path` to `target`, verified on the way.

    Raises
    ------
    DownloadError
        If the bytes are no longer the right ones.
    DiskFault
        If the target cannot be written.
    """
    changed = DownloadError(str(path), "changed while it was copied; nothing was kept", "Fetch again")
    store(_blocks(path), target, file, progress, lambda *_: changed)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                yield block
    except OSError as error:
        raise _unreadable(error, path) from error


def _unreadable(error: OSError, path: Path) -> DownloadError:
    what = f"cannot be read ({error.strerror})"
    return DownloadError(str(error.filename or path), what, "Check the folder that the files are to be taken from")
