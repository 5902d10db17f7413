"""How far a cleaning is, as a terminal shows it."""

from __future__ import annotations

import sys
from typing import TextIO

from ogp_analysis.base.errors import printable
from ogp_analysis.base.terminal import drawn_on

#: Elsewhere than on a terminal a line is written when so many more rows are done.
ROWS_A_LINE = 250_000


class Terminal:
    """Show rows done: on a terminal as a counter with its speed, elsewhere as a line now and then.

    Parameters
    ----------
    stream : file, optional
        Where to write; standard error by default.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = drawn_on(sys.stderr if stream is None else stream)
        self._label, self._told, self._bar = "", 0, None

    def __call__(self, label: str, rows: int) -> None:
        if label != self._label:
            self.close()
            self._label, self._told = label, 0
        if self.stream.isatty():
            self._draw(label, rows)
        elif rows - self._told >= ROWS_A_LINE:
            self._told = rows
            print(printable(f"{label}: {rows:,} rows"), file=self.stream, flush=True)

    def _draw(self, label: str, rows: int) -> None:
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(desc=printable(label), file=self.stream, unit=" rows", unit_scale=True, leave=False)
        self._bar.n = rows
        self._bar.refresh()

    def close(self) -> None:
        """Take the counter off the terminal."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
