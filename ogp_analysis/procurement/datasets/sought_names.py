"""Names that are looked for in many texts at once, in any script: as whole cells, and within texts."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.procurement.datasets import legal_entities
from ogp_analysis.procurement.datasets.folded_words import Words, folded_texts, hold_names, longer_parts, words_of

#: A name of so many parts is found only where they stand side by side.
_PAIR = 2
#: The most letters of a word that identifies nobody.
SHORT = 2


class Values:
    """Texts that others are compared with; a few texts one by one, since Arrow would hash all values."""

    def __init__(self, values: Iterable[str]) -> None:
        self._set = frozenset(values)
        self._array = strings(sorted(self._set))

    def __bool__(self) -> bool:
        return bool(self._set)

    def among(self, texts: pa.Array) -> np.ndarray:
        """Return which texts are among the values."""
        if not self or len(texts) < len(self._set):
            return np.fromiter((text in self._set for text in texts.to_pylist()), bool, len(texts))
        return pc.is_in(texts, self._array).to_numpy(zero_copy_only=False)


class Sought:
    """Names that are looked for within texts, by the part that fewest of them share.

    Parameters
    ----------
    names : list of str
        Plain names of several words.
    """

    def __init__(self, names: list[str]) -> None:
        parts = longer_parts(strings(names))
        self._parts = parts.take(np.flatnonzero(parts.counts >= _PAIR))
        self._pairs = self._parts.counts == _PAIR
        often = np.bincount(self._parts.codes, minlength=len(parts.distinct))
        owners = np.repeat(np.arange(len(self._pairs)), self._parts.counts)
        order = np.lexsort((often[self._parts.codes], owners))
        first = order[self._parts.bounds[:-1]] if len(self._pairs) else np.zeros(0, int)
        rarest = self._parts.codes[first]
        self._order = np.argsort(rarest, kind="stable")
        self._starts = np.searchsorted(rarest[self._order], np.arange(len(parts.distinct) + 1))

    def within(self, plain: pa.Array) -> np.ndarray:
        """Return which plain texts hold one of the names."""
        found = np.zeros(len(plain), bool)
        if not len(self._pairs):
            return found
        words = words_of(plain)
        known = pc.fill_null(pc.index_in(words.distinct, self._parts.distinct), -1).to_numpy()[words.codes]
        many = np.where(known >= 0, self._starts[known + 1] - self._starts[known], 0)
        rows = np.repeat(np.repeat(np.arange(len(plain)), words.counts), many)
        ends = np.cumsum(many)
        place = np.arange(ends[-1] if len(ends) else 0) - np.repeat(ends - many, many)
        names = self._order[np.repeat(self._starts[known], many) + place]
        held = hold_names(words, rows, self._parts, names)
        pair = held & self._pairs[names]
        found[rows[held & ~pair]] = True
        for row, name in zip(rows[pair].tolist(), names[pair].tolist(), strict=True):
            found[row] = found[row] or self._side_by_side(words, row, name)
        return found

    def _side_by_side(self, words: Words, row: int, name: int) -> bool:
        """Return whether the two parts of a name stand side by side in a text, shorter words between them or not."""
        own = words.distinct.take(pa.array(words.codes[words.bounds[row] : words.bounds[row + 1]])).to_pylist()
        codes = self._parts.codes[self._parts.bounds[name] : self._parts.bounds[name + 1]]
        pair = set(self._parts.distinct.take(pa.array(codes)).to_pylist())
        longer = [word for word in own if len(word) > SHORT]
        return any({*two} == pair for two in pairwise(longer))


def strings(values: list[str]) -> pa.Array:
    """Return texts as an array of Arrow, also of none."""
    return pa.array(values, pa.string())


def plain_words(text: str) -> str:
    """Return the words of a text, those of other alphabets written in signs of ASCII."""
    words = legal_entities.plain(text).split()
    return " ".join(word if word.isascii() else _written(word) for word in words)


def _written(word: str) -> str:
    # A word of one or two letters stays as short as that.
    return word.encode().hex() + "u" if len(word) > SHORT else "u" * len(word)


def all_plain(texts: pa.Array) -> pa.Array:
    """Return :func:`plain_words` of each text."""
    plain, odd = folded_texts(texts)
    if odd.any():
        made = [plain_words(text) for text in texts.filter(pa.array(odd)).to_pylist()]
        plain = pc.replace_with_mask(plain, pa.array(odd), pa.array(made, plain.type))
    return plain
