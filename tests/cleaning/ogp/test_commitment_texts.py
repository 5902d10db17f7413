from __future__ import annotations

import pytest

from ogp_analysis.cleaning.ogp.commitment_texts import folded, language, masked


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
