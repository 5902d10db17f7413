"""Python's search for cycles of objects, put off while many objects are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def off() -> Iterator[None]:
    """Leave out the search while the block runs.

    Cells and nodes lie in no cycle and would be looked through again and again, which takes a tenth of the time; what
    does lie in one, such as the parts of a drawing, is found after the block.
    """
    searching = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if searching:
            gc.enable()
