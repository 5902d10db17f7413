"""A figure as a notebook carries it: checked so that its file is safe to open, and drawn as PNG."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from xml.etree import ElementTree

from ogp_analysis.base.words.sentence import flat

#: What matplotlib draws with. Anything else in an SVG, a script above all, is not one of ours.
_DRAWN = """svg g defs style path use clipPath rect circle ellipse line polyline polygon image text tspan title desc
linearGradient radialGradient stop pattern mask marker metadata"""
_ELEMENTS = frozenset(_DRAWN.split())
_METADATA = ("{http://www.w3.org/1999/02/22-rdf-syntax-ns#}", "{http://purl.org/dc/", "{http://creativecommons.org/")
_SVG = "{http://www.w3.org/2000/svg}"
_INSIDE = re.compile(r"#|data:image/png;base64,")
#: A call of anything but what stands in the drawing itself; a reverse solidus can spell one otherwise.
_CALL = re.compile(r"\\|@import|javascript:|(?<!url)\(|url\(\s*+['\"]?+(?!#)", re.IGNORECASE)
#: All that a transformation can say.
_TURN = re.compile(r"\s*(?:(?:matrix|translate|scale|rotate|skewX|skewY)\([-+\d.eE,\s]*+\)[\s,]*+)*+")
#: What a parser does not hand on: style sheets by instruction, and entities.
_AROUND = re.compile(r"<\?(?!xml\s)|<!ENTITY", re.IGNORECASE)
#: Read in another encoding, the bytes of a file are another drawing.
_ENCODED = re.compile(r"<\?xml\s[^>]*?encoding\s*+=\s*+['\"](?!utf-8['\"])", re.IGNORECASE)
#: CSS pixels in the units in which an SVG states its size.
_PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "in": 96.0, "mm": 96 / 25.4, "cm": 96 / 2.54}
#: Enough for a screen or a slide; what is printed is drawn from the SVG.
PIXELS_PER_INCH = 150
_PAGES = """#set page(width: auto, height: auto, margin: 0pt, fill: white)
#for place in range(int(sys.inputs.many)) {
  if place > 0 { pagebreak() }
  image(bytes(sys.inputs.at(str(place))), format: "svg")
}"""


@dataclass(frozen=True)
class Drawing:
    """A figure of a report.

    Attributes
    ----------
    name, caption, alt : str
        As in :class:`ogp_analysis.display.figure.Figure`.
    svg : str
        The drawing.
    width, height : int
        In CSS pixels.
    redistribute : bool
        False if the terms of its source allow drawing the values but not passing them on.
    """

    name: str
    caption: str
    alt: str
    svg: str
    width: int
    height: int
    redistribute: bool = True


def drawing(payload: dict, svg: str) -> Drawing:
    """Return a carried figure, its drawing checked.

    Raises
    ------
    ValueError
        If the drawing is not SVG, holds more than a drawing (a script, a link, a font from
        elsewhere) or states no size.
    """
    try:
        root = ElementTree.fromstring(svg)
    except ElementTree.ParseError as error:
        raise ValueError(f"figure {payload['name']}: not an SVG, {error}") from None
    if odd := _around(svg) or _odd(root):
        raise ValueError(f"figure {payload['name']}: its SVG holds {odd}; draw it with ogp_analysis.display")
    caption, alt = flat(payload["caption"]).strip(), flat(payload["alt"]).strip()
    if not caption or not alt:
        raise ValueError(f"figure {payload['name']}: no caption or no text alternative")
    sides = _pixels(root.get("width")), _pixels(root.get("height"))
    return Drawing(payload["name"], caption, alt, svg, *sides, payload.get("redistribute") is not False)


def pngs(svgs: list[str]) -> list[bytes]:
    """Return drawings as PNG at :data:`PIXELS_PER_INCH` on white; the same bytes for the same drawing.

    Each is a page of one document, because beginning a document takes as long as drawing.
    """
    import typst

    if not svgs:
        return []
    given = {"many": str(len(svgs)), **{str(place): svg for place, svg in enumerate(svgs)}}
    made = typst.compile(
        _PAGES.encode(), format="png", ppi=PIXELS_PER_INCH, ignore_system_fonts=True, sys_inputs=given, timestamp=0
    )
    return [made] if isinstance(made, bytes) else made


def _around(svg: str) -> str:
    """Return what a parser does not hand on, if there is any of it in an SVG, or an empty text."""
    if _AROUND.search(svg):
        return "an instruction or an entity"
    return "another encoding than UTF-8" if _ENCODED.search(svg) else ""


def _odd(root: ElementTree.Element) -> str:
    """Return the first thing in an SVG that is not part of a drawing, or an empty text."""
    for element in root.iter():
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag.startswith(_METADATA):
            continue
        if not _is_drawn(tag):
            return f"<{flat(tag.rpartition('}')[2])[:30]}>"
        if tag == f"{_SVG}style" and _loads(element):
            return "a style that loads something"
        for name, value in element.items():
            kind = _kind(name)
            if kind == "event" or (kind == "link" and not _INSIDE.match(value)) or _calls(kind, value):
                return f"the attribute {flat(name.rpartition('}')[2].lower())[:30]}"
    return ""


def _loads(style: ElementTree.Element) -> bool:
    """Return whether a style sheet may load something; a browser joins the texts around what stands in it."""
    text = style.text or ""
    return bool(len(style)) or "@" in text or bool(_CALL.search(text))


def _calls(kind: str, value: str) -> bool:
    if kind == "transform":
        return not _TURN.fullmatch(value)
    # Most values are paths and colours: some looks for a sign are faster than one for a pattern.
    seen = "(" in value or "\\" in value or "@" in value or "script:" in value.lower()
    return seen and bool(_CALL.search(value))


@lru_cache(maxsize=256)
def _is_drawn(tag: str) -> bool:
    return tag.startswith(_SVG) and tag.removeprefix(_SVG) in _ELEMENTS


@lru_cache(maxsize=256)
def _kind(name: str) -> str:
    """Return whether an attribute is a handler of events, a link, a transformation, or none of them."""
    name = name.rpartition("}")[2].lower()
    if name.startswith("on"):
        return "event"
    return "link" if name == "href" else "transform" if name.endswith("transform") else ""


def _pixels(length: str | None) -> int:
    stated = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", length or "")
    pixels = float(stated[1]) * _PIXELS.get(stated[2], 0.0) if stated else 0.0
    if not 1 <= pixels <= 10_000:
        raise ValueError(f"a drawing that is {str(length)[:20]} wide or high")
    return round(pixels)
