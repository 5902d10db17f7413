"""Records of any raw file as data frames: text in every column, each record with its file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

import numpy as np
import pandas as pd
import pyarrow as pa

from ogp_analysis.base.errors import SourceError, listed
from ogp_analysis.base.schema import FAULT, FILE, LINE
from ogp_analysis.data.sources.sidecar import Columns


def named(cells: Sequence[str], where: str) -> list[str]:
    """Return names of columns for the cells of a header; blank and repeated ones are kept apart, as pandas does.

    A cell without a name is ``Unnamed: <position from 0>``, a second column of the same name gets ``.1``.

    Raises
    ------
    SourceError
        If there is no cell, or a column has a name that the reader adds.
    """
    if not cells:
        raise SourceError(where, "there is no line with column names here", "Correct the number of lines before it")
    names: list[str] = []
    for position, cell in enumerate(cells):
        name = wanted = cell or f"Unnamed: {position}"
        number = 0
        while name in names or (number and name in cells):
            number += 1
            name = f"{wanted}.{number}"
        names.append(name)
    if taken := [name for name in names if name in (FILE, LINE, FAULT)]:
        raise SourceError(where, f"columns are called {listed(taken)}, which this reader adds", "Rename them")
    return names


def frame(names: Sequence[str], columns: Iterable, label: str, lines, faults=None) -> pd.DataFrame:
    """Return a chunk of raw text.

    Parameters
    ----------
    names : sequence of str
        Of the columns.
    columns : iterable of sequence of str
        Their cells, as sequences or as Arrow has them.
    label : str
        How ``_file`` names the file.
    lines : sequence of int
        On which each record starts.
    faults : sequence of str, optional
        What is wrong with each; ``""`` if nothing is with any of them. Without, there is no column of faults.
    """
    arrays = (one if isinstance(one, pa.ChunkedArray) else pa.array(one, pa.large_string()) for one in columns)
    cells = {name: pd.array(array, dtype="str") for name, array in zip(names, arrays, strict=True)}
    cells[FILE] = repeated(label, len(lines))
    cells[LINE] = np.asarray(lines, dtype="int64")
    if faults is not None:
        cells[FAULT] = (
            repeated("", len(lines)) if faults == "" else pd.array(pa.array(faults, pa.large_string()), dtype="str")
        )
    return pd.DataFrame(cells, copy=False)


def repeated(text: str, count: int):
    """Return a column of one text, so many times."""
    return pd.array(pa.repeat(pa.scalar(text, pa.large_string()), count), dtype="str")


def of_records(
    records: Iterator[tuple[int, list[str]]],
    label: str,
    place: str,
    rows: int,
    *,
    header: bool = True,
    short_lines: Sequence[int] = (),
    before: int = 0,
    wanted: Columns | None = None,
    cut_off: bool = False,
) -> Iterator[pd.DataFrame]:
    """Yield records in chunks of at most `rows`; without records, one empty chunk.

    Parameters
    ----------
    records : iterator of (int, list of str)
        Line and cells; the names of the columns first.
    label, place : str
        The file as errors and as ``_file`` name it.
    rows : int
        Most rows in a chunk.
    header : bool
        Whether the first record holds the names of the columns; without, they are numbered.
    short_lines : sequence of int
        Lines that lack trailing cells at the source; the cells are read as empty.
    before : int
        How many lines stand before the first record.
    wanted : callable, optional
        Given the names of all columns, returns those that are kept.
    cut_off : bool
        Whether the last record may be cut off: it is blank then, and a column of faults says so.

    Raises
    ------
    SourceError
        If a record has too many or too few cells; names the line.
    """
    line, cells = next(records, (before + 1, []))
    names = named(cells if header else [""] * len(cells), f"{label}, line {line}")
    if not header:
        records = chain([(line, cells)], records)
    kept = list(dict.fromkeys(wanted(names))) if wanted else names
    positions = [names.index(name) for name in kept]

    faults: dict[int, str] = {}

    def checked() -> Iterator[tuple[int, list[str]]]:
        for line, cells in records:
            if len(cells) < len(names) and line in short_lines:
                cells = cells + [""] * (len(names) - len(cells))
            elif cut_off and len(cells) < len(names) and next(records, None) is None:
                faults[line], cells = f"line {line}: {len(cells)} cells instead of {len(names)}", [""] * len(names)
            elif len(cells) != len(names):
                what = f"the record has {len(cells)} cells, the header {len(names)}"
                action = "Download the file again if it was cut off; else correct encoding, delimiter and header"
                raise SourceError(f"{label}, line {line}", what, action)
            yield line, [cells[position] for position in positions] if wanted else cells

    rest = checked()
    chunks = iter(lambda: list(islice(rest, rows)), [])
    for chunk in chain([next(chunks, [])], chunks):
        columns = zip(*(cells for _, cells in chunk), strict=True) if chunk else [()] * len(kept)
        lines = [line for line, _ in chunk]
        yield frame(kept, columns, place, lines, [faults.get(line, "") for line in lines] if cut_off else None)
