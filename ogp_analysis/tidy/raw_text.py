"""What is done to the raw text of every chunk before its cleaner reads it, and the record of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.schema import FAULT
from ogp_analysis.base.text_column import bytes_of
from ogp_analysis.tidy.record import FILE, LINE, NOT_USED, Cleaned, Record, changed

# Control characters in raw text: which they are, and texts without them.
# Tabs and ends of lines are layout, and stay. So do U+0080 to U+009F: where they stand in a published file they are
# signs of Windows-1252 that were read wrongly, which a rule of that file repairs.

CONTROL_CHARACTER = "control_character"
#: The rules of every chunk of raw text, and why; the layout of a file passes columns over.
CHANGES = {
    CONTROL_CHARACTER: (
        "A control character (U+0000 to U+001F, U+007F), which no text means and no CSV reader takes, is removed. The "
        "break of a line or page (U+000B, U+000C) becomes a blank. The record names the characters, not the text they "
        "stood in."
    ),
    NOT_USED: "A column that no table reads, with how many values it holds.",
}
#: In the notation of RE2, with which Arrow searches.
PATTERN = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F]"
_REMOVED = dict.fromkeys([*range(0x20), 0x7F]) | {0x0B: " ", 0x0C: " "}
for _layout in (0x09, 0x0A, 0x0D):
    del _REMOVED[_layout]


def without_controls(text: str) -> str:
    """Return a text without control characters."""
    return text.translate(_REMOVED)


def with_signs(text: str) -> str:
    """Return a text in which each control character is the sign that stands for it, so that no two texts become one."""
    return text.translate({code: 0x2421 if code == 0x7F else 0x2400 + code for code in _REMOVED})


def code_points(text: str) -> str:
    """Return the code points of the control characters in a text, each once, for the record."""
    return " ".join(f"U+{code:04X}" for code in sorted({ord(one) for one in text} & _REMOVED.keys()))


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
        told = chunk[[FILE, LINE]].assign(**{name: chunk[name].where(~rows, chunk.loc[rows, name].map(code_points))})
        entries.append(changed(told, name, told[name].mask(rows, ""), CONTROL_CHARACTER))
        chunk = chunk.assign(**{name: chunk[name].where(~rows, chunk.loc[rows, name].map(without_controls))})
    return chunk, entries


def noted(part: Cleaned, entries: list[pd.DataFrame]) -> Cleaned:
    """Return a cleaned chunk with entries of :func:`freed` on its record."""
    if not entries:
        return part
    record = part.record
    together = pd.concat([record.entries, *entries], ignore_index=True)
    return replace(part, record=Record(record.rows_in, record.kept, together))
