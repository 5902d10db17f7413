"""Notebooks run as everybody runs them, where they cannot run warm."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

from ogp_analysis.publishing.engine import environment
from ogp_analysis.publishing.engine.outcome import ended
from ogp_analysis.publishing.engine.process import Process, absolute
from ogp_analysis.publishing.engine.protocol import Reply, Request


class ColdProcess(Process):
    """papermill as everybody runs it: a process and a kernel of its own for each notebook.

    Attributes
    ----------
    kind : str
        ``"cold"``.
    reason : str
        Why it is not warm.
    """

    kind = "cold"

    @classmethod
    def start(cls, modules: Iterable[str] = (), jobs: int = 1, reason: str = "") -> ColdProcess:
        """Return a process; there is nothing to import beforehand."""
        return cls(jobs, reason)

    def __init__(self, jobs: int, reason: str = "") -> None:
        super().__init__(jobs, reason)
        profile = Path(self._environment["IPYTHONDIR"]) / "profile_default"
        profile.mkdir()
        seeding = f"c.InteractiveShellApp.extensions = [{environment.__name__!r}]\n"
        (profile / "ipython_config.py").write_text(seeding, encoding="utf-8")
        self._workers: set[subprocess.Popen] = set()

    def run(self, requests: Iterable[Request]) -> Iterator[Reply]:
        """Run notebooks, at most `jobs` at a time; yield what became of each as it ends."""
        coming = iter(requests)
        waiting = set()
        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                while True:
                    while len(waiting) < self.jobs and (request := next(coming, None)) is not None:
                        waiting.add(pool.submit(self._run, absolute(request)))
                    if not waiting:
                        return
                    done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                self._end_workers()

    def close(self) -> None:
        """End all runs."""
        self._end_workers()
        super().close()

    def _run(self, request: Request) -> Reply:
        with self._log.open("ab") as said:
            worker = subprocess.Popen(
                [sys.executable, "-m", "ogp_analysis.publishing.engine.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                env=self._environment,
                cwd=self._folder.name,
                start_new_session=True,
            )
        self._workers.add(worker)
        try:
            reply, _ = worker.communicate(json.dumps(request).encode())
        finally:
            self._workers.discard(worker)
        if reply:
            return json.loads(reply)
        error = ended(worker.returncode, False, None)
        return {"id": request["id"], "ok": False, "seconds": 0.0, "max_rss": None, "error": error}

    def _end_workers(self) -> None:
        for worker in list(self._workers):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(worker.pid, signal.SIGKILL)
