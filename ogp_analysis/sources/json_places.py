"""Elements read from their places in files: those of a few groups at a time, with few and large reads."""

from __future__ import annotations

import io
import os
import shutil
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

import numpy as np

from ogp_analysis.base.errors import SourceError
from ogp_analysis.sources.unpacking import Content

#: Files that are open at once.
_OPEN = 32
#: Most bytes of one read, and how much of them may be of no use.
_WINDOW, _USELESS = 16 * 2**20, 0.5

#: An element as it is read: its bytes, the number of its file, and which of the file's elements it is, from 1.
Read = tuple[memoryview, int, int]


class Places(NamedTuple):
    """Where the elements of some groups stand, group after group.

    Attributes
    ----------
    sizes : numpy.ndarray
        How many elements each group has.
    files, starts, ends, numbers : numpy.ndarray
        Of each element: the number of its file, its first byte, the one after its last, and which of the file's
        elements it is, from 1.
    """

    sizes: np.ndarray
    files: np.ndarray
    starts: np.ndarray
    ends: np.ndarray
    numbers: np.ndarray

    def parts(self, size: int) -> Iterable[Places]:
        """Yield the places of at most `size` groups at a time."""
        until = np.cumsum(self.sizes)
        for first in range(0, len(self.sizes), size):
            last = min(first + size, len(self.sizes))
            some = slice(int(until[first] - self.sizes[first]), int(until[last - 1]))
            yield Places(self.sizes[first:last], *(one[some] for one in self[1:]))


class Streams:
    """Files that elements are read from.

    What is packed is unpacked into files without a name, so that nothing is left of them however the process ends.

    Parameters
    ----------
    folder : pathlib.Path
        On the disk that has room for what is unpacked.

    Attributes
    ----------
    labels : list of str
        How errors name the files, by number.
    """

    def __init__(self, folder: Path) -> None:
        self.labels: list[str] = []
        self._contents: list[Content] = []
        self._streams: OrderedDict[int, BinaryIO] = OrderedDict()
        self._unpacked: dict[int, BinaryIO] = {}
        self._folder = folder

    @classmethod
    def of(cls, labels: list[str], paths: list[str]) -> Streams:
        """Return the files that another process has open, as :meth:`paths` names them."""
        made = cls(Path())
        made.labels, made._contents = labels, [Path(path) for path in paths]
        return made

    def add(self, label: str, content: Content) -> BinaryIO:
        """Add a file, unpacked if it is packed, and return it from its beginning."""
        self.labels.append(label)
        self._contents.append(content)
        return self._opened(len(self.labels) - 1)

    def drop(self) -> None:
        """Take the file that came last away again."""
        number = len(self.labels) - 1
        for open_ones in (self._streams, self._unpacked):
            if number in open_ones:
                open_ones.pop(number).close()
        del self.labels[number:], self._contents[number:]

    def paths(self) -> list[str] | None:
        """Return names by which another process can open the same files, None if there is one that has none."""
        if self._unpacked and not sys.platform.startswith("linux"):
            return None
        opened = {number: f"/proc/{os.getpid()}/fd/{stream.fileno()}" for number, stream in self._unpacked.items()}
        return [opened.get(number) or str(Path(one).absolute()) for number, one in enumerate(self._contents)]

    def whole(self, number: int) -> BinaryIO:
        """Return a file from its beginning."""
        stream = self._stream(number)
        stream.seek(0)
        return stream

    def take(self, places: Places) -> list[list[Read]]:
        """Return the elements of each group."""
        windows: dict[int, tuple[memoryview, int]] = {}
        for file in np.unique(places.files).tolist():
            own = places.files == file
            starts, ends = places.starts[own], places.ends[own]
            first, last = int(starts.min()), int(ends.max())
            # All bytes from the first element to the last, unless they are many, or mostly others' bytes.
            if last - first <= _WINDOW and last - first <= int((ends - starts).sum()) / _USELESS:
                windows[file] = memoryview(self._bytes(file, first, last)), first
        read = []
        for file, start, end, number in zip(*(one.tolist() for one in places[1:]), strict=True):
            if file in windows:
                window, first = windows[file]
                read.append((window[start - first : end - first], file, number))
            else:
                read.append((memoryview(self._bytes(file, start, end)), file, number))
        until = np.cumsum(places.sizes).tolist()
        return [read[last - size : last] for last, size in zip(until, places.sizes.tolist(), strict=True)]

    def packed(self, places: Places) -> tuple[Places, bytes]:
        """Return the elements at some places as bytes that can be sent, and where in these each of them stands."""
        elements = [element for group in self.take(places) for element, _, _ in group]
        ends = np.cumsum([len(element) for element in elements], dtype=np.int64)
        starts = ends - np.fromiter(map(len, elements), np.int64, len(elements))
        return places._replace(starts=starts, ends=ends), b"".join(elements)

    @classmethod
    def sent(cls, labels: list[str], elements: bytes) -> Streams:
        """Return what :meth:`packed` has put together, where the files themselves are not."""
        made = cls(Path())
        made.labels, stream = labels, io.BytesIO(elements)
        made._streams = OrderedDict.fromkeys(range(len(labels)), stream)
        return made

    def _bytes(self, file: int, start: int, end: int) -> bytes:
        stream = self._stream(file)
        stream.seek(start)
        read = stream.read(end - start)
        if len(read) != end - start:
            raise SourceError(self.labels[file], "changed while it was read", "Try again when it is whole")
        return read

    def _stream(self, number: int) -> BinaryIO:
        if number in self._unpacked:
            return self._unpacked[number]
        if number in self._streams:
            self._streams.move_to_end(number)
            return self._streams[number]
        return self._opened(number)

    def _opened(self, number: int) -> BinaryIO:
        content = self._contents[number]
        if isinstance(content, Path):
            stream = self._streams[number] = content.open("rb")
            if len(self._streams) > _OPEN:
                self._streams.popitem(last=False)[1].close()
            return stream
        stream = self._unpacked[number] = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
        with content.open("rb") as inside:
            shutil.copyfileobj(inside, stream, 2**20)
        stream.seek(0)
        return stream

    def close(self) -> None:
        """Close all files, and free the space of those that were unpacked."""
        for open_ones in (self._streams, self._unpacked):
            while open_ones:
                with suppress(OSError):
                    open_ones.popitem()[1].close()
