"""An executed notebook and who it is → every file of its report folder. Pure: no clock, no disk, no commit.

Its data are a Data Package (datapackage.org, version 2): what each file and each column holds.
"""

from __future__ import annotations

import json
from typing import NamedTuple

import msgspec

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.spreadsheet import guarded, lines
from ogp_analysis.base.words.catalogue import word
from ogp_analysis.base.words.sentence import SENTENCE_MIME, Sentence, flat, rounded
from ogp_analysis.display.table import MISSING
from ogp_analysis.publishing.citation import OTHERS, Identity, Reference, bibtex, csl, label, references, ris
from ogp_analysis.publishing.pages import document, invariants, manuscript, pixels
from ogp_analysis.publishing.pages.carried import Carried, read
from ogp_analysis.publishing.pages.drawing import pdf
from ogp_analysis.publishing.pages.manuscript import COLUMNS, columns
from ogp_analysis.publishing.pages.outputs import joined, payload_of
from ogp_analysis.publishing.pages.page import Layout, page, png, svg

NAME = "datapackage.json"
_SCHEMA = "https://datapackage.org/profiles/2.0/datapackage.json"
_INTEGERS = ("decimals",)


def descriptor(carried: Carried, identity: Identity, credited: list[Reference], files: dict[str, bytes]) -> dict:
    """Return the descriptor of the data files of a report: its tables, what their columns hold, its numbers.

    Of each column it states type, unit, decimals and the codes of missing values; of the whole, the authors, the
    licence of the software, and each source with version, DOI and terms, which are those of the numbers in the tables.

    Parameters
    ----------
    carried : Carried
    identity : Identity
    credited : list of Reference
        The output first, as :func:`ogp_analysis.publishing.citation.references` returns them.
    files : dict of str to bytes
        The data files as they are written, by path.
    """
    output, software = credited[:2]
    spoken = carried.language
    tables = []
    for name, table in sorted(carried.tables.items()):
        fields = [_field(table, number, column) for number, column in enumerate(columns(table))]
        file = _file(f"tables/{name}.csv", files, "csv", "text/csv")
        tables.append({**file, "name": name, "title": table["caption"], "type": "table", "schema": {"fields": fields}})
    if tables:
        fields = [{"name": name, "type": "integer" if name in _INTEGERS else "string"} for name in COLUMNS]
        says = word("report.provenance.file_columns", spoken)
        file = _file("columns.csv", files, "csv", "text/csv")
        tables.append({**file, "name": "columns.csv", "title": says, "type": "table", "schema": {"fields": fields}})
    says = word("report.provenance.file_numbers", spoken)
    numbers = {**_file("numbers.json", files, "json", "application/json"), "name": "numbers.json", "title": says}
    package = {
        "$schema": _SCHEMA,
        "name": f"ogp-analysis-{identity.id}",
        "id": label(identity),
        "title": output.title,
        "homepage": identity.address,
        "language": spoken,
        "contributors": [_contributor(*name) for name in output.authors],
        "software": _said(
            {"title": software.title, "version": software.version, "path": software.url, "licence": identity.licence}
        ),
        "sources": [_source(one) for one in credited if one.kind == "data"],
        "resources": [*tables, numbers],
    }
    return _said(package)


def _file(path: str, files: dict[str, bytes], kind: str, media: str) -> dict:
    about = {"path": path, "format": kind, "mediatype": media, "encoding": "utf-8"}
    return about | {"bytes": len(files[path]), "hash": f"sha256:{fingerprint.of_bytes(files[path])}"}


def _field(table: dict, number: int, column: tuple) -> dict:
    """Return the description of a column. In a column of numbers a text is the code of why a value is missing."""
    _, name, heading, unit, decimals, kind = column
    texts = {row[number] for row in table["rows"] if isinstance(row[number], str)}
    codes = sorted(texts & MISSING.keys() if kind in ("string", "date") else texts)
    reasons = {code: word(MISSING[code], table["language"]) for code in codes if code in MISSING}
    field = {"name": guarded(name), "type": kind, "title": heading, "unit": unit, "decimals": decimals}
    missing = {"missingValues": ["", *map(guarded, codes)], "reasons": reasons} if codes else {}
    return {name: value for name, value in {**field, **missing}.items() if value not in ("", None, {})}


def _contributor(family: str, given: str) -> dict:
    if family == OTHERS:
        return {"title": "et al."}
    person = {"givenName": given, "familyName": family} if given else {}
    return {"title": f"{given} {family}".strip(), **person, "roles": ["author"]}


def _source(source: Reference) -> dict:
    """Return a source with its terms as its publisher states them, which rarely are a licence with a name."""
    about = {"name": source.key, "title": source.title, "version": source.version}
    about["path"] = f"https://doi.org/{source.doi}" if source.doi else source.url
    about |= {name: getattr(source, name) for name in ("publisher", "licence", "accessed", "citation")}
    return _said(about)


def _said(thing: dict) -> dict:
    return {name: flat(value) if isinstance(value, str) else value for name, value in thing.items() if value}


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
    files[NAME] = dumped(descriptor(carried, identity, credited, files))
    alone = [pdf(figure, identity) for figure in carried.figures.values()]
    for figure, typeset, drawn in zip(carried.figures.values(), alone, pixels.pngs(alone), strict=True):
        files[f"figures/{figure.name}.svg"] = svg(figure, identity)
        files[f"figures/{figure.name}.pdf"] = typeset
        files[f"figures/{figure.name}.png"] = png(drawn, figure, identity)
    files["report.pdf"] = document.pdf(carried, identity, credited, files["notebook.ipynb"], sections)
    about = {name: getattr(carried, name) for name in ("question", "language", "edition", "last_year")}
    about["title"] = title
    for name, roles in (("findings", ["finding"]), ("limits", ["scope", "limit"])):
        about[name] = {s.name or s.key: s.plain() for role in roles for s in carried.said(role)}
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
