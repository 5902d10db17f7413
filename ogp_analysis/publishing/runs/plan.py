"""What has to be done for each run, and in words why."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, partial

from ogp_analysis.base.errors import ParameterError, UnknownName
from ogp_analysis.base.paths import Project
from ogp_analysis.publishing.citation import site_url
from ogp_analysis.publishing.runs import keys, manifest, notebook, run_record
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.store import editions, shelf, state
from ogp_analysis.tidy.catalog import DATASETS

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

    def shared(self, name: str) -> dict:
        """Return the components of the key that all runs of a notebook share, computed once."""
        return self._once(("shared", name), lambda: keys.of_notebook(self.document(name), name))

    def foreign(self, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return the imports from other distributions that all of these notebooks share: each sees only its own."""
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
        name, language = run.notebook, run.parameters.get("language", "en")
        of_project = (self.project.citation, site_url(self.project), run_record.modified(self.project))
        made = partial(keys.of_prose, self.document(name), language, *of_project)
        return self._once(("prose", name, language), made)

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
        if reasons:
            return Step(run, "run", (*reasons, *self._failed(run)), seconds)
        if record["prose"] is None:
            prose = ["its report has not been rendered"]
        else:
            prose = keys.differences(record["prose"], self.prose(run))
        action = "render" if prose and not only_notebook else "current"
        return Step(run, action, tuple(prose) if action == "render" else (), seconds)

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

    def _failed(self, run: Run) -> list[str]:
        kept = self.project.reports / FAILED / run.place / "notebook.ipynb"
        return [f"it failed last time ({self.project.shown(kept)})"] if kept.is_file() else []

    def _reasons(self, run: Run, record: dict) -> list[str]:
        names = record["key"]["tables"]
        stale = [why for e, d in sorted({tuple(n.split("/")[:2]) for n in names}) for why in self._why_stale(e, d)]
        asked = record["key"].get("data", {})
        now = {**self.key(run), **keys.of_payload(keys.on_the_shelf(names, self._package) | self._chosen(asked))}
        return stale + keys.differences(record["key"], now)

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
        if not (inputs := state.places(project, name, edition)):
            continue
        there = shelf.package(project, edition, name)
        if there is None:
            stale[name] = ["they have not been built"]
            continue
        found, old, new = [], there.get("built_from", {}), state.rests_on(project, name, inputs)
        if old.get("code") != new["code"]:
            found.append("the code that makes them changed")
        for part, word in (("versions", ""), ("sources", "sidecar of "), ("files", "raw file ")):
            for one, was, is_now in keys.changed(old.get(part, {}), new[part]):
                if word:
                    found.append(f"{word}{one} {'changed' if was and is_now else 'is new' if is_now else 'is gone'}")
                else:
                    found.append(f"{one} is {is_now or 'not used any more'}, was {was or 'not used'}")
        stale[name] = found
    return stale


def build_tables(project: Project, asked: Iterable[str], progress: Callable[[str, str], None], jobs: int = 1) -> None:
    """Build the tables that are stale, `jobs` datasets side by side; nothing heavy is imported if there is none."""
    for place, datasets in on_shelf(project, asked):
        names = [name for name, reasons in stale_tables(project, place, datasets).items() if reasons]
        if names:
            from ogp_analysis.store.build import build

            build(names, place, project, progress, jobs)


def on_shelf(project: Project, asked: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return the editions of the shelf that editions of runs read, each with its datasets."""
    found: dict[str, set[str]] = {}
    for edition in set(asked):
        for place, names in editions.of_runs(project, edition).items():
            found.setdefault(place, set()).update(names)
    return [(place, sorted(names)) for place, names in sorted(found.items())]
