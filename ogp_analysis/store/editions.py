"""Which version of a dataset an edition means: what the repository holds, what was fetched, what the user added."""

from __future__ import annotations

import re
from pathlib import Path

from ogp_analysis.base.errors import ParameterError, UnknownName, listed, near
from ogp_analysis.base.indicators import Indicator
from ogp_analysis.base.paths import Project
from ogp_analysis.sources.description import ADDED, EXTRACT
from ogp_analysis.sources.sidecar import NAME, source
from ogp_analysis.store import shelf, state
from ogp_analysis.store.build import build
from ogp_analysis.store.state import VERSION
from ogp_analysis.tidy.catalog import DATASETS, TABLES, dataset, known

LATEST = "latest"
BASES = (*state.EDITIONS, LATEST)
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
        if found[1] not in DATASETS:
            what = f"pins {found[1]!r}, which is not in the catalogue"
            raise ParameterError("edition", what, near(found[1], DATASETS, "ogp.datasets()"))
        if pins.setdefault(found[1], found[2]) != found[2]:
            raise ParameterError("edition", f"pins {found[1]} twice", "Leave one of the two out")
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
    if edition in state.EDITIONS or edition.startswith(VERSION):
        return edition, table
    base, pins = parsed(edition)
    pin = pins.get(name)
    if pin is None and base != LATEST:
        return base, table
    known(name)
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


def newest(project: Project, name: str, edition: str) -> str:
    """Return the table that is meant where none is named: of tables that are versions, the newest under the edition."""
    first: str = TABLES[name][0]
    if edition in state.EDITIONS or edition.startswith(VERSION) or not is_versioned(name):
        return first
    base, pins = parsed(edition)
    if base != LATEST and name not in pins:
        return first
    every = candidates(project, name, base)
    return next((there for _, there, labels in every if pins.get(name, labels[0]) in labels), first)


def added_version(place: str) -> str:
    """Return the version of an added file from the name of its edition on the shelf."""
    return place.removeprefix(VERSION).removesuffix(ADDED)


def version_of(place: str, table: str, stated: Indicator) -> str:
    """Return the version from which an indicator is read: that of an added file, else that of its table."""
    if place.startswith(VERSION):
        return added_version(place)
    return stated.version if table == stated.table else table.removeprefix("v")


def of_runs(project: Project, edition: str) -> dict[str, list[str]]:
    """Return the editions of the shelf that an edition reads, each with its datasets."""
    if edition in state.EDITIONS:
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
    if edition not in state.EDITIONS and "full" in places:
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
    for at, one in enumerate(state.added(project, name)):
        place = VERSION + one.version
        tables = {table for i in state.places(project, name, place) if i.version == one.version for table in i.tables}
        labels = (one.version, one.release)
        for resource in _resources(project, place, name):
            if not tables or resource["name"] in tables:
                found.append((state.order(one.release), at + 1, (place, resource["name"], labels)))
    for at, table in enumerate(TABLES[name]):
        place = _base(project, name, base, table)
        if declared.newest:
            if table in declared.newest:
                found.append((state.order(table), 0, (place, table, (table.removeprefix("v"),))))
            continue
        there = [i for i in state.places(project, name, place) if not i.tables or table in i.tables]
        labels = {source(project.sidecars_of(i.source, i.version), i.source, i.version).release for i in there}
        newest = max(map(state.order, labels), default=())
        found.append((newest, -at, (place, table, tuple(sorted(labels)))))
    return [one for _, _, one in sorted(found, key=lambda entry: entry[:2], reverse=True)]


def _base(project: Project, name: str, base: str, table: str) -> str:
    """Return the edition of the shelf that a table has without what was added."""
    if base != LATEST:
        return base
    full = [i for i in state.places(project, name, "full") if not i.tables or table in i.tables]
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
