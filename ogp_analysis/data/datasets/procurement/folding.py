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
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.text_column import bytes_of, offsets_of

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
#: The least of the first bytes that signs other than those of ASCII have in UTF-8.
_FIRST = 0xC2
#: Dashes, quotation marks and blanks: signs that begin with the same two bytes, and none of which is in a word.
_MARKS = range(0x2000, 0x2040)
#: What a sign becomes: a blank, or a byte that belongs to the letter behind it.
_BLANK, _PART = ord(" "), 1
#: A blank that stays, until all others are taken out.
_KEPT = 2
_KEPT_TO_BLANK = bytes.maketrans(bytes([_KEPT]), bytes([_BLANK]))


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


class _Split(NamedTuple):
    """Texts folded in their bytes, and where the words lie in them.

    Attributes
    ----------
    signs : numpy.ndarray
        The letters of all words, and between them blanks and bytes that belong to the letter behind them.
    first, last : numpy.ndarray
        Where each word begins in `signs`, and where its last letter stands.
    letters : numpy.ndarray
        How many letters come before each word, and how many there are.
    bounds, odd : numpy.ndarray
        As of :class:`Words`.
    """

    signs: np.ndarray
    first: np.ndarray
    last: np.ndarray
    letters: np.ndarray
    bounds: np.ndarray
    odd: np.ndarray


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
    split = _split(texts)
    data = split.signs.tobytes().translate(None, bytes([_BLANK, _PART]))
    buffers = [None, pa.py_buffer(split.letters), pa.py_buffer(data)]
    coded = pa.Array.from_buffers(pa.string(), len(split.first), buffers).dictionary_encode()
    return Words(coded.dictionary, coded.indices.to_numpy(), split.bounds, split.odd)


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
    signs, _, last, letters, bounds, odd = _split(texts)
    within = np.ones(len(last), bool)
    within[bounds[1:][bounds[1:] > bounds[:-1]] - 1] = False
    # A word that is not the last of its text has a blank behind it: that one is kept.
    signs[last[within] + 1] = _KEPT
    data = signs.tobytes().translate(_KEPT_TO_BLANK, bytes([_BLANK, _PART]))
    blanks = np.concatenate([[0], np.cumsum(within)])
    offsets = (letters + blanks)[bounds].astype(np.int32)
    return pa.Array.from_buffers(pa.string(), len(texts), [None, pa.py_buffer(offsets), pa.py_buffer(data)]), odd


def _split(texts: pa.Array) -> _Split:
    in_ascii, in_latin, no_letter = _tables()
    odd = np.zeros(len(texts), bool)
    signs, starts, pairs = _bytes(texts)
    hard = pairs[in_latin[signs[pairs], signs[pairs + 1]] == 0]
    if len(hard):
        odd[np.searchsorted(starts, hard, side="right") - 1] = True
        each = pa.array(map(folded, texts.filter(pa.array(odd)).to_pylist()), texts.type)
        texts = pc.replace_with_mask(texts, pa.array(odd), each)
        signs, starts, pairs = _bytes(texts)
    made = in_latin[signs[pairs], signs[pairs + 1]]
    odd[np.searchsorted(starts, pairs[no_letter[signs[pairs], signs[pairs + 1]]], side="right") - 1] = True
    plain = np.frombuffer(bytearray(signs).translate(in_ascii), np.uint8)
    plain[pairs + 1] = made
    plain[pairs] = np.where(made == _BLANK, _BLANK, _PART)
    inside = plain != _BLANK
    begins, ends = inside.copy(), inside.copy()
    begins[1:] &= ~inside[:-1]
    ends[:-1] &= ~inside[1:]
    # Where one text ends with a word and the next begins with one, these are two.
    first = starts[:-1][starts[:-1] < starts[1:]]
    begins[first] = inside[first]
    ends[first[1:] - 1] = inside[first[1:] - 1]
    at, last = np.flatnonzero(begins), np.flatnonzero(ends)
    parts = np.searchsorted(at, pairs[made != _BLANK], side="right") - 1
    letters = np.zeros(len(at) + 1, np.int32)
    np.cumsum(last + 1 - at - np.bincount(parts, minlength=len(at)), out=letters[1:])
    return _Split(plain, at, last, letters, np.searchsorted(at, starts), odd)


def _bytes(texts: pa.Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the bytes of texts, where each text begins in them, and where a sign that is not in ASCII does."""
    signs, offsets = bytes_of(texts), offsets_of(texts)
    return signs, offsets - offsets[0], np.flatnonzero(signs >= _FIRST)


@cache
def _tables() -> tuple[bytes, np.ndarray, np.ndarray]:
    """Return what each byte of ASCII becomes, and each pair that begins a sign, and which of these are letters lost.

    A pair becomes 0 where :func:`folded` is to be asked.
    """
    made = [folded(f"x{chr(code)}x")[1:-1] for code in range(256)]
    one = np.array([ord(sign) if len(sign) == 1 else 0 for sign in made], np.uint8)
    in_ascii = np.full(256, _BLANK, np.uint8)
    in_ascii[:128] = one[:128]
    in_latin, no_letter = np.zeros((256, 256), np.uint8), np.zeros((256, 256), bool)
    for code in range(128, 256):
        pair = tuple(chr(code).encode())
        bare = unicodedata.normalize("NFKD", chr(code).lower())
        in_latin[pair], no_letter[pair] = one[code], any(sign.isalpha() and not sign.isascii() for sign in bare)
    in_latin[tuple(chr(_MARKS[0]).encode()[:2])] = _BLANK * all(folded(f"x{chr(code)}x") == "x x" for code in _MARKS)
    return in_ascii.tobytes(), in_latin, no_letter
