"""JSON files read together: their elements by number, and which of them belong together."""

from __future__ import annotations

import shutil
import tempfile
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np

from ogp_analysis.errors import OgpAnalysisError, SourceError
from ogp_analysis.sources import packed
from ogp_analysis.sources.json_elements import Elements, elements, hash_of
from ogp_analysis.sources.unpacking import Content

#: Of files inside a zip.
ENDINGS = (".json", ".jsonl", ".ndjson")
#: Files that are open at once.
_OPEN = 32
#: Most bytes of one read.
_WINDOW = 16 * 2**20


class Corpus:
    """The elements of several files, numbered through, in the order of the files.

    Packed files are unpacked into files without a name, so that nothing is left of them however the process ends.

    Parameters
    ----------
    files : mapping of str to pathlib.Path
        JSON, JSON lines, or gz or zip files of them, each under the label by which records and errors name it.
    key : str
        Field that says which elements belong together.
    lists : iterable of str
        Names under which an object holds elements.
    folder : pathlib.Path
        On the disk that has room for what is unpacked.
    key_of : callable or None
        Reads the key of an element. If it is given, nothing is guessed: neither where elements end nor where in them
        the key stands. Slower.

    Attributes
    ----------
    labels : list of str
        Of the files that could be read; of a file inside a zip after ``/``.
    faults : dict of str to OgpAnalysisError
        Those that could not, with the reason.
    sizes : list of int
        How many elements each file has.
    exact, guessed : bool
        Whether nothing was guessed; whether the ends of elements were.
    """

    def __init__(
        self,
        files: Mapping[str, Path],
        key: str,
        lists: Iterable[str],
        folder: Path,
        key_of: Callable[[bytes], str | None] | None = None,
    ) -> None:
        self.labels: list[str] = []
        self.faults: dict[str, OgpAnalysisError] = {}
        self._contents: list[Content] = []
        self._found: list[Elements] = []
        self._streams: OrderedDict[int, BinaryIO] = OrderedDict()
        self._unpacked: dict[int, BinaryIO] = {}
        self._folder = folder
        for name, file in files.items():
            self._read(name, file, key, tuple(lists), key_of)
        self.sizes = [len(one) for one in self._found]
        self._first = np.cumsum([0, *self.sizes])
        self.exact = key_of is not None
        self.guessed = any(one.guessed for one in self._found)

    def __len__(self) -> int:
        return int(self._first[-1])

    def _read(self, name: str, file: Path, key: str, lists: tuple[str, ...], key_of) -> None:
        try:
            contents = packed.documents(file, name, ENDINGS)
        except (OSError, OgpAnalysisError) as error:
            self.faults[name] = _told(name, error)
            return
        for label, content in contents:
            number = len(self.labels)
            try:
                stream = self._stream_of(number, content)
                found = elements(stream, label, key, lists, guess=key_of is None)
                if key_of is not None:
                    _keyed(found, stream, label, key_of)
            except (OSError, OgpAnalysisError) as error:
                self.faults[label] = _told(label, error)
                self._close(number)
                continue
            self.labels.append(label)
            self._contents.append(content)
            self._found.append(found)

    def _stream_of(self, number: int, content: Content) -> BinaryIO:
        if isinstance(content, Path):
            stream = content.open("rb")
        else:
            stream = self._unpacked[number] = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
            with content.open("rb") as inside:
                shutil.copyfileobj(inside, stream, 2**20)
            stream.seek(0)
            return stream
        self._streams[number] = stream
        if len(self._streams) > _OPEN:
            self._streams.popitem(last=False)[1].close()
        return stream

    def _stream(self, number: int) -> BinaryIO:
        if number in self._unpacked:
            return self._unpacked[number]
        if number in self._streams:
            self._streams.move_to_end(number)
            return self._streams[number]
        return self._stream_of(number, self._contents[number])

    def _close(self, number: int) -> None:
        for open_ones in (self._streams, self._unpacked):
            stream = open_ones.pop(number, None)
            if stream is not None:
                stream.close()

    def close(self) -> None:
        """Close all files, and give the room of what was unpacked back."""
        for number in [*self._streams, *self._unpacked]:
            with suppress(OSError):
                self._close(number)

    def groups(self, size: int) -> Iterator[list[list[int]]]:
        """Yield the numbers of elements that belong together, some groups at a time, in the order of their first ones.

        Parameters
        ----------
        size : int
            Most groups at a time.
        """
        keys = np.concatenate([np.frombuffer(one.keys, np.int64) for one in self._found] or [np.empty(0, np.int64)])
        n = len(keys)
        if len(_distinct(keys)) == n:
            for start in range(0, n, size):
                yield [[number] for number in range(start, min(start + size, n))]
            return
        order = np.argsort(keys, kind="stable").astype(np.int32 if n < 2**31 else np.int64)
        begins = np.flatnonzero(np.concatenate([[True], keys[order[1:]] != keys[order[:-1]]]))
        del keys
        ends = np.append(begins[1:], n)
        firsts = np.argsort(order[begins], kind="stable")
        for start in range(0, len(firsts), size):
            some = firsts[start : start + size]
            yield [order[b:e].tolist() for b, e in zip(begins[some].tolist(), ends[some].tolist(), strict=True)]

    def place(self, number: int) -> tuple[int, int]:
        """Return the file of an element (its number), and which of its elements it is, from 1."""
        file = int(np.searchsorted(self._first, number, side="right")) - 1
        return file, number - int(self._first[file]) + 1

    def take(self, groups: list[list[int]]) -> list[list[tuple[memoryview, int, int]]]:
        """Return bytes, file and place of the elements of each group."""
        low, high = groups[0][0], groups[-1][0]
        file, at = self.place(low)
        found = self._found[file]
        first, last = at - 1, min(at - 1 + high - low, len(found) - 1)
        if found.ends[last] - found.starts[first] > _WINDOW:
            last = first
        base, shift = found.starts[first], first - low
        window = memoryview(self._bytes(file, base, found.ends[last]))
        starts, ends = found.starts, found.ends

        def element(number: int) -> tuple[memoryview, int, int]:
            inside = number + shift
            if not first <= inside <= last:
                return self._one(number)
            return window[starts[inside] - base : ends[inside] - base], file, inside + 1

        return [[element(number) for number in group] for group in groups]

    def _one(self, number: int) -> tuple[memoryview, int, int]:
        file, at = self.place(number)
        found = self._found[file]
        return memoryview(self._bytes(file, found.starts[at - 1], found.ends[at - 1])), file, at

    def _bytes(self, file: int, start: int, end: int) -> bytes:
        stream = self._stream(file)
        stream.seek(start)
        read = stream.read(end - start)
        if len(read) != end - start:
            raise SourceError(self.labels[file], "changed while it was read", "Try again when it is whole")
        return read


def _keyed(found: Elements, stream: BinaryIO, label: str, key_of: Callable[[bytes], str | None]) -> None:
    for number, (start, end) in enumerate(zip(found.starts, found.ends, strict=True)):
        stream.seek(start)
        key = key_of(stream.read(end - start))
        found.keys[number] = hash((label, number)) if key is None else hash_of(key)


def _distinct(keys: np.ndarray) -> np.ndarray:
    ordered = np.sort(keys)
    return ordered[np.concatenate([[True], ordered[1:] != ordered[:-1]])] if len(ordered) else ordered


def _told(label: str, error: OSError | OgpAnalysisError) -> OgpAnalysisError:
    if isinstance(error, OSError):
        return SourceError(label, f"cannot be read ({error.strerror})", "Check the file and the disk")
    return error
