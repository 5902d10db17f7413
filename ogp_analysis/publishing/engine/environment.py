"""The environment every run has, whoever starts it: what a user's own settings would change in an output is fixed."""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from ogp_analysis.base import fingerprint

#: Set to ``cold`` or ``warm`` to say how notebooks are run where the caller leaves it open.
ENGINE_VARIABLE = "OGP_ANALYSIS_ENGINE"
#: The seed of a run, for a kernel in a process of its own.
SEED_VARIABLE = "OGP_ANALYSIS_SEED"
#: Marks the processes that a run starts, so that none outlives it.
RUN_VARIABLE = "OGP_ANALYSIS_RUN"

_FIXED = {
    "PYTHONHASHSEED": "0",
    # The last digits of a fit depend on the number of threads.
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    # Importing pyarrow would start a thread, and a process with threads cannot be forked safely.
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    # Each thread would reserve 64 MB of the address space that a run may be limited to.
    "MALLOC_ARENA_MAX": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8" if sys.platform.startswith("linux") else "en_US.UTF-8",
    "PYTHONUTF8": "1",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "JUPYTER_PREFER_ENV_PATH": "1",
    "JUPYTER_PLATFORM_DIRS": "1",
}
#: What changes how Python, IPython or matplotlib start, warn or lay out text.
_REMOVED = (
    "COLUMNS FORCE_COLOR IPYKERNEL_CELL_NAME IPYTHON_COLORS JPY_PARENT_PID JPY_SESSION_NAME JUPYTER_PATH LANGUAGE "
    "LINES MATPLOTLIBRC NO_COLOR PYTHONBREAKPOINT PYTHONDEVMODE PYTHONINSPECT PYTHONOPTIMIZE PYTHONSAFEPATH "
    "PYTHONSTARTUP PYTHONWARNINGS PYTEST_CURRENT_TEST SOURCE_DATE_EPOCH"
).split()
_FOLDERS = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")


def run_environment(folder: Path) -> dict[str, str]:
    """Return the environment of the processes that run notebooks: that of this process, with what is fixed.

    Parameters
    ----------
    folder : pathlib.Path
        An empty folder that lives as long as these processes; IPython and Jupyter keep their
        files there, so that a user's profile and startup files have no say.
    """
    import platformdirs

    found = {name: value for name, value in os.environ.items() if name not in _REMOVED} | _FIXED
    for name in _FOLDERS:
        place = folder / name.lower()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        found[name] = str(place)
    # A folder without a user's style where matplotlib can keep its list of fonts for the next time.
    fonts = platformdirs.user_cache_path("ogp-analysis") / "matplotlib"
    try:
        fonts.mkdir(parents=True, exist_ok=True)
    except OSError:
        fonts = folder / "matplotlib"
        fonts.mkdir(parents=True, exist_ok=True)
    found["MPLCONFIGDIR"] = str(fonts)
    if "PYTHONPATH" in found:
        # Run processes start in another folder.
        found["PYTHONPATH"] = os.pathsep.join(str(Path(p).absolute()) for p in found["PYTHONPATH"].split(os.pathsep))
    return found


def settings(wanted: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return those of the variables asked for that a run may have its own value of; None removes one."""
    return {n: v for n, v in wanted.items() if n not in _FIXED and n not in _FOLDERS and n != "MPLCONFIGDIR"}


def seed(parameters: Mapping) -> int:
    """Return the seed of the random numbers of a run: it follows from its parameters."""
    return int(fingerprint.of_value(dict(parameters))[:8], 16)


def reseed(number: int) -> None:
    """Seed the global generators of :mod:`random` and, if it is imported, numpy."""
    random.seed(number)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(number)


def seed_first_cell(shell, number: int, wait: Callable[[], None] | None = None) -> None:
    """Seed when the first cell begins, after what is waited for: setting up a kernel uses random numbers too."""

    def begin(*_) -> None:
        shell.events.unregister("pre_run_cell", begin)
        if wait is not None:
            wait()
        reseed(number)

    shell.events.register("pre_run_cell", begin)


def load_ipython_extension(shell) -> None:
    """Seed a kernel in a process of its own as a warm one is seeded, without a trace in the notebook."""
    import numpy  # noqa: F401

    seed_first_cell(shell, int(os.environ[SEED_VARIABLE]))
