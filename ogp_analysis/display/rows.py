"""Charts with one row per thing: its name at the left, what is drawn in the middle, what is said of it at the right."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ogp_analysis.base.words import word
from ogp_analysis.display.chart import AxesPanel, Chart, Framed
from ogp_analysis.display.sheet import NARROW, WIDE, Panel, Sheet, Ticks, extent, flowed, ticked, wrapped

#: Draws a mark in a panel: number and height of its row.
Mark = Callable[[Panel, int, float], None]
#: Part of the width that names take at most, wide and narrow.
_NAMES = (0.36, 0.42)
#: The least height of a row, and the room between rows that stand apart.
_ROW, _APART = 23.0, 10.0
#: Places and words of an axis of shares, and the ends at which a dot on it is whole.
SHARES = [(0, "0"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1, "100 %")]
SHARE_ENDS = (-0.02, 1.02)


def dots(values: Sequence[float], colour="own", size: float = 8.0, marker="o", hollow=False) -> Mark:
    """Return a dot in each row that has a value; colour, marker and whether it is hollow may differ by row."""

    def draw(panel: Panel, row: int, height: float) -> None:
        value, look, shape, empty = (_of(one, row) for one in (values, colour, marker, hollow))
        if pd.notna(value):
            panel.dots([value], [height], "paper" if empty else look, size, look if empty else None, marker=shape)

    return draw


def ranges(low: Sequence[float], high: Sequence[float], colour="dots", width: float = 2.4) -> Mark:
    """Return a line from one value to another in each row that has both."""

    def draw(panel: Panel, row: int, height: float) -> None:
        ends = [_of(low, row), _of(high, row)]
        if not any(map(pd.isna, ends)):
            panel.line(ends, [height] * 2, _of(colour, row), width)

    return draw


def bars(starts: Sequence[float], ends: Sequence[float], colour: str, tall: float) -> Mark:
    """Return a bar in each row, where it has a length."""

    def draw(panel: Panel, row: int, height: float) -> None:
        start, end = _of(starts, row), _of(ends, row)
        if end > start:
            panel.bar(start, end, height - tall / 2, height + tall / 2, colour)

    return draw


def _of(values, row: int):
    """Return the setting of a row: its own, or the one for all rows."""
    if isinstance(values, pd.Series):
        return values.iloc[row]
    return values[row] if isinstance(values, list | tuple | np.ndarray) else values


@dataclass(frozen=True)
class RowChart(Chart):
    """Rows with their marks.

    Attributes
    ----------
    names : sequence of str
        What stands at the left of each row. A row without a name belongs to the one above: the name stands beside the
        middle of both, and room before the next.
    notes : sequence of str, or a callable
        What stands at the right of each row, or ``notes(narrow)``.
    marks : sequence of Mark
        In the order in which they are drawn in a row.
    xlim : tuple of float
    xticks : sequence of (float, str), callable or int
        Places and words of the axis, of which a narrow sheet has every second; or ``xticks(narrow)``; or about how many
        round numbers.
    keys : sequence of (str, str, str)
        Words, marker and colour of each kind of mark, where the rows do not say it.
    rule : tuple of float or None
        Place and width of an upright line through all rows.
    dated : bool
        Whether the axis is one of years.
    opens : collection of int
        Rows before which there is room, because they begin what stands apart from the rows above.
    """

    names: Sequence[str]
    notes: Sequence[str] | Callable[[bool], Sequence[str]]
    marks: Sequence[Mark]
    xlim: tuple[float, float] = SHARE_ENDS
    xticks: Ticks | Callable[[bool], Ticks] | int = tuple(SHARES)
    keys: Sequence[tuple[str, str, str]] = ()
    rule: tuple[float, float] | None = None
    dated: bool = False
    opens: Collection[int] = ()

    @property
    def credit(self) -> str:
        """Say that the scale is cut, where it is."""
        return word("figures.source.cut") if self.xlim[0] > 0 and not self.dated else ""

    def _noted(self, narrow: bool) -> Sequence[str]:
        return self.notes(narrow) if callable(self.notes) else self.notes

    def _ticks(self, narrow: bool) -> Ticks:
        many = callable(self.xticks) or isinstance(self.xticks, int)
        return ticked(self.xticks if many else self.xticks[:: 2 if narrow else 1], self.xlim, narrow)

    def panels(self) -> list[Callable[[AxesPanel], None]]:
        """Return the one panel: each row with its name as tick and its note at the right."""

        def draw(panel: AxesPanel) -> None:
            above = np.cumsum([_APART * (row in self.opens) for row in range(len(self.names))])
            heights = [_ROW * (row + 0.5) + gap for row, gap in enumerate(above)]
            panel.scaled(self.xlim, (heights[-1] + _ROW / 2, 0))
            panel.grid(self._ticks(False), list(zip(heights, self.names, strict=True)))
            self._draw(panel, heights)
            notes = zip(heights, self._noted(False), strict=True)
            panel.ends(panel, [(self.xlim[1], height, note, "muted", "normal") for height, note in notes if note])

        return [draw]

    def sheet(self, framed: Framed, narrow: bool) -> Sheet:
        """Draw it on a sheet."""
        panel, heights = self.laid(framed, narrow)
        self._draw(panel, heights)
        return panel.sheet

    def _draw(self, panel: Panel, heights: Sequence[float]) -> None:
        if self.rule:
            panel.rules([[(self.rule[0], 0), (self.rule[0], panel.ylim[0])]], "axis", self.rule[1])
        for row, height in enumerate(heights):
            for one in self.marks:
                one(panel, row, height)

    def laid(self, framed: Framed, narrow: bool) -> tuple[Panel, list[float]]:
        """Return a panel with names, notes, axis and key, and the vertical position of each row."""
        width, size = (NARROW, 12.0) if narrow else (WIDE, 13.0)
        names, notes, keys = self.names, self._noted(narrow), self.keys
        widest = max(extent(part, size) for name in names for part in name.split(" "))
        room = max(widest, min(max(extent(name, size) for name in names), width * _NAMES[narrow])) + 1
        lines = [wrapped(name, room, size) for name in names]
        beside = max(extent(note, size) for note in notes)
        starts = [at for at, name in enumerate(names) if name or at == 0]
        groups = list(zip(starts, [*starts[1:], len(names)], strict=True))
        gaps = [_APART * (at > 0 and (len(groups) < len(names) or at in self.opens)) for at in starts]
        tall = [
            max(_ROW, (len(lines[at]) * size * 1.22 + 8) / (end - at)) for at, end in groups for _ in range(at, end)
        ]
        whole = sum(tall) + sum(gaps)
        spots = flowed([text for text, *_ in keys], width, size, 34)
        over = (spots[-1][1] + 1) * 20 + 8 if keys else 0
        sheet = framed(over + whole + 34)
        top, right = sheet.top + 4 + over, width - beside - (14 if beside else 10)
        panel = Panel(sheet, (room + 12, top, right, top + whole), self.xlim, (whole, 0))
        legend = Panel(sheet, (0, sheet.top, width, top), (0, width), (top - sheet.top, 0)) if keys else None
        for (text, marker, colour), (x, row) in zip(keys, spots, strict=True):
            legend.dots([x + 5], [12 + 20 * row], colour, 7, marker=marker)
            sheet.text(x + 14, sheet.top + 12 + 20 * row, text, size, va="center", color="muted")
        ticks = self._ticks(narrow)
        panel.rules([[(at, 0), (at, whole)] for at, _ in ticks], "grid")
        for at, text in ticks:
            sheet.within(panel.pixel(at, 0)[0], panel.bottom + 7, text, sheet.size["tick"], color="muted")
        heights, y = [], 0.0
        for (start, end), gap in zip(groups, gaps, strict=True):
            y += gap
            central, those = y + sum(tall[start:end]) / 2, lines[start]
            down = top + central - (len(those) - 1) / 2 * size * 1.22
            sheet.lines(room, down, those, size, size * 1.22, ha="right", va="center")
            for note, height in zip(notes[start:end], tall[start:end], strict=True):
                middle = y + height / 2
                if note:
                    sheet.text(width, top + middle, note, size, ha="right", va="center", color="muted")
                heights.append(middle)
                y += height
        return panel, heights
