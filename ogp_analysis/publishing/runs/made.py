"""What an executed notebook made: its sentences, tables and drawings, their hash, and where two of them differ.

The hash is the id of an output, by which it is cited. Ids, versions, paths, layout and where a thing stands in the
notebook are no part of it: the same result has the same id at any commit, and under any Python that gives it.

Two drawings that differ in their bytes are compared by what they show: texts, geometry, pixels, attached notebook.
Another version of what draws may write other bytes; it may not move a line, change a colour or a word.
"""

from __future__ import annotations

import binascii
import csv
import io
import json
import math
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import zip_longest
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np

from ogp_analysis.base import fingerprint
from ogp_analysis.base.errors import OgpAnalysisError
from ogp_analysis.base.words.catalogue import CAPTION_MIME, FIGURE_MIME, NARROW_MIME, TABLE_MIME
from ogp_analysis.base.words.sentence import PROVENANCE_MIME, SENTENCE_MIME, Sentence
from ogp_analysis.publishing.pages import drawing
from ogp_analysis.publishing.runs import notebook
from ogp_analysis.publishing.runs.manifest import Run
from ogp_analysis.publishing.runs.normalise import is_text

#: Half a pixel: what rounding moves, and nobody sees.
_TOLERANCE = 0.5
#: Of 255, by how much the mean of a square of eight pixels may differ; the edge of a letter moves it by less.
_SHADE = 12
_SQUARE = 8
#: Pixels that are looked at, at most: those of a figure for print.
_MOST_PIXELS = 64_000_000
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_GEOMETRY = set("d x y x1 y1 x2 y2 cx cy r rx ry width height points transform viewBox".split())
#: Where an attribute names a part of the same drawing: names are new in every version, what they name is not.
_NAMING = re.compile(r"#([\w.-]+)")


class Element(NamedTuple):
    """What an element of a drawing shows: its words, and its attributes, where parts are named by their number."""

    tag: str
    words: list[str]
    attributes: dict[str, str]


def shown(svg: str) -> list[Element] | str:
    """Return what an SVG drawing shows, without the names of its parts; a text that is not one, as it is."""
    try:
        return list(_elements(svg))
    except (ElementTree.ParseError, drawing.Odd):
        return svg


def _elements(svg: str) -> Iterator[Element]:
    root = drawing.safe(svg)
    numbers = {one.get("id"): str(number) for number, one in enumerate(root.iter())}
    for one in root.iter():
        values = {n: _NAMING.sub(lambda m: "#" + numbers.get(m[1], m[1]), v) for n, v in one.items() if n != "id"}
        tag = one.tag if isinstance(one.tag, str) else "comment"
        yield Element(tag.rpartition("}")[2], f"{one.text or ''} {one.tail or ''}".split(), values)


def picture(png: bytes) -> list | str:
    """Return size and a hash of the pixels of a picture, without its metadata; of other bytes, their hash."""
    opened = _opened(png)
    return [*opened.size, fingerprint.of_bytes(opened.tobytes())] if opened else fingerprint.of_bytes(png)


def _opened(png: bytes):
    """Return a picture with red, green, blue and opacity; None if it is not a PNG, or too large for a figure."""
    from PIL import Image

    faults = OSError, ValueError, SyntaxError, Image.DecompressionBombError
    with suppress(*faults), Image.open(io.BytesIO(png), formats=["PNG"]) as opened:
        return opened.convert("RGBA") if opened.width * opened.height <= _MOST_PIXELS else None
    return None


def svg_differs(old: str, new: str) -> str:
    """Return where two SVG drawings show something else: an element, a text, a style, or geometry moved visibly."""
    try:
        before, now = (list(_elements(text)) for text in (old, new))
    except (ElementTree.ParseError, drawing.Odd) as error:
        return f"it is not a drawing ({error})"
    for one, other in zip_longest(before, now):
        if one is None or other is None or one.tag != other.tag:
            return "it has other elements"
        if one.words != other.words:
            return f"its text {' '.join(other.words)[:40]!r} was {' '.join(one.words)[:40]!r}"
        for name in sorted({*one.attributes, *other.attributes}):
            was, now_is = one.attributes.get(name, ""), other.attributes.get(name, "")
            if was != now_is and not (name in _GEOMETRY and _close(was, now_is)):
                if _NAMING.sub("", was) == _NAMING.sub("", now_is) and "#" in was:
                    return f"another part is named, first in <{one.tag}>"
                kind = "its geometry differs" if name in _GEOMETRY else f"its {name.rpartition('}')[2]} differs"
                return f"{kind}, first in <{one.tag}>"
    return ""


def _close(old: str, new: str) -> bool:
    """Return whether two values of geometry have the same commands, and numbers that differ by half a pixel at most."""
    before, now = (_NUMBER.findall(text) for text in (old, new))
    if len(before) != len(now) or _NUMBER.sub("", old).split() != _NUMBER.sub("", new).split():
        return False
    moved = np.array(before, float) - np.array(now, float)
    # A path may be written by its steps, across and down in turn: then what each has moved adds up.
    sums = [np.cumsum(moved[first::2]) for first in (0, 1)]
    return bool(np.abs(np.concatenate([moved, *sums, [0]])).max() <= _TOLERANCE)


def png_differs(old: bytes, new: bytes) -> str:
    """Return in what two pictures differ: their size, or the shade of some square of eight by eight pixels."""
    pictures = [_opened(old), _opened(new)]
    if None in pictures:
        return "it is not a picture, or too large for a figure"
    return _shades_differ(*(np.asarray(one, "f4")[..., :3] for one in pictures))


def _shades_differ(old: np.ndarray, new: np.ndarray) -> str:
    if old.shape != new.shape:
        return f"it has {new.shape[1]} x {new.shape[0]} pixels, was {old.shape[1]} x {old.shape[0]}"
    moved = old - new
    high, wide = (side - side % _SQUARE for side in moved.shape[:2])
    # Squares from the first corner and from the last: together they cover every pixel.
    for part in (moved[:high, :wide], moved[moved.shape[0] - high :, moved.shape[1] - wide :]):
        squares = part.reshape(high // _SQUARE, _SQUARE, wide // _SQUARE, _SQUARE, 3).mean(axis=(1, 3))
        if squares.size and np.abs(squares).max() > _SHADE:
            return "it is drawn otherwise"
    return ""


def pdf_differs(old: bytes, new: bytes) -> str:
    """Return in what two PDFs differ: what is attached, their text, or the shade of some square of a page."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(old) as before, pypdfium2.PdfDocument(new) as now:
            if _attached(before) != _attached(now):
                return "another file is attached, or another number of them"
            words = [_words(document) for document in (before, now)]
            if words[0] != words[1]:
                place = next(i for i, pair in enumerate(zip_longest(*words)) if pair[0] != pair[1])
                was, now_is = (text[max(0, place - 10) : place + 30] for text in words)
                return f"its text reads {now_is!r}, was {was!r}"
            return _pages_differ(before, now)
    except (pypdfium2.PdfiumError, ValueError, OverflowError):
        return "it is not a PDF"


def _words(document) -> str:
    """Return the text of a PDF without spaces and hyphens, which lines that break elsewhere move."""
    texts = (document[number].get_textpage().get_text_range() for number in range(len(document)))
    return re.sub(r"[\s\u00ad\u2010\ufffe\x02-]+", "", "".join(texts))


def _attached(document) -> list[tuple[str, bytes]]:
    files = map(document.get_attachment, range(document.count_attachments()))
    return [(file.get_name(), bytes(file.get_data())) for file in files]


def _pages_differ(old, new) -> str:
    if len(old) != len(new):
        return f"it has {len(new)} pages, was {len(old)}"
    for number in range(len(old)):
        pages = old[number], new[number]
        sizes = [page.get_size() for page in pages]
        if not np.allclose(*sizes, atol=_TOLERANCE) or sizes[0][0] * sizes[0][1] > _MOST_PIXELS:
            return f"page {number + 1} has another size, or is too large for a figure"
        pictures = [page.render(scale=1, may_draw_forms=False).to_numpy()[..., :3].astype("f4") for page in pages]
        if found := _shades_differ(*pictures):
            return f"page {number + 1}: {found}"
    return ""


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
            return picture(b64decode("".join(value)))
        except binascii.Error:
            return value
    if kind in ("image/svg+xml", NARROW_MIME) and is_text(value):
        return shown("".join(value))
    return "".join(value) if kind.startswith("text/") and is_text(value) else value


def _sentence(payload: dict, data: dict) -> dict:
    return {"values": payload["values"], "words": Sentence.unpacked(payload).plain()}


def _table(payload: dict, data: dict) -> dict:
    columns = [[column["name"], column["unit"]] for column in payload["columns"]]
    words = [payload["caption"], *(column["label"] for column in payload["columns"])]
    return {"columns": columns, "rows": payload["rows"], "words": words}


def _figure(payload: dict, data: dict) -> dict:
    forms = {kind: of for kind, of in data.items() if kind.startswith("image/") or kind == NARROW_MIME}
    said = {"drawn": forms, "words": [payload["caption"], payload["alt"]]}
    return said | ({"places": payload["places"]} if "places" in payload else {})


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
