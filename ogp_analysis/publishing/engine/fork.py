"""What happens in a fork of the warm process: one notebook, from its limits to its result. A cold run shares half."""

from __future__ import annotations

import atexit
import contextlib
import importlib
import os
import resource
import signal
import sys
import time
import traceback
import weakref
from pathlib import Path
from socket import socket

from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.publishing.engine import entry, environment, linux
from ogp_analysis.publishing.engine.protocol import Reply, cell_fault, fault, reply

#: Name of the fault of a kernel that ended in a process of its own.
DEAD_KERNEL = "DeadKernelError"


def run(number: int, kernel, journal, connection: socket, parent: int, unwanted: list[int]) -> None:
    """Run the notebook that a journal asks for in this process, note the result there, and end the process.

    Parameters
    ----------
    number : int
        Of the run; marks what it starts.
    kernel : ogp_analysis.publishing.engine.kernel.Kernel
    journal : ogp_analysis.publishing.engine.journal.Journal
    connection : socket.socket
        To who has asked for the run; see :mod:`ogp_analysis.publishing.engine.protocol`.
    parent : int
        The warm process.
    unwanted : list of int
        File descriptors that are the warm process's own.
    """
    code = 1
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        for descriptor in unwanted:
            os.close(descriptor)
        linux.die_with_parent(parent)
        linux.be_ended_first()
        # What the warm process registered for its own end is not for the end of a fork.
        atexit._clear()
        for finalizer in list(weakref.finalize._registry):
            finalizer.atexit = False
        if weakref.finalize._registered_with_atexit:
            atexit.register(weakref.finalize._exitfunc)
        [request] = [entry["request"] for entry in journal.read()]
        set_environment(request)
        os.environ[environment.RUN_VARIABLE] = str(number)
        if limit := request.get("memory_limit_bytes"):
            most = linux.address_space() + limit
            resource.setrlimit(resource.RLIMIT_AS, (most, most))
        kernel.journal, kernel.connection = journal, connection
        entry.WarmEngine.kernel = kernel
        if request["input"]:
            result = {"error": execute(request, engine_name="ogp_analysis")}
        else:
            kernel.wait()
            result = {"error": None}
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
        if result["error"] is None and request.get("after"):
            result = call_after(request)
        journal.write(result=result)
        with contextlib.suppress(BrokenPipeError):  # nobody waits any more
            connection.send(b'{"over": true}')
        code = 0
        atexit._run_exitfuncs()
    except BaseException as error:
        kind = "memory" if isinstance(error, MemoryError) else "exit"
        name = type(error).__name__
        journal.write(result={"error": fault(kind, name, f"The run failed outside its cells ({name}: {error}).")})
    finally:
        os._exit(code)


def set_environment(request: dict) -> None:
    """Set the variables and the working directory that a request asks for."""
    for name, value in environment.settings(request.get("env") or {}).items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    os.chdir(request.get("cwd") or Path(request["input"]).parent)


def execute(request: dict, **options) -> dict | None:
    """Run the notebook of a request with papermill; return its fault, or None."""
    import papermill
    from nbclient.exceptions import DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    limited = bool(request.get("memory_limit_bytes"))
    try:
        papermill.execute_notebook(
            _literal(request["input"]),
            _literal(request["output"]),
            parameters=request.get("parameters") or None,
            progress_bar=False,
            **{"record_timing": False, **(request.get("options") or {}), **options},
        )
    except PapermillExecutionError as error:
        return cell_fault(error.cell_index, error.exec_count, error.ename, error.evalue, limited)
    except DeadKernelError:
        return fault("exit", DEAD_KERNEL, "The kernel has ended.")
    except MemoryError as error:
        return fault("memory", type(error).__name__, "It needs more memory than it may take.")
    except Exception as error:
        return fault("exit", type(error).__name__, f"The notebook cannot be run: {error}")
    return None


def afterwards(request: dict) -> Reply:
    """Do what a request asks for afterwards, and nothing before it."""
    began = time.monotonic()
    result = call_after(request)
    return reply(request, result, time.monotonic() - began)


def call_after(request: dict) -> dict:
    """Call the function that a request names for afterwards; return what it returns, or its fault."""
    module, _, function = request["after"].partition(":")
    try:
        return {"error": None, "after": getattr(importlib.import_module(module), function)(request)}
    except OgpAnalysisError as error:
        return {"error": fault("after", type(error).__name__, str(error))}
    except MemoryError as error:
        return {"error": fault("memory", type(error).__name__, "Its report needs more memory than it may take.")}
    except Exception as error:
        traceback.print_exc()
        return {"error": fault("after", type(error).__name__, f"{request['after']}: {type(error).__name__}: {error}")}


def _literal(path: str) -> str:
    """Keep papermill from filling parameters into a path."""
    return path.replace("{", "{{").replace("}", "}}")
