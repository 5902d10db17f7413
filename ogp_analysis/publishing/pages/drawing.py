"""A figure as a notebook carries it: copied from a list of what a drawing may hold, and set as PDF."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from ogp_analysis.base.beside import text, toml
from ogp_analysis.base.errors import needs
from ogp_analysis.base.words.sentence import flat
from ogp_analysis.display.palette import DARK, PALETTE
from ogp_analysis.publishing.citation import Identity, label

_SVG = "{http://www.w3.org/2000/svg}"
#: What a drawing says of itself; nobody draws it.
_METADATA = f"{_SVG}metadata"

# What a value of each kind may be. Which elements, attributes and properties a drawing may hold, says drawing.toml.
_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_CODE = re.compile("[A-Z]{3}")
_BEGIN = re.compile(r"M\s*([\d.]+)[ ,]([\d.]+)")
_OWN_ID = r"[A-Za-z_][\w.-]*"
_COLOUR = r"none|currentColor|#[0-9a-fA-F]{3,8}|[a-z]{3,20}|rgba?\([-+\d.,%\s]*\)"
_KINDS = {
    "number": rf"{_NUMBER}(?:px|pt|in|mm|cm|%)?",
    "numbers": rf"(?:none|{_NUMBER}(?:px|pt)?(?:[\s,]+{_NUMBER}(?:px|pt)?)*+)",
    "path": r"[MmLlHhVvCcSsQqTtAaZz\s,eE+\-.0-9]*+",
    "id": _OWN_ID,
    "here": rf"#{_OWN_ID}",
    "picture": r"data:image/png;base64,[A-Za-z0-9+/=\s]*+",
    "paint": rf"(?:{_COLOUR}|url\(\s*+['\"]?#{_OWN_ID}['\"]?\s*+\))",
    "clip": rf"(?:none|url\(\s*+['\"]?#{_OWN_ID}['\"]?\s*+\))",
    "turn": r"\s*+(?:(?:matrix|translate|scale|rotate|skewX|skewY)\([-+\d.eE,\s]*+\)[\s,]*+)*+",
    "word": r"[A-Za-z][A-Za-z\- ]{0,40}",
    "font": r"[\w\s,.'\"%-]{1,300}",
    "version": r"1\.[0-9]",
    "type": r"text/css",
}
_VALUES = {kind: re.compile(pattern) for kind, pattern in _KINDS.items()}
_LISTED = toml(__file__, "drawing.toml")


def _kinds(listed: dict[str, list[str]]) -> dict[str, str]:
    """Return the kind of each name that is listed under a kind of values."""
    return {name: kind for kind, names in listed.items() for name in names}


_PROPERTIES = _kinds(_LISTED["properties"])
_ANYWHERE = {**_PROPERTIES, "id": "id", "transform": "turn", "style": "style"}
#: The attributes of each element, and what the value of each can say.
_ALLOWED = {f"{_SVG}{element}": {**_ANYWHERE, **_kinds(own)} for element, own in _LISTED["elements"].items()}
#: Elements whose text is part of the drawing.
_WORDED = {f"{_SVG}{name}" for name in ("title", "desc", "text", "tspan")}
_STYLE = f"{_SVG}style"
#: One rule of a style sheet: which elements, and the properties that are set.
_RULE = re.compile(r"\s*+([*\w.#,\s-]++)\{([^{}]*+)\}\s*+")
#: A few entities can expand into a huge text, and no drawing needs them.
_ENTITY = re.compile(r"<!ENTITY", re.IGNORECASE)
ElementTree.register_namespace("", _SVG.strip("{}"))
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
#: CSS pixels in the units in which an SVG states its size.
_PIXELS = {"": 1.0, "px": 1.0, "pt": 96 / 72, "in": 96.0, "mm": 96 / 25.4, "cm": 96 / 2.54}


class Place(NamedTuple):
    """A country on a map: its code, its tooltip, its outlines or dot, and where the tooltip stands."""

    code: str
    text: str
    outlines: list[str]
    dots: list[tuple[str, str]]
    at: tuple[str, str]


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
    narrow : str
        The same, drawn for a telephone; empty if it is drawn once.
    view : str
        Of one of several figures of which a page shows one at a time: what the reader chooses it by; else empty.
    places : tuple of Place
        The countries of a map that are links, sorted by code.
    """

    name: str
    caption: str
    alt: str
    svg: str
    width: int
    height: int
    redistribute: bool = True
    narrow: str = ""
    view: str = ""
    places: tuple[Place, ...] = ()


def drawing(payload: dict, svg: str, narrow: str = "") -> Drawing:
    """Return a carried figure; its drawing is a copy of what a drawing may hold.

    Raises
    ------
    ValueError
        If the drawing is not SVG, holds more than a drawing (a script, a link, a font from
        elsewhere) or states no size.
    """
    try:
        root, narrow = safe(svg), narrow and _written(safe(narrow))
    except ElementTree.ParseError as error:
        raise ValueError(f"figure {payload['name']}: not an SVG, {error}") from None
    except Odd as odd:
        raise ValueError(f"figure {payload['name']}: its SVG holds {odd}; draw it with ogp_analysis.display") from None
    caption, alt = flat(payload["caption"]).strip(), flat(payload["alt"]).strip()
    if not caption or not alt:
        raise ValueError(f"figure {payload['name']}: no caption or no text alternative")
    sides = _pixels(root.get("width")), _pixels(root.get("height"))
    view = flat(str(payload.get("view", ""))).strip()
    places = _places(root, payload.get("places", {}))
    about = (*sides, payload.get("redistribute") is not False, narrow, view, places)
    return Drawing(payload["name"], caption, alt, _written(root), *about)


def _places(root: ElementTree.Element, texts: dict[str, str]) -> tuple[Place, ...]:
    """Return the parts of a drawing whose id is the code of a country, with their tooltips, sorted by code."""
    parts = {part.get("id"): part for part in root.iter(f"{_SVG}g")} if texts else {}
    places = []
    for code, tooltip in sorted(texts.items()):
        if not _CODE.fullmatch(code) or code not in parts:
            raise ValueError(f"{flat(code)[:10]!r} is not the code of a country in it")
        dots = [(dot.get("x", "0"), dot.get("y", "0")) for dot in parts[code].iter(f"{_SVG}use")]
        outlines = [] if dots else [path.get("d", "") for path in parts[code].iter(f"{_SVG}path")]
        begin = _BEGIN.match(max(outlines, key=len, default=""))  # of the largest of its lands
        if not (begin or dots):
            raise ValueError(f"{code} has no shape in it")
        places.append(Place(code, flat(tooltip).strip(), outlines, dots, begin.groups() if begin else dots[0]))
    return tuple(places)


def on_screen(svg: str) -> str:
    """Return a drawing made on a sheet as a page shows it: on the page's own ground, in dark colours on a dark screen.

    Each colour of :data:`~ogp_analysis.display.sheet.PALETTE` has one counterpart, so nothing is drawn again. On
    paper, and in the files beside the page, a drawing has its own white ground and the light colours.
    """
    rules = [
        f'[style*="{side}: {light}"],[{side}="{light}"]{{{side}:{DARK[name]}!important}}'
        for name, light in PALETTE.items()
        for side in ("fill", "stroke")
        if re.search(f'{side}(: |="){light}', svg)  # an attribute has the colour below the lines of a pattern
    ]
    dark = f"@media screen and (prefers-color-scheme:dark){{{''.join(rules)}}}"
    return with_first(svg, f"<style>#paper{{display:none}}{dark}</style>")


def with_first(svg: str, element: str) -> str:
    """Return a drawing with an element before all others."""
    start = svg.index(">", svg.index("<svg ")) + 1
    return svg[:start] + element + svg[start:]


def pdf(figure: Drawing, identity: Identity | None = None) -> bytes:
    """Return a figure as PDF of one page, in vectors, its fonts inside; it names the output that it belongs to, if any.

    Raises
    ------
    MissingExtra
        If the extra ``pdf`` is not installed.
    """
    needs("pdf")
    says = {
        "title": figure.caption,
        "authors": json.dumps(identity.authors if identity else []),
        "keywords": label(identity) if identity else "",
    }
    return typeset(text(__file__, "figure.typ").encode(), {**says, "drawing": figure.svg})


def typeset(source: bytes, inputs: dict[str, str], **more) -> bytes:
    """Return what typst prints as PDF: no clock, no fonts of the machine; `source` sees the files of this folder.

    Parameters
    ----------
    source : bytes
    inputs : dict of str to str
        ``sys.inputs`` of the source.
    **more
        For ``typst.compile``.
    """
    import typst

    return typst.compile(
        source,
        root=Path(__file__).parent,
        ignore_system_fonts=True,
        font_paths=fonts(),
        sys_inputs=inputs,
        timestamp=0,
        format="pdf",
        **more,
    )


@cache
def fonts():
    """Return the fonts that drawings are measured in, for typst; a process and its forks search for them once."""
    import matplotlib
    import typst

    return typst.Fonts(include_system_fonts=False, font_paths=[f"{matplotlib.get_data_path()}/fonts/ttf"])


def safe(svg: str) -> ElementTree.Element:
    """Return a copy of a drawing that holds nothing but what a drawing may hold."""
    if _ENTITY.search(svg):
        raise Odd("an entity")
    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
    root = ElementTree.fromstring(svg, parser)
    box = root.get("viewBox", "").split()
    # In a notebook a drawing takes the width of its cell: its size is that of its view box.
    if len(box) == 4 and not {"width", "height"} & set(root.keys()):
        sides = {"width": box[2], "height": box[3]}
        root.attrib = {
            k: v for name, own in root.items() for k, v in [*(sides.items() if name == "viewBox" else ()), (name, own)]
        }
    return _copied(root)


def _written(root: ElementTree.Element) -> str:
    return ElementTree.tostring(root, encoding="unicode")


class Odd(Exception):
    """Something in an SVG that is not part of a drawing."""


def _copied(element: ElementTree.Element) -> ElementTree.Element:
    """Return a copy of an element of an SVG with all that stands in it."""
    tag = element.tag
    allowed = _ALLOWED.get(tag)
    if allowed is None:
        raise Odd(f"<{flat(str(tag).rpartition('}')[2])[:30]}>")
    copy = ElementTree.Element(tag)
    for name, value in element.items():
        kind = allowed.get(name)
        if kind is None or not (_is_style(value) if kind == "style" else _VALUES[kind].fullmatch(value)):
            raise Odd(f"the attribute {flat(name.rpartition('}')[2].lower())[:30]}")
        copy.set(name, value)
    if tag == _STYLE and (len(element) or not _is_sheet(element.text or "")):
        raise Odd("a style that is more than properties of a drawing")
    copy.text = element.text if tag == _STYLE else _words(element.text, tag)
    for child in element:
        if child.tag != _METADATA:
            if child.tag is ElementTree.Comment:
                # It says what text is drawn as paths; no reader takes it to end early.
                words = " ".join((child.text or "").split()).replace("--", "-").replace("--", "-").strip("->! ")
                copy.append(ElementTree.Comment(f" {words} "))
            else:
                copy.append(_copied(child))
            copy[-1].tail = _words(child.tail, tag)
    return copy


def _words(text: str | None, tag: str) -> str | None:
    """Return what stands in an element, if text may stand there."""
    if tag in _WORDED or not (text or "").strip():
        return text
    raise Odd("a text outside of its texts")


@lru_cache(maxsize=1024)
def _is_style(declarations: str) -> bool:
    """Return whether each declaration sets a property of a drawing to a value that it can have."""
    for one in declarations.split(";"):
        name, _, value = one.partition(":")
        kind = _PROPERTIES.get(name.strip())
        if one.strip() and (kind is None or not _VALUES[kind].fullmatch(value.strip())):
            return False
    return True


def _is_sheet(text: str) -> bool:
    """Return whether a style sheet is a list of rules that set properties of a drawing."""
    place = 0
    while place < len(text):
        rule = _RULE.match(text, place)
        if rule is None or not _is_style(rule[2]):
            return not text[place:].strip()
        place = rule.end()
    return True


def _pixels(length: str | None) -> int:
    stated = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([a-z]*)", length or "")
    pixels = float(stated[1]) * _PIXELS.get(stated[2], 0.0) if stated else 0.0
    if not 1 <= pixels <= 10_000:
        raise ValueError(f"a drawing that is {str(length)[:20]} wide or high")
    return round(pixels)
