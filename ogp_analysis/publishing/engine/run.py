"""One run: a notebook executed by papermill on a kernel in a fork, and what is done with it afterwards."""

from __future__ import annotations

import importlib
import os
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

from ogp_analysis.base.errors import OgpAnalysisError, WorkerLost
from ogp_analysis.base.processes import Processes, results, short_folder
from ogp_analysis.publishing.engine import environment
from ogp_analysis.publishing.engine.request import Reply, Request, ended, fault

#: With papermill and the kernel, which only the process of a run imports.
_EXECUTION = f"{__package__}.execution"
#: What a notebook's process has imported beside what its caller names; not pyplot, which looks for the kernel.
_USUAL = (__name__, _EXECUTION, "pandas", "matplotlib.figure", "matplotlib.backends.backend_agg")


def modules(more: Iterable[str] = ()) -> tuple[str, ...]:
    """Return what the fork server of runs imports: what every notebook needs, and more."""
    return (*_USUAL, *more)


def opened(jobs: int = 1, more: Iterable[str] = ()) -> Processes:
    """Return the executor of runs, `jobs` at a time; it begins at once to import what they need."""
    return Processes(jobs, modules(more), environment.of_runs())


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
            yield request, _reply(request, {"error": error}, seconds)


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
    kernel = importlib.import_module(_EXECUTION).kernel
    return kernel.Fork(environment.seed(request.get("parameters") or {}), request.get("memory_limit_bytes")), folder


def run(made: tuple[Any, tempfile.TemporaryDirectory], request: Request) -> Reply:
    """Run the notebook of a request on a kernel that is :func:`prepared`, and return the reply."""
    began, result, (fork, folder) = time.monotonic(), {"error": None}, made
    with folder:
        if fork:
            late = threading.Event()
            timer = threading.Timer(request.get("timeout") or threading.TIMEOUT_MAX, lambda: (late.set(), fork.kill()))
            timer.daemon = True
            timer.start()
            result["error"] = importlib.import_module(_EXECUTION).executed(request, fork, folder.name, late)
            timer.cancel()
        if result["error"] is None and request.get("after"):
            result = _afterwards(request)
    return _reply(request, result, time.monotonic() - began, fork and fork.max_rss)


def _afterwards(request: Request) -> dict:
    """Call the function that a request names for afterwards; return what it returns, or its fault."""
    module, _, function = request["after"].partition(":")
    if limit := request.get("memory_limit_bytes"):
        environment.limit_memory(limit)
    try:
        return {"error": None, "after": getattr(importlib.import_module(module), function)(request)}
    except OgpAnalysisError as error:
        return {"error": fault("after", type(error).__name__, str(error))}
    except MemoryError as error:
        return {"error": fault("memory", type(error).__name__, "Its report needs more memory than it may take.")}
    except Exception as error:
        traceback.print_exc()
        return {"error": fault("after", type(error).__name__, f"{request['after']}: {type(error).__name__}: {error}")}


def _reply(request: Mapping, result: dict, seconds: float, max_rss: int | None = None) -> Reply:
    done = {"id": request["id"], "ok": result["error"] is None, "seconds": seconds, "max_rss": max_rss}
    return {**done, **result}
