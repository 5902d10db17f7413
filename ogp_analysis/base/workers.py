"""What is called on a worker of a Dask cluster; :mod:`ogp_analysis.base.cluster` sends it there."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from distributed import Worker, WorkerPlugin, get_worker

from ogp_analysis.base import processes
from ogp_analysis.base.cluster import difference, environment
from ogp_analysis.base.paths import HOME_VARIABLE
from ogp_analysis.base.processes import Processes


class Equipment(WorkerPlugin):
    """The files of a client on a worker, and the processes that do its tasks there; they go with the client.

    Parameters
    ----------
    name : str
        What tasks of the client ask for: a worker like its machine offers as much of it as it has threads.
    same : mapping of str to str
        What has to be the same on a worker, from :func:`ogp_analysis.base.cluster.environment`.
    contents : mapping of str to bytes
        Files by path.
    """

    def __init__(self, name: str, same: Mapping[str, str], contents: Mapping[str, bytes]) -> None:
        self.name, self._same, self._contents, self.why = name, same, contents, ""

    async def setup(self, worker: Worker) -> None:
        """Lay out the files, if the worker is like the machine of the client, and offer its threads."""
        self._lock, self._hosts, self._threads = threading.Lock(), {}, worker.state.nthreads
        self._folder = Path(worker.local_directory, self.name)
        self.why = difference(self._same, environment())
        if not self.why:
            try:
                await asyncio.to_thread(self._lay_out)
            except OSError as error:
                self.why = f"it cannot keep the files that it needs ({error.strerror})"
                return
            await worker.set_resources(**{self.name: self._threads})

    def _lay_out(self) -> None:
        for name, content in self._contents.items():
            file = self._folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)

    def host(self, modules: tuple[str, ...], environment: Callable[[], dict[str, str]] | None) -> Processes:
        """Return the processes for tasks of one kind; the first task starts them."""
        with self._lock:
            if (modules, environment) not in self._hosts:
                # Dask makes its worker one of the processes that may not start others.
                multiprocessing.current_process()._config["daemon"] = False
                environ = environment() if environment else dict(os.environ)
                environ |= {HOME_VARIABLE: str(self._folder)} if self._contents else {}
                self._hosts[modules, environment] = Processes(self._threads, modules, environ)
            return self._hosts[modules, environment]

    async def teardown(self, worker: Worker) -> None:
        """End the processes and remove the files."""
        for host in self._hosts.values():
            host.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(processes.stop)
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)


def refusal(name: str, dask_worker: Worker) -> str:
    """Return why a worker gets no task of a client; nothing if it gets some."""
    return dask_worker.plugins[name].why


def do(name: str, kind: tuple, work: Callable, given: tuple, how: dict) -> Any:
    """Do a task in the processes that this worker has for such tasks of a client."""
    return get_worker().plugins[name].host(*kind).submit(work, *given, **how).result()
