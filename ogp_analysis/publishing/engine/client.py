"""The choice between the processes that run notebooks. Light: the command line imports it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable

from ogp_analysis.base.errors import ParameterError, RunError
from ogp_analysis.publishing.engine import environment
from ogp_analysis.publishing.engine.cold import ColdProcess
from ogp_analysis.publishing.engine.process import ColdStart
from ogp_analysis.publishing.engine.protocol import NOTHING, Foreign
from ogp_analysis.publishing.engine.warm import WarmProcess

log = logging.getLogger(__name__)


def begin(jobs: int = 1, engine: str = "auto") -> WarmProcess | None:
    """Start a warm process, if there is to be one, before it is known what it imports for the notebooks.

    It imports what every notebook needs meanwhile. :func:`open_process` goes on with it; to close it costs nothing.
    """
    try:
        return WarmProcess(jobs) if _asked_for(engine)[0] != "cold" and _can_fork() else None
    except (OSError, ParameterError):
        return None  # opening one says so


def open_process(
    jobs: int = 1,
    modules: Iterable[str] = (),
    engine: str = "auto",
    foreign: Foreign = NOTHING,
    begun: WarmProcess | None = None,
) -> WarmProcess | ColdProcess:
    """Start what runs notebooks.

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
        return ColdProcess.start(modules, jobs, f"{source} asks for it")
    try:
        if not _can_fork():
            raise ColdStart(f"{sys.platform} cannot fork a process that has imported the stack")
        return WarmProcess.start(modules, jobs, foreign, begun)
    except ColdStart as obstacle:
        if engine == "warm":
            raise RunError("warm process", str(obstacle), f"Use {source} auto or cold") from None
        log.warning("Notebooks run cold, because %s.", obstacle)
        return ColdProcess.start(modules, jobs, str(obstacle))


def _asked_for(engine: str) -> tuple[str, str]:
    """Return the engine that is asked for, and what asks for it."""
    source = "--engine" if engine != "auto" else environment.ENGINE_VARIABLE
    engine = engine if engine != "auto" else os.environ.get(environment.ENGINE_VARIABLE) or "auto"
    if engine not in ("auto", "warm", "cold"):
        raise ParameterError(source, f"there is no engine {engine!r}", "Use auto, warm or cold")
    return engine, source


def _can_fork() -> bool:
    return sys.platform.startswith("linux")
