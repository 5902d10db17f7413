"""Which version of a dataset an edition means, and building what is missing or stale of it, never anything twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from ogp_analysis.base.errors import ParameterError, UnknownName, WorkerLost, listed
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.paths import Project
from ogp_analysis.base.paths import project as this_project
from ogp_analysis.base.processes import Processes, results
from ogp_analysis.data.cleaning.catalog import DATASETS, TABLES, dataset, named
from ogp_analysis.data.sources.sidecar import ADDED, EXTRACT, NAME, Input, source
from ogp_analysis.data.store import shelf
from ogp_analysis.data.store.shelf import VERSION, current

# Which version of a dataset an edition means: what the repository holds, what was fetched, what the user added.

LATEST = "latest"
BASES = (*shelf.EDITIONS, LATEST)
_PIN = re.compile(r"([a-z][a-z0-9_]*)=([A-Za-z0-9][A-Za-z0-9._-]*)")


def parsed(edition: str) -> tuple[str, dict[str, str]]:
    """Return what an edition is based on, and the versions of the datasets that it pins.

    Parameters
    ----------
    edition : str
        ``embedded``, ``full`` or ``latest``, pins such as ``vdem=16``, or both, with commas between them.

    Raises
    ------
    ParameterError
        If it is none of these, or pins a dataset twice.

    Examples
    --------
    >>> parsed("latest,vdem=15")
    ('latest', {'vdem': '15'})
    >>> parsed("vdem=16")
    ('embedded', {'vdem': '16'})
    """
    first, *rest = (part.strip() for part in str(edition).split(","))
    base, rest = (first, rest) if first in BASES else ("embedded", [first, *rest])
    pins: dict[str, str] = {}
    for part in rest:
        found = _PIN.fullmatch(part)
        if found is None:
            what = f"{part[:40]!r} is unknown"
            raise ParameterError("edition", what, f"Use {', '.join(BASES)}, or a pin such as vdem=16")
        try:
            name = named(found[1])
        except UnknownName as error:
            raise ParameterError("edition", f"pins {error.where}, which {error.what}", error.action) from None
        if pins.setdefault(name, found[2]) != found[2]:
            raise ParameterError("edition", f"pins {name} twice", "Leave one of the two out")
    return base, pins


def canonical(edition: str) -> str:
    """Return an edition as it is written in keys and records: pins sorted by dataset.

    Raises
    ------
    ParameterError
        As :func:`parsed`.

    Examples
    --------
    >>> canonical("vdem=16, ert=16")
    'embedded,ert=16,vdem=16'
    """
    base, pins = parsed(edition)
    return ",".join([base, *(f"{name}={version}" for name, version in sorted(pins.items()))])


def chosen(project: Project, name: str, table: str, edition: str, column: str = "") -> tuple[str, str]:
    """Return where the shelf has a table under an edition: the edition of the shelf, and the table there.

    ``embedded`` and ``full`` are on the shelf as they are. ``latest`` means the newest version that is here and holds
    the table. Where each version has a table of its own, an indicator, named by its `column`, reads the newest table
    that holds it; a table that is named without a column stays that table.

    Parameters
    ----------
    project : Project
    name, table : str
        Of the catalogue, or of a version that was added.
    edition : str
        As :func:`parsed`.
    column : str
        Of an indicator that may move to another table; empty if the table itself is meant.

    Raises
    ------
    ParameterError
        If the edition is unknown.
    UnknownName
        If a version that is pinned is not here.
    """
    if edition in shelf.EDITIONS or edition.startswith(VERSION):
        return edition, table
    base, pins = parsed(edition)
    pin = pins.get(name)
    if pin is None and base != LATEST:
        return base, table
    every = candidates(project, name, base)
    if pin is not None:
        every = [one for one in every if pin in one[2]]
        if not every:
            here = ", ".join(sorted({labels[-1] for _, _, labels in candidates(project, name, base)}))
            action = f"Versions here are {here}. Add it: ogp-analysis add {name} FILE"
            raise UnknownName("edition", f"is not here: {name}={pin}", action)
    moves = is_versioned(name) and column
    for place, there, _ in every:
        if (moves and column in columns_of(project, place, name, there)) or there == table:
            return place, there
    return _base(project, name, base, table), table


def is_versioned(name: str) -> bool:
    """Return whether tables of a dataset are versions of one another."""
    return name in DATASETS and bool(dataset(name).newest)


def added_version(place: str) -> str:
    """Return the version of an added file from the name of its edition on the shelf."""
    return place.removeprefix(VERSION).removesuffix(ADDED)


def of_runs(project: Project, edition: str) -> dict[str, list[str]]:
    """Return the editions of the shelf that an edition reads, each with its datasets."""
    if edition in shelf.EDITIONS:
        return {edition: sorted(DATASETS)}
    found: dict[str, set[str]] = {}
    for name, tables in TABLES.items():
        for table in tables:
            found.setdefault(chosen(project, name, table, edition)[0], set()).add(name)
        base, pins = parsed(edition)
        if is_versioned(name) and (base == LATEST or name in pins):
            for place, _, labels in candidates(project, name, base):
                if pins.get(name, labels[0]) in labels:
                    found.setdefault(place, set()).add(name)
    return {place: sorted(names) for place, names in sorted(found.items())}


def handed_out_without_raw_files(project: Project, edition: str) -> dict[Path, Path]:
    """Return the files from which another machine hands out the tables of an edition, each with the folder it is below.

    They are sidecars, extracts and clean tables. What is not there, a raw file, can make no table stale.

    Raises
    ------
    ParameterError
        If which version is the newest depends on raw files that were fetched, which the other machine will not have.
    """
    places = of_runs(project, edition)
    if edition not in shelf.EDITIONS and "full" in places:
        what = f"{edition!r} reads files that were fetched, of {len(places['full'])} datasets, {listed(places['full'])}"
        raise ParameterError("edition", what, "Run it on this machine, or use the edition full or embedded")
    sidecars = [
        (file, root.parents[1]) for root in (project.sidecars, project.raw) for file in root.glob(f"*/*/{NAME}")
    ]
    extracts = [(file, project.given) for file in project.sidecars.glob(f"*/*{EXTRACT}/*")]
    tables = [(file, project.root) for place in places for file in (project.processed / place).rglob("*")]
    return dict([*sidecars, *extracts, *tables])


def candidates(project: Project, name: str, base: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return every place of a table of a dataset, the newest version first, with the words for its version."""
    declared, found = dataset(name), []
    for at, one in enumerate(shelf.added(project, name)):
        place = VERSION + one.version
        tables = {table for i in shelf.places(project, name, place) if i.version == one.version for table in i.tables}
        labels = (one.version, one.release)
        for resource in _resources(project, place, name):
            if not tables or resource["name"] in tables:
                found.append((shelf.order(one.release), at + 1, (place, resource["name"], labels)))
    for at, table in enumerate(TABLES[name]):
        place = _base(project, name, base, table)
        if declared.newest:
            if table in declared.newest:
                found.append((shelf.order(table), 0, (place, table, (table.removeprefix("v"),))))
            continue
        there = [i for i in shelf.places(project, name, place) if not i.tables or table in i.tables]
        read = [source(project.sidecars_of(i.source, i.version), i.source, i.version) for i in there]
        # What others put together may reach further than the publisher's newest file; it makes no table newer.
        published = [one for one in read if not one.compiled] or read
        newest = max((shelf.order(one.release) for one in published), default=())
        found.append((newest, -at, (place, table, tuple(sorted({one.release for one in read})))))
    return [one for _, _, one in sorted(found, key=lambda entry: entry[:2], reverse=True)]


def _base(project: Project, name: str, base: str, table: str) -> str:
    """Return the edition of the shelf that a table has without what was added."""
    if base != LATEST:
        return base
    full = [i for i in shelf.places(project, name, "full") if not i.tables or table in i.tables]
    return "full" if full else "embedded"


def columns_of(project: Project, place: str, name: str, table: str) -> list[str]:
    """Return the columns of a table on the shelf, built first if it is not there; none if it cannot be."""
    tables = [one for one in _resources(project, place, name) if one["name"] == table]
    return [field["name"] for one in tables for field in one["schema"]["fields"]]


def _resources(project: Project, place: str, name: str) -> list[dict]:
    """Return the tables of a dataset as its description has them, built first if they are not on the shelf."""
    if shelf.package(project, place, name) is None:
        build([name], place, project)
    package = shelf.package(project, place, name)
    return package["resources"] if package else []


# Build what is missing or stale, never anything twice, several datasets side by side if that is asked for.


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
    >>> done = build(["ogp_membership", "vdem"])  # "built" the first time, "current" from then on
    >>> build(["ogp_membership", "vdem"])
    {'ogp_membership': 'current', 'vdem': 'current'}
    """
    project = project or this_project()
    names = sorted(DATASETS if names is None else map(named, [names] if isinstance(names, str) else set(names)))
    if edition not in shelf.EDITIONS and not edition.startswith(shelf.VERSION):
        return _build_chosen(project, names, edition, progress, jobs)
    if jobs > 1 and len(names) > 1:
        return _side_by_side(project, names, edition, progress, jobs)
    done = {}
    for name in names:
        done[name] = _built(project, name, edition)
        progress(name, done[name])
    return done


def _build_chosen(project: Project, names: list[str], edition: str, progress, jobs: int) -> dict[str, str]:
    """Build what an edition that chooses among versions reads; of a dataset it says the last that was done."""
    done = dict.fromkeys(names, "absent")
    for place, held in of_runs(project, edition).items():
        wanted = [name for name in held if name in done]
        made = build(wanted, place, project, progress, jobs) if wanted else {}
        done |= {name: what for name, what in made.items() if what != "absent"}
    return done


def _side_by_side(project: Project, names: list[str], edition: str, progress, jobs: int) -> dict[str, str]:
    """Build datasets in several processes, the largest first; this one holds the lock for all of them."""

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
    inputs = shelf.places(project, name, edition)
    if not inputs:
        return "absent"
    if _as_built(project, name, edition, inputs):
        return "current"
    with nullcontext() if locked else _alone(project):
        if _as_built(project, name, edition, inputs):
            return "current"
        from ogp_analysis.data.store.making import make  # what is current needs none of the cleaners

        make(project, name, edition, inputs)
    return "built"


def _as_built(project: Project, name: str, edition: str, inputs: tuple[Input, ...]) -> bool:
    return current(project, name, edition, inputs) and not shelf.altered(project, edition, name)


def _alone(project: Project):
    return only_one(project.processed / ".lock", "building the tables", wait=True)
