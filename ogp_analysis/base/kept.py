"""Files that this package wrote and reads back: taken for no more than their form allows, never followed elsewhere.

A folder of reports or of cleaned tables may come from someone else, or stand where others can write. So a name in it
leads nowhere but into it, a link in it is not followed, and what it holds is held against a schema before it is used.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO

#: No file that says what was done is larger than this.
MOST = 64 * 2**20


class NotKept(ValueError):
    """A file that is not as this package leaves it; the text says in what, without a period."""


def is_inside(name: str) -> bool:
    """Return whether a text is the path of a file below some folder, written with ``/`` and in one way only."""
    path = PurePosixPath(name)
    plain = name.isprintable() and "\\" not in name and str(path) == name
    return plain and not path.is_absolute() and ".." not in path.parts and name not in ("", ".")


@contextmanager
def opened(folder: Path, name: str) -> Iterator[BinaryIO]:
    """Open a file below `folder` for reading; no link on the way from there is followed.

    Raises
    ------
    NotKept
        If the name leads out of the folder, a link stands on the way, or it is not a regular file.
    OSError
        If it is not there or cannot be read.
    """
    if not is_inside(name):
        raise NotKept(f"{name!r} is not a path inside the folder")
    *above, last = PurePosixPath(name).parts
    with ExitStack() as stack:
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        stack.callback(os.close, place)
        for part in above:
            place = _below(place, part, os.O_DIRECTORY)
            stack.callback(os.close, place)
        handle = _below(place, last, os.O_NONBLOCK)  # opening a pipe would wait for who writes into it
        with os.fdopen(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise NotKept("it is not a regular file")
            yield stream


def _below(folder: int, name: str, how: int) -> int:
    try:
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | how, dir_fd=folder)
    except OSError as error:
        refused = error.errno in (errno.ELOOP, errno.EMLINK, errno.ENOTDIR)
        if refused and stat.S_ISLNK(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
            raise NotKept("it is a link, or lies behind one") from None
        if error.errno == errno.ENXIO:
            raise NotKept("it is not a regular file") from None
        raise


def content(folder: Path, name: str) -> bytes:
    """Return the content of a file below `folder`.

    Raises
    ------
    NotKept, OSError
        As :func:`opened`; also if it is larger than :data:`MOST`.
    """
    with opened(folder, name) as stream:
        found = stream.read(MOST + 1)
    if len(found) > MOST:
        raise NotKept(f"it is larger than {MOST // 2**20} MiB")
    return found


def sha256(folder: Path, name: str) -> str:
    """Return the SHA-256 of a file below `folder` in hexadecimal; faults are those of :func:`opened`."""
    with opened(folder, name) as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def decoded(text: bytes, kind: type):
    """Return the JSON value in `text`, in plain Python types, if it fits a schema.

    Parameters
    ----------
    text : bytes
    kind : type
        A :class:`msgspec.Struct` or another type that msgspec can check.

    Raises
    ------
    NotKept
        If it is not JSON, or does not fit; says where.
    """
    import msgspec

    try:
        value = msgspec.json.decode(text)
        msgspec.convert(value, kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NotKept(f"{error}" if isinstance(error, msgspec.MsgspecError) else "it is not JSON") from error
    return value


def loaded(folder: Path, name: str, kind: type):
    """Return what a JSON file below `folder` holds; faults are those of :func:`content` and :func:`decoded`."""
    return decoded(content(folder, name), kind)


def replace(file: Path, content: bytes) -> None:
    """Write a file so that it has its old content or its new one, whole, whatever happens.

    A link in its place is replaced, not followed.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    new = file.with_name(f".{file.name}.new")
    try:
        new.unlink(missing_ok=True)
        put(new, content)
        new.replace(file)
    finally:
        with suppress(OSError):
            new.unlink(missing_ok=True)
    sync(file.parent)


def put(file: Path, content: bytes) -> None:
    """Write a new file and see that it is on the disk; nothing may stand in its place yet.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    with file.open("xb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def settle(part: Path, file: Path) -> None:
    """Give a file that has grown under another name its own, once its content is on the disk.

    Raises
    ------
    OSError
        If it cannot be moved.
    """
    sync(part, os.O_NOFOLLOW)
    part.replace(file)


def sync(place: Path, how: int = os.O_DIRECTORY) -> None:
    """See that what was renamed in a folder, or with other flags a file, is on the disk."""
    handle = os.open(place, os.O_RDONLY | os.O_CLOEXEC | how)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def link_on_the_way(folder: Path, name: str) -> str:
    """Return the first part of a path below `folder` that is a link, or an empty text."""
    path = PurePosixPath(name)
    return next((str(part) for part in [*reversed(path.parents), path][1:] if (folder / part).is_symlink()), "")
