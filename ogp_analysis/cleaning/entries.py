"""How an entry of a record is made up, and the columns by which rows are found again in their files."""

from __future__ import annotations

#: Columns that every raw chunk carries beside its own: where a row stands in the file it came from.
FILE, LINE = "_file", "_line"
#: What can happen to a raw row or value, other than being kept as it was.
ACTIONS = ("changed", "set_aside", "merged")
ENTRY_COLUMNS = [FILE, LINE, "action", "rule", "column", "old", "new"]
#: Rule for further lines of a header that was read as rows; a sidecar does not count them.
HEADER_RULE = "header_row"
