"""The progress that a fetch reports, and how a terminal shows it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TextIO

from ogp_analysis.base.errors import printable
from ogp_analysis.base.terminal import drawn_on


@dataclass(frozen=True)
class Step:
    """How far a fetch is.

    Attributes
    ----------
    label : str
        ``source/version/name`` of the file in hand.
    number, count : int
        Which of how many files it is, from 1.
    done, size : int
        How many of its bytes have arrived, and its size.
    outcome : str
        ``"already there"``, ``"copied from mirror"``, ``"downloaded"``, or the sentence that says why it
        failed; empty while the file is under way.
    """

    label: str
    number: int
    count: int
    done: int
    size: int
    outcome: str = ""


Progress = Callable[[Step], None]


def silent(step: Step) -> None:
    """Show nothing."""


class Terminal:
    """Show steps on a terminal as a bar, elsewhere (a log, a pipe) as one line per file.

    Parameters
    ----------
    stream : file, optional
        Where to write; standard error by default.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self.stream = drawn_on(sys.stderr if stream is None else stream)
        self._bar = None

    def __call__(self, step: Step) -> None:
        if self.stream.isatty():
            self._draw(step)
        elif step.outcome:
            print(printable(f"{step.number}/{step.count} {step.label}: {step.outcome}"), file=self.stream, flush=True)

    def _draw(self, step: Step) -> None:
        from tqdm import tqdm

        if self._bar is None:
            self._bar = tqdm(file=self.stream, unit="B", unit_scale=True, unit_divisor=1024, leave=False)
        bar = self._bar
        bar.total, bar.n = step.size, step.done
        bar.set_description(printable(f"{step.number}/{step.count} {step.label}"), refresh=False)
        bar.refresh()
        if step.outcome and step.outcome != "already there":
            bar.write(printable(f"{step.label}: {step.outcome}"), file=self.stream)
        if step.outcome and step.number == step.count:
            bar.close()
            self._bar = None
