"""Charts of lines over years: one panel, several on one sheet, or small multiples, each on its own scale.

A panel is a :class:`Plot`: frames, columns and words. What is drawn in it are layers, in their order: functions of the
panel and of how far a value stands to the right, which is half a year where a year has a width.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from ogp_analysis.base.indicators import Indicator
from ogp_analysis.base.words import word
from ogp_analysis.base.words.sentence import index
from ogp_analysis.display.chart import AxesPanel, Chart, Framed
from ogp_analysis.display.dates import Strip
from ogp_analysis.display.sheet import (
    NARROW,
    WIDE,
    Event,
    Panel,
    Sheet,
    Ticks,
    extent,
    marked,
    tick,
    ticked,
    ticks,
    wrapped,
    years,
)

#: Draws something in a panel, so far to the right.
Layer = Callable[[Panel, float], None]
#: Colours of lines that stand together; with more lines than these, the others are dashed.
LINES = ("own", "region", "watch", "muted", "review", "ink")
DASHED = (4, 2)
#: Pixels above a panel and below it, of a row of words below it, and between panels one below and beside the other.
_ABOVE, _BELOW, _ROW, _GAP, _BESIDE = 8, 34, 20, 8, 40
#: The widest label beside a line, wide and narrow, and the least room for the words of a scale.
_LABEL, _SCALE = (150, 92), 37
#: Events that are written, and what each adds to the height, on a wide sheet and on a narrow one.
_EVENTS, _EVENT = (6, 5), (26, 44)
#: So many times have no room on a narrow sheet: every fourth is written.
_MANY = 12
#: Points of a scale that is shown whole; width taken for a scale without ends; least part of a scale that is shown.
_SHORT_SCALE, _OPEN_SCALE, _SMALLEST_PART = 16, 5.0, 0.2
#: Of small panels, wide and narrow: columns, room beside a line, sizes of names and notes, and height.
_SMALL = (4, 56, 13.0, 12.0, 116), (2, 54, 12.5, 11.5, 86)


@dataclass(frozen=True)
class Line:
    """A series of a frame.

    Attributes
    ----------
    frame : pandas.DataFrame
        Its rows, in order. With a column ``segment``, no line crosses a missing year, a missing value or a new segment,
        and a year by itself is a point.
    y, colour, label : str
        Column; colour of the palette; what stands beside its last value.
    decimals : int, optional
        Decimals with which the last value itself stands there, after `label` if there is one.
    dashed, width, bold
        Look of the line, and of its label.
    dot : float
        Size of the point at its last value.
    dots : sequence of float
        Places of the x axis that have such points in place of the last.
    x : str
        Column of the x axis.
    order : int
        What has a larger one is drawn over it; texts have 3.
    """

    frame: pd.DataFrame
    y: str = "value"
    colour: str = "own"
    label: str = ""
    dashed: bool = False
    width: float = 2.2
    bold: bool = False
    dot: float = 0.0
    x: str = "year"
    order: int = 4
    dots: Sequence[float] = ()
    decimals: int | None = None

    @cached_property
    def last(self) -> tuple[float, float] | None:
        """Where it ends, if it has a value."""
        known = self.frame[[self.x, self.y]].dropna().astype("float64")
        return tuple(known.iloc[known[self.x].argmax()]) if len(known) else None

    @property
    def beside(self) -> str:
        """What stands beside its last value."""
        value = "" if self.decimals is None else index(self.last[1], self.decimals).written("en")
        return f"{self.label} {value}".strip()

    def __call__(self, panel: Panel, shift: float) -> None:
        """Draw it."""
        for xs, ys in _pieces(self.frame, self.x, self.y):
            if len(xs) > 1 or "segment" not in self.frame:
                panel.line(xs + shift, ys, self.colour, self.width, DASHED if self.dashed else None, self.order)
            else:
                panel.dots(xs + shift, ys, self.colour, 4)
        if self.dot and self.last:
            at = self.frame.set_index(self.x)[self.y]
            spots = [(x, at[x]) for x in self.dots] or [self.last]
            panel.dots([x + shift for x, _ in spots], [y for _, y in spots], self.colour, self.dot)


def band(frame: pd.DataFrame, low: str, high: str, colour: str, x: str = "year", order: int = 1, **look) -> Layer:
    """Return the space between two columns as a layer, in the same pieces as a :class:`Line`; of one year, a bar."""

    def draw(panel: Panel, shift: float) -> None:
        for xs, lows, highs in _pieces(frame, x, low, high):
            if len(xs) > 1:
                panel.band(xs + shift, lows, highs, colour, order, **look)
            else:
                panel.rules(
                    [[(at + shift, ends[0]), (at + shift, ends[1])] for at, *ends in zip(xs, lows, highs, strict=True)],
                    colour,
                    3.0,
                    order,
                )

    return draw


def points(frame: pd.DataFrame, x: str, y: str, low: str, high: str, size: float = 7.0, width: float = 2.0) -> Layer:
    """Return points, each with its interval if it has one, as a layer.

    A row has the colour of its column ``colour``; without an interval it is hollow.
    """

    def draw(panel: Panel, shift: float) -> None:
        tall = size - 2 * panel.sheet.narrow
        for row in frame.to_dict("records"):
            at, colour, hollow = row[x] + shift, row["colour"], pd.isna(row[low])
            if not hollow:
                panel.line((at, at), (row[low], row[high]), colour, width)
            panel.dots([at], [row[y]], "paper" if hollow else colour, tall, edge=colour if hollow else None)

    return draw


def rule(at: float, colour: str = "axis", width: float = 1.2, dashed: bool = False, level: bool = False) -> Layer:
    """Return a line through the whole panel as a layer: upright at a place of the x axis, or level at a value."""

    def draw(panel: Panel, shift: float) -> None:
        (left, right), (low, high) = panel.xlim, panel.ylim
        line = [(left, at), (right, at)] if level else [(at, low), (at, high)]
        panel.rules([line], colour, width, order=2, dashes=DASHED if dashed else None)

    return draw


def many(frame: pd.DataFrame) -> Layer:
    """Return the columns of a frame as thin lines over its index, as a layer."""

    def draw(panel: Panel, shift: float) -> None:
        lines = [list(zip(frame.index + shift, frame[one], strict=True)) for one in frame.columns]
        panel.rules(lines, "dots", 0.6, order=1)

    return draw


def shade(start: float, end: float, colour: str) -> Layer:
    """Return a stretch of the x axis, shaded behind all else, as a layer."""
    return lambda panel, shift: panel.bar(start + shift, end + shift, *panel.ylim, colour, order=0)


def breaks(at: Sequence[int]) -> Layer:
    """Return dotted lines before the first year of each new segment as a layer."""

    def draw(panel: Panel, shift: float) -> None:
        if at:
            lines = [[(year - 0.5 + shift, end) for end in panel.ylim] for year in at]
            panel.rules(lines, "axis", 1.2, order=1, dashes=(1.2, 2.2))

    return draw


@dataclass(frozen=True)
class Plot:
    """What one panel shows.

    Attributes
    ----------
    layers : sequence of Layer
        The last line is the one that events stand on.
    xlim, ylim : tuple of float
        First and last year, or the ends of another x axis, and of the scale.
    title, note : str
        Its name, and what stands below that.
    xticks : sequence of (float, str), callable, int or None
        Places and words of an x axis of anything but years; or ``xticks(narrow)``; or about how many round numbers.
    yticks : sequence of (float, str) or None
        Those of a scale without round numbers.
    labels : sequence of (float, str, str)
        Beside its right edge: value, words and colour of what is named there and no line.
    values : sequence of (float, float, str, bool)
        Points that have their value written, in the colour of the last line: x, y, words, and whether rather below.
    names : sequence of (float, float, str)
        Names of points in the colour of the own country, at them on a wide sheet, and below a narrow one.
    events : sequence of Event
        Dated events on the last line; as many are written as have room, first those of the smallest weight.
    mark : tuple of (float, str, str) or None
        A place of the x axis that is named above the panel: place, words and colour.
    xwords, ywords : str
        What the axes show.
    counts : dict of float to str or None
        What is written below each place of the x axis that has words.
    points : pandas.DataFrame or None
        ``x, y, colour, hollow``: points over the layers, those of one look after those of the look before.
    cuts : tuple of float or None
        Where an upright and a level line cut the panel.
    """

    layers: Sequence[Layer]
    xlim: tuple[float, float]
    ylim: tuple[float, float]
    title: str = ""
    note: str = ""
    xticks: Ticks | Callable[[bool], Ticks] | int | None = None
    yticks: Ticks | None = None
    labels: Sequence[tuple[float, str, str]] = ()
    values: Sequence[tuple[float, float, str, bool]] = ()
    names: Sequence[tuple[float, float, str]] = ()
    events: Sequence[Event] = ()
    mark: tuple[float, str, str] | None = None
    xwords: str = ""
    ywords: str = ""
    counts: Mapping[float, str] | None = None
    points: pd.DataFrame | None = None
    cuts: tuple[float, float] | None = None

    @cached_property
    def lines(self) -> list[Line]:
        """Its lines that have a value."""
        return [one for one in self.layers if isinstance(one, Line) and one.last]

    @property
    def scale(self) -> Ticks:
        """Places and words of the y axis."""
        return marked(*self.ylim) if self.yticks is None else self.yticks

    def ticks(self, narrow: bool) -> Ticks:
        """Return places and words of an x axis that has no years."""
        return ticked(self.xticks, self.xlim, narrow) if self.xticks else ()

    def heaviest(self, narrow: bool) -> list[Event]:
        """Return as many events as are written, in the order of time."""
        return sorted(sorted(self.events, key=lambda one: one.weight)[: _EVENTS[narrow]], key=lambda one: one.x)

    def ends(self, right: float | None = None) -> list[tuple[float, float, str, str, str]]:
        """Return what is named beside the right end, the line on top first: place, value, words, colour, weight."""
        lines = [line for line in reversed(self.lines) if line.last and line.beside]
        named = [(*line.last, line.beside, line.colour, "bold" if line.bold else "normal") for line in lines]
        named += [(self.xlim[1], at, text, colour, "normal") for at, text, colour in self.labels]
        return [(x if right is None else right, *rest) for x, *rest in named]

    def draw(self, panel: Panel, shift: float) -> None:
        """Draw its layers, and its points between its cuts."""
        cuts = [rule(at, width=1.0, level=bool(way)) for way, at in enumerate(self.cuts or ())]
        for one in (*self.layers, *cuts):
            one(panel, shift)
        looks = () if self.points is None else self.points.groupby(["colour", "hollow"], sort=False)
        for (colour, hollow), part in looks:
            panel.dots(part["x"], part["y"], "paper" if hollow else colour, 7 - hollow, colour if hollow else None)

    def say(self, panel: Panel, events: Sequence[Event], shift: float) -> None:
        """Write events on the last line, and values at their points."""
        line = self.lines[-1] if self.lines else None
        if events and len(line.frame) > 1:
            panel.sheet.events(panel, events, line.frame[line.x].to_numpy() + shift, line.frame[line.y].tolist())
        for x, y, text, below in self.values:
            panel.dots([x + shift], [y], line.colour)
            panel.sheet.beside(panel, x + shift, y, text, below=below, color=line.colour, weight="bold")
        for x, y, text in () if panel.sheet.narrow else self.names:
            panel.sheet.beside(panel, x, y, text, below=True, size=panel.sheet.size["note"], color="own", weight="bold")

    def into(self, panel: AxesPanel) -> None:
        """Draw it into axes of a user, a year at its number."""
        panel.scaled(self.xlim, self.ylim)
        panel.grid(self.ticks(True), [one for one in self.yticks or () if one[1]])
        self.draw(panel, 0)
        panel.ends(panel, self.ends())
        self.say(panel, self.heaviest(False), 0)


@dataclass(frozen=True)
class Panels(Chart):
    """Panels of lines."""

    plots: Sequence[Plot]

    def panels(self) -> list[Callable[[AxesPanel], None]]:
        """Return what is drawn in each panel."""
        return [one.into for one in self.plots]


@dataclass(frozen=True)
class LineChart(Panels):
    """Panels of lines, each over its x axis, with each line named beside its end.

    Attributes
    ----------
    plots : sequence of Plot
    tall : tuple of float
        Height of a panel, wide and narrow, without room for events.
    across : bool
        Whether they stand side by side on a wide sheet, else one below the other.
    strip : Strip or None
        What is drawn below the only one, over the same years.
    """

    tall: tuple[float, float] = (298, 298)
    across: bool = False
    strip: Strip | None = None

    @property
    def credit(self) -> str:
        """Say that a scale is cut, where one is."""
        return word("figures.source.cut") if any(plot.ylim[0] > 0 for plot in self.plots) else ""

    def panels(self) -> list[Callable[[AxesPanel], None]]:
        """Return what is drawn in each panel, its strip among it."""
        if self.strip is None:
            return super().panels()

        def both(panel: AxesPanel) -> None:
            self.plots[0].into(panel)
            panel.strip(self.strip.stretches)

        return [both]

    def sheet(self, framed: Framed, narrow: bool) -> Sheet:
        """Draw it on a sheet."""
        first, columns = self.plots[0], len(self.plots) if self.across and not narrow else 1
        width, size = (NARROW, 13.0) if narrow else (WIDE, 13.5)
        labels = [text for plot in self.plots for _, _, text, *_ in plot.ends()]
        words = [extent(part, size, "bold") for text in labels for part in text.split(" ")]
        room = max([min(_LABEL[narrow], max([extent(text, size, "bold") for text in labels], default=0)), *words]) + 2
        wide, shift = (width - _BESIDE * (columns - 1)) / columns, 0.0 if first.xticks else 0.5
        left = max([_SCALE, *(extent(text, 12.5) + 10 for plot in self.plots for _, text in plot.scale)])
        right, ends = wide - 12 - (room if labels else 0), (first.xlim[0], first.xlim[1] + 2 * shift)
        events = first.heaviest(narrow)
        tall, over = self.tall[narrow] + len(events) * _EVENT[narrow], 22 if first.mark or first.ywords else _ABOVE
        over += 24 if first.title else 0
        rows = self.strip.rows(left, right, width, ends, narrow) if self.strip else []
        below = self.strip.height(rows) if rows else _BELOW + _ROW * (bool(first.xwords) + bool(first.counts))
        foot = wrapped(", ".join(text for *_, text in first.names), width - 4, 11.5, "bold") if narrow else []
        pitch = over + tall + below + _GAP
        sheet = framed(pitch * (len(self.plots) // columns) - _GAP + 16 * len(foot))
        for place, plot in enumerate(self.plots):
            x, top = place % columns * (wide + _BESIDE), sheet.top + place // columns * pitch + over
            panel = Panel(sheet, (x + left, top, x + right, top + tall), ends, plot.ylim)
            sheet.lines(x, top - over + 6, wrapped(plot.title, wide - 4, size, "bold")[:1], size, 0, weight="bold")
            panel.grid(plot.ticks(narrow) if plot.xticks else years(*plot.xlim, narrow), plot.scale)
            plot.draw(panel, shift)
            sheet.ends(
                panel,
                [
                    (at, y, "\n".join(wrapped(text, room, size, weight)), colour, weight)
                    for at, y, text, colour, weight in plot.ends(ends[1])
                ],
                pad=4 if shift else 9,
            )
            _name_axes(panel, plot)
            plot.say(panel, events, shift)
        sheet.lines(0, panel.bottom + below, foot, 11.5, 16, color="own", weight="bold")
        if rows:
            self.strip.draw(panel, rows)
        return sheet


def _name_axes(panel: Panel, plot: Plot) -> None:
    """Write what the axes are, and what stands above and below them."""
    sheet, look = panel.sheet, {"size": panel.sheet.size["tick"], "color": "muted"}
    if plot.mark:
        at, text, colour = plot.mark
        sheet.within(panel.pixel(at, 0)[0], panel.top - 4, text, va="bottom", color=colour, weight="bold")
    for x, y, words, ha in (
        (panel.left - _SCALE, panel.top - 20, plot.ywords, "left"),
        (panel.right, panel.bottom + 24, plot.xwords, "right"),
    ):
        sheet.lines(x, y, wrapped(words, sheet.width - 40, look["size"])[:1], step=0, ha=ha, **look)
    for at, _ in plot.ticks(sheet.narrow) if plot.counts else ():
        down = panel.bottom + (44 if plot.xwords else 26)
        sheet.text(panel.pixel(at, 0)[0], down, plot.counts[at], ha="center", **look)


@dataclass(frozen=True)
class SmallMultiples(Panels):
    """Small panels, row by row, each with its name, what stands below that, and its own scale, whose ends are written.

    Years stand below the last of each column.
    """

    def sheet(self, framed: Framed, narrow: bool) -> Sheet:
        """Draw it on a sheet."""
        columns, room, label, note, tall = _SMALL[narrow]
        left = 9 + max(extent(tick(at), 12.5) for one in self.plots for at in one.ylim)
        gap, columns = left + room - 4, min(columns, max(len(self.plots), 3 - narrow))
        width = ((NARROW if narrow else WIDE) - left - room - gap * (columns - 1)) / columns
        heads = [
            (wrapped(one.title, width + 44, label, "bold"), wrapped(one.note, width + 44, note)) for one in self.plots
        ]
        high = [len(names) * label * 1.2 + len(notes) * note * 1.25 for names, notes in heads]
        over = [max(high[start : start + columns]) + 12 for start in range(0, len(high), columns)]
        sheet = framed(sum(over) + len(over) * (tall + 20) + 12)
        for place, (one, (names, notes)) in enumerate(zip(self.plots, heads, strict=True)):
            row, column = divmod(place, columns)
            x, y = left + column * (width + gap), sheet.top + 6 + sum(over[: row + 1]) + row * (tall + 20)
            sheet.lines(x, y - 10 - high[place], names, label, label * 1.2, weight="bold")
            sheet.lines(x, y - 9 - len(notes) * note * 1.25, notes, note, note * 1.25, color="muted")
            panel = Panel(sheet, (x, y, x + width, y + tall), one.xlim, one.ylim)
            panel.grid((), one.scale)
            for at, ha in enumerate(("left", "right")) if place + columns >= len(heads) else ():
                sheet.text(x + at * width, y + tall + 6, str(one.xlim[at]), sheet.size["tick"], ha=ha, color="muted")
            one.draw(panel, 0)
            sheet.ends(panel, one.ends(), pad=6, size=sheet.size["note"])
        return sheet


def stepped(low: float, high: float, steps: Sequence[float] = ()) -> Ticks:
    """Return the ends of a scale, which are written, and the steps between them, which are not."""
    return [(low, tick(low)), (high, tick(high)), *((at, "") for at in steps if low < at < high)]


def stretches(frame: pd.DataFrame, *columns: str, x: str = "year") -> list[list[np.ndarray]]:
    """Return years and columns in pieces without a missing year, a missing value or a break; rows are in order."""
    values = [frame[name].to_numpy("float64") for name in (x, *columns, "segment")]
    values = [one[~np.isnan(values).any(axis=0)] for one in values]
    at, segment = values[0], values[-1]
    cuts = np.flatnonzero((np.diff(at) != 1) | (np.diff(segment) != 0)) + 1
    return [list(piece) for piece in zip(*(np.split(one, cuts) for one in values[:-1]), strict=True) if len(piece[0])]


def _pieces(frame: pd.DataFrame, *columns: str) -> list:
    if "segment" in frame:
        return stretches(frame, *columns[1:], x=columns[0])
    return [[frame[name].to_numpy("float64") for name in columns]] if len(frame) else []


def round_ends(values: pd.Series) -> tuple[float, float, float]:
    """Return round numbers around values, and the step between the lines of a grid."""
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    inside = ticks(low, high, 3) if high > low else []
    step = inside[1] - inside[0] if len(inside) > 1 else (high - low or abs(high) or 1.0)
    ends = round(math.floor(low / step + 1e-9) * step, 9), round(math.ceil(high / step - 1e-9) * step, 9)
    return (*ends, step) if ends[1] > ends[0] else (ends[0] - step, ends[1] + step, step)


def scale_limits(drawn: pd.Series, one: Indicator) -> tuple[float, float]:
    """Return a short scale whole, and of every other no less than a fifth, so that small steps do not look large."""
    whole = one.maximum - one.minimum if one.maximum is not None and one.minimum is not None else _OPEN_SCALE
    if one.maximum is not None and 1 < whole <= _SHORT_SCALE:
        return one.minimum, one.maximum
    if drawn.empty:
        return 0.0, whole
    middle = (drawn.max() + drawn.min()) / 2
    reach = max(drawn.max() - drawn.min(), whole * _SMALLEST_PART) * 0.55
    decimals = 0 if whole > 20 else 1 if whole > 1 else 2
    step = 10.0**-decimals
    low, high = (round(round((middle + way * reach) / step + way * 0.5) * step, decimals) for way in (-1, 1))
    return low, high


def event_time(effects: pd.DataFrame, ylim: tuple[float, float], event: str = "", joined: bool = False, **more) -> Plot:
    """Return a panel of estimates by time from an event, with how many each rests on below it.

    An estimate without an interval is that of the reference period: it is fixed, and its dot hollow. A dashed line
    parts the time before the event from that after it.

    Parameters
    ----------
    effects : pandas.DataFrame
        ``when, estimate, low, high``, in the order of time, and where there are ``band_low, band_high`` and ``n``.
    ylim : tuple of float
    event : str
        What is written above the dashed line.
    joined : bool
        Whether a line joins the estimates, in place of their own intervals.
    **more
        For :class:`~ogp_analysis.display.lines.Plot`.
    """
    whens = effects["when"].astype(int)
    layers = [rule(0, level=True), rule(-0.5, "watch", dashed=True)]
    if "band_low" in effects:
        banded = effects.fillna({"band_low": 0, "band_high": 0})
        layers.insert(0, band(banded, "band_low", "band_high", "tint" if joined else "band", x="when"))
    if joined:
        layers += [Line(effects, "estimate", x="when"), lambda panel, _: panel.dots(whens, effects["estimate"], "own")]
    else:
        own = effects.assign(colour=["own" if when >= 0 else "region" for when in whens])
        layers.append(points(own, "when", "estimate", "low", "high", width=2.6))

    def xticks(narrow: bool) -> list[tuple[float, str]]:
        few = not narrow or len(whens) < _MANY
        return [(when, signed(when)) for when in whens if few or when % 4 == 0]

    counts = dict(zip(whens, effects["n"].astype(int).astype(str), strict=True)) if "n" in effects else {}
    return Plot(
        layers,
        (whens.min() - 0.5, whens.max() + 0.5),
        ylim,
        xticks=xticks,
        counts=counts,
        mark=(-0.5, event, "watch") if event else None,
        **more,
    )


def signed(when: float) -> str:
    """Return a time from an event as it is written."""
    return f"{int(when):+d}".replace("-", "\N{MINUS SIGN}") if when else "0"
