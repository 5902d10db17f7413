"""Work done side by side: the one executor of this package, each task in a process of its own.

:class:`Processes` is a :class:`concurrent.futures.Executor` with a size, and :func:`results` asks for no more than
that, so that one which hands out work to other machines, :mod:`ogp_analysis.base.cluster`, can stand in its place. They
are forked, by the ``forkserver`` of :mod:`multiprocessing`, from one that has imported what the tasks need and has no
threads. A process that is killed loses its own task alone; none outlives its task, with whatever it has started, nor
the process that asked for it. What goes to and fro is plain data; what is large goes by way of a file.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from functools import partial
from multiprocessing import connection, forkserver
from pathlib import Path
from typing import Any, Protocol

from ogp_analysis.base.errors import OgpAnalysisError, WorkerLost

#: Names in the environment of the fork server the modules that it imports, with commas.
PRELOAD = "OGP_ANALYSIS_PRELOAD"
#: Seconds over its time that a task has to end by itself.
_PATIENCE = 15.0
_METHOD = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
_CONTEXT = multiprocessing.get_context(_METHOD)
_PDEATHSIG, _SUBREAPER = 1, 36
#: The path of a socket may have about a hundred characters; a folder with a longer name than this leaves too few.
_LONGEST = 60
_served: tuple = ()
#: Where the fork server looks for modules; multiprocessing would have tasks look where their caller does.
path: list[str] = []
_starting = threading.Lock()


class Machines(Protocol):
    """More machines than this one: what a number of processes is asked for otherwise."""

    def pool(self, *modules: str) -> Executor:
        """Return an executor with the interface of :class:`Processes`, whose tasks are done there."""


def opened(jobs: int | Machines, *modules: str) -> AbstractContextManager[Executor | None]:
    """Return the executor for tasks of one kind: here or on other machines, without a difference for who uses it.

    Parameters
    ----------
    jobs : int or Machines
        How many processes here, or the machines. With one process there is none: the caller does the tasks itself.
    *modules : str
        What tasks need.
    """
    if not isinstance(jobs, int):
        return jobs.pool(*modules)
    return Processes(jobs, modules) if jobs > 1 else nullcontext()


class Processes(Executor):
    """Tasks side by side, each in a process of its own; a context manager that ends with all of them.

    A task is a function at the top level of a module, or a partial of one, and plain data. Its future holds what the
    function returns, the :class:`~ogp_analysis.base.errors.OgpAnalysisError` that it raises, or
    :class:`~ogp_analysis.base.errors.WorkerLost` if its process has ended otherwise.

    Parameters
    ----------
    size : int
        How many tasks run side by side.
    modules : iterable of str
        Imported once, before the first task.
    environment : mapping of str to str, optional
        Of the processes; that of this one by default.
    """

    #: Whether tasks see the files of this process; else a task carries what it reads, and returns what it makes.
    near = True

    def __init__(self, size: int, modules: Iterable[str] = (), environment: Mapping[str, str] | None = None) -> None:
        self.size, self._running = max(1, size), set()
        self._threads = ThreadPoolExecutor(self.size)
        self._served = tuple(modules), tuple(sorted((os.environ if environment is None else environment).items()))
        with _starting:
            _serve(self._served)

    def submit(
        self, work: Callable, /, *given: Any, seconds: float | None = None, first: Callable | None = None
    ) -> Future:
        """Have a task done.

        Parameters
        ----------
        work : callable
        *given : object
            Its arguments.
        seconds : float, optional
            When they are over, and some more, the process is ended.
        first : callable, optional
            Called there with the same arguments while the process has one thread; `work` gets before its own what
            that returns.
        """
        return self._threads.submit(self._done, work, given, seconds, first)

    def _done(self, work: Callable, given: tuple, seconds: float | None, first: Callable | None) -> Any:
        ours, theirs = _CONTEXT.Pipe(duplex=False)
        process = _CONTEXT.Process(target=_work, args=(theirs, work, given, first))
        late = threading.Timer(seconds + _PATIENCE, _kill, [process]) if seconds else None
        try:
            if late:
                late.daemon = True
                late.start()
            _start(process, self._served)
            theirs.close()
            self._running.add(process)
            # Whatever the task has started may hold the other end open: the end of its process counts too.
            connection.wait([ours, process.sentinel])
            result = ours.recv() if ours.poll() else None
        except (EOFError, OSError):
            result = None
        finally:
            self._running.discard(process)
            ours.close()
            if late:
                late.cancel()
        code = _status(process) if process.ident else -signal.SIGKILL
        if result is None:
            how = f"by signal {-code}" if code < 0 else f"with status {code}"
            what, action = f"a process that worked on it has ended {how}", "Run again, with fewer side by side"
            raise WorkerLost(name_of(work), what, action, code)
        if isinstance(result[0], OgpAnalysisError):
            raise result[0]
        return result[0]

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Wait for what is under way, or end it if `cancel_futures` says so."""
        if cancel_futures:
            self._threads.shutdown(False, cancel_futures=True)
            for process in list(self._running):
                _kill(process, signal.SIGTERM)
        self._threads.shutdown(wait, cancel_futures=cancel_futures)

    def __exit__(self, *_) -> None:
        self.shutdown(cancel_futures=True)


def results(
    executor: Executor, submit: Callable[[Any], Future], tasks: Iterable[Any], ahead: int = 2, ordered: bool = False
) -> Iterator[tuple[Any, Future]]:
    """Yield each task with its future as soon as it is done.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        With a ``size``.
    submit : callable
        Hands out a task.
    tasks : iterable
        Asked for when somebody is about to do them.
    ahead : int
        How many tasks may have been asked for, for each process, whose results have not been taken here: with two none
        waits while a result is worked on here. A cluster may grow meanwhile.
    ordered : bool
        Whether results come in the order of the tasks, whichever is done first.
    """
    coming = iter(tasks)
    waiting: dict[Future, Any] = {}
    try:
        while True:
            while len(waiting) < ahead * executor.size and (task := next(coming, waiting)) is not waiting:
                waiting[submit(task)] = task
            if not waiting:
                return
            done = wait(list(waiting)[:1] if ordered else waiting, return_when=FIRST_COMPLETED).done
            for future in [future for future in waiting if future in done]:
                yield waiting.pop(future), future
    finally:
        for future in waiting:
            future.cancel()


def server() -> int | None:
    """Return the process id of the fork server, None if it does not run."""
    return forkserver._forkserver._forkserver_pid


def stop() -> None:
    """End the fork server; the next task starts another."""
    global _served
    with _starting:
        if _METHOD == "forkserver" and _served:
            forkserver._forkserver._stop()
            _served = ()


def name_of(work: Callable) -> str:
    """Return the name of a function, or of that of which it is a partial."""
    while isinstance(work, partial):
        work = work.func
    return f"{work.__module__}:{work.__qualname__}"


def _serve(wanted: tuple) -> None:
    """Start the fork server with these modules and this environment, unless one like it runs."""
    global _served
    if _METHOD != "forkserver" or (_served == wanted and _is_there()):
        return
    if _served and _served != wanted:
        forkserver._forkserver._stop()
    (modules, environment), before, usual = wanted, dict(os.environ), tempfile.tempdir
    os.environ.clear()
    os.environ.update({**dict(environment), PRELOAD: ",".join(modules)})
    tempfile.tempdir = short_folder()
    try:
        _CONTEXT.set_forkserver_preload(["ogp_analysis.base.preload"])
        with _without_program():
            forkserver.ensure_running()
    finally:
        os.environ.clear()
        os.environ.update(before)
        tempfile.tempdir = usual
    _served = wanted


def _is_there() -> bool:
    """Return whether the fork server runs; where the system cannot tell, multiprocessing checks for itself."""
    return not hasattr(os, "waitid") or os.waitid(os.P_PID, server(), os.WEXITED | os.WNOHANG | os.WNOWAIT) is None


def short_folder() -> str | None:
    """Return where folders for sockets are made, if the name of the usual place is too long for them."""
    return "/tmp" if len(tempfile.gettempdir()) > _LONGEST else None


@contextmanager
def _without_program() -> Iterator[None]:
    """Hide the user's program: multiprocessing would run it again, and after ``%reset`` it has no ``__spec__``."""
    own, sys.modules["__main__"] = sys.modules["__main__"], types.ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = own


def _start(process, served: tuple) -> None:
    with _starting:
        _serve(served)
        with _without_program():
            process.start()


def _status(process) -> int:
    """Wait for a process and return its exit code."""
    while not connection.wait([process.sentinel], _PATIENCE):  # a fork server that does not report its end
        _kill(None)
    # A start asks every process for its status too, and the fork server says it once.
    with _starting:
        return process.exitcode


def _kill(process, how: signal.Signals = signal.SIGKILL) -> None:
    """End a process; if it was never made, the fork server hangs, and is ended."""
    with suppress(ProcessLookupError, TypeError):
        os.kill(process.pid if process and process.ident else server(), how)


def _work(answer: connection.Connection, work: Callable, given: tuple, first: Callable | None) -> None:
    os.setsid()
    os.dup2(2, 1)  # what is printed is not a result
    sys.path[:] = path or sys.path
    prctl(_SUBREAPER, 1)
    made = [first(*given)] if first else []
    signal.signal(signal.SIGTERM, lambda *_: _end())
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process().sentinel,), daemon=True).start()
    try:
        result = work(*made, *given)
    except OgpAnalysisError as error:
        result = error
    end_descendants()
    with suppress(ConnectionError):
        answer.send((result,))


def _end_with(parent: int) -> None:
    connection.wait([parent])
    _end()


def _end() -> None:
    end_descendants()
    os._exit(1)


def prctl(option: int, value: int) -> None:
    """Ask Linux for something; other systems are not asked."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def die_with(parent: int) -> None:
    """End this process when its parent ends; at once if that has happened already."""
    prctl(_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def end_descendants() -> None:
    """End every process that this one has started, in whatever session, and those that they have left to it."""
    while pids := _children():
        for pid in pids:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def _children() -> list[int]:
    me, found = str(os.getpid()), []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # The name in brackets may hold blanks; state and parent follow the last bracket.
            if file.read_text().rpartition(")")[2].split()[1] == me:
                found.append(int(file.parent.name))
    return found
