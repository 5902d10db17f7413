"""One executed notebook, and the two that its pages are made from, each in one language.

What a cell shows, its output carries in every language: :mod:`ogp_analysis.base.words.catalogue`. Markdown cells are
English; their Spanish stands beside the notebook, in ``words/<notebook>_es.toml``, each below the hash of the cell that
it translates, so that a cell that was changed has none until somebody has read both.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.paths import Project
from ogp_analysis.base.words.catalogue import FIGURE_MIME, IN_LANGUAGES, LANGUAGES, TABLE_MIME
from ogp_analysis.base.words.sentence import SENTENCE_MIME
from ogp_analysis.publishing.runs import notebook
from ogp_analysis.publishing.runs.normalise import digest

#: Digits of the hash of a cell by which its translation is found.
DIGITS = 8
_OURS = {SENTENCE_MIME: "sentence", TABLE_MIME: "table", FIGURE_MIME: "figure"}
Translations = dict[str, dict[str, str]]


def hash_of(text: str) -> str:
    """Return the hash of a Markdown cell."""
    return digest(text.strip(), DIGITS)


def translations(project: Project, file: Path) -> Translations:
    """Return the Markdown cells that are translated, in each language, by the hash of any of them.

    Those of the notebook itself, and for a notebook of the user also those of the project's, from which it may be
    copied.
    """
    found: Translations = {}
    for one in _with_words(project, file):
        translated = _translated(one)
        for text in prose(notebook.read(one)) if translated else ():
            if (key := hash_of(text)) in translated:
                pair = dict(zip(LANGUAGES, (text, translated[key]), strict=True))
                found |= dict.fromkeys(map(hash_of, pair.values()), pair)
    return found


def word_files(project: Project, file: Path) -> list[Path]:
    """Return the files of words that the pages of a notebook take texts from."""
    kinds = (f"{one.stem}_{language}.toml" for one in _with_words(project, file) for language in LANGUAGES)
    folders = dict.fromkeys([file.parent / "words", project.notebooks / "words"])
    return [folder / kind for kind in kinds for folder in folders if (folder / kind).is_file()]


def _with_words(project: Project, file: Path) -> list[Path]:
    """Return a notebook, and for one of the user's those of the project too, from which it may be copied."""
    others = [] if file.parent == project.notebooks else sorted(project.notebooks.glob("*.ipynb"))
    return [file, *others]


def _translated(file: Path) -> dict[str, str]:
    """Return the Spanish of the cells of a notebook by the hash of the English."""
    words = file.parent / "words" / f"{file.stem}_{LANGUAGES[1]}.toml"
    try:
        cells = tomllib.loads(words.read_text("utf-8")).get("cell", []) if words.is_file() else []
        return {cell["of"]: cell["text"].removesuffix("\n") for cell in cells}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        what = f"is not a list of [[cell]] tables with of and text ({error})"
        raise ReportError(f"words/{words.name}", what, "Correct it") from error


def prose(document: dict) -> list[str]:
    """Return the texts of the Markdown cells of a notebook that say something."""
    texts = (notebook.source(cell) for cell in document["cells"] if cell["cell_type"] == "markdown")
    return [text for text in texts if text.strip()]


def untranslated(document: dict, translated: Translations) -> list[str]:
    """Return the Markdown cells that have no Spanish, so that both pages show them in English."""
    return [text for text in prose(document) if hash_of(text) not in translated]


def in_language(executed: dict, language: str, translated: Translations) -> dict:
    """Return an executed notebook with its prose and its outputs in one language.

    Parameters
    ----------
    executed : dict
        As it was executed, with the outputs in every language, or in this one.
    language : {"en", "es"}
    translated : dict
        As :func:`translations` returns it.

    Raises
    ------
    ReportError
        If something was shown in another language only.
    """
    cells = []
    for number, cell in enumerate(executed["cells"], 1):
        if cell["cell_type"] == "markdown" and (pair := translated.get(hash_of(notebook.source(cell)))):
            cell = {**cell, "source": pair[language]}
        if "outputs" in cell:
            outputs = [_output(output, language, f"notebook cell {number}") for output in cell["outputs"]]
            cell = {**cell, "outputs": outputs}
        cells.append(cell)
    return {**executed, "cells": cells}


def _output(output: dict, language: str, where: str) -> dict:
    try:
        carried = output.get("metadata", {}).get(IN_LANGUAGES)
        if carried is None:
            _check(output.get("data", {}), language, where)
            return output
        metadata = {name: value for name, value in output["metadata"].items() if name != IN_LANGUAGES}
        shown = {"data": output["data"], "metadata": metadata} if carried["shown"] == language else carried[language]
        return {**output, "data": dict(shown["data"]), "metadata": dict(shown["metadata"])}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        what = f"an output does not say what it is in {language!r}"
        raise ReportError(where, what, "Run the notebook again with this version") from error


def _check(data: dict, language: str, where: str) -> None:
    for kind, called in _OURS.items():
        said = data.get(kind)
        if isinstance(said, dict) and said.get("language", language) != language:
            what = f"the {called} {str(said.get('name') or said.get('key'))[:40]!r} is in {said['language']!r} only"
            action = "Leave ogp.use_language out, so that every output is made in both languages"
            raise ReportError(where, what, action)
