"""Tables of OCDS that grow on the disk block by block, and are there only when they are whole."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ogp_analysis.base import kept
from ogp_analysis.base.errors import CleaningError, SchemaError
from ogp_analysis.base.spreadsheet import guarded_table
from ogp_analysis.procurement.datasets.ocds.schemas import TABLES
from ogp_analysis.procurement.datasets.ocds.tables import TYPES
from ogp_analysis.procurement.own_files import parts

RECORD = "record"
#: Columns of whose values most are there once.
_UNIQUE = (
    *("ocid", "release_id", "tender_id", "bid_id", "award_id", "contract_id", "tenderer_id", "tenderer_name"),
    *("supplier_id", "supplier_name", "party_id", "party_name", "identifier_id"),
)
#: Blocks of a row group: fewer and larger ones are read faster, and take less to describe, memory included.
_BLOCKS = 2
_EXAMPLES = 3
_RULE = ("action", "rule", "column")


class Tables:
    """The files of a cleaning; on leaving without a fault they are moved into place.

    Parameters
    ----------
    out : pathlib.Path
        Folder below which ``parquet/<table>/`` and ``csv/<table>/`` lie.
    slug : str
        Name of the files, without ending.
    csv : bool
        Whether to write CSV too; it takes as long again as all the rest.

    Attributes
    ----------
    outputs : list of str
        Files, below `out`.
    rows : dict of str to int
        Rows of each table.
    """

    def __init__(self, out: Path, slug: str, csv: bool) -> None:
        self.out, self.slug, self.csv = out, slug, csv
        self.outputs: list[str] = []
        self.rows = {schema.name: 0 for schema in TABLES}
        self._writers: dict[str, list] = {}
        self._held: dict[str, list[pa.Table]] = {}

    def __enter__(self) -> Tables:
        return self

    def add(self, tables: Mapping[str, pa.Table], entries: pa.Table) -> None:
        """Append a block.

        Raises
        ------
        SchemaError
            If a table does not keep its promise.
        """
        for schema in TABLES if tables else ():
            table = tables[schema.name]
            _promised(table, schema)
            self.rows[schema.name] += table.num_rows
            self._held.setdefault(schema.name, []).append(table)
        self._held.setdefault(RECORD, []).append(entries)
        if len(self._held[RECORD]) == _BLOCKS:
            self._write_held()

    def _write_held(self) -> None:
        held, self._held = self._held, {}
        for name, tables in held.items():
            self._append(name, pa.concat_tables(tables).unify_dictionaries())

    def _append(self, name: str, table: pa.Table) -> None:
        if name not in self._writers:
            self._writers[name] = self._opened(name, table.schema)
        parquet, *text = self._writers[name]
        parquet.write_table(table)
        for writer in text:
            writer.write_table(_plain(guarded_table(table)))

    def _opened(self, name: str, schema: pa.Schema) -> list:
        parquet = self._part("parquet", name)
        options = {"compression": "zstd", "compression_level": 1, "store_schema": False, "write_statistics": False}
        # Looking for repetitions among values that do not repeat costs time and saves nothing, among numbers too.
        repeating = [one.name for one in schema if _repeats(one)]
        writers = [pq.ParquetWriter(parquet, schema, use_dictionary=repeating, **options)]
        if self.csv:
            import pyarrow.csv as pcsv

            writers.append(pcsv.CSVWriter(self._part("csv", name), _plain(schema.empty_table()).schema))
        return writers

    def _part(self, form: str, name: str) -> Path:
        folder = self.out / form / name
        folder.mkdir(parents=True, exist_ok=True)
        self.outputs.append(f"{form}/{name}/{self.slug}.{form}")
        return parts.part(folder / f"{self.slug}.{form}")

    def whole(self) -> None:
        """Write what is held, and a table without rows where none had any, so that all of them are there."""
        self._write_held()
        nothing = {s.name: pa.table([pa.nulls(0, TYPES[c.type]) for c in s.columns], names=s.names) for s in TABLES}
        for name, table in nothing.items():
            if name not in self._writers:
                self._append(name, table)

    def __exit__(self, kind, error, trace) -> None:
        ours = [self.out / output for output in self.outputs]
        try:
            for writer in (one for writers in self._writers.values() for one in writers):
                # What has failed already is the fault to be said, not that the rest cannot be written either.
                with nullcontext() if kind is None else suppress(OSError):
                    writer.close()
            for file in ours if kind is None else ():
                kept.settle(parts.part(file), file)
            for folder in {file.parent for file in ours} if kind is None else ():
                kept.sync(folder)
        finally:
            for file in ours:
                parts.part(file).unlink(missing_ok=True)


def _repeats(field: pa.Field) -> bool:
    return pa.types.is_dictionary(field.type) or (pa.types.is_string(field.type) and field.name not in _UNIQUE)


def _plain(table: pa.Table) -> pa.Table:
    fields = [pa.field(f.name, f.type.value_type if pa.types.is_dictionary(f.type) else f.type) for f in table.schema]
    return table.cast(pa.schema(fields))


def _promised(table: pa.Table, schema) -> None:
    """Hold a block against its schema: names, types, required values; keys are whole by the way they are made."""
    for field, column, wanted in zip(table.schema, table.columns, schema.columns, strict=True):
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if field.name != wanted.name or kind != TYPES[wanted.type] or (wanted.required and column.null_count):
            raise SchemaError(f"{schema.name}.{wanted.name}", "is not as promised", "Report this with the file")


class Rules:
    """How often each rule was applied, with the first examples."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str, str], dict] = {}

    def add(self, entries: pa.Table) -> None:
        """Add entries of the record."""
        if not entries.num_rows:
            return
        counted = entries.group_by(list(_RULE), use_threads=False).aggregate([("_line", "count")])
        for row in counted.to_pylist():
            known = self._known.setdefault(tuple(row[name] for name in _RULE), {"count": 0, "examples": []})
            known["count"] += row["_line_count"]
        lacking = {key for key, known in self._known.items() if len(known["examples"]) < _EXAMPLES}
        if lacking:
            self._illustrate(entries, lacking)

    def _illustrate(self, entries: pa.Table, lacking: set) -> None:
        keys = zip(*(entries[name].to_pylist() for name in _RULE), strict=True)
        for number, key in enumerate(keys):
            if key not in lacking:
                continue
            row = entries.slice(number, 1).to_pylist()[0]
            examples = self._known[key]["examples"]
            examples.append({"line": row["_line"], "old": row["old"], "new": row["new"]})
            if len(examples) == _EXAMPLES:
                lacking.discard(key)
                if not lacking:
                    return

    def listed(self) -> list[dict]:
        """Return each rule with its column, count and first examples, sorted."""
        return [dict(zip(_RULE, key, strict=True)) | found for key, found in sorted(self._known.items())]

    def count(self, action: str) -> int:
        """Return how many entries say that something was ``changed``, ``set_aside`` or ``merged``."""
        return sum(found["count"] for (what, *_), found in self._known.items() if what == action)


def balanced(label: str, rows_in: int, kept: int, set_aside: int, merged: int) -> None:
    """Hold rows in against kept + set aside + merged.

    Raises
    ------
    CleaningError
        If they differ.
    """
    if rows_in != kept + set_aside + merged:
        raise CleaningError(
            label,
            f"{rows_in} releases and records came in, but {kept} were kept, {set_aside} set aside and {merged} merged",
            "Report this with the file",
        )
