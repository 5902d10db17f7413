"""Sorted entries on the disk: what went in comes out, sorted, in pieces, and no file is left."""

from __future__ import annotations

import numpy as np
import pytest

from ogp_analysis.procurement.own_files import growing
from ogp_analysis.procurement.own_files.growing import Spilled

ENTRY = np.dtype([("key", "<u8"), ("line", "<i8")])


def entries(keys) -> np.ndarray:
    made = np.empty(len(keys), ENTRY)
    made["key"], made["line"] = np.sort(keys), np.arange(len(keys))
    return made


@pytest.mark.parametrize("piece", [3, 50, 10_000])
def test_what_went_in_comes_out_sorted_in_pieces(tmp_path, monkeypatch, piece):
    monkeypatch.setattr(growing, "PIECE", piece)
    draw = np.random.default_rng(7)
    # Few keys, so that equal ones lie on both sides of the ends of pieces.
    parts = [entries(draw.integers(0, 40, size)) for size in (100, 1, 99, 250, 3, 3, 120)]
    kept = Spilled(tmp_path)
    for part in parts:
        kept.append(part)
    pieces = list(kept)
    assert all(len(one) for one in pieces)
    # One piece of each of the two files that are merged may come back as one.
    assert max(map(len, pieces)) <= 2 * piece
    assert all((np.diff(one["key"].astype("int64")) >= 0).all() for one in pieces)
    want = np.sort(np.concatenate(parts), order=["key", "line"])
    assert np.array_equal(np.sort(np.concatenate(pieces), order=["key", "line"]), want)
    assert next(iter(kept)).tolist() == pieces[0].tolist(), "it can be read again"
    kept.close()


def test_there_are_few_files_and_none_has_a_name(tmp_path):
    kept = Spilled(tmp_path)
    for number in range(100):
        kept.append(entries([number, number + 1]))
        assert len(kept._files) <= 8
    assert list(tmp_path.iterdir()) == []
    kept.close()
    assert list(kept) == []
