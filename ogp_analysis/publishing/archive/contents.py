"""What goes into an archive: what git tracks, the data that may be passed on, the runs, the published outputs."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.errors import ArchiveError, listed
from ogp_analysis.base.paths import HOME_VARIABLE, Project
from ogp_analysis.base.spreadsheet import lines
from ogp_analysis.publishing.archive.outputs import Output
from ogp_analysis.publishing.citation import parameter_text, site_url
from ogp_analysis.publishing.runs import manifest, run_record

if TYPE_CHECKING:
    from ogp_analysis.publishing.archive.outputs import DataFile

#: Where the outputs lie as they were published: a run in the archive makes its own in ``reports``.
PUBLISHED = "published"
HASHES, LIST, LOCK = "reports.sha256", "outputs.csv", "requirements.lock"
_RAW = "data/raw/"
#: What stands beside the data and is ours.
_ABOUT_DATA = ("data/raw/README.md", "data/raw/LICENCES.md")
_README, _OWN_README = "README.md", "README-software.md"


@dataclass(frozen=True)
class Entry:
    """One file of an archive: its content, or where that is read, with its SHA-256 if that is on record."""

    name: str
    content: bytes | None = None
    folder: Path | None = None
    place: str = ""
    executable: bool = False
    sha256: str = ""

    def read(self) -> bytes:
        """Return its content.

        Raises
        ------
        ArchiveError
            If it cannot be read, is a link or lies behind one, or was changed after it was checked.
        """
        if self.content is not None:
            return self.content
        try:
            content = kept.content(self.folder, self.place)
            if self.sha256 and fingerprint.of_bytes(content) != self.sha256:
                raise kept.NotKept("it was changed meanwhile")
            return content
        except (OSError, kept.NotKept) as error:
            fault = error.strerror if isinstance(error, OSError) else str(error)
            what = f"cannot be put into an archive ({fault})"
            raise ArchiveError(self.place, what, "Restore it, then try again") from error


def tracked(project: Project) -> dict[str, bool]:
    """Return the files that git tracks and that are there, sorted, and whether each can be executed.

    Raises
    ------
    ArchiveError
        If the project is not a clone, git cannot list its files, or one of them is a link.
    """
    where = "ogp-analysis archive"
    action = f"Work inside a clone, or set {HOME_VARIABLE} to one"
    if project.packaged:
        raise ArchiveError(where, "an installed package does not know all files of the project", action)
    # A hook of git sets variables that would lead to another repository or index.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "ls-files", "--stage", "-z"]
    try:
        told = subprocess.run(command, cwd=project.root, env=environment, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError) as error:
        # Where a disk begins above the folder, git adds a line on how to look beyond it.
        fault = getattr(error, "strerror", None) or str(error.stderr).strip().partition("\n")[0]
        raise ArchiveError(where, f"git does not list the files of the project ({fault})", action) from error
    modes = {name: stage[:6] for line in told.stdout.split("\0") for stage, _, name in [line.partition("\t")] if name}
    if absent := {"notebooks/runs.toml", LOCK} - modes.keys():
        raise ArchiveError(where, f"git does not track {min(absent)} here", action)
    if odd := [name for name, mode in modes.items() if mode not in ("100644", "100755")]:
        raise ArchiveError(odd[0], "is a link or a repository of its own", "Replace it with a file; git add it")
    # A file that was deleted is not there, and its name may now be that of a link to nothing.
    return {name: mode == "100755" for name, mode in sorted(modes.items()) if os.path.lexists(project.root / name)}


def check_code(project: Project, names: Iterable[str], outputs: list[Output]) -> None:
    """See that what the outputs were made with is what the archive holds and installs.

    Raises
    ------
    ArchiveError
        If a module that they rest on lies elsewhere or is not tracked, or a version is not the one that is locked.
    """
    names = set(names)
    files = fingerprint.files().values()
    apart = [project.shown(file) for file in files if project.shown(file) not in names]
    if apart:
        what = f"{len(apart)} of {len(files)} files that the outputs rest on are not tracked here, {listed(apart)}"
        raise ArchiveError("ogp_analysis", what, "git add them; or work with the package of this clone: make install")
    known = locked((project.root / LOCK).read_text(encoding="utf-8"))
    for output in outputs:
        for name, version in versions(output).items():
            if version not in known.get(_canonical(name), ()):
                now = " or ".join(known.get(_canonical(name), ())) or "no version"
                what = f"was made with {name} {version}, but {LOCK} has {now}"
                action = "Install what is locked (make install), run the output again, then make the archive"
                raise ArchiveError(f"output {output.record['id']}", what, action)


def locked(text: str) -> dict[str, tuple[str, ...]]:
    """Return the versions of each distribution that a lock file pins; several where they depend on Python's."""
    found: dict[str, tuple[str, ...]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text, re.MULTILINE):
        found[_canonical(name)] = (*found.get(_canonical(name), ()), version)
    return found


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def versions(output: Output) -> dict[str, str]:
    """Return the version of each distribution that an output was made with."""
    return output.record[run_record.CLOCK]["versions"]


def entries(
    project: Project, names: dict[str, bool], outputs: list[Output], data: list[DataFile], with_reports: bool
) -> list[Entry]:
    """Return the files of an archive, sorted by name, all but what is written about it.

    Parameters
    ----------
    project : Project
    names : dict of str to bool
        From :func:`tracked`.
    outputs : list of Output
    data : list of DataFile
        Every file of a source that lies here and may be passed on, and others.
    with_reports : bool
        Whether the outputs go in as they were published.
    """
    passed_on = {one.path for one in data if one.provided}
    about = {name for name in names if name in _ABOUT_DATA or name.endswith("/source.toml")}
    permitted = {name for name in names if not name.startswith(_RAW) or name in passed_on | about}
    root = project.root
    found = {n: Entry(n, None, root, n, names.get(n, False)) for n in sorted(permitted | passed_on)}
    if _README in found:
        found[_OWN_README] = Entry(_OWN_README, None, root, _README)
    runs = [output.run for output in outputs]
    if set(runs) != set(manifest.everything(project)):
        found["notebooks/runs.toml"] = Entry("notebooks/runs.toml", run_list(runs, site_url(project)).encode())
    for name in sorted({run.notebook for run in runs}):
        if f"notebooks/{name}.ipynb" not in found:  # of the user's own
            found[f"lab/{name}.ipynb"] = Entry(f"lab/{name}.ipynb", None, root, f"lab/{name}.ipynb")
    if with_reports:
        for output in outputs:
            hashes_of = {name: file["sha256"] for name, file in output.record["files"].items()}
            for file in (*hashes_of, run_record.NAME):
                name = f"{PUBLISHED}/{output.place}/{file}"
                found[name] = Entry(name, None, output.folder, file, sha256=hashes_of.get(file, ""))
    found[HASHES] = Entry(HASHES, hashes(outputs).encode())
    found[LIST] = Entry(LIST, listing(outputs))
    return [found[name] for name in sorted(found)]


def run_list(runs: list[manifest.Run], site: str = "") -> str:
    """Return a ``runs.toml`` that lists runs, each with all of its parameters; one not set is left out."""
    text = f"site_url = {json.dumps(site)}\n" if site else ""
    for run in runs:
        values = {name: value for name, value in run.items if value is not None}
        # A list is one run for each value, so a value that is a list is the only one of another.
        said = {n: json.dumps([v] if isinstance(v, list | tuple) else v, ensure_ascii=False) for n, v in values.items()}
        said = {name: value.replace("\x7f", "\\u007F") for name, value in said.items()}
        text += f"\n[[run]]\nnotebook = {json.dumps(run.notebook)}\n[run.parameters]\n"
        text += "".join(f"{name} = {value}\n" for name, value in said.items())
    return text.lstrip("\n")


def hashes(outputs: list[Output]) -> str:
    """Return the SHA-256 of every file that a run in the archive makes, as ``sha256sum --check`` reads them."""
    files = {f"reports/{o.place}/{name}": file["sha256"] for o in outputs for name, file in o.record["files"].items()}
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(files.items()))


def listing(outputs: list[Output]) -> bytes:
    """Return every figure and table of the outputs as CSV: output, notebook, parameters, cell, file, caption."""
    heads = ("output", "notebook", "parameters", "kind", "name", "cell", "file", "sha256", "caption")
    rows = []
    for output in outputs:
        about = output.record["id"], f"notebooks/{output.run.notebook}.ipynb", parameters(output)
        for one in output.shown:
            file, sha256 = f"reports/{output.place}/{one.file}", output.record["files"][one.file]["sha256"]
            rows.append((*about, one.kind, one.name, one.cell, file, sha256, one.caption))
    return lines([heads, *rows])


def parameters(output: Output) -> str:
    """Return the parameters of an output that are set, on one line."""
    return ", ".join(f"{name} = {parameter_text(value)}" for name, value in output.run.items if value is not None)
