"""Dates on an axis of years: stretches of time with their words, and events below what else is dated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import pandas as pd

from ogp_analysis.base.words import language, word
from ogp_analysis.base.words.sentence import partial_day
from ogp_analysis.display.chart import Chart, Framed
from ogp_analysis.display.sheet import NARROW, WIDE, Event, Panel, Sheet, extent, years

#: Pixels for an event below what is dated, and years before the first, that are tried until all events have room.
_TALL, _EARLIER = (26, 34, 44, 54, 66, 80, 100), (0, 1, 2, 3, 4, 6, 8)
#: Colours in which the words of pale stretches cannot be read, and what they have instead.
_READ = {"band": "muted", "grid": "muted", "review": "watch"}


def decimal_year(day: dt.date) -> float:
    """Return where a date stands on an axis of years: the first of January at the year itself."""
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def at_date(date: str) -> float:
    """Return where a written date stands: a day at its day, a month or year in its middle."""
    if len(date) == 4:
        return int(date) + 0.5
    return decimal_year(dt.date.fromisoformat(f"{date}-15" if len(date) == 7 else date))


def dated_events(frame: pd.DataFrame) -> list[Event]:
    """Return rows of ``date, label, colour`` as events of a chart; a date may be a day, a month or a year."""
    rows, at = frame.itertuples(), language()
    return [Event(at_date(one.date), partial_day(one.date, at), one.label, one.colour, flat=True) for one in rows]


def stacked(spans: Sequence[tuple[float, float]], apart: float) -> list[int]:
    """Return the row of each of several spans, from left to right: the first in which it stands apart from others."""
    ends, rows = [], []
    for start, end in spans:
        rows.append(next((row for row, last in enumerate(ends) if last + apart <= start), len(ends)))
        ends[rows[-1] : rows[-1] + 1] = [end]
    return rows


@dataclass(frozen=True)
class Strip:
    """Stretches of time as a strip, each with its words below it.

    Attributes
    ----------
    stretches : sequence of (float, float, str, str)
        Start, end, colour and words of each, in order; a colour that ends with ``paler`` is.
    """

    stretches: Sequence[tuple[float, float, str, str]]

    def rows(self, left: float, right: float, width: float, xlim: tuple[float, float], narrow: bool) -> list[tuple]:
        """Return text, place, begin and row of the words of each: as many rows as it takes that no two meet."""
        size, spots = 11.5 if narrow else 12.0, []
        for start, _, _, text in self.stretches:
            x, wide = left + (start - xlim[0]) / (xlim[1] - xlim[0]) * (right - left), extent(text, size)
            at = max(0.0, min(x, width - wide - 5))  # a text in a further row stands 3 to the right of its stroke
            spots.append((text, x, at, at + wide))
        rows = stacked([(at, end) for *_, at, end in spots], 12)
        return [(text, x, at, row) for (text, x, at, _), row in zip(spots, rows, strict=True)]

    def height(self, rows: Sequence[tuple]) -> float:
        """Return the room that it takes below a panel."""
        return 54 + 17 * (1 + max(row for *_, row in rows))

    def draw(self, panel: Panel, rows: Sequence[tuple]) -> None:
        """Draw it below a panel, over the same years."""
        sheet, top = panel.sheet, panel.bottom + 30
        strip, note = Panel(sheet, (panel.left, top, panel.right, top + 13), panel.xlim, (0, 1)), sheet.size["note"]
        for (start, end, fill, _), (text, x, at, row) in zip(self.stretches, rows, strict=True):
            colour, _, paler = fill.partition(" ")
            strip.bar(start, end, 0, 1, colour, alpha=0.35 if paler else None)
            y = top + 17 + 17 * row
            between = any(begin < x < begin + extent(other, note) for other, _, begin, above in rows if above < row)
            if row and at > x - 1 and not between:
                sheet.stroke([(x, top + 13), (x, y + 3)], "axis", 0.7)
            sheet.text(at + (3 if row else 0), y, text, note, color=_READ.get(colour, colour))


@dataclass(frozen=True)
class DateChart(Chart):
    """What is dated, over an axis of years with events below it: it begins as early as all events have room.

    Attributes
    ----------
    first, last : int
        Years.
    events : sequence of Event
        In the order of time.
    dated : callable
        ``dated(sheet, span, left)`` draws what stands above the axis and returns the pixel below it.
    left : (float, float)
        Where the axis begins on a wide sheet, and on one for a telephone.
    lowest : float
        Where the scale of what stands above the axis begins.
    """

    first: int
    last: int
    events: Sequence[Event]
    dated: Callable[[Sheet, tuple[int, int], float], float]
    left: tuple[float, float] = (14, 14)
    lowest: float = 0.0

    @property
    def credit(self) -> str:
        """Say that the scale is cut, where it is."""
        return word("figures.source.cut") if self.lowest > 0 else ""

    def sheet(self, framed: Framed, narrow: bool) -> Sheet:
        """Draw it on the lowest sheet that has room for it."""
        room = (years for years in _EARLIER if self._tried(framed, narrow, years, _TALL[-1])[1])
        tries = partial(self._tried, framed, narrow, next(room, _EARLIER[-1]))
        return next((sheet for sheet, whole in map(tries, _TALL) if whole), None) or tries(_TALL[-1])[0]

    def _tried(self, framed, narrow: bool, earlier: int, tall: float) -> tuple[Sheet, bool]:
        """Return a drawing and whether all events have room; their labels may reach to the left edge of the sheet."""
        span = (self.first - earlier, self.last + 1)
        left, right = self.left[narrow], (NARROW if narrow else WIDE) - 14
        # How high what is dated is depends on its labels: it is laid out once to find out.
        sheet = framed(self.dated(Sheet(right + 14, 2000, narrow), span, left) + tall * len(self.events) + 60)
        top, bottom = self.dated(sheet, span, left), sheet.bottom - 26
        panel = Panel(sheet, (left, top, right, bottom), span, (0, 1))
        panel.grid(years(span[0], self.last, narrow))
        panel.line(span, [1, 1], "axis", 1.2)
        begin = span[0] - left * (span[1] - span[0]) / (right - left)
        whole = Panel(sheet, (0, top, right, bottom), (begin, span[1]), (0, 1))
        return sheet, len(sheet.events(whole, self.events, [begin, span[1]], [1, 1])) == len(self.events)
