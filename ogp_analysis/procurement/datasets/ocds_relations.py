"""Which rows of a block belong to which: every row's process, its parent, and its place within the parent."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa

#: Which table's rows the rows of a table belong to.
PARENTS = {
    "tenders": "processes",
    "bids": "processes",
    "awards": "processes",
    "contracts": "processes",
    "parties": "processes",
    "tender_tenderers": "processes",
    "tenderers": "bids",
    "suppliers": "awards",
}
#: Whose the items of each section are.
WITH_ITEMS = ("processes", "awards", "contracts", "bids")


class Items(NamedTuple):
    """The items of all sections, in the order of the processes.

    Attributes
    ----------
    rows : numpy.ndarray
        Row of the columns ``items.…``: a list that several parents have is there once.
    process, section, parent, index : numpy.ndarray
        The process, the number of the section, the place of the parent in the process, and that in the parent.
    """

    rows: np.ndarray
    process: np.ndarray
    section: np.ndarray
    parent: np.ndarray
    index: np.ndarray


class Relations:
    """Relations of the tables of a block.

    Parameters
    ----------
    columns : dict of str to pyarrow.Array
        With the counts ``table#`` and those of items (see :mod:`.ocds_rows`).
    n : int
        Number of processes.

    Attributes
    ----------
    process, parent, index : dict of str to numpy.ndarray
        By table: the process of each row, the row of its parent, and its place within the parent.
    items : Items
        Those of all sections.
    """

    def __init__(self, columns: dict[str, pa.Array], n: int) -> None:
        self.process, self.index = {"processes": np.arange(n)}, {"processes": np.arange(n)}
        self.parent: dict[str, np.ndarray] = {}
        for table, parent in PARENTS.items():
            rows, self.index[table] = _spread(np.asarray(columns[table + "#"]))
            self.parent[table], self.process[table] = rows, self.process[parent][rows]
        self.process["items"] = np.asarray(columns["items@process"])
        self.items = self._items(columns)

    def _items(self, columns: dict[str, pa.Array]) -> Items:
        parts = []
        for section, table in enumerate(WITH_ITEMS):
            parent, index = _spread(np.asarray(columns[f"items#{section}"]))
            rows = np.asarray(columns[f"items@{section}"])[parent] + index
            place = np.zeros(len(parent), int) if table == "processes" else self.index[table][parent]
            parts.append((rows, self.process[table][parent], np.full(len(parent), section), place, index))
        whole = [np.concatenate(part) for part in zip(*parts, strict=True)]
        order = np.argsort(whole[1], kind="stable")
        return Items(*(part[order] for part in whole))

    def of_parent(self, table: str, above: str) -> np.ndarray:
        """Return for each row of a table the place of its parent."""
        return self.index[above][self.parent[table]]


def _spread(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the parent of each child, and its place among the parent's, from how many each parent has."""
    parents = np.repeat(np.arange(len(counts)), counts)
    return parents, np.arange(len(parents)) - np.repeat(np.cumsum(counts) - counts, counts)
