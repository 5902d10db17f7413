"""The outputs of an archive made again, from nothing, in an empty folder: are they the same, what did it take."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from ogp_analysis.base import kept
from ogp_analysis.base.errors import ArchiveError
from ogp_analysis.base.paths import HOME_VARIABLE, Project
from ogp_analysis.publishing.archive.outputs import Output

#: Where a measurement is kept, below the reports: an archive made again says the same.
NAME = ".measured.json"
_Line = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f]{0,200}\Z")]
_Amount = Annotated[float, Meta(ge=0)]


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """One command: seconds that passed, seconds of processor, and MiB of its largest process at the most."""

    command: _Line
    seconds: _Amount
    processor: _Amount
    memory: _Amount


class Measurement(Struct, frozen=True, forbid_unknown_fields=True):
    """What it took to make outputs again.

    Attributes
    ----------
    outputs : tuple of str
        Their ids, sorted.
    system, python : str
    processors : int
    memory : float
        MiB that the machine has.
    steps : tuple of Step
    storage : dict of str to float
        MiB of ``archive`` (unpacked, without the published outputs), ``tables``, ``reports`` and, if the archive
        was run in its own environment, ``environment``.
    """

    outputs: tuple[_Line, ...]
    system: _Line
    python: _Line
    processors: Annotated[int, Meta(ge=1)]
    memory: _Amount
    steps: tuple[Step, ...]
    storage: dict[_Line, _Amount]


def stored(project: Project, outputs: list[Output]) -> Measurement | None:
    """Return the measurement that is kept of these very outputs, or None."""
    try:
        found = msgspec.convert(kept.loaded(project.reports, NAME, Measurement), Measurement)
    except (OSError, kept.NotKept):
        return None
    return found if found.outputs == ids(outputs) else None


def ids(outputs: list[Output]) -> tuple[str, ...]:
    """Return the ids of outputs, sorted."""
    return tuple(sorted(output.record["id"] for output in outputs))


def measure(project: Project, folder: Path, outputs: list[Output], progress) -> Measurement:
    """Make the outputs again in an unpacked archive, in the environment that is installed here, and keep what it took.

    Parameters
    ----------
    project : Project
    folder : pathlib.Path
        The unpacked archive; tables and reports are made in it.
    outputs : list of Output
    progress : callable
        Called with each command as it begins.

    Raises
    ------
    ArchiveError
        If a command fails, or a file differs from the one that was published.
    """
    unpacked = _mebibytes(folder)
    steps = []
    for words in (("build", "--jobs", "1"), ("run", "--all", "--jobs", "1")):
        progress(" ".join(words))
        # What a command takes in the unpacked archive.
        variables = {**os.environ, "PYTHONPATH": str(folder)}
        variables.pop(HOME_VARIABLE, None)  # the unpacked archive is the project
        begun = time.perf_counter()
        with (folder / ".log").open("w+b") as log:
            command = [sys.executable, "-m", "ogp_analysis", *words]
            process = subprocess.Popen(command, cwd=folder, env=variables, stdout=log, stderr=log)
            try:
                _, status, used = os.wait4(process.pid, 0)
            except BaseException:
                process.terminate()
                process.wait()
                raise
            seconds = time.perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
            log.seek(0)
            said = log.read().decode("utf-8", "replace").strip().splitlines()
        (folder / ".log").unlink()
        if process.returncode:
            what = f"failed in the unpacked archive: {said[-1] if said else process.returncode}"
            raise ArchiveError(f"ogp-analysis {' '.join(words)}", what, "Correct that, then make the archive again")
        # The largest process counts, not their sum: Linux says KiB, macOS bytes.
        memory = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
        steps.append(Step(" ".join(words), round(seconds, 1), round(used.ru_utime + used.ru_stime, 1), round(memory)))
    for output in outputs:
        for name, file in output.record["files"].items():
            try:
                same = kept.sha256(folder / "reports" / output.place, name) == file["sha256"]
            except (OSError, kept.NotKept):
                same = False
            if not same:
                what = f"{name} comes out differently in an empty folder"
                raise ArchiveError(f"output {output.record['id']}", what, "See why: ogp-analysis verify")
    places = {"tables": folder / "data" / "processed", "reports": folder / "reports"}
    places |= {"environment": Path(sys.prefix)} if sys.prefix != sys.base_prefix else {}
    found = Measurement(
        ids(outputs),
        platform.platform(),
        platform.python_version(),
        os.cpu_count() or 1,
        round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**20),
        tuple(steps),
        {"archive": unpacked, **{name: _mebibytes(place) for name, place in places.items()}},
    )
    kept.replace(project.reports / NAME, msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    return found


def _mebibytes(folder: Path) -> float:
    """Return the sizes of the files below a folder, links not followed."""
    files = (Path(above) / name for above, _, names in os.walk(folder) for name in names)
    return round(sum(file.lstat().st_size for file in files) / 2**20, 1)
