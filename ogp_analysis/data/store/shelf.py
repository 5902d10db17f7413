"""Clean tables on the disk, what they rest on, and whether they still rest on it. Light: pandas is not needed to ask.

The tables are Parquet files with a ``datapackage.json`` that says what they are. It is a Data Package (datapackage.org,
version 2) with further properties of its own: what the tables were built from, the record and the account of their
cleaning, and of a column its unit and its terms.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from functools import lru_cache
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.errors import ParameterError, SourceError
from ogp_analysis.base.paths import Project
from ogp_analysis.data.cleaning import catalog
from ogp_analysis.data.sources.sidecar import EXTRACT, NAME, Balance, Input, Source, matches, source, sources

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ogp_analysis.base.schema import Column, TableSchema


PACKAGE = "datapackage.json"
#: The edition of tables that a user cleaned (:mod:`ogp_analysis.data.store.making`).
OWN = "own"
RECORD = "record"
ACCOUNT = "account"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_HASH = "sha256:"
_PARQUET = {"type": "table", "format": "parquet", "mediatype": "application/vnd.apache.parquet"}

_Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Prefixed = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]
_Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*\Z")]
_Path = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]*\.parquet\Z")]
_Count = Annotated[int, Meta(ge=0)]


class _Field(Struct, forbid_unknown_fields=True, kw_only=True):
    name: str
    type: Literal["string", "integer", "number", "boolean", "date"]
    description: str
    categories: list[str] | None = None
    constraints: dict[str, bool | float | str] | None = None
    unit: str = ""
    licence: str = ""
    redistribute: bool = True


class _Schema(Struct, forbid_unknown_fields=True, rename={"key": "primaryKey"}, kw_only=True):
    fields: list[_Field]
    key: list[str] = []


class _File(Struct, forbid_unknown_fields=True):
    rows: _Count
    hash: _Prefixed


class _Resource(_File, forbid_unknown_fields=True):
    name: _Name
    description: str
    path: _Path
    type: Literal["table"]
    format: Literal["parquet"]
    mediatype: str
    schema: _Schema


class _Record(_File, forbid_unknown_fields=True):
    path: Literal["record.parquet"]


class _Account(_File, forbid_unknown_fields=True):
    path: Literal["account.json"]


class _Source(Struct, forbid_unknown_fields=True):
    source: str
    folder: str
    tables: list[str]
    version: str
    title: str
    publisher: str
    authors: list[str]
    doi: str
    citation: str
    licence: str
    urls: list[str]
    redistribute: bool
    accessed: str
    year: int | None


class _Basis(Struct, forbid_unknown_fields=True):
    code: _Hash
    sources: dict[str, _Hash]
    files: dict[str, _Hash]


class _Package(Struct, forbid_unknown_fields=True, rename={"profile": "$schema"}):
    """What a description says; names of files stay in its folder."""

    profile: Literal["https://datapackage.org/profiles/2.0/datapackage.json"]
    name: _Name
    edition: str
    title: str
    built_from: _Basis
    balance: list[Balance]
    sources: list[_Source]
    resources: list[_Resource]
    record: _Record
    account: _Account
    indicator: dict | None = None
    listed: dict | None = None


def folder(project: Project, edition: str, dataset: str) -> Path:
    """Return the folder of a dataset's tables."""
    return project.processed / edition / dataset


def package(project: Project, edition: str, dataset: str) -> dict | None:
    """Return what is on the shelf for a dataset, or None if nothing usable is: then it is built again."""
    try:
        found = _described(kept.content(project.processed, f"{edition}/{dataset}/{PACKAGE}"))
    except (OSError, kept.NotKept):
        return None
    return found if (found["edition"], found["name"]) == (edition, dataset) else None


@lru_cache(maxsize=64)
def _described(content: bytes) -> dict:
    """Return what a description says, which nobody changes: it is asked for with every table that is handed out."""
    return kept.decoded(content, _Package)


def sha256(file: dict) -> str:
    """Return the SHA-256 in hexadecimal that a description gives of one of its files."""
    return file["hash"].removeprefix(_HASH)


def altered(project: Project, edition: str, dataset: str) -> list[str]:
    """Return the files of a dataset on the shelf that are not those which its description was written for, sorted."""
    there = package(project, edition, dataset)
    files = [*there["resources"], there["record"], there["account"]] if there else []
    above = folder(project, edition, dataset)
    return sorted(
        file["path"]
        for file in files
        if not (above / file["path"]).is_file() or fingerprint.sha256(above / file["path"]) != sha256(file)
    )


def behind(names: Iterable[tuple[str, str, str]], packages: dict[tuple[str, str], dict]) -> tuple[list, list]:
    """Return the sources behind some tables, and the balance of the cleaning of their files: only theirs.

    Parameters
    ----------
    names : iterable of (str, str, str)
        Edition, dataset, table. Behind a record, and a table made of several others, stand all
        sources of its dataset; an account adds none to those of the tables it is handed out with.
    packages : dict of (str, str) to dict
        The description of each dataset, by edition and name.
    """
    used = {}
    for edition, dataset, table in names:
        package = packages[edition, dataset]
        # What a user added is described nowhere else: words and terms that were changed there change what is read.
        said = {"described": fingerprint.of_value(package)} if {"indicator", "listed"} & {*package} else {}
        sources = [one | said for one in package["sources"]]
        # Behind a table that no source names, such as a record, all of them stand.
        named = {name for one in sources for name in one["tables"]} | {ACCOUNT}
        used |= {
            (one["source"], one["version"]): one
            for one in sources
            if not one["tables"] or table in one["tables"] or table not in named
        }
    folders = tuple(f"{s.get('folder')}/" for s in used.values())
    balance = [
        {"dataset": dataset, **row}
        for (_, dataset), package in packages.items()
        for row in package["balance"]
        if row["file"].startswith(folders)
    ]
    return [used[place] for place in sorted(used)], balance


def put(
    project: Project,
    edition: str,
    dataset: str,
    tables: Mapping[str, Iterable[pd.DataFrame]],
    record: Iterable[pd.DataFrame],
    about: dict,
    schemas: dict,
    account: dict,
) -> dict:
    """Write the tables of a dataset and its record in one step, and return their description.

    Parameters
    ----------
    project : Project
    edition : str
    dataset : str
    tables : mapping of str to iterable of pandas.DataFrame
        The rows of each table, in pieces: at least one, without rows if there are none.
    record : iterable of pandas.DataFrame
        The record of what was done, in pieces.
    about : dict
        Further facts for the description: title, key, sources, balance.
    schemas : dict of str to TableSchema
        By table.
    account : dict
        Of :mod:`ogp_analysis.data.store.shelf`.

    Raises
    ------
    SourceError
        If the folder cannot be written.
    """
    target = folder(project, edition, dataset)
    prepared = target.with_name(f".{dataset}.{os.getpid()}")
    try:
        # What builds of this dataset that were killed have prepared: there is one build at a time.
        for left in target.parent.glob(f".{dataset}.*"):
            shutil.rmtree(left)
        prepared.mkdir(parents=True)
        resources = [_write(prepared, name, tables[name], schemas[name]) for name in sorted(tables)]
        of_record, of_account = prepared / f"{RECORD}.parquet", prepared / f"{ACCOUNT}.json"
        parts = {"resources": resources, "record": _file(of_record, _parquet(of_record, record)[0])}
        kept.put(of_account, _json(account))
        parts["account"] = _file(of_account, len(account["rules"]))
        description = {"$schema": _PROFILE, "name": dataset, "edition": edition, **about, **parts}
        kept.put(prepared / PACKAGE, _json(description))
        kept.sync(prepared)
        if target.is_symlink():
            target.unlink()
        shutil.rmtree(target, ignore_errors=True)
        prepared.rename(target)
        kept.sync(target.parent)
    except OSError as error:
        shutil.rmtree(prepared, ignore_errors=True)
        action = "Make data/processed writable and make room, then build again"
        raise SourceError(project.shown(target), f"cannot be written ({error.strerror})", action) from error
    finally:
        shutil.rmtree(prepared, ignore_errors=True)
    return description


def _file(file: Path, rows: int) -> dict:
    return {"path": file.name, "rows": rows, "hash": _HASH + fingerprint.of_file(file)}


def _json(content: dict) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _write(prepared: Path, name: str, pieces: Iterable[pd.DataFrame], schema: TableSchema) -> dict:
    file = prepared / f"{name}.parquet"
    rows, columns = _parquet(file, pieces)
    fields = [_field(column) for column in schema.columns if column.name in columns]
    return {
        "name": name,
        "description": f"Grain: {schema.grain}",
        **_PARQUET,
        **_file(file, rows),
        "schema": {"fields": fields} | ({"primaryKey": list(schema.key)} if schema.key else {}),
    }


def _field(column: Column) -> dict:
    """Return a column as a field of a Table Schema, without what would only repeat a default."""
    constraints: dict[str, object] = {"required": True} if column.required else {}
    constraints |= {end: value for end in ("minimum", "maximum") if (value := getattr(column, end)) is not None}
    if column.others:  # then the categories are not a closed list
        constraints["pattern"] = "|".join([*map(re.escape, column.categories), column.others])
    field = {
        "name": column.name,
        "type": "string" if column.type == "category" else column.type,
        "description": column.description,
        "categories": [] if column.others else list(column.categories),
        "constraints": constraints,
        "unit": column.unit,
        "licence": column.licence,
    }
    terms = {} if column.redistribute else {"redistribute": False}
    return {name: value for name, value in field.items() if value} | terms


def _parquet(file: Path, pieces: Iterable[pd.DataFrame]) -> tuple[int, list[str]]:
    """Write pieces of a table, and return how many rows they have, and which columns."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, writer = 0, None
    with file.open("xb") as stream:
        for frame in pieces:
            piece = pa.table({name: pa.array(frame[name], from_pandas=True) for name in frame.columns})
            writer = writer or pq.ParquetWriter(stream, piece.schema, compression="zstd")
            writer.write_table(piece.cast(writer.schema))
            rows += piece.num_rows
        if writer is None:
            raise ValueError(f"{file.stem} has no piece")
        writer.close()
        stream.flush()
        os.fsync(stream.fileno())
    return rows, writer.schema.names


def take(file: Path, columns: list[str] | None = None) -> pd.DataFrame:
    """Return a table from the shelf with the dtypes of :data:`ogp_analysis.base.schema.DTYPES`.

    Read without threads, so that a process that forks afterwards has only one.
    """
    import pyarrow.parquet as pq

    return as_frame(pq.ParquetFile(file, pre_buffer=False).read(columns=columns, use_threads=False))


def as_frame(table: pa.Table) -> pd.DataFrame:
    """Return a table of Arrow with the dtypes of :data:`ogp_analysis.base.schema.DTYPES`, without threads."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    text = pd.StringDtype(na_value=np.nan)
    dtypes = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype(), pa.string(): text, pa.large_string(): text}
    return table.to_pandas(types_mapper=dtypes.get, use_threads=False)


# What tables rest on, and whether those on the shelf still rest on it. Light: only hashes and sidecars are read.

EDITIONS = ("embedded", "full")
#: How the edition of one version that the user added is called on the shelf: this and the name of the version's folder.
VERSION = "version-"
#: What makes tables: the folders of the package with all that cleaners import.
MADE_BY = ("base", "data")


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
    if edition == OWN:
        return ()
    if edition not in EDITIONS:
        raise ParameterError("edition", f"{str(edition)[:20]!r} is unknown", "Use " + " or ".join(EDITIONS))
    name = name if name in catalog.DATASETS else catalog.named(name)
    if edition == "embedded":
        # The extracts of a dataset lie in the folder of its name.
        folders = sorted((project.sidecars / name).glob(f"*{EXTRACT}"))
        extracts = [source(project.sidecars, name, folder.name) for folder in folders]
        files = [(about, file.name) for about in extracts if about.dataset == name for file in about.files]
        return tuple(Input(about.id, about.version, file, tables=(Path(file).stem,)) for about, file in files)
    return tuple(i for i in catalog.dataset(name).inputs if _files(project, i))


def added(project: Project, name: str) -> list[Source]:
    """Return the versions of a dataset that the user added, the oldest first."""
    ids = {catalog.dataset(name).source}
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
    layouts, found, continued = {layout.name: layout for layout in catalog.dataset(name).layouts}, [], False
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
    sources_of = sorted({i.source for i in catalog.dataset(name).inputs})
    fetch = ", ".join(f"ogp-analysis fetch {one}" for one in sources_of)
    return f"It is in the full edition only: {fetch}" if edition == "embedded" else f"Fetch its files first: {fetch}"


def sidecar(project: Project, place: Input) -> Source:
    """Return the sidecar of an input."""
    return source(project.sidecars_of(place.source, place.version), place.source, place.version)


def current(project: Project, name: str, edition: str, inputs: tuple[Input, ...] | None = None) -> bool:
    """Return whether the tables on the shelf rest on the raw files and the code that are here now."""
    there = package(project, edition, name)
    resting = rests_on(project, name, places(project, name, edition) if inputs is None else inputs)
    return there is not None and there["built_from"] == resting


def rests_on(project: Project, name: str, inputs: tuple[Input, ...]) -> dict:
    """Return what the tables of a dataset rest on: raw contents, their sidecars, and the code that makes tables."""
    folders = {
        f"{i.source}/{i.version}": project.sidecars_of(i.source, i.version) / i.source / i.version for i in inputs
    }
    files = {f"{i.source}/{i.version}/{name}": path for i in inputs for name, path in _files(project, i).items()}
    return {
        "code": fingerprint.of_tree(*MADE_BY),
        "sources": {name: fingerprint.sha256(folder / NAME) for name, folder in sorted(folders.items())},
        "files": {file: fingerprint.sha256(files[file]) for file in sorted(files)},
    }


def _files(project: Project, place: Input) -> dict[str, Path]:
    """Return by name the raw files of an input that are here, of those its sidecar names; locks are not data."""
    folder = project.files_of(place.source, place.version) / place.source / place.version
    if not folder.is_dir():
        return {}
    named = [file.name for file in sidecar(project, place).files if matches(file.name, place.files)]
    return {name: folder / name for name in named if (folder / name).is_file()}
