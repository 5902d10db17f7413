"""One run: a notebook executed by papermill on a kernel in a fork, and what is done with it afterwards."""

from __future__ import annotations

import importlib
import os
import signal
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from ogp_analysis.base.errors import OgpAnalysisError, WorkerLost
from ogp_analysis.base.processes import Processes, results, short_folder
from ogp_analysis.publishing.engine import environment

#: With papermill and Jupyter, which only the process of a run imports.
_KERNEL = f"{__package__}.kernel"
#: What a notebook's process has imported beside what its caller names; not pyplot, which looks for the kernel.
MODULES = (__name__, _KERNEL, "pandas", "matplotlib.figure", "matplotlib.backends.backend_agg")


#: One run, as plain data; what else it holds is for the function to call afterwards.
#:
#: - ``id`` comes back in the reply.
#: - ``input``, ``output``: notebook to run, and where to write it executed. Without one, there is only the function
#:   afterwards.
#: - ``parameters`` are given to papermill; ``last`` is the code of a cell that is put behind the last one.
#: - ``cwd``: working directory of the notebook; the folder of ``input`` by default.
#: - ``env``: environment variables to set, or with None to remove; those that are the same for all runs stay.
#: - ``timeout``: seconds until the run is ended, the function afterwards included.
#: - ``memory_limit_bytes``: address space that the run may take beyond what its process has when it begins.
#: - ``after``: ``module:function`` to call with the request, in the process of the run, if it went well.
Request = dict[str, Any]
#: Why a run failed.
#:
#: - ``kind`` is ``cell``: a cell raised; ``timeout``, ``memory``: a limit was met; ``killed``: a signal ended the
#:   process; ``exit``: it ended by itself, or could not begin; ``after``: the function afterwards raised.
#: - ``cell``: position of the cell, the one with injected parameters counted, papermill's marks not; else None.
#: - ``name`` of the exception or the signal, and ``message`` for the reader.
Fault = dict[str, Any]
#: What became of a run: its ``id``, whether it is ``ok``, its ``seconds``, its :class:`Fault` or None (``error``), and
#: what the function afterwards returned (``after``).
Reply = dict[str, Any]


def opened(jobs: int = 1, more: Iterable[str] = ()) -> Processes:
    """Return the executor of runs, `jobs` at a time; it begins at once to import what they need, and `more`."""
    return Processes(jobs, (*MODULES, *more), environment.of_runs())


def replies(
    executor: Executor, requests: Iterable[Request], submit: Callable[[Executor, Request], Future] | None = None
) -> Iterator[tuple[Request, Reply]]:
    """Carry out requests; yield each with the reply to it as soon as it is done.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        As :func:`opened` returns it, or one that hands out work to other machines.
    requests : iterable of Request
        Asked for when somebody is about to carry them out.
    submit : callable, optional
        Hands a request to the executor; :func:`submitted` by default.
    """
    began: dict[str, float] = {}

    def begun(request: Request) -> Future:
        began[request["id"]] = time.monotonic()
        return (submit or submitted)(executor, request)

    for request, future in results(executor, begun, map(_absolute, requests), ahead=1):
        try:
            yield request, future.result()
        except WorkerLost as lost:
            seconds = time.monotonic() - began[request["id"]]
            late = bool(request.get("timeout")) and seconds >= request["timeout"]
            error = ended(lost.code, late, request.get("timeout"))
            yield request, {"id": request["id"], "ok": False, "seconds": seconds, "error": error}


def alone(request: Request, more: Iterable[str]) -> Reply:
    """Carry out one request, in a process that has imported `more`, and return the reply."""
    with opened(1, more) as executor:
        [(_, reply)] = replies(executor, [request])
    return reply


def submitted(executor: Executor, request: Request) -> Future:
    """Have a request carried out."""
    return executor.submit(run, request, seconds=request.get("timeout"), first=prepared)


def _absolute(request: Request) -> Request:
    paths = {name: str(Path(request[name]).absolute()) for name in ("input", "output", "cwd") if request.get(name)}
    return {**request, **paths}


def prepared(request: Request) -> tuple[Any, tempfile.TemporaryDirectory]:
    """Make this process that of a run, before it has threads; return the fork that will be its kernel and a folder."""
    folder = tempfile.TemporaryDirectory(prefix="ogp-", dir=short_folder(), ignore_cleanup_errors=True)
    environment.settle(Path(folder.name), request.get("env") or {})
    os.chdir(request.get("cwd") or Path(request["input"]).parent)
    if not request.get("input"):
        return None, folder
    seed = environment.seed(request.get("parameters") or {})
    return importlib.import_module(_KERNEL).Fork(seed, request.get("memory_limit_bytes")), folder


def run(made: tuple[Any, tempfile.TemporaryDirectory], request: Request) -> Reply:
    """Run the notebook of a request on a kernel that is :func:`prepared`, and return the reply."""
    began, error, (fork, folder), result = time.monotonic(), None, made, {}
    with folder:
        if fork:
            late = threading.Event()
            timer = threading.Timer(request.get("timeout") or threading.TIMEOUT_MAX, lambda: (late.set(), fork.kill()))
            timer.daemon = True
            timer.start()
            error = importlib.import_module(_KERNEL).executed(request, fork, folder.name, late)
            timer.cancel()
        if not error and request.get("after"):
            error, result = _afterwards(request)
    return {"id": request["id"], "ok": not error, "seconds": time.monotonic() - began, "error": error, **result}


def _afterwards(request: Request) -> tuple[Fault | None, dict]:
    """Call the function that a request names for afterwards; return its fault, and what it returns."""
    module, _, function = request["after"].partition(":")
    if limit := request.get("memory_limit_bytes"):
        environment.limit_memory(limit)
    try:
        return None, {"after": getattr(importlib.import_module(module), function)(request)}
    except OgpAnalysisError as error:
        return fault("after", type(error).__name__, str(error)), {}
    except MemoryError as error:
        return fault("memory", type(error).__name__, "Its report needs more memory than it may take."), {}
    except Exception as error:
        traceback.print_exc()
        name = type(error).__name__
        return fault("after", name, f"{request['after']}: {name}: {error}"), {}


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
