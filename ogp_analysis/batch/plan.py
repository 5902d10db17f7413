"""What has to be done for each run, and in words why."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ogp_analysis.batch import keys, notebook, run_record
from ogp_analysis.batch.manifest import Run
from ogp_analysis.paths import Project
from ogp_analysis.store import shelf


@dataclass(frozen=True)
class Step:
    """One run and what has to be done for it.

    Attributes
    ----------
    run : Run
    action : {"run", "render", "current"}
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
    """

    def __init__(self, project: Project, deep: bool = False) -> None:
        self.project, self.deep = project, deep
        self._documents: dict[str, dict] = {}
        self._shared: dict[str, dict] = {}
        self._packages: dict[tuple[str, str], dict] = {}

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

    def step(self, run: Run, force: bool = False, only_notebook: bool = False) -> Step:
        """Return what has to be done for one run."""
        record = self.published.get((run.notebook, run.slug))
        if record is None:
            return Step(run, "run", ("it has never been run",))
        seconds = record[run_record.CLOCK].get("seconds", 0.0)
        if force:
            return Step(run, "run", ("it was asked for",), seconds)
        fault = run_record.whole(self.project.reports / run.notebook / run.slug, record, self.deep)
        reasons = [fault] if fault else keys.differences(record["key"], self._now(run, record))
        if reasons:
            return Step(run, "run", tuple(reasons), seconds)
        prose = [] if only_notebook else self._prose(run, record)
        return Step(run, "render", tuple(prose), seconds) if prose else Step(run, "current", (), seconds)

    def _now(self, run: Run, record: dict) -> dict:
        tables = {name: self._table(name) for name in record["key"]["tables"]}
        return keys.of_run(self.shared(run.notebook), run.parameters, tables)

    def _prose(self, run: Run, record: dict) -> list[str]:
        if record["prose"] is None:
            return ["its report has not been rendered"]
        language = run.parameters.get("language", "en")
        return keys.differences(record["prose"], keys.of_prose(self.document(run.notebook), language))

    def _table(self, name: str) -> str:
        edition, dataset, table = name.split("/")
        if (edition, dataset) not in self._packages:
            package = shelf.package(self.project, edition, dataset) or {"resources": []}
            self._packages[edition, dataset] = {r["name"]: r["sha256"] for r in package["resources"]}
        return self._packages[edition, dataset].get(table, "absent")
