"""Tables of OCDS that ``ogp-analysis clean`` has left in a folder, read back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ogp_analysis.base import kept
from ogp_analysis.base.errors import SourceError
from ogp_analysis.procurement.datasets.ocds.schemas import TABLES

AGAIN = "Clean the files again: ogp-analysis clean"


def files_of(folder: Path, name: str) -> list[Path]:
    """Return the files of a cleaned table, in their order."""
    return sorted((folder / "parquet" / name).glob("[!.]*.parquet"))


def absent(folder: Path, name: str) -> SourceError:
    """Return the fault of a table that was not cleaned into the folder."""
    return SourceError(f"{folder.name}/parquet/{name}", "is not there", "Clean the files first: ogp-analysis clean")


@contextmanager
def reading(folder: Path, file: Path) -> Iterator[None]:
    """Say of a file of a cleaned table that it is a link, or cannot be read.

    Raises
    ------
    SourceError
        If it is not read, for one of these reasons.
    """
    place = file.relative_to(folder).as_posix()
    if link := kept.link_on_the_way(folder, place):
        raise SourceError(f"{folder.name}/{place}", f"is not read, because {link} is a link", AGAIN)
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        what = f"cannot be read as what `ogp-analysis clean` writes ({str(error)[:120]})"
        raise SourceError(f"{folder.name}/{place}", what, AGAIN) from error


def ocds_tables(folder: Path, columns: Mapping[str, Iterable[str]] | None = None) -> dict[str, pa.Table]:
    """Return tables of OCDS, texts as codes of their different words: a tenth of the memory that the texts would take.

    Parameters
    ----------
    folder : pathlib.Path
        The ``--out`` of ``ogp-analysis clean --as ocds``.
    columns : mapping of str to iterable of str, optional
        Which tables, and which columns of each beside ``ocid``; everything if not given.

    Returns
    -------
    dict of str to pyarrow.Table
        By name, in the order of the codebook.

    Raises
    ------
    SourceError
        If a table is not in the folder, or a file of it is a link or no Parquet file with these columns.
    """
    wanted = {schema.name: schema.names for schema in TABLES} if columns is None else columns
    return {
        schema.name: _read(Path(folder), schema.name, list(dict.fromkeys(["ocid", *wanted[schema.name]])))
        for schema in TABLES
        if schema.name in wanted
    }


def _read(folder: Path, name: str, columns: list[str]) -> pa.Table:
    if not files_of(folder, name):
        raise absent(folder, name)
    parts = []
    for file in files_of(folder, name):
        with reading(folder, file):
            with pq.ParquetFile(file, pre_buffer=False) as opened:
                texts = [one.name for one in opened.schema_arrow if pa.types.is_string(one.type)]
                if lacking := [name for name in columns if name not in opened.schema_arrow.names]:
                    raise pa.ArrowKeyError(f"it has no column {lacking[0]}")
            with pq.ParquetFile(file, pre_buffer=False, read_dictionary=texts) as opened:
                parts.append(opened.read(columns, use_threads=False))
            pa.concat_tables([part.slice(0, 0) for part in parts])
    return pa.concat_tables(parts)
