"""The outputs that an archive is about: whole, current, and what each of them shows and read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from ogp_analysis.base import kept
from ogp_analysis.base.errors import ArchiveError
from ogp_analysis.base.media_types import FIGURE_MIME, TABLE_MIME
from ogp_analysis.base.paths import Project
from ogp_analysis.base.words.catalogue import LANGUAGES
from ogp_analysis.base.words.sentence import PROVENANCE_MIME, flat
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
