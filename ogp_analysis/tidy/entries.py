"""How an entry of a record is made up."""

from __future__ import annotations

from ogp_analysis.base.schema import FILE, LINE

ENTRY_COLUMNS = [FILE, LINE, "action", "rule", "column", "old", "new"]
#: Rule for further lines of a header that was read as rows; a sidecar does not count them.
HEADER_RULE = "header_row"
