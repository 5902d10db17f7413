"""Clean tables on the disk: Parquet files with a ``datapackage.json`` that says what they are.

It is a Data Package (datapackage.org, version 2) with further properties of its own: what the tables were built from,
the record and the account of their cleaning, and of a column its unit and its terms.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from msgspec import Meta, Struct

from ogp_analysis.base import contents, fingerprint, kept
from ogp_analysis.base.errors import SourceError
from ogp_analysis.base.paths import Project
from ogp_analysis.sources.sidecar import Balance

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from ogp_analysis.base.schema import Column, TableSchema

PACKAGE = "datapackage.json"
#: The edition of tables that a user cleaned (:mod:`ogp_analysis.store.own_tables`).
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
    path: Annotated[str, Meta(pattern=rf"^{RECORD}\.parquet\Z")]


class _Account(_File, forbid_unknown_fields=True):
    path: Annotated[str, Meta(pattern=rf"^{ACCOUNT}\.json\Z")]


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
        if not (above / file["path"]).is_file() or contents.sha256(above / file["path"]) != sha256(file)
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
        sources = packages[edition, dataset]["sources"]
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
        Of :mod:`ogp_analysis.store.state`.

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
