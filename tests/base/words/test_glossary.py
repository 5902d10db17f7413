"""The Spanish texts use the terms of docs/glossary.toml, and write numbers, dates and institutions as Mexico does."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from pathlib import Path

import pytest

from ogp_analysis.base.paths import Project
from ogp_analysis.base.words import own
from ogp_analysis.base.words.catalogue import keys
from ogp_analysis.base.words.sentence import count, day, index, share
from ogp_analysis.publishing.runs import languages, manifest, notebook
from tests.tools import tool as of_tools

ROOT = Path(__file__).resolve().parents[3]
tool = of_tools("glossary")

GLOSSARY = tomllib.loads(tool.TERMS.read_text(encoding="utf-8"))
#: What is not prose: code, addresses, and the names of fields.
CODE = re.compile(r"`[^`]*`|\]\([^)]*\)|https?://\S+|\{\w+\}|\{\w+:")


def cells() -> dict[str, tuple[str, str]]:
    """Return the prose of each pair of cells of the notebooks, in English and Spanish."""
    found = {}
    for file in sorted((ROOT / "notebooks").glob("*.ipynb")):
        translated = languages.translations(Project(ROOT), file)
        pairs = (translated[languages.hash_of(text)] for text in languages.prose(notebook.read(file)))
        found |= {f"{file.stem}.{number}": tuple(pair.values()) for number, pair in enumerate(pairs, 1)}
    return found


def beside() -> dict[str, tuple[str, str]]:
    """Return the sentences that stand beside the notebooks, and the words of the front page, in both languages."""
    found = {}
    for file in sorted((ROOT / "notebooks" / "words").glob("*_en.toml")):
        both = {one: file.with_name(f"{file.stem[:-3]}_{one}.toml").read_text("utf-8") for one in ("en", "es")}
        words = own.Words(file.stem, {one: tomllib.loads(text) for one, text in both.items()})
        for key, entry in words._entries.items():
            both = {case: tuple(text.values()) for case, text in entry.texts.items()}
            both |= {name: tuple(about["label"].values()) for name, about in (entry.numbers | entry.columns).items()
                     if "label" in about}  # fmt: skip
            found |= {f"{file.stem}.{key}.{name}": pair for name, pair in both.items()}
    front = manifest.front(Project(ROOT)).words
    return found | {f"front.{name}": (pair["en"], pair["es"]) for name, pair in front.items()}


ENGLISH, SPANISH = keys("en"), keys("es")
TEXTS = {key: (ENGLISH[key], SPANISH[key]) for key in ENGLISH} | cells() | beside()
PLAIN = {key: tuple(CODE.sub(" ", text) for text in pair) for key, pair in TEXTS.items()}


def never() -> list[tuple[str, str]]:
    """Return the patterns that no Spanish text may hold, with what to say instead."""
    terms = [(pattern, term["es"]) for term in GLOSSARY["term"] for pattern in term.get("never", [])]
    return terms + [(one["pattern"], one["say"]) for one in GLOSSARY["never"]]


@pytest.mark.parametrize(("pattern", "instead"), never())
def test_no_spanish_text_says_it_otherwise(pattern, instead):
    said = {key: found[0] for key, (_, spanish) in PLAIN.items() if (found := re.search(pattern, spanish))}
    assert said == {}, f"say: {instead}"


@pytest.mark.parametrize("term", [one for one in GLOSSARY["term"] if "english" in one], ids=lambda one: one["en"])
def test_a_term_is_used_where_the_english_text_uses_it(term):
    wanted = term.get("spanish", re.escape(term["es"]))
    pairs = {key: pair for key, pair in PLAIN.items() if re.search(term["english"], pair[0])}
    assert pairs, "no text uses the term"
    lacking = {key for key, (_, spanish) in pairs.items() if not re.search(wanted, spanish, re.IGNORECASE)}
    assert lacking == set(term.get("elsewhere", []))


@pytest.mark.parametrize("one", GLOSSARY["institution"], ids=lambda one: one["short"])
def test_an_institution_has_its_name_at_the_date(one):
    name = re.compile(rf"\b(?:{re.escape(one['short'])}|{re.escape(one['name'])})\b")
    wrong = []
    for key, (_, spanish) in PLAIN.items():
        for sentence in re.split(r"(?<=[.;:])\s", spanish):
            years = [int(year) for year in re.findall(r"\b(?:19|20)\d\d\b", sentence) if name.search(sentence)]
            wrong += [(key, year) for year in years if not one.get("from", "0") <= str(year) <= one.get("to", "9")]
    assert wrong == []


def test_numbers_and_dates_are_written_as_in_mexico():
    written = [number.written("es") for number in (count(1234567), index(0.5, 2), share(0.05))]
    assert written == ["1,234,567", "0.50", "5 %"]
    assert day(dt.date(2017, 6, 17), "es") == "17 de junio de 2017"


@pytest.mark.parametrize(
    "text",
    ["5%", "1,5 puntos", "17/06/2017", "junio del 2017", "en Junio", "una bandera roja", "OGP", "en base a la ley"],
)
def test_what_is_not_said_would_be_found(text):
    assert any(re.search(pattern, text) for pattern, _ in never())


def test_the_page_is_what_the_file_says():
    assert tool.PAGE.read_text(encoding="utf-8") == tool.page()


def test_terms_stand_once():
    for kind, name in (("term", "en"), ("term", "es"), ("institution", "short")):
        named = [one[name] for one in GLOSSARY[kind]]
        assert len(named) == len(set(named))
