"""Put a finished folder in its place so that a reader, or a kill, never meets half of one."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from ogp_analysis.base import kept
from ogp_analysis.base.errors import BusyError, ReportError, SourceError
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import run_record

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_STAGING, _JOURNAL, _LOCK = ".staging", "journal.json", ".lock"
#: What the front page and its neighbours were written from.
STATE = ".index.json"
#: What the batch works with, beside the reports.
BESIDE = (_STAGING, _LOCK, STATE)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_PREPARED = r"^[0-9]{1,10}/[a-z][a-z0-9_]{0,60}--[A-Za-z0-9-]{1,80}"
_TARGET = r"^[a-z][a-z0-9_]{0,60}/[A-Za-z0-9-]{1,80}\Z"
#: Bytes of free space that a disk must have: several times the largest report.
_ROOM = 1 << 20


class _Steps(Struct, forbid_unknown_fields=True):
    """Two renames that were begun: which folders of the staging folder, and which of the reports."""

    prepared: Annotated[str, Meta(pattern=_PREPARED + r"\Z")]
    old: Annotated[str, Meta(pattern=_PREPARED + r"\.old\Z")]
    target: Annotated[str, Meta(pattern=_TARGET)]


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
        if error.errno in _FULL:
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
        If it cannot be moved, or the folder that it belongs into is a link.
    """
    with writing(target.parent):
        target.parent.mkdir(parents=True, exist_ok=True)
        _check_no_link(target.parent)
        if not os.path.lexists(target):
            prepared.rename(target)
        elif not exchange(prepared, target):
            # Two renames, with a journal that :func:`recover` completes or undoes.
            root = project.reports / _STAGING
            aside = prepared.with_name(prepared.name + ".old")
            _remove(aside)
            kept.sync(prepared.parent)
            steps = {
                "prepared": prepared.relative_to(root).as_posix(),
                "old": aside.relative_to(root).as_posix(),
                "target": target.relative_to(project.reports).as_posix(),
            }
            kept.replace(root / _JOURNAL, json.dumps(steps).encode())
            target.rename(aside)
            prepared.rename(target)
            kept.sync(target.parent)
            (root / _JOURNAL).unlink()
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
    """Complete or undo what an interrupted process left, empty the staging folder, and see that there is room.

    To be called under the lock of the reports.

    Raises
    ------
    ReportError
        If the folder cannot be written, or the journal of the interrupted process names what is not a report.
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

    Raises
    ------
    ReportError
        If the journal of the interrupted process names what is not a report.
    """
    root = project.reports / _STAGING
    if os.path.lexists(root):
        # Another batch is at work, and this is its own; or nothing can be written.
        with contextlib.suppress(BusyError, SourceError, OSError), only_one(project.reports / _LOCK, "clearing up"):
            _finish(project)
            _remove(root)


def _finish(project: Project) -> None:
    """Complete the renames that a journal names; without a journal, or with an empty one, no rename had begun."""
    root = project.reports / _STAGING
    try:
        content = b"" if root.is_symlink() else kept.content(root, _JOURNAL)
        if not content.strip(b"\0"):
            return
        steps = kept.decoded(content, _Steps)
    except (FileNotFoundError, NotADirectoryError):
        return
    except kept.NotKept as error:
        where = project.shown(root / _JOURNAL)
        raise ReportError(where, f"is not a journal of this version ({error})", "Remove it, then run again") from error
    target = project.reports / steps["target"]
    for one in (root / steps["prepared"], root / steps["old"]):
        if not os.path.lexists(target) and one.is_dir() and not (one.is_symlink() or one.parent.is_symlink()):
            _check_no_link(target.parent)
            one.rename(target)
            kept.sync(target.parent)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
