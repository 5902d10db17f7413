"""What contracts are for, in words that name nobody: titles made of nothing but words that were read one by one.

A title is the publisher's sentence and may name a person: who is treated, taught, honoured or paid. Patterns for names
miss some. So a title is shown only if every word of it stands in ``object_words.csv`` of :mod:`..object_words`, a list
compiled here of words for goods, services, works, bodies and places that are not also names of people. The list was
made from the samples of 2017 and 2018, and all titles of these that it lets through were read; of other files it shows
fewer titles.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.text_column import array_of
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.folded_words import Words, words_of
from ogp_analysis.procurement.datasets.folding import by_value, folded, texts_of, unaccented
from ogp_analysis.procurement.datasets.object_words import words as listed_words

#: Why a title is not shown: it has a word that is not on the list, is a text rather than a title, was masked because
#: it names somebody, or is not there.
STATUSES = ("shown", "other_word", "long", "masked", "missing")
#: A longer text is a description: prose.
LONGEST = 120
_MASKS = (persons.TEXT_MASK, persons.OFFICIAL_MASK)
#: Numbers and codes have a digit and are not longer than this,
_LONGEST_CODE = 14
#: nor do they look like a tax code (3 or 4 letters, then a date), a word or a telephone number.
_NO_CODE = "^[a-z]{3,4}[0-9]{6}|[a-z]{4}|[0-9]{9}"
_NO_ASCII = re.compile(r"[^\x00-\x7f]")
#: A blank at an end, two in a row, or a sign of another kind at which ``str.split`` splits.
_UNEVEN = r"^ | $|  |[\t-\r\x1c-\x1f\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}]"


@cache
def _listed() -> pa.Array:
    return pa.array(sorted(listed_words()), pa.string())


def read(titles: pd.Series) -> pd.DataFrame:
    """Return ``object`` (the title on one line, blank if it is not shown) and ``status``, one of :data:`STATUSES`."""

    def told(distinct: pd.Series) -> pd.DataFrame:
        shown, status = judged(array_of(distinct))
        return pd.DataFrame({"object": pd.array(shown, dtype="str"), "status": texts_of(status, STATUSES)}, copy=False)

    return by_value(titles, told)


def judged(titles: pa.Array, words: Words | None = None) -> tuple[pa.Array, np.ndarray]:
    """Return what is shown of titles that differ, and the status of each by its place in :data:`STATUSES`.

    Parameters
    ----------
    titles : pyarrow.Array
        Without missing values.
    words : Words, optional
        Those of the titles, if they are known.
    """
    words = words or words_of(titles)
    other = words.having(~_may_be_shown(words.distinct)[words.codes])
    long = pc.greater(pc.utf8_length(titles), LONGEST).to_numpy(zero_copy_only=False)
    odd = words.odd & ~long
    # Titles with odd signs may have letters of another alphabet, which folding loses.
    plain = [unicodedata.normalize("NFKD", unaccented(title)) for title in titles.filter(pa.array(odd)).to_pylist()]
    foreign = np.array([any(map(str.isalpha, _NO_ASCII.findall(text))) for text in plain], bool)
    latin = words_of(pa.array(map(folded, plain), pa.string()))
    other[odd] = foreign | latin.having(~_may_be_shown(latin.distinct)[latin.codes])
    status = np.where(other, STATUSES.index("other_word"), STATUSES.index("shown"))
    status[long] = STATUSES.index("long")
    status[pc.is_in(titles, pa.array(_MASKS, titles.type)).to_numpy(zero_copy_only=False)] = STATUSES.index("masked")
    status[pc.equal(titles, "").to_numpy(zero_copy_only=False)] = STATUSES.index("missing")
    rows = status == STATUSES.index("shown")
    shown = pc.if_else(pa.array(rows), titles, pa.scalar("", titles.type))
    uneven = pc.match_substring_regex(shown, _UNEVEN)
    if pc.any(uneven).as_py():
        even = [" ".join(title.split()) for title in shown.filter(uneven).to_pylist()]
        shown = pc.replace_with_mask(shown, uneven, pa.array(even, shown.type))
    return shown, status


def _may_be_shown(words: pa.Array) -> np.ndarray:
    """Return which words are on the list, or a number or code."""
    listed = pc.is_in(words, _listed())
    others = words.filter(pc.invert(listed))
    code = pc.and_(pc.match_substring_regex(others, "[0-9]"), pc.less_equal(pc.binary_length(others), _LONGEST_CODE))
    code = pc.and_not(code, pc.match_substring_regex(others, _NO_CODE))
    return pc.replace_with_mask(listed, pc.invert(listed), code).to_numpy(zero_copy_only=False)
