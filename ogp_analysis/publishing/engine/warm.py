"""The warm process, seen from the command line."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from ogp_analysis.base.errors import RunError
from ogp_analysis.publishing.engine import environment
from ogp_analysis.publishing.engine.process import ColdStart, Process, absolute
from ogp_analysis.publishing.engine.protocol import NOTHING, Foreign, Link, Reply, Request

#: Seconds a process is given to end by itself.
_PATIENCE = 5.0
#: Seconds by which a file may have changed later than its date says.
_TICK = 3.0
_PACKAGE = Path(__file__).resolve().parents[2]


class WarmProcess(Process):
    """One process that has imported the stack, and a fork of it for each notebook (Linux).

    Attributes
    ----------
    kind : str
        ``"warm"``.
    reason : str
        Empty.
    """

    kind = "warm"

    @classmethod
    def start(
        cls,
        modules: Iterable[str] = (),
        jobs: int = 1,
        foreign: Foreign = NOTHING,
        begun: WarmProcess | None = None,
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
            process, begun = begun or cls(jobs), None
            try:
                without = process._begin(modules, foreign)
                if not without:
                    return process
                del foreign[without]
            except BaseException:
                process.close()
                raise
            process.close()

    def __init__(self, jobs: int) -> None:
        super().__init__(jobs)
        self._running: dict[str, int] = {}
        self._told = False
        self._began = time.time()
        with self._log.open("wb") as said:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ogp_analysis.publishing.engine.zygote"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=self._environment,
                cwd=self._folder.name,
                start_new_session=True,
            )
        self._link = Link(self._process.stdout.fileno(), self._process.stdin.fileno())

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
        with contextlib.suppress(BrokenPipeError):
            self._link.send({"modules": modules, "foreign": foreign, "jobs": self.jobs})
        first = self._link.receive()
        if not first:
            raise ColdStart(f"the warm process did not start ({self._last_words()})")
        if "cold" in first[0]:
            raise ColdStart(first[0]["cold"])
        return first[0].get("without", "")

    def run(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Run notebooks, at most `jobs` at a time; yield what became of each as it ends.

        Not going on to the last reply ends the process and all its runs.

        Raises
        ------
        RunError
            If the warm process itself has ended.
        """
        if self.closed:
            raise RunError("warm process", "it has ended", "Start another")
        coming = iter(requests)
        waiting = 0
        try:
            while True:
                while waiting < 2 * self.jobs and (request := next(coming, None)) is not None:
                    waiting += 1
                    self._send(request)
                if not waiting:
                    return
                for reply in self._replies():
                    waiting -= 1
                    yield reply
        finally:
            if waiting:
                self.close()

    def _replies(self) -> list[Reply]:
        """Wait for messages; return the replies among them."""
        replies = []
        for message in self._receive():
            if "started" in message:
                self._running[message["started"]] = message["pid"]
            else:
                self._running.pop(message["id"], None)
                replies.append(message)
        return replies

    def close(self) -> None:
        """End the process and all its runs."""
        process = self._process
        if not self._told:
            process.kill()  # it would import to the end what every notebook needs
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pid in self._running.values():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        self._running.clear()
        process.stdout.close()
        super().close()

    def _send(self, request: Request) -> None:
        try:
            self._link.send(absolute(request))
        except BrokenPipeError:
            raise self._lost() from None

    def _receive(self) -> list[dict]:
        messages = self._link.receive()
        if messages is None:
            raise self._lost()
        return messages

    def _lost(self) -> RunError:
        words = self._last_words()
        return RunError(
            "warm process",
            f"it has ended ({words})",
            f"Run again; what is published stays. If it happens again, set {environment.ENGINE_VARIABLE}=cold",
        )

    def _last_words(self) -> str:
        try:
            code = self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            code = None
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"status {code}"
