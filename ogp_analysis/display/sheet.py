"""A sheet to draw on: the finding as its title, direct labels that never meet, the source inside.

A length is a CSS pixel, which is a point of the drawing: a size given here is the size that is read. Text stays text.
Room is measured in DejaVu, the widest of the fonts that a page falls back to, so that a label that fits here fits on
every machine. A :class:`Panel` is a rectangle of the sheet with data coordinates, made of matplotlib's own artists; an
Axes does the same and takes five times as long.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from functools import cache

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator
from matplotlib.transforms import Bbox, BboxTransform

from ogp_analysis.display.style import PALETTE, SERIF

#: Widths: across the page, beside text, on a telephone.
WIDE, HALF, NARROW = 1080, 700, 358
_SIZES = {
    False: {"title": 21.0, "sub": 14.0, "label": 13.5, "tick": 12.5, "note": 12.0},
    True: {"title": 19.0, "sub": 13.5, "label": 13.0, "tick": 12.5, "note": 11.5},
}


@cache
def _font(size: float, weight: str, family: str) -> FontProperties:
    return FontProperties(family=family, size=size, weight=weight)


class Sheet:
    """A drawing of a fixed size in pixels, counted from the top left.

    Parameters
    ----------
    width, height : float
    narrow : bool
        Whether it is read on a telephone: smaller type, words cut shorter by whoever draws.
    """

    def __init__(self, width: float, height: float, narrow: bool = False) -> None:
        self.width, self.height, self.narrow = width, height, narrow
        self.size = _SIZES[narrow]
        self.figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        self.figure.patch.set_alpha(0)
        self.pen = FigureCanvasAgg(self.figure).get_renderer()

    def extent(self, text: str, size: float, weight: str = "normal", family: str = "DejaVu Sans") -> float:
        """Return how wide a text is."""
        return self.pen.get_text_width_height_descent(text, _font(size, weight, family), False)[0]

    def wrapped(
        self, text: str, room: float, size: float, weight: str = "normal", family: str = "DejaVu Sans"
    ) -> list[str]:
        """Return a text in lines that are no wider than the room, as far as its words allow."""
        lines: list[str] = []
        for word in text.split():
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.extent(longer, size, weight, family) <= room:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def text(self, x: float, y: float, text: str, size: float | None = None, **look) -> Text:
        """Write at a pixel."""
        look = {"color": PALETTE["ink"], "va": "top", **look}
        return self.figure.text(x / self.width, 1 - y / self.height, text, fontsize=size or self.size["label"], **look)

    def head(self, title: str, about: str) -> float:
        """Write the finding and what is drawn; return the pixel below them."""
        y, size = 2.0, self.size["title"]
        for line in self.wrapped(title, self.width, size, "bold", SERIF):
            self.text(0, y, line, size, weight="bold", family=SERIF)
            y += size * 1.27
        y += 4
        for line in self.wrapped(about, self.width, self.size["sub"]):
            self.text(0, y, line, self.size["sub"], color=PALETTE["muted"])
            y += self.size["sub"] * 1.4
        return y

    def foot(self, source: str) -> float:
        """Write the source at the bottom; return the pixel above it."""
        size = self.size["note"]
        lines = self.wrapped(source, self.width, size)
        top = self.height - len(lines) * size * 1.38 - 2
        for number, line in enumerate(lines):
            self.text(0, top + number * size * 1.38, line, size, color=PALETTE["muted"])
        return top - size * 0.6

    def panel(
        self,
        box: tuple[float, float, float, float],
        xlim: tuple[float, float],
        ylim: tuple[float, float],
    ) -> Panel:
        """Return a rectangle (left, top, right, bottom) with data coordinates."""
        return Panel(self, box, xlim, ylim)

    def ends(self, panel: Panel, items: Sequence[tuple[float, float, str, str, str]], pad: float = 9) -> None:
        """Write the name and last value of each series beside its end: labels move apart, points never do.

        Parameters
        ----------
        panel : Panel
        items : sequence of (x, y, text, colour, weight)
            In data coordinates; a text may have several lines.
        pad : float
            Between the point and its label.
        """
        if not items:
            return
        size = self.size["label"]
        lines = [text.count("\n") + 1 for _, _, text, _, _ in items]
        wanted = [panel.pixel(x, y)[1] for x, y, *_ in items]
        placed = spread(wanted, [size * 1.25 * n for n in lines], panel.top - 4, panel.bottom + 4)
        right = max(panel.pixel(x, y)[0] for x, y, *_ in items) + pad
        for (_, _, text, colour, weight), y in zip(items, placed, strict=True):
            self.text(right, y, text, color=colour, weight=weight, va="center", linespacing=1.2)

    def events(
        self,
        panel: Panel,
        events: Sequence[dict],
        line: Callable[[float], float],
        room: tuple[float, float],
        below: bool,
    ) -> None:
        """Write dated events in the empty room under or over a line, each to the left of its own leader.

        The first stands nearest to the line's side of the room; every later leader stands to the right of it, so that
        no leader crosses a label and no label another, whatever the dates are.

        Parameters
        ----------
        panel : Panel
        events : sequence of dict
            ``x``, ``date``, ``text``, ``colour``, in the order of time.
        line : callable
            Height of the series at a place on the x axis.
        room : tuple of float
            Top and bottom of the room, in pixels.
        below : bool
            Whether the room is under the line.
        """
        size, blocks = self.size["label"] - 0.5, []
        step = size * 1.3
        for event in events:
            x = panel.pixel(event["x"], 0)[0]
            date = self.extent(event["date"], size, "bold")
            left = x - 8 - (panel.left + 2) >= max(date, 90)
            space = x - 8 - panel.left if left else panel.right - x - 8
            blocks.append((event, x, left, self.wrapped(event["text"], max(space, 90), size)))
        heights = [(1 + len(lines)) * step for *_, lines in blocks]
        gap = max(0.0, min(18.0, (room[1] - room[0] - sum(heights)) / max(1, len(blocks) - 1)))
        y = room[0] if below else room[1] - sum(heights) - gap * (len(blocks) - 1)
        for (event, x, left, lines), height in zip(blocks, heights, strict=True):
            touch = panel.pixel(event["x"], line(event["x"]))[1]
            end = y + height - size * 0.15 if below else y
            self.figure.add_artist(
                Line2D(
                    [x / self.width] * 2,
                    [1 - touch / self.height, 1 - end / self.height],
                    color=event["colour"],
                    lw=1,
                    zorder=2,
                )
            )
            panel.dots([event["x"]], [line(event["x"])], PALETTE["paper"], 6, edge=event["colour"])
            for number, (text, weight) in enumerate([(event["date"], "bold"), *((one, "normal") for one in lines)]):
                self.text(
                    x - 7 if left else x + 7,
                    y + number * step,
                    text,
                    size,
                    ha="right" if left else "left",
                    weight=weight,
                    color=PALETTE["ink"] if number else event["colour"],
                    bbox={"facecolor": PALETTE["paper"], "edgecolor": "none", "pad": 1.0},
                )
            y += height + gap

    def beside(self, panel: Panel, x: float, y: float, text: str, lines: Sequence[tuple], **look) -> None:
        """Write a value near its point where no line runs through it: above, below, to the sides, then further off."""
        size = look.pop("size", self.size["label"])
        wide, tall = self.extent(text, size, look.get("weight", "normal")), size
        px, py = panel.pixel(x, y)
        ink = np.vstack([_along(panel, xs, ys) for xs, ys in lines if len(xs) > 1] or [np.empty((0, 2))])
        tries = [(0, -11), (0, 11), (-wide / 2 - 7, -8), (-wide / 2 - 7, 8), (wide / 2 + 7, -8), (0, -17), (0, 17)]
        tries += [
            (-wide / 2 - 9, 0),
            (-wide / 2, -16),
            (-wide / 2, 16),
            (wide / 2, 16),
            (0, -25),
            (0, 25),
            (0, -34),
            (0, 34),
        ]
        best = None
        for cost, (dx, dy) in enumerate(tries):
            cx, cy = px + dx, py + dy
            hits = ((abs(ink[:, 0] - cx) < wide / 2 + 1) & (abs(ink[:, 1] - cy) < tall / 2 + 1.5)).sum()
            out = cx - wide / 2 < 0 or cx + wide / 2 > self.width or cy < panel.top - 40 or cy > panel.bottom + 2
            score = hits * 10 + cost + 500 * out
            if best is None or score < best[0]:
                best = score, cx, cy
        self.text(best[1], best[2], text, size, ha="center", va="center", **look)

    def faults(self) -> list[str]:
        """Return each text that leaves the sheet or meets another: none in a drawing that may be shown."""
        self.figure.draw(self.pen)
        texts = [
            (text.get_text(), text.get_window_extent(self.pen))
            for text in self.figure.findobj(Text)
            if text.get_text().strip() and text.get_visible()
        ]
        found = [
            f"{text!r} leaves the sheet"
            for text, box in texts
            if box.x0 < -1.5 or box.y0 < -1.5 or box.x1 > self.width + 1.5 or box.y1 > self.height + 1.5
        ]
        for place, (text, a) in enumerate(texts):
            found += [
                f"{text!r} meets {other!r}"
                for other, b in texts[place + 1 :]
                if min(a.x1, b.x1) - max(a.x0, b.x0) > 0.5 and min(a.y1, b.y1) - max(a.y0, b.y0) > 2
            ]
        return found


class Panel:
    """A rectangle of a sheet with data coordinates; its edges in pixels, counted from the top left."""

    def __init__(self, sheet: Sheet, box: tuple[float, float, float, float], xlim, ylim) -> None:
        self.sheet, self.xlim, self.ylim = sheet, xlim, ylim
        self.left, self.top, self.right, self.bottom = box
        place = Bbox.from_extents(
            self.left / sheet.width,
            1 - self.bottom / sheet.height,
            self.right / sheet.width,
            1 - self.top / sheet.height,
        )
        data = Bbox.from_extents(xlim[0], ylim[0], xlim[1], ylim[1])
        self.transform = BboxTransform(data, place) + sheet.figure.transFigure

    def pixel(self, x: float, y: float) -> tuple[float, float]:
        """Return where a point lies on the sheet."""
        across, up = self.transform.transform((x, y))
        return across, self.sheet.height - up

    def add(self, artist) -> None:
        """Put an artist on the sheet."""
        self.sheet.figure.add_artist(artist)

    def line(self, xs, ys, colour: str, width: float = 2.0, dashes=None, order: int = 4) -> None:
        """Draw a line."""
        look = {"linestyle": (0, dashes)} if dashes else {}
        self.add(
            Line2D(
                xs, ys, color=colour, lw=width, transform=self.transform, solid_joinstyle="round", zorder=order, **look
            )
        )

    def dots(self, xs, ys, colour: str, size: float = 6.0, edge: str | None = None, order: int = 6) -> None:
        """Draw points."""
        look = {"mfc": colour, "mec": edge or colour, "mew": 1.6 if edge else 0}
        self.add(Line2D(xs, ys, ls="none", marker="o", ms=size, transform=self.transform, zorder=order, **look))

    def band(self, xs, low, high, colour: str, order: int = 1) -> None:
        """Fill between two lines."""
        points = [*zip(xs, low, strict=True), *zip(reversed(list(xs)), reversed(list(high)), strict=True)]
        self.add(Polygon(points, facecolor=colour, edgecolor="none", transform=self.transform, zorder=order))

    def bar(self, left: float, right: float, low: float, high: float, colour: str, order: int = 2, **look) -> None:
        """Fill a rectangle."""
        look = {"facecolor": colour, "edgecolor": "none", **look}
        self.add(Rectangle((left, low), right - left, high - low, transform=self.transform, zorder=order, **look))

    def grid(
        self, xs: Iterable[tuple[float, str]] = (), ys: Iterable[tuple[float, str]] = (), upright: bool = False
    ) -> None:
        """Draw the lines and labels of both axes.

        Parameters
        ----------
        xs, ys : iterable of (float, str)
            Places and what is written there.
        upright : bool
            Whether the lines are those of the x axis.
        """
        xs, ys, size = list(xs), list(ys), self.sheet.size["tick"]
        lines = [[(x, self.ylim[0]), (x, self.ylim[1])] for x, _ in xs] if upright else []
        lines += [] if upright else [[(self.xlim[0], y), (self.xlim[1], y)] for y, _ in ys]
        if lines:
            self.add(LineCollection(lines, colors=PALETTE["grid"], linewidths=0.8, transform=self.transform, zorder=0))
        for x, text in xs:
            across = self.pixel(x, self.ylim[0])[0]
            self.sheet.text(across, self.bottom + 7, text, size, ha="center", color=PALETTE["muted"])
        for y, text in ys:
            down = self.pixel(self.xlim[0], y)[1]
            self.sheet.text(self.left - 6, down, text, size, ha="right", va="center", color=PALETTE["muted"])


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Return round numbers between two ends."""
    found = MaxNLocator(most, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
    return [round(float(value), 9) for value in found if low - 1e-9 <= value <= high + 1e-9]


def years(first: int, last: int, narrow: bool) -> list[tuple[float, str]]:
    """Return places and labels of an axis of years; a year's value stands in its middle."""
    step = next(step for step in (1, 2, 5, 10, 20, 50) if (last - first) / step <= (4 if narrow else 6))
    shown = [first, *(year for year in range(first + 1, last) if year % step == 0), last]
    kept = [
        year for year in shown if year in (first, last) or (year - first >= step * 0.6 and last - year >= step * 0.6)
    ]
    return [
        (year + 0.5, f"’{year % 100:02}" if narrow and year != first else str(year)) for year in dict.fromkeys(kept)
    ]


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


def _along(panel: Panel, xs, ys) -> np.ndarray:
    """Return the pixels that a line runs through, one for each pixel across."""
    points = panel.transform.transform(np.column_stack([np.asarray(xs, float), np.asarray(ys, float)]))
    across = np.arange(points[0, 0], points[-1, 0], 1.0)
    down = panel.sheet.height - np.interp(across, points[:, 0], points[:, 1])
    return np.column_stack([across, down])
