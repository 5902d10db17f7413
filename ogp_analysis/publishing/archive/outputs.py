"""The outputs that an archive is about: whole, current, and what each of them shows and read: which files
of which source, whether an archive may hold them, and how to get the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ogp_analysis.base import kept
from ogp_analysis.base.errors import ArchiveError
from ogp_analysis.base.paths import Project, is_own, project
from ogp_analysis.base.words.catalogue import FIGURE_MIME, LANGUAGES, TABLE_MIME
from ogp_analysis.base.words.sentence import PROVENANCE_MIME, flat
from ogp_analysis.data.store import own_list
from ogp_analysis.publishing.citation import papers
from ogp_analysis.publishing.pages.outputs import payload_of
from ogp_analysis.publishing.runs import made, manifest, notebook, run_record
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.plan import Planner

_SHOWN = {FIGURE_MIME: ("figure", "figures/{}.svg"), TABLE_MIME: ("table", "tables/{}.csv")}


@dataclass(frozen=True)
class Shown:
    """A figure or a table of an output.

    Attributes
    ----------
    kind : {"figure", "table"}
    name, caption : str
    cell : int
        Which cell of the notebook shows it, all cells counted from 1.
    file : str
        Its file below the folder of the output.
    """

    kind: str
    name: str
    caption: str
    cell: int
    file: str


@dataclass(frozen=True)
class Output:
    """A published output.

    Attributes
    ----------
    run : Run
    folder : pathlib.Path
    record : dict
        Its ``run.json``.
    provenance : dict
        ``edition``, ``sources``, ``tables`` as its notebook carries them.
    shown : tuple of Shown
        In the order of the notebook.
    cited : frozenset of str
        Keys of the papers behind its methods.
    """

    run: Run
    folder: Path
    record: dict
    provenance: dict
    shown: tuple[Shown, ...]
    cited: frozenset[str]

    @property
    def place(self) -> str:
        """Its folder below the folder of all reports."""
        return self.run.place


def chosen(project: Project, named: tuple[str, ...]) -> list[Output]:
    """Return the outputs of these names, or of every run that ``runs.toml`` lists, each checked.

    Parameters
    ----------
    project : Project
    named : tuple of str
        As in :func:`~ogp_analysis.publishing.runs.run_record.located`.

    Raises
    ------
    ArchiveError
        If one is not published, was edited since, or is not what would be made here now.
    UnknownName
        If no published output is called that, or several are.
    """
    planner = Planner(project, deep=True)
    runs = [_run(project, name) for name in named] if named else manifest.everything(project)
    absent = [run.name for run in runs if (run.notebook, run.slug) not in planner.published]
    if absent:
        what = f"{len(absent)} of {len(runs)} outputs are not published, for example {absent[0]}"
        raise ArchiveError("reports", what, "Run them first: ogp-analysis run --all")
    return [_checked(planner, run) for run in dict.fromkeys(runs)]


def _run(project: Project, name: str) -> Run:
    folder = run_record.located(project, name).resolve()
    record = run_record.taken(folder)
    if folder != (project.reports / record["notebook"] / record["slug"]).resolve():
        raise ArchiveError(f"output {record['id']}", "is not in reports/", "Run it here first, then name its id")
    [run] = manifest.matrix(project, record["notebook"], {name: [v] for name, v in record["parameters"].items()})
    return run


def _checked(planner: Planner, run: Run) -> Output:
    record = planner.published[run.notebook, run.slug]
    folder = planner.project.reports / run.place
    fault, step = run_record.altered(folder, record), planner.step(run)
    if fault or step.action != "current":
        more = f" and {len(step.reasons) - 3} more" if len(step.reasons) > 3 else ""
        what = fault or f"is not what would be made here now: {'; '.join(step.reasons[:3])}{more}"
        raise ArchiveError(f"output {record['id']} ({run.name})", what, "Run it again, then make the archive")
    pages = {one: json.loads(kept.content(folder, f"{one}/{run_record.NOTEBOOK}")) for one in LANGUAGES}
    if made.identifier(run, pages) != record["id"]:
        what = f"has the id {record['id']}, which does not follow from its sentences, tables and drawings"
        raise ArchiveError(f"output {run.place}", what, "Run it again, then make the archive")
    injected = [n for n, c in enumerate(pages["en"]["cells"], 1) if "injected-parameters" in notebook.tags(c)]
    shown, provenance = [], {}
    for language, number, cell in ((one, n, c) for one, page in pages.items() for n, c in enumerate(page["cells"], 1)):
        for data in (output.get("data", {}) for output in cell.get("outputs", [])):
            provenance = payload_of(data.get(PROVENANCE_MIME, provenance))
            for mime, (kind, file) in _SHOWN.items():
                if mime in data:
                    payload, before = payload_of(data[mime]), sum(1 for other in injected if other < number)
                    name, caption = str(payload["name"]), flat(str(payload["caption"]))
                    shown.append(Shown(kind, name, caption, number - before, f"{language}/{file.format(name)}"))
    shown = [one for one in shown if one.file in record["files"]]
    known = {item["id"] for item in json.loads(kept.content(folder, "en/cite.json"))}
    cited = frozenset(paper.key for _, paper in papers() if paper.key in known)
    return Output(run, folder, record, provenance, tuple(shown), cited)


if TYPE_CHECKING:
    from ogp_analysis.publishing.archive.outputs import Output


@dataclass(frozen=True)
class DataFile:
    """One file of one version of a source.

    Attributes
    ----------
    source, file
        Its sidecar, and what that says of the file.
    read_by : tuple of str
        Notebooks of the outputs that read it, sorted; empty for what an extract was cut from, and for other data.
    origin : bool
        Whether an extract that outputs read was cut from it.
    provided : bool
        Whether the archive holds it.
    """

    source: object
    file: object
    read_by: tuple[str, ...]
    origin: bool
    provided: bool

    @property
    def path(self) -> str:
        """Where it lies below the root of the project."""
        folder = f"processed/own/{self.source.id}" if is_own(self.source.id) else f"raw/{self.source.folder}"
        return f"data/{folder}/{self.file.name}"

    @property
    def permitted(self) -> bool:
        """Whether the terms let every value of it be passed on, column by column."""
        return self.file.redistribute and all(column.redistribute for column in self.source.columns)


def files(project: Project, described: Iterable, tracked: Iterable[str], outputs: list[Output]) -> list[DataFile]:
    """Return every file that outputs read, that these were cut from, or that comes with the software.

    A file is provided if the terms of the source and of each of its columns let it be passed on, and it lies here.

    Parameters
    ----------
    project : Project
    described : iterable of ogp_analysis.data.sources.sidecar.Source
        The sidecars of the project.
    tracked : iterable of str
        The files that git tracks.
    outputs : list of Output

    Raises
    ------
    ArchiveError
        If a file that would be provided is not the one that its sidecar describes.
    """
    tracked, read_by = set(tracked), {}
    for output in outputs:
        editions = output.provenance["edition"].split(" + ")
        for one in output.provenance["sources"]:
            for edition in editions:
                key = (one["source"], str(one["version"]), edition == "embedded")
                read_by.setdefault(key, set()).add(output.run.notebook)
    found, described = [], [*described, *own_list.described(project)]
    for source in sorted(described, key=lambda s: (s.id, s.version)):
        readers = tuple(sorted(read_by.get((source.id, source.release, bool(source.dataset)), ())))
        origin = not source.dataset and not readers and (source.id, source.release, True) in read_by
        for file in source.files:
            one = DataFile(source, file, readers, origin, provided=False)
            there = one.path in tracked or ((readers or origin) and (project.root / one.path).is_file())
            if there and one.permitted:
                try:
                    same = kept.sha256(project.root, one.path) == one.file.sha256
                    fault = "" if same else "is not the file that its sidecar describes"
                except (OSError, kept.NotKept) as error:
                    fault = f"cannot be read ({getattr(error, 'strerror', None) or error})"
                if fault:
                    raise ArchiveError(one.path, fault, "Restore it, or take it out of data/raw")
                one = DataFile(source, file, readers, origin, provided=True)
            if readers or origin or one.provided:
                found.append(one)
    return found


def command(source) -> str:
    """Return the command that gets the files of a source: from the publisher, else from a folder of downloads."""
    if is_own(source.id):
        return f".venv/bin/python -m ogp_analysis add {own_list.kind_of(source.id, project())} FILE --columns MAP"
    fetch = f".venv/bin/python -m ogp_analysis fetch {source.id} --version {source.version}"
    return fetch if all(file.url for file in source.files) else f"{fetch} --from FOLDER"
