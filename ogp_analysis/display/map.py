"""A map of the world or of a region: classes of countries in order, each named in a key with its number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from ogp_analysis.base.countries import country
from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.numbers import count
from ogp_analysis.display.chart import Chart, Framed
from ogp_analysis.display.palette import PALETTE
from ogp_analysis.display.shapes import Piece, centre, codes, pieces, rules
from ogp_analysis.display.sheet import NARROW, WIDE, Panel, Sheet, flowed, wrapped

#: Colours for classes in order, as names of :data:`~ogp_analysis.display.palette.PALETTE`; those of each scale differ
#: for readers with any colour vision.
FALL_TO_RISE = ("own", "fell", "still", "rose", "region")
LITTLE_TO_MUCH = ("still", "fell", "own")
#: The tallest map, in pixels.
_TALLEST = {False: 560, True: 400}
#: A country of which less is to be seen is a dot of this size, in square pixels and pixels.
_LEAST, _DOT = {False: 14.0, True: 6.0}, {False: 6.5, True: 5.0}
_HATCHED = {"hatch": "//////", "facecolor": "none", "edgecolor": PALETTE["muted"], "linewidth": 0}


@dataclass(frozen=True)
class MapClass:
    """Countries that have something in common.

    Attributes
    ----------
    words : str
        What, as the key says it.
    colour : str
        A name of :data:`~ogp_analysis.display.palette.PALETTE`.
    countries : frozenset of str
        ISO 3166 alpha-3 codes.
    """

    words: str
    colour: str
    countries: frozenset[str]


@dataclass(frozen=True)
class Map:
    """A map on a sheet.

    Attributes
    ----------
    sheet : Sheet
    places : dict of str to str
        How each country of a class, or without a value, is drawn: ``"shape"``, ``"dot"``, or ``"beyond"`` if it lies
        outside the map and is named below it.
    hatched : tuple of str
        Names of the disputed land on the map.
    """

    sheet: Sheet
    places: dict[str, str]
    hatched: tuple[str, ...]


@dataclass(frozen=True)
class MapChart(Chart):
    """Classes of countries as a chart.

    Attributes
    ----------
    classes, no_data, view
        As in :func:`world_map`.
    widths : tuple of bool
        Whether each of its sheets is narrow.
    """

    classes: Sequence[MapClass]
    no_data: Iterable[str] = ()
    view: str = "world"
    widths: tuple[bool, ...] = (False, True)

    @property
    def credit(self) -> str:
        """The source of the shapes."""
        return word("map.shapes")

    def sheet(self, framed: Framed, narrow: bool) -> Sheet:
        """Draw it on a sheet."""
        return world_map(self.classes, framed, no_data=self.no_data, view=self.view, narrow=narrow).sheet


def world_map(
    classes: Sequence[MapClass],
    framed: Framed,
    *,
    no_data: Iterable[str] = (),
    view: str = "world",
    narrow: bool = False,
) -> Map:
    """Draw classes of countries.

    A country that is too small to be seen is a dot. Land in no class and without a missing value is pale: it is not
    among what is counted. Disputed land is hatched, by the rules of ``map.toml``.

    Parameters
    ----------
    classes : sequence of MapClass
        In order, no country in two of them.
    framed : callable
        As for :meth:`ogp_analysis.display.chart.Chart.sheet`.
    no_data : iterable of str
        Codes of the countries that are counted, but have no value.
    view : str
        ``"world"``, or a region of :data:`~ogp_analysis.base.countries.REGIONS`.
    narrow : bool
        Whether it is read on a telephone.

    Raises
    ------
    UnknownName
        If there is no such view, or the shapes do not have a country.
    """
    if view not in rules()["views"]:
        raise UnknownName("map", f"there is no view {view[:40]!r}", "Use " + ", ".join(rules()["views"]))
    groups = [*classes, MapClass(word("map.no_data"), "absent", frozenset(no_data))]
    colours = {code: one.colour for one in groups for code in one.countries}
    width = NARROW if narrow else WIDE
    tall, drawn = land(view, narrow)
    places = _places(colours, drawn, (width, tall), _LEAST[narrow])
    keys = [
        (sentence("map.key", words=one.words, n=count(len(one.countries))).plain(), one.colour, {})
        for one in groups
        if one.countries
    ]
    keys += [(word("map.other"), "land", {})]
    hatched = tuple(dict.fromkeys(one.land.disputed for one in drawn if one.land.disputed and len(one.outline)))
    keys += [(word("map.disputed"), "land", _HATCHED)] if hatched else []
    size = 12.0 if narrow else 13.0
    spots = flowed([text for text, *_ in keys], width, size, 40)
    beyond = [
        f"{country(code).name} ({one.words})"
        for one in groups
        for code in sorted(one.countries)
        if places[code] == "beyond"
    ]
    note = wrapped(sentence("map.beyond", names=", ".join(beyond)).plain(), width - 2, size) if beyond else []
    legend = 12 + 21 * (spots[-1][1] + 1)
    sheet = framed(tall + legend + len(note) * size * 1.35)
    panel = Panel(sheet, (0, sheet.top, width, sheet.top + tall + legend), (0, width), (tall + legend, 0))
    _draw(panel, drawn, colours, places, _DOT[narrow])
    for (text, colour, look), (x, row) in zip(keys, spots, strict=True):
        middle = tall + 18 + 21 * row
        panel.bar(x, x + 13, middle - 6, middle + 7, colour)
        if look:
            panel.bar(x, x + 13, middle - 6, middle + 7, colour, **look)
        sheet.text(x + 19, panel.top + middle, text, size, va="center", color="muted")
    sheet.lines(0, panel.bottom, note, size, size * 1.35, color="muted")
    return Map(sheet, places, hatched)


def land(view: str, narrow: bool) -> tuple[float, tuple[Piece, ...]]:
    """Return the height of a map of a view and the land on it, which a process lays out once."""
    return pieces(view, NARROW if narrow else WIDE, _TALLEST[narrow], narrow)


def _places(colours: dict[str, str], drawn: Sequence[Piece], size: tuple[float, float], least: float) -> dict[str, str]:
    """Return of each country whether it is a shape, a dot, or lies beyond the map."""
    missing = sorted(colours.keys() - codes())
    if missing:
        raise UnknownName(
            "map",
            f"{len(missing)} of {len(colours)} countries have no shape, for example {missing[0]}",
            "Leave out countries that no longer exist",
        )
    places, pieces_of = {}, defaultdict(list)
    for one in drawn:
        for code in one.land.codes:
            pieces_of[code].append(one)
    for code in sorted(colours):
        own = pieces_of[code]
        x, y = centre(code, own)
        seen = any(len(one.outline) for one in own) and sum(one.area for one in own) >= least
        places[code] = "shape" if seen else "dot" if 0 <= x <= size[0] and 0 <= y <= size[1] else "beyond"
    return places


def _draw(panel: Panel, drawn: Sequence[Piece], colours: dict[str, str], places: dict[str, str], dot: float) -> None:
    """Draw the land of each colour as one path, the hatching over it, and the dots on top."""
    own = [next((colours[code] for code in one.land.codes if code in colours), "land") for one in drawn]
    nobody = [one for one in drawn if one.land.disputed and not one.land.codes]
    thin = {"edgecolor": PALETTE["paper"], "linewidth": 0.4 if panel.sheet.narrow else 0.6}
    for colour in ("land", *dict.fromkeys(one for one in own if one != "land")):
        _fill(
            panel,
            [one for one, its in zip(drawn, own, strict=True) if its == colour],
            facecolor=PALETTE[colour],
            **thin,
        )
    _fill(panel, nobody, facecolor=PALETTE["land"], **thin)
    _fill(panel, [one for one in drawn if one.land.disputed], **_HATCHED)
    dots: dict[str, list] = {}
    for code in (code for code, how in places.items() if how == "dot"):
        dots.setdefault(colours[code], []).append(centre(code, drawn))
    for colour, spots in dots.items():
        panel.dots(*zip(*spots, strict=True), PALETTE[colour], dot, edge=PALETTE["paper"], rim=0.8)


def _fill(panel: Panel, those: Sequence[Piece], **look) -> None:
    outlines = [one.outline for one in those if len(one.outline)]
    if outlines:
        panel.add(
            PathPatch(Outline.make_compound_path(*outlines), transform=panel.transform, joinstyle="round", **look)
        )
