"""Which rows were there before, kept across chunks with a few bytes a row instead of the rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from ogp_analysis.base.text_column import array_of

#: What is kept of a row: 32 bytes. ``key`` comes first in all orders.
ENTRY = np.dtype([("key", "<u8"), ("content", "<u8"), ("rest", "<u8"), ("line", "<i8")])


class Pieces(Protocol):
    """Where entries are kept: arrays of :data:`ENTRY`, each sorted by key. A list will do if all fits into memory."""

    def append(self, entries: np.ndarray, /) -> None:
        """Keep entries that are sorted by key."""

    def __iter__(self) -> Iterator[np.ndarray]:
        """Give back all that is kept, in arrays sorted by key."""


def key_bits(keys: pd.Series) -> np.ndarray:
    """Return 64 bits of each key. Two keys that share them share their numbers, and so stay apart."""
    texts = array_of(keys).cast(pa.large_binary()).to_numpy(zero_copy_only=False)
    return pd.util.hash_array(texts, categorize=False)


class Ledger:
    """Keys and contents of the rows seen so far.

    Parameters
    ----------
    pieces : Pieces
        Where they are kept; a list keeps them in memory.
    """

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces

    def enter(self, keys: np.ndarray, content: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Enter rows in order; say which repeat an earlier one, and number those that only share its key.

        Parameters
        ----------
        keys : numpy.ndarray
            The bits of the key. Rows of equal content must have equal keys.
        content : numpy.ndarray
            The bits of the content, from :func:`~ogp_analysis.procurement.datasets.fields.digests`.
        lines : numpy.ndarray
            Where the rows stand.

        Returns
        -------
        repeats : numpy.ndarray
            Line of the equal row that stands first, 0 for a row that repeats none.
        number : numpy.ndarray
            How many different rows with this key have come, this one included; from 1.
        """
        distinct, codes = np.unique(keys, return_inverse=True)
        rows = _Contents(content)
        before = np.zeros(len(distinct), "int64")
        for piece in self._pieces:
            counts, entries = _with(piece, distinct)
            before += counts
            rows.find(entries)
        repeats = rows.repeats(lines)
        first = repeats == 0
        within = pd.Series(first.astype("int64")).groupby(codes).cumsum().to_numpy()
        self._keep(keys[first], content[first], lines[first])
        return repeats, before[codes] + within

    def _keep(self, keys: np.ndarray, content: np.ndarray, lines: np.ndarray) -> None:
        order = np.argsort(keys, kind="stable")
        entries = np.empty(len(keys), ENTRY)
        entries["key"], entries["line"] = keys[order], lines[order]
        entries["content"], entries["rest"] = content[order, 0], content[order, 1]
        if len(entries):
            self._pieces.append(entries)


class _Contents:
    """The different contents of a chunk, and the lines on which they stood before."""

    def __init__(self, content: np.ndarray) -> None:
        self._bits, first, self._codes = np.unique(content[:, 0], return_index=True, return_inverse=True)
        self._first, self._rest = first, content[first, 1]
        #: Whether all bits agree with those of the row that stands for the content.
        self._same = content[:, 1] == self._rest[self._codes]
        self._lines = np.zeros(len(first), "int64")

    def find(self, entries: np.ndarray) -> None:
        """Look for the contents among entries of earlier rows."""
        if not len(entries) or not len(self._bits):
            return
        at = np.minimum(np.searchsorted(self._bits, entries["content"]), len(self._bits) - 1)
        equal = (self._bits[at] == entries["content"]) & (self._rest[at] == entries["rest"])
        self._lines[at[equal]] = entries["line"][equal]

    def repeats(self, lines: np.ndarray) -> np.ndarray:
        """Return for each row the line of the first equal one, 0 if it is the first itself."""
        earlier = self._lines[self._codes]
        inside = np.where(self._first[self._codes] == np.arange(len(lines)), 0, lines[self._first[self._codes]])
        return np.where(self._same, np.where(earlier > 0, earlier, inside), 0)


def _with(piece: np.ndarray, distinct: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return how many entries of a piece each of some sorted keys has, and these entries."""
    keys = np.ascontiguousarray(piece["key"])
    counts = np.zeros(len(distinct), "int64")
    some = slice(np.searchsorted(distinct, keys[0], "left"), np.searchsorted(distinct, keys[-1], "right"))
    start, end = (np.searchsorted(keys, distinct[some], side) for side in ("left", "right"))
    counts[some] = end - start
    known = end > start
    if not known.any():
        return counts, piece[:0]
    edges = np.zeros(len(keys) + 1, "int64")
    edges[start[known]] += 1
    edges[end[known]] -= 1
    return counts, piece[edges[:-1].cumsum() > 0]
