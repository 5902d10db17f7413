"""Bytes of zips and gz files as they unpack: never more than a table would have, faults said with a name."""

from __future__ import annotations

import gzip
import io
import lzma
import zipfile
import zlib
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from ogp_analysis.base.errors import SourceError

#: A table shrinks to a tenth or a twentieth when it is packed. What unpacks to more times its size is no table.
MOST_TIMES = 200
#: Too little for the times to tell anything.
SMALL = 64 * 2**20
BROKEN = (EOFError, NotImplementedError, RuntimeError, lzma.LZMAError, zipfile.BadZipFile, zlib.error, OSError)


class Content(Protocol):
    """What can be opened again and again, such as a path."""

    def open(self, mode: str) -> BinaryIO:
        """Return its bytes from the beginning; `mode` is ``"rb"``."""


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
        return _stream(lambda: zipfile.ZipFile(self.archive.open("rb")).open(info), self.label, info.compress_size)


@dataclass(frozen=True)
class Gzipped:
    """What a gz holds."""

    path: Path
    label: str

    def open(self, mode: str = "rb") -> BinaryIO:
        """Return its bytes from the beginning; faults are those of :meth:`Member.open`."""
        return _stream(lambda: gzip.open(self.path, "rb"), self.label, self.path.stat().st_size)


@dataclass(frozen=True)
class Held:
    """Bytes in memory."""

    content: bytes

    def open(self, mode: str = "rb") -> BinaryIO:
        """Return them from the beginning."""
        return io.BytesIO(self.content)


def held(content: Content) -> Content:
    """Return what can be read at any place: a file, or the bytes in memory of what is packed."""
    if isinstance(content, (Path, Held)):
        return content
    with content.open("rb") as stream:
        return Held(stream.read())


def _stream(opened, label: str, packed: int) -> BinaryIO:
    return io.BufferedReader(_Unpacking(opened, label, packed), 2**18)


class _Unpacking(io.RawIOBase):
    def __init__(self, opened, label: str, packed: int) -> None:
        self._label, self._left = label, max(MOST_TIMES * packed, SMALL)
        self._inner = self._safe(opened)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        block = self._safe(lambda: self._inner.read(len(buffer)))
        self._left -= len(block)
        if self._left < 0:
            what = f"is refused: it unpacks to more than {MOST_TIMES} times its size"
            raise SourceError(self._label, what, "Check the file")
        buffer[: len(block)] = block
        return len(block)

    def close(self) -> None:
        inner = getattr(self, "_inner", None)
        if inner is not None and not self.closed:
            inner.close()
        super().close()

    def _safe(self, work):
        try:
            return work()
        except BROKEN as error:
            raise SourceError(self._label, f"cannot be unpacked ({error})", "Download it again") from error
