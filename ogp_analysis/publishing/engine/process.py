"""What the processes that run notebooks have in common: a folder of their own, and an end."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ogp_analysis.publishing.engine import environment
from ogp_analysis.publishing.engine.protocol import Request


class ColdStart(Exception):
    """The warm process cannot be used; its text says why."""


class Process:
    """What runs notebooks: a context manager that ends with all its runs.

    Parameters
    ----------
    jobs : int
        How many notebooks at a time.
    reason : str
        Why it is of this kind.

    Attributes
    ----------
    kind : {"warm", "cold"}
    closed : bool
        Whether it has ended; it cannot run anything more then.
    """

    kind = ""
    closed = False

    def __init__(self, jobs: int, reason: str = "") -> None:
        self.jobs, self.reason = max(1, jobs), reason
        self._folder = tempfile.TemporaryDirectory(prefix="ogp-analysis-", ignore_cleanup_errors=True)
        self._log = Path(self._folder.name) / "log"
        self._environment = environment.run_environment(Path(self._folder.name))

    def __enter__(self):
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """End all runs and free what they used."""
        self.closed = True
        self._folder.cleanup()


def absolute(request: Request) -> Request:
    """Return a request that means the same in a process with another working directory."""
    paths = {k: str(Path(request[k]).absolute()) for k in ("input", "output", "cwd") if request.get(k)}
    return {**request, **paths}
