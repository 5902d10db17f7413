"""A run as the warm process sees it: the fork, what it shares with it, and how far it is."""

from __future__ import annotations

import time
from dataclasses import dataclass

from ogp_analysis.publishing.engine.journal import Journal
from ogp_analysis.publishing.engine.turn import Turn


@dataclass
class Run:
    """A notebook in a fork: ready, running when it is its turn, ending after it.

    A fork that does nothing until its turn costs next to no memory, and what a run does before its
    first cell takes no time from those before it.

    Attributes
    ----------
    begun : float or None
        When its turn began.
    over : bool
        Whether its turn is over, though its process may not have ended.
    late : bool
        Whether it was ended because its time was over.
    """

    request: dict
    pid: int
    journal: Journal
    turn: Turn
    begun: float | None = None
    over: bool = False
    late: bool = False

    @property
    def deadline(self) -> float:
        """When it is to be ended."""
        if self.begun is None or self.late:
            return float("inf")
        return self.begun + (self.request.get("timeout") or float("inf"))

    def begin(self) -> None:
        """Let it run."""
        self.begun = time.monotonic()
        self.turn.give()

    def free(self) -> None:
        """Free what was shared with it."""
        self.journal.close()
        self.turn.close()
