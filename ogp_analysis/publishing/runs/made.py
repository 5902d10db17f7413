"""What an executed notebook made: its sentences, tables and drawings, their hash, and where two of them differ.

The hash is the id of an output, by which it is cited. Ids, versions, paths, layout and where a thing stands in the
notebook are no part of it: the same result has the same id at any commit, and under any Python that gives it.
"""

from __future__ import annotations

import binascii
import csv
import io
import json
import math
from base64 import b64decode
from collections.abc import Iterator, Mapping

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.base.media_types import CAPTION_MIME, FIGURE_MIME, NARROW_MIME, TABLE_MIME
from ogp_analysis.base.words.sentence import PROVENANCE_MIME, SENTENCE_MIME, Sentence
from ogp_analysis.publishing.runs import drawn, notebook
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.normalise import is_text

#: What repeats another output, or says what the result rests on.
_BESIDE = {CAPTION_MIME, PROVENANCE_MIME}


def identifier(run: Run, pages: Mapping[str, dict]) -> str:
    """Return the id of an output: 12 digits of the hash of what was asked and of what was made, in every language.

    Parameters
    ----------
    run : Run
    pages : mapping of str to dict
        The executed notebook in each language, normalised.
    """
    shown = {language: [fact for _, fact in facts(executed)] for language, executed in pages.items()}
    return fingerprint.of_value([run.notebook, run.parameters, shown])[:12]


def facts(document: dict) -> Iterator[tuple[str, object]]:
    """Yield what each output of an executed notebook holds, in order: its place, and what counts of it."""
    for number, cell in enumerate(document["cells"], 1):
        for position, output in enumerate(cell.get("outputs", []), 1):
            data = {kind: _content(kind, value) for kind, value in output.get("data", {}).items()}
            if _BESIDE & data.keys():
                continue
            text = "".join(output.get("text", ""))
            called, fact = "output", {name: of for name, of in (("text", text), ("data", data)) if of}
            for kind, read in ((SENTENCE_MIME, _sentence), (TABLE_MIME, _table), (FIGURE_MIME, _figure)):
                try:
                    payload = json_of("".join(data[kind]).encode()) if is_text(data[kind]) else data[kind]
                    name = payload.get("name") or payload["key"]
                    called, fact = f"{kind.rpartition('.')[2].removesuffix('+json')} {name}", read(payload, data)
                except (AttributeError, KeyError, TypeError, OgpAnalysisError):
                    continue  # it is none of ours, and counts as it is
            yield f"{called} (cell {number}, output {position})", fact


def _content(kind: str, value: object) -> object:
    """Return what counts of one form of an output."""
    if kind == "image/png" and is_text(value):
        try:
            return drawn.picture(b64decode("".join(value)))
        except binascii.Error:
            return value
    if kind in ("image/svg+xml", NARROW_MIME) and is_text(value):
        return drawn.shown("".join(value))
    return "".join(value) if kind.startswith("text/") and is_text(value) else value


def _sentence(payload: dict, data: dict) -> dict:
    return {"values": payload["values"], "words": Sentence.unpacked(payload).plain()}


def _table(payload: dict, data: dict) -> dict:
    columns = [[column["name"], column["unit"]] for column in payload["columns"]]
    words = [payload["caption"], *(column["label"] for column in payload["columns"])]
    return {"columns": columns, "rows": payload["rows"], "words": words}


def _figure(payload: dict, data: dict) -> dict:
    forms = {kind: of for kind, of in data.items() if kind.startswith("image/") or kind == NARROW_MIME}
    return {"drawn": forms, "words": [payload["caption"], payload["alt"]]}


_LONGEST = 60
#: Stands for an absent value, which differs from a null.
NOTHING = object()


def first_difference(name: str, old: bytes, new: bytes) -> str:
    """Return where two contents of a file first differ: what is there now, and what was.

    Parameters
    ----------
    name : str
        Of the file; its ending says what it holds.
    old, new : bytes
        They differ.
    """
    before, now = (rows_of(one) if name.endswith(".csv") else json_of(one) for one in (old, new))
    if name.endswith(".ipynb") and not (notebook.odd(before) or notebook.odd(now)):
        found = of_notebooks(before, now)
    else:
        found = "" if before is None or now is None else of_values(before, now).removeprefix(": ")
    if found := found.lstrip("."):
        return f"row {found}" if name.endswith(".csv") else found
    try:
        before, now = (content.decode().splitlines(keepends=True) for content in (old, new))
    except UnicodeDecodeError:
        return "its bytes differ"
    # The first line that differs, from where it does so.
    pairs = enumerate(zip([*before, ""], [*now, ""], strict=False), 1)
    number, (was, are) = next((n, pair) for n, pair in pairs if pair[0] != pair[1])
    same = next((i for i, (a, b) in enumerate(zip(was, are, strict=False)) if a != b), min(len(was), len(are)))
    start = max(0, same - 20)
    return f"line {number}: {_shown(are[start:])}, was {_shown(was[start:])}"


def json_of(content: bytes):
    """Return the value in a file of JSON; None if it is not JSON."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def rows_of(content: bytes) -> dict[int, dict] | None:
    """Return the rows of a CSV file, each by its number and its columns; None if it is not CSV."""
    try:
        return dict(enumerate(csv.DictReader(io.StringIO(content.decode(), newline=""), restkey=""), 1))
    except (ValueError, csv.Error):
        return None


def of_notebooks(old: dict, new: dict) -> str:
    """Return where two executed notebooks first differ, the values they carry before all else, or an empty text."""
    before, now = dict(facts(old)), dict(facts(new))
    for place in [*before, *(p for p in now if p not in before)]:
        if place not in now or place not in before:
            return f"{place}: it is {'not there any more' if place in before else 'new'}"
        if found := of_values(before[place], now[place]):
            return f"{place}{found}"
    return of_values(old, new).lstrip(".")


def of_values(old, new) -> str:
    """Return the path to the first value in which two JSON values differ, with both, or an empty text."""
    return next((f"{where}: {_shown(now)}, was {_shown(was)}" for where, was, now in differences(old, new)), "")


def differences(old, new, within: float = 0.0) -> Iterator[tuple[str, object, object]]:
    """Yield the path to every value in which two JSON values differ, what was there and what is there now.

    Numbers of which one has a fraction may differ by `within`, of themselves where they are greater than one; a value
    that is not there is :data:`NOTHING`.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        pairs = [(f".{key}", old.get(key, NOTHING), new.get(key, NOTHING)) for key in sorted({*old, *new})]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [(f"[{i}]", a, b) for i, (a, b) in enumerate(zip(old, new, strict=True))]
    else:
        are_numbers = {int, float} >= {type(old), type(new)} != {int}
        close = within and are_numbers and math.isclose(old, new, rel_tol=within, abs_tol=within)
        if not close and (old != new or type(old) is not type(new)):
            yield "", old, new
        return
    for where, a, b in pairs:
        yield from ((where + rest, was, now) for rest, was, now in differences(a, b, within))


def _shown(value) -> str:
    if value is NOTHING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
