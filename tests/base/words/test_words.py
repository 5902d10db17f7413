"""Neither language lacks a text, a case, a field or the registration of a number."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

import ogp_analysis
from ogp_analysis.base.errors import MessageError, ParameterError
from ogp_analysis.base.words import Sentence, catalogue
from ogp_analysis.base.words.catalogue import keys, use_language, word
from ogp_analysis.base.words.sentence import Counted, Number, count, index, year

ENGLISH, SPANISH = keys("en"), keys("es")


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_both_languages_have_the_same_keys():
    assert sorted(ENGLISH) == sorted(SPANISH)
    assert len(ENGLISH) > 400


def test_both_languages_take_the_same_values():
    assert [key for key in ENGLISH if fields(ENGLISH[key]) != fields(SPANISH[key])] == []
    assert all(text.strip() for text in [*ENGLISH.values(), *SPANISH.values()])


def test_a_group_is_no_word_and_an_unknown_key_names_its_file():
    with pytest.raises(MessageError, match="group of texts"):
        word("panel.change")
    with pytest.raises(MessageError, match=r"panel_en\.toml"):
        word("panel.nothing_here")


def test_an_unknown_language_is_refused():
    with pytest.raises(ParameterError, match="en or es"):
        use_language("fr")


def test_what_is_said_of_one_thing_stands_in_its_own_file(tmp_path, monkeypatch):
    for language in catalogue.LANGUAGES:
        (tmp_path / f"things_{language}.toml").write_text('[unit]\nn = "units"\n')
    (tmp_path / "things").mkdir()
    own = tmp_path / "things" / "A1.toml"
    own.write_text('[en]\ntitle = "One"\n[es]\ntitle = "Uno"\n')
    monkeypatch.setattr(catalogue, "_PACKAGE", tmp_path)
    monkeypatch.setattr(catalogue, "areas", lambda language: ("things",))
    monkeypatch.setattr(catalogue, "_files", lambda language: {"things": tmp_path / f"things_{language}.toml"})
    read = catalogue.tree.__wrapped__
    assert read("things", "es") == {"unit": {"n": "units"}, "A1": {"title": "Uno"}}
    own.write_text("[en")
    with pytest.raises(MessageError, match="not valid TOML"):
        read("things", "es")


#: Words that follow a count and do not change with it: prepositions, adverbs, and English verbs in the past or after
#: "can"; in Spanish also verbs whose subject is something else. All others stand in a pair, ``{n:country|countries}``.
UNCHANGED = {
    "en": set("of and in with an to at above too only there nothing instead largest higher per".split())
    | set("rated fell rose did moved can gave kept went".split()),
    "es": set("de,y,en,con,por,por alerta,a,no se compara,solo en,solo lo decide,no hay,hubo".split(","))
    | {"el plazo fue", "se respetó", "más arriba"},
}
#: A count and up to three words after it, as the text shows them; a pair of words stands there in braces.
AFTER = re.compile(r"\{(\w+)\}(?:\*\*)?[  ]((?:[^\W\d_]+ ?){1,3})")
PAIR = re.compile(r"\{(\w+):([^{}]*)\}")


#: Counts that the package makes of several columns at once, so that no line names them.
IN_LOOPS = {"asked", "below", "rows_in", "kept", "set_aside", "merged", "folders", "all_folders"}


def counted_fields() -> set[str]:
    """Return the names of fields that the package gives as counts, and as nothing else."""
    sources = [file.read_text(encoding="utf-8") for file in Path(ogp_analysis.__file__).parent.rglob("*.py")]
    # Several at once are one number each.
    several = {"counts": "count", "years": "year", "in_years": "year", "indices": "index"}
    called = [
        f"{keyword.arg}={several[node.func.id]}("
        for source in sources
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in several
        for keyword in node.keywords
        if keyword.arg
    ]
    text = "\n".join([*sources, *called])
    known = set(re.findall(r"\b(\w+)=count\(", text)) | set(re.findall(r"^    (\w+): Count\b", text, re.MULTILINE))
    known |= set(re.findall(r'"(\w+)": count\(', text)) | set(re.findall(r"def (\w+)\(self\) -> Count\b", text))
    other = set(re.findall(r"\b(\w+)(?:\": |=)(?:year|share|index|rank|probability|Number|_?millions)\(", text))
    known |= set(re.findall(r"(\w+)=", " ".join(re.findall(r"\bcounts\((.*?)\)", text, re.DOTALL))))
    indices = " ".join(re.findall(r"\bindices\((.*?)\)", text, re.DOTALL))
    other |= set(re.findall(r"(\w+)=", indices))
    return known - other | IN_LOOPS | {"n", "count", "shown", *"0123456789"}


COUNTED = counted_fields()


def counts(key: str) -> set[str]:
    """Return the fields of a text that are counts; a proportion gives ``<name>_count`` and ``<name>_n``."""
    own = fields(ENGLISH[key])
    return own & COUNTED | {name for name in own if name.endswith(("_count", "_n"))}


@pytest.mark.parametrize(("language", "texts"), [("en", ENGLISH), ("es", SPANISH)])
def test_a_word_that_is_counted_has_its_singular(language, texts):
    """One country, not 1 countries: whatever follows a count is a pair of words, or does not change with the count."""
    unchanged, wrong = UNCHANGED[language], []
    for key, text in texts.items():
        for field, after in AFTER.findall(text):
            words = after.split()
            starts = {" ".join(words[:n]) for n in (1, 2, 3)}
            if field in counts(key) and not starts & unchanged:
                wrong.append(f"{key}: {{{field}}} {after}")
    assert wrong == []


@pytest.mark.parametrize(("language", "texts"), [("en", ENGLISH), ("es", SPANISH)])
def test_a_pair_of_words_stands_for_a_count_and_its_words_differ(language, texts):
    found = [(key, *pair) for key, text in texts.items() for pair in PAIR.findall(text)]
    assert len(found) > 90
    for key, field, pair in found:
        if "|" not in pair:  # an ordinal: "2nd-largest"
            assert language == "en" and field.startswith("rank"), f"{key}: {field!r} is not a rank"
            continue
        singular, bar, plural = pair.partition("|")
        assert bar and singular and plural and singular != plural and "|" not in plural, f"{key}: {pair!r}"
        # Refused also when it is written: see test_words_agree_with_counts_only.
        assert field in counts(key), f"{key}: {field!r} is not a count"


def test_a_rank_is_written_with_the_ending_of_its_ordinal():
    written = {n: f"{Counted(str(n), n, 'rank'):largest}" for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111, 113, 123)}
    assert (
        list(written.values())
        == (
            "largest 2nd-largest 3rd-largest 4th-largest 11th-largest 12th-largest 13th-largest 21st-largest "
            "22nd-largest 101st-largest 111th-largest 113th-largest 123rd-largest"
        ).split()
    )
    with pytest.raises(MessageError, match="agree with 2, which is not a count"):
        f"{Counted('2', 2, 'rank'):country|countries}"


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("n", [0, 1, 2, 21, 1001])
def test_one_is_one_and_none_and_several_are_several(language, n):
    words = {"en": ("country has a value", "countries have a value"), "es": ("país tiene valor", "países tienen valor")}
    said = f"{n:,} {words[language][n != 1]}"
    values = {"window": Number(5, "years"), "first": year(2018), "last": year(2023), "first_value": index(0.5)}
    values |= {"n": count(n), "tied": count(0)}
    made = Sentence("panel.change", values, case="unchanged", language=language)
    assert said in made.plain() and said in made.markdown()
