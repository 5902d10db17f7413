"""The entry to the engine: what runs notebooks, seen from the command line. Light: the command line imports it.

:func:`open_process` chooses between the warm process (one that has imported the stack, and a fork of it for each
notebook) and the cold one (papermill as everybody runs it). Both, and what renders reports, hand out their work through
:mod:`ogp_analysis.base.pool`; they differ in how the process of a task comes into being.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from pathlib import Path

from ogp_analysis.base import pool
from ogp_analysis.base.errors import ParameterError, RunError, WorkerLost
from ogp_analysis.base.paths import HOME_VARIABLE, Project
from ogp_analysis.publishing.engine import environment, fork, journal, worker
from ogp_analysis.publishing.engine.protocol import NOTHING, Foreign, Reply, Request, reply

log = logging.getLogger(__name__)

#: Seconds the warm process is given to end by itself.
_PATIENCE = 5.0
#: Seconds by which a file may have changed later than its date says.
_TICK = 3.0
_PACKAGE = Path(__file__).resolve().parents[2]


class ColdStart(Exception):
    """The warm process cannot be used; its text says why."""


def begin(jobs: int = 1, engine: str = "auto", variables: dict[str, str] | None = None) -> WarmProcess | None:
    """Start a warm process, if one is wanted, before it is known which modules the notebooks need.

    Meanwhile it imports what every notebook needs. :func:`open_process` goes on with it; closing it unused is cheap.
    """
    try:
        wanted = _asked_for(engine)[0] != "cold" and sys.platform.startswith("linux")
        return WarmProcess(jobs, variables) if wanted else None
    except (OSError, ParameterError):
        return None  # opening one says so


def open_process(
    jobs: int = 1,
    modules: Iterable[str] = (),
    engine: str = "auto",
    foreign: Foreign = NOTHING,
    begun: WarmProcess | None = None,
    variables: dict[str, str] | None = None,
) -> WarmProcess | ColdProcess:
    """Start the process that runs notebooks.

    Parameters
    ----------
    jobs : int
        How many notebooks at a time.
    modules : iterable of str
        What the warm process imports beforehand.
    foreign : mapping of str to tuple of str
        What it imports beforehand of other distributions, with the names that are taken from each; a module that
        starts a thread or says something when it is imported is left to the runs.
    engine : {"auto", "warm", "cold"}
        ``auto`` is warm where that can be done, else cold with the reason. The variable
        ``OGP_ANALYSIS_ENGINE`` decides where this argument leaves it open.
    begun : WarmProcess or None
        What :func:`begin` has started.
    variables : dict of str to str, optional
        More of the environment of what is started.

    Returns
    -------
    WarmProcess or ColdProcess
        A context manager with ``run(requests)``, ``kind`` and ``reason``.

    Raises
    ------
    ParameterError
        If there is no such engine.
    RunError
        If a warm process was asked for and cannot be used.
    """
    engine, source = _asked_for(engine)
    if engine == "cold":
        return ColdProcess(jobs, f"{source} asks for it", variables)
    try:
        if not sys.platform.startswith("linux"):
            raise ColdStart(f"{sys.platform} cannot fork a process that has imported the stack")
        return WarmProcess.start(modules, jobs, foreign, begun, variables)
    except ColdStart as obstacle:
        if engine == "warm":
            raise RunError("warm process", str(obstacle), f"Use {source} auto or cold") from None
        log.warning("Notebooks run cold, because %s.", obstacle)
        return ColdProcess(jobs, str(obstacle), variables)


def _asked_for(engine: str) -> tuple[str, str]:
    """Return the engine that is asked for, and what asks for it."""
    source = "--engine" if engine != "auto" else environment.ENGINE_VARIABLE
    engine = engine if engine != "auto" else os.environ.get(environment.ENGINE_VARIABLE) or "auto"
    if engine not in ("auto", "warm", "cold"):
        raise ParameterError(source, f"there is no engine {engine!r}", "Use auto, warm or cold")
    return engine, source


class Process(contextlib.AbstractContextManager):
    """Processes in the environment that every run has; a context manager that ends with all their work.

    Parameters
    ----------
    jobs : int
        How many requests at a time.
    reason : str
        Why it is of this kind.
    variables : dict of str to str, optional
        More of the environment.

    Attributes
    ----------
    kind : {"warm", "cold", "pages"}
    closed : bool
        Whether it has ended; it cannot run anything more then.
    """

    kind = ""
    #: What is done with a request, and whether it has a process of its own.
    work: Callable[[dict], dict]
    once = True

    def __init__(self, jobs: int, reason: str = "", variables: dict[str, str] | None = None) -> None:
        self.jobs, self.reason, self.closed = max(1, jobs), reason, False
        self._folder = tempfile.TemporaryDirectory(prefix="ogp-analysis-", ignore_cleanup_errors=True)
        self._log = Path(self._folder.name) / "log"
        with self._log.open("ab") as said:
            self._options = {
                "env": {**environment.run_environment(Path(self._folder.name)), **(variables or {})},
                "cwd": self._folder.name,
                "stderr": os.dup(said.fileno()),
            }
        self._pool: Executor = pool.Pool(self.jobs, self._started, self.once)

    def _started(self, work: Callable, given: tuple) -> pool.Worker:
        return pool.Process(self.work.__module__, **self._options)

    def __exit__(self, *_) -> None:
        self.close()

    def run(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Carry out requests, at most `jobs` at a time; yield the reply to each request as soon as it is done.

        A caller who stops before the last reply ends the process and all its runs.

        Raises
        ------
        RunError
            If the process has ended, or the warm process itself ends meanwhile.
        """
        if self.closed:
            raise RunError(f"{self.kind} process", "it has ended", "Start another")
        waiting = 0

        def given() -> Iterator[Request]:
            nonlocal waiting
            for request in requests:
                waiting += 1
                paths = {k: str(Path(request[k]).absolute()) for k in _PATHS if request.get(k)}
                yield {**request, **paths}

        try:
            for request, future in pool.results(self._pool, self.work, given()):
                made = self.reply(request, future)
                waiting -= 1
                yield made
        finally:
            if waiting:
                self.close()

    def submit(self, request: Request) -> Future[Reply]:
        """Have one request done, and return at once."""
        return self._pool.submit(self.work, request)

    def reply(self, request: Request, future: Future) -> Reply:
        """Return the reply to a request that is done, or that ended its process.

        Raises
        ------
        RunError
            If the warm process itself has ended.
        """
        try:
            return future.result()
        except WorkerLost as lost:
            error = journal.ended(lost.code, lost.code == -signal.SIGALRM, request.get("timeout"))
            return reply(request, {"error": error}, 0.0)

    def close(self) -> None:
        """End all runs and free what they used."""
        if not self.closed:
            self.closed = True
            self._pool.shutdown(cancel_futures=True)
            os.close(self._options["stderr"])
            self._folder.cleanup()


#: What a request names relative to the working directory of who makes it.
_PATHS = ("input", "output", "cwd")


class PageProcess(Process):
    """Processes that make reports of notebooks that were executed: the function afterwards of a request, alone.

    The settings of the user who asks have no say, and a report that cannot be made, or ends its process, fails alone.
    """

    kind, once, work = "pages", False, staticmethod(fork.afterwards)

    def __init__(self, project: Project, jobs: int = 1) -> None:
        super().__init__(jobs, variables={HOME_VARIABLE: str(project.root)})


class ColdProcess(Process):
    """papermill as everybody runs it: a process and a kernel of its own for each notebook.

    Attributes
    ----------
    kind : str
        ``"cold"``.
    reason : str
        Why it is not warm.
    """

    kind, work = "cold", staticmethod(worker.run)

    def __init__(self, jobs: int = 1, reason: str = "", variables: dict[str, str] | None = None) -> None:
        super().__init__(jobs, reason, variables)
        profile = Path(self._options["env"]["IPYTHONDIR"]) / "profile_default"
        profile.mkdir()
        seeding = f"c.InteractiveShellApp.extensions = [{environment.__name__!r}]\n"
        (profile / "ipython_config.py").write_text(seeding, encoding="utf-8")


class WarmProcess(Process):
    """One process that has imported the stack, and a fork of it for each notebook (Linux).

    Attributes
    ----------
    kind : str
        ``"warm"``.
    reason : str
        Empty.
    link : socket.socket
        To the warm process; see :mod:`ogp_analysis.publishing.engine.protocol`.
    running : set of int
        The forks that have begun and not ended.
    """

    kind, work = "warm", staticmethod(fork.run)

    @classmethod
    def start(
        cls,
        modules: Iterable[str] = (),
        jobs: int = 1,
        foreign: Foreign = NOTHING,
        begun: WarmProcess | None = None,
        variables: dict[str, str] | None = None,
    ) -> WarmProcess:
        """Start a process and wait until it has imported `modules`, and what it can of `foreign`.

        Parameters
        ----------
        modules : iterable of str
        jobs : int
        foreign : mapping of str to tuple of str
        begun : WarmProcess or None
            One that has been made for as many jobs, and not been told yet what to import. If code of this package has
            changed since, another is started: who asks knows the code that is here now.
        variables : dict of str to str, optional
            More of its environment.

        Raises
        ------
        ColdStart
            If it cannot be forked safely, or does not start.
        """
        modules, foreign = list(modules), dict(foreign)
        if begun is not None and begun.is_overtaken():
            begun.close()
            begun = None
        while True:
            process, begun = begun or cls(jobs, variables), None
            with contextlib.ExitStack() as unused:
                unused.callback(process.close)
                if not (without := process._begin(modules, foreign)):
                    unused.pop_all()
                    return process
                del foreign[without]

    def __init__(self, jobs: int, variables: dict[str, str] | None = None) -> None:
        super().__init__(jobs, variables=variables)
        self.running: set[int] = set()
        self._told, self._count = False, 0
        self._began = time.time()
        self.link, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ogp_analysis.publishing.engine.zygote"],
                stdin=theirs,
                stdout=self._options["stderr"],
                start_new_session=True,
                **self._options,
            )

    def is_overtaken(self) -> bool:
        """Whether code of this package has changed since the process began: it may have imported what was before."""
        try:
            # Links themselves: an editor's lock is one that leads nowhere.
            seen = [file.lstat() for file in _PACKAGE.rglob("*.py")]
        except FileNotFoundError:
            return True  # it has gone since it was listed
        return any(max(one.st_mtime, one.st_ctime) > self._began - _TICK for one in seen)

    def _begin(self, modules: list[str], foreign: Foreign) -> str:
        """Have everything imported; return the foreign module that has to be left out, if there is one."""
        self._told = True
        with contextlib.suppress(ConnectionError):
            self.link.send(json.dumps({"modules": modules, "foreign": foreign}).encode())
        answer = json.loads(_heard(self.link) or b"{}")
        if not answer:
            raise ColdStart(f"the warm process did not start ({self._last_words()})")
        if "cold" in answer:
            raise ColdStart(answer["cold"])
        return answer.get("without", "")

    def _started(self, work: Callable, given: tuple) -> Fork:
        self._count += 1
        return Fork(self, self._count, given[0])

    def ask(self, message: dict, descriptors: Iterable[int] = ()) -> None:
        """Ask the warm process for something, with file descriptors that it is to have."""
        try:
            socket.send_fds(self.link, [json.dumps(message).encode()], list(descriptors))
        except OSError:
            raise self.lost() from None

    def close(self) -> None:
        """End the process and all its runs."""
        if self.closed:
            return
        process = self._process
        if not self._told:
            process.kill()  # it would import to the end what every notebook needs
        with contextlib.suppress(OSError):  # it may have ended
            self.link.shutdown(socket.SHUT_RDWR)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pid in list(self.running):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        super().close()
        self.link.close()

    def silent(self, seconds: float) -> RunError:
        """End a warm process that does not end a run whose time is over, because it was stopped; return the fault."""
        self._process.kill()
        what = f"it did not answer when {seconds:g} s were over, and was ended with all its runs"
        return RunError("warm process", what, "Run again; what is published stays")

    def lost(self) -> RunError:
        """Return the fault of a warm process that has ended."""
        action = f"Run again; what is published stays. If it happens again, set {environment.ENGINE_VARIABLE}=cold"
        return RunError("warm process", f"it has ended ({self._last_words()})", action)

    def _last_words(self) -> str:
        try:
            code = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            code = None
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"status {code}"


def _heard(connection: socket.socket) -> bytes:
    """Return the next packet, or nothing if the other side has gone."""
    try:
        return connection.recv(1 << 16)
    except ConnectionError:
        # It has gone without reading all that it was told. What it said before is there nevertheless.
        return connection.recv(1 << 16)


class Fork:
    """A fork of the warm process, as the worker of a pool: got ready when it is made, and begun with its turn.

    A fork that does nothing until its turn costs next to no memory, and what a run does before its first cell takes no
    time from those before it.

    Parameters
    ----------
    process : WarmProcess
    number : int
        Of the fork.
    request : Request
    """

    def __init__(self, process: WarmProcess, number: int, request: Request) -> None:
        self._process, self._number = process, number
        self._journal = journal.Journal()
        self._journal.write(request=request)
        self._connection, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with contextlib.ExitStack() as unused, theirs:
            unused.callback(self.close)
            process.ask({"fork": number, "input": request["input"]}, [theirs.fileno(), self._journal.descriptor])
            unused.pop_all()

    def call(self, work: Callable, given: tuple, over: Callable[[], None]) -> Reply:
        """Let the run begin, and return what became of it; see :class:`ogp_analysis.base.pool.Worker`."""
        [request], began, late = given, time.monotonic(), False
        with contextlib.suppress(ConnectionError):  # it may have ended before its turn
            self._connection.send(b"go")
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        poll.register(self._process.link, select.POLLIN)  # a run may leave what holds its connection open
        pid, said = 0, {}
        while "status" not in said:
            until = began + request["timeout"] + _PATIENCE * late if request.get("timeout") else None
            left = None if until is None else max(until - time.monotonic(), 0) * 1000 + 1
            ready = [descriptor for descriptor, _ in poll.poll(left)]
            if not ready:
                if late:
                    raise self._process.silent(request["timeout"])
                late = True
                self._process.ask({"end": self._number})
                continue
            if self._connection.fileno() not in ready or not (packet := _heard(self._connection)):
                raise self._process.lost()
            said = json.loads(packet)
            if "pid" in said:
                pid = said["pid"]
                self._process.running.add(pid)
            elif "over" in said:
                over()
        self._process.running.discard(pid)
        seconds = time.monotonic() - began
        result = journal.result(request, self._journal.read(), said["status"], late)
        return reply(request, result, seconds, said["max_rss"])

    def kill(self) -> None:
        """Nothing: it ends with the warm process."""

    def close(self) -> None:
        """Free what was shared with it."""
        self._connection.close()
        self._journal.close()
