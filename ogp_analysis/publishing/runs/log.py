"""When and where a run was made: the part of its record outside the promise of equal bytes."""

from __future__ import annotations

import datetime as dt
import platform
import subprocess
from functools import cache

from ogp_analysis.base import fingerprint
from ogp_analysis.base.paths import Project

#: Distributions that a notebook is run with.
_RUN_BY = ("papermill", "nbclient", "ipykernel", "ipython")


def entry(project: Project, seconds: float, engine: str) -> dict:
    """Return when and where a run was made.

    Parameters
    ----------
    project : Project
    seconds : float
        How long it took.
    engine : str
        How it was run.
    """
    return {
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 3),
        "engine": engine,
        "commit": commit(project),
        **machine(),
    }


@cache
def machine() -> dict[str, str]:
    """Return what a run went through on this machine and is not in its key, because no number depends on it."""
    return {
        "system": platform.platform(),
        "machine": platform.machine(),
        "python": platform.python_version(),
        **{name: fingerprint.version(name) for name in _RUN_BY},
    }


@cache
def commit(project: Project) -> str | None:
    """Return the commit that is checked out, with ``+`` if files differ from it; None outside a checkout in git."""
    if project.packaged:
        return None
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"],
            cwd=project.root,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return told.stdout.strip() or None
