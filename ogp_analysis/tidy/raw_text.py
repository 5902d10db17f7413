"""What is done to the raw text of every chunk before its cleaner reads it, and the record of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.schema import FAULT
from ogp_analysis.base.text_column import bytes_of
from ogp_analysis.tidy.control_characters import CONTROL_CHARACTER, PATTERN, named, without
from ogp_analysis.tidy.record import FILE, LINE, Cleaned, Record, changed

#: How a cleaner names a file of which it sees no row.
SOME_FILE = "raw file"
#: Columns of the reader, and the JSON of a release, whose texts are freed once it is read.
_NOT_TEXT = (FILE, LINE, FAULT, "element")
#: Of the bytes of UTF-8, all control characters but one lie below the blank.
_FIRST_NO_CONTROL, _DELETE = 0x20, re.compile(b"\x7f")


def freed(chunk: pd.DataFrame) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return a chunk of raw text without control characters, and an entry of the record for each value that had one."""
    entries = []
    for name in chunk.columns.difference(_NOT_TEXT, sort=False):
        values = pa.array(chunk[name], pa.large_string(), from_pandas=True)
        signs = bytes_of(values)
        if not len(signs) or (signs.min() >= _FIRST_NO_CONTROL and not _DELETE.search(signs)):
            continue
        hits = pc.fill_null(pc.match_substring_regex(values, PATTERN), False)
        if not pc.any(hits).as_py():
            continue
        rows = pd.Series(hits.to_numpy(zero_copy_only=False), index=chunk.index)
        told = chunk[[FILE, LINE]].assign(**{name: chunk[name].where(~rows, chunk.loc[rows, name].map(named))})
        entries.append(changed(told, name, told[name].mask(rows, ""), CONTROL_CHARACTER))
        chunk = chunk.assign(**{name: chunk[name].where(~rows, chunk.loc[rows, name].map(without))})
    return chunk, entries


def noted(part: Cleaned, entries: list[pd.DataFrame]) -> Cleaned:
    """Return a cleaned chunk with entries of :func:`freed` on its record."""
    if not entries:
        return part
    record = part.record
    together = pd.concat([record.entries, *entries], ignore_index=True)
    return replace(part, record=Record(record.rows_in, record.kept, together))
