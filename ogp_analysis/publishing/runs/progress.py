"""Progress of a batch: runs done, left, failed and under way, and time left; without a terminal, one line per run."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable

from ogp_analysis.base.errors import printable
from ogp_analysis.base.terminal import drawn_on


class Progress:
    """Shows how far a batch has come.

    Parameters
    ----------
    expected : iterable of (str, float)
        Name of each run, and the seconds it took last time; 0 if not known.
    jobs : int
        How many run side by side.
    stream : file
        Where to write; redrawn in place if it is a terminal.
    """

    def __init__(self, expected: Iterable[tuple[str, float]], jobs: int = 1, stream=None) -> None:
        self._expected = dict(expected)
        self.total, self.jobs = len(self._expected), max(jobs, 1)
        self.stream = drawn_on(stream or sys.stderr)
        self.done = self.failed = 0
        self._going: dict[str, None] = {}
        self._took: dict[str, float] = {}
        self._terminal = self.stream.isatty()

    def begun(self, name: str) -> None:
        """Say which run was handed over; shown on a terminal only."""
        self._going[name] = None
        self._draw()

    def again(self, name: str, fault: str) -> None:
        """Say that a run failed and will be tried again."""
        self._going.pop(name, None)
        self._say(f"{name}: {fault.rstrip('.')}. It will be tried again.")

    def ended(self, name: str, seconds: float, fault: str = "") -> None:
        """Say that a run ended, well or with a fault."""
        self._going.pop(name, None)
        self._took[name] = seconds
        self.done += 1
        self.failed += bool(fault)
        left = f" ({self._left()})" if self.done < self.total else ""
        if fault or not self._terminal:
            self._say(f"[{self.done}/{self.total}] {name}: {fault or f'{seconds:.1f} s'}{left}")
        self._draw()

    def close(self) -> None:
        """Leave the cursor on a new line."""
        if self._terminal and self.total:
            self.stream.write("\n")

    def _left(self) -> str:
        """Say how long it still takes: a run that is left as long as last time, or as the mean of this batch so far."""
        mean = sum(self._took.values()) / self.done if self.done else 0
        waiting = [seconds or mean for name, seconds in self._expected.items() if name not in self._took]
        if not all(waiting):
            return "time left not known yet"
        return f"{duration(sum(waiting) / min(self.jobs, max(len(waiting), 1)))} left"

    def _say(self, text: str) -> None:
        text = printable(text)
        self.stream.write(f"\r\x1b[2K{text}\n" if self._terminal else f"{text}\n")
        self.stream.flush()

    def _draw(self) -> None:
        if not self._terminal:
            return
        failed = f", {self.failed} failed" if self.failed else ""
        # More runs than `jobs` are handed over; the rest wait for their turn.
        now = ", ".join(list(self._going)[: self.jobs])
        text = f"{self.done} done, {self.total - self.done} left{failed}, {self._left()}" + (f" · {now}" if now else "")
        text, room = printable(text), shutil.get_terminal_size().columns - 1
        self.stream.write(f"\r\x1b[2K{text if len(text) <= room else text[: room - 1] + '…'}")
        self.stream.flush()


def duration(seconds: float) -> str:
    """Return a duration in hours, minutes and seconds, such as ``1:02:03``, or in minutes and seconds."""
    minutes, seconds = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes}:{seconds:02d}"
