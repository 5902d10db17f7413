"""A map of the world or of a region: classes of countries in order, each named in a key with its number."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline

from ogp_analysis.base.countries import countries, country
from ogp_analysis.base.errors import UnknownName
from ogp_analysis.base.words import language, sentence, word
from ogp_analysis.base.words.sentence import count, index
from ogp_analysis.display.chart import Chart, Framed
from ogp_analysis.display.palette import PALETTE
from ogp_analysis.display.shapes import Piece, centre, codes, pieces, rules
from ogp_analysis.display.sheet import NARROW, WIDE, Panel, Sheet, flowed, wrapped

#: Colours for classes in order, as names of :data:`~ogp_analysis.display.palette.PALETTE`; those of each scale differ
#: for readers with any colour vision, and in grey.
FALL_TO_RISE = ("own", "fell", "still", "rose", "region")
LITTLE_TO_MUCH = ("still", "fell", "own")
#: Lines over the colours of a rise, which in grey are those of a fall.
_RISES = {name: {"hatch": "----", "hatchcolor": PALETTE["paper"]} for name in ("rose", "region")}
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
class MapChart(Chart):
    """Classes of countries on a map.

    A country that is too small to be seen is a dot, one without a shape is named below. Land in no class and without a
    missing value is pale: it is not among what is counted. Disputed land is hatched, by the rules of ``map.toml``.

    Attributes
    ----------
    classes : sequence of MapClass
        In order, no country in two of them.
    no_data : iterable of str or None
        Codes of the countries that are counted, but have no value; if None, of all others of the view.
    view : str
        ``"world"``, or a region of :data:`~ogp_analysis.base.countries.REGIONS`.
    widths : tuple of bool
        Whether each of its sheets is narrow.
    values : mapping of str to float
        By code, the change that a country's tooltip states; without it the tooltip names the class.

    Raises
    ------
    UnknownName
        If there is no such view.
    """

    classes: Sequence[MapClass]
    no_data: Iterable[str] | None = ()
    view: str = "world"
    widths: tuple[bool, ...] = (False, True)
    values: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.view not in rules()["views"]:
            raise UnknownName("map", f"there is no view {self.view[:40]!r}", "Use " + ", ".join(rules()["views"]))

    @property
    def credit(self) -> str:
        """The source of the shapes."""
        return word("map.shapes")

    @cached_property
    def colours(self) -> dict[str, str]:
        """The colour of each country of a class, or without a value."""
        return {code: one.colour for one in self._groups() for code in one.countries}

    def _groups(self) -> list[MapClass]:
        known = {code for one in self.classes for code in one.countries}
        of_view = {one.iso3 for one in countries() if self.view in ("world", one.region)} & codes()
        absent = of_view - known if self.no_data is None else self.no_data
        return [*self.classes, MapClass(word("map.no_data"), "absent", frozenset(absent))]

    def places(self, narrow: bool) -> dict[str, str]:
        """Return of each country whether it is a ``shape``, a ``dot``, or ``beyond`` the map and named below."""
        tall, drawn = land(self.view, narrow)
        places = {}
        for code in sorted(self.colours):
            if code not in codes():
                places[code] = "beyond"
                continue
            own = [one for one in drawn if code in one.land.codes]
            (x, y), area = centre(code, own), sum(one.area for one in own)
            seen = any(len(one.outline) for one in own) and area >= _LEAST[narrow]
            inside = 0 <= x <= (NARROW if narrow else WIDE) and 0 <= y <= tall
            places[code] = "shape" if seen else "dot" if inside else "beyond"
        return places

    def sheet(self, framed: Framed, narrow: bool) -> Sheet:
        """Draw it on a sheet."""
        groups, places, (tall, drawn) = self._groups(), self.places(narrow), land(self.view, narrow)
        width, size = (NARROW, 12.0) if narrow else (WIDE, 13.0)
        named = [one for one in groups if one.countries]
        texts = [sentence("map.key", words=one.words, n=count(len(one.countries))).plain() for one in named]
        keys = [(text, one.colour, _RISES.get(one.colour, {})) for text, one in zip(texts, named, strict=True)]
        keys.append((word("map.other"), "land", {}))
        if any(one.land.disputed and len(one.outline) for one in drawn):
            keys.append((word("map.disputed"), "land", _HATCHED | {"facecolor": PALETTE["land"]}))
        spots = flowed([text for text, *_ in keys], width, size, 40)
        beyond = [(code, one.words) for one in groups for code in sorted(one.countries) if places[code] == "beyond"]
        names = ", ".join(f"{country(code).name} ({words})" for code, words in beyond)
        note = wrapped(sentence("map.beyond", names=names).plain(), width - 2, size) if beyond else []
        legend = 12 + 21 * (spots[-1][1] + 1)
        sheet = framed(tall + legend + len(note) * size * 1.35)
        panel = Panel(sheet, (0, sheet.top, width, sheet.top + tall + legend), (0, width), (tall + legend, 0))
        self._draw(panel, drawn, places)
        said = {code: index(value, signed=True).written(language()) for code, value in self.values.items()}
        sheet.places = {
            code: f"{country(code).name}: {said.get(code, group.words)}"
            for group in groups
            for code in sorted(group.countries)
            if places[code] != "beyond" and not narrow
        }
        for (text, colour, look), (x, row) in zip(keys, spots, strict=True):
            middle = tall + 18 + 21 * row
            panel.bar(x, x + 13, middle - 6, middle + 7, colour, **look)
            sheet.text(x + 19, panel.top + middle, text, size, va="center", color="muted")
        sheet.lines(0, panel.bottom, note, size, size * 1.35, color="muted")
        return sheet

    def _draw(self, panel: Panel, drawn: Sequence[Piece], places: dict[str, str]) -> None:
        """Draw each country that is counted as one path under its code, the hatching over it, and the dots on top.

        Where it is narrow nobody points at a country, and the land of a colour is one path.
        """
        narrow, paths = panel.sheet.narrow, defaultdict(list, {"land": []})  # other land is below all others
        thin = {"edgecolor": PALETTE["paper"], "linewidth": 0.4 if narrow else 0.6}
        for one in drawn:
            code = next((code for code in one.land.codes if code in self.colours), "land")
            paths[self.colours.get(code, code) if narrow else code].append(one)
        for id, those in paths.items():
            colour = self.colours.get(id, id)
            _fill(panel, those, facecolor=PALETTE[colour], gid=id, **thin, **_RISES.get(colour, {}))
        disputed = [one for one in drawn if one.land.disputed]
        _fill(panel, [one for one in disputed if not one.land.codes], facecolor=PALETTE["land"], **thin)
        _fill(panel, disputed, **_HATCHED)
        for code in (code for code, how in places.items() if how == "dot"):
            x, y = centre(code, drawn)
            panel.dots([x], [y], PALETTE[self.colours[code]], _DOT[narrow], edge=PALETTE["paper"], rim=0.8, gid=code)


def land(view: str, narrow: bool) -> tuple[float, tuple[Piece, ...]]:
    """Return the height of a map of a view and the land on it, which a process lays out once."""
    return pieces(view, NARROW if narrow else WIDE, _TALLEST[narrow], narrow)


def _fill(panel: Panel, those: Sequence[Piece], **look) -> None:
    outlines = [one.outline for one in those if len(one.outline)]
    if outlines:
        path = Outline.make_compound_path(*outlines)
        panel.add(PathPatch(path, transform=panel.transform, joinstyle="round", **look))
