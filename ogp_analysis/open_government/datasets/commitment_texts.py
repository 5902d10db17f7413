"""Texts of OGP commitments: which parts may be kept, their language, and how they are searched."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.tidy.record import FILE, LINE, changed

#: Rule for addresses in the texts of plans, which name officials to write to.
ADDRESS_RULE = "address_masked"
MASK = "[address]"
LANGUAGES = ("en", "es", "pt", "fr", "undetermined")

_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: Words that only join others, without accents; those that two of the languages share are left out.
_FUNCTION_WORDS = {
    "en": "the of and to in for will with by on is are this that which".split(),
    "es": "el los las del y una sus se al lo su es este esta desde".split(),
    "pt": "o os da do dos das e uma ao aos na nas dos pela pelo sao".split(),
    "fr": "le les du et une dans est aux sur ce cette ces leur au qui".split(),
}
_LANGUAGE = {word: code for code, words in _FUNCTION_WORDS.items() for word in words}
_WORD = re.compile(r"[^\W\d_]+")
#: What is not a letter, for texts of ASCII, which are taken apart faster this way.
_GAPS = {number: " " for number in range(128) if not chr(number).isalpha()}
#: What Python takes for blanks, in ASCII.
_BLANKS = r"[\t-\r\x1c-\x1f ]+"
#: A text says its language if at least this many of its words are of it, and more than of any other.
_LEAST = 2


def masked(chunk: pd.DataFrame, column: str) -> tuple[pd.Series, pd.DataFrame]:
    """Return a column of text with its e-mail addresses masked, and the entries for the record.

    The entries count the addresses and do not repeat them, nor the text.
    """
    if column not in chunk.columns:
        return pd.Series("", index=chunk.index, dtype="str"), chunk.iloc[:0]
    text = chunk[column]
    with_sign = text[text.str.contains("@", regex=False)]
    counts = with_sign.map(lambda one: len(_ADDRESS.findall(one)))
    counts = counts[counts > 0]
    hidden = text[counts.index].str.replace(_ADDRESS, MASK, regex=True)
    new = text.where(~text.index.isin(counts.index), hidden.reindex(text.index))
    told = chunk.loc[counts.index, [FILE, LINE]].assign(**{column: [f"{count} addresses" for count in counts]})
    return new, changed(told, column, pd.Series(MASK, index=told.index, dtype="str"), ADDRESS_RULE)


def folded(text: str) -> str:
    """Return a text as it is searched: small letters without accents, one blank between words, no ``<br/>``."""
    letters = text.replace("<br/>", " ").casefold()
    if not letters.isascii():
        letters = unicodedata.normalize("NFKD", letters)
        for accent in filter(unicodedata.combining, set(letters)):
            letters = letters.replace(accent, "")
        letters = letters.replace("’", "'")
    return " ".join(letters.split())


def all_folded(texts: pd.Series) -> pd.Series:
    """Return :func:`folded` of each text; those of ASCII, which are the most, all at once."""
    cells = pa.array(texts.tolist(), pa.large_string())
    plain = pc.string_is_ascii(cells)
    quick = pc.ascii_lower(pc.replace_substring(cells.filter(plain), "<br/>", " "))
    quick = pc.utf8_trim_whitespace(pc.replace_substring_regex(quick, _BLANKS, " "))
    other = pa.array([folded(text) for text in cells.filter(pc.invert(plain)).to_pylist()], pa.large_string())
    found = pc.replace_with_mask(pc.replace_with_mask(cells, plain, quick), pc.invert(plain), other)
    return pd.Series(pd.array(found, dtype="str"), index=texts.index)


def language(text: str) -> str:
    """Return the language of a folded text by its function words: a value of :data:`LANGUAGES`.

    English, Spanish, Portuguese and French are kept apart; a text in another language, or of a few names, is
    ``undetermined``.
    """
    words = text.translate(_GAPS).split() if text.isascii() else _WORD.findall(text)
    found = Counter(map(_LANGUAGE.get, words))
    counts = {code: found[code] for code in _FUNCTION_WORDS}
    best = max(counts, key=counts.get)
    alone = sum(count == counts[best] for count in counts.values()) == 1
    return best if alone and counts[best] >= _LEAST else "undetermined"
