"""What reaches a terminal: no name in a file moves a cursor, colours a line or turns the direction of a text."""

from __future__ import annotations

import textwrap
from typing import TextIO

from ogp_analysis.base.errors import printable

#: Lines and columns of what a terminal shows of a result.
SCREEN = (22, 100)


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
        text = text.decode() if isinstance(text, bytes) else text  # what click gives a shell to complete names with
        self.below.write(text if text.isprintable() else printable(text, "\n\t"))
        return len(text)


def one_screen(text: str) -> str:
    """Return the beginning of a text that a terminal shows at once.

    Examples
    --------
    >>> one_screen("a\\n" * 30).splitlines()[-1]
    '… 8 more lines'
    """
    lines, columns = SCREEN
    rows = [row for line in text.splitlines() for row in textwrap.wrap(line, columns) or [""]]
    more = [f"… {len(rows) - lines} more lines"] if len(rows) > lines else []
    return "\n".join([*rows[:lines], *more])


def drawn_on(stream) -> TextIO:
    """Return the stream on which a progress bar is drawn: it moves the cursor, and escapes what it names by itself."""
    return stream.below if isinstance(stream, Escaped) else stream
