"""What has to be done for each run, and in words why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.base.paths import Project
from ogp_analysis.data.cleaning.catalog import DATASETS
from ogp_analysis.data.store import editions, shelf
from ogp_analysis.publishing.runs import keys, languages, manifest, notebook, run_record
from ogp_analysis.publishing.runs.manifest import Run

#: Folder of the notebooks of failed runs, with the error marked in them, below the reports.
FAILED = ".failed"


@dataclass(frozen=True)
class Options:
    """How a batch is run.

    Attributes
    ----------
    jobs : int
        Runs side by side.
    timeout : float
        Seconds after which a run is ended.
    memory : int or None
        Bytes of address space a run may use, where the platform can limit it.
    retries : int
        How often a failed run is tried again.
    only_notebook : bool
        Whether to keep the executed notebooks only, without rendering.
    """

    jobs: int = 1
    timeout: float = 600.0
    memory: int | None = None
    retries: int = 0
    only_notebook: bool = False


@dataclass(frozen=True)
class Step:
    """One run and what has to be done for it.

    Attributes
    ----------
    run : Run
    action : {"run", "current", "orphan"}
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
        self._known: dict[tuple, object] = {}

    @cached_property
    def published(self) -> dict[tuple[str, str], dict]:
        """Record of every published folder."""
        return run_record.published(self.project)

    def _once(self, key: tuple, work: Callable[[], dict]) -> dict:
        """Return what `work` returns; it is asked once for each key."""
        if key not in self._known:
            self._known[key] = work()
        return self._known[key]

    def document(self, name: str) -> dict:
        """Return a notebook as JSON, read once."""
        return self._once(("document", name), lambda: notebook.read(notebook.path(self.project, name)))

    def _words(self, name: str) -> list[Path]:
        return languages.word_files(self.project, notebook.path(self.project, name))

    def rests_on(self, run: Run) -> dict:
        """Return the components of what a run rests on that are known before it begins: all but what it is handed.

        They are taken before the code is imported, so that a later change is noticed.
        """
        name = run.notebook
        own = self._once(("notebook", name), lambda: keys.of_notebook(self.document(name), self._words(name)))
        shared = self._once(("project",), lambda: keys.of_project(self.project))
        return {**shared, **own, "parameters": run.parameters}

    def steps(self, runs: list[Run], force: bool = False, only_notebook: bool = False) -> list[Step]:
        """Return what has to be done for each run."""
        return [self.step(run, force, only_notebook) for run in runs]

    def step(self, run: Run, force: bool = False, only_notebook: bool = False) -> Step:
        """Return what has to be done for one run."""
        record, folder = self.published.get((run.notebook, run.slug)), self.project.reports / run.place
        if record is None:
            unread = f"its {run_record.NAME} is missing or is not a record of this version"
            said = unread if folder.exists() else "it has never been run"
            return Step(run, "run", ("it was asked for" if force else "; ".join([said, *self._failed(run)]),))
        seconds = float(record[run_record.CLOCK].get("seconds", 0.0))
        if force:
            return Step(run, "run", ("it was asked for",), seconds)
        fault = run_record.whole(folder, record, self.deep)
        reasons = [fault] if fault else self._reasons(run, record)
        if record["about"] is None and not only_notebook:
            reasons.append("its report has not been made")
        if reasons:
            return Step(run, "run", (*reasons, *self._failed(run)), seconds)
        return Step(run, "current", (), seconds)

    def others(self, runs: list[Run]) -> list[Step]:
        """Return what has to be done for each published run that is not among `runs`."""
        known = {(run.notebook, run.slug) for run in runs}
        return [self._other(record) for place, record in self.published.items() if place not in known]

    def _other(self, record: dict) -> Step:
        run = Run.of(record["notebook"], record["parameters"])
        try:
            [again] = manifest.matrix(self.project, run.notebook, {k: [v] for k, v in run.parameters.items()})
        except (ParameterError, UnknownName) as error:
            return Step(run, "orphan", (f"{error.where}: {error.what}",))
        if (again, run.slug) != (run, record["slug"]):
            return Step(run, "orphan", ("the notebook has other parameters now",))
        return self.step(run)

    def _failed(self, run: Run) -> list[str]:
        kept = self.project.reports / FAILED / run.place / "notebook.ipynb"
        return [f"it failed last time ({self.project.shown(kept)})"] if kept.is_file() else []

    def _reasons(self, run: Run, record: dict) -> list[str]:
        old = record["rests_on"]
        names = old["tables"]
        stale = [why for e, d in sorted({tuple(n.split("/")[:2]) for n in names}) for why in self._why_stale(e, d)]
        asked = old.get("data", {})
        asked_for = tuple(names), tuple(asked)
        handed = self._once(("handed", *asked_for), lambda: keys.of_payload(self._handed(*asked_for)))
        now = {**self.rests_on(run), **handed}
        return stale + keys.differences(old, now)

    def _handed(self, names: Iterable[str], asked: Iterable[str]) -> dict:
        """Return what provenance would carry now for tables; most runs of a notebook are handed the same."""
        return keys.on_the_shelf(names, self._package) | self._chosen(asked)

    def _chosen(self, asked: Iterable[str]) -> dict:
        """Return the versions that editions choose now for the tables that a run asked for."""
        found = {}
        for one in asked:
            edition, dataset, table, column = one.split("/")
            try:
                found[one] = "/".join(editions.chosen(self.project, dataset, table, edition, column))
            except UnknownName:
                found[one] = keys.ABSENT
        return {"chosen": found} if found else {}

    def _why_stale(self, edition: str, dataset: str) -> list[str]:
        if self.built:
            return []
        why = self._once(("stale", edition), lambda: stale_tables(self.project, edition)).get(dataset, [])
        return [f"table {edition}/{dataset} is to be built again: {', '.join(why)}"] if why else []

    def _package(self, edition: str, dataset: str) -> dict | None:
        return self._once(("package", edition, dataset), lambda: shelf.package(self.project, edition, dataset))


def stale_tables(project: Project, edition: str, names: Iterable[str] | None = None) -> dict[str, list[str]]:
    """Return why the tables of each dataset that can be built are to be built again; nothing for current ones.

    Parameters
    ----------
    project : Project
    edition : str
        Of the shelf: ``embedded``, ``full``, or that of a version that was added.
    names : iterable of str, optional
        Datasets; all by default.

    Returns
    -------
    dict of str to list of str
        Reasons by dataset, sorted; a dataset whose raw files are not here is left out.
    """
    stale: dict[str, list[str]] = {}
    for name in sorted(names or DATASETS):
        if not (inputs := shelf.places(project, name, edition)):
            continue
        there = shelf.package(project, edition, name)
        if there is None:
            stale[name] = ["they have not been built"]
            continue
        found, old, new = [], there.get("built_from", {}), shelf.rests_on(project, name, inputs)
        if old.get("code") != new["code"]:
            found.append("the code that makes tables changed")
        for part, word in (("sources", "sidecar of"), ("files", "raw file")):
            for one, was, is_now in keys.changed(old.get(part, {}), new[part]):
                found.append(f"{word} {one} {'changed' if was and is_now else 'is new' if is_now else 'is gone'}")
        stale[name] = found + [f"{file} is not as it was built" for file in shelf.altered(project, edition, name)]
    return stale


def build_tables(project: Project, asked: Iterable[str], progress: Callable[[str, str], None], jobs: int = 1) -> None:
    """Build the tables that are stale, `jobs` datasets side by side; nothing heavy is imported if there is none."""
    for place, datasets in on_shelf(project, asked):
        names = [name for name, reasons in stale_tables(project, place, datasets).items() if reasons]
        if names:
            from ogp_analysis.data.store.editions import build

            build(names, place, project, progress, jobs)


def on_shelf(project: Project, asked: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return the editions of the shelf that editions of runs read, each with its datasets."""
    found: dict[str, set[str]] = {}
    for edition in set(asked):
        for place, names in editions.of_runs(project, edition).items():
            found.setdefault(place, set()).update(names)
    return [(place, sorted(names)) for place, names in sorted(found.items())]
