"""How an entry of a record is made up."""

from __future__ import annotations

from msgspec import Struct

from ogp_analysis.base.schema import FILE, LINE

#: What can happen to a raw row or value, other than being kept as it was.
ACTIONS = ("changed", "set_aside", "merged")
ENTRY_COLUMNS = [FILE, LINE, "action", "rule", "column", "old", "new"]
#: Rule for further lines of a header that was read as rows; a sidecar does not count them.
HEADER_RULE = "header_row"


class Rule(Struct, frozen=True, forbid_unknown_fields=True):
    """How often a rule changed a value, set a row aside or merged one, in one raw column of one folder.

    Attributes
    ----------
    folder : str
        ``source/version``.
    action, rule, column : str
        As in the record.
    count : int
        Entries of the record.
    place, old, new : str
        File and line of the first entry that may be shown, and what it says; empty if none may.
    """

    folder: str
    action: str
    rule: str
    column: str
    count: int
    place: str = ""
    old: str = ""
    new: str = ""
