"""One notebook with papermill's own engine: a kernel in a process of its own, and this process beside it.

``python -m ogp_analysis.publishing.engine.worker`` reads a request of :mod:`ogp_analysis.publishing.engine.protocol`
and writes its reply. Started by :class:`ogp_analysis.publishing.engine.cold.ColdProcess`.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path

from ogp_analysis.publishing.engine import environment, fork, journal, linux
from ogp_analysis.publishing.engine.outcome import ended
from ogp_analysis.publishing.engine.warmup import defer_grammars

#: Bytes of address space that interpreter, libraries and a kernel's threads reserve before a notebook needs any.
_RESERVED = 2 << 30


def main() -> int:
    """Run the notebook of the request on the standard input."""
    if sys.path[0] == str(Path.cwd()):
        del sys.path[0]
    defer_grammars()
    answer = os.dup(1)
    os.dup2(2, 1)
    if sys.platform.startswith("linux"):
        linux.die_with_parent(os.getppid())
    reply = Worker(json.load(sys.stdin), answer).run()
    Worker.say(answer, reply)
    return 0


class Worker:
    """A run with a kernel of its own.

    Parameters
    ----------
    request : ogp_analysis.publishing.engine.protocol.Request
    answer : int
        File descriptor for the reply.
    """

    def __init__(self, request: dict, answer: int) -> None:
        self.request, self.answer = request, answer
        self.started = time.monotonic()
        self.manager = None
        self.code: int | None = None
        self.late = False

    def run(self) -> dict:
        """Run the notebook and return the reply."""
        self._prepare()
        error = fork.execute(self.request, kernel_manager_class=self._manager_class(), shutdown_kernel="immediate")
        if error is not None and error["name"] == fork.DEAD_KERNEL:
            error = ended(self.code or 0, self.late, self.request.get("timeout"))
            error["cell"] = self._mark(error)
        result = {"error": error}
        self.manager = None
        if error is None and self.request.get("after"):
            result = fork.call_after(self.request)
        return self._reply(result)

    def _prepare(self) -> None:
        fork.set_environment(self.request)
        os.environ[environment.SEED_VARIABLE] = str(environment.seed(self.request.get("parameters") or {}))
        limit = self.request.get("memory_limit_bytes")
        if limit:
            with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and does not keep it
                resource.setrlimit(resource.RLIMIT_AS, (_RESERVED + limit, _RESERVED + limit))
        if self.request.get("timeout"):
            timer = threading.Timer(self.request["timeout"], self._stop)
            timer.daemon = True
            timer.start()

    def _stop(self) -> None:
        """End the run because its time is over: its kernel, or if that is gone already, this process."""
        self.late = True
        provisioner = self.manager.provisioner if self.manager else None
        if provisioner is not None:
            os.killpg(provisioner.pgid, signal.SIGKILL)
            return
        self.say(self.answer, self._reply({"error": ended(0, True, self.request["timeout"])}))
        os._exit(0)

    def _manager_class(self) -> type:
        from jupyter_client import AsyncKernelManager

        run = self

        class Watched(AsyncKernelManager):
            """Lets the run end its kernel, and remembers how the kernel ended."""

            def __init__(self, *arguments, **options) -> None:
                super().__init__(*arguments, **options)
                run.manager = self

            async def cleanup_resources(self, restart: bool = False) -> None:
                if self.provisioner is not None:
                    run.code = await self.provisioner.poll()
                await super().cleanup_resources(restart)

        return Watched

    def _mark(self, error: dict) -> int | None:
        """Mark the cell that the kernel ended in: the last that papermill started."""
        import nbformat

        output = Path(self.request["output"])
        notebook = nbformat.read(output, as_version=4)
        started = [i for i, cell in enumerate(notebook.cells) if cell.metadata.papermill.get("start_time")]
        if not started:
            return None
        for cell in notebook.cells[started[-1] + 1 :]:
            cell.metadata.papermill["status"] = "pending"  # papermill takes them for completed
        journal.mark(notebook, output, started[-1], error["name"], error["message"])
        return started[-1]

    def _reply(self, result: dict) -> dict:
        used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        return {
            "id": self.request["id"],
            "ok": result["error"] is None,
            "seconds": time.monotonic() - self.started,
            "max_rss": (used if sys.platform == "darwin" else used * 1024) or None,
            **result,
        }

    @staticmethod
    def say(answer: int, reply: dict) -> None:
        """Write the reply."""
        line = json.dumps(reply).encode()
        while line:
            line = line[os.write(answer, line) :]


if __name__ == "__main__":
    sys.exit(main())
