"""Put a finished folder in its place so that a reader, or a kill, never meets half of one."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
from pathlib import Path

from ogp_analysis.errors import ReportError
from ogp_analysis.paths import Project

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_JOURNAL = "journal.json"


def staging(project: Project) -> Path:
    """Return the folder in which reports are prepared, on the same file system as the reports."""
    return project.reports / ".staging"


def write(folder: Path, files: dict[str, bytes]) -> None:
    """Write the files of a report into an empty folder and make sure they are on the disk.

    Raises
    ------
    ReportError
        If the disk is full or the folder cannot be written.
    """
    try:
        shutil.rmtree(folder, ignore_errors=True)
        for name, content in files.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as handle:
                handle.write(content)
                handle.flush()
                os.fsync(handle.fileno())
        _sync(folder)
    except OSError as error:
        raise unwritable(folder, error) from error


def unwritable(folder: Path, error: OSError) -> ReportError:
    """Return the fault of a folder that could not be written, with what to do about it."""
    if error.errno == errno.ENOSPC:
        return ReportError(str(folder), "the disk is full", "Make room, then run the same command again")
    return ReportError(str(folder), f"cannot be written ({error.strerror})", "Make reports/ writable, then run again")


def place(project: Project, prepared: Path, target: Path) -> None:
    """Move a prepared folder to `target`, replacing what is there in one step where the system can.

    Raises
    ------
    ReportError
        If it cannot be moved.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.exists():
            prepared.rename(target)
        elif not _exchange(prepared, target):
            _two_renames(project, prepared, target)
        _sync(target.parent)
    except OSError as error:
        raise unwritable(target.parent, error) from error
    shutil.rmtree(prepared, ignore_errors=True)


def _exchange(one: Path, two: Path) -> bool:
    """Exchange two folders atomically; return whether the system can."""
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


def _two_renames(project: Project, prepared: Path, target: Path) -> None:
    """Replace `target` by two renames, with a journal that :func:`recover` completes or undoes."""
    old = prepared.with_name(prepared.name + ".old")
    journal = staging(project) / _JOURNAL
    steps = {"prepared": prepared.name, "old": old.name, "target": target.relative_to(project.reports).as_posix()}
    journal.write_text(json.dumps(steps), encoding="utf-8")
    _sync(journal.parent)
    target.rename(old)
    prepared.rename(target)
    _sync(target.parent)
    journal.unlink()
    shutil.rmtree(old, ignore_errors=True)


def recover(project: Project) -> None:
    """Complete or undo what an interrupted process left, then empty the staging folder.

    Raises
    ------
    ReportError
        If the folder cannot be written.
    """
    folder = staging(project)
    try:
        if (folder / _JOURNAL).exists():
            _finish(project, json.loads((folder / _JOURNAL).read_text(encoding="utf-8") or "{}"))
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(project.reports, error) from error


def _finish(project: Project, steps: dict) -> None:
    if not steps:
        return
    target, folder = project.reports / steps["target"], staging(project)
    for name in ("prepared", "old"):
        if not target.exists() and (folder / steps[name]).exists():
            (folder / steps[name]).rename(target)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
