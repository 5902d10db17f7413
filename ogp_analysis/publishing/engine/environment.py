"""The environment every run has, whoever starts it: what a user's own settings would change in an output is fixed."""

from __future__ import annotations

import os
import random
import resource
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from ogp_analysis.base import fingerprint

#: The seed of a run, for a kernel in a process of its own.
SEED_VARIABLE = "OGP_ANALYSIS_SEED"

_FIXED = {
    "PYTHONHASHSEED": "0",
    # Importing pyarrow would start a thread, and a process with threads cannot be forked safely.
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8" if sys.platform.startswith("linux") else "en_US.UTF-8",
}
# The last digits of a fit depend on the number of threads.
_FIXED |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
# Each thread would reserve 64 MB of the address space that a run may be limited to.
_FIXED["MALLOC_ARENA_MAX"] = "1"
_ON = ("PYTHONUTF8", "PYDEVD_DISABLE_FILE_VALIDATION", "JUPYTER_PREFER_ENV_PATH", "JUPYTER_PLATFORM_DIRS")
_FIXED |= dict.fromkeys(_ON, "1")
#: What changes how Python, IPython or matplotlib start, warn or lay out text.
_REMOVED = (
    "COLUMNS FORCE_COLOR IPYKERNEL_CELL_NAME IPYTHON_COLORS JPY_PARENT_PID JPY_SESSION_NAME JUPYTER_PATH LANGUAGE "
    "LINES MATPLOTLIBRC NO_COLOR PYTHONBREAKPOINT PYTHONDEVMODE PYTHONINSPECT PYTHONOPTIMIZE PYTHONSAFEPATH "
    "PYTHONSTARTUP PYTHONWARNINGS PYTEST_CURRENT_TEST SOURCE_DATE_EPOCH"
).split()
_FOLDERS = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")


def of_runs() -> dict[str, str]:
    """Return the environment of the processes that run notebooks: that of this process, with what is fixed."""
    import platformdirs

    found = {name: value for name, value in os.environ.items() if name not in _REMOVED} | _FIXED
    # A folder without a user's style where matplotlib can keep its list of fonts for the next time.
    fonts = platformdirs.user_cache_path("ogp-analysis") / "matplotlib"
    with suppress(OSError):
        fonts.mkdir(parents=True, exist_ok=True)
    found["MPLCONFIGDIR"] = str(fonts)
    if "PYTHONPATH" in found:
        # Runs have another working directory.
        found["PYTHONPATH"] = os.pathsep.join(str(Path(p).absolute()) for p in found["PYTHONPATH"].split(os.pathsep))
    return found


def settle(folder: Path, wanted: Mapping[str, str | None]) -> None:
    """Give this process the environment of one run.

    Parameters
    ----------
    folder : pathlib.Path
        An empty folder that lives as long as the run: IPython and Jupyter keep their files there, so that a user's
        profile and startup files have no say.
    wanted : mapping of str to (str or None)
        Variables to set, or to remove; those that are the same for all runs stay.
    """
    os.environ.update(_folders(folder))
    for name, value in wanted.items():
        if name not in (*_FIXED, *_FOLDERS, "MPLCONFIGDIR"):
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _folders(folder: Path) -> dict[str, str]:
    for name in _FOLDERS:
        (folder / name.lower()).mkdir(mode=0o700)
    return {name: str(folder / name.lower()) for name in _FOLDERS}


@contextmanager
def settled_kernel(parameters: Mapping) -> Iterator[type]:
    """Yield a kernel manager class whose kernel has the environment of a run and the seed of these parameters."""
    from jupyter_client import AsyncKernelManager

    with tempfile.TemporaryDirectory(prefix="ogp-") as folder:
        own = {**of_runs(), **_folders(Path(folder)), SEED_VARIABLE: str(seed(parameters))}

        class Manager(AsyncKernelManager):
            async def start_kernel(self, extra_arguments=(), **more):
                words = [*extra_arguments, f"--IPKernelApp.extra_extensions={__name__}"]
                await super().start_kernel(extra_arguments=words, env=own, **more)

        yield Manager


def limit_memory(beyond: int) -> None:
    """Limit the address space of this process to what it takes up now, and so many bytes."""
    if sys.platform.startswith("linux"):  # macOS knows the limit and does not keep it
        most = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE") + beyond
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def seed(parameters: Mapping) -> int:
    """Return the seed of the random numbers of a run: it follows from its parameters."""
    return int(fingerprint.of_value(dict(parameters))[:8], 16)


def seed_first_cell(shell, number: int) -> None:
    """Seed when the first cell begins: setting up a kernel uses random numbers too."""

    def begin(*_) -> None:
        shell.events.unregister("pre_run_cell", begin)
        random.seed(number)
        if "numpy" in sys.modules:
            sys.modules["numpy"].random.seed(number)

    shell.events.register("pre_run_cell", begin)


def load_ipython_extension(shell) -> None:
    """Seed a kernel in a process of its own as that of a run is seeded, without a trace in the notebook."""
    import numpy  # noqa: F401

    seed_first_cell(shell, int(os.environ[SEED_VARIABLE]))
