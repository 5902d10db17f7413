"""Work done on other machines: a Dask cluster in the place of the one pool of processes.

:class:`Cluster` connects to a scheduler of Dask, and hands out executors that a caller uses as it uses a
:class:`~ogp_analysis.base.pool.Pool`. Between a caller and the processes that do the work there is Dask and nothing
else: tasks are functions of this package with plain data, and come back as what they return.

The worker of Dask does no work itself. It starts processes of this package, by exec: those of a pool, or the warm
process for notebooks. It need not share a disk with this machine. What tasks read beside their data are the files of a
project, which are laid out once on each worker, by content hash: from its own disk if an earlier batch has left them
there, else from here. Nothing is written here but by who asked.

A worker whose Python, code or packages differ gets no work: the same bytes are promised of the same environment only.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import platform
import re
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, Executor, Future
from contextlib import AbstractContextManager, suppress
from importlib import metadata
from itertools import count
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import ClusterError, WorkerLost
from ogp_analysis.base.extras import EXTRAS, needs
from ogp_analysis.base.paths import HOME_VARIABLE
from ogp_analysis.base.pool import Pool, Process, name_of

log = logging.getLogger(__name__)

#: Seconds until a scheduler has to answer at first; and until one that was lost, or the first worker, has to be there.
_ANSWER, _PATIENCE = 20.0, 120.0
#: Seconds between two looks at which workers are there.
_LOOK = 1.0
#: Bytes of files that go to a worker in one message.
_MESSAGE = 32 * 2**20


class NotLaidOut(Exception):
    """The worker restarted under its old address, without the files that were laid out for it."""


class Host(Protocol):
    """What does the work on a worker, in processes of its own."""

    def __call__(self, work: Callable, *given: Any) -> Any:
        """Return what `work` returns; called from several threads."""

    def close(self) -> None:
        """End the processes."""


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
        Seconds to wait for a scheduler that was lost, and for a first worker.

    Raises
    ------
    MissingExtra
        If Dask is not installed.
    ClusterError
        If no scheduler answers, or no worker is like this machine; names the difference.
    """

    def __init__(self, address: str, files: Mapping[str, Path] | None = None, patience: float = _PATIENCE) -> None:
        needs("cluster")
        # Dask logs at length what one error here says in a sentence.
        for name in ("client", "core", "batched"):
            logging.getLogger(f"distributed.{name}").setLevel(logging.CRITICAL)
        self.address, self._patience, self._name = address, patience, uuid4().hex
        self._hashes = {name: fingerprint.of_file(file) for name, file in sorted((files or {}).items())}
        self._contents = {self._hashes[name]: file for name, file in (files or {}).items()}
        self._same = environment(installed())
        self._fit: dict[str, int] = {}
        self._unfit: dict[str, str] = {}
        self._examined: dict[str, asyncio.Task] = {}
        self._looked, self._client, self._turn = 0.0, None, count()
        self._loop, self._looking = asyncio.new_event_loop(), asyncio.Lock()
        # Dask leaves exceptions unretrieved when a connection ends; those that matter are raised here.
        self._loop.set_exception_handler(lambda *_: None)
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        try:
            self._wait(self._connect(_ANSWER))
            self._wait(self._workers(at_first=True))
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_) -> None:
        self.close()

    @property
    def size(self) -> int:
        """How many tasks run side by side: the threads of all workers that are like this machine."""
        return max(1, sum(self._fit.values()))

    def pool(self, imports: str, without: tuple[str, ...] = ()) -> Elsewhere:
        """Return an executor whose tasks go to processes as :class:`~ogp_analysis.base.pool.Process` makes them."""
        return Elsewhere(self, Chunks, (imports, without), heavy=True)

    def _wait(self, work) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _connect(self, patience: float) -> None:
        from distributed import Client

        until = time.monotonic() + patience
        while True:
            fault = client = None
            try:
                client = Client(self.address, asynchronous=True, timeout=min(10.0, patience))
                self._client = await client
                self._fit, self._unfit, self._examined, self._looked = {}, {}, {}, 0.0
                return
            except OSError:
                fault = "nobody answers"
            except (ValueError, TypeError) as error:  # no known form of an address; no certificates
                fault, until = str(error).partition("\n")[0], 0.0
            if client is not None:
                with suppress(Exception):
                    await client.close(timeout=_LOOK)
            if time.monotonic() > until:
                action = "Start one with `dask scheduler`, and give the address that it says"
                raise ClusterError(self.address, f"is not a Dask scheduler that can be used ({fault})", action)
            await asyncio.sleep(0.5)

    async def _reconnect(self) -> None:
        async with self._looking:
            with suppress(Exception):  # it answers: it was connected again for another task, or never lost
                await asyncio.wait_for(self._client.nthreads(), _LOOK)
                await asyncio.sleep(_LOOK / 4)
                return
            with suppress(Exception):
                await self._client.close(timeout=_LOOK)
            await self._connect(self._patience)

    async def _workers(self, at_first: bool = False) -> list[str]:
        """Return the workers that are like this machine and have what they need; wait for a first."""
        until, said = time.monotonic() + self._patience, False
        while True:
            async with self._looking:
                if time.monotonic() > self._looked + _LOOK:
                    there = await self._client.nthreads()
                    self._fit = {address: there[address] for address in self._fit if address in there}
                    self._unfit = {address: why for address, why in self._unfit.items() if address in there}
                    for address in there.keys() - self._fit.keys() - self._unfit.keys() - self._examined.keys():
                        # A task each: a worker that does not answer delays no other.
                        self._examined[address] = asyncio.create_task(self._examine(address, there[address]))
                    self._looked = time.monotonic()
            under_way = list(self._examined.values())
            if under_way and (at_first or not self._fit):
                when = asyncio.ALL_COMPLETED if at_first else asyncio.FIRST_COMPLETED
                await asyncio.wait(under_way, timeout=_ANSWER, return_when=when)
            if self._fit:
                return list(self._fit)
            if not (said or self._examined or self._unfit):
                said = True
                log.warning("%s: no worker has registered; waiting %.0f s for one.", self.address, self._patience)
            if self._unfit and not self._examined:
                raise unlike(*next(iter(self._unfit.items())))
            if time.monotonic() > until:
                action = "Start some with `dask worker`, then run again; what is published stays"
                raise ClusterError(self.address, "the cluster has no worker that answers", action)
            await asyncio.sleep(_LOOK)

    async def _examine(self, address: str, threads: int) -> None:
        """Compare a new worker with this machine; give one that is like it what it needs."""
        from distributed.comm import CommClosedError
        from distributed.versions import get_versions

        own = {"Python": platform.python_version(), "ogp-analysis": metadata.version("ogp-analysis")}
        try:
            # By Dask's own means first: code of this package can be called only where it is the same.
            stated = await self._asked(address, get_versions, ["ogp_analysis"])
            python = ".".join(str(stated["host"]["python"]).split(".")[:3])
            why = difference(own, {"Python": python, "ogp-analysis": stated["packages"].get("ogp_analysis")})
            why = why or difference(self._same, await self._asked(address, environment, sorted(self._same)))
            if not why:
                await self._equip(address)
                self._fit[address] = threads
        except (CommClosedError, ConnectionError, KeyError, TimeoutError):
            why = ""  # it has gone, else it is looked at again
        except OSError as error:
            why = f"it cannot keep the files that it needs ({error.strerror})"
        except Exception as error:
            why = f"code of ogp-analysis cannot be called there ({type(error).__name__}: {error})"
        finally:
            self._examined.pop(address, None)
        if why:
            self._unfit[address] = why
            log.warning("%s", unlike(address, why))

    async def _asked(self, address: str, function: Callable, *given: Any) -> Any:
        """Return what a function returns that is called in a worker itself."""
        return (await self._client.run(function, *given, workers=[address]))[address]

    async def _equip(self, address: str) -> None:
        """Lay out the files on a worker; send those that its disk does not hold, some at a time."""
        while lacking := await self._asked(address, lay_out, self._name, self._hashes):
            while lacking:
                some: dict[str, bytes] = {}
                while lacking and sum(map(len, some.values())) < _MESSAGE:
                    sha256 = lacking.pop()
                    some[sha256] = await asyncio.to_thread(self._contents[sha256].read_bytes)
                await self._asked(address, keep, some)

    def submit(self, opened: Callable, options: tuple, heavy: bool, work: Callable, given: tuple) -> Future:
        """Have `work` called on a worker by the :class:`Host` that `opened` returns there; see :class:`Elsewhere`."""
        return asyncio.run_coroutine_threadsafe(self._done(opened, options, heavy, work, given), self._loop)

    async def _done(self, opened: Callable, options: tuple, heavy: bool, work: Callable, given: tuple) -> Any:
        from distributed import KilledWorker, wait

        while True:
            future = fault = result = None
            done = False
            try:
                workers = await self._workers()
                there = given
                if heavy:  # to a worker, not into the memory of the scheduler
                    first = workers[next(self._turn) % len(workers)]
                    [there] = await self._client.scatter([given], workers=[first], hash=False)
                how = {"workers": workers, "key": f"ogp-analysis-{uuid4().hex}", "pure": False}
                future = self._client.submit(do, opened, options, self._name, work, there, **how)
                while future.status in ("pending", "lost"):
                    with suppress(TimeoutError):
                        await wait([future], timeout=_LOOK)
                    if not set(workers) & set(await self._workers()):
                        break  # those that might do it have gone
                else:
                    fault = await future.exception() if future.status == "error" else None
                    result, done = None if fault else await future, True
            except (CancelledError, OSError):  # the scheduler was lost, or with a worker what had been sent to it
                await self._reconnect()
                continue
            finally:
                if future is not None:
                    future.release()
            if isinstance(fault, NotLaidOut):
                self._fit, self._looked = {}, 0.0
            elif isinstance(fault, KilledWorker):
                what = f"{fault.allowed_failures + 1} workers have ended while they did it"
                action = "Run again, with more memory or fewer threads for each worker"
                raise WorkerLost(name_of(work), what, action)
            elif fault is not None:
                raise fault
            elif done:
                return result

    def close(self) -> None:
        """Give up what is under way, end the processes on the workers, and disconnect."""
        if not self._thread.is_alive():
            return

        async def left() -> None:
            others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
            if self._client is not None:
                with suppress(Exception):
                    asked = self._client.run(leave, self._name, on_error="ignore", workers=list(self._fit))
                    await asyncio.wait_for(asked, _ANSWER)
                with suppress(Exception):
                    await asyncio.wait_for(self._client.close(timeout=_LOOK), _ANSWER)
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)

        with suppress(Exception):
            self._wait(left())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Elsewhere(Executor):
    """Processes of one kind on all workers of a cluster, with the interface of a pool.

    Parameters
    ----------
    cluster : Cluster
    opened : callable
        Called on a worker with how many tasks it does side by side, the folder of the project's files, and `options`;
        returns a :class:`Host`.
    options : tuple
        Of values that can be hashed.
    heavy : bool
        Whether tasks carry much data.
    """

    #: As in a pool: tasks carry what they read, since the files of this machine are not there.
    near = False

    def __init__(self, cluster: Cluster, opened: Callable[..., Host], options: tuple, heavy: bool = False) -> None:
        self._cluster, self._how = cluster, (opened, options, heavy)
        self._waiting: set[Future] = set()

    @property
    def size(self) -> int:
        """How many tasks run side by side now."""
        return self._cluster.size

    def submit(self, work: Callable, /, *given: Any) -> Future:
        """Have `work` called with what is given, on one of the workers; see :func:`.pool.name_of`."""
        name_of(work)
        future = self._cluster.submit(*self._how, work, given)
        self._waiting.add(future)
        future.add_done_callback(self._waiting.discard)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Give up what is under way, if `cancel_futures` says so; the cluster goes on."""
        for future in list(self._waiting) if cancel_futures else ():
            future.cancel()

    def __exit__(self, *_) -> None:
        self.shutdown(cancel_futures=True)


def unlike(address: str, why: str) -> ClusterError:
    """Return the fault of a worker that gets no work."""
    action = "Install the same version from the same lock on each machine, then start the worker again"
    return ClusterError(f"worker {address}", f"is refused: {why}", action)


def difference(own: Mapping[str, str], other: Mapping[str, str | None]) -> str:
    """Return in words the first of `own` in which `other` differs, and how many more there are; or nothing."""
    differing = [name for name in {**own, **other} if own.get(name) != other.get(name)]
    if not differing:
        return ""
    name, rest = differing[0], f" ({len(differing) - 1} more differ)" if differing[1:] else ""
    if "/" in name or name.endswith(".py"):
        return f"its code differs in {len(differing)} files, for example ogp_analysis/{name}"
    return f"its {name} is {other.get(name) or 'not installed'}, and here {own.get(name) or 'not installed'}{rest}"


def installed() -> list[str]:
    """Return the distributions that this package rests on, directly or not, with those of its extras for users."""
    found, waiting = set(), ["ogp-analysis"]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        with suppress(metadata.PackageNotFoundError):
            if name in found:
                continue
            wanted = metadata.requires(name) or ()
            found.add(name)
            for one in wanted:
                extra = re.search(r"extra == ['\"]([\w-]+)", one)
                if not extra or (name == "ogp-analysis" and extra[1] in EXTRAS):
                    waiting.append(re.match(r"[\w.-]+", one)[0])
    return sorted(found)


def environment(names: Iterable[str]) -> dict[str, str]:
    """Return what a result rests on beside data: the kind of processor, versions, and the code of this package.

    Parameters
    ----------
    names : iterable of str
        Distributions; other names are passed over.

    Returns
    -------
    dict of str to str
        Version by distribution, and hash by file.
    """
    folder = Path(fingerprint.__file__).parents[1]
    files = {file.relative_to(folder): file for file in folder.rglob("*") if file.is_file()}
    # Byte code is made again, and what an installed package brings along of a project is data: the client's counts.
    code = {
        path.as_posix(): fingerprint.of_file(file)
        for path, file in files.items()
        if "__pycache__" not in path.parts and path.parts[0] != "packaged"
    }
    versions = {name: fingerprint.version(name) for name in names if name not in code and name != "processor"}
    return {"processor": platform.machine(), **versions, **dict(sorted(code.items()))}


# What follows is called on workers.

#: What does the work of this worker, by client, kind and options; and how many tasks are with each.
_lock = threading.Lock()
_hosts: dict[tuple, Host] = {}
_busy: dict[tuple, int] = {}


def do(opened: Callable[..., Host], options: tuple, client: str, work: Callable, given: tuple) -> Any:
    """Do a task in the processes that this worker has for such tasks of a client; the first of them starts them."""
    from distributed import get_worker

    worker, place = get_worker(), (client, opened, options)
    if not _folder(worker, client).is_dir():
        raise NotLaidOut
    with _lock:
        if place not in _hosts:
            # Those of a client that has gone without a word.
            for idle in [one for one in _hosts if not _busy[one] and one[0] != client]:
                _hosts.pop(idle).close()
            _hosts[place] = opened(worker.state.nthreads, _folder(worker, client), *options)
        host = _hosts[place]
        _busy[place] = _busy.get(place, 0) + 1
    try:
        return host(work, *given)
    finally:
        with _lock:
            _busy[place] -= 1


async def leave(client: str, dask_worker) -> None:
    """End the processes for a client that goes, and remove its files."""

    def left() -> None:
        with _lock:
            hosts = [_hosts.pop(place) for place in list(_hosts) if place[0] == client]
        for host in hosts:
            host.close()
        shutil.rmtree(_folder(dask_worker, client), ignore_errors=True)

    await asyncio.to_thread(left)


async def keep(contents: Mapping[str, bytes]) -> None:
    """Keep contents on the disk of this machine, by their hash."""

    def kept() -> None:
        for sha256, content in contents.items():
            file = _kept(sha256)
            file.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=file.parent)
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(name).replace(file)

    await asyncio.to_thread(kept)


async def lay_out(client: str, hashes: Mapping[str, str], dask_worker) -> list[str]:
    """Lay out the files of a client's project; return the hashes of those that the disk of this machine lacks."""

    def laid_out() -> list[str]:
        folder, contents = _folder(dask_worker, client), {}
        for sha256 in set(hashes.values()):
            with suppress(OSError):
                content = _kept(sha256).read_bytes()
                if hashlib.sha256(content).hexdigest() == sha256:
                    contents[sha256] = content
        if lacking := sorted(set(hashes.values()) - contents.keys()):
            return lacking
        new = folder.with_name(f"{folder.name}.new")
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir(parents=True)
        for name, sha256 in hashes.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(contents[sha256])
        shutil.rmtree(folder, ignore_errors=True)
        new.rename(folder)
        return []

    return await asyncio.to_thread(laid_out)


def _folder(worker, client: str) -> Path:
    return Path(worker.local_directory) / f"ogp-analysis-{client}"


def _kept(sha256: str) -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("ogp-analysis") / "contents" / sha256


class Chunks:
    """A pool of processes, as the host of tasks that carry their data."""

    def __init__(self, size: int, folder: Path, imports: str, without: tuple[str, ...]) -> None:
        environ = {**os.environ, HOME_VARIABLE: str(folder)} if any(folder.iterdir()) else None
        self._pool = Pool(size, lambda *_: Process(imports, without, env=environ))

    def __call__(self, work: Callable, *given: Any) -> Any:
        """Return what `work` returns in one of the processes."""
        return self._pool.submit(work, *given).result()

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(cancel_futures=True)
