"""Blocks of whole records from a large text file, so that what reads them needs memory for one block only."""

from __future__ import annotations

from collections.abc import Iterator

from ogp_analysis.errors import SourceError
from ogp_analysis.sources.unpacking import Content

_MARK = b"\xef\xbb\xbf"
#: A cell longer than this many blocks is taken for a quotation mark that nobody closed.
_LONGEST = 4
#: So many lines back from the end of a block, all inside marks, mean that a mark before them was never closed.
_FAR = 500


class _Endless(Exception):
    """A line longer than any table has."""


def records(path: Content, label: str, encoding: str, before: int, size: int) -> Iterator[bytes]:
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
            for _ in range(before):
                stream.readline()
            start = b""
            if not before and (start := stream.read(len(_MARK))) == _MARK:
                start = b""
            for block in _cut(stream, start, size):
                yield block if encoding == "utf-8" else block.decode(encoding).encode()
    except _Endless:
        raise SourceError(
            label, f"has no line break in {_LONGEST * size // 2**20} MiB", "Check that it is a table in text"
        ) from None
    except UnicodeDecodeError as error:
        raise SourceError(label, f"is not {encoding} ({error.reason})", "Read it with another encoding") from error
    except OSError as error:
        raise SourceError(label, f"cannot be read ({error.strerror})", "Check the file and the disk") from error


def _cut(stream, waiting: bytes, size: int) -> Iterator[bytes]:
    while True:
        more = stream.read(size)
        last = len(more) < size
        waiting += more
        del more
        end = len(waiting) if last else _end(waiting)
        if not end and len(waiting) > _LONGEST * size:
            end = waiting.rfind(b"\n") + 1
            if not end:
                raise _Endless
        # Only what is yielded stays in memory while it is worked on.
        block, waiting = waiting[:end], waiting[end:]
        if block:
            yield block
        del block
        if last:
            return


def _end(text: bytes) -> int:
    """Return how many bytes of `text` are whole records; 0 if that cannot be told yet."""
    last = end = text.rfind(b"\n") + 1
    inside = text.count(b'"', 0, end) % 2
    for _ in range(_FAR):
        if not inside or not end:
            return end
        before = text.rfind(b"\n", 0, text.rfind(b'"', 0, end)) + 1
        inside ^= text.count(b'"', before, end) % 2
        end = before
    return last
