"""Tables that grow on the disk chunk by chunk, and are there only when they are whole."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from pathlib import Path

from ogp_analysis.base import kept
from ogp_analysis.base.conformance import cast, check
from ogp_analysis.base.schema import TableSchema
from ogp_analysis.base.spreadsheet import guarded_table
from ogp_analysis.procurement.own_files.parts import FORMS, part
from ogp_analysis.tidy.record import Cleaned

RECORD = "record"


class Growing:
    """The Parquet and CSV files of one input; on leaving without a fault they are moved into place.

    Parameters
    ----------
    out : pathlib.Path
        Folder below which ``parquet/<table>/`` and ``csv/<table>/`` lie.
    slug : str
        Name of the files, without ending.
    schemas : tuple of TableSchema
        Promises of the tables; each chunk is held against them.
    """

    def __init__(self, out: Path, slug: str, schemas: tuple[TableSchema, ...]) -> None:
        self.out, self.slug, self.schemas = out, slug, schemas
        self.outputs: list[str] = []
        self._writers: dict[str, tuple] = {}

    def __enter__(self) -> Growing:
        return self

    def add(self, part: Cleaned) -> None:
        """Append a chunk.

        Raises
        ------
        SchemaError
            If a table does not keep its promise.
        """
        for schema in self.schemas:
            self._append(schema.name, check(cast(part.tables[schema.name], schema), schema))
        self._append(RECORD, part.record.entries)

    def _append(self, name: str, frame) -> None:
        import pyarrow as pa

        table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata(None)
        if name not in self._writers:
            self._writers[name] = self._opened(name, table.schema)
        parquet, text = self._writers[name]
        parquet.write_table(table)
        text.write_table(guarded_table(_days(table)))

    def _opened(self, name: str, schema) -> tuple:
        import pyarrow as pa
        import pyarrow.csv as pcsv
        import pyarrow.parquet as pq

        for form in FORMS:
            (self.out / form / name).mkdir(parents=True, exist_ok=True)
            self.outputs.append(f"{form}/{name}/{self.slug}.{form}")
        parquet, text = (part(self.out / output) for output in self.outputs[-2:])
        # The lowest and highest of texts help no reader, and take a third of the time.
        told = [
            field.name
            for field in schema
            if not (pa.types.is_string(field.type) or pa.types.is_large_string(field.type))
        ]
        writer = pq.ParquetWriter(parquet, schema, compression="zstd", write_statistics=told)
        return writer, pcsv.CSVWriter(text, _days(schema.empty_table()).schema)

    def __exit__(self, kind, error, trace) -> None:
        ours = [self.out / output for output in self.outputs]
        try:
            for writer in (one for writers in self._writers.values() for one in writers):
                # What has failed already is the fault to be said, not that the rest cannot be written either.
                with nullcontext() if kind is None else suppress(OSError):
                    writer.close()
            for file in ours if kind is None else ():
                kept.settle(part(file), file)
            for folder in {file.parent for file in ours} if kind is None else ():
                kept.sync(folder)
        finally:
            for file in ours:
                part(file).unlink(missing_ok=True)


def _days(table):
    """Return a table with its moments as days, as a CSV file shows them."""
    import pyarrow as pa

    fields = [pa.field(f.name, pa.date32() if pa.types.is_timestamp(f.type) else f.type) for f in table.schema]
    return table.cast(pa.schema(fields))
