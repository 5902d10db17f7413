"""JSON files read together: their elements by number, and which of them belong together."""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, NamedTuple

import numpy as np

from ogp_analysis.base.errors import OgpAnalysisError, SourceError
from ogp_analysis.base.fingerprint import changed
from ogp_analysis.data.sources import packed
from ogp_analysis.data.sources.download import FULL
from ogp_analysis.data.sources.json_elements import Elements, Text, counted, elements, let_go, line_at, mapped
from ogp_analysis.data.sources.unpacking import Content

#: Files that are open at once.
_OPEN = 32

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

    Each is copied, unpacked if it is packed, into a file without a name: a program that writes to it meanwhile cannot
    reach what is read here, and nothing is left of the copy however the process ends.

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
        self._files: list[Path | BinaryIO] = []
        self._folder = folder
        self._sent: bytes | None = None
        self._mapped = lru_cache(_OPEN)(self._open)

    @classmethod
    def of(cls, labels: list[str], paths: list[str]) -> Streams:
        """Return the files that another process has open, as :meth:`paths` names them."""
        made = cls(Path())
        made.labels, made._files = labels, [Path(path) for path in paths]
        return made

    @classmethod
    def sent(cls, labels: list[str], elements: bytes) -> Streams:
        """Return what :meth:`packed` has put together, where the files themselves are not."""
        made = cls(Path())
        made.labels, made._sent = labels, elements
        return made

    def add(self, label: str, content: Content) -> Text:
        """Add a file, unpacked if it is packed, and return its bytes.

        Raises
        ------
        SourceError
            If the disk has no room for the copy.
        """
        file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
        self.labels.append(label)
        self._files.append(file)
        try:
            with content.open("rb") as inside:
                shutil.copyfileobj(inside, file, 2**20)
            file.flush()
        except OSError as error:
            if error.errno not in FULL:
                raise
            what = f"has no room for an unpacked copy of {label}, which is read from there"
            raise SourceError(str(self._folder), what, "Make room on that disk, then run the same command") from error
        return self.text(len(self.labels) - 1)

    def drop(self) -> None:
        """Take the file that came last away again."""
        self.labels.pop()
        self._mapped.cache_clear()
        self._files.pop().close()

    def paths(self) -> list[str] | None:
        """Return names by which another process can open the same files, None where they have none."""
        if not sys.platform.startswith("linux"):
            return None
        return [f"/proc/{os.getpid()}/fd/{file.fileno()}" for file in self._files]

    def text(self, number: int) -> Text:
        """Return the bytes of a file."""
        if self._sent is not None:
            return self._sent
        text = self._mapped(number)
        let_go(text)
        return text

    def _open(self, number: int) -> Text:
        file = self._files[number]
        with file.open("rb") if isinstance(file, Path) else nullcontext(file) as stream:
            return mapped(stream)

    def take(self, places: Places) -> list[list[Read]]:
        """Return the elements of each group."""
        texts = {file: memoryview(self.text(file)) for file in np.unique(places.files).tolist()}
        read = []
        for file, start, end, number in zip(*(one.tolist() for one in places[1:]), strict=True):
            if end > len(texts[file]):
                raise changed(self.labels[file])
            read.append((texts[file][start:end], file, number))
        until = np.cumsum(places.sizes).tolist()
        return [read[last - size : last] for last, size in zip(until, places.sizes.tolist(), strict=True)]

    def packed(self, places: Places) -> tuple[Places, bytes]:
        """Return the elements at some places as bytes that can be sent, and where in these each of them stands."""
        elements = [element for group in self.take(places) for element, _, _ in group]
        ends = np.cumsum([len(element) for element in elements], dtype=np.int64)
        starts = ends - np.fromiter(map(len, elements), np.int64, len(elements))
        return places._replace(starts=starts, ends=ends), b"".join(elements)

    def close(self) -> None:
        """Close all files, and free the space of those that were unpacked."""
        self._mapped.cache_clear()
        for file in self._files:
            if not isinstance(file, Path):
                file.close()


#: Of files inside a zip.
ENDINGS = (".json", ".jsonl", ".ndjson")


class Corpus:
    """The elements of several files, numbered through, in the order of the files.

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
    key_of : callable
        Reads the key of an element; None where it has none.
    known : mapping of str to OgpAnalysisError
        Files, by their labels, that are known to be unsound: they are not read again.

    Attributes
    ----------
    streams : Streams
        The files that could be read; a file inside a zip is labelled by both names, with ``/`` between.
    faults : dict of str to OgpAnalysisError
        Those that could not, with the reason.
    """

    def __init__(
        self,
        files: Mapping[str, Path],
        key: str,
        lists: Iterable[str],
        folder: Path,
        key_of: Callable[[memoryview], str | None],
        known: Mapping[str, OgpAnalysisError] = MappingProxyType({}),
    ) -> None:
        self.streams = Streams(folder)
        self.faults: dict[str, OgpAnalysisError] = {}
        self._key, self._lists = key, tuple(lists)
        self._found: list[Elements] = []
        keys: list[int] = []
        for name, file in files.items():
            try:
                contents = packed.documents(file, name, ENDINGS)
            except (OSError, OgpAnalysisError) as error:
                self.faults[name] = _stated(name, error)
                continue
            for label, content in contents:
                if label in known:
                    self.faults[label] = known[label]
                    continue
                try:
                    text = self.streams.add(label, content)
                    self._found.append(found := elements(text, label, key, lists))
                    for number, (start, end) in enumerate(zip(found.starts, found.ends, strict=True)):
                        own = key_of(memoryview(text)[start:end])
                        keys.append(hash((label, number) if own is None else own))
                except (OSError, OgpAnalysisError) as error:
                    self.faults[label] = _stated(label, error)
                    self.streams.drop()
        self._first = np.cumsum([0, *map(len, self._found)])
        self._keys = np.array(keys, np.int64)

    def __len__(self) -> int:
        return int(self._first[-1])

    @property
    def labels(self) -> list[str]:
        """Labels of the files that could be read, by number."""
        return self.streams.labels

    @property
    def sizes(self) -> list[int]:
        """How many elements each of them has."""
        return [len(one) for one in self._found]

    def counted(self) -> dict[str, int]:
        """Return how many elements each file has by a count of its lines or brackets."""
        texts = map(self.streams.text, range(len(self.labels)))
        return {
            label: counted(text, label, self._key, self._lists) for label, text in zip(self.labels, texts, strict=True)
        }

    def unsound(self, label: str, number: int) -> SourceError | None:
        """Return what is wrong with a file of which an element is not JSON; None if that says nothing of the others.

        Parameters
        ----------
        label : str
            Of the file.
        number : int
            Which of its elements, from 1.
        """
        file = self.labels.index(label)
        found = self._found[file]
        if found.lines:
            return None
        start, text = found.starts[number - 1], self.streams.text(file)
        try:
            # One sign is one byte in this encoding, so that the place in the text is that in the file.
            json.loads(text[start : found.ends[number - 1]].decode("latin-1"), strict=False)
            offset = start
        except json.JSONDecodeError as error:
            offset = start + error.pos
        except RecursionError:
            offset = start
        what = f"is not valid JSON at byte {offset:,} (line {line_at(text, offset):,}), "
        what += "so where the next one begins is not known"
        return SourceError(f"{label}, release or record {number}", what, "Download the file again")

    def close(self) -> None:
        """Close all files."""
        self.streams.close()

    def places(self, groups: int, most: int) -> Iterator[Places]:
        """Yield where elements that belong together stand, some groups at a time, in the order of their first ones.

        Once only: keys are forgotten as soon as it is known what belongs together.

        Parameters
        ----------
        groups : int
            Most groups at a time.
        most : int
            Most elements at a time; a group that has more comes alone.
        """
        keys, n = self._keys, len(self._keys)
        del self._keys
        ordered = np.sort(keys)
        if not (ordered[1:] == ordered[:-1]).any():
            del keys, ordered
            for start in range(0, n, min(groups, most)):
                numbers = np.arange(start, min(start + min(groups, most), n))
                yield self._places(numbers, np.ones(len(numbers), np.int64))
            return
        del ordered
        order = np.argsort(keys, kind="stable").astype(np.int32 if n < 2**31 else np.int64)
        begins = np.flatnonzero(np.concatenate([[True], keys[order[1:]] != keys[order[:-1]]]))
        del keys
        sizes = np.diff(begins, append=n)
        firsts = np.argsort(order[begins], kind="stable")
        until, start = np.cumsum(sizes[firsts]), 0
        while start < len(firsts):
            before = until[start - 1] if start else 0
            end = min(start + groups, max(start + 1, int(np.searchsorted(until, before + most, side="right"))))
            some, own = firsts[start:end], sizes[firsts[start:end]]
            within = np.arange(own.sum()) - np.repeat(np.cumsum(own) - own, own)
            yield self._places(order[np.repeat(begins[some], own) + within], own)
            start = end

    def _places(self, numbers: np.ndarray, sizes: np.ndarray) -> Places:
        """Return where elements stand, by their numbers in the corpus."""
        files = np.searchsorted(self._first, numbers, side="right") - 1
        inside = numbers - self._first[files]
        starts, ends = np.empty(len(numbers), np.int64), np.empty(len(numbers), np.int64)
        for file in np.unique(files).tolist():
            own = files == file
            starts[own] = np.frombuffer(self._found[file].starts, np.int64)[inside[own]]
            ends[own] = np.frombuffer(self._found[file].ends, np.int64)[inside[own]]
        return Places(sizes, files, starts, ends, inside + 1)


def _stated(label: str, error: OSError | OgpAnalysisError) -> OgpAnalysisError:
    if isinstance(error, OSError):
        return SourceError(label, f"cannot be read ({error.strerror})", "Check the file and the disk")
    return error
