"""Counts of what a cleaning did, kept while its pieces pass."""

from __future__ import annotations

from collections import Counter
from functools import reduce

import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.procurement.own_files.cleaning_facts import COUNTS

_EXAMPLES = 3
_RULE = ("action", "rule", "column")
#: How a record says in one entry that a rule concerns all values of a column in a chunk.
_VALUES = r"^\((?P<n>\d+) values\)$"


class Rules:
    """How often each rule was applied, with the first examples.

    Attributes
    ----------
    entries : Counter
        Entries of the record by action: ``changed``, ``set_aside``, ``merged``.
    """

    def __init__(self) -> None:
        self.entries: Counter[str] = Counter()
        self._known: dict[tuple[str, str, str], dict] = {}

    def add(self, entries: pa.Table) -> None:
        """Add entries of the record."""
        if not entries.num_rows:
            return
        values = pc.struct_field(pc.extract_regex(entries["old"], _VALUES), "n")
        times = pc.fill_null(pc.cast(values, pa.int64()), 1)
        rules = entries.select(_RULE).append_column("n", times).group_by(list(_RULE), use_threads=False)
        for row in rules.aggregate([("n", "sum"), ("n", "count")]).to_pylist():
            key = tuple(row[name] for name in _RULE)
            self.entries[row["action"]] += row["n_count"]
            known = self._known.setdefault(key, {"count": 0, "examples": []})
            known["count"] += row["n_sum"]
            if (lacking := _EXAMPLES - len(known["examples"])) > 0:
                same = reduce(pc.and_, (pc.equal(entries[name], part) for name, part in zip(_RULE, key, strict=True)))
                first = entries.take(pc.indices_nonzero(same)[:lacking]).to_pylist()
                known["examples"] += [{"line": one["_line"], "old": one["old"], "new": one["new"]} for one in first]

    def listed(self) -> list[dict]:
        """Return each rule with its column, count and first examples, sorted."""
        return [dict(zip(_RULE, key, strict=True)) | found for key, found in sorted(self._known.items())]

    def example(self) -> str:
        """Return what was wrong with the first row that was set aside."""
        return next((one["examples"][0]["old"] for one in self.listed() if one["action"] == "set_aside"), "none")


def balanced(label: str, counts: dict[str, int], what: str, report: str) -> None:
    """Hold rows in against kept + set aside + merged.

    Raises
    ------
    CleaningError
        If they differ.
    """
    rows_in, kept, set_aside, merged = (counts[name] for name in COUNTS)
    if rows_in != kept + set_aside + merged:
        told = f"{rows_in} {what} came in, but {kept} were kept, {set_aside} set aside and {merged} merged"
        raise CleaningError(label, told, f"Report this with the {report}")
