"""Reports made again from notebooks that were executed, in the environment every run has.

``python -m ogp_analysis.publishing.runs.rendering`` reads requests of :mod:`ogp_analysis.publishing.runs.finish`, one
line of JSON each, and writes for each a reply of :mod:`ogp_analysis.publishing.engine.protocol`. The settings
of the user who asks have no say, and a report that cannot be made, or ends its process, fails alone.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from ogp_analysis.base.paths import HOME_VARIABLE, Project
from ogp_analysis.publishing.engine import environment
from ogp_analysis.publishing.engine.outcome import ended
from ogp_analysis.publishing.engine.protocol import Reply


def render_all(project: Project, requests: Iterable[dict], jobs: int = 1) -> Iterator[Reply]:
    """Render executed notebooks side by side; yield what became of each as it ends.

    Parameters
    ----------
    project : Project
    requests : iterable of dict
        As :func:`ogp_analysis.publishing.runs.finish.request` makes them.
    jobs : int
        How many side by side.
    """
    requests = list(requests)
    jobs = max(1, min(jobs, len(requests)))
    with tempfile.TemporaryDirectory(prefix="ogp-analysis-", ignore_cleanup_errors=True) as folder:
        idle: queue.Queue[_Renderer] = queue.Queue()
        renderers = [_Renderer(project, Path(folder)) for _ in range(jobs if requests else 0)]
        for renderer in renderers:
            idle.put(renderer)
        with ThreadPoolExecutor(jobs) as pool:
            try:
                for done in as_completed([pool.submit(_one, idle, request) for request in requests]):
                    yield done.result()
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
                for renderer in renderers:
                    renderer.close()


def _one(idle: queue.Queue, request: dict) -> Reply:
    renderer = idle.get()
    try:
        return renderer.render(request)
    finally:
        idle.put(renderer)


class _Renderer:
    """A process that renders, started when it is first needed and again if it has ended."""

    def __init__(self, project: Project, folder: Path) -> None:
        self._environment = {**environment.run_environment(folder), HOME_VARIABLE: str(project.root)}
        self._folder, self._process, self._closed = folder, None, False

    def render(self, request: dict) -> Reply:
        began = time.monotonic()
        if self._process is None or self._process.poll() is not None:
            self._process = self._started()
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        line = self._process.stdout.readline()
        whole = line.endswith(b"\n")
        reply = json.loads(line) if whole else {"error": ended(self._process.wait(), False, None)}
        return {
            "id": request["id"],
            "ok": reply["error"] is None,
            "seconds": time.monotonic() - began,
            "max_rss": None,
            **reply,
        }

    def _started(self) -> subprocess.Popen:
        if self._closed:
            raise RuntimeError("closed")
        return subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=self._environment,
            cwd=self._folder,
            start_new_session=True,
        )

    def close(self) -> None:
        """End the process."""
        self._closed = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def main() -> int:
    """Render what the standard input asks for, until it ends."""
    from ogp_analysis.publishing.engine import fork, linux

    if sys.path[0] == str(Path.cwd()):
        del sys.path[0]
    answer = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if sys.platform.startswith("linux"):
        linux.die_with_parent(os.getppid())
    for line in sys.stdin.buffer:
        request = {**json.loads(line), "after": "ogp_analysis.publishing.runs.finish:finish"}
        answer.write(json.dumps(fork.call_after(request)).encode() + b"\n")
        answer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
