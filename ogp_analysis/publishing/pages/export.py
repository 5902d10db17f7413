"""The files of a report beside its page: notebook, numbers and tables, as bytes."""

from __future__ import annotations

import json

import msgspec

from ogp_analysis.base.errors import ReportError
from ogp_analysis.base.spreadsheet import lines
from ogp_analysis.base.words.numbers import rounded
from ogp_analysis.base.words.sentence import SENTENCE_MIME, Sentence
from ogp_analysis.publishing.pages.outputs import joined, payload_of

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
    return dumped({name: {k: _carried(v) for k, v in number.items()} for name, number in named.items()})


def table(payload: dict) -> bytes:
    r"""Return a carried table as CSV: UTF-8, commas, ``\n``, one header row of machine names.

    A missing value is an empty cell, or the code of its reason where that is known. Dates are ISO.
    Texts are guarded as :mod:`ogp_analysis.base.spreadsheet` says, headers too; numbers do not begin formulas.
    """
    columns = payload["columns"]
    rows = ([_written(v, c["unit"]) for v, c in zip(row, columns, strict=True)] for row in payload["rows"])
    return lines([[c["name"] for c in columns], *rows])


def dumped(value) -> bytes:
    """Return a JSON value in the one form in which this package writes it."""
    # Laid out by msgspec: with `indent`, json writes in Python, which takes twice as long as both together.
    written = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return msgspec.json.format(written.encode(), indent=1) + b"\n"


def _cell(cell: dict) -> dict:
    cell = {**cell, "source": _lines(cell["source"])}
    return {**cell, "outputs": [_output(o) for o in cell["outputs"]]} if "outputs" in cell else cell


def _output(output: dict) -> dict:
    if "text" in output:
        return {**output, "text": _lines(output["text"])}
    if "data" not in output:
        return output
    data = {**output["data"], **_said_again(output["data"])}
    as_lines = {kind: _lines(v) for kind, v in data.items() if kind.startswith("text/") or kind == "image/svg+xml"}
    return {**output, "data": {**data, **as_lines}}


def _said_again(data: dict) -> dict:
    if SENTENCE_MIME not in data:
        return {}
    sentence = Sentence.unpacked(payload_of(data[SENTENCE_MIME]))
    return {"text/plain": sentence.plain(), "text/markdown": sentence.markdown()}


def _lines(text) -> list[str]:
    """Return text as nbformat keeps it in a file: in lines, so that a changed line is one line of a comparison."""
    return joined(text).splitlines(True)


def _written(value, unit: str):
    if isinstance(value, float):
        value = rounded(value)
        return int(value) if unit in _WHOLE and value == int(value) else value
    return value


def _carried(value):
    return rounded(value) if isinstance(value, float) else value
