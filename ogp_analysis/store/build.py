"""Build what is missing or stale: raw files through their cleaner into tables, never anything twice."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ogp_analysis import fingerprint
from ogp_analysis.cleaning.catalog import DATASETS, dataset
from ogp_analysis.cleaning.dataset import Dataset, Input, cleaned, promised
from ogp_analysis.cleaning.record import FILE, LINE, Cleaned, kept_all
from ogp_analysis.errors import SourceError
from ogp_analysis.lock import only_one
from ogp_analysis.paths import Project
from ogp_analysis.paths import project as this_project
from ogp_analysis.schema import TableSchema
from ogp_analysis.sources import catalog, raw
from ogp_analysis.store import shelf

EDITIONS = ("embedded", "full")
_SIDECAR = "source.toml"
_EXTRACT = "-extract"


def editions_of(project: Project, name: str) -> list[str]:
    """Return the editions in which a dataset can be built from what is in data/raw now."""
    return [edition for edition in EDITIONS if _inputs(project, name, edition)]


def build(
    names=None,
    edition: str = "embedded",
    project: Project | None = None,
    progress: Callable[[str, str], None] = lambda name, what: None,
) -> dict[str, str]:
    """Build the tables of the named datasets, only those that are missing or stale.

    Parameters
    ----------
    names : iterable of str or None
        Datasets; all by default.
    edition : {"embedded", "full"}
        Which raw files they are built from.
    project : Project or None
        The checkout; found if not given.
    progress : callable
        Told ``(dataset, what)`` where `what` is ``"built"``, ``"current"`` or ``"absent"``.

    Returns
    -------
    dict of str to str
        What was done for each dataset.

    Raises
    ------
    OgpAnalysisError
        If a raw file is not what its sidecar says, or cleaning it fails. Tables built before stay.
    """
    project = project or this_project()
    done = {}
    for name in sorted(DATASETS if names is None else names):
        done[name] = _build_one(project, name, edition)
        progress(name, done[name])
    return done


def _build_one(project: Project, name: str, edition: str) -> str:
    inputs = _inputs(project, name, edition)
    if not inputs:
        return "absent"
    if current(project, name, edition, inputs):
        return "current"
    with only_one(project.processed / ".lock", "building the tables", wait=True):
        if current(project, name, edition, inputs):
            return "current"
        declared = dataset(name)
        make = _from_extracts if edition == "embedded" else _from_published
        result, balance, schemas = make(project, declared, inputs)
        about = {
            "title": declared.title,
            "built_from": _rests_on(project, name, inputs),
            "balance": balance,
            "sources": [_about(project, i) for i in inputs],
        }
        shelf.put(project, edition, name, result, about, schemas)
    return "built"


def current(project: Project, name: str, edition: str, inputs: tuple[Input, ...] | None = None) -> bool:
    """Return whether the tables on the shelf rest on the raw files and the code that are here now."""
    inputs = _inputs(project, name, edition) if inputs is None else inputs
    there = shelf.package(project, edition, name)
    return there is not None and there["built_from"] == _rests_on(project, name, inputs)


def _inputs(project: Project, name: str, edition: str) -> tuple[Input, ...]:
    """Return the inputs of a dataset that are in data/raw."""
    if edition == "embedded":
        return _extracts(project, name)
    return tuple(i for i in dataset(name).inputs if any((project.raw / i.source / i.version).glob(i.files)))


def _extracts(project: Project, name: str) -> tuple[Input, ...]:
    found = []
    for sidecar in sorted(project.raw.glob(f"*/*{_EXTRACT}/{_SIDECAR}")):
        facts = tomllib.loads(sidecar.read_text(encoding="utf-8"))
        if facts["dataset"] == name:
            found += [_extract(sidecar.parent, f["name"]) for f in facts["files"]]
    return tuple(found)


def _extract(folder: Path, file: str) -> Input:
    return Input(folder.parent.name, folder.name, file, tables=(Path(file).stem,))


def _rests_on(project: Project, name: str, inputs: tuple[Input, ...]) -> dict:
    """Return what tables rest on: raw contents as their sidecars state them, code, and versions."""
    code = fingerprint.closure([DATASETS[name], "ogp_analysis.store.build"])
    sidecars = {
        f"{i.source}/{i.version}": fingerprint.of_file(project.raw / i.source / i.version / _SIDECAR) for i in inputs
    }
    return {
        "code": fingerprint.of_value(code),
        "sources": sidecars,
        "versions": fingerprint.distributions(code),
        "files": {
            f"{i.source}/{i.version}/{f}": fingerprint.of_file(project.raw / i.source / i.version / f)
            for i in inputs
            for f in _files(project, i)
        },
    }


def _files(project: Project, item: Input) -> list[str]:
    root = project.raw / item.source / item.version
    return sorted(path.relative_to(root).as_posix() for path in root.glob(item.files))


def _from_published(project: Project, declared: Dataset, inputs: tuple[Input, ...]):
    result = cleaned(declared, _published_chunks(project.raw, inputs))
    balance = result.record.balance().to_dict("records")
    return result, balance, {schema.name: schema for schema in declared.schemas}


def _published_chunks(root: Path, inputs: tuple[Input, ...]) -> Iterator[tuple[Input, pd.DataFrame]]:
    for item in inputs:
        for chunk in raw.chunks(root, item.source, item.version, item.files, header=item.header, sheet=item.sheet):
            yield item, chunk


def _from_extracts(project: Project, declared: Dataset, inputs: tuple[Input, ...]):
    """Read clean tables back from their extract; the balance is that of the cleaning that made them."""
    parts, schemas, balance = [], {}, []
    for item in inputs:
        text = pd.concat(raw.chunks(project.raw, item.source, item.version, item.files), ignore_index=True)
        name = Path(item.files).stem
        schemas[name] = only(declared.schema(name), [c for c in text.columns if c not in (FILE, LINE)])
        parts.append(Cleaned({name: promised(text, schemas[name])}, kept_all(text)))
        facts = tomllib.loads((project.raw / item.source / item.version / _SIDECAR).read_text(encoding="utf-8"))
        balance += [row for row in facts.get("balance", []) if row not in balance]
    result = parts[0]
    for part in parts[1:]:
        result = result + part
    return Cleaned(result.tables, result.record.checked()), balance, schemas


def only(schema: TableSchema, columns: list[str]) -> TableSchema:
    """Return the promise of a table that holds some of the columns.

    Raises
    ------
    SourceError
        If a column of the key is not among them, or one is not promised at all.
    """
    odd = sorted(set(columns) - set(schema.names)) + [k for k in schema.key if k not in columns]
    if odd:
        raise SourceError(
            f"extract of {schema.name}",
            f"column {odd[0]!r} does not fit the table",
            "Compile the extracts again: python -m ogp_analysis.embedding",
        )
    return replace(schema, columns=tuple(c for c in schema.columns if c.name in columns))


def _about(project: Project, item: Input) -> dict:
    source = catalog.source(project.raw, item.source, item.version)
    return {
        "source": item.source,
        "tables": list(item.tables),
        "version": source.version,
        "title": source.title,
        "publisher": source.publisher,
        "doi": source.doi,
        "citation": source.citation,
        "licence": source.licence,
        "urls": list(source.urls),
        "redistribute": source.redistribute,
        "accessed": source.accessed,
    }
