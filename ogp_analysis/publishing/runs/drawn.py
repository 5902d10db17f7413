"""Whether two drawings that differ in their bytes show the same: by texts, geometry, pixels and attached notebook.

Another version of what draws, or another kind of processor, may write the same drawing as other bytes. It may not move
a line, change a colour or a word. Each function returns the first difference in words, or an empty text; what cannot be
read as a drawing differs.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import zip_longest
from typing import NamedTuple
from xml.etree import ElementTree

import numpy as np

from ogp_analysis.base import fingerprint
from ogp_analysis.publishing.pages import drawing

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
