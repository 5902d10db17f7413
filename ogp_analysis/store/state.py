"""What tables rest on, and whether those on the shelf still rest on it. Light: only hashes and sidecars are read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ogp_analysis.base import contents, fingerprint
from ogp_analysis.base.errors import ParameterError
from ogp_analysis.base.paths import Project
from ogp_analysis.sources.description import EXTRACT, Source, matches
from ogp_analysis.sources.sidecar import NAME, source
from ogp_analysis.store import shelf
from ogp_analysis.tidy.catalog import DATASETS, dataset

EDITIONS = ("embedded", "full")
BUILDER = "ogp_analysis.store.making"


@dataclass(frozen=True)
class Place:
    """Where one input of a dataset lies below ``data/raw``; the fields are those of a cleaner's ``Input``."""

    source: str
    version: str
    files: str
    header: int = 0
    sheet: str = ""
    tables: tuple[str, ...] = ()


def editions_of(project: Project, name: str) -> list[str]:
    """Return the editions in which a dataset can be built from what is in ``data/raw`` now."""
    return [edition for edition in EDITIONS if places(project, name, edition)]


def places(project: Project, name: str, edition: str) -> tuple[Place, ...]:
    """Return the inputs of a dataset that are in ``data/raw``; none if the edition does not hold it.

    Raises
    ------
    ParameterError
        If there is no such edition.
    UnknownName
        If no dataset has that name.
    """
    if edition not in EDITIONS:
        raise ParameterError("edition", f"{str(edition)[:20]!r} is unknown", "Use " + " or ".join(EDITIONS))
    if name not in DATASETS:
        dataset(name)
    if edition == "embedded":
        folders = contents.folders(project.sidecars, EXTRACT)
        extracts = [source(project.sidecars, folder.parent.name, folder.name) for folder in folders]
        of_dataset = [(about, file.name) for about in extracts if about.dataset == name for file in about.files]
        return tuple(Place(about.id, about.version, file, tables=(Path(file).stem,)) for about, file in of_dataset)
    inputs = dataset(name).inputs
    here = [i for i in inputs if _files(project, i)]
    return tuple(Place(i.source, i.version, i.files, i.header, i.sheet, i.tables) for i in here)


def remedy(name: str, edition: str) -> str:
    """Return what to do about a dataset that `edition` does not hold."""
    fetch = "ogp-analysis fetch " + ", ogp-analysis fetch ".join(sorted({i.source for i in dataset(name).inputs}))
    return f"Fetch its files first: {fetch}" if edition == "full" else f"It is in the full edition only: {fetch}"


def sidecar(project: Project, place: Place) -> Source:
    """Return the sidecar of an input."""
    return source(project.sidecars, place.source, place.version)


def current(project: Project, name: str, edition: str, inputs: tuple[Place, ...] | None = None) -> bool:
    """Return whether the tables on the shelf rest on the raw files and the code that are here now."""
    inputs = places(project, name, edition) if inputs is None else inputs
    there = shelf.package(project, edition, name)
    return there is not None and there["built_from"] == rests_on(project, name, inputs)


def rests_on(project: Project, name: str, inputs: tuple[Place, ...]) -> dict:
    """Return what the tables of a dataset rest on: raw contents, their sidecars, code, and versions."""
    code = fingerprint.closure([DATASETS[name], BUILDER])
    folders = {f"{i.source}/{i.version}": project.sidecars / i.source / i.version for i in inputs}
    files = {f"{i.source}/{i.version}/{name}": path for i in inputs for name, path in _files(project, i).items()}
    return {
        "code": fingerprint.of_value(code),
        "versions": fingerprint.distributions(code),
        "sources": {name: contents.sha256(folder / NAME) for name, folder in sorted(folders.items())},
        "files": {file: contents.sha256(files[file]) for file in sorted(files)},
    }


def _files(project: Project, place) -> dict[str, Path]:
    """Return by name the raw files of an input that are here, of those its sidecar names; locks are not data."""
    folder = project.files_of(place.source, place.version) / place.source / place.version
    if not folder.is_dir():
        return {}
    named = [file.name for file in sidecar(project, place).files if matches(file.name, place.files)]
    return {name: folder / name for name in named if (folder / name).is_file()}
