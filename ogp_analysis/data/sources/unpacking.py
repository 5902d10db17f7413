"""The bytes of files and of what is packed in them: no more than a table would have; faults name the file."""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from ogp_analysis.base.errors import SourceError

#: A table shrinks to a tenth or a twentieth when it is packed. What unpacks to more times its size is not a table.
MOST_TIMES = 200
#: Below this size the ratio means nothing.
SMALL = 64 * 2**20
#: How a zip begins; the second has nothing in it.
ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
#: This many bytes show how lines end: those of a table are shorter.
_TELLING = 2**20
BROKEN = (EOFError, NotImplementedError, RuntimeError, lzma.LZMAError, zipfile.BadZipFile, zlib.error, OSError)


class Content(Protocol):
    """What can be opened again and again, such as a path."""

    def open(self, mode: str) -> BinaryIO:
        """Return its bytes from the beginning; `mode` is ``"rb"``."""


def start(content: Content, most: int = 1024) -> bytes:
    """Return the first bytes of a content."""
    with content.open("rb") as stream:
        return stream.read(most)


@dataclass(frozen=True)
class Member:
    """A file inside a zip.

    Attributes
    ----------
    archive : Content
        The zip.
    label : str
        How errors name the file inside.
    info : zipfile.ZipInfo
        Its entry.
    """

    archive: Content
    label: str
    info: zipfile.ZipInfo

    @property
    def name(self) -> str:
        """Its path inside the zip."""
        return self.info.filename

    def open(self, mode: str = "rb") -> BinaryIO:
        """Return its bytes from the beginning.

        Raises
        ------
        SourceError
            On reading, if it cannot be unpacked, or unpacks to more than :data:`MOST_TIMES` its size.
        """
        # The size that a zip states may be untrue: all is read that is there, and its checksum tells.
        info = copy(self.info)
        info.file_size = 2**62

        def opened(stack: ExitStack) -> BinaryIO:
            archive = stack.enter_context(self.archive.open("rb"))
            return stack.enter_context(zipfile.ZipFile(archive)).open(info)

        return _unpacked(opened, self.label, info.compress_size)


def members(content: Content, label: str, what: str = "zip") -> list[Member]:
    """Return the files inside a zip, folders left out; none if it does not begin as one.

    Parameters
    ----------
    content : Content
        Its bytes.
    label, what : str
        How errors name it, and what it should be.

    Raises
    ------
    SourceError
        If its list of files cannot be read.
    """
    if not start(content).startswith(ZIPS):
        return []
    try:
        with content.open("rb") as stream, zipfile.ZipFile(stream) as archive:
            return [Member(content, label, info) for info in archive.infolist() if not info.is_dir()]
    except BROKEN as error:
        kind = "workbook" if label.lower().endswith((".xlsx", ".xlsb", ".ods")) else what
        raise SourceError(label, f"is not a readable {kind} ({error})", "Download it again") from error


@dataclass(frozen=True)
class Gzipped:
    """What a gz holds."""

    path: Path
    label: str

    def open(self, mode: str = "rb") -> BinaryIO:
        """Return its bytes from the beginning; faults are those of :meth:`Member.open`."""
        return _unpacked(lambda stack: gzip.open(self.path, "rb"), self.label, self.path.stat().st_size)


@dataclass(frozen=True)
class Held:
    """Bytes in memory."""

    content: bytes

    def open(self, mode: str = "rb") -> BinaryIO:
        """Return them from the beginning."""
        return io.BytesIO(self.content)


def is_page(start: bytes) -> bool:
    """Return whether the first bytes of a text say that it is a page of the web."""
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html", b"<head", b"<?xml"))


def held(content: Content) -> Content:
    """Return what can be read at any place: a file, or the bytes in memory of what is packed."""
    if isinstance(content, (Path, Held)):
        return content
    with content.open("rb") as stream:
        return Held(stream.read())


@dataclass(frozen=True)
class Returns:
    """A text in which every line ends with CR alone, as old Macintosh programs wrote them, read as if it were LF."""

    content: Content
    label: str

    def open(self, mode: str = "rb") -> BinaryIO:
        """Return its bytes from the beginning, LF in place of each CR.

        Raises
        ------
        SourceError
            On reading, if a line ends with LF after all.
        """

        def with_line_feeds(block: bytes) -> bytes:
            if b"\n" in block:
                what = "has lines that end with CR at its start and lines that end with LF later"
                raise SourceError(self.label, what, "Save it with one kind of line end")
            return block.replace(b"\r", b"\n")

        return io.BufferedReader(_Stream(self.content.open("rb"), with_line_feeds), 2**18)


def with_line_feeds(content: Content, label: str) -> Content:
    """Return a text with lines that end with LF: itself, or :class:`Returns` if there are CR and no LF at its start."""
    top = start(content, _TELLING)
    return Returns(content, label) if b"\r" in top and b"\n" not in top else content


def _unpacked(opened: Callable[[ExitStack], BinaryIO], label: str, packed: int) -> BinaryIO:
    left = max(MOST_TIMES * packed, SMALL)

    def bounded(block: bytes) -> bytes:
        nonlocal left
        left -= len(block)
        if left < 0:
            what = f"is refused: it unpacks to more than {MOST_TIMES} times its size"
            raise SourceError(label, what, "Check the file")
        return block

    with _told(label), ExitStack() as stack:
        inner = stack.enter_context(opened(stack))
        return io.BufferedReader(_Stream(inner, bounded, label, stack.pop_all().close), 2**18)


@contextmanager
def _told(label: str) -> Iterator[None]:
    try:
        yield
    except BROKEN as error:
        raise SourceError(label, f"cannot be unpacked ({error})", "Download it again") from error


class _Stream(io.RawIOBase):
    """The bytes of another stream, each block as a function returns it; faults of what is packed bear its name."""

    def __init__(self, inner: BinaryIO, passed: Callable[[bytes], bytes], label: str = "", close=None) -> None:
        self._inner, self._passed, self._label, self._close = inner, passed, label, close or inner.close

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        with _told(self._label) if self._label else nullcontext():
            block = self._inner.read(len(buffer))
        block = self._passed(block)
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        if not self.closed:
            self._close()
        super().close()
