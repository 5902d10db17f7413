"""What the warm process asks of Linux: its threads, its descendants, and that none outlives it."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
#: Beside a run that takes all memory, the system should end the run, not what started it.
_OOM_SCORE = "500"


def threads() -> list[str]:
    """Return the names of the threads of this process, as the system counts them; more than Python knows of."""
    names = []
    for task in Path("/proc/self/task").iterdir():
        try:
            names.append((task / "comm").read_text().strip())
        except FileNotFoundError:
            continue
    return names


def die_with_parent(parent: int) -> None:
    """End this process when its parent ends; at once if that has happened already."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own parent ends, so that they can be found and ended."""
    _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def be_ended_first() -> None:
    """Tell the system which process to end when memory runs out."""
    Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE)


def children() -> list[int]:
    """Return the processes whose parent is this one, adopted ones included."""
    me = os.getpid()
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{me}/children").read_text().split()]
    except FileNotFoundError:  # a kernel built without it
        return []


def every_child() -> list[int]:
    """Return the same as :func:`children`, read from every process: slower, and none is missed while others end."""
    me = str(os.getpid())
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name in brackets may hold blanks; state and parent follow the last bracket.
            if file.read_text().rpartition(")")[2].split()[1] == me:
                found.append(int(file.parent.name))
    return sorted(found)


def has_variable(pid: int, name: str, value: str) -> bool:
    """Tell whether a process was started with an environment variable of that value."""
    try:
        return f"{name}={value}".encode() in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return False


def address_space() -> int:
    """Return the bytes of address space this process takes up."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def signal_group(pid: int) -> None:
    """End the process group that a process leads, if it leads one."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def end(pid: int) -> None:
    """End a child with the process group it leads, and forget it."""
    signal_group(pid)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, 0)


def _prctl(option: int, value: int) -> None:
    if ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl")
