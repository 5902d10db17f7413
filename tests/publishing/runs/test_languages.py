"""One run, two pages: each in one language, and nothing that would be in one language only."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys

import pytest

from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.paths import Project
from ogp_analysis.base.words.sentence import SENTENCE_MIME
from ogp_analysis.publishing.runs import languages, notebook

from ..conftest import EVENTS, document

ENGLISH, SPANISH = "# How is it?", "# ¿Cómo está?"
WORDS = f"[[cell]]\nof = '{languages.hash_of(ENGLISH)}'\ntext = '''\n{SPANISH}'''\n"


def translated(checkout, name: str = "events") -> None:
    """Lay the Spanish of the title of a notebook beside it."""
    words = checkout.root / "notebooks" / "words" / f"{name}_es.toml"
    words.parent.mkdir(exist_ok=True)
    words.write_text(WORDS, encoding="utf-8")


def pages(checkout, start: str) -> tuple[str, str]:
    folder = checkout.folder(start)
    english, spanish = ((folder / one / "index.html").read_text(encoding="utf-8") for one in ("en", "es"))
    return english, spanish


def said(page: str) -> str:
    return re.sub(r"<(style|script).*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)


def test_a_run_makes_a_page_in_each_language_and_one_id(checkout):
    translated(checkout)
    told = checkout.ogp("run", "events", "-p", "country", "KEN", "--show", "es")
    folder = checkout.folder("events/KEN-embedded")
    assert told.returncode == 0 and told.stdout.splitlines()[-1] == str(folder / "es" / "index.html")
    assert sorted(file.name for file in folder.iterdir()) == ["en", "es", "run.json"]
    english, spanish = pages(checkout, "events/KEN-embedded")
    record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    for page, spoken, question, own, other in (
        (english, "en", ENGLISH, "How to cite", "Cómo citar"),
        (spanish, "es", SPANISH, "Cómo citar", "How to cite"),
    ):
        assert f'<html lang="{spoken}">' in page and question.removeprefix("# ") in page
        assert own in said(page) and other not in said(page) and record["id"] in page
        assert record["about"][spoken]["language"] == spoken and record["about"][spoken]["title"] in said(page)
        assert record["about"][spoken]["question"] == question.removeprefix("# ")
        executed = notebook.read(folder / spoken / "notebook.ipynb")
        outputs = [output for cell in executed["cells"] for output in cell.get("outputs", [])]
        assert {output["data"][SENTENCE_MIME]["language"] for output in outputs if SENTENCE_MIME in output["data"]} == {
            spoken
        }
        assert not [output for output in outputs if "ogp_analysis" in output["metadata"]]
    assert ENGLISH.removeprefix("# ") not in spanish and SPANISH.removeprefix("# ") not in english
    assert record["about"]["en"]["title"] != record["about"]["es"]["title"]
    assert 'href="../es/index.html"' in english and 'href="../en/index.html"' in spanish


def test_a_cell_without_spanish_is_shown_as_it_is_on_both_pages(checkout):
    (checkout.root / "notebooks" / "words" / "events_es.toml").unlink()
    told = checkout.ogp("run", "events", "-p", "country", "KEN")
    lacking = (
        f"events: Markdown cells without Spanish in words/events_es.toml: 1, the first {languages.hash_of(ENGLISH)}"
    )
    assert told.returncode == 0 and lacking in told.stderr
    assert all("How is it?" in said(page) for page in pages(checkout, "events/KEN-embedded"))
    # A cell that was changed has no Spanish until somebody has read both.
    translated(checkout)
    checkout.edit("notebooks/events.ipynb", "How is it?", "How was it?")
    assert checkout.ogp("run", "events", "-p", "country", "KEN").returncode == 0
    assert all("How was it?" in said(page) for page in pages(checkout, "events/KEN-embedded"))


def test_prose_of_a_notebook_in_spanish_is_english_on_the_english_page(checkout):
    """As `ogp-analysis lab --language es` lays it out."""
    translated(checkout)
    known = languages.translations(Project(checkout.root), checkout.notebook("events"))
    given = {"cells": [{"cell_type": "markdown", "metadata": {}, "source": SPANISH}]}
    for language, text in (("en", ENGLISH), ("es", SPANISH)):
        [cell] = languages.in_language(given, language, known)["cells"]
        assert cell["source"] == text


def test_new_words_of_a_notebook_make_its_runs_stale(checkout):
    translated(checkout)
    plan = checkout.plan()
    assert (
        plan["events KEN embedded"] == "run: words/events_es.toml changed" and plan["members MEX embedded"] == "current"
    )


@pytest.mark.parametrize("text", ["[[cell]]\nof = 'x'", "[cell]\nof = 'x'", "[", "cell = 5"])
def test_words_that_are_none_are_one_sentence(checkout, text):
    translated(checkout)
    (checkout.root / "notebooks" / "words" / "events_es.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=r"^words/events_es.toml: is not a list of \[\[cell\]\] tables") as fault:
        languages.translations(Project(checkout.root), checkout.notebook("events"))
    assert len(str(fault.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("line", "what"), [("ogp.use_language('es')", "'es' only"), ("ogp.use_language('en')", "'en' only")]
)
def test_what_is_shown_in_one_language_only_is_refused_in_one_sentence(checkout, line, what):
    checkout.write("single", document([EVENTS[0], (EVENTS[1][0], f"{line}\n{EVENTS[1][1]}"), *EVENTS[2:]]))
    told = checkout.ogp("run", "single", "-p", "country", "KEN")
    assert told.returncode == 1 and not (checkout.reports / "single").exists()
    [fault] = [one for one in told.stderr.splitlines() if one.startswith("1 failed: ")]
    assert what in fault and "Leave ogp.use_language out" in fault and "notebook cell 4" in fault


def test_pages_that_state_different_numbers_are_refused(checkout):
    """What a result was made from is changed before it is shown: the other language is made of what is there then."""
    made = """from ogp_analysis.base.words.catalogue import spoken
years = [2000]
last = spoken(lambda: ogp.say("{last_year}", id="mine", last_year=years[-1]))()
years.append(2001)
display(last)"""
    checkout.write("single", document([*EVENTS[:2], ("", made), *EVENTS[2:]]))
    told = checkout.ogp("run", "single", "-p", "country", "KEN")
    assert told.returncode == 1 and not (checkout.reports / "single").exists()
    [fault] = [one for one in told.stderr.splitlines() if one.startswith("1 failed: ")]
    assert "its pages state different numbers, 1 of " in fault and "'mine.last_year'" in fault


def test_a_language_is_no_parameter_and_it_is_said_why(checkout):
    before = checkout.published()
    told = checkout.ogp("run", "events", "-p", "country", "KEN", "-p", "language", "es")
    assert told.returncode == 2 and len(told.stderr.splitlines()) == 1
    assert "parameter 'language': both pages are made, the English and the Spanish. Leave it out" in told.stderr
    assert checkout.published() == before


def test_a_notebook_executed_in_spanish_becomes_the_report_that_the_batch_makes(checkout, tmp_path):
    file = tmp_path / "out.ipynb"
    words = ["papermill", str(checkout.notebook("events")), str(file), "-p", "country", "KEN", "--no-progress-bar"]
    environment = checkout.environment(OGP_LANGUAGE="es")
    done = subprocess.run([sys.executable, "-m", *words], capture_output=True, text=True, env=environment, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    outputs = [o for cell in json.loads(file.read_text())["cells"] for o in cell.get("outputs", [])]
    shown = [o["data"][SENTENCE_MIME]["language"] for o in outputs if SENTENCE_MIME in o.get("data", {})]
    assert shown and set(shown) == {"es"}, "what one sees is Spanish"
    before = checkout.published()
    shutil.rmtree(checkout.folder("events/KEN-embedded"))
    told = checkout.ogp("render", str(file), "--language", "es")
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == str(checkout.folder("events/KEN-embedded") / "es" / "index.html")
    assert checkout.published() == before
