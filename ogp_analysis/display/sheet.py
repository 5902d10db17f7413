"""A sheet to draw on: the finding as its title, direct labels that never meet, the source inside.

A length is a CSS pixel: a size given here is the size that is read. Text stays text. Room is measured in DejaVu, the
widest of the fonts that a page falls back to, so that a label that fits here fits on every machine. A :class:`Panel` is
a rectangle of the sheet with data coordinates, made of matplotlib's own artists; an Axes does the same and takes five
times as long.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox, BboxTransform

from ogp_analysis.base.beside import toml
from ogp_analysis.base.words import language
from ogp_analysis.base.words.sentence import decimal
from ogp_analysis.display.palette import PALETTE

# The look of every figure, the same whatever the user's own matplotlib settings are.

_SETTINGS = toml(__file__, "style.toml")["settings"]
#: Families that a drawing asks for, and what a page gives it.
SANS, SERIF = "DejaVu Sans", "DejaVu Serif"
FAMILIES = {
    SANS: "Seravek, 'Segoe UI', 'Open Sans', 'Noto Sans', Ubuntu, 'Helvetica Neue', 'DejaVu Sans', sans-serif",
    SERIF: "Charter, 'Charis SIL', 'Iowan Old Style', 'Palatino Linotype', Georgia, 'DejaVu Serif', serif",
}
#: All settings of a drawing, once they were made; lists among them are copied for each, so that none changes the next.
_house: dict = {}


@contextmanager
def style(more: Mapping = MappingProxyType({})):
    """Draw inside this context: matplotlib's own defaults plus the look of the house, and `more` of its settings."""
    # Settings are put in their place and back again as they are: matplotlib checks each of them, which takes longer
    # than to draw an axis. The backend is that of whoever draws.
    before = {name: value for name, value in dict.items(mpl.rcParams) if name != "backend"}
    try:
        if not _house:
            mpl.rcdefaults()
            mpl.rcParams.update(_SETTINGS)
            _house.update((name, value) for name, value in dict.items(mpl.rcParams) if name != "backend")
        own = {name: value[:] if isinstance(value, list) else value for name, value in _house.items()}
        dict.update(mpl.rcParams, own | dict(more))
        yield
    finally:
        dict.update(mpl.rcParams, before)


#: Widths: across the page, on a telephone.
WIDE, NARROW = 1080, 358
_SIZES = {
    False: {"title": 21.0, "sub": 14.0, "label": 13.5, "tick": 12.5, "note": 12.0},
    True: {"title": 19.0, "sub": 13.5, "label": 13.0, "tick": 12.5, "note": 11.5},
}
#: Height of a line of a title, of what stands below it and of a source, in sizes of their type.
_LEADING = {"title": 1.27, "sub": 1.4, "note": 1.38}
#: How far the line of a text lies below its top, middle and bottom, in sizes of its type.
_BASELINE = {"top": 0.93, "center": 0.36, "bottom": -0.24}
#: How wide the label of an event may be, the least room in which one is written, and pixels from its date to its text.
_EVENT_ROOM, _LEAST_ROOM, _BESIDE_DATE = 330, 86, 7

#: Where a value stands beside its point, the first that is free: parts of its width across, and pixels down.
_AROUND = [
    (across, down)
    for far, near in ((13, 9), (20, 18), (30, 25), (42, 32))
    for across, down in ((0, -far), (0, far), (-1, -near), (1, -near), (-1, near), (1, near))
]
_AROUND[6:6] = (-1, 0), (1, 0)
#: Further off: pixels, and parts of them across and down.
_FURTHER = list(itertools.product((22, 44, 66), (-1, -0.5, 0.5, 1), (-1, -0.5, 0, 0.5, 1)))


@cache
def _pen():
    return FigureCanvasAgg(Figure(figsize=(1, 1), dpi=72)).get_renderer()


@cache
def _advance(character: str, size: float, weight: str, family: str) -> float:
    """Return how wide a character is, on whole pixels, as screens draw it."""
    font = get_font(findfont(FontProperties(family=family, weight=weight)))
    font.set_size(size, 72)
    return font.load_char(ord(character), flags=LoadFlags.DEFAULT).horiAdvance / 64


@cache
def _font(family: str, weight: str, size: float) -> FontProperties:
    """Return what a text is written in; matplotlib checks each part of it, which takes longer than the text itself."""
    return FontProperties(family=family, weight=weight, size=size)


def extent(text: str, size: float, weight: str = "normal", family: str = SANS) -> float:
    """Return how wide a text is. Characters are added up, which takes a hundredth of laying them out."""
    return sum(_advance(character, size, weight, family) for character in text)


def wrapped(text: str, room: float, size: float, weight: str = "normal", family: str = SANS) -> list[str]:
    """Return a text in lines that are no wider than the room, as far as its words allow."""
    lines: list[str] = []
    for word in text.split(" ") if text else ():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and extent(longer, size, weight, family) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def flowed(texts: Sequence[str], room: float, size: float, beside: float) -> list[tuple[float, int]]:
    """Return where each text of a key begins and in which row: side by side, as far as there is room.

    Parameters
    ----------
    texts : sequence of str
    room, size : float
        Width of a row; size of the type.
    beside : float
        What a text takes beside its own width.
    """
    spots, across, row = [], 0.0, 0
    for text in texts:
        wide = extent(text, size) + beside
        across, row = (0.0, row + 1) if across and across + wide > room else (across, row)
        spots.append((across, row))
        across += wide
    return spots


@dataclass(frozen=True)
class Event:
    """What a chart says of one day.

    Attributes
    ----------
    x : float
        Place on the x axis.
    date, text : str
        As they are written.
    colour : str
    weight : int
        Where there is no room for all, those with the largest weight are left out.
    flat : bool
        Whether the text stands beside the date, where the two have room in a line.
    """

    x: float
    date: str
    text: str
    colour: str
    weight: int = 0
    flat: bool = False


class Words(Text):
    """A text of a sheet. On one line, where text stays text, it is written as it is: a reader's screen lays it out.

    matplotlib would lay it out first and throw the layout away, which takes half of a drawing.
    """

    def draw(self, renderer) -> None:
        """Draw with a renderer of matplotlib's."""
        text, look, figure = self.get_text(), self.get_fontproperties(), self.get_figure(root=True)
        stays = isinstance(figure.canvas, FigureCanvasSVG) and mpl.rcParams["svg.fonttype"] == "none"
        if not stays or not text or "\n" in text or self.get_bbox_patch() or self.get_va() != "baseline":
            super().draw(renderer)
            return
        renderer.open_group("text", self.get_gid())
        pen = renderer.new_gc()
        pen.set_foreground(self.get_color())
        pen.set_alpha(self.get_alpha())
        x, y = self.get_transform().transform(self.get_unitless_position())
        _, height = renderer.get_canvas_width_height()
        renderer.draw_text(pen, x, height - y, text, look, self.get_rotation(), mtext=self)
        pen.restore()
        renderer.close_group("text")


class Sheet:
    """A drawing of a fixed size in pixels, counted from the top left.

    Parameters
    ----------
    width, height : float
    narrow : bool
        Whether it is read on a telephone: smaller type, words cut shorter by whoever draws.

    Attributes
    ----------
    top, bottom : float
        What lies between is for whoever draws.
    panels : list of Panel
        In the order in which they were made.
    places : dict of str to str
        Tooltips for a page, by the code of the country, which is the id of its part of the drawing.
    """

    def __init__(self, width: float, height: float, narrow: bool = False) -> None:
        self.width, self.height, self.narrow = width, height, narrow
        self.size = _SIZES[narrow]
        self.top, self.bottom = 0.0, height
        self.figure = Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="white")
        self.figure.patch.set_gid("paper")
        self.panels: list[Panel] = []
        self.places: dict[str, str] = {}
        self._boxes: list[tuple[float, float, float, float]] = []
        self._ink: list[np.ndarray] = []
        self._marks: list[tuple[float, float]] = []

    @classmethod
    def framed(cls, body: float, title: str, about: str, source: str, narrow: bool = False) -> Sheet:
        """Return a sheet with the finding and what is drawn above its body, and the source below.

        Parameters
        ----------
        body : float
            Height of what lies between, in pixels.
        title, about, source : str
        narrow : bool
        """
        width, size = NARROW if narrow else WIDE, _SIZES[narrow]
        plain = {"weight": "normal", "family": SANS, "color": "muted"}
        looks = {"title": {"weight": "bold", "family": SERIF, "color": "ink"}, "sub": plain, "note": plain}
        lines, tall = {}, {}
        for (kind, look), text in zip(looks.items(), (title, about, source), strict=True):
            lines[kind] = wrapped(text, width - 2, size[kind], look["weight"], look["family"])
            tall[kind] = len(lines[kind]) * size[kind] * _LEADING[kind]
        tops = {"title": 2.0, "sub": tall["title"] + 6, "note": tall["title"] + tall["sub"] + body + 20}
        sheet = cls(width, round(tops["note"] + tall["note"] + 3), narrow)
        sheet.top, sheet.bottom = tops["sub"] + tall["sub"] + 4, tops["note"] - 10
        for kind, look in looks.items():
            sheet.lines(0, tops[kind], lines[kind], size[kind], size[kind] * _LEADING[kind], **look)
        return sheet

    def text(self, x: float, y: float, text: str, size: float | None = None, **look) -> Text:
        """Write at a pixel, in a colour of the palette or another."""
        look = {"color": "ink", "family": SANS, "weight": "normal", "va": "top", "ha": "left", **look}
        size = size or self.size["label"]
        self._boxes.append(_box(x, y, text, size, look))
        if "\n" not in text:  # on a line of its own, whether or not a letter of it has an accent
            y += size * _BASELINE[look["va"]]
            look["va"] = "baseline"
        look |= {"fontproperties": _font(look.pop("family"), look.pop("weight"), size), "parse_math": False}
        look |= {"color": coloured(look["color"]), "transform": self.figure.transFigure}
        words = Words(x / self.width, 1 - y / self.height, text, **look)
        words.set_figure(self.figure)
        self.figure.texts.append(words)
        return words

    def lines(self, x: float, y: float, lines: Iterable[str], size: float, step: float, **look) -> None:
        """Write lines one below the other."""
        for number, line in enumerate(lines):
            self.text(x, y + number * step, line, size, **look)

    def within(self, x: float, y: float, text: str, size: float | None = None, **look) -> None:
        """Write around a place, as far as that is on the sheet."""
        half = extent(text, size or self.size["label"], look.get("weight", "normal")) / 2
        self.text(min(max(x, half + 1), self.width - half - 1), y, text, size, ha="center", **look)

    def stroke(self, points: Sequence[tuple[float, float]], colour: str, width: float = 1.0, order: int = 2) -> None:
        """Draw a line between pixels."""
        points = np.asarray(points, float)
        across, up = points[:, 0] / self.width, 1 - points[:, 1] / self.height
        self.figure.add_artist(Line2D(across, up, color=coloured(colour), lw=width, zorder=order))
        self._ink.append(_along(points))

    def ends(self, panel: Panel, items: Sequence[tuple[float, float, str, str, str]], pad: float = 9,
             size: float | None = None) -> None:  # fmt: skip
        """Write the name and last value of each series beside its end: labels move apart, points never do.

        Parameters
        ----------
        panel : Panel
        items : sequence of (x, y, text, colour, weight)
            In data coordinates; a text may have several lines.
        pad : float
            Between the point and its label.
        size : float or None
            Of the type.
        """
        if not items:
            return
        size = size or self.size["label"]
        lines = [text.count("\n") + 1 for _, _, text, _, _ in items]
        wanted = [panel.pixel(x, y)[1] for x, y, *_ in items]
        heights = [size * 1.25 * n for n in lines]
        ends = [heights[wanted.index(pick(wanted))] / 2 for pick in (min, max)]
        placed = spread(wanted, heights, panel.top - 4 + ends[0], panel.bottom + 8 - ends[1])
        right = max(panel.pixel(x, y)[0] for x, y, *_ in items) + pad
        for (_, _, text, colour, weight), y in zip(items, placed, strict=True):
            self.text(right, y, text, size, color=colour, weight=weight, va="center", linespacing=1.2)

    def events(self, panel: Panel, events: Sequence[Event], xs: Sequence[float], ys: Sequence[float]) -> list[Event]:
        """Write dated events under or over a line, each to the left of its own leader, where the leaders are shorter.

        The first stands nearest to the line; every later leader stands to the right of it and every later label
        further off, so that no leader crosses a label and no label another, whatever the dates are.

        Parameters
        ----------
        panel : Panel
        events : sequence of Event
            In the order of time.
        xs, ys : sequence of float
            The line.

        Returns
        -------
        list of Event
            Those that are written; for the others there is no room.
        """
        size = self.size["label"] - 0.5
        least = {
            one: max(_LEAST_ROOM, extent(one.date, size, "bold"), *(extent(part, size) for part in one.text.split(" ")))
            for one in events
        }
        kept = [one for one in events if panel.pixel(one.x, 0)[0] - 12 - panel.left >= least[one]]
        line = _along(np.array([panel.pixel(x, y) for x, y in zip(xs, ys, strict=True)]))
        while kept:
            ways = [self._staircase(panel, kept, line, below) for below in (True, False)]
            ways = [way for way in ways if way is not None]
            if ways:
                self._write_events(panel, min(ways, key=lambda way: sum(abs(end - touch) for *_, touch, end in way)))
                return kept
            kept.remove(max(kept, key=lambda one: (one.weight, one.x)))
        return kept

    def _staircase(self, panel: Panel, events: Sequence[Event], line: np.ndarray, below: bool):
        """Return of each event its left edge's lines, place, top, and the ends of its leader; None without room."""
        size = self.size["label"] - 0.5
        step, placed, free = size * 1.3, [], panel.top + 4 if below else panel.bottom - 6
        for event in events:
            x = panel.pixel(event.x, 0)[0]
            room = min(_EVENT_ROOM, x - 12 - panel.left)
            lines = [event.date, *wrapped(event.text, room, size)]
            wide = max(extent(event.date, size, "bold"), *(extent(one, size) for one in lines[1:]))
            both = extent(event.date, size, "bold") + _BESIDE_DATE + extent(event.text, size)
            if event.flat and both <= x - 12 - panel.left:
                lines, wide = [event.date], both
            over = line[(line[:, 0] > x - 12 - wide) & (line[:, 0] < x + 6), 1]
            touch, tall = float(np.interp(x, line[:, 0], line[:, 1])), len(lines) * step
            top = max([free, *(over + 16)]) if below else min([free, *(over - 16)]) - tall
            for _ in range(40):
                box = x - 9 - wide, top - 2, x - 4, top + tall
                if not any(_meet(box, other) for other in self._boxes):
                    break
                top += 6 if below else -6
            if top + tall > panel.bottom - 4 or top < panel.top + 2:
                return None
            free = top + tall + step * 0.55 if below else top - step * 0.55
            placed.append((event, lines, x, top, touch, top + tall - 3 if below else top + 2))
        return placed

    def _write_events(self, panel: Panel, placed) -> None:
        size = self.size["label"] - 0.5
        halo = {"facecolor": PALETTE["paper"], "edgecolor": "none", "pad": 1.0}
        for event, lines, x, top, touch, end in placed:
            self.stroke([(x, touch), (x, end)], event.colour)
            panel.dots([event.x], [panel.value(touch)], "paper", 6, edge=event.colour)
            at = x - 7 - (0 if lines[1:] else extent(event.text, size) + _BESIDE_DATE)
            self.text(at, top, lines[0], size, ha="right", bbox=halo, color=event.colour, weight="bold")
            down = top + size * 1.3 * bool(lines[1:])
            self.lines(x - 7, down, lines[1:] or [event.text], size, size * 1.3, ha="right", bbox=halo)

    def beside(self, panel: Panel, x: float, y: float, text: str, below: bool = False, **look) -> None:
        """Write a value near its point where nothing drawn so far is hidden: above, below, to the sides, further off.

        Parameters
        ----------
        panel : Panel
        x, y : float
            The point, in data coordinates.
        text : str
        below : bool
            Whether below is looked at before above.
        **look
            As for :meth:`text`.
        """
        size = look.pop("size", self.size["label"])
        wide, tall = extent(text, size, look.get("weight", "normal")), size * 1.15
        px, py = panel.pixel(x, y)
        ink = np.vstack(self._ink or [np.empty((0, 2))])
        ink = ink[(abs(ink[:, 0] - px) < wide * 2 + 30) & (abs(ink[:, 1] - py) < 70)]
        side, best = wide / 2 + 9, None
        tries = [(across * side, down) for across, down in _AROUND]
        tries += [(across * (side + far), down * far) for far, across, down in _FURTHER]
        for cost, (dx, dy) in enumerate(tries):
            cx, cy = px + dx, py + (-dy if below else dy)
            box = cx - wide / 2, cy - tall / 2, cx + wide / 2, cy + tall / 2
            hits = ((abs(ink[:, 0] - cx) < wide / 2 + 2) & (abs(ink[:, 1] - cy) < tall / 2 + 1)).sum()
            meets = sum(_meet(box, other) for other in self._boxes)
            meets += sum(box[0] - 3 < mx < box[2] + 3 and box[1] - 3 < my < box[3] + 3 for mx, my in self._marks)
            out = box[0] < 0 or box[2] > self.width or box[1] < 0 or cy > panel.bottom - 4
            score = hits * 10 + cost + 1000 * (out + meets)
            if best is None or score < best[0]:
                best = score, cx, cy
            if score == cost:
                break
        self.text(best[1], best[2], text, size, ha="center", va="center", **look)

    def faults(self) -> list[str]:
        """Return each text that leaves the sheet, meets another or hides a marked point: none in what may be shown."""
        written = [text for text in self.figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
        texts = [text.get_text() for text in written]
        boxes = np.array([text.get_window_extent(_pen()).extents for text in written]).reshape(-1, 4)
        low, high = boxes[:, :2], boxes[:, 2:]
        leaves = (low < -1.5).any(axis=1) | (high > np.array([self.width, self.height]) + 1.5).any(axis=1)
        shared = np.minimum(high[:, None], high[None]) - np.maximum(low[:, None], low[None])
        meets = np.triu((shared > [0.5, 2]).all(axis=2), 1)
        marks = np.array(self._marks).reshape(-1, 2) * [1, -1] + [0, self.height]
        hides = ((low[:, None] + [1, 3] < marks) & (marks < high[:, None] - [1, 3])).all(axis=2)
        found = [f"{texts[place]!r} leaves the sheet" for place in np.flatnonzero(leaves)]
        for place, text in enumerate(texts):
            found += [f"{text!r} meets {texts[other]!r}" for other in np.flatnonzero(meets[place])]
            found += [f"{text!r} hides a point"] * int(hides[place].sum())
        return found


class Panel:
    """A rectangle of a sheet with data coordinates; its edges in pixels, counted from the top left.

    Parameters
    ----------
    sheet : Sheet
    box : tuple of float
        Left, top, right, bottom.
    xlim, ylim : tuple of float
        The data at its edges.

    Attributes
    ----------
    artists : list
        What was drawn in it, in data coordinates.
    """

    def __init__(self, sheet: Sheet, box: tuple[float, float, float, float], xlim, ylim) -> None:
        self.sheet, self.xlim, self.ylim, self.artists = sheet, xlim, ylim, []
        sheet.panels.append(self)
        self.left, self.top, self.right, self.bottom = box
        wide, tall = sheet.width, sheet.height
        place = Bbox.from_extents(self.left / wide, 1 - self.bottom / tall, self.right / wide, 1 - self.top / tall)
        data = Bbox.from_extents(xlim[0], ylim[0], xlim[1], ylim[1])
        self.transform = BboxTransform(data, place) + sheet.figure.transFigure

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies on the sheet."""
        across = (x - self.xlim[0]) / (self.xlim[1] - self.xlim[0])
        up = (y - self.ylim[0]) / (self.ylim[1] - self.ylim[0])
        return self.left + across * (self.right - self.left), self.bottom - up * (self.bottom - self.top)

    def colour(self, name: str):
        """Return a colour of the palette by its name; any other colour is returned as given."""
        return coloured(name)

    def value(self, down: float) -> float:
        """Return the value at a height of the sheet."""
        up = (self.bottom - down) / (self.bottom - self.top)
        return self.ylim[0] + up * (self.ylim[1] - self.ylim[0])

    def add(self, artist) -> None:
        """Put an artist on the sheet."""
        self.artists.append(artist)
        self.sheet.figure.add_artist(artist)

    def line(self, xs, ys, colour: str, width: float = 2.0, dashes=None, order: int = 4) -> None:
        """Draw a line, which labels then keep off."""
        look = {"solid_joinstyle": "round", **({"linestyle": (0, dashes)} if dashes else {})}
        self.add(Line2D(xs, ys, color=self.colour(colour), lw=width, transform=self.transform, zorder=order, **look))
        points = [self.pixel(x, y) for x, y in zip(xs, ys, strict=True) if y == y]
        if len(points) > 1:
            self.sheet._ink.append(_along(np.array(points)))

    def dots(
        self, xs, ys, colour: str, size: float = 6.0, edge: str | None = None, order: int = 6, marker: str = "o",
        rim: float = 1.6, **more,
    ) -> None:  # fmt: skip
        """Draw points, which labels then keep off."""
        look = {"mfc": self.colour(colour), "mec": self.colour(edge or colour), "mew": rim if edge else 0, **more}
        self.add(Line2D(xs, ys, ls="none", marker=marker, ms=size, transform=self.transform, zorder=order, **look))
        self.sheet._marks += [self.pixel(x, y) for x, y in zip(xs, ys, strict=True)]

    def band(self, xs, low, high, colour: str, order: int = 1, **look) -> None:
        """Fill between two lines."""
        if not len(xs):
            return
        points = [*zip(xs, low, strict=True), *zip(reversed(list(xs)), reversed(list(high)), strict=True)]
        self.add(
            Polygon(
                points,
                **{"facecolor": self.colour(colour), "edgecolor": "none", **look},
                transform=self.transform,
                zorder=order,
            )
        )

    def bar(self, left: float, right: float, low: float, high: float, colour: str, order: int = 2, **look) -> None:
        """Fill a rectangle."""
        look = {"facecolor": self.colour(colour), "edgecolor": "none", **look}
        self.add(Rectangle((left, low), right - left, high - low, transform=self.transform, zorder=order, **look))

    def rules(self, lines: Sequence[Sequence[tuple[float, float]]], colour: str, width: float = 0.8, order: int = 0,
              dashes=None) -> None:  # fmt: skip
        """Draw many lines at once, which labels may cross."""
        look = {"colors": self.colour(colour), "linewidths": width, **({"linestyles": [(0, dashes)]} if dashes else {})}
        self.add(LineCollection(lines, transform=self.transform, zorder=order, **look))

    def grid(self, xs: Ticks = (), ys: Ticks = ()) -> None:
        """Draw the lines of the y axis, and the labels of both; a line may have no words."""
        size = self.sheet.size["tick"]
        if ys:
            self.rules([[(self.xlim[0], y), (self.xlim[1], y)] for y, _ in ys], "grid")
        for x, text in xs:
            across = self.pixel(x, self.ylim[0])[0]
            self.sheet.text(across, self.bottom + 7, text, size, ha="center", color="muted")
        for y, text in (one for one in ys if one[1]):
            down = self.pixel(self.xlim[0], y)[1]
            self.sheet.text(self.left - 6, down, text, size, ha="right", va="center", color="muted")


def coloured(name: str) -> str:
    """Return the colour that a name of the palette stands for; any other colour is returned as given."""
    return PALETTE.get(name, name)


#: Places of an axis and what is written there.
Ticks = Sequence[tuple[float, str]]


def tick(value: float) -> str:
    """Return a number of an axis as the reader's language writes it."""
    text = f"{value:.10g}"
    return decimal(value, len(text.partition(".")[2]), language())


def marked(low: float, high: float, most: int = 5) -> Ticks:
    """Return round numbers between two ends, and how they are written."""
    return [(at, tick(at)) for at in ticks(low, high, most)]


def ticked(given: Ticks | Callable[[bool], Ticks] | int, ends: tuple[float, float], narrow: bool) -> Ticks:
    """Return places and words of an axis: those given, or so many round numbers, on a narrow sheet a third fewer."""
    if isinstance(given, int):
        return marked(*ends, given * 2 // 3 if narrow else given)
    return given(narrow) if callable(given) else given


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers between two ends."""
    found = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [round(float(value), 9) for value in found if low - 1e-9 <= value <= high + 1e-9]


def years(first: int, last: int, narrow: bool) -> Ticks:
    """Return places and labels of an axis of years, evenly from its ends where that can be; a value is in mid-year."""
    step = next(step for step in (1, 2, 5, 10, 20, 50) if (last - first) / step <= (4 if narrow else 6))
    even = (last - first) % step == 0
    shown = [first, *(year for year in range(first + 1, last) if (year - first * even) % step == 0), last]
    kept = [year for year in shown if year in (first, last) or min(year - first, last - year) >= step * 0.6]
    short = {year: f"’{year % 100:02}" if narrow and year != first else str(year) for year in kept}
    return [(year + 0.5, text) for year, text in short.items()]


def spread(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Return the middles of blocks of these heights, as near as may be to those wanted, so that no two meet.

    Blocks keep their order; if they have room, they lie between the limits. The squares of the distances are least:
    blocks that would meet stand together around the mean of what they want.
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    offsets, free = [0.0], []
    for before, after in itertools.pairwise(order):
        offsets.append(offsets[-1] + (heights[before] + heights[after]) / 2)
    for i, offset in zip(order, offsets, strict=True):
        free.append([wanted[i] - offset, 1])
        while len(free) > 1 and free[-2][0] > free[-1][0]:
            mean, n = free.pop()
            free[-1] = [(free[-1][0] * free[-1][1] + mean * n) / (free[-1][1] + n), free[-1][1] + n]
    starts = [mean for mean, n in free for _ in range(n)]
    found = [0.0] * len(wanted)
    for i, start, offset in zip(order, starts, offsets, strict=True):
        found[i] = max(low, min(start, high - offsets[-1])) + offset
    return found


def _box(x: float, y: float, text: str, size: float, look: dict) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a text."""
    lines = text.split("\n")
    wide = max(extent(line, size, look["weight"], look["family"]) for line in lines)
    tall = size * 1.2 * len(lines)
    left = x - {"left": 0.0, "center": wide / 2, "right": wide}[look["ha"]]
    top = y - {"top": 0.0, "center": tall / 2, "bottom": tall}[look["va"]]
    return left, top, left + wide, top + tall


def _meet(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) > -2 and min(a[3], b[3]) - max(a[1], b[1]) > 0


def _along(points: np.ndarray) -> np.ndarray:
    """Return the pixels that a line between points runs through."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    at = np.concatenate([[0.0], np.cumsum(steps)])
    every = np.append(np.arange(0.0, at[-1], 2.0), at[-1])
    return np.column_stack([np.interp(every, at, points[:, 0]), np.interp(every, at, points[:, 1])])
