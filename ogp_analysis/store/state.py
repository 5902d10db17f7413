"""What tables rest on, and whether those on the shelf still rest on it. Light: only hashes and sidecars are read."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from msgspec import Struct, ValidationError, convert

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.errors import ParameterError, SourceError
from ogp_analysis.base.paths import Project
from ogp_analysis.store import contents, shelf
from ogp_analysis.tidy.catalog import DATASETS, dataset
from ogp_analysis.tidy.entries import Rule

EDITIONS = ("embedded", "full")
SIDECAR = "source.toml"
EXTRACT = "-extract"
BUILDER = "ogp_analysis.store.making"


class _File(Struct):
    name: str

    def __post_init__(self) -> None:
        if not kept.is_inside(self.name):
            raise ValueError(f"{self.name!r} is no path inside its folder")


class _Sidecar(Struct):
    """Of a sidecar, what is relied on here; all of it is checked where raw files are read."""

    files: list[_File]
    dataset: str = ""
    balance: list[dict] = []
    rules: list[Rule] = []


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
        raise ParameterError("edition", f"{str(edition)[:20]!r} is not one", "Use " + " or ".join(EDITIONS))
    if name not in DATASETS:
        dataset(name)
    if edition == "embedded":
        return tuple(_extracts(project, name))
    inputs = dataset(name).inputs
    here = [i for i in inputs if _files(project, i)]
    return tuple(Place(i.source, i.version, i.files, i.header, i.sheet, i.tables) for i in here)


def remedy(name: str, edition: str) -> str:
    """Return what to do about a dataset that `edition` does not hold."""
    fetch = "ogp-analysis fetch " + ", ogp-analysis fetch ".join(sorted({i.source for i in dataset(name).inputs}))
    return f"Fetch its files first: {fetch}" if edition == "full" else f"It is in the full edition only: {fetch}"


def _extracts(project: Project, name: str):
    for folder in contents.folders(project.sidecars, EXTRACT):
        facts = _sidecar(folder / SIDECAR)
        if facts.get("dataset") == name:
            for file in facts["files"]:
                yield Place(folder.parent.name, folder.name, file["name"], tables=(Path(file["name"]).stem,))


def sidecar(project: Project, place: Place) -> dict:
    """Return the sidecar of an input."""
    return _sidecar(project.sidecars / place.source / place.version / SIDECAR)


def _sidecar(file: Path) -> dict:
    try:
        return _parsed(file, contents.sha256(file))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError, RecursionError) as error:
        raise SourceError(f"{file.parent.parent.name}/{file.parent.name}/{file.name}", f"cannot be read ({error})",
                          "Restore it from the repository") from error  # fmt: skip


@cache
def _parsed(file: Path, content: str) -> dict:
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    convert(found, _Sidecar)
    return found


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
        "sources": {name: contents.sha256(folder / SIDECAR) for name, folder in sorted(folders.items())},
        "files": {file: contents.sha256(files[file]) for file in sorted(files)},
    }


def _files(project: Project, place) -> dict[str, Path]:
    """Return by name the raw files of an input that are here, of those its sidecar names; locks are not data.

    A pattern that ends with ``**`` means all files in all folders; by itself it finds folders only.
    """
    folder = project.files_of(place.source, place.version) / place.source / place.version
    pattern = f"{place.files}/*" if place.files.endswith("**") else place.files
    found = {path.relative_to(folder).as_posix(): path for path in folder.glob(pattern) if path.is_file()}
    named = {file["name"] for file in sidecar(project, place)["files"]} if found.keys() - {SIDECAR} else set()
    return {name: path for name, path in found.items() if name in named}
