"""The bytes of a column of text, all at once: looking through them is much faster than a pattern cell by cell."""

from __future__ import annotations

import numpy as np
import pyarrow as pa


def array_of(texts) -> pa.Array:
    """Return texts, such as a column of a frame, as one array of Arrow: of none, Arrow makes an array of no chunks."""
    cells = pa.array(texts, pa.large_string())
    return cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells


def bytes_of(cells: pa.Array | pa.ChunkedArray) -> np.ndarray:
    """Return the UTF-8 of all cells of a column of text, one behind the other."""
    if isinstance(cells, pa.ChunkedArray):
        if cells.num_chunks == 1:
            return bytes_of(cells.chunk(0))
        return np.concatenate([np.empty(0, np.uint8), *map(bytes_of, cells.chunks)])
    offsets, data = offsets_of(cells), cells.buffers()[2]
    if data is None:
        return np.empty(0, np.uint8)
    return np.frombuffer(data, np.uint8)[offsets[0] : offsets[-1]]


def offsets_of(cells: pa.Array) -> np.ndarray:
    """Return where each cell begins in its buffer, and where the last ends."""
    kind = np.int64 if pa.types.is_large_string(cells.type) else np.int32
    offsets = cells.buffers()[1]
    if offsets is None:
        return np.zeros(1, kind)
    return np.frombuffer(offsets, kind)[cells.offset : cells.offset + len(cells) + 1]
