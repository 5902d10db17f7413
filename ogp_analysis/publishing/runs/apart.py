"""Where two versions of a file first differ, in words: by value where the file holds values, else by line."""

from __future__ import annotations

import csv
import io
import json

from ogp_analysis.base.words.sentence import SENTENCE_MIME
from ogp_analysis.display.table import TABLE_MIME
from ogp_analysis.publishing.runs import notebook

_LONGEST = 60
#: Stands for what is not there, which is not the same as a null.
_NOTHING = object()


def first(name: str, old: bytes, new: bytes) -> str:
    """Return where two contents of a file first differ: what is there now, and what was.

    Parameters
    ----------
    name : str
        Of the file; its ending says what it holds.
    old, new : bytes
        They differ.
    """
    found = ""
    if name.endswith((".ipynb", ".json")):
        before, now = json_of(old), json_of(new)
        both_notebooks = name.endswith(".ipynb") and not (notebook.odd(before) or notebook.odd(now))
        if both_notebooks:
            found = of_notebooks(before, now)
        elif before is not None:
            found = of_values(before, now).removeprefix(": ")
    elif name.endswith(".csv"):
        found = _of_tables(old, new)
    return found.lstrip(".") or _of_lines(old, new)


def json_of(content: bytes):
    """Return the value in a file of JSON; None if it is none."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def of_notebooks(old: dict, new: dict) -> str:
    """Return where two executed notebooks first differ, the values they carry before all else, or an empty text."""
    before, now = _carried(old), _carried(new)
    for place in [*before, *(p for p in now if p not in before)]:
        if place not in now or place not in before:
            return f"{place}: it is {'not there any more' if place in before else 'new'}"
        if found := of_values(before[place], now[place]):
            return f"{place}{found}"
    return of_values(old, new).lstrip(".")


def _carried(document: dict) -> dict[str, object]:
    """Return the values of every sentence and table, in order, by their place; words are left out."""
    found = {}
    for number, cell in enumerate(document["cells"], 1):
        for position, output in enumerate(cell.get("outputs", []), 1):
            for kind, values in _VALUES.items():
                payload = output.get("data", {}).get(kind)
                payload = json_of("".join(payload).encode()) if _is_text(payload) else payload
                try:
                    called = f"{kind.rpartition('.')[2].removesuffix('+json')} {payload.get('name') or payload['key']}"
                    found[f"{called} (cell {number}, output {position})"] = values(payload)
                except (AttributeError, KeyError, TypeError):
                    continue  # it is none of ours, and is compared with all the rest
    return found


def _is_text(payload) -> bool:
    return isinstance(payload, str) or (isinstance(payload, list) and all(isinstance(p, str) for p in payload))


def _of_sentence(payload: dict) -> dict:
    return {name: payload[name] for name in ("case", "values")}


def _of_table(payload: dict) -> dict:
    columns = [[column["name"], column["unit"]] for column in payload["columns"]]
    return {"columns": columns, "rows": payload["rows"]}


_VALUES = {SENTENCE_MIME: _of_sentence, TABLE_MIME: _of_table}


def of_values(old, new) -> str:
    """Return the path to the first value in which two JSON values differ, with both, or an empty text."""
    if isinstance(old, dict) and isinstance(new, dict):
        keys = sorted({*old, *new})
        pairs = [(f".{key}", old.get(key, _NOTHING), new.get(key, _NOTHING)) for key in keys]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = [(f"[{i}]", a, b) for i, (a, b) in enumerate(zip(old, new, strict=True))]
    else:
        return "" if old == new and type(old) is type(new) else f": {_shown(new)}, was {_shown(old)}"
    return next((where + found for where, a, b in pairs if (found := of_values(a, b))), "")


def _of_tables(old: bytes, new: bytes) -> str:
    try:
        before, now = (list(csv.reader(io.StringIO(content.decode(), newline=""))) for content in (old, new))
    except (ValueError, csv.Error):
        return ""
    if before[:1] != now[:1]:
        return "header" + of_values(before[:1], now[:1])
    for number, (was, are) in enumerate(zip(before, now, strict=False)):
        for column, a, b in zip(now[0], was, are, strict=False):
            if a != b:
                return f"row {number}, {column}: {_shown(b)}, was {_shown(a)}"
    return f"{len(now) - 1} rows, was {len(before) - 1}" if len(before) != len(now) else ""


def _of_lines(old: bytes, new: bytes) -> str:
    """Return the first line that differs from where it does so, or that the files hold no text."""
    try:
        before, now = (content.decode().splitlines(keepends=True) for content in (old, new))
    except UnicodeDecodeError:
        return "its bytes differ"
    pairs = enumerate(zip([*before, ""], [*now, ""], strict=False), 1)
    number, (was, are) = next((n, pair) for n, pair in pairs if pair[0] != pair[1])
    same = next((i for i, (a, b) in enumerate(zip(was, are, strict=False)) if a != b), min(len(was), len(are)))
    start = max(0, same - 20)
    return f"line {number}: {_shown(are[start:])}, was {_shown(was[start:])}"


def _shown(value) -> str:
    if value is _NOTHING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=True)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
