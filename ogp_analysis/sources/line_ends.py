"""Texts whose lines end with CR alone, as old Macintosh programs wrote them, read as if they ended with LF."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import BinaryIO

from ogp_analysis.base.errors import SourceError
from ogp_analysis.sources.unpacking import Content

#: So many bytes tell how lines end: a table has shorter ones.
_TELLING = 2**20


@dataclass(frozen=True)
class Returns:
    """A text in which every line ends with CR.

    Attributes
    ----------
    content : Content
        Its bytes.
    label : str
        How errors name it.
    """

    content: Content
    label: str

    def open(self, mode: str = "rb") -> BinaryIO:
        """Return its bytes from the beginning, LF in place of each CR.

        Raises
        ------
        SourceError
            On reading, if a line ends with LF after all.
        """
        return io.BufferedReader(_Translated(self.content.open("rb"), self.label), 2**18)


def with_line_feeds(content: Content, label: str) -> Content:
    """Return a text with lines that end with LF: itself, or :class:`Returns` if there are CR and no LF at its start."""
    with content.open("rb") as stream:
        start = stream.read(_TELLING)
    return Returns(content, label) if b"\r" in start and b"\n" not in start else content


class _Translated(io.RawIOBase):
    def __init__(self, inner: BinaryIO, label: str) -> None:
        self._inner, self._label = inner, label

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        block = self._inner.read(len(buffer))
        if b"\n" in block:
            what = "has lines that end with CR at its start and lines that end with LF later"
            raise SourceError(self._label, what, "Save it with one kind of line end")
        buffer[: len(block)] = block.replace(b"\r", b"\n")
        return len(block)

    def close(self) -> None:
        if not self.closed:
            self._inner.close()
        super().close()
