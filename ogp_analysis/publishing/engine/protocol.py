"""What is asked of the processes that run notebooks, and what they reply: plain data.

To the warm process go packets of JSON: first ``{"modules": [...], "foreign": {...}}``; then for each run ``{"fork": n,
"input": file}`` with two file descriptors, the run's end of a connection and its journal, which holds the
:class:`Request`; and ``{"end": n}`` for one whose time is over. It says once ``{"ready": true}``, ``{"cold": "why it
cannot be warm"}`` or ``{"without": module}``, a foreign module that is not to be imported beforehand, after which it
ends. Closing the connection ends it and all its runs.

On the connection of a run the warm process says ``{"pid": n}``; the run waits for a packet that lets it begin, and says
``{"over": true}`` when the next may; and when it has ended, the warm process says ``{"status": n, "max_rss": n}``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NotRequired, TypedDict

from ogp_analysis.base import errors

#: Modules of other distributions, and the names that are taken from each.
Foreign = Mapping[str, tuple[str, ...]]
NOTHING: Foreign = {}

_KNOWN_FAULTS = {name for name, value in vars(errors).items() if isinstance(value, type)}


class Request(TypedDict):
    """One run. What else it holds is for the function to call afterwards.

    Attributes
    ----------
    id : str
        Comes back in the reply.
    input, output : str
        Notebook to run, and where to write it executed. Without a notebook (warm only, with a `cwd`), the function
        afterwards is all there is to do.
    parameters : dict
        Given to papermill.
    cwd : str
        Working directory of the notebook; the folder of `input` by default.
    env : dict of str to (str or None)
        Environment variables to set, or to remove; those that are the same for all runs stay.
    timeout : float
        Seconds until the run is ended, the function afterwards included; a warm run's begin with its turn.
    memory_limit_bytes : int
        Address space that the run may take beyond what its process has when it begins.
    after : str
        ``module:function`` to call with the request, in the process of the run, if it went well.
    options : dict
        Further options of ``papermill.execute_notebook``.
    alike : int
        How many requests there will be that have work in common with this one, itself included.
    """

    id: str
    input: str
    output: str
    parameters: NotRequired[dict]
    cwd: NotRequired[str]
    env: NotRequired[dict]
    timeout: NotRequired[float | None]
    memory_limit_bytes: NotRequired[int | None]
    after: NotRequired[str]
    options: NotRequired[dict]
    alike: NotRequired[int]


class Fault(TypedDict):
    """Why a run failed.

    Attributes
    ----------
    kind : str
        ``cell``: a cell raised; ``timeout``, ``memory``: a limit was met; ``killed``: a signal
        ended the process; ``exit``: it ended by itself, or could not begin; ``after``: the
        function afterwards raised.
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
    """What became of a run.

    Attributes
    ----------
    id : str
    ok : bool
    seconds : float
        From its start to its end; a warm run's start is its turn.
    max_rss : int or None
        Most bytes of memory its process held.
    error : Fault or None
    after : object
        What the function afterwards returned.
    """

    id: str
    ok: bool
    seconds: float
    max_rss: int | None
    error: Fault | None
    after: NotRequired[object]


def fault(kind: str, name: str, message: str, cell: int | None = None) -> Fault:
    """Return a fault."""
    return {"kind": kind, "cell": cell, "name": name, "message": message}


def cell_fault(position: int, count: int | None, name: str, value: str, limited: bool) -> Fault:
    """Return the fault of a cell that raised.

    Parameters
    ----------
    position : int
        Of the cell.
    count : int or None
        Its number as the notebook shows it.
    name, value : str
        Class and text of the exception.
    limited : bool
        Whether memory was limited, so that lack of it is a limit met.
    """
    if limited and name.endswith("MemoryError"):
        return fault("memory", name, f"In [{count}]: more memory is needed than may be taken ({value}).", position)
    message = value if name in _KNOWN_FAULTS and value else f"In [{count}]: {name}: {value}".rstrip(": ")
    return fault("cell", name, message, position)


def reply(request: Mapping, result: dict, seconds: float, max_rss: int | None = None) -> Reply:
    """Return the reply to a request from its result: ``error``, and ``after`` if there was a function afterwards."""
    done = {"id": request["id"], "ok": result["error"] is None, "seconds": seconds, "max_rss": max_rss}
    return {**done, **result}
