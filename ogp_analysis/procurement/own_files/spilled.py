"""Sorted entries on the disk instead of in memory, read back a piece at a time."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

#: Most entries in memory at once, of each of two files while they are merged.
PIECE = 2**16


class Spilled:
    """Entries in files that have no name, so that nothing is left of them however the process ends.

    Every append makes a file of its own. Files of like size are merged, so that there are few of
    them and each entry is written again only a few times.

    Parameters
    ----------
    folder : pathlib.Path
        On the disk that has the room.
    field : str
        By which the entries of one append are sorted, and those of each piece that comes back.
    """

    def __init__(self, folder: Path, field: str = "key") -> None:
        self._folder, self._field = folder, field
        self._files: list[_File] = []

    def append(self, entries: np.ndarray, /) -> None:
        """Keep entries that are sorted."""
        self._files.append(_File(self._folder, [entries]))
        while len(self._files) > 1 and self._files[-2].count < 2 * self._files[-1].count:
            two, one = self._files.pop(), self._files.pop()
            self._files.append(_File(self._folder, _merged(iter(one), iter(two), self._field)))
            one.close()
            two.close()

    def __iter__(self) -> Iterator[np.ndarray]:
        for file in self._files:
            yield from file

    def close(self) -> None:
        """Give the room on the disk back."""
        while self._files:
            self._files.pop().close()


class _File:
    """Sorted entries in one file without a name."""

    def __init__(self, folder: Path, pieces: Iterable[np.ndarray]) -> None:
        self.count = 0
        self._stream = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115  it is closed by close()
        for piece in pieces:
            self._dtype = piece.dtype
            self._write(memoryview(np.ascontiguousarray(piece)).cast("B"))
            self.count += len(piece)

    def _write(self, left: memoryview) -> None:
        while len(left):
            left = left[self._stream.write(left) :]

    def __iter__(self) -> Iterator[np.ndarray]:
        size = self._dtype.itemsize * PIECE
        self._stream.seek(0)
        while block := self._stream.read(size):
            yield np.frombuffer(block, self._dtype)

    def close(self) -> None:
        self._stream.close()


def _merged(one: Iterator[np.ndarray], two: Iterator[np.ndarray], field: str) -> Iterator[np.ndarray]:
    """Yield the entries of two sorted runs of pieces, sorted, with one piece of each in memory."""
    left, right = next(one, None), next(two, None)
    while left is not None and right is not None:
        last = min(left[field][-1], right[field][-1])
        a, b = (int(np.searchsorted(np.ascontiguousarray(side[field]), last, "right")) for side in (left, right))
        both = np.concatenate([left[:a], right[:b]])
        yield both[np.argsort(both[field], kind="stable")]
        left = left[a:] if a < len(left) else next(one, None)
        right = right[b:] if b < len(right) else next(two, None)
    for rest, more in ((left, one), (right, two)):
        if rest is not None:
            yield rest
            yield from more
