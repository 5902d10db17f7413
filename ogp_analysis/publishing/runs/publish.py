"""Put a finished folder in its place so that a reader, or a kill, never meets half of one."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from ogp_analysis.base import kept
from ogp_analysis.base.errors import BusyError, ReportError, SourceError
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.paths import Project
from ogp_analysis.data.sources.download import FULL
from ogp_analysis.publishing.runs import run_record

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_STAGING, _LOCK = ".staging", ".lock"
#: What the front page and its neighbours were written from.
STATE = ".index.json"
#: What the batch works with, beside the reports.
BESIDE = (_STAGING, _LOCK, STATE)
#: The name of a report that is set aside for a new one; its two parts name the folder that it belongs in.
_ASIDE = re.compile(r"([a-z][a-z0-9_]{0,60})--([A-Za-z0-9-]{1,80})\.old")
#: Bytes of free space that a disk must have: several times the largest report.
_ROOM = 1 << 20


def staging(project: Project) -> Path:
    """Return the folder in which this process prepares reports, on the same file system as the reports.

    Each process has its own, so that what is left running of a killed batch cannot write into the
    reports that the next one prepares.
    """
    return project.reports / _STAGING / str(os.getpid())


def prepared(project: Project, notebook: str, slug: str) -> Path:
    """Return the folder in which this process prepares the report of a run."""
    return staging(project) / f"{notebook}--{slug}"


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files of a report into an empty folder and make sure they are on the disk.

    Raises
    ------
    ReportError
        If the disk is full or the folder cannot be written.
    """
    with writing(folder):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            kept.put(folder / name, content)
        for inner in {folder, *((folder / name).parent for name in files)}:
            kept.sync(inner)


@contextlib.contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn a fault of the disk inside this context into a sentence about the folder, with what to do about it.

    Raises
    ------
    ReportError
        If the disk is full or the folder cannot be written.
    """
    try:
        yield
    except OSError as error:
        what, action = f"cannot be written ({error.strerror})", "Make reports/ writable, then run again"
        if error.errno in FULL:
            what, action = "the disk is full", "Make room, then run the same command again"
        raise ReportError(str(folder), what, action) from error


def publish(project: Project, record: dict) -> None:
    """Complete a prepared report with its record, the last file to be written, and move it to its place.

    Raises
    ------
    ReportError
        If it cannot be written or moved.
    """
    folder = prepared(project, record["notebook"], record["slug"])
    with writing(folder):
        kept.put(folder / run_record.NAME, run_record.dumps(record))
        kept.sync(folder)
    place(project, folder, project.reports / record["notebook"] / record["slug"])


def place(project: Project, prepared: Path, target: Path) -> None:
    """Move a prepared folder to `target`, replacing what is there in one step where the system can.

    Raises
    ------
    ReportError
        If it cannot be moved, or the folder that it belongs in is a link.
    """
    with writing(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        _check_no_link(target.parent)
        if not os.path.lexists(target):
            prepared.rename(target)
        elif not exchange(prepared, target):
            # Two renames; what is set aside comes back in :func:`recover` if the second is not made.
            aside = prepared.with_name(prepared.name + ".old")
            _remove(aside)
            kept.sync(prepared.parent)
            target.rename(aside)
            prepared.rename(target)
            kept.sync(target.parent)
            _remove(aside)
        kept.sync(target.parent)
    _remove(prepared)


def _check_no_link(folder: Path) -> None:
    if folder.is_symlink():
        raise ReportError(str(folder), "is a link, and reports are not written through links", "Remove the link")


def exchange(one: Path, two: Path) -> bool:
    """Exchange two folders atomically; return whether the system can.

    Raises
    ------
    OSError
        If the system can, and the exchange fails.
    """
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return False
    if rename(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(two), _RENAME_EXCHANGE) == 0:
        return True
    fault = ctypes.get_errno()
    if fault in (errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP):
        return False
    raise OSError(fault, os.strerror(fault))


@contextlib.contextmanager
def at_work(project: Project, doing: str) -> Iterator[None]:
    """Hold the lock of the reports and an empty staging folder, of which nothing is left, whatever ends the work.

    Raises
    ------
    BusyError
        If another process is at work in the same reports.
    ReportError
        As :func:`recover`.
    """
    with only_one(project.reports / _LOCK, doing):
        recover(project)
        try:
            yield
        finally:
            # What cannot be removed, on a disk that has become read only, is left to the next one.
            with contextlib.suppress(OSError):
                _finish(project)
                _remove(project.reports / _STAGING)


def recover(project: Project) -> None:
    """Undo what an interrupted process left, empty the staging folder, and see that there is room.

    To be called under the lock of the reports.

    Raises
    ------
    ReportError
        If the folder cannot be written.
    """
    with writing(project.reports):
        _finish(project)
        _remove(project.reports / _STAGING)
        staging(project).mkdir(parents=True, exist_ok=True)
    check_room(project)


def check_room(project: Project) -> None:
    """See that reports can be written at all.

    Raises
    ------
    ReportError
        If the disk is full or the folder cannot be written.
    """
    probe = staging(project) / ".room"
    try:
        with writing(project.reports):
            probe.unlink(missing_ok=True)
            kept.put(probe, bytes(_ROOM))
    finally:
        probe.unlink(missing_ok=True)


def clear_leftovers(project: Project) -> None:
    """Remove the leftovers of an interrupted process, unless another process is at work.

    On a read-only disk they stay until the next :func:`recover`.
    """
    root = project.reports / _STAGING
    if os.path.lexists(root):
        # Another batch is at work, and this is its own; or nothing can be written.
        with contextlib.suppress(BusyError, SourceError, OSError), only_one(project.reports / _LOCK, "clearing up"):
            _finish(project)
            _remove(root)


def _finish(project: Project) -> None:
    """Put back each report that was set aside for one that was not put in its place."""
    root = project.reports / _STAGING
    for aside in [] if root.is_symlink() else sorted(root.glob("*/*.old")):
        if (place := _ASIDE.fullmatch(aside.name)) and not (aside.is_symlink() or aside.parent.is_symlink()):
            target = project.reports.joinpath(*place.groups())
            if aside.is_dir() and not os.path.lexists(target):
                _check_no_link(target.parent)
                aside.rename(target)
                kept.sync(target.parent)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
