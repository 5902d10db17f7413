"""Build what is missing or stale: raw files through their cleaner into tables, never anything twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from ogp_analysis import collector
from ogp_analysis.cleaning.catalog import DATASETS, dataset
from ogp_analysis.cleaning.dataset import Dataset, cleaned, promised
from ogp_analysis.cleaning.record import FILE, LINE, Cleaned, kept_all
from ogp_analysis.errors import SourceError
from ogp_analysis.lock import only_one
from ogp_analysis.paths import Project
from ogp_analysis.paths import project as this_project
from ogp_analysis.schema import TableSchema
from ogp_analysis.sources import catalog, raw
from ogp_analysis.store import shelf, state
from ogp_analysis.store.state import Place, current


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
    UnknownName
        If no dataset has one of the names.
    OgpAnalysisError
        If a raw file is not what its sidecar says, or cleaning it fails. Tables built before stay.
    """
    project = project or this_project()
    names = [names] if isinstance(names, str) else names
    done = {}
    for name in sorted(DATASETS if names is None else names):
        done[name] = _build_one(project, name, edition)
        progress(name, done[name])
    return done


def _build_one(project: Project, name: str, edition: str) -> str:
    inputs = state.places(project, name, edition)
    if not inputs:
        return "absent"
    if current(project, name, edition, inputs):
        return "current"
    with only_one(project.processed / ".lock", "building the tables", wait=True):
        if current(project, name, edition, inputs):
            return "current"
        declared = dataset(name)
        make = _from_extracts if edition == "embedded" else _from_published
        with collector.off():
            result, balance, schemas = make(project, declared, inputs)
        about = {
            "title": declared.title,
            "built_from": state.rests_on(project, name, inputs),
            "balance": balance,
            "sources": [_about(project, i) for i in inputs],
        }
        shelf.put(project, edition, name, result, about, schemas)
    return "built"


def _from_published(project: Project, declared: Dataset, inputs: tuple[Place, ...]):
    result = cleaned(declared, _published_chunks(project.raw, inputs))
    balance = result.record.balance().to_dict("records")
    return result, balance, {schema.name: schema for schema in declared.schemas}


def _published_chunks(root: Path, inputs: tuple[Place, ...]) -> Iterator[tuple[Place, pd.DataFrame]]:
    for item in inputs:
        for chunk in raw.chunks(root, item.source, item.version, item.files, header=item.header, sheet=item.sheet):
            yield item, chunk


def _from_extracts(project: Project, declared: Dataset, inputs: tuple[Place, ...]):
    """Read clean tables back from their extract; the balance is that of the cleaning that made them."""
    parts, schemas, balance = [], {}, []
    for item in inputs:
        text = pd.concat(raw.chunks(project.raw, item.source, item.version, item.files), ignore_index=True)
        name = Path(item.files).stem
        schemas[name] = only(declared.schema(name), [c for c in text.columns if c not in (FILE, LINE)])
        parts.append(Cleaned({name: promised(text, schemas[name])}, kept_all(text)))
        balance += [row for row in state.sidecar(project, item).get("balance", []) if row not in balance]
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


def _about(project: Project, item: Place) -> dict:
    source = catalog.source(project.raw, item.source, item.version)
    return {
        "source": item.source,
        "folder": f"{item.source}/{item.version.removesuffix(state.EXTRACT)}",
        "tables": list(item.tables),
        "version": source.release,
        "title": source.title,
        "publisher": source.publisher,
        "doi": source.doi,
        "citation": source.citation,
        "licence": source.licence,
        "urls": list(source.urls),
        "redistribute": source.redistribute,
        "accessed": str(source.accessed or ""),
    }
