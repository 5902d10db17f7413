"""One process at a time: a lock that names its owner and dies with it."""

from __future__ import annotations

import os
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import Path

from ogp_analysis.base.errors import BusyError, SourceError

#: How long the owner of a lock is given to write its name into it, in seconds.
_NAMING = 1.0


@contextmanager
def only_one(file: Path, doing: str, wait: bool = False):
    """Hold the lock `file` while the block runs.

    The operating system releases the lock when its owner ends, however it ends; so a file left by
    a dead process never stands in the way.

    Parameters
    ----------
    file : pathlib.Path
        The lock file; made if it is not there, and left there.
    doing : str
        What the lock is for, as the other process will read it.
    wait : bool
        Whether to wait for another owner instead of giving up.

    Raises
    ------
    BusyError
        If another process holds the lock and `wait` is false; names its process id.
    SourceError
        If the folder of the lock cannot be written, or something else than a file of its own stands in its place.
    """
    import fcntl

    handle = _opened(file)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            # An owner that has just locked it names itself next.
            patience = time.monotonic() + _NAMING
            while not (text := file.read_text(encoding="utf-8", errors="replace").strip()):
                if time.monotonic() > patience:
                    break
                time.sleep(0.01)
            owner, _, what = (text if text.isprintable() else "").partition(" ")
            held = f"process {owner or 'unknown'} is {what or 'at work'} there already"
            raise BusyError(doing, held, "Wait for it, or stop it") from None
        except OSError as error:
            what = f"cannot be locked ({error.strerror})"
            raise SourceError(str(file), what, "Work in a clone on a disk that knows locks") from error
        with suppress(OSError):  # a full disk: the lock holds all the same, without its owner's name
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"{os.getpid()} {doing}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def _opened(file: Path) -> int:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        _check(file)
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o644)
    except OSError as error:
        _check(file)
        what = f"cannot be written ({error.strerror})"
        raise SourceError(str(file.parent), what, "Make the folder writable, or work in a clone that is") from error
    try:
        _own(os.fstat(handle), file)
    except SourceError:
        os.close(handle)
        raise
    return handle


def _check(file: Path) -> None:
    with suppress(FileNotFoundError, NotADirectoryError):
        _own(file.lstat(), file)


def _own(seen: os.stat_result, file: Path) -> None:
    """Refuse what would be written to elsewhere too: the name of the owner goes into the file."""
    if not stat.S_ISREG(seen.st_mode) or seen.st_nlink > 1:
        what = "is a link" if stat.S_ISLNK(seen.st_mode) or stat.S_ISREG(seen.st_mode) else "is not a regular file"
        raise SourceError(str(file), what, "Remove it: a lock is a file of its own")
