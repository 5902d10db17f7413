"""What contracts are for, in words that name nobody: titles made of nothing but words that were read one by one.

A title is the publisher's sentence and may name a person: who is treated, taught, honoured or paid. Patterns for names
miss some. So a title is shown only if every word of it stands in ``object_words.csv``, a list compiled here of words
for goods, services, works, bodies and places that are not also names of people. The list was made from the samples of
2017 and 2018, and all titles of these that it lets through were read; of other files it shows fewer titles.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from functools import cache
from importlib import resources
from string import ascii_lowercase

import pandas as pd

from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.folding import all_unaccented, by_value, folded

RESOURCES = ("object_words.csv",)
#: Why a title is not shown: it has a word that is not on the list, is a text rather than a title, was masked because
#: it names somebody, or is not there.
STATUSES = ("shown", "other_word", "long", "masked", "missing")
#: A longer text is a description: prose.
LONGEST = 120
_MASKS = (persons.TEXT_MASK, persons.OFFICIAL_MASK)
_WORD = re.compile(r"[a-z0-9]+")
#: Numbers and codes, but not what looks like a tax code (3 or 4 letters, then a date) or a telephone number.
_CODE = re.compile(r"(?![a-z]{3,4}\d{6})(?=.{1,14}$)(?!.*[a-z]{4})(?!.*\d{9})[a-z0-9]*\d[a-z0-9]*")


@cache
def words() -> frozenset[str]:
    """Return the list of words, folded, and single letters."""
    text = resources.files(__package__).joinpath(RESOURCES[0]).read_text(encoding="utf-8")
    return frozenset(row["word"] for row in csv.DictReader(text.splitlines())) | frozenset(ascii_lowercase)


def read(titles: pd.Series) -> pd.DataFrame:
    """Return ``object`` (the title on one line, blank if it is not shown) and ``status``, one of :data:`STATUSES`."""
    return by_value(titles, _read)


def _read(titles: pd.Series) -> pd.DataFrame:
    texts = titles.tolist()
    status = [_status(text, plain) for text, plain in zip(texts, all_unaccented(texts), strict=True)]
    shown = [" ".join(text.split()) if told == "shown" else "" for text, told in zip(texts, status, strict=True)]
    return pd.DataFrame({"object": shown, "status": status}, dtype="str")


class _Judged(dict):
    """Whether a word may be shown: it is on the list, or a number or code. Each word is judged once."""

    def __missing__(self, word: str) -> bool:
        told = word in words() or _CODE.fullmatch(word) is not None
        if len(self) < _MOST_JUDGED:
            self[word] = told
        return told


#: Words that come again and again are among the first; running numbers would fill the memory.
_MOST_JUDGED = 2**14
_may_be_shown = _Judged().__getitem__


def _status(title: str, plain: str) -> str:
    if not title or title in _MASKS:
        return "masked" if title else "missing"
    if len(title) > LONGEST:
        return "long"
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain)
        if any(sign.isalpha() and not sign.isascii() for sign in plain):
            return "other_word"
        plain = folded(plain)
    return "shown" if all(map(_may_be_shown, _WORD.findall(plain))) else "other_word"
