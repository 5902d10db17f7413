"""Python's search for cycles of objects, put off while many are made that lie in none."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def off() -> Iterator[None]:
    """Leave out the search while the block runs: cells and nodes refer to nothing that refers to them.

    They are looked through again and again otherwise, which takes a tenth of the time.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
