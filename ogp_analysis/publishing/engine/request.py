"""What is asked of a run and what is said of it: plain data."""

from __future__ import annotations

import signal
from typing import Literal, NotRequired, TypedDict


class Request(TypedDict):
    """One run. What else it holds is for the function to call afterwards.

    Attributes
    ----------
    id : str
        Comes back in the reply.
    input, output : str
        Notebook to run, and where to write it executed. Without a notebook, the function afterwards is all there is
        to do.
    parameters : dict
        Given to papermill.
    cwd : str
        Working directory of the notebook; the folder of `input` by default.
    env : dict of str to (str or None)
        Environment variables to set, or to remove; those that are the same for all runs stay.
    timeout : float
        Seconds until the run is ended, the function afterwards included.
    memory_limit_bytes : int
        Address space that the run may take beyond what its process has when it begins.
    last : str
        Code of a cell that is put behind the last one.
    after : str
        ``module:function`` to call with the request, in the process of the run, if it went well.
    options : dict
        Further options of ``papermill.execute_notebook``.
    """

    id: str
    input: NotRequired[str]
    output: str
    parameters: NotRequired[dict]
    cwd: NotRequired[str]
    env: NotRequired[dict]
    timeout: NotRequired[float | None]
    memory_limit_bytes: NotRequired[int | None]
    last: NotRequired[str]
    after: NotRequired[str]
    options: NotRequired[dict]


class Fault(TypedDict):
    """Why a run failed.

    Attributes
    ----------
    kind : str
        ``cell``: a cell raised; ``timeout``, ``memory``: a limit was met; ``killed``: a signal ended the process;
        ``exit``: it ended by itself, or could not begin; ``after``: the function afterwards raised.
    cell : int or None
        Position of the cell, the one with injected parameters counted, papermill's marks not.
    name : str
        Of the exception or the signal.
    message : str
        For the reader.
    """

    kind: Literal["cell", "timeout", "memory", "killed", "exit", "after"]
    cell: int | None
    name: str
    message: str


class Reply(TypedDict):
    """What became of a run: its `id`, whether it is `ok`, its `seconds`, the most bytes of memory that its kernel held
    (`max_rss`), the :class:`Fault` or None (`error`), and what the function afterwards returned (`after`)."""

    id: str
    ok: bool
    seconds: float
    max_rss: int | None
    error: Fault | None
    after: NotRequired[object]


def ended(code: int, late: bool, timeout: float | None) -> Fault:
    """Return the fault of a process that ended before its notebook did.

    Parameters
    ----------
    code : int
        Its exit status, or minus the signal that ended it.
    late : bool
        Whether its time was over.
    timeout : float or None
        Seconds it was given.
    """
    if late:
        return fault("timeout", "Timeout", f"It was stopped because it took longer than {timeout:g} s.")
    if code >= 0:
        return fault("exit", "ProcessExit", f"The notebook ended its own process, with status {code}.")
    name = signal.Signals(-code).name
    hint = " The system does this when memory runs out." if name == "SIGKILL" else ""
    return fault("killed", name, f"Its process was ended by {name}.{hint}")


def fault(kind: str, name: str, message: str, cell: int | None = None) -> Fault:
    """Return a fault."""
    return {"kind": kind, "cell": cell, "name": name, "message": message}
