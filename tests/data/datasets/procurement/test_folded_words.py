"""The words of a column of texts are those of each text alone, whatever signs they hold."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.data.datasets.procurement import persons
from ogp_analysis.data.datasets.procurement.compranet import columns
from ogp_analysis.data.datasets.procurement.folding import Words, folded, folded_texts, unaccented, words_of
from ogp_analysis.data.datasets.procurement.mentions import words

SIGNS = (
    st.sampled_from("aB1 .ñÉ")
    | st.characters(max_codepoint=0x17F)
    | st.sampled_from("\0¼ªßµÿΣς中ﬁ\u0301\u2003№İø“–\u200b‿⁀")
)
TEXTS = st.lists(st.text(SIGNS, max_size=12) | st.text(max_size=4), max_size=8)


def listed(words: Words) -> list[list[str]]:
    """Return the words of each text as a list."""
    distinct = words.distinct.to_pylist()
    assert len(set(distinct)) == len(distinct)
    return [[distinct[code] for code in codes] for codes in np.split(words.codes, words.bounds[1:-1])]


@given(TEXTS, st.sampled_from([pa.string(), pa.large_string()]), st.integers(0, 2))
def test_words_are_those_of_each_text_folded(texts, kind, before):
    # A slice of a column begins in the middle of its bytes.
    column = pa.array(["é"] * before + texts, kind)[before:]
    if texts:
        assert listed(words_of(column)) == [folded(text).split() for text in texts]
    assert len(words_of(column).odd) == len(texts)


@given(TEXTS, st.sampled_from([pa.string(), pa.large_string()]), st.integers(0, 2))
def test_texts_are_folded_as_each_is_alone(texts, kind, before):
    column = pa.array(["é"] * before + texts, kind)[before:]
    found, odd = folded_texts(column)
    assert found.to_pylist() == [folded(text) for text in texts]
    assert odd.tolist() == words_of(column).odd.tolist()


@pytest.mark.parametrize("code", [*range(0x250), *range(0x2000, 0x2070)])
def test_every_sign_stands_in_a_word_or_between_two(code):
    texts = [chr(code), f"a{chr(code)}b", f"{chr(code)}a", f"a{chr(code)}"]
    assert listed(words_of(pa.array(texts))) == [folded(text).split() for text in texts]


@given(TEXTS, st.data())
def test_the_words_of_some_texts_are_taken_in_any_order(texts, data):
    words = words_of(pa.array([*texts, "end"]))
    places = data.draw(st.lists(st.integers(0, len(texts)), min_size=1))
    assert listed(words.take(np.array(places))) == [listed(words)[place] for place in places]


WORDS = st.sampled_from(["Juan", "PÉREZ", "pérez", "de", "Lopéz", "obra", "ﬁn", "Pe\u0301rez", "¼", "3", "", "№", "ø"])
PHRASES = st.lists(WORDS, max_size=5).map(" ".join)


@given(st.lists(st.tuples(PHRASES, PHRASES), min_size=1, max_size=8))
def test_a_text_holds_a_name_if_it_holds_every_longer_part(pairs):
    texts, names = (pd.Series(column, dtype="str") for column in zip(*pairs, strict=True))
    parts = [{part for part in folded(name).split() if len(part) >= 3} for name in names]
    expected = [bool(some) and some <= set(folded(text).split()) for text, some in zip(texts, parts, strict=True)]
    assert persons.names_person(texts, names).tolist() == expected


def shown(title: str) -> bool:
    """Whether every word of a title may be shown, by the definition, word by word."""
    plain = unicodedata.normalize("NFKD", unaccented(title))
    if any(sign.isalpha() and not sign.isascii() for sign in plain):
        return False
    return all(may_be_shown(word) for word in folded(plain).split())


def may_be_shown(word: str) -> bool:
    if word in words():
        return True
    letters = "".join("a" if sign.isalpha() else "1" for sign in word)
    looks_like_a_tax_code = letters.startswith(("aaa111111", "aaaa111111"))
    too_much = "aaaa" in letters or "1" * 9 in letters or len(word) > 14
    return "1" in letters and not looks_like_a_tax_code and not too_much


TITLE_WORDS = st.sampled_from("Servicio SERVICIO obra Juan № ø лист ½ 2ª “x” e\u0301 ß".split())
CODES = st.text(st.sampled_from("abcXYZ0123456789-"), max_size=18)


@given(st.lists(st.lists(TITLE_WORDS | CODES, min_size=1, max_size=5).map(" ".join), min_size=1, max_size=6))
def test_a_title_is_shown_by_the_rule_for_each_of_its_words(titles):
    told = columns.read(pd.Series(titles, dtype="str"))
    blank = ["missing" if not title else "" for title in titles]
    expected = [none or ("shown" if shown(title) else "other_word") for title, none in zip(titles, blank, strict=True)]
    assert told["status"].tolist() == expected
    assert told["object"].tolist() == [
        " ".join(title.split()) if status == "shown" else "" for title, status in zip(titles, expected, strict=True)
    ]
