"""What tables rest on, and whether those on the shelf still rest on it. Light: only hashes and sidecars are read."""

from __future__ import annotations

import os
import re
from datetime import date
from functools import lru_cache
from glob import escape
from pathlib import Path

from msgspec import Struct, to_builtins

from ogp_analysis.base import contents, fingerprint
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.paths import Project
from ogp_analysis.sources.sidecar import EXTRACT, NAME, Input, Rule, Source, matches, source, sources
from ogp_analysis.store import shelf
from ogp_analysis.tidy.catalog import known
from ogp_analysis.tidy.corrections import Decision, corrections
from ogp_analysis.tidy.dataset import Dataset, dataset
from ogp_analysis.tidy.invariants import Link, Past

EDITIONS = ("embedded", "full")
#: How the edition of one version that the user added is called on the shelf: this and the name of the version's folder.
VERSION = "version-"
#: What makes tables: the folders of the package with all that cleaners import.
MADE_BY = ("base", "sources", "tidy", "store", "*/datasets", "display/links.*")


def editions_of(project: Project, name: str) -> list[str]:
    """Return the editions in which a dataset can be built from what is in ``data/raw`` now."""
    return [edition for edition in EDITIONS if places(project, name, edition)]


def places(project: Project, name: str, edition: str) -> tuple[Input, ...]:
    """Return the inputs of a dataset that are in ``data/raw``; none if the edition does not hold it.

    Raises
    ------
    ParameterError
        If there is no such edition.
    UnknownName
        If no dataset has that name.
    """
    if edition.startswith(VERSION):
        return _of_added(project, name, edition.removeprefix(VERSION))
    if edition == shelf.OWN:
        return ()
    if edition not in EDITIONS:
        raise ParameterError("edition", f"{str(edition)[:20]!r} is unknown", "Use " + " or ".join(EDITIONS))
    known(name)
    if edition == "embedded":
        of_dataset = [(about, file.name) for about in _extracts_of(project, name) for file in about.files]
        return tuple(Input(about.id, about.version, file, tables=(Path(file).stem,)) for about, file in of_dataset)
    return tuple(i for i in dataset(name).inputs if _files(project, i))


@lru_cache(maxsize=8)
def _by_dataset(folders: tuple[Path, ...]) -> dict[str, list[Path]]:
    """Return the folders of extracts by dataset; their sidecars are read again only when a folder comes or goes."""
    found: dict[str, list[Path]] = {}
    for folder in folders:
        found.setdefault(source(folder.parents[1], folder.parent.name, folder.name).dataset, []).append(folder)
    return found


def _extracts_of(project: Project, name: str) -> list[Source]:
    """Return the extracts of a dataset; only their own sidecars are looked at again while no folder comes or goes."""
    here = os.getpid(), project.sidecars
    folders = _listed[here] if _looked is not None and here in _listed else contents.folders(project.sidecars, EXTRACT)
    if _looked is not None:
        _listed[here] = folders
    own = _by_dataset(tuple(folders)).get(name, ())
    found = [source(project.sidecars, folder.parent.name, folder.name) for folder in own]
    return [about for about in found if about.dataset == name]


def added(project: Project, name: str) -> list[Source]:
    """Return the versions of a dataset that the user added, the oldest first."""
    ids = {dataset(name).source}
    roots = [one.raw for one in (project, project.behind) if one and one.raw.is_dir()]
    found = [one for root in roots for one in sources(root, added=True, ids=ids)]
    of_dataset = [one for one in found if any(r.dataset == name for file in one.files for r in file.read_as)]
    return sorted(of_dataset, key=lambda one: (order(one.version), one.version))


def order(version: str) -> tuple[int, ...]:
    """Return by what versions are sorted: a date or number, else the last year that the name holds.

    Examples
    --------
    >>> sorted(["16", "exports-2002-2026", "9", "2026-10-30", "compiled"], key=order)
    ['compiled', '9', '16', 'exports-2002-2026', '2026-10-30']
    """
    numbers = [int(digits) for digits in re.findall(r"\d+", version)]
    years = [number for number in numbers if 1900 <= number < 2200]
    if (re.fullmatch(r"\d{4}(-\d\d){0,2}", version) and int(version[5:7] or 1) <= 12) or not years:
        return tuple(numbers)
    return (max(years),)


def _of_added(project: Project, name: str, version: str) -> tuple[Input, ...]:
    """Return the inputs of a version that was added, after those that it continues."""
    layouts, found, continued = {layout.name: layout for layout in dataset(name).layouts}, [], False
    versions = added(project, name)
    this = next((one for one in versions if one.version == version), None)
    for version_of in versions[: versions.index(this) + 1] if this else ():
        for file in version_of.files:
            for one in (one for one in file.read_as if one.dataset == name and one.layout in layouts):
                layout = layouts[one.layout]
                if version_of is this or layout.continues:
                    place = version_of.id, version_of.version, escape(file.name), one.before, one.sheet, layout.tables
                    found.append(Input(*place, layout.name))
                    continued |= version_of is this and layout.continues
    return (
        (*places(project, name, "full"), *found)
        if continued
        else tuple(i for i in found if i.version == version and _files(project, i))
    )


def remedy(name: str, edition: str) -> str:
    """Return what to do about a dataset that `edition` does not hold."""
    fetch = "ogp-analysis fetch " + ", ogp-analysis fetch ".join(sorted({i.source for i in dataset(name).inputs}))
    return f"It is in the full edition only: {fetch}" if edition == "embedded" else f"Fetch its files first: {fetch}"


def sidecar(project: Project, place: Input) -> Source:
    """Return the sidecar of an input."""
    return source(project.sidecars_of(place.source, place.version), place.source, place.version)


#: What the tables of each dataset rest on, where a process looks once: by process, project, dataset and edition.
_looked: dict[tuple[int, Project, str, str], dict] | None = None
#: The folders of extracts, where a process looks once: by process and place.
_listed: dict[tuple[int, Path], list[Path]] = {}


def look_once() -> None:
    """Let this process, and each fork of it, look once at the raw files and the code behind each dataset.

    For processes that last no longer than a run. A page asks about thirty times; were a raw file to change meanwhile,
    half of its numbers would come from before and half from after.
    """
    global _looked
    _looked = {}
    _listed.clear()


def current(project: Project, name: str, edition: str, inputs: tuple[Input, ...] | None = None) -> bool:
    """Return whether the tables on the shelf rest on the raw files and the code that are here now."""
    there = shelf.package(project, edition, name)
    asked = os.getpid(), project, name, edition
    resting = _looked.get(asked) if _looked and inputs is None else None
    if resting is None:
        resting = rests_on(project, name, places(project, name, edition) if inputs is None else inputs)
        if _looked is not None and inputs is None:
            _looked[asked] = resting
    return there is not None and there["built_from"] == resting


def rests_on(project: Project, name: str, inputs: tuple[Input, ...]) -> dict:
    """Return what the tables of a dataset rest on: raw contents, their sidecars, and the code that makes tables."""
    folders = {
        f"{i.source}/{i.version}": project.sidecars_of(i.source, i.version) / i.source / i.version for i in inputs
    }
    files = {f"{i.source}/{i.version}/{name}": path for i in inputs for name, path in _files(project, i).items()}
    return {
        "code": fingerprint.of_tree(*MADE_BY),
        "sources": {name: contents.sha256(folder / NAME) for name, folder in sorted(folders.items())},
        "files": {file: contents.sha256(files[file]) for file in sorted(files)},
    }


def _files(project: Project, place: Input) -> dict[str, Path]:
    """Return by name the raw files of an input that are here, of those its sidecar names; locks are not data."""
    folder = project.files_of(place.source, place.version) / place.source / place.version
    if not folder.is_dir():
        return {}
    named = [file.name for file in sidecar(project, place).files if matches(file.name, place.files)]
    return {name: folder / name for name in named if (folder / name).is_file()}


# The account of a dataset: what was done to get its tables, and what they are held against.
# It lies on the shelf beside the tables and is handed out as they are, so that a report that shows it rests on it.


class Field(Struct, frozen=True, forbid_unknown_fields=True):
    """A column that the full edition has; fields as in :class:`ogp_analysis.base.schema.Column`."""

    name: str
    type: str
    redistribute: bool


class HeldSum(Struct, frozen=True, forbid_unknown_fields=True):
    """A clean column whose sum was held against raw columns; empty if a function of the cleaner picks them."""

    table: str
    column: str
    raw: list[str]


class Account(Struct, frozen=True, forbid_unknown_fields=True):
    """What was done to get the tables of a dataset, and what they are held against.

    Attributes
    ----------
    rules : list of Rule
        Sorted by folder, action, rule and column.
    corrections : list of Decision
        In the order of the cleaner's data.
    columns : dict of str to list of Field
        Every column that the full edition has, by table.
    folders : dict of str to list of str
        Every folder of raw files that the full edition is made from, by table.
    sums, links, days
        What was held against the raw files, the parent tables and the day of publication.
    unsummed : dict of str to str
        Numbers without a raw sum, with the reason.
    as_of : dict of str to str
        Last day that a folder of raw files can know of.
    """

    rules: list[Rule]
    corrections: list[Decision]
    columns: dict[str, list[Field]]
    folders: dict[str, list[str]]
    sums: list[HeldSum]
    unsummed: dict[str, str]
    links: list[Link]
    days: list[Past]
    as_of: dict[str, str]


def of_dataset(declared: Dataset, rules: list[Rule], as_of: dict[str, date]) -> dict:
    """Return the account of a dataset as JSON has it; `rules` are those of the cleaning that made its tables."""
    held, folders = declared.invariants, {}
    for schema in declared.schemas:
        of_table = [one for one in declared.inputs if not one.tables or schema.name in one.tables]
        folders[schema.name] = sorted({f"{one.source}/{one.version}" for one in of_table or declared.inputs})
    raw = [[] if callable(one.raw) else list(one.raw or (one.column,)) for one in declared.sums]
    made = Account(
        sorted(rules, key=lambda one: (one.folder, one.action, one.rule, one.column)),
        corrections(declared.name),
        {s.name: [Field(c.name, c.type, c.redistribute) for c in s.columns] for s in declared.schemas},
        folders,
        [HeldSum(one.table, one.column, names) for one, names in zip(declared.sums, raw, strict=True)],
        dict(held.unsummed),
        list(held.links),
        list(held.past),
        {folder: day.isoformat() for folder, day in as_of.items()},
    )
    return to_builtins(made)
