"""Tables that grow on the disk piece by piece, and are there only when they are whole."""

from __future__ import annotations

from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from ogp_analysis.base import kept
from ogp_analysis.base.spreadsheet import guarded_table
from ogp_analysis.procurement.own_files.parts import FORMS, part

RECORD = "record"


class Growing:
    """The Parquet and CSV files of one cleaning; on leaving without a fault they are moved into place.

    Parameters
    ----------
    out : pathlib.Path
        Folder below which ``parquet/<table>/`` and ``csv/<table>/`` lie.
    slug : str
        Name of the files, without ending.
    csv : bool
        Whether to write CSV too.

    Attributes
    ----------
    outputs : list of str
        Files, below `out`.
    """

    def __init__(self, out: Path, slug: str, csv: bool = True) -> None:
        self.out, self.slug, self.forms = out, slug, FORMS if csv else FORMS[:1]
        self.outputs: list[str] = []
        self._writers: dict[str, list] = {}

    def __enter__(self) -> Self:
        return self

    def options(self, schema: pa.Schema) -> dict:
        """Return how a table of this schema is written as Parquet."""
        # The lowest and highest of texts help no reader, and take a third of the time.
        told = [
            one.name for one in schema if not pa.types.is_string(one.type) and not pa.types.is_large_string(one.type)
        ]
        return {"compression": "zstd", "write_statistics": told}

    def plain(self, kind: pa.DataType) -> pa.DataType:
        """Return the type of a column in a CSV file: a moment is a day there."""
        return pa.date32() if pa.types.is_timestamp(kind) else kind

    def append(self, name: str, table: pa.Table) -> None:
        """Append rows to a table."""
        if name not in self._writers:
            self._writers[name] = self._opened(name, table.schema)
        parquet, *text = self._writers[name]
        parquet.write_table(table)
        for writer in text:
            writer.write_table(self._as_text(guarded_table(table)))

    def _as_text(self, table: pa.Table) -> pa.Table:
        return table.cast(pa.schema([pa.field(one.name, self.plain(one.type)) for one in table.schema]))

    def _opened(self, name: str, schema: pa.Schema) -> list:
        files = [f"{form}/{name}/{self.slug}.{form}" for form in self.forms]
        self.outputs += files
        parquet, *text = (part(self.out / file) for file in files)
        for file in (parquet, *text):
            file.parent.mkdir(parents=True, exist_ok=True)
        writers: list = [pq.ParquetWriter(parquet, schema, **self.options(schema))]
        for file in text:
            import pyarrow.csv as pcsv

            writers.append(pcsv.CSVWriter(file, self._as_text(schema.empty_table()).schema))
        return writers

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
