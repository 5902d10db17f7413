"""Letters that an encoding lost in a name, and left as a question mark or a replacement sign within the word."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.beside import toml

_LOST = "?\N{REPLACEMENT CHARACTER}"
_WORD = re.compile(rf"[^\W\d_]*(?:[{_LOST}][^\W\d_]*)+")
_LETTERS = "[áéíóúüñ]"


@cache
def _words() -> tuple[str, ...]:
    told = toml(__file__, "lost_letters.toml")
    return tuple(sorted(set(told["words"].split())))


def may_miss(texts: pa.Array) -> np.ndarray:
    """Return which texts hold a sign for a lost letter within a word; false where missing."""
    pattern = rf"[\pL][{_LOST}]|[{_LOST}][\pL]"
    return np.asarray(pc.fill_null(pc.match_substring_regex(texts, pattern), False))


@lru_cache(maxsize=2**12)
def restored(text: str) -> str:
    """Return a text with the lost letters of each word for which exactly one of the known words fits.

    A word that fits none or several stays as published, and so does a question mark that ends a word.
    """

    def mended(word: str) -> str:
        if not word.strip(_LOST):
            return word
        fitting = re.compile("".join(_LETTERS if sign in _LOST else re.escape(sign.lower()) for sign in word))
        known = [one for one in _words() if fitting.fullmatch(one)]
        if len(known) != 1:
            return word
        upper = "".join(sign for sign in word if sign not in _LOST).isupper()
        return "".join(
            (new.upper() if upper else new) if sign in _LOST else sign for sign, new in zip(word, known[0], strict=True)
        )

    return _WORD.sub(lambda found: mended(found[0]), text)
