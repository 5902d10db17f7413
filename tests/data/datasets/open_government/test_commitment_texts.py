from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogp_analysis.data.datasets.open_government.commitment_tables import all_folded, folded, language, masked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Vigilancia<br/>CIUDADANA  é  Ñ", "vigilancia ciudadana e n"),
        ("accès à l’information", "acces a l'information"),
        ("", ""),
    ],
)
def test_folding(text, expected):
    assert folded(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The ministry will publish the register of its contracts", "en"),
        ("La secretaría publicará el registro de los contratos y las compras", "es"),
        ("O ministério publicará o registro dos contratos e das compras pela internet", "pt"),
        ("Le ministère publiera les registres du gouvernement et des marchés", "fr"),
        ("Open Budget initiative", "undetermined"),
        ("Ministeriet offentliggør registret", "undetermined"),
        ("", "undetermined"),
    ],
)
def test_languages(text, expected):
    assert language(folded(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to a.b-c@x-y.gov.mk today", "write to [address] today"),
        ("a@b is none, nor @handle or 5 @ 3", "a@b is none, nor @handle or 5 @ 3"),
        ("one@a.org; two@b.org", "[address]; [address]"),
    ],
)
def test_addresses(made, text, expected):
    new, entries = masked(made([{"Text": text}]), "Text")
    assert new.tolist() == [expected]
    assert len(entries) == (text != expected)
    assert not entries[["old", "new"]].apply(lambda column: column.str.contains("@")).any(axis=None)


@given(st.lists(st.text(st.sampled_from("aB é’\t\x1c\x0b\u00a0ß<br/>|ñ\n"), max_size=30), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_texts_folded_together_are_those_folded_one_by_one(texts):
    together = all_folded(pd.Series(texts, dtype="str"))
    assert together.tolist() == [folded(text) for text in texts]


@given(st.text(st.sampled_from("theofel los_1 é-\n|"), max_size=40))
@settings(max_examples=200, deadline=None)
def test_words_are_the_same_with_and_without_letters_beyond_ascii(text):
    """A sign beyond ASCII behind the text changes the way it is taken apart, and nothing else."""
    assert language(text) == language(text + " –")
