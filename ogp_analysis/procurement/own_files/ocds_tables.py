"""Tables of OCDS that are written block by block, and appear under their names only when they are whole."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

from ogp_analysis.base.errors import SchemaError
from ogp_analysis.procurement.datasets.ocds.schemas import TABLES
from ogp_analysis.procurement.datasets.ocds.tables import TYPES
from ogp_analysis.procurement.own_files.growing import RECORD, Again, Growing

#: Columns of whose values most are there once.
_UNIQUE = (
    *("ocid", "release_id", "tender_id", "bid_id", "award_id", "contract_id", "tenderer_id", "tenderer_name"),
    *("supplier_id", "supplier_name", "party_id", "party_name", "identifier_id"),
)
#: Blocks of a row group: fewer and larger ones are read faster, and take less to describe, memory included.
_BLOCKS = 2


class Tables(Growing):
    """The files of a cleaning; CSV takes as long again as all the rest.

    Attributes
    ----------
    rows : dict of str to int
        Rows of each table.
    """

    def __init__(self, out: Path, slug: str, csv: bool) -> None:
        super().__init__(out, slug, csv)
        self.rows = {schema.name: 0 for schema in TABLES}
        self._held: dict[str, list[pa.Table]] = {}

    def options(self, first: pa.Table) -> dict:
        """Return how a table is written: looking for repetitions among values that do not repeat saves nothing."""
        texts = [one.name for one in first.schema if pa.types.is_string(one.type) and one.name not in _UNIQUE]
        coded = [one.name for one in first.schema if pa.types.is_dictionary(one.type)]
        options = {"compression": "zstd", "compression_level": 1, "store_schema": False, "write_statistics": False}
        return options | {"use_dictionary": [*texts, *coded]}

    def plain(self, kind: pa.DataType) -> pa.DataType:
        """Return the type of a column in a CSV file, where texts are not coded."""
        return kind.value_type if pa.types.is_dictionary(kind) else kind

    def add(self, tables: Mapping[str, pa.Table], entries: pa.Table) -> None:
        """Append a block.

        Raises
        ------
        SchemaError
            If a table does not keep its promise.
        """
        for schema in TABLES if tables else ():
            table = tables[schema.name]
            # Keys are whole by the way they are made.
            for field, column, wanted in zip(table.schema, table.columns, schema.columns, strict=True):
                kind = self.plain(field.type)
                if field.name != wanted.name or kind != TYPES[wanted.type] or (wanted.required and column.null_count):
                    where = f"{schema.name}.{wanted.name}"
                    raise SchemaError(where, "does not match its schema", "Report this with the file")
            self.rows[schema.name] += table.num_rows
            self._held.setdefault(schema.name, []).append(table)
        self._held.setdefault(RECORD, []).append(entries)
        if len(self._held[RECORD]) == _BLOCKS:
            self._write_held()

    def _write_held(self) -> None:
        held, self._held = self._held, {}
        for name, tables in held.items():
            self.append({name: pa.concat_tables(tables).unify_dictionaries()})

    def whole(self, again: Again | None = None) -> None:
        """Write what is held, and a table without rows where none had any, so that all of them are there."""
        self._write_held()
        for schema in TABLES:
            if schema.name not in self._writers:
                nothing = [pa.nulls(0, TYPES[column.type]) for column in schema.columns]
                self.append({schema.name: pa.table(nothing, names=schema.names)})
        super().whole(again)
