"""Counts of what a cleaning did, kept while its chunks pass."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.tidy.record import Cleaned

_EXAMPLES = 3
#: How a record says in one entry that a rule concerns all values of a column in a chunk.
_VALUES = r"\((\d+) values\)"


class Tally:
    """Rows, rules with counts and examples, and sizes of tables, added up over chunks.

    Attributes
    ----------
    balance : dict of str to int
        ``rows_in``, ``kept``, ``set_aside``, ``merged``, ``changed``.
    tables : dict of str to int
        Rows of each table.
    generations : set of str
        Layouts that occurred.
    """

    def __init__(self) -> None:
        self.balance = dict.fromkeys(("rows_in", "kept", "set_aside", "merged", "changed"), 0)
        self.tables: dict[str, int] = {}
        self.generations: set[str] = set()
        self._rules: dict[tuple[str, str, str], dict] = {}

    def add(self, part: Cleaned) -> None:
        """Add a chunk."""
        self.balance["rows_in"] += sum(part.record.rows_in.values())
        self.balance["kept"] += sum(part.record.kept.values())
        for name, table in part.tables.items():
            self.tables[name] = self.tables.get(name, 0) + len(table)
            self.generations |= set(table["generation"].unique())
        for (action, rule, column), entries in part.record.entries.groupby(["action", "rule", "column"], sort=True):
            self.balance[action] += len(entries)
            known = self._rules.setdefault((action, rule, column), {"count": 0, "examples": []})
            known["count"] += _times(entries["old"])
            wanted = entries.head(_EXAMPLES - len(known["examples"]))
            known["examples"] += [
                {"line": int(line), "old": str(old), "new": str(new)}
                for line, old, new in zip(wanted["_line"], wanted["old"], wanted["new"], strict=True)
            ]

    def rules(self) -> list[dict]:
        """Return each rule with its column, count and first examples, sorted."""
        keys = ("action", "rule", "column")
        return [dict(zip(keys, key, strict=True)) | found for key, found in sorted(self._rules.items())]

    def example(self) -> str:
        """Return what was wrong with the first row that was set aside."""
        for (action, *_), found in sorted(self._rules.items()):
            if action == "set_aside":
                return found["examples"][0]["old"]
        return "none"

    def checked(self, label: str) -> dict[str, int]:
        """Return the balance if rows in = kept + set aside + merged.

        Raises
        ------
        CleaningError
            If it is not.
        """
        b = self.balance
        if b["rows_in"] != b["kept"] + b["set_aside"] + b["merged"]:
            raise CleaningError(
                label,
                f"{b['rows_in']} rows came in, but {b['kept']} were kept, {b['set_aside']} set aside and "
                f"{b['merged']} merged",
                "Report this with the layout of the file",
            )
        return b


def _times(old: pd.Series) -> int:
    """Return how many values some entries are about."""
    values = old.astype("str").str.extract(f"^{_VALUES}$", expand=False)
    return int(pd.to_numeric(values).fillna(1).sum())
