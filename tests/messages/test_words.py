"""Neither language lacks a text, a case, a field or the registration of a number."""

from __future__ import annotations

import string

import pytest

from ogp_analysis.errors import MessageError, ParameterError
from ogp_analysis.messages import catalogue, numbers
from ogp_analysis.messages.catalogue import keys, use_language, word

ENGLISH, SPANISH = keys("en"), keys("es")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys():
    assert sorted(ENGLISH) == sorted(SPANISH)
    assert len(ENGLISH) > 400


@pytest.mark.parametrize("key", sorted(ENGLISH))
def test_both_languages_take_the_same_values(key):
    assert fields(ENGLISH[key]) == fields(SPANISH[key])
    assert ENGLISH[key].strip() and SPANISH[key].strip()


def test_every_registered_number_stands_in_a_text():
    for key, specs in numbers.register().items():
        texts = [t for k, t in ENGLISH.items() if k == key or k.rpartition(".")[0] == key]
        assert texts, f"{key} is registered, but is no message"
        used = set().union(*map(fields, texts))
        bounds = {bound for spec in specs.values() for bound in (spec.low, spec.high) if bound}
        assert not set(specs) - used - bounds, f"{key} registers {sorted(set(specs) - used)}, which no text says"


def test_bounds_of_a_number_are_registered_beside_it():
    for key, specs in numbers.register().items():
        for name, spec in specs.items():
            assert all(bound in specs for bound in (spec.low, spec.high) if bound), f"{key}.{name}"


def test_a_group_is_no_word_and_an_unknown_key_names_its_file():
    with pytest.raises(MessageError, match="group of texts"):
        word("profile.change")
    with pytest.raises(MessageError, match=r"profile_en\.toml"):
        word("profile.nothing_here")


def test_an_unknown_language_is_refused():
    with pytest.raises(ParameterError, match="en or es"):
        use_language("fr")


def test_drawn_words_change_with_what_is_drawn_and_not_with_what_is_said(monkeypatch):
    used, said = {"profile", "tables"}, {"profile.path"}
    before = catalogue.drawn_words("en", used, said)

    def with_text(key, text):
        monkeypatch.setattr(catalogue, "keys", lambda language: {**ENGLISH, key: text})
        return catalogue.drawn_words("en", used, said)

    assert with_text("profile.path.rose", "other") == before
    assert with_text("report.page.glance", "other") == before
    assert with_text("overview.headline", "other") == before
    assert with_text("profile.table.scope", "other") != before
