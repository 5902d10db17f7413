"""What reaches a terminal: no name in a file moves a cursor, colours a line or turns the direction of a text."""

from __future__ import annotations

from typing import TextIO

from ogp_analysis.base.errors import printable


class Escaped:
    """A stream that shows control and direction characters by their codes, all but line ends and tabs.

    Parameters
    ----------
    below : file
        Where the text goes; :func:`drawn_on` gives it to what moves the cursor on purpose.
    """

    def __init__(self, below: TextIO) -> None:
        self.below = below
        self.encoding, self.errors = getattr(below, "encoding", None), getattr(below, "errors", None)
        self.flush, self.isatty, self.fileno = below.flush, below.isatty, below.fileno

    def write(self, text: str) -> int:
        """Write a text and return how many characters it had."""
        self.below.write(text if text.isprintable() else printable(text, "\n\t"))
        return len(text)


def drawn_on(stream) -> TextIO:
    """Return the stream on which a progress bar is drawn: it moves the cursor, and escapes what it names by itself."""
    return stream.below if isinstance(stream, Escaped) else stream
