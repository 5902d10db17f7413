"""What contracts are for, in words that name nobody: titles made of nothing but words that were read one by one.

A title is the publisher's sentence and may name a person: who is treated, taught, honoured or paid. Patterns for names
miss some. So a title is shown only if every word of it stands in ``object_words.csv``, a list compiled here of words
for goods, services, works, bodies and places that are not also names of people. The list was made from the samples of
2017 and 2018, and all titles of these that it lets through were read; of other files it shows fewer titles.
"""

from __future__ import annotations

import csv
import unicodedata
from functools import cache
from importlib import resources
from string import ascii_lowercase

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ogp_analysis.base.text_column import array_of
from ogp_analysis.procurement.datasets import persons
from ogp_analysis.procurement.datasets.folded_words import Words, words_of
from ogp_analysis.procurement.datasets.folding import by_value, folded, unaccented

RESOURCES = ("object_words.csv",)
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


@cache
def words() -> frozenset[str]:
    """Return the list of words, folded, and single letters."""
    text = resources.files(__package__).joinpath(RESOURCES[0]).read_text(encoding="utf-8")
    return frozenset(row["word"] for row in csv.DictReader(text.splitlines())) | frozenset(ascii_lowercase)


@cache
def _listed() -> pa.Array:
    return pa.array(sorted(words()), pa.string())


def read(titles: pd.Series) -> pd.DataFrame:
    """Return ``object`` (the title on one line, blank if it is not shown) and ``status``, one of :data:`STATUSES`."""
    return by_value(titles, lambda distinct: judged(array_of(distinct)))


def judged(titles: pa.Array, words: Words | None = None) -> pd.DataFrame:
    """Return what :func:`read` does, for titles that differ; `words` are those of the titles, if they are known."""
    words = words or words_of(titles)
    other = words.having(~_may_be_shown(words.distinct)[words.codes])
    long = pc.greater(pc.utf8_length(titles), LONGEST).to_numpy(zero_copy_only=False)
    odd = words.odd & ~long
    other[odd] = _have_other_word(titles.filter(pa.array(odd)).to_pylist())
    status = np.where(other, STATUSES.index("other_word"), STATUSES.index("shown"))
    status[long] = STATUSES.index("long")
    status[pc.is_in(titles, pa.array(_MASKS, titles.type)).to_numpy(zero_copy_only=False)] = STATUSES.index("masked")
    status[pc.equal(titles, "").to_numpy(zero_copy_only=False)] = STATUSES.index("missing")
    rows = pa.array(status == STATUSES.index("shown"))
    shown = pa.array([" ".join(title.split()) for title in titles.filter(rows).to_pylist()], pa.large_string())
    told = {
        "object": pc.replace_with_mask(pa.repeat(pa.scalar("", shown.type), len(titles)), rows, shown),
        "status": pa.array(STATUSES, pa.large_string()).take(pa.array(status)),
    }
    return pd.DataFrame({name: pd.array(column, dtype="str") for name, column in told.items()}, copy=False)


def _have_other_word(titles: list[str]) -> np.ndarray:
    """Return which titles with odd signs have letters of another alphabet, or a word that is not shown."""
    plain = [unicodedata.normalize("NFKD", unaccented(title)) for title in titles]
    foreign = [any(sign.isalpha() and not sign.isascii() for sign in text) for text in plain]
    words = words_of(pa.array(map(folded, plain), pa.string()))
    return np.array(foreign, bool) | words.having(~_may_be_shown(words.distinct)[words.codes])


def _may_be_shown(words: pa.Array) -> np.ndarray:
    """Return which words are on the list, or a number or code."""
    listed = pc.is_in(words, _listed())
    others = words.filter(pc.invert(listed))
    code = pc.and_(pc.match_substring_regex(others, "[0-9]"), pc.less_equal(pc.binary_length(others), _LONGEST_CODE))
    code = pc.and_not(code, pc.match_substring_regex(others, _NO_CODE))
    return pc.replace_with_mask(listed, pc.invert(listed), code).to_numpy(zero_copy_only=False)
