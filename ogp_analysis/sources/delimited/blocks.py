"""Blocks of whole records from a large text file, so that what reads them needs memory for one block only."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from ogp_analysis.base.errors import SourceError
from ogp_analysis.sources.unpacking import Content

_LINE_END = re.compile(rb"\r\n|\r|\n")
#: Bytes read at a time to get behind the lines before the first record, and first of the records.
_SKIPPED = 2**16
#: A cell longer than this many blocks is taken for a quotation mark that nobody closed.
_LONGEST = 4
#: So many lines back from the end of a block, all inside marks, mean that a mark before them was never closed.
_FAR = 500


def records(path: Content, label: str, encoding: str, before: int, size: int) -> Iterator[bytes | bytearray]:
    """Yield the lines after the first `before` as UTF-8, in blocks of about `size` bytes that end with a record.

    A block ends at a line break outside quotation marks, as far as marks pair. After a mark that was
    never closed, a block may end inside a cell of several lines.

    Raises
    ------
    SourceError
        If the file cannot be read or decoded.
    """
    try:
        with path.open("rb") as stream:
            waiting = _after(stream, before) if before else stream.read(len(BOM_UTF8)).removeprefix(BOM_UTF8)
            # Most files end here, and need no room for a whole block.
            begun = bytearray(min(size, _SKIPPED))
            last = _read_into(stream, begun, 0)
            waiting, room = waiting + bytes(begun), 0 if last else size - len(begun)
            while True:
                # Read behind what waits, so that nothing is copied but the little that is left of a block.
                text = bytearray(len(waiting) + room)
                text[: len(waiting)] = waiting
                last, room = last or _read_into(stream, text, len(waiting)), size
                end = len(text) if last else _end(text)
                if not end and len(text) > _LONGEST * size and not (end := text.rfind(b"\n") + 1):
                    what = f"has no line break in {_LONGEST * size // 2**20} MiB"
                    raise SourceError(label, what, "Check that it is a table in text")
                waiting = bytes(memoryview(text)[end:])
                del text[end:]
                if text and encoding != "utf-8":
                    text = text.decode(encoding).encode()
                if text:
                    yield text
                # Only what is yielded stays in memory while it is worked on.
                del text
                if last:
                    return
    except UnicodeDecodeError as error:
        raise SourceError(label, f"is not {encoding} ({error.reason})", "Read it with another encoding") from error
    except OSError as error:
        raise SourceError(label, f"cannot be read ({error.strerror})", "Check the file and the disk") from error


def _after(stream, lines: int) -> bytes:
    """Skip lines, which end with LF, CR LF or CR as in the head of a file, and return what was read beyond them."""
    read = b""
    while True:
        more = stream.read(_SKIPPED)
        read += more
        # A CR at the end may be half of a CR LF.
        ends = list(islice(_LINE_END.finditer(read, 0, len(read) - (bool(more) and read.endswith(b"\r"))), lines))
        if len(ends) == lines:
            return read[ends[-1].end() :]
        if not more:
            return b""


def _read_into(stream: BinaryIO, text: bytearray, start: int) -> bool:
    """Fill `text` from `start` on, cut it off where the stream ends, and return whether it does."""
    with memoryview(text) as room:
        while start < len(room) and (count := stream.readinto(room[start:])):
            start += count
        last = start < len(room)
    del text[start:]
    return last


def _end(text: bytes | bytearray) -> int:
    """Return how many bytes of `text` are whole records; 0 if that cannot be determined yet."""
    last = end = text.rfind(b"\n") + 1
    inside = text.count(b'"', 0, end) % 2
    for _ in range(_FAR):
        if not inside or not end:
            return end
        before = text.rfind(b"\n", 0, text.rfind(b'"', 0, end)) + 1
        inside ^= text.count(b'"', before, end) % 2
        end = before
    return last
