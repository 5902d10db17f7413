"""Small panels on one sheet, each with its name, what stands below it, and its own scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ogp_analysis.base.words import language
from ogp_analysis.base.words.numbers import decimal
from ogp_analysis.display.sheet import NARROW, PALETTE, WIDE, Panel, Sheet, extent, ticks, wrapped


@dataclass(frozen=True)
class Small:
    """A panel.

    Attributes
    ----------
    title, note : str
        Its name, and what stands below it.
    xlim : tuple of int
        First and last year.
    ylim : tuple of float
        The ends of its scale, which are written.
    draw : callable
        Draws into the panel.
    steps : tuple of float
        Where lines of the grid stand without words, between the ends.
    """

    title: str
    note: str
    xlim: tuple[int, int]
    ylim: tuple[float, float]
    draw: Callable[[Panel], None]
    steps: tuple[float, ...] = field(default=())


def small_panels(smalls: Sequence[Small], title: str, about: str, source: str, narrow: bool) -> Sheet:
    """Return a sheet of small panels, row by row; years stand below the last of each column."""
    columns, room = (2, 54) if narrow else (4, 56)
    left = 9 + max(extent(tick(at), 12.5) for one in smalls for at in one.ylim)
    gap = left + room - 4
    columns = min(columns, max(len(smalls), 2 if narrow else 3))
    width = ((NARROW if narrow else WIDE) - left - room - gap * (columns - 1)) / columns
    label, note, tall = (12.5, 11.5, 86) if narrow else (13.0, 12.0, 116)
    heads = [(wrapped(one.title, width + 44, label, "bold"), wrapped(one.note, width + 44, note) if one.note else [])
             for one in smalls]  # fmt: skip
    rows = [heads[start : start + columns] for start in range(0, len(smalls), columns)]
    over = [max(len(a) * label * 1.2 + len(b) * note * 1.25 for a, b in row) + 12 for row in rows]
    sheet = Sheet.framed(sum(over) + len(rows) * (tall + 20) + 12, title, about, source, narrow)
    top = sheet.top + 6
    for row, height in enumerate(over):
        for column, (names, notes) in enumerate(rows[row]):
            place = row * columns + column
            one, x, y = smalls[place], left + column * (width + gap), top + height
            for number, line in enumerate(names):
                down = y - 10 - (len(names) - number) * label * 1.2 - len(notes) * note * 1.25
                sheet.text(x, down, line, label, weight="bold")
            for number, line in enumerate(notes):
                sheet.text(x, y - 9 - (len(notes) - number) * note * 1.25, line, note, color=PALETTE["muted"])
            panel = Panel(sheet, (x, y, x + width, y + tall), one.xlim, one.ylim)
            ends = [(at, tick(at)) for at in one.ylim]
            panel.grid((), [*ends, *((at, "") for at in one.steps if one.ylim[0] < at < one.ylim[1])])
            if place + columns >= len(smalls):
                for at, ha in ((0, "left"), (1, "right")):
                    sheet.text((x, x + width)[at], y + tall + 6, str(one.xlim[at]), sheet.size["tick"], ha=ha,
                               color=PALETTE["muted"])  # fmt: skip
            one.draw(panel)
        top += height + tall + 20
    return sheet


def stretches(frame: pd.DataFrame, *columns: str) -> list[list[np.ndarray]]:
    """Return years and columns in pieces without a missing year, a missing value or a break; rows are in order."""
    values = [frame[name].to_numpy("float64") for name in ("year", *columns, "segment")]
    values = [one[~np.isnan(values).any(axis=0)] for one in values]
    at, segment = values[0], values[-1]
    cuts = np.flatnonzero((np.diff(at) != 1) | (np.diff(segment) != 0)) + 1
    return [list(piece) for piece in zip(*(np.split(one, cuts) for one in values[:-1]), strict=True) if len(piece[0])]


def line(panel: Panel, frame: pd.DataFrame, column: str, colour: str, width: float = 2.0, dashes=None) -> None:
    """Draw values as lines between years that follow one another in one segment, and a single year as a point."""
    for years, values in stretches(frame, column):
        if len(years) > 1:
            panel.line(years, values, colour, width, dashes)
        else:
            panel.dots(years, values, colour, 4)


def band(panel: Panel, frame: pd.DataFrame, low: str, high: str, colour: str) -> None:
    """Draw the space between two columns, in the same stretches as lines; over a single year as a bar."""
    for years, lows, highs in stretches(frame, low, high):
        if len(years) > 1:
            panel.band(years, lows, highs, colour)
        else:
            panel.rules([[(years[0], lows[0]), (years[0], highs[0])]], colour, 3.0, order=1)


def breaks(panel: Panel, at: Sequence[int]) -> None:
    """Draw a dotted line before the first year of each new segment."""
    if len(at):
        ends = panel.ylim
        panel.rules([[(year - 0.5, ends[0]), (year - 0.5, ends[1])] for year in at], PALETTE["axis"], 1.2, order=1,
                    dashes=(1.2, 2.2))  # fmt: skip


def moved(frame: pd.DataFrame) -> int:
    """Return whether the last value lies above or below the first that is comparable with it: 1, -1, or 0."""
    years, values, segments = (
        frame[name].to_numpy("float64", na_value=np.nan) for name in ("year", "value", "segment")
    )
    there = ~np.isnan(values)
    if not there.any():
        return 0
    last = there & (segments == segments[there].max())
    difference = values[last][years[last].argmax()] - values[last][years[last].argmin()]
    return int(difference > 0) - int(difference < 0)


def round_ends(values: pd.Series) -> tuple[float, float, float]:
    """Return round numbers around values, and the step between the lines of a grid."""
    values = values.dropna()
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if len(values) else (0.0, 1.0)
    inside = ticks(low, high, 3) if high > low else []
    step = inside[1] - inside[0] if len(inside) > 1 else (high - low or abs(high) or 1.0)
    ends = round(math.floor(low / step + 1e-9) * step, 9), round(math.ceil(high / step - 1e-9) * step, 9)
    return (*ends, step) if ends[1] > ends[0] else (ends[0] - step, ends[1] + step, step)


def tick(value: float) -> str:
    """Return a number of an axis as the reader's language writes it."""
    text = f"{value:.10g}"
    return decimal(value, len(text.partition(".")[2]), language())
