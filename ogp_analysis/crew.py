"""Work done side by side: processes of this package that are given one task after the other.

``python -m ogp_analysis.crew module:function`` calls the function with each task that comes on its standard input, and
writes what it returns. It ends at once when nothing more can come, so none outlives the process that started it. Tasks
and results are plain data; what is large goes by way of a file.
"""

from __future__ import annotations

import os
import pickle
import selectors
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from importlib import import_module
from importlib.abc import MetaPathFinder
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO, NoReturn

from ogp_analysis.errors import OgpAnalysisError, WorkerLost

_LENGTH = struct.Struct("!Q")
#: Tasks of each process that may be begun or done before the result that comes next.
_AHEAD = 2


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
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        # In sessions of their own: Ctrl-C is for the process that waits, which then ends them.
        self._workers = [subprocess.Popen(command, **pipes, start_new_session=True) for _ in range(size)]
        self._owing: list[subprocess.Popen] = []

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_) -> None:
        for worker in self._workers:
            worker.kill()
        for worker in self._workers:
            worker.wait()
            worker.stdout.close()
            worker.stdin.close()

    def done(self, tasks: Iterable[Any], ahead: int = 0) -> Iterator[Any]:
        """Yield the result of each task, in the order of the tasks, whoever is done first.

        Parameters
        ----------
        tasks : iterable
            Asked for when there is somebody to do them.
        ahead : int
            How many tasks may be begun or done before the result that comes next; two for each process by default.

        Raises
        ------
        WorkerLost
            If a process has ended.
        OgpAnalysisError
            As the work.
        """
        for worker in list(self._owing):
            self._taken(worker)  # of tasks whose results nobody waited for
        coming, idle, results = enumerate(tasks), deque(self._workers), {}
        given = wanted = 0
        ahead = ahead or _AHEAD * len(self._workers)
        task = next(coming, None)
        while True:
            while task and idle and given < wanted + ahead:
                self._give(idle.popleft(), task)
                given, task = given + 1, next(coming, None)
            while wanted in results:
                yield _result(results.pop(wanted))
                wanted += 1
            if wanted == given and not task:
                return
            for worker in self._answering() if self._owing else ():
                number, results[number] = self._taken(worker)
                idle.append(worker)

    def _answering(self) -> list[subprocess.Popen]:
        """Wait for results; return the processes that have one."""
        with selectors.DefaultSelector() as waiting:
            for worker in self._owing:
                waiting.register(worker.stdout, selectors.EVENT_READ, worker)
            return [key.data for key, _ in waiting.select()]

    def _give(self, worker: subprocess.Popen, task: tuple[int, Any]) -> None:
        self._owing.append(worker)
        try:
            _write(worker.stdin, task)
        except BrokenPipeError:
            raise self._lost(worker) from None

    def _taken(self, worker: subprocess.Popen) -> tuple[int, Any]:
        try:
            answer = _read(worker.stdout)
        except EOFError:
            raise self._lost(worker) from None
        self._owing.remove(worker)
        return answer

    def _lost(self, worker: subprocess.Popen) -> WorkerLost:
        code = worker.wait()
        how = f"by signal {-code}" if code < 0 else f"with status {code}"
        return WorkerLost(
            self._work, f"a process that worked on it has ended {how}", "Run again, with fewer side by side"
        )


def _result(result: Any) -> Any:
    if isinstance(result, OgpAnalysisError):
        raise result
    return result


def _write(stream: BinaryIO, value: Any) -> None:
    content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(content)) + content)
    stream.flush()


def _read(stream: BinaryIO) -> Any:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return pickle.loads(content)


def _receive(incoming: BinaryIO, tasks: SimpleQueue) -> None:
    """Hand on the tasks that come; end the process, whatever it does, when none can come any more."""
    while True:
        try:
            tasks.put(_read(incoming))
        except EOFError:
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
    incoming, outgoing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)  # what is printed is no result
    tasks: SimpleQueue = SimpleQueue()
    Thread(target=_receive, args=(incoming, tasks), daemon=True).start()
    module, _, function = work.partition(":")
    call = getattr(import_module(module), function)
    while True:
        number, task = tasks.get()
        try:
            result = call(task)
        except OgpAnalysisError as error:
            result = error
        _write(outgoing, (number, result))


if __name__ == "__main__":
    main(*sys.argv[1:])
