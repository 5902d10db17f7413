"""Repeats and numbers within a key, against a dictionary that remembers everything."""

from __future__ import annotations

import random

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.base.text_column import array_of
from ogp_analysis.data.datasets.procurement.compranet.dataset import Ledger, key_bits
from ogp_analysis.data.datasets.procurement.fields import digests


def remembered(rows):
    """What a ledger says, with the rows themselves in memory."""
    first: dict = {}
    counts: dict = {}
    said = []
    for line, (key, text) in enumerate(rows, 1):
        if (key, text) in first:
            said.append((first[key, text], None))
            continue
        first[key, text] = line
        counts[key] = counts.get(key, 0) + 1
        said.append((0, counts[key]))
    return said


def entered(rows, sizes):
    ledger, said, at = Ledger(), [], 0
    frame = pd.DataFrame(rows, columns=["key", "text"], dtype="str").assign(line=range(1, len(rows) + 1))
    for size in sizes:
        chunk = frame.iloc[at : at + size].reset_index(drop=True)
        at += size
        repeats, numbers = ledger.enter(
            key_bits(chunk["key"]), digests(chunk[["key", "text"]]), chunk["line"].to_numpy()
        )
        said += [(int(r), None if r else int(n)) for r, n in zip(repeats, numbers, strict=True)]
    assert at == len(rows)
    return said


@pytest.mark.parametrize("seed", range(6))
def test_it_says_what_a_dictionary_would(seed):
    draw = random.Random(seed)
    keys = draw.choice([2, 30, 1_000])
    rows = [(f"k{draw.randrange(keys)}", f"t{draw.randrange(4)}") for _ in range(600)]
    sizes = [0, 1, 199, 0, 250, 7, 143]
    assert entered(rows, sizes) == remembered(rows)


def test_keys_that_share_their_bits_stay_apart():
    """Two keys with the same 64 bits share their numbers, so that no (key, number) stands twice."""
    ledger, bits = Ledger(), np.zeros(3, "<u8")
    content = digests(pd.DataFrame({"a": ["x", "y", "x"]}, dtype="str"))
    repeats, numbers = ledger.enter(bits, content, np.array([1, 2, 3]))
    assert (repeats.tolist(), numbers[:2].tolist()) == ([0, 0, 1], [1, 2])


def test_contents_that_share_half_their_bits_are_different():
    ledger = Ledger()
    content = np.array([[5, 1], [5, 2], [5, 1]], "<u8")
    repeats, _ = ledger.enter(np.zeros(3, "<u8"), content, np.array([1, 2, 3]))
    assert repeats.tolist() == [0, 0, 1]
    again, _ = ledger.enter(np.zeros(2, "<u8"), content[:2], np.array([4, 5]))
    assert again.tolist() == [1, 2]


def test_equal_cells_have_equal_bits_and_other_cells_others():
    frame = pd.DataFrame({"a": ["x", "xy", "x", "", "é"], "b": ["yz", "z", "yz", "xyz", "é"]}, dtype="str")
    bits = [tuple(row) for row in digests(frame).tolist()]
    assert bits[0] == bits[2] and len(set(bits)) == 4
    assert digests(frame.iloc[:0]).shape == (0, 2)
    sliced = digests(frame.iloc[2:].reset_index(drop=True))
    assert [tuple(row) for row in sliced.tolist()] == bits[2:]
    together = digests(pd.concat([frame, frame], ignore_index=True))
    assert [tuple(row) for row in together.tolist()] == bits * 2


CELLS = st.sampled_from(["", "", "x", "\x1f", "\x1e1", "\x1e"])


@given(st.lists(st.tuples(*[CELLS] * 5), min_size=1, max_size=6))
def test_the_bits_of_a_row_do_not_depend_on_the_rows_beside_it(rows):
    # Columns that are blank in a whole chunk are joined in another way, which must not show.
    frame = pd.DataFrame(rows, columns=list("abcde"), dtype="str")
    bits = [tuple(row) for row in digests(frame).tolist()]
    alone = [tuple(digests(frame.iloc[[at]]).tolist()[0]) for at in range(len(frame))]
    assert bits == alone
    assert len(set(bits)) == len(set(rows))


@given(st.lists(st.tuples(*[CELLS | st.none()] * 5), min_size=1, max_size=6))
def test_columns_of_few_texts_make_bits_that_tell_rows_apart_too(rows):
    frame = pd.DataFrame(rows, columns=list("abcde"), dtype="str")

    def bits(part: pd.DataFrame) -> list[tuple]:
        coded = {name: array_of(part[name]).dictionary_encode("encode") for name in "bde"}
        return [tuple(row) for row in digests(part[["a", "c"]], coded).tolist()]

    assert bits(frame) == [bits(frame.iloc[[at]])[0] for at in range(len(frame))]
    assert len(set(bits(frame))) == len(set(rows))
    turned = bits(frame.rename(columns={"b": "d", "d": "b"}))
    assert [one == other for one, other in zip(turned, bits(frame), strict=True)] == [row[1] == row[3] for row in rows]
