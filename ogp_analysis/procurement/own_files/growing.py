"""Tables that are written piece by piece, and appear under their names only when they are whole."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import ExitStack, nullcontext, suppress
from pathlib import Path
from typing import Protocol, Self

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from ogp_analysis.base import kept
from ogp_analysis.base.spreadsheet import guarded_table

# Files that are written under a temporary name and renamed when they are whole.

FORMS = ("parquet", "csv")
#: Begins the name of a folder for blocks that are ready before it is their turn.
SPOOL = ".blocks-"


def part(file: Path) -> Path:
    """Return where a file stands while it is written."""
    return file.with_name(f".{file.name}.part")


def remove(out: Path) -> None:
    """Remove the files that a killed process left half written below `out`, whose folders are not links."""
    for left in (*(file for form in FORMS for file in out.glob(f"{form}/*/.*.part")), *out.glob("runs/.*.new")):
        left.unlink()
    for folder in out.glob(f"{SPOOL}*/"):
        shutil.rmtree(folder, ignore_errors=True)


RECORD = "record"
#: So many of the first rows show whether the values of a column repeat.
_LOOKED_AT = 10_000
#: Values that are handed to the writer of Parquet at once; by default a thousand, which takes a tenth longer.
_AT_ONCE = 2**15


class Again(Protocol):
    """A second look at tables when all of them are there: see :class:`.masking_again.MaskingAgain`."""

    last: tuple[str, ...]

    def piece(self, name: str, table: pa.Table) -> tuple[pa.Table, bool]:
        """Return a piece of a table as it is written, and whether that is another than it was."""

    def rest(self, name: str, schema: pa.Schema) -> pa.Table:
        """Return rows that come to a table behind all others."""


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
        self._options: dict[str, dict] = {}
        self._is_whole = False

    def __enter__(self) -> Self:
        return self

    def options(self, first: pa.Table) -> dict:
        """Return how a table is written as Parquet, as its first rows show."""
        # The lowest and highest of texts help no reader, and take a third of the time.
        told = [one.name for one in first.schema if one.type not in (pa.string(), pa.large_string())]
        # A dictionary of keys and titles, most of which are there once, is as long as they are, and dear to make.
        top = first.slice(0, _LOOKED_AT)
        coded = [
            name
            for name, cells in zip(top.column_names, top.columns, strict=True)
            if 2 * pc.count_distinct(cells).as_py() <= len(cells) - cells.null_count or cells.null_count == len(cells)
        ]
        return {
            "compression": "zstd",
            "write_statistics": told,
            "use_dictionary": coded,
            "write_batch_size": _AT_ONCE,
        }

    def plain(self, kind: pa.DataType) -> pa.DataType:
        """Return the type of a column in a CSV file: a moment is a day there."""
        return pa.date32() if pa.types.is_timestamp(kind) else kind

    def append(self, pieces: Mapping[str, pa.Table]) -> None:
        """Append rows to tables, by name."""
        for name, table in pieces.items():
            if name not in self._writers:
                self._writers[name] = self._opened(name, table)
            self._writers[name][0].write_table(table)

    def whole(self, again: Again | None = None) -> None:
        """Write CSV, when all rows are there; and Parquet once more where a second look changes a table.

        Parameters
        ----------
        again : Again, optional
            Takes that look at each piece.
        """
        self._is_whole = True
        order = [*(again.last if again else ())]
        for name in sorted(self._writers, key=lambda name: order.index(name) if name in order else -1):
            parquet, *text = self._writers[name]
            parquet.close()
            if again or text:
                self._look_again(name, again, text)

    def _look_again(self, name: str, again: Again | None, text: list[pa.OSFile]) -> None:
        file = part(self.out / f"parquet/{name}/{self.slug}.parquet")
        with ExitStack() as opened:
            reader = opened.enter_context(pq.ParquetFile(file, pre_buffer=False))
            other = file.with_name(f".again{file.name}")
            opened.callback(other.unlink, missing_ok=True)
            writer, pool = None, pa.default_memory_pool()
            for at in range(reader.num_row_groups + 1):
                if at < reader.num_row_groups:
                    piece = reader.read_row_group(at, use_threads=False)
                    piece, is_other = again.piece(name, piece) if again else (piece, False)
                else:
                    piece = again.rest(name, reader.schema_arrow) if again else reader.schema_arrow.empty_table()
                    is_other = bool(piece.num_rows)
                if is_other and writer is None:
                    writer = pq.ParquetWriter(other, reader.schema_arrow, **self._options[name])
                    opened.enter_context(writer)
                    for before in range(at):
                        writer.write_table(reader.read_row_group(before, use_threads=False))
                if writer and piece.num_rows:
                    writer.write_table(piece)
                for stream in text if piece.num_rows else ():
                    self._write_text(piece, stream)
                # Nothing of a piece stays in memory while the next is read.
                del piece
                pool.release_unused()
            if writer:
                writer.close()
                other.replace(file)
            for stream in text:
                stream.close()

    def _write_text(self, piece: pa.Table, stream: pa.OSFile) -> None:
        # A writer that stays open would keep the columns of the piece before in memory; one without a header would
        # begin with whatever is in memory if the first batch has no rows.
        for batch in self._as_text(guarded_table(piece)).to_batches():
            if len(batch):
                pcsv.write_csv(batch, stream, pcsv.WriteOptions(include_header=False))

    def rename(self, slug: str) -> None:
        """Give the files, which nobody has seen yet, another name."""
        renamed = [file.replace(f"/{self.slug}.", f"/{slug}.") for file in self.outputs]
        for old, new in zip(self.outputs, renamed, strict=True):
            part(self.out / old).replace(part(self.out / new))
        self.slug, self.outputs = slug, renamed

    def _as_text(self, table: pa.Table) -> pa.Table:
        return table.cast(pa.schema([pa.field(one.name, self.plain(one.type)) for one in table.schema]))

    def _opened(self, name: str, first: pa.Table) -> list:
        files = [f"{form}/{name}/{self.slug}.{form}" for form in self.forms]
        self.outputs += files
        parquet, *text = (part(self.out / file) for file in files)
        for file in (parquet, *text):
            file.parent.mkdir(parents=True, exist_ok=True)
        self._options[name] = self.options(first)
        writers: list = [pq.ParquetWriter(parquet, first.schema, **self._options[name])]
        for file in text:
            writers.append(pa.OSFile(str(file), "wb"))
            pcsv.write_csv(self._as_text(first.schema.empty_table()), writers[-1])
        return writers

    def __exit__(self, kind, error, trace) -> None:
        ours = [self.out / output for output in self.outputs]
        try:
            if kind is None and not self._is_whole:
                self.whole()
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
