"""Texts of OGP commitments: what of them may be kept, in which language they are, and how they are searched."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd

from ogp_analysis.cleaning.record import changed

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
#: A text says its language if at least this many of its words are of it, and more than of any other.
_LEAST = 2


def masked(chunk: pd.DataFrame, column: str) -> tuple[pd.Series, pd.DataFrame]:
    """Return a column of text with its e-mail addresses masked, and the entries for the record.

    The entries count the addresses and do not repeat them, nor the text.
    """
    counts = chunk[column].map(lambda text: len(_ADDRESS.findall(text)))
    new = chunk[column].str.replace(_ADDRESS, MASK, regex=True)
    told = chunk.assign(**{column: counts.map(lambda n: f"{n} addresses" if n else "")})
    return new, changed(told, column, told[column].mask(counts > 0, MASK), ADDRESS_RULE)


def folded(text: str) -> str:
    """Return a text as it is searched: small letters without accents, one blank between words, no ``<br/>``."""
    letters = unicodedata.normalize("NFKD", text.replace("<br/>", " ").casefold())
    return " ".join("".join(c for c in letters if not unicodedata.combining(c)).replace("’", "'").split())


def language(text: str) -> str:
    """Return the language of a folded text by its function words: a value of :data:`LANGUAGES`.

    English, Spanish, Portuguese and French are told apart; a text in another language, or of a few names, is
    ``undetermined``.
    """
    words = re.findall(r"[^\W\d_]+", text)
    counts = {code: sum(word in known for word in words) for code, known in _SETS.items()}
    best = max(counts, key=counts.get)
    alone = sum(count == counts[best] for count in counts.values()) == 1
    return best if alone and counts[best] >= _LEAST else "undetermined"


_SETS = {code: frozenset(words) for code, words in _FUNCTION_WORDS.items()}
