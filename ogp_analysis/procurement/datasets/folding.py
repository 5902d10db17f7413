"""Text without case, accents and signs, and work done once a distinct value instead of once a row."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import pandas as pd

_OTHER = re.compile(r"[^a-z0-9]+")
#: The letters of Spanish, so that most texts need no decomposition.
_LETTERS = str.maketrans("áéíóúüñàèìòùäëïöâêîôûç", "aeiouunaeiouaeioaeiouc")


def folded(text: str) -> str:
    """Return `text` in lower case without accents, every run of other signs one blank."""
    plain = unaccented(text)
    if not plain.isascii():
        plain = "".join(c for c in unicodedata.normalize("NFKD", plain) if not unicodedata.combining(c))
    return _OTHER.sub(" ", plain).strip()


def unaccented(text: str) -> str:
    """Return `text` in lower case, the letters of Spanish without accents; other signs stay."""
    plain = text.lower()
    return plain if plain.isascii() else plain.translate(_LETTERS)


def by_value(values: pd.Series, function: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Apply `function` to the distinct values of a column, and give each row what its value became.

    Parameters
    ----------
    values : pandas.Series
        Text without missing values.
    function : callable
        Takes a Series of distinct values and returns a Series of the same length; looks at each
        value alone.
    """
    codes, distinct = pd.factorize(values)
    made = function(pd.Series(distinct, dtype=values.dtype))
    return made.take(codes).set_axis(values.index)


def each(values: pd.Series, function: Callable[[str], str]) -> pd.Series:
    """Apply `function`, which takes and returns one text, once to every distinct value of a column."""
    return by_value(values, lambda distinct: pd.Series([function(v) for v in distinct.tolist()], dtype="str"))
