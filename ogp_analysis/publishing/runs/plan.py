"""What has to be done for each run, and in words why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.runs import keys, manifest, notebook, run_record, tables
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.store import shelf

#: Folder of the notebooks of failed runs, with the error marked in them, below the reports.
FAILED = ".failed"


@dataclass(frozen=True)
class Step:
    """One run and what has to be done for it.

    Attributes
    ----------
    run : Run
    action : {"run", "render", "current", "orphan"}
        An orphan is published, but its notebook or one of its parameters is no longer there.
    reasons : tuple of str
        Why, in words; empty if it is current.
    seconds : float
        How long it took last time; 0 if not known.
    """

    run: Run
    action: str
    reasons: tuple[str, ...] = ()
    seconds: float = 0.0


class Planner:
    """Compares what is published with what would be made now.

    Parameters
    ----------
    project : Project
    deep : bool
        Whether the contents of every published file are compared too, not only their sizes.
    built : bool
        Whether the tables have just been built, so that none is stale.
    """

    def __init__(self, project: Project, deep: bool = False, built: bool = False) -> None:
        self.project, self.deep, self.built = project, deep, built
        self._documents: dict[str, dict] = {}
        self._shared: dict[str, dict] = {}
        self._prose: dict[tuple[str, str], dict] = {}
        self._packages: dict[tuple[str, str], dict | None] = {}
        self._stale: dict[str, dict] = {}

    @cached_property
    def published(self) -> dict[tuple[str, str], dict]:
        """Record of every published folder."""
        return run_record.published(self.project)

    def document(self, name: str) -> dict:
        """Return a notebook as JSON, read once."""
        if name not in self._documents:
            self._documents[name] = notebook.read(notebook.path(self.project, name))
        return self._documents[name]

    def shared(self, name: str) -> dict:
        """Return the components of the key that all runs of a notebook share, computed once."""
        if name not in self._shared:
            self._shared[name] = keys.of_notebook(self.document(name), name)
        return self._shared[name]

    def foreign(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return what all of these notebooks import from other distributions; what one does not, it shall not see."""
        folder = self.project.notebooks
        first, *others = [notebook.foreign_imports(self.document(name), folder) for name in sorted(set(names))]
        return {
            module: tuple(name for name in taken if all(name in other[module] for other in others))
            for module, taken in first.items()
            if all(module in other for other in others)
        }

    def key(self, run: Run) -> dict:
        """Return the components of a run's key that are known before it begins."""
        return keys.before_run(self.shared(run.notebook), run.parameters)

    def prose(self, run: Run) -> dict:
        """Return what a rendering of a run rests on beside its executed notebook."""
        language = run.parameters.get("language", "en")
        if (run.notebook, language) not in self._prose:
            prose = keys.of_prose(self.document(run.notebook), language, self.project.citation)
            self._prose[run.notebook, language] = prose
        return self._prose[run.notebook, language]

    def steps(self, runs: list[Run], force: bool = False, only_notebook: bool = False) -> list[Step]:
        """Return what has to be done for each run."""
        return [self.step(run, force, only_notebook) for run in runs]

    def step(self, run: Run, force: bool = False, only_notebook: bool = False) -> Step:
        """Return what has to be done for one run."""
        record = self.published.get((run.notebook, run.slug))
        if record is None:
            return Step(run, "run", ("it was asked for",) if force else (self._never(run),))
        seconds = float(record[run_record.CLOCK].get("seconds", 0.0))
        if force:
            return Step(run, "run", ("it was asked for",), seconds)
        fault = run_record.whole(self.project.reports / run.notebook / run.slug, record, self.deep)
        reasons = [fault] if fault else self._reasons(run, record)
        if reasons:
            return Step(run, "run", (*reasons, *self._failed(run)), seconds)
        prose = [] if only_notebook else self._rendering(run, record)
        return Step(run, "render", tuple(prose), seconds) if prose else Step(run, "current", (), seconds)

    def others(self, runs: list[Run]) -> list[Step]:
        """Return what has to be done for each published run that is not among `runs`."""
        known = {(run.notebook, run.slug) for run in runs}
        return [self._other(record) for place, record in self.published.items() if place not in known]

    def _other(self, record: dict) -> Step:
        run = Run(record["notebook"], tuple(sorted(record["parameters"].items())))
        try:
            [again] = manifest.matrix(self.project, run.notebook, {k: [v] for k, v in run.items})
        except (ParameterError, UnknownName) as error:
            return Step(run, "orphan", (f"{error.where}: {error.what}",))
        if (again, run.slug) != (run, record["slug"]):
            return Step(run, "orphan", ("the notebook has other parameters now",))
        return self.step(run)

    def _never(self, run: Run) -> str:
        folder = self.project.reports / run.notebook / run.slug
        unread = f"its {run_record.NAME} is missing or is no record of this version"
        said = unread if folder.exists() else "it has never been run"
        return "; ".join([said, *self._failed(run)])

    def _failed(self, run: Run) -> list[str]:
        kept = self.project.reports / FAILED / run.notebook / run.slug / "notebook.ipynb"
        return [f"it failed last time ({self.project.shown(kept)})"] if kept.is_file() else []

    def _reasons(self, run: Run, record: dict) -> list[str]:
        names = record["key"]["tables"]
        stale = [why for e, d in sorted({tuple(n.split("/")[:2]) for n in names}) for why in self._why_stale(e, d)]
        now = {**self.key(run), **keys.of_payload(keys.on_the_shelf(names, self._package))}
        return stale + keys.differences(record["key"], now)

    def _why_stale(self, edition: str, dataset: str) -> list[str]:
        if self.built:
            return []
        if edition not in self._stale:
            self._stale[edition] = tables.stale(self.project, edition)
        why = self._stale[edition].get(dataset, [])
        return [f"table {edition}/{dataset} is to be built again: {', '.join(why)}"] if why else []

    def _rendering(self, run: Run, record: dict) -> list[str]:
        if record["prose"] is None:
            return ["its report has not been rendered"]
        return keys.differences(record["prose"], self.prose(run))

    def _package(self, edition: str, dataset: str) -> dict | None:
        if (edition, dataset) not in self._packages:
            self._packages[edition, dataset] = shelf.package(self.project, edition, dataset)
        return self._packages[edition, dataset]
