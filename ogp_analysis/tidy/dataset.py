"""What a cleaner declares about its dataset, and the walk that every dataset takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ogp_analysis.base.conformance import cast, check
from ogp_analysis.base.errors import CleaningError, OgpAnalysisError, listed
from ogp_analysis.base.schema import TableSchema
from ogp_analysis.sources import raw
from ogp_analysis.tidy import raw_text
from ogp_analysis.tidy.invariants import Invariants, Sum, Tally, check_links, own_names
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, total

#: What is shown of a column name; one may be a whole page.
_LONG_NAME = 60


@dataclass(frozen=True)
class Input:
    """One raw file, or all raw files of one version, that a cleaner reads.

    Attributes
    ----------
    source, version : str
        The folder below ``data/raw``.
    files : str
        A glob inside that folder.
    header : int
        How many lines stand before the line with the column names.
    sheet : str
        Name of the sheet of a workbook; empty for the first, or for a text file.
    tables : tuple of str
        The tables it goes into, so that only sources in use are credited; empty for all.
    """

    source: str
    version: str
    files: str = "*.csv"
    header: int = 0
    sheet: str = ""
    tables: tuple[str, ...] = ()


def concatenate(parts: Iterable[Cleaned]) -> Cleaned:
    """Put the cleaned chunks of a dataset together; the ``finish`` of a dataset that needs nothing more.

    Raises
    ------
    CleaningError
        If there is no chunk.
    """
    parts = list(parts)
    if not parts:
        raise CleaningError("dataset", "no row of it was read", "Put its raw files in place again: ogp-analysis fetch")
    names = dict.fromkeys(name for part in parts for name in part.tables)
    tables = {n: pd.concat([p.tables[n] for p in parts if n in p.tables], ignore_index=True) for n in names}
    return Cleaned(tables, total([part.record for part in parts]))


@dataclass(frozen=True)
class Dataset:
    """A dataset: where it comes from, how it is cleaned, what it promises.

    Attributes
    ----------
    name : str
        Name of the dataset in ``data/processed``.
    title : str
        What it is, in one line.
    inputs : tuple of Input
        The raw files of the full edition.
    clean : callable
        ``clean(chunk, input) -> Cleaned``, pure; `chunk` is text with file and line.
    schemas : tuple of TableSchema
        One for each table.
    finish : callable
        ``finish(parts) -> Cleaned``: what needs the whole (duplicates, merges).
    invariants : Invariants
        What must hold between its tables and the raw files, beyond schemas and balance.
    """

    name: str
    title: str
    inputs: tuple[Input, ...]
    clean: Callable[[pd.DataFrame, Input], Cleaned]
    schemas: tuple[TableSchema, ...]
    finish: Callable[[Iterable[Cleaned]], Cleaned] = field(default=concatenate)
    invariants: Invariants = field(default_factory=Invariants)

    @property
    def sums(self) -> tuple[Sum, ...]:
        """The sums that its tables share with the raw files."""
        if self.invariants.sums is not None:
            return self.invariants.sums
        return own_names(self.schemas[0], self.invariants.unsummed) if len(self.schemas) == 1 else ()

    def schema(self, table: str) -> TableSchema:
        """Return the schema of one table.

        Raises
        ------
        CleaningError
            If the dataset has no such table.
        """
        found = {schema.name: schema for schema in self.schemas}
        if table not in found:
            raise CleaningError(f"{self.name}.{table}", "no schema of that name", "Tables are " + ", ".join(found))
        return found[table]


def raw_chunks(
    inputs: Iterable[Input], root_of: Callable[[Input], Path], sidecars: Path
) -> Iterator[tuple[Input, pd.DataFrame]]:
    """Yield every chunk of raw text that a dataset is made from, with the input it belongs to.

    Parameters
    ----------
    inputs : iterable of Input
        Of the dataset.
    root_of : callable
        Returns the folder, laid out like ``data/raw``, that holds the files of an input.
    sidecars : pathlib.Path
        Where the sidecars are.

    Raises
    ------
    SourceError, UnknownName
        As :func:`ogp_analysis.sources.raw.chunks`.
    """
    for item in inputs:
        place = root_of(item), item.source, item.version, item.files
        for chunk in raw.chunks(*place, header=item.header, sheet=item.sheet, sidecars=sidecars):
            yield item, chunk


def cleaned(dataset: Dataset, chunks: Iterable[tuple[Input, pd.DataFrame]]) -> Cleaned:
    """Clean all chunks of a dataset and hold the result against its promises.

    Parameters
    ----------
    dataset : Dataset
        What to clean.
    chunks : iterable of (Input, pandas.DataFrame)
        Raw text with file and line, and the input it belongs to.

    Raises
    ------
    CleaningError
        If the record does not balance, a table has no schema, or an invariant does not hold.
    SchemaError
        If a table does not keep its schema.
    """
    tally = Tally(dataset.sums)
    result = dataset.finish([_cleaned(dataset, source, chunk) for source, chunk in tally.watched(chunks)])
    for name in result.tables:
        dataset.schema(name)
    present = [schema for schema in dataset.schemas if schema.name in result.tables]
    tables = {s.name: promised(result.tables[s.name], s) for s in present}
    record = result.record.checked()
    tally.check(dataset.name, tables, record.entries)
    check_links(dataset.name, tables, dataset.invariants.links)
    return Cleaned(tables, record)


def _cleaned(dataset: Dataset, source: Input, chunk: pd.DataFrame) -> Cleaned:
    chunk, entries = raw_text.freed(chunk)
    file = str(chunk[FILE].iloc[0]) if len(chunk) else f"{source.source}/{source.version}/{source.files}"
    try:
        part = dataset.clean(chunk, source)
    except OgpAnalysisError as error:
        if error.where == raw_text.SOME_FILE:
            raise type(error)(file, error.what, error.action) from error
        raise error.within(file.partition(" [")[0]) from error
    except KeyError as error:
        if not (absent := _absent_columns(error, chunk)):
            raise
        present = [str(name)[:_LONG_NAME] for name in chunk.columns if name not in (FILE, LINE)]
        what = f"has no column {listed(absent)}, which is read from it; it has {listed(present)}"
        action = "Check the line of column names, and how many lines its cleaner says stand before it"
        raise CleaningError(file, what, action) from error
    return raw_text.noted(part, entries)


def _absent_columns(error: KeyError, chunk: pd.DataFrame) -> list[str]:
    """Return the raw columns for want of which a cleaner failed; none if it looked for something else.

    Only a look for columns of a frame counts: any other key that is not there is a fault of the cleaner.
    """
    trace = error.__traceback__
    while trace is not None and trace.tb_frame.f_globals.get("__name__") != "pandas.core.frame":
        trace = trace.tb_next
    if trace is None or trace.tb_frame.f_code.co_name != "__getitem__":
        return []
    key = trace.tb_frame.f_locals["key"]
    wanted = [key] if isinstance(key, str) else [name for name in key if isinstance(name, str)]
    return [name for name in wanted if name not in chunk.columns]


def promised(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """Return `frame` with the types of `schema`, sorted by its key and held against it."""
    frame = cast(frame, schema).sort_values(list(schema.key), kind="stable", ignore_index=True)
    return check(frame, schema)
