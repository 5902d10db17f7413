"""Work done side by side: processes of this package that are given one task after the other.

``python -m ogp_analysis.base.crew module:function`` calls the function with each task that comes on the connection
that is its standard input, and sends back what it returns. It ends at once when nothing more can come, so none outlives
the process that started it. Tasks and results are plain data; what is large goes by way of a file.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from importlib import import_module
from importlib.abc import MetaPathFinder
from multiprocessing.connection import Connection, Pipe, wait
from queue import SimpleQueue
from threading import Thread
from typing import Any, NoReturn

from ogp_analysis.base.errors import OgpAnalysisError, WorkerLost

#: Tasks of each process that may be given out or done before the result that comes next.
_AHEAD = 3


class Crew:
    """Processes that have begun to import what they need; a context manager that ends with all of them.

    Parameters
    ----------
    work : str
        ``module:function``, called with one task at a time. A fault that it raises is raised here too.
    size : int
        How many processes.
    without : tuple of str
        Packages that are as if they were not installed. pyarrow imports pandas as soon as it makes an array; work that
        needs none begins sooner and takes less memory.
    """

    def __init__(self, work: str, size: int, without: tuple[str, ...] = ()) -> None:
        self._work = work
        command = [sys.executable, "-m", __name__, work, *without]
        self._workers: dict[Connection, subprocess.Popen] = {}
        self._owing: list[Connection] = []
        for _ in range(size):
            ours, theirs = Pipe()
            # In sessions of their own: Ctrl-C is for the process that waits, which then ends them.
            self._workers[ours] = subprocess.Popen(command, stdin=theirs.fileno(), start_new_session=True)
            theirs.close()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_) -> None:
        for worker in self._workers.values():
            worker.kill()
        for connection, worker in self._workers.items():
            worker.wait()
            connection.close()

    def done(self, tasks: Iterable[Any]) -> Iterator[Any]:
        """Yield the result of each task, in the order of the tasks, whoever is done first.

        Each process has its next task at hand, so that it need not wait while a result is worked on here. Tasks are
        asked for when somebody is about to do them, and few results wait for their turn.

        Raises
        ------
        WorkerLost
            If a process has ended.
        OgpAnalysisError
            As the work.
        """
        wanted, results, most = 0, {}, _AHEAD * len(self._workers)

        def room(number: int) -> bool:
            return number < wanted + most

        for number, result in self._answers(tasks, 2, room):
            results[number] = result
            while wanted in results:
                yield _result(results.pop(wanted))
                wanted += 1

    def as_done(self, tasks: Iterable[Any]) -> Iterator[tuple[int, Any]]:
        """Yield number and result of each task as soon as it is done; faults are those of :meth:`done`."""
        for number, result in self._answers(tasks, 1, lambda number: True):
            yield number, _result(result)

    def _answers(self, tasks: Iterable[Any], at_hand: int, room: Callable[[int], bool]) -> Iterator[tuple[int, Any]]:
        for connection in list(self._owing):
            self._taken(connection)  # of tasks whose results nobody waited for
        coming = enumerate(tasks)
        task = next(coming, None)
        while task or self._owing:
            while task and room(task[0]) and (connection := self._free(at_hand)):
                self._give(connection, task)
                task = next(coming, None)
            for connection in wait(set(self._owing)):
                yield self._taken(connection)

    def _free(self, at_hand: int) -> Connection | None:
        """Return the process that has the fewest tasks, if it may have one more."""
        connection = min(self._workers, key=self._owing.count)
        return connection if self._owing.count(connection) < at_hand else None

    def _give(self, connection: Connection, task: tuple[int, Any]) -> None:
        self._owing.append(connection)
        try:
            connection.send(task)
        except ConnectionError:
            raise self._lost(connection) from None

    def _taken(self, connection: Connection) -> tuple[int, Any]:
        try:
            answer = connection.recv()
        except (EOFError, ConnectionError):
            raise self._lost(connection) from None
        self._owing.remove(connection)
        return answer

    def _lost(self, connection: Connection) -> WorkerLost:
        code = self._workers[connection].wait()
        how = f"by signal {-code}" if code < 0 else f"with status {code}"
        return WorkerLost(
            self._work, f"a process that worked on it has ended {how}", "Run again, with fewer side by side"
        )


def _result(result: Any) -> Any:
    if isinstance(result, OgpAnalysisError):
        raise result
    return result


def _receive(connection: Connection, tasks: SimpleQueue) -> None:
    """Hand on the tasks that come; end the process, whatever it does, when none can come any more."""
    while True:
        try:
            tasks.put(connection.recv())
        except (EOFError, ConnectionError):
            os._exit(0)


class _Absent(MetaPathFinder):
    """Finds no package of some names."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names

    def find_spec(self, fullname: str, path=None, target=None) -> None:
        if fullname.partition(".")[0] in self._names:
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def main(work: str, *without: str) -> NoReturn:
    """Do the tasks that come, as long as there is somebody who gives them."""
    sys.meta_path.insert(0, _Absent(without))
    connection = Connection(os.dup(0))
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what is printed is no result
    tasks: SimpleQueue = SimpleQueue()
    Thread(target=_receive, args=(connection, tasks), daemon=True).start()
    module, _, function = work.partition(":")
    call = getattr(import_module(module), function)
    while True:
        number, task = tasks.get()
        try:
            result = call(task)
        except OgpAnalysisError as error:
            result = error
        with suppress(ConnectionError):  # nobody is there any more; the other thread ends the process
            connection.send((number, result))


if __name__ == "__main__":
    main(*sys.argv[1:])
