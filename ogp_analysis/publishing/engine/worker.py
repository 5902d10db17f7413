"""A run that is cold: papermill's own engine in a process of its own, and a kernel in another beside it."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import threading
import time
from pathlib import Path

from ogp_analysis.publishing.engine import environment, fork, journal
from ogp_analysis.publishing.engine.protocol import Reply, Request, reply
from ogp_analysis.publishing.engine.warmup import defer_grammars

#: Bytes of address space that interpreter, libraries and a kernel's threads reserve before a notebook needs any.
_RESERVED = 2 << 30


def run(request: Request) -> Reply:
    """Run the notebook of a request and return the reply."""
    began = time.monotonic()
    defer_grammars()
    fork.set_environment(request)
    os.environ[environment.SEED_VARIABLE] = str(environment.seed(request.get("parameters") or {}))
    if limit := request.get("memory_limit_bytes"):
        with contextlib.suppress(ValueError, OSError):  # macOS knows the limit and does not keep it
            resource.setrlimit(resource.RLIMIT_AS, (_RESERVED + limit, _RESERVED + limit))
    kernel = _Kernel()
    if request.get("timeout"):
        timer = threading.Timer(request["timeout"], kernel.stop)
        timer.daemon = True
        timer.start()
    error = fork.execute(request, kernel_manager_class=kernel.manager_class(), shutdown_kernel="immediate")
    if error is not None and error["name"] == fork.DEAD_KERNEL:
        error = journal.ended(kernel.code or 0, kernel.late, request.get("timeout"))
        error["cell"] = _mark(Path(request["output"]), error)
    kernel.manager = None
    result = fork.call_after(request) if error is None and request.get("after") else {"error": error}
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    memory = (used if sys.platform == "darwin" else used * 1024) or None
    return reply(request, result, time.monotonic() - began, memory)


class _Kernel:
    """The kernel of a run: how it ended, and the means to end it when its time is over."""

    def __init__(self) -> None:
        self.manager, self.code, self.late = None, None, False

    def stop(self) -> None:
        """End the run because its time is over: its kernel, or if that is gone already, this process."""
        self.late = True
        provisioner = self.manager.provisioner if self.manager else None
        if provisioner is not None:
            os.killpg(provisioner.pgid, signal.SIGKILL)
        else:
            os.kill(os.getpid(), signal.SIGALRM)

    def manager_class(self) -> type:
        """Return the class of papermill's manager of the kernel, which remembers how the kernel ended."""
        from jupyter_client import AsyncKernelManager

        kernel = self

        class Watched(AsyncKernelManager):
            def __init__(self, *arguments, **options) -> None:
                super().__init__(*arguments, **options)
                kernel.manager = self

            async def cleanup_resources(self, restart: bool = False) -> None:
                if self.provisioner is not None:
                    kernel.code = await self.provisioner.poll()
                await super().cleanup_resources(restart)

        return Watched


def _mark(output: Path, error: dict) -> int | None:
    """Mark the cell that the kernel ended in: the last that papermill started."""
    import nbformat

    notebook = nbformat.read(output, as_version=4)
    started = [i for i, cell in enumerate(notebook.cells) if cell.metadata.papermill.get("start_time")]
    if not started:
        return None
    for cell in notebook.cells[started[-1] + 1 :]:
        cell.metadata.papermill["status"] = "pending"  # papermill takes them for completed
    journal.mark(notebook, output, started[-1], error["name"], error["message"])
    return started[-1]
