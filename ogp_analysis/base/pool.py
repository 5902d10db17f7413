"""Work done side by side: the one pool of processes of this package.

:class:`Pool` is a :class:`concurrent.futures.Executor` with a size, and :func:`results` asks for no more than that, so
that one which hands out work to other machines, :mod:`ogp_analysis.base.cluster`, can stand in its place. The standard
library's own pool of processes fails every task when one process is killed; here that task fails alone.

``python -m ogp_analysis.base.pool`` is such a process. It calls the functions that come on the connection that is its
standard input, and sends back what they return. It ends at once when nothing more can come, so none outlives the
process that started it. What goes to and fro is plain data; what is large goes by way of a file.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from functools import partial
from importlib import import_module
from importlib.abc import MetaPathFinder
from itertools import count
from multiprocessing.connection import Connection, Pipe
from operator import attrgetter
from queue import SimpleQueue
from typing import Any, NoReturn, Protocol

from ogp_analysis.base.errors import OgpAnalysisError, WorkerLost


class Worker(Protocol):
    """A process that is given work, as a pool handles it."""

    def call(self, work: Callable, given: tuple, over: Callable[[], None]) -> Any:
        """Return what `work` returns, or raise the fault that it raises.

        `over` may be called before: from then on the next task may run.

        Raises
        ------
        WorkerLost
            If the process has ended.
        """

    def kill(self) -> None:
        """End the process, if it has not ended; from any thread."""

    def close(self) -> None:
        """End the process and free what belongs to it, when nobody waits for it any more."""


class Machines(Protocol):
    """More machines than this one: what a number of processes is asked for otherwise."""

    def pool(self, imports: str, without: tuple[str, ...] = ()) -> Executor:
        """Return an executor with the interface of a :class:`Pool`, whose tasks are done there."""


def name_of(work: Callable) -> str:
    """Return the name by which another process finds a function, or that of which it is a partial.

    Raises
    ------
    TypeError
        If another process cannot import it under that name. Only whoever writes code can be at fault here.

    Examples
    --------
    >>> name_of(partial(import_module, "json"))
    'importlib:import_module'
    >>> name_of(lambda: 3)
    Traceback (most recent call last):
        ...
    TypeError: <function <lambda> at ...> has no name by which another process finds it. Give a function at the top ...
    """
    function = work
    while isinstance(function, partial):
        function = function.func
    module, name = getattr(function, "__module__", ""), getattr(function, "__qualname__", "")
    try:
        # The module that this process was started with is another one there.
        known = module != "__main__" and attrgetter(name)(sys.modules[module]) is function
    except (AttributeError, KeyError):
        known = False
    if not known:
        action = "Give a function at the top level of a module that can be imported, or a partial of one"
        raise TypeError(f"{work!r} has no name by which another process finds it. {action}.")
    return f"{module}:{name}"


def opened(
    jobs: int | Machines, imports: str, without: tuple[str, ...] = ()
) -> AbstractContextManager[Executor | None]:
    """Return the pool for tasks of one kind: here or on other machines, without a difference for who uses it.

    Parameters
    ----------
    jobs : int or Machines
        How many processes here, or the machines. With one process there is no pool: the caller does the tasks itself.
    imports, without
        Of each process; see :class:`Process`.
    """
    if not isinstance(jobs, int):
        return jobs.pool(imports, without)
    return Pool(jobs, lambda *_: Process(imports, without)) if jobs > 1 else nullcontext()


class Pool(Executor):
    """Processes that are given one task after the other; a context manager that ends with all of them.

    A task that is a function at the top level of a module, or a partial of one, and plain data, ``pool.submit(function,
    data)``, has a future that holds what the function returns, the :class:`~ogp_analysis.base.errors.OgpAnalysisError`
    that it raises, or :class:`~ogp_analysis.base.errors.WorkerLost` if its process was killed or ended by another
    fault. Other tasks go on: in a new process, where it is needed.

    Parameters
    ----------
    size : int
        How many tasks run side by side.
    start : callable
        Returns a :class:`Worker` for a task, given its function and data; by default :class:`Process`.
    once : bool
        Whether each task has a process of its own, of which one more is got ready than tasks run. Otherwise processes
        are started at once, and go on to the next task.
    """

    #: Whether its processes see the files of this one; else a task carries what it reads, and returns what it makes.
    near = True

    def __init__(self, size: int, start: Callable[[Callable, tuple], Worker] | None = None, once: bool = False) -> None:
        self.size, self._start, self._once = size, start or (lambda work, given: Process()), once
        self._threads = ThreadPoolExecutor(2 * size + 1 if once else size)
        # A lock is given to any of those that wait for it; tasks begin in the order in which they came.
        self._places, self._served, self._line = count(), 0, threading.Condition()
        self._turns = threading.Semaphore(size)
        self._lock, self._closed, self._workers, self._idle = threading.Lock(), False, set(), []
        if not once:
            self._idle = [self._started(None, ()) for _ in range(size)]

    def submit(self, work: Callable, /, *given: Any) -> Future:
        """Have `work` called with what is given in one of the processes; it has a name, see :func:`name_of`."""
        name_of(work)
        return self._threads.submit(self._do, work, given)

    def _do(self, work: Callable, given: tuple) -> Any:
        turn, lost = ExitStack(), False
        with self._in_order():
            worker = self._idle.pop() if self._idle else self._started(work, given)
            turn.enter_context(self._turns)
        with turn:
            try:
                return worker.call(work, given, turn.close)
            except WorkerLost:
                lost = True
                raise
            finally:
                if lost or self._once:
                    worker.close()
                    self._workers.discard(worker)
                else:
                    self._idle.append(worker)

    @contextmanager
    def _in_order(self) -> Iterator[None]:
        place = next(self._places)
        with self._line:
            self._line.wait_for(lambda: self._served == place)
        try:
            yield
        finally:
            with self._line:
                self._served += 1
                self._line.notify_all()

    def _started(self, work: Callable | None, given: tuple) -> Worker:
        with self._lock:
            if self._closed:
                raise RuntimeError("the pool has been shut down")
            worker = self._start(work, given)
            self._workers.add(worker)
        return worker

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End all processes, those at work too if `cancel_futures` says so."""
        if cancel_futures:
            with self._lock:
                self._closed = True
            for worker in list(self._workers):
                worker.kill()
        self._threads.shutdown(wait, cancel_futures=cancel_futures)
        while self._workers and (wait or cancel_futures):
            self._workers.pop().close()

    def __exit__(self, *_) -> None:
        self.shutdown(cancel_futures=True)


def results(
    executor: Executor, work: Callable, tasks: Iterable[Any], ahead: int = 2, ordered: bool = False
) -> Iterator[tuple[Any, Future]]:
    """Yield each task with its future as soon as it is done.

    Parameters
    ----------
    executor : concurrent.futures.Executor
        With a ``size``.
    work : callable
        Called with one task at a time.
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
                waiting[executor.submit(work, task)] = task
            if not waiting:
                return
            done = wait(list(waiting)[:1] if ordered else waiting, return_when=FIRST_COMPLETED).done
            for future in [future for future in waiting if future in done]:
                yield waiting.pop(future), future
    finally:
        for future in waiting:
            future.cancel()


class Process:
    """A process of this package, as the worker of a pool.

    Parameters
    ----------
    imports : str
        A module that it begins to import before there is work.
    without : tuple of str
        Packages that are as if they were not installed. pyarrow imports pandas as soon as it makes an array; work that
        needs none begins sooner and takes less memory.
    **options
        Those of :class:`subprocess.Popen`, such as the environment.
    """

    def __init__(self, imports: str = "", without: tuple[str, ...] = (), **options) -> None:
        self._connection, theirs = Pipe()
        # In a session of its own: Ctrl-C is for the process that waits, which then ends it.
        command = [sys.executable, "-m", __name__, imports, *without]
        self._process = subprocess.Popen(command, stdin=theirs.fileno(), start_new_session=True, **options)
        theirs.close()

    def call(self, work: Callable, given: tuple, over: Callable[[], None]) -> Any:
        """Return what `work` returns in that process, or raise the fault that it raises; see :class:`Worker`."""
        try:
            self._connection.send((work, given))
            result = self._connection.recv()
        except (EOFError, ConnectionError):
            code = self._process.wait()
            how = f"by signal {-code}" if code < 0 else f"with status {code}"
            what, action = f"a process that worked on it has ended {how}", "Run again, with fewer side by side"
            raise WorkerLost(name_of(work), what, action, code) from None
        if isinstance(result, OgpAnalysisError):
            raise result
        return result

    def kill(self) -> None:
        """End the process, with those that it has not put into another session."""
        if self._process.poll() is None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the process and close the connection to it."""
        self.kill()
        self._process.wait()
        self._connection.close()


class _Absent(MetaPathFinder):
    """Hides packages by name, as if they were not installed."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def find_spec(self, fullname: str, path=None, target=None) -> None:
        if fullname.partition(".")[0] in self._names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def main(imports: str, *without: str) -> NoReturn:
    """Work on incoming tasks until the pool closes the connection."""
    sys.meta_path.insert(0, _Absent(without))
    connection = Connection(os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what is printed is not a result
    tasks: SimpleQueue = SimpleQueue()

    def receive() -> None:
        """Queue incoming tasks; end the process, busy or not, when the pool is gone."""
        while True:
            try:
                tasks.put(connection.recv_bytes())
            except (EOFError, ConnectionError):
                os._exit(0)

    threading.Thread(target=receive, daemon=True).start()
    if imports:
        import_module(imports)
    while True:
        work, given = pickle.loads(tasks.get())
        try:
            result = work(*given)
        except OgpAnalysisError as error:
            result = error
        with suppress(ConnectionError):  # nobody is there any more; the other thread ends the process
            connection.send(result)


if __name__ == "__main__":
    main(*sys.argv[1:])
