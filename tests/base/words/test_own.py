"""Sentences of a notebook, in a file beside it or in the cell: both languages, numbers with labels, faults."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import MessageError, ParameterError
from ogp_analysis.base.words.catalogue import anew, language, speaking, spoken
from ogp_analysis.base.words.own import FOLDER

EN = """
[finding]
role = "finding"
numbers.gap = {label = "gap after the event", unit = "index", decimals = 2, signed = true}
unusual.text = "In {place} **{gap}** from {gap_low} to {gap_high}: {rank} of {n} {n:country|countries}."
ordinary.text = "In {place} {gap}."

[sources]
text = "Read on {day}."
"""
ES = """
[[cell]]
of = "00000000"
text = "## Nada"

[finding]
numbers.gap = "distancia después del hecho"
unusual.text = "En {place} **{gap}** de {gap_low} a {gap_high}: {rank} de {n} {n:país|países}."
ordinary.text = "En {place} {gap}."

[sources]
text = "Leído el {day}."
"""


@pytest.fixture(autouse=True)
def no_language_chosen():
    with speaking(None):  # another test of the same process may have chosen one
        yield


@pytest.fixture
def beside(tmp_path, monkeypatch):
    """Write the words of the notebook `mine` and open them."""
    monkeypatch.setenv(FOLDER, str(tmp_path))

    def opened(en: str = EN, es: str = ES):
        (tmp_path / "words").mkdir(exist_ok=True)
        (tmp_path / "words" / "mine_en.toml").write_text(en, encoding="utf-8")
        (tmp_path / "words" / "mine_es.toml").write_text(es, encoding="utf-8")
        return ogp.words("mine")

    return opened


def test_a_sentence_of_a_file_is_said_in_both_languages_and_its_numbers_have_labels(beside):
    said = beside().say("finding", "unusual", place=ogp.country("MEX"), gap=ogp.number(0.5, 0.25, 0.75), rank=2, n=1)
    assert said.plain() == "In Mexico +0.50 from +0.25 to +0.75: 2 of 1 country."
    with speaking("es"):
        other = said.again()
    assert other.markdown() == "En México **+0.50** de +0.25 a +0.75: 2 de 1 país."
    assert (said.role, said.language, other.language) == ("finding", "en", "es")
    labels = {"en": "gap after the event", "es": "distancia después del hecho"}
    assert said.numbers()["finding.gap"]["label"] == other.numbers()["finding.gap"]["label"] == labels
    assert other.numbers()["finding.rank"]["unit"] == "rank" and other.numbers()["finding.n"]["unit"] == "count"


def test_a_sentence_needs_no_file():
    texts = {"en": "{place}, {year}: {share}", "es": "{place}, {year}: {share}"}
    said = ogp.say(texts, id="mine", place={"en": "Here", "es": "Aquí"}, year=2017, share=ogp.number(0.5, unit="share"))
    assert said.plain() == "Here, 2017: 50%" and said.numbers()["mine.year"]["unit"] == "year"
    assert ogp.say("On {day}.", day=dt.date(2017, 5, 23)).plain() == "On 23 May 2017."


@pytest.mark.parametrize(
    ("en", "es", "message"),
    [
        (EN, ES.replace("[sources]", "[source]"), "'source' stands in one language only"),
        (EN, ES.replace("ordinary.text", "usual.text"), "finding: lacks 'ordinary' in one language"),
        (EN, ES.replace('numbers.gap = "distancia después del hecho"', ""), "finding: lacks 'gap' in one language"),
        (EN, ES.replace("el {day}", "hoy"), "sources: says 'day' in one language only"),
        (EN.replace('"index"', '"metre"'), ES, "finding: holds 'metre', which is not known"),
        (EN.replace('role = "finding"', 'role = "verdict"'), ES, "finding: holds 'verdict', which is not known"),
        (EN.replace("{day}", "{day!r}"), ES.replace("{day}", "{day!r}"), "its field 'day' is not the name of a value"),
        (
            EN.replace("{day}", "{day.x}"),
            ES.replace("{day}", "{day.x}"),
            "its field 'day.x' is not the name of a value",
        ),
        (EN.replace("{day}", "{day"), ES, "its text in 'en' cannot be read"),
        ("= 1", ES, "words/mine_en.toml: cannot be read"),
    ],
)
def test_files_that_do_not_say_the_same_are_refused(beside, en, es, message):
    with pytest.raises(MessageError, match=message):
        beside(en, es)


def test_what_is_not_there_is_named_with_what_is_near(beside):
    words = beside()
    with pytest.raises(MessageError, match=r"'findin': there is no such sentence\. Did you mean finding"):
        words.say("findin")
    with pytest.raises(MessageError, match=r"has no case 'odd'\. It has unusual, ordinary"):
        words.say("finding", "odd")
    with pytest.raises(MessageError, match="lacks the value 'gap'"):
        words.say("finding", "ordinary", place="x")
    with pytest.raises(MessageError, match=r"words of '\.\./mine'"):
        ogp.words("../mine")
    with pytest.raises(MessageError, match="words of 'other': there are none"):
        ogp.words("other")


@pytest.mark.parametrize(
    ("texts", "values", "message"),
    [
        ({"en": "a"}, {}, "has no text in 'es'"),
        ({"en": "{a}", "es": "{b}"}, {"a": 1, "b": 1}, "in one language only"),
        ("{a:>99999999}", {"a": "x"}, "words that agree with what is no number"),
        ("{a:{b}}", {"a": 1, "b": 1}, "not the name of a value"),
        ("{a}", {"a": None}, "'a' is 'None', neither number, date nor text"),
        ("{a}", {"a": float("nan")}, "its value is nan"),
        ("{a}", {"a": [1, 2]}, "'a' lists something else than texts"),
        ("{a}", {"a": []}, "'a' is a list of nothing"),
    ],
)
def test_a_sentence_that_cannot_be_said_is_refused(texts, values, message):
    with pytest.raises(MessageError, match=message):
        ogp.say(texts, **values)


def test_a_list_of_nothing_may_be_handed_to_a_sentence_that_does_not_say_it():
    assert ogp.say({"en": "None.", "es": "Ninguno."}, names=[]).plain() == "None."


def test_what_a_file_says_of_a_number_leaves_it_the_kind_that_its_name_gives_it(beside):
    words = beside(EN.replace("[sources]", 'numbers.rank = {label = "rank", decimals = 0}\n[sources]', 1), ES.replace(
        "[sources]", 'numbers.rank = "lugar"\n[sources]', 1))  # fmt: skip
    said = words.say("finding", "unusual", gap=ogp.number(1.0, low=0, high=2), rank=3, n=4, place="x")
    assert said.numbers()["finding.rank"]["unit"] == "rank"


def test_numbers_that_do_not_agree_stop_the_notebook():
    ogp.holds("parts add up", [0.1] * 10, 1)
    ogp.holds("the same", 3, 3.0)
    with pytest.raises(MessageError, match="parts add up: does not hold: 3 and 4"):
        ogp.holds("parts add up", (one for one in (1, 2)), 4)


def test_a_language_that_papermill_put_in_is_a_fault(beside, monkeypatch):
    class Shell:
        user_ns = {"language": "es"}

    beside()
    monkeypatch.setattr("IPython.get_ipython", Shell)
    with pytest.raises(ParameterError, match=r"parameter 'language': both pages are made.*OGP_LANGUAGE=es shows"):
        ogp.words("mine")


def test_parts_that_are_fewer_in_one_language_are_a_fault():
    parts = spoken(lambda: tuple(ogp.say("one", id=str(n)) for n in range(2 if language() == "en" else 1)))()
    with speaking("es"), pytest.raises(MessageError, match="has 1 parts in 'es' and 2 in another language"):
        parts[0].again()


def test_numbers_that_several_sentences_state_have_label_and_unit_once(beside):
    english = '[numbers]\nlast = {label = "last year", unit = "year"}\n' + EN.replace(
        "[sources]", '[now]\nrose.text = "Up to {last}, {share}."\nfell.text = "Down."\n\n[sources]'
    )
    spanish = '[numbers]\nlast = "último año"\n' + ES.replace(
        "[sources]", '[now]\nrose.text = "Sube hasta {last}, {share}."\nfell.text = "Baja."\n\n[sources]'
    )
    words = beside(english, spanish)
    share = ogp.number(0.25, unit="share")
    assert words.say("now", "rose", last=2023, share=share).plain() == "Up to 2023, 25%."
    # The other case does not state it, and carries it all the same.
    found = words.say("now", "fell", last=2023, share=share).numbers()
    assert list(found) == ["now.last"] and found["now.last"]["label"]["en"] == "last year"


def test_a_sentence_and_a_list_can_be_the_value_of_another_on_either_page():
    measure = ogp.say({"en": "the index", "es": "el índice"})
    names = [ogp.country("MEX"), ogp.country("ESP")]
    said = ogp.say({"en": "{measure} of {names}", "es": "{measure} de {names}"}, measure=measure, names=names)
    assert said.plain() == "The index of Mexico; Spain"
    with speaking("es"):
        assert anew(said).plain() == "El índice de México; España"


def test_cells_of_a_table_are_in_the_language_of_the_page():
    cells = [ogp.say({"en": "fell", "es": "bajó"}), ogp.country("ESP"), ogp.indicator("v2xcs_ccsi").short, "no_data"]
    made = ogp.table(
        "t",
        ogp.say({"en": "All", "es": "Todo"}),
        pd.DataFrame({"x": cells}),
        {"x": {"label": {"en": "ex", "es": "equis"}}},
    )
    assert made.frame["x"].tolist() == ["fell", "Spain", "Core civil society", "no_data"]
    with speaking("es"):
        other = anew(made)
    assert other.frame["x"].tolist() == ["bajó", "España", "Sociedad civil (índice central)", "no_data"]
    assert (other.caption, other.label("x")) == ("Todo", "equis")


@pytest.mark.parametrize(
    ("headings", "cell", "message"),
    [
        ({"x": {"label": {"en": "ex"}}}, 1, "heading 'x': has no label in each language"),
        ({"x": {"label": "ex"}}, 1, "heading 'x': has no label in each language"),
        ({"x": {"labels": "ex"}}, 1, "heading 'x': .* is not a heading"),
        ({"x": "ex"}, 1, "heading 'x': ex is not a heading"),
        ({"y": {"label": {"en": "ex", "es": "equis"}}}, 1, "has a heading without a column, 'y'"),
        ({"x": {"label": {"en": "ex", "es": "equis"}}}, {"es": "uno"}, "a cell has no text in 'en'"),
    ],
)
def test_a_table_that_cannot_be_written_in_both_languages_is_refused(headings, cell, message):
    with pytest.raises(MessageError, match=message):
        ogp.table("t", ogp.say({"en": "All", "es": "Todo"}), pd.DataFrame({"x": [cell]}), headings)
