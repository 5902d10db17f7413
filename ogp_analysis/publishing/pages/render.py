"""An executed notebook and who it is → every file of its report folder. Pure: no clock, no disk, no commit."""

from __future__ import annotations

import json
from typing import NamedTuple

import msgspec

from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.spreadsheet import lines
from ogp_analysis.base.words.numbers import rounded
from ogp_analysis.base.words.sentence import SENTENCE_MIME, Sentence
from ogp_analysis.publishing.citation import Identity, bibtex, csl, references, ris
from ogp_analysis.publishing.pages import datapackage, document, invariants, manuscript, metadata, pixels
from ogp_analysis.publishing.pages.carried import Carried, read
from ogp_analysis.publishing.pages.drawing import pdf
from ogp_analysis.publishing.pages.outputs import joined, payload_of
from ogp_analysis.publishing.pages.page import Layout, page


class Rendered(NamedTuple):
    """A report.

    Attributes
    ----------
    files : dict of str to bytes
        Contents by path inside the folder, with ``/``, sorted.
    about : dict
        ``title, question, language, edition, last_year``: what the list of reports says of it.
    """

    files: dict[str, bytes]
    about: dict


def render(nb: dict, identity: Identity) -> Rendered:
    """Return the files of a report.

    Sentences are said again with today's messages from the values the notebook carries, so a
    corrected text needs no new run.

    Parameters
    ----------
    nb : dict
        The executed notebook as JSON; it is not changed.
    identity : Identity
        The output and the software that made it.

    Raises
    ------
    ReportError, MessageError
        If what it prints contradicts itself (:mod:`ogp_analysis.publishing.pages.invariants`), and as in
        :func:`ogp_analysis.publishing.pages.carried.read`.
    """
    carried = read(nb, identity.language, identity.notebook)
    invariants.check(carried)
    title, provenance = carried.headline.plain(), carried.provenance
    credited = references(identity, provenance["sources"], title, provenance["tables"], _text(carried))
    sections = Layout(carried.language).laid_out(carried)
    files = {
        "index.html": page(carried, identity, credited, sections).encode(),
        "notebook.ipynb": notebook(nb),
        "numbers.json": numbers(carried.numbers),
        "numbers.tex": manuscript.numbers(carried, identity),
    }
    files |= {
        f"cite.{kind}": write(credited).encode() for kind, write in (("bib", bibtex), ("json", csl), ("ris", ris))
    }
    files |= {f"tables/{name}.csv": table(payload) for name, payload in carried.tables.items()}
    files |= manuscript.tables(carried, identity)
    files[datapackage.NAME] = dumped(datapackage.descriptor(carried, identity, credited, files))
    alone = [pdf(figure, identity) for figure in carried.figures.values()]
    for figure, typeset, drawn in zip(carried.figures.values(), alone, pixels.pngs(alone), strict=True):
        files[f"figures/{figure.name}.svg"] = metadata.svg(figure, identity)
        files[f"figures/{figure.name}.pdf"] = typeset
        files[f"figures/{figure.name}.png"] = metadata.png(drawn, figure, identity)
    files["report.pdf"] = document.pdf(carried, identity, credited, files["notebook.ipynb"], sections)
    about = {name: getattr(carried, name) for name in ("question", "language", "edition", "last_year")}
    about["title"] = title
    for name, role in (("findings", "finding"), ("limits", "limit")):
        about[name] = {sentence.name or sentence.key: sentence.plain() for sentence in carried.said(role)}
    return Rendered(dict(sorted(files.items())), about)


#: Units whose values are whole numbers, whatever a missing value beside them made of their type.
_WHOLE = ("year", "count", "rank")


def notebook(nb: dict) -> bytes:
    """Return the executed notebook with its sentences as today's messages say them, text in lines.

    Raises
    ------
    ReportError
        If an output holds what JSON cannot write, such as a number that is not finite.
    """
    try:
        return dumped({**nb, "cells": [_cell(cell) for cell in nb["cells"]]})
    except ValueError as error:
        raise ReportError("notebook", f"an output holds what JSON cannot write ({error})", "Show it as text") from error


def numbers(named: dict[str, dict]) -> bytes:
    """Return the named numbers as JSON, to the digits that are carried, sorted by name."""
    return dumped({name: {k: _rounded(v) for k, v in number.items()} for name, number in named.items()})


def _rounded(value):
    return rounded(value) if isinstance(value, float) else value


def table(payload: dict) -> bytes:
    r"""Return a carried table as CSV: UTF-8, commas, ``\n``, one header row of machine names.

    A missing value is an empty cell, or the code of its reason where that is known. Dates are ISO.
    Texts are guarded as :mod:`ogp_analysis.base.spreadsheet` says, headers too; numbers do not begin formulas.
    """
    columns = payload["columns"]

    def written(value, unit: str):
        value = _rounded(value)
        return int(value) if unit in _WHOLE and isinstance(value, float) and value.is_integer() else value

    rows = ([written(v, c["unit"]) for v, c in zip(row, columns, strict=True)] for row in payload["rows"])
    return lines([[c["name"] for c in columns], *rows])


def dumped(value) -> bytes:
    """Return a JSON value in the one form in which this package writes it."""
    # Laid out by msgspec: with `indent`, json writes in Python, which takes twice as long as both together.
    written = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return msgspec.json.format(written.encode(), indent=1) + b"\n"


def _cell(cell: dict) -> dict:
    cell = {**cell, "source": joined(cell["source"]).splitlines(True)}
    return {**cell, "outputs": [_output(o) for o in cell["outputs"]]} if "outputs" in cell else cell


def _output(output: dict) -> dict:
    """Return an output with its sentence said again, and texts as nbformat keeps them in a file: in lines."""
    if "text" in output:
        return {**output, "text": joined(output["text"]).splitlines(True)}
    if "data" not in output:
        return output
    data = dict(output["data"])
    if SENTENCE_MIME in data:
        sentence = Sentence.unpacked(payload_of(data[SENTENCE_MIME]))
        data |= {"text/plain": sentence.plain(), "text/markdown": sentence.markdown()}
    as_lines = (kind for kind in data if kind.startswith("text/") or kind == "image/svg+xml")
    return {**output, "data": {**data, **{kind: joined(data[kind]).splitlines(True) for kind in as_lines}}}


def _text(carried: Carried) -> str:
    """Return what a report says: its prose, its sentences, the captions of its figures and tables."""
    said = [cell.source for cell in carried.cells if cell.kind == "prose"]
    said += [sentence.plain() for sentence in carried.sentences]
    said += [text for table in carried.tables.values() for text in (table["caption"], *table.get("notes", []))]
    said += [column["label"] for table in carried.tables.values() for column in table["columns"]]
    return "\n".join([*said, *(figure.caption for figure in carried.figures.values())])


#: Units whose values are whole numbers, whatever a missing value beside them made of their type.
_WHOLE = ("year", "count", "rank")
