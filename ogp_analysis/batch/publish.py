"""Put a finished folder in its place so that a reader, or a kill, never meets half of one."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
from pathlib import Path

from ogp_analysis.batch import run_record
from ogp_analysis.errors import ReportError
from ogp_analysis.paths import Project

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_JOURNAL = "journal.json"
_FULL = (errno.ENOSPC, errno.EDQUOT)
#: A report of the largest kind fits into this many bytes more than once; less room is none.
_ROOM = 1 << 20


def staging(project: Project) -> Path:
    """Return the folder in which this process prepares reports, on the same file system as the reports.

    Each process has its own, so that what is left running of a killed batch cannot write into the
    reports that the next one prepares.
    """
    return _staging(project) / str(os.getpid())


def _staging(project: Project) -> Path:
    return project.reports / ".staging"


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
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            _put(folder / name, content)
        for inner in {folder, *((folder / name).parent for name in files)}:
            _sync(inner)
    except OSError as error:
        raise unwritable(folder, error) from error


def unwritable(folder: Path, error: OSError) -> ReportError:
    """Return the fault of a folder that could not be written, with what to do about it."""
    if error.errno in _FULL:
        return ReportError(str(folder), "the disk is full", "Make room, then run the same command again")
    return ReportError(str(folder), f"cannot be written ({error.strerror})", "Make reports/ writable, then run again")


def publish(project: Project, record: dict) -> None:
    """Complete a prepared report with its record, the last file to be written, and move it to its place.

    Raises
    ------
    ReportError
        If it cannot be written or moved.
    """
    folder = prepared(project, record["notebook"], record["slug"])
    try:
        _put(folder / run_record.NAME, run_record.dumps(record))
        _sync(folder)
    except OSError as error:
        raise unwritable(folder, error) from error
    place(project, folder, project.reports / record["notebook"] / record["slug"])


def place(project: Project, prepared: Path, target: Path) -> None:
    """Move a prepared folder to `target`, replacing what is there in one step where the system can.

    Raises
    ------
    ReportError
        If it cannot be moved.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        if not os.path.lexists(target):
            prepared.rename(target)
        elif not _exchange(prepared, target):
            _two_renames(project, prepared, target)
        _sync(target.parent)
    except OSError as error:
        raise unwritable(target.parent, error) from error
    _remove(prepared)


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
    root = _staging(project)
    old = prepared.with_name(prepared.name + ".old")
    _remove(old)
    _sync(prepared.parent)
    steps = {
        "prepared": prepared.relative_to(root).as_posix(),
        "old": old.relative_to(root).as_posix(),
        "target": target.relative_to(project.reports).as_posix(),
    }
    replace(root / _JOURNAL, json.dumps(steps).encode())
    target.rename(old)
    prepared.rename(target)
    _sync(target.parent)
    (root / _JOURNAL).unlink()
    _remove(old)


def replace(file: Path, content: bytes) -> None:
    """Write a file so that it has its old content or its new one, whole, whatever happens.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    new = file.with_name(f".{file.name}.new")
    try:
        _put(new, content)
        new.replace(file)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    _sync(file.parent)


def recover(project: Project) -> None:
    """Complete or undo what an interrupted process left, empty the staging folder, and see that there is room.

    To be called under the lock of the reports.

    Raises
    ------
    ReportError
        If the folder cannot be written.
    """
    root = _staging(project)
    try:
        _finish(project, root)
        _remove(root)
        staging(project).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(project.reports, error) from error
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
        _put(probe, bytes(_ROOM))
    except OSError as error:
        raise unwritable(project.reports, error) from error
    finally:
        probe.unlink(missing_ok=True)


def clear(project: Project) -> None:
    """Remove the staging folder; what cannot be removed is left to the next :func:`recover`."""
    shutil.rmtree(_staging(project), ignore_errors=True)


def _finish(project: Project, root: Path) -> None:
    """Complete the renames of a journal; without a whole one, none has begun."""
    try:
        steps = json.loads((root / _JOURNAL).read_bytes())
        target, places = project.reports / steps["target"], [root / steps[name] for name in ("prepared", "old")]
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return
    for one in places:
        if not os.path.lexists(target) and one.exists():
            one.rename(target)
            _sync(target.parent)


def _put(file: Path, content: bytes) -> None:
    with file.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
