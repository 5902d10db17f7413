"""Text without case, accents and signs, and work done once per distinct value instead of once per row.

A function of one text, such as :func:`folded`, says what is meant. For many texts there is a way that returns the same
but turns all of those written in Latin-1 by one table of bytes, which takes a tenth of the time.

Imports no pandas: processes that read OCDS have none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_OTHER = re.compile(r"[^a-z0-9]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
#: The letters of Spanish, so that most texts need no decomposition.
_LETTERS = str.maketrans("áéíóúüñàèìòùäëïöâêîôûç", "aeiouunaeiouaeioaeiouc")


def folded(text: str) -> str:
    """Return `text` in lower case without accents, every run of other signs one blank."""
    plain = unaccented(text)
    if not plain.isascii():
        plain = _FOREIGN.sub(_without_marks, unicodedata.normalize("NFKD", plain))
    return _OTHER.sub(" ", plain).strip()


def _without_marks(signs: re.Match) -> str:
    return "".join(c for c in signs[0] if not unicodedata.combining(c))


def unaccented(text: str) -> str:
    """Return `text` in lower case, the letters of Spanish without accents; other signs stay."""
    plain = text.lower()
    return plain if plain.isascii() else plain.translate(_LETTERS)


def all_folded(texts: list[str]) -> list[str]:
    """Return :func:`folded` of each text."""
    return [" ".join(text.split()) for text in in_latin(texts, folded)]


def in_latin(texts: list[str], function: Callable[[str], str]) -> list[str]:
    """Apply to each text a function that turns every sign by itself; only blanks at its ends and in a row may differ.

    Parameters
    ----------
    texts : list of str
        Those with a sign outside of Latin-1 are given to `function`, all others to its table of bytes.
    function : callable
        Takes and returns one text.
    """
    table, hard = _table(function)
    joined = "\0".join(texts)
    places = [found.start() for found in hard.finditer(joined)]
    if places or joined.count("\0") != max(len(texts) - 1, 0):
        ends = np.cumsum([len(text) + 1 for text in texts])
        own = {
            *np.searchsorted(ends, places, side="right").tolist(),
            *(at for at, text in enumerate(texts) if "\0" in text),
        }
        others = iter(in_latin([text for at, text in enumerate(texts) if at not in own], function))
        return [function(text) if at in own else next(others) for at, text in enumerate(texts)]
    return joined.encode("latin-1").translate(table).decode("latin-1").split("\0") if texts else []


@cache
def _table(function: Callable[[str], str]) -> tuple[bytes, re.Pattern]:
    """Return what a function makes of each sign of Latin-1, and a pattern of the signs for which it has to be asked."""
    made = ["\0", *(function(f"x{chr(code)}x")[1:-1] for code in range(1, 256))]
    in_table = [code == 0 or (len(sign) == 1 and "\0" < sign <= "\xff") for code, sign in enumerate(made)]
    table = bytes(ord(sign) if known else 0 for sign, known in zip(made, in_table, strict=True))
    return table, re.compile(f"[^{''.join(re.escape(chr(code)) for code in range(256) if in_table[code])}]")


def by_value(values: pd.Series | pa.DictionaryArray, function: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """Apply `function` to the distinct values of a column, and give each row what its value became.

    Parameters
    ----------
    values : pandas.Series or pyarrow.DictionaryArray
        Text without missing values; as Arrow codes it, if its different values are known already.
    function : callable
        Takes a Series of distinct values and returns a Series of the same length; looks at each
        value alone.
    """
    import pandas as pd

    if isinstance(values, pd.Series):
        index, (codes, distinct) = values.index, pd.factorize(values)
        made = function(pd.Series(distinct, dtype=values.dtype, copy=False))
    else:
        index, codes = pd.RangeIndex(len(values)), values.indices.to_numpy()
        made = function(pd.Series(pd.array(values.dictionary, dtype="str"), copy=False))
    if isinstance(made, pd.Series):
        return pd.Series(made.array.take(codes), index, copy=False)
    return pd.DataFrame({name: made[name].array.take(codes) for name in made}, index, copy=False)


def each(values: pd.Series | pa.DictionaryArray, function: Callable[[str], str]) -> pd.Series:
    """Apply `function`, which takes and returns one text, once to every distinct value of a column."""
    import pandas as pd

    return by_value(values, lambda distinct: pd.Series([function(v) for v in distinct.tolist()], dtype="str"))


def texts_of(codes: np.ndarray, texts: Sequence[str]):
    """Return a column, for a Series or a frame, with the text of each code; codes count `texts` from 0."""
    import pandas as pd
    import pyarrow as pa

    return pd.array(pa.array(texts, pa.large_string()).take(pa.array(codes)), dtype="str")


def fits(texts: pa.Array, pattern: str) -> np.ndarray:
    """Return which texts fit a pattern of RE2 from end to end."""
    import pyarrow.compute as pc

    return pc.match_substring_regex(texts, f"^(?:{pattern})$").to_numpy(zero_copy_only=False)
