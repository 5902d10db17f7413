"""A table that a command wrote for a reviewer, read back with what the reviewer wrote into it."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from ogp_analysis.base import spreadsheet
from ogp_analysis.base.errors import SourceError
from ogp_analysis.sources.delimited import opening, reading
from ogp_analysis.sources.frames import named
from ogp_analysis.sources.packed import tables

_FIRST_LINE = 2**16


def review_table(file: Path, name: str) -> pd.DataFrame:
    """Return key, verdict and note of a table of hits, as a spreadsheet may have saved it; of a workbook, one sheet.

    Raises
    ------
    SourceError
        If a column is not there any more, or a row is damaged: a verdict may stand in it.
    """
    wanted = ["key", "verdict", "note"]
    found, _ = tables(file, file.name)
    table = next((one for one in found if one.sheet == name), found[0])
    if table.is_workbook:
        head = opening.head(table.content, table.label, 1, sheet=table.sheet, is_workbook=True)
        opened = opening.opened(table.content, table.label, sheet=table.sheet, known=head)
    else:
        # Its first line tells how a text is to be read, since objects hold many signs of all kinds.
        encoding = opening.encoding_of(table.content, table.label)
        with table.content.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="") as stream:
            first = stream.readline(_FIRST_LINE)
        delimiter = max(",;\t|", key=first.count)
        (cells,) = csv.reader([first.strip("\r\n")], delimiter=delimiter) if first.strip() else ([],)
        columns = tuple(named(cells, table.label))
        opened = opening.TableFile(table.content, table.label, encoding, delimiter, columns, 1)
    if absent := [name for name in wanted if name not in opened.columns]:
        raise SourceError(file.name, f"has no column {absent[0]!r} any more", "Give the column its name back")
    pieces = list(reading.mended(opened))
    if damaged := [fault for piece in pieces for fault in piece["_fault"] if fault]:
        what = f"{len(damaged)} rows are damaged, for example {damaged[0]}, and a verdict may stand there"
        raise SourceError(file.name, what, "Mend the table, or save it again")
    frame = pd.concat([piece[wanted] for piece in pieces], ignore_index=True)
    return frame.fillna("").map(spreadsheet.unguarded)
