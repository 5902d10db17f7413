"""Which rows were there before, kept across chunks with a few bytes a row instead of the rows."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

_SEPARATOR = "\x1f"


def digests(frame: pd.DataFrame) -> np.ndarray:
    """Return 128 bits of each row's text as two columns of numbers; rows of equal cells have equal bits."""
    columns = [pa.array(frame[name], pa.large_string()) for name in frame.columns]
    joined = pc.binary_join_element_wise(*columns, pa.scalar(_SEPARATOR, pa.large_string()), null_handling="replace")
    made = b"".join([blake2b(text.encode(), digest_size=16).digest() for text in joined.to_pylist()])
    return np.frombuffer(made, dtype="<u8").reshape(-1, 2)


class Ledger:
    """Keys and contents of the rows seen so far: 36 bytes a row."""

    def __init__(self) -> None:
        self._content, self._rest = np.empty(0, "<u8"), np.empty(0, "<u8")
        self._lines = np.empty(0, "int64")
        self._keys, self._counts = np.empty(0, "<u8"), np.empty(0, "int32")

    def enter(self, keys: np.ndarray, content: np.ndarray, lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Enter rows in order; say which repeat an earlier one, and number those that only share its key.

        Parameters
        ----------
        keys : numpy.ndarray
            The first 64 bits of :func:`digests` of the key. Two keys that share them would share
            their numbers, and stay apart by themselves.
        content : numpy.ndarray
            All bits of the digests of the rows.
        lines : numpy.ndarray
            Where the rows stand.

        Returns
        -------
        repeats : numpy.ndarray
            Line of the equal row that stands first, 0 for a row that repeats none.
        number : numpy.ndarray
            How many different rows with this key have come, this one included; from 1.
        """
        repeats = self._repeats(content, lines)
        first = repeats == 0
        new = np.argsort(content[first, 0], kind="stable")
        at = np.searchsorted(self._content, content[first, 0][new])
        self._rest = np.insert(self._rest, at, content[first, 1][new])
        self._lines = np.insert(self._lines, at, lines[first][new])
        self._content = np.insert(self._content, at, content[first, 0][new])
        return repeats, self._numbers(keys, first)

    def _repeats(self, content: np.ndarray, lines: np.ndarray) -> np.ndarray:
        at, there = _places(self._content, content[:, 0])
        if len(self._rest):
            there &= self._rest[at] == content[:, 1]
        repeats = np.zeros(len(content), "int64")
        repeats[there] = self._lines[at[there]]
        codes, firsts = _first_of_each(content[:, 0])
        same = content[firsts[codes], 1] == content[:, 1]
        inside = (repeats == 0) & same & (firsts[codes] != np.arange(len(content)))
        repeats[inside] = lines[firsts[codes]][inside]
        return repeats

    def _numbers(self, keys: np.ndarray, first: np.ndarray) -> np.ndarray:
        at, there = _places(self._keys, keys)
        before = np.zeros(len(keys), "int64")
        before[there] = self._counts[at[there]]
        codes, firsts = _first_of_each(keys)
        within = pd.Series(first.astype("int64")).groupby(codes).cumsum().to_numpy()
        totals = np.bincount(codes, weights=first, minlength=len(firsts)).astype("int32")
        known = there[firsts]
        self._counts[at[firsts][known]] += totals[known]
        new, counts = keys[firsts][~known], totals[~known]
        order = np.argsort(new, kind="stable")
        place = np.searchsorted(self._keys, new[order])
        self._counts = np.insert(self._counts, place, counts[order])
        self._keys = np.insert(self._keys, place, new[order])
        return before + within


def _places(known: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where each of `wanted` stands in `known`, which is sorted, and whether it does."""
    if not len(known):
        return np.zeros(len(wanted), "int64"), np.zeros(len(wanted), "bool")
    at = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return at, known[at] == wanted


def _first_of_each(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return a number for each value, in order of appearance, and where each number comes first."""
    codes, _ = pd.factorize(values)
    highest = np.maximum.accumulate(codes) if len(codes) else codes
    return codes, np.flatnonzero(np.diff(highest, prepend=-1) > 0)
