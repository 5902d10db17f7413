"""Progress a person likes: done, left, failed, current and time left; one line a run where there is no terminal."""

from __future__ import annotations

import sys
import time


class Progress:
    """Tells how far a batch is.

    Parameters
    ----------
    total : int
        How many runs there are.
    seconds : float
        How long they took last time, all together; 0 if not known.
    jobs : int
        How many run side by side.
    stream : file
        Where to write; redrawn in place if it is a terminal.
    """

    def __init__(self, total: int, seconds: float = 0.0, jobs: int = 1, stream=None) -> None:
        self.total, self.stream = total, stream or sys.stderr
        self.done = self.failed = 0
        self.started = time.monotonic()
        self._expected = seconds / max(jobs, 1)
        self._terminal = self.stream.isatty()

    def begun(self, name: str) -> None:
        """Say which run is going on; on a terminal only."""
        if self._terminal:
            self._draw(name)

    def ended(self, name: str, seconds: float, fault: str = "") -> None:
        """Say that a run ended, well or with a fault."""
        self.done += 1
        self.failed += bool(fault)
        if self._terminal:
            if fault:
                self.stream.write(f"\r\x1b[2K{name}: {fault}\n")
            self._draw(name)
        else:
            self.stream.write(f"[{self.done}/{self.total}] {name}: {fault or f'{seconds:.1f} s'}\n")
            self.stream.flush()

    def close(self) -> None:
        """Leave the cursor on a new line."""
        if self._terminal and self.total:
            self.stream.write("\n")

    def left(self) -> float:
        """Return the seconds that are left, by the pace so far, or by the last time before there is one."""
        elapsed = time.monotonic() - self.started
        if not self.done:
            return max(self._expected - elapsed, 0.0)
        return elapsed / self.done * (self.total - self.done)

    def _draw(self, name: str) -> None:
        failed = f", {self.failed} failed" if self.failed else ""
        text = f"{self.done} done, {self.total - self.done} left{failed}, {_duration(self.left())} to go · {name}"
        self.stream.write(f"\r\x1b[2K{text[:110]}")
        self.stream.flush()


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(round(seconds), 60)
    return f"{minutes}:{seconds:02d}"
