"""Text without case, accents and signs, and work done once per distinct value instead of once per row.

A function of one text, such as :func:`folded`, says what is meant. For many texts there is a way that returns the same
and has Arrow turn all of those written in Latin-1 at once.

Imports no pandas: processes that read OCDS have none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    import pandas as pd


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

    return pd.array(pa.array(texts, pa.large_string()).take(pa.array(codes)), dtype="str")


def fits(texts: pa.Array, pattern: str) -> np.ndarray:
    """Return which texts fit a pattern of RE2 from end to end."""
    return pc.match_substring_regex(texts, f"^(?:{pattern})$").to_numpy(zero_copy_only=False)


# The words of many texts at once, as :func:`~ogp_analysis.data.datasets.procurement.folding.folded` makes them.
# Titles differ from row to row, the words in them hardly do. So a column is folded and split in its bytes, and what is
# to be known of a word is asked once for each different word, not once for each text.

#: The least letters of a part of a name that can identify somebody.
_SMALL = 3
#: A sign that is neither of Latin-1 nor a dash, a quotation mark or a blank, or a letter of Latin-1 that is in no word.
_ODD = "[^\x00-\xff\u2000-\u203f]|[¼½¾µÆæÐðØøÞþß]"


class Words(NamedTuple):
    """The words of texts.

    Attributes
    ----------
    distinct : pyarrow.Array
        Each different word once, in the order in which they come.
    codes : numpy.ndarray
        The words of all texts one behind the other, by their place in `distinct`.
    bounds : numpy.ndarray
        Where the words of each text begin in `codes`, and where those of the last end.
    odd : numpy.ndarray
        Which texts have a sign that is neither of Latin-1 nor a dash or quotation mark, or a letter of Latin-1 that is
        in no word (ø, ß).
    """

    distinct: pa.Array
    codes: np.ndarray
    bounds: np.ndarray
    odd: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """How many words each text has."""
        return np.diff(self.bounds)

    def having(self, marks: np.ndarray) -> np.ndarray:
        """Return which texts have a word that is marked, given a mark for each entry of `codes`."""
        before = np.zeros(len(marks) + 1, np.int32)
        np.cumsum(marks, out=before[1:])
        before = before[self.bounds]
        return before[1:] > before[:-1]

    def take(self, texts: np.ndarray) -> Words:
        """Return the words of some of the texts, by their places."""
        counts = self.counts[texts]
        bounds = np.concatenate([[0], np.cumsum(counts)])
        at = np.arange(bounds[-1]) + np.repeat(self.bounds[texts] - bounds[:-1], counts)
        return Words(self.distinct, self.codes[at], bounds, self.odd[texts])


def words_of(texts: pa.Array) -> Words:
    """Return the words of each text: those of ``folded(text).split()``.

    Parameters
    ----------
    texts : pyarrow.Array
        Without missing values.

    Examples
    --------
    >>> found = words_of(pa.array(["Diseño de obra", "", "OBRA (1a. etapa)"]))
    >>> found.distinct.to_pylist(), found.codes.tolist(), found.bounds.tolist()
    (['diseno', 'de', 'obra', '1a', 'etapa'], [0, 1, 2, 2, 3, 4], [0, 3, 3, 6])
    """
    folded, odd = folded_texts(texts)
    words = pc.split_pattern(pc.if_else(pc.equal(folded, ""), None, folded), " ")
    bounds = np.concatenate([[0], np.cumsum(pc.fill_null(pc.list_value_length(words), 0))])
    coded = words.flatten().cast(pa.string()).dictionary_encode()
    return Words(coded.dictionary, coded.indices.to_numpy(), bounds, odd)


def longer_parts(names: pa.Array) -> Words:
    """Return the parts of names that tell something on their own; of each name the longest first."""
    words = words_of(names)
    length = pc.binary_length(words.distinct).to_numpy()[words.codes]
    counts = np.concatenate([[0], np.cumsum(length >= _SMALL)])
    order = np.lexsort((-length, np.repeat(np.arange(len(names)), words.counts)))
    return words._replace(codes=words.codes[order[length[order] >= _SMALL]], bounds=counts[words.bounds])


def hold_names(texts: Words, text_codes: np.ndarray, names: Words, name_codes: np.ndarray) -> np.ndarray:
    """Return which of some pairs of a text and a name hold every part of the name in the text, if it has any.

    Parameters
    ----------
    texts, names : Words
        The words of different texts, and the :func:`longer_parts` of different names.
    text_codes, name_codes : numpy.ndarray
        The text and the name of each pair, by their place.
    """
    found = np.zeros(len(text_codes), bool)
    parts = pc.fill_null(pc.index_in(names.distinct, texts.distinct), -1).to_numpy()[names.codes]
    telling = np.zeros(len(texts.distinct), bool)
    telling[parts[parts >= 0]] = True
    # Most names have a part that is in no text, most texts no word that is a part of a name.
    names_left, texts_left = (names.counts > 0) & ~names.having(parts < 0), texts.having(telling[texts.codes])
    rows = np.flatnonzero(names_left[name_codes] & texts_left[text_codes])
    # One part of every name is looked for at a time, the longest, which fewest texts hold, first.
    counts, part = names.counts[name_codes], 0
    while len(rows):
        wanted = parts[names.bounds[name_codes[rows]] + part]
        words = texts.take(text_codes[rows])
        rows = rows[words.having(words.codes == np.repeat(wanted, words.counts))]
        part += 1
        found[rows[counts[rows] == part]] = True
        rows = rows[counts[rows] > part]
    return found


def folded_texts(texts: pa.Array) -> tuple[pa.Array, np.ndarray]:
    """Return ``folded`` of each text, and which of them are odd as :attr:`Words.odd` says.

    Parameters
    ----------
    texts : pyarrow.Array
        Without missing values.

    Examples
    --------
    >>> found, odd = folded_texts(pa.array(["Diseño  de obra", " ", "(ß)"]))
    >>> found.to_pylist(), odd.tolist()
    (['diseno de obra', '', ''], [False, False, True])
    """
    odd = pc.match_substring_regex(texts, _ODD).to_numpy(zero_copy_only=False)
    plain = texts
    if odd.any():
        each = map(folded, texts.filter(pa.array(odd)).to_pylist())
        plain = pc.replace_with_mask(texts, pa.array(odd), pa.array(each, texts.type))
    plain = pc.utf8_normalize(pc.utf8_lower(plain), "NFKD")
    plain = pc.replace_substring_regex(pc.replace_substring_regex(plain, r"\p{Mn}+", ""), "[^a-z0-9]+", " ")
    return pc.ascii_trim(plain, " ").cast(pa.string()), odd
