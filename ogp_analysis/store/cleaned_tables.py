"""Tables of OCDS that ``ogp-analysis clean`` has left in a folder, read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ogp_analysis.cleaning.procurement.ocds_schemas import TABLES
from ogp_analysis.errors import SourceError


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
        If a table is not in the folder.
    """
    wanted = {schema.name: schema.names for schema in TABLES} if columns is None else columns
    return {
        schema.name: _read(Path(folder), schema.name, list(dict.fromkeys(["ocid", *wanted[schema.name]])))
        for schema in TABLES
        if schema.name in wanted
    }


def _read(folder: Path, name: str, columns: list[str]) -> pa.Table:
    files = sorted((folder / "parquet" / name).glob("*.parquet"))
    if not files:
        raise SourceError(f"{folder.name}/parquet/{name}", "is not there", "Clean the files first: ogp-analysis clean")
    parts = []
    for file in files:
        with pq.ParquetFile(file, pre_buffer=False) as opened:
            texts = [one.name for one in opened.schema_arrow if pa.types.is_string(one.type)]
        with pq.ParquetFile(file, pre_buffer=False, read_dictionary=texts) as opened:
            parts.append(opened.read(columns, use_threads=False))
    return pa.concat_tables(parts)
