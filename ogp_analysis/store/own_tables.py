"""Tables that a user cleaned, taken onto the shelf under a name that is their content: the same files, the same name.

A report on them rests on the shelf, as any other does: the folder they came from may move or go, and no path of it
reaches the report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from msgspec import to_builtins

from ogp_analysis.base import fingerprint, kept
from ogp_analysis.base.conformance import cast, check
from ogp_analysis.base.errors import SchemaError, SourceError
from ogp_analysis.base.lock import only_one
from ogp_analysis.base.paths import Project
from ogp_analysis.base.schema import FILE, LINE, Column, TableSchema
from ogp_analysis.store import shelf
from ogp_analysis.store.state import Account

PREFIX = "own_"
#: Rows that are in memory at once.
_ROWS = 50_000
_RECORD = TableSchema(
    shelf.RECORD,
    "one changed, merged or set-aside value or row",
    (),
    (
        Column(FILE, "string", "File as the user gave it.", required=True),
        Column(LINE, "integer", "Line or place in it.", required=True),
        *(Column(name, "string", "As in every record.") for name in ("action", "rule", "column", "old", "new")),
    ),
)
#: What was done is in the record; rules of single columns are in the page of the cleaning.
_NOTHING = Account([], [], {}, {}, [], {}, [], [], {})


def is_own(name: str) -> bool:
    """Return whether a name is that of tables a user cleaned."""
    return name.startswith(PREFIX) and name.isidentifier()


def take_in(
    project: Project,
    title: str,
    folder: Path,
    files: Mapping[str, Sequence[str]],
    schemas: Sequence[TableSchema],
    about: Mapping[str, list[dict]],
) -> str:
    """Put a user's tables on the shelf, unless they are there, and return their name.

    Each table is read some rows at a time and held against its schema.

    Parameters
    ----------
    project : Project
    title : str
        What the tables are.
    folder : pathlib.Path
        Where the files are; no link below it is followed.
    files : mapping of str to sequence of str
        Parquet files of each table, and of the record, as paths below `folder`; rows keep their order.
    schemas : sequence of TableSchema
        Of the tables.
    about : mapping
        ``sources`` and ``balance`` as a description on the shelf has them, with an empty ``folder`` and files without
        one: both get the name.

    Raises
    ------
    SourceError
        If a file is a link, cannot be read, or breaks a promise of its schema; or the shelf cannot be written.
    """
    hashes = {}
    for file in (file for of_table in files.values() for file in of_table):
        try:
            hashes[file] = kept.sha256(folder, file)
        except (OSError, kept.NotKept) as error:
            raise _unread(folder, file, error) from error
    basis = [title, {table: [hashes[file] for file in of_table] for table, of_table in files.items()}, dict(about)]
    name = PREFIX + fingerprint.of_value(basis)[:12]
    if shelf.package(project, shelf.OWN, name):
        return name

    described = {
        "title": title,
        "built_from": {"code": fingerprint.of_value(basis), "sources": {}, "files": hashes},
        "sources": [source | {"folder": name} for source in about["sources"]],
        "balance": [row | {"file": f"{name}/{row['file']}"} for row in about["balance"]],
    }
    promised = {schema.name: schema for schema in (*schemas, _RECORD)}
    pieces = {table: _pieces(folder, of_table, promised[table]) for table, of_table in files.items()}
    with only_one(project.processed / shelf.OWN / ".lock", "taking tables onto the shelf"):
        record = pieces.pop(shelf.RECORD)
        shelf.put(project, shelf.OWN, name, pieces, record, described, promised, to_builtins(_NOTHING))
    return name


def _pieces(folder: Path, files: Sequence[str], schema: TableSchema) -> Iterator[pd.DataFrame]:
    """Yield the rows of a table, each piece held against its schema."""
    for file in files:
        try:
            with kept.opened(folder, file) as stream, pq.ParquetFile(stream, pre_buffer=False) as opened:
                batches = opened.iter_batches(_ROWS, use_threads=False)
                # Of a table without rows there is one piece all the same.
                nothing = () if opened.metadata.num_rows else (opened.schema_arrow.empty_table(),)
                for piece in chain(nothing, (pa.Table.from_batches([batch]) for batch in batches)):
                    frame = cast(shelf.as_frame(piece), schema)
                    yield check(frame, schema) if schema.key else frame
        except (OSError, kept.NotKept, pa.ArrowException, SchemaError) as error:
            raise _unread(folder, file, error) from error


def _unread(folder: Path, file: str, error: Exception) -> SourceError:
    what = f"is not what `ogp-analysis clean` writes ({str(getattr(error, 'strerror', None) or error)[:160]})"
    return SourceError(f"{folder.name}/{file}", what, "Clean the files again: ogp-analysis clean")
