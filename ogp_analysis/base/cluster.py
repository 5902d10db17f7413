"""Work done on other machines: a Dask cluster in the place of the processes here.

:class:`Cluster` connects to a scheduler of Dask, and hands out executors that a caller uses as it uses
:class:`~ogp_analysis.base.processes.Processes`. Tasks are functions of this package with plain data, and come back as
what they return. Dask hands them out, and gives those of a worker that has ended to another.

The worker of Dask does no work itself: it has processes for that, as this machine has. It need not share a disk with
this machine. What tasks read beside their data are files of a project, which Dask's own plugin lays out on each worker,
whenever it comes. A worker whose Python, code or required packages differ offers nothing that tasks ask for, and so
gets none: the same bytes are promised of the same environment only.
"""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager, suppress
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import ClusterError, WorkerLost, needs
from ogp_analysis.base.processes import name_of

log = logging.getLogger(__name__)

#: Seconds until a scheduler has to answer, and until a first worker has to be there.
_ANSWER, _PATIENCE = 20.0, 120.0


class Cluster(AbstractContextManager):
    """A connection to a Dask cluster; a context manager.

    Parameters
    ----------
    address : str
        Of the scheduler: ``tcp://HOST:PORT``, or ``tls://HOST:PORT`` with certificates that Dask's own configuration
        names.
    files : mapping of str to pathlib.Path
        What workers need of the project, by the path below its root.
    patience : float
        Seconds to wait for a first worker.

    Raises
    ------
    MissingExtra
        If Dask is not installed.
    ClusterError
        If no scheduler answers, or no worker is like this machine; names the difference.
    """

    def __init__(self, address: str, files: Mapping[str, Path] | None = None, patience: float = _PATIENCE) -> None:
        needs("cluster")
        from distributed import Client

        class Connection(Client):
            def __del__(self) -> None:
                """Do nothing: Dask's own prints a traceback for a client that never connected."""

        # Dask logs at length what one error here says in a sentence.
        for name in ("client", "core", "batched"):
            logging.getLogger(f"distributed.{name}").setLevel(logging.CRITICAL)
        self.address, self.name = address, f"ogp-analysis-{uuid4().hex}"
        try:
            self.client = Connection(address, timeout=_ANSWER, set_as_default=False)
        except (OSError, ValueError, TypeError) as error:  # the last two: not an address
            why = "nobody answers" if isinstance(error, OSError) else str(error).partition("\n")[0]
            action = "Start one with `dask scheduler`, and give the address that it says"
            raise ClusterError(address, f"is not a Dask scheduler that can be used ({why})", action) from None
        try:
            self._equip(files or {}, patience)
        except BaseException:
            self.close()
            raise

    def _equip(self, files: Mapping[str, Path], patience: float) -> None:
        """Give every worker like this machine, those that come later too, what it needs."""
        from ogp_analysis.base.workers import Equipment, refusal

        if not self.client.nthreads():
            log.warning("%s: no worker has registered; waiting %.0f s for one.", self.address, patience)
            try:
                self.client.wait_for_workers(1, timeout=patience)
            except TimeoutError:
                action = "Start some with `dask worker`, then run again; what is published stays"
                raise ClusterError(self.address, "the cluster has no worker that answers", action) from None
        contents = {name: file.read_bytes() for name, file in files.items()}
        with suppress(Exception):  # of a worker that lacks the code: it is asked below
            self.client.register_plugin(Equipment(self.name, environment(), contents))
        faults = [
            unlike(address, str(why))
            for address, why in self.client.run(refusal, self.name, on_error="return").items()
            if why
        ]
        for fault in faults:
            log.warning("%s", fault)
        if not self.threads():
            raise faults[0] if faults else ClusterError(self.address, "lost its workers", "Run again")

    def threads(self) -> int:
        """Return how many threads the workers have that are like this machine."""
        about = self.client.sync(self.client.scheduler.identity, n_workers=-1)
        return int(sum(worker["resources"].get(self.name, 0) for worker in about["workers"].values()))

    @property
    def size(self) -> int:
        """How many tasks run side by side."""
        with suppress(OSError):  # the tasks say that the scheduler is lost
            self._size = max(1, self.threads())
        return self._size

    def pool(self, *modules: str) -> Elsewhere:
        """Return an executor whose tasks go to :class:`~ogp_analysis.base.processes.Processes` on the workers."""
        return Elsewhere(self, modules)

    def close(self) -> None:
        """Give up what is under way, end the processes on the workers, and disconnect."""
        with suppress(Exception):
            self.client.unregister_worker_plugin(self.name)
        with suppress(Exception):
            self.client.close(timeout=_ANSWER)

    def __exit__(self, *_) -> None:
        self.close()


class Elsewhere(Executor):
    """Processes of one kind on all workers of a cluster, with the interface of those here.

    Parameters
    ----------
    cluster : Cluster
    modules : iterable of str
        What tasks need.
    environment : callable, optional
        Called on a worker, returns the environment of the processes.
    """

    #: As here: tasks carry what they read, since the files of this machine are not there.
    near = False

    def __init__(self, cluster: Cluster, modules: Iterable[str], environment: Callable | None = None) -> None:
        self._cluster, self._kind = cluster, (tuple(modules), environment)
        self._executor = cluster.client.get_executor(resources={cluster.name: 1}, pure=False)

    @property
    def size(self) -> int:
        """How many tasks run side by side now."""
        return self._cluster.size

    def submit(self, work: Callable, /, *given: Any, **how: Any) -> Future:
        """Have a task done on one of the workers; see :meth:`ogp_analysis.base.processes.Processes.submit`."""
        from ogp_analysis.base.workers import do

        theirs = self._executor.submit(do, self._cluster.name, self._kind, work, given, how)
        future: Future = Future()
        future.add_done_callback(lambda _: theirs.cancel())
        theirs.add_done_callback(partial(self._ended, future, name_of(work)))
        return future

    def _ended(self, future: Future, name: str, theirs: Future) -> None:
        from distributed import KilledWorker

        if not future.set_running_or_notify_cancel():
            return
        if theirs.cancelled():
            action = "Start it again, with its workers, then run again; what is published stays"
            future.set_exception(ClusterError(self._cluster.address, "the scheduler has ended", action))
        elif not (fault := theirs.exception()):
            future.set_result(theirs.result())
        elif isinstance(fault, KilledWorker):
            what = f"{fault.allowed_failures + 1} workers have ended while they did it"
            action = "Run again, with more memory or fewer threads for each worker"
            future.set_exception(WorkerLost(name, what, action))
        else:
            future.set_exception(fault)

    def __exit__(self, *_) -> None:
        self._executor.shutdown(wait=False)


def unlike(address: str, why: str) -> ClusterError:
    """Return the fault of a worker that gets no work."""
    action = "Install the same version from the same lock on each machine, then start the worker again"
    return ClusterError(f"worker {address}", f"is refused: {why}", action)


def difference(own: Mapping[str, str], other: Mapping[str, str]) -> str:
    """Return in words the first of `own` in which `other` differs, and how many more there are; or nothing."""
    differing = [name for name in {**own, **other} if own.get(name) != other.get(name)]
    if not differing:
        return ""
    name, rest = differing[0], f" ({len(differing) - 1} more differ)" if differing[1:] else ""
    if name == "code":
        return f"its code differs from the code here{rest}"
    return f"its {name} is {other.get(name) or 'not installed'}, and here {own.get(name) or 'not installed'}{rest}"


def environment() -> dict[str, str]:
    """Return what a result rests on beside data: Python, the kind of processor, versions, the code of this package."""
    machine = {"Python": platform.python_version(), "processor": platform.machine()}
    return {**machine, **fingerprint.versions(), "code": fingerprint.of_tree()}
