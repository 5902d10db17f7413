"""Make a replication archive: a zip or a folder that is the same to the byte whenever and wherever it is made."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ogp_analysis.base import kept
from ogp_analysis.base.errors import ArchiveError, needs
from ogp_analysis.base.paths import Project
from ogp_analysis.base.scratch import Scratch
from ogp_analysis.data.store import making
from ogp_analysis.publishing.archive import contents, readme
from ogp_analysis.publishing.archive import outputs as of_runs
from ogp_analysis.publishing.archive.contents import Entry

#: The one folder in a zip.
TOP = "replication"
#: The first day that a zip can name.
_DAY = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Packed:
    """What became of an archive: where it is, its outputs, its files, and data files that it may not hold."""

    place: Path
    outputs: int
    files: int
    withheld: int


def archive(
    project: Project,
    described: Iterable,
    named: tuple[str, ...],
    out: Path,
    language: str = "en",
    *,
    with_reports: bool = True,
    measure: bool = False,
    progress: Callable[[str], None] = lambda _: None,
) -> Packed:
    """Make the replication archive of outputs.

    Parameters
    ----------
    project : Project
        A clone; what belongs to it is known to git.
    described : iterable of ogp_analysis.data.sources.sidecar.Source
        Its sidecars.
    named : tuple of str
        Names of outputs; empty for every run that ``notebooks/runs.toml`` lists.
    out : pathlib.Path
        A file whose name ends with ``.zip``, replaced in one step; else a folder, empty or not there yet.
    language : {"en", "es"}
        Of its README.
    with_reports : bool
        Whether it holds the outputs as they were published; else only their hashes.
    measure : bool
        Whether the outputs are first made again from it in an empty folder, and time, memory and room are kept.
    progress : callable
        Called with each step of a measurement.

    Returns
    -------
    Packed

    Raises
    ------
    ArchiveError
        If the project is not a clone, an output was edited or is stale, or `out` cannot be written.
    UnknownName
        If no published output is called as one of `named`, or several are.
    MissingExtra
        If the extra ``pdf`` is not installed.
    """
    needs("pdf")
    out = out.absolute()
    _check_target(out)
    names = contents.tracked(project)
    outputs = of_runs.chosen(project, named)
    contents.check_code(project, names, outputs)
    if unlike := making.unlike_raw(project, {table for one in outputs for table in one.record["rests_on"]["tables"]}):
        name, _, what = f"data/processed/{unlike}".partition(": ")
        raise ArchiveError(name, what, "Remove data/processed, build again, and look at what changed")
    data = of_runs.files(project, described, names, outputs)
    entries = contents.entries(project, names, outputs, data, with_reports)
    if measure:
        with Scratch() as scratch:
            folder = Path(scratch) / TOP
            bare = [e for e in entries if not e.name.startswith(f"{contents.PUBLISHED}/")]
            _write_folder(folder, bare)
            readme.measure(project, folder, outputs, progress)
    written = readme.about(project, outputs, data, readme.stored(project, outputs), language, with_reports)
    entries = [e for e in entries if e.name not in written] + [Entry(n, c) for n, c in written.items()]
    entries.sort(key=lambda entry: entry.name)
    _check_no_machine(project, entries)
    try:
        (_write_zip if out.suffix == ".zip" else _write_folder)(out, entries)
    except OSError as error:
        raise _unwritable(out, error) from error
    withheld = sum(1 for one in data if not one.provided)
    return Packed(out, len(outputs), len(entries), withheld)


def _check_target(out: Path) -> None:
    """See that an archive can be written before anything takes its time."""
    try:
        if out.suffix == ".zip":
            fault = "is a folder" if out.is_dir() and not out.is_symlink() else ""
        else:
            taken = os.path.lexists(out) and (out.is_symlink() or any(out.iterdir()))
            fault = "is not an empty folder" if taken else ""
        if not fault:
            with tempfile.TemporaryFile(dir=out.parent):
                return
    except OSError as error:
        raise _unwritable(out, error) from error
    raise ArchiveError(str(out), fault, "Name another place, or remove it: --out FILE.zip")


def _unwritable(out: Path, error: OSError) -> ArchiveError:
    return ArchiveError(str(out), f"cannot be written ({error.strerror})", "Name another place: --out FILE.zip")


def _check_no_machine(project: Project, entries: list[Entry]) -> None:
    """See that no file names the folder of the project, which is nobody else's business and is not there elsewhere."""
    folder = re.compile(rb"(?<![\w./-])" + re.escape(os.fsencode(project.root)) + rb"(?![\w.-])")
    for entry in entries:
        if len(project.root.parts) > 2 and folder.search(entry.read()):
            raise ArchiveError(entry.name, "names a folder of this machine", "Take that out, then make the archive")


def _write_zip(out: Path, entries: list[Entry]) -> None:
    part = out.with_name(f".{out.name}.new")
    part.unlink(missing_ok=True)
    try:
        with part.open("xb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
            for entry in entries:
                info = zipfile.ZipInfo(f"{TOP}/{entry.name}", _DAY)
                info.create_system, info.compress_type = 3, zipfile.ZIP_DEFLATED
                info.external_attr = (0o100755 if entry.executable else 0o100644) << 16
                packed.writestr(info, entry.read())
        kept.settle(part, out)
        kept.sync(out.parent)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink()
        raise


def _write_folder(out: Path, entries: list[Entry]) -> None:
    part = out.with_name(f".{out.name}.new")
    if part.is_symlink():
        part.unlink()
    shutil.rmtree(part, ignore_errors=True)
    try:
        for entry in entries:
            file = part / entry.name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(entry.read())
            file.chmod(0o755 if entry.executable else 0o644)
        part.rename(out)
        kept.sync(out.parent)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
