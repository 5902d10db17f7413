"""Build what is missing or stale, never anything twice, several datasets side by side if that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from functools import partial

from ogp_analysis.base.errors import WorkerLost
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.paths import Project
from ogp_analysis.base.paths import project as this_project
from ogp_analysis.base.processes import Processes, results
from ogp_analysis.sources.description import Input
from ogp_analysis.store import shelf, state
from ogp_analysis.store.state import current
from ogp_analysis.tidy.catalog import DATASETS, known


def build(
    names: Iterable[str] | str | None = None,
    edition: str = "embedded",
    project: Project | None = None,
    progress: Callable[[str, str], None] = lambda name, what: None,
    jobs: int = 1,
) -> dict[str, str]:
    """Build the tables of the named datasets, only those that are missing or stale.

    Parameters
    ----------
    names : iterable of str or None
        Datasets; all by default.
    edition : str
        Which raw files they are built from: ``"embedded"``, ``"full"``, ``"latest"``, or pins such as ``"vdem=16"``.
    project : Project or None
        The checkout; found if not given.
    progress : callable
        Told ``(dataset, what)`` where `what` is ``"built"``, ``"current"`` or ``"absent"``.
    jobs : int
        How many datasets are built side by side; the tables are the same.

    Returns
    -------
    dict of str to str
        What was done for each dataset.

    Raises
    ------
    UnknownName
        If no dataset has one of the names.
    OgpAnalysisError
        If a raw file is not what its sidecar says, or cleaning it fails. Tables built before stay.

    Examples
    --------
    >>> done = ogp.build(["ogp_membership", "vdem"])  # "built" the first time, "current" from then on
    >>> ogp.build(["ogp_membership", "vdem"])
    {'ogp_membership': 'current', 'vdem': 'current'}
    """
    project = project or this_project()
    names = sorted(DATASETS if names is None else {names} if isinstance(names, str) else names)
    if edition not in state.EDITIONS and not edition.startswith(state.VERSION):
        return _chosen(project, names, edition, progress, jobs)
    if jobs > 1 and len(names) > 1:
        return _side_by_side(project, names, edition, progress, jobs)
    done = {}
    for name in names:
        done[name] = _built(project, name, edition)
        progress(name, done[name])
    return done


def _chosen(project: Project, names: list[str], edition: str, progress, jobs: int) -> dict[str, str]:
    """Build what an edition that chooses among versions reads; of a dataset it says the last that was done."""
    from ogp_analysis.store.editions import of_runs

    done = dict.fromkeys(names, "absent")
    for place, held in of_runs(project, edition).items():
        wanted = [name for name in held if name in done]
        made = build(wanted, place, project, progress, jobs) if wanted else {}
        done |= {name: what for name, what in made.items() if what != "absent"}
    return done


def _side_by_side(project: Project, names: list[str], edition: str, progress, jobs: int) -> dict[str, str]:
    """Build datasets in several processes, the largest first; this one holds the lock for all of them."""
    for name in names:
        known(name)

    def size(name: str) -> int:
        """Return the bytes of the raw files of a source; most bear the name of their dataset."""
        folders = {project.sidecars / name, project.raw / name}
        return sum(file.stat().st_size for folder in folders for file in folder.rglob("*") if file.is_file())

    done = dict.fromkeys(names, "")
    with _alone(project), Processes(min(jobs, len(names)), [__name__]) as pool:
        tasks = [(project, name, edition) for name in sorted(names, key=size, reverse=True)]
        for (_, name, _), future in results(pool, partial(pool.submit, build_one), tasks):
            try:
                done[name] = future.result()
            except WorkerLost as lost:
                raise lost.on(f"building {name}") from None
            progress(name, done[name])
    return done


def build_one(task: tuple[Project, str, str]) -> str:
    """Build a dataset while another process holds the lock."""
    return _built(*task, locked=True)


def _built(project: Project, name: str, edition: str, locked: bool = False) -> str:
    inputs = state.places(project, name, edition)
    if not inputs:
        return "absent"
    if _as_built(project, name, edition, inputs):
        return "current"
    with nullcontext() if locked else _alone(project):
        if _as_built(project, name, edition, inputs):
            return "current"
        from ogp_analysis.store.making import make

        make(project, name, edition, inputs)
    return "built"


def _as_built(project: Project, name: str, edition: str, inputs: tuple[Input, ...]) -> bool:
    return current(project, name, edition, inputs) and not shelf.altered(project, edition, name)


def _alone(project: Project):
    return only_one(project.processed / ".lock", "building the tables", wait=True)
