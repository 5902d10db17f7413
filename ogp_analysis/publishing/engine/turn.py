"""Whose turn it is: a run is got ready while those before it run, and begins its first cell when it may."""

from __future__ import annotations

import os
import socket

_GO = b"+"
_OVER = b"-"


class Turn:
    """The turn of one run, held by the warm process on one side and by the fork on the other.

    A run that ends without a word gives no turn back; that its process has ended says as much.
    """

    def __init__(self) -> None:
        self._given, self._taken = socket.socketpair()

    def fileno(self) -> int:
        """Return what can be waited for in the warm process: the run has said that its turn is over, or is gone."""
        return self._given.fileno()

    def give(self) -> None:
        """Let the run begin."""
        try:
            self._given.send(_GO)
        except BrokenPipeError:
            return  # it has ended before its turn

    def close(self) -> None:
        """Free the side of the warm process."""
        self._given.close()

    def leave(self) -> None:
        """Free the side of the run, in the warm process."""
        self._taken.close()

    def wait(self) -> None:
        """Wait for the turn, in the run. Without a warm process there is none, and the run ends."""
        if self._taken.recv(1) != _GO:
            os._exit(1)

    def over(self) -> None:
        """Say that the turn is over, in the run: what follows need not be waited for."""
        try:
            self._taken.send(_OVER)
        except BrokenPipeError:
            return  # nobody waits any more
