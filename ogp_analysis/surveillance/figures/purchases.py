"""Drawings of what is documented: in lanes over time, the term of a commitment, and pairs as a matrix."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.lines import Line2D

from ogp_analysis.base.words import Sentence
from ogp_analysis.display.chart import Freehand
from ogp_analysis.display.dates import DateChart, at_date, dated_events, stacked
from ogp_analysis.display.figure import drawable, drawing, worded
from ogp_analysis.display.sheet import NARROW, WIDE, Panel, Sheet, extent, wrapped
from ogp_analysis.display.table import in_language, in_words

_COLOURS = {"ogp": "region", "law": "muted", "disclosure": "watch"}


@drawing
def dated_lanes(
    rows: pd.DataFrame,
    events: pd.DataFrame,
    *,
    groups: Mapping[str, object],
    lanes: Mapping[str, object],
    name: str,
    texts: Mapping[str, Sentence],
):
    """Draw what is dated in lanes, those of each group below its heading, and events below them.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``group, lane``; ``date``, to the day, month or year; ``label``, a text or texts by language, with ``mark``
        behind it, or empty; and ``full``, whether its dot is. Of those on one day the first stands first.
    events : pandas.DataFrame
        In the order of time: ``date``; ``said``, as a label; ``kind``, one of ``ogp, law, disclosure``.
    groups, lanes : mapping
        What each is called, a text, texts by language or a word of the package, from the top.
    name : str
        File name.
    texts : mapping of str to Sentence
        ``title``, ``about``, ``source``, ``caption`` and ``alt``, the text alternative.

    Returns
    -------
    Figure
        On a sheet of its own.

    Examples
    --------
    >>> day = {"group": "a", "lane": "b", "date": "2015", "label": "Buyer", "mark": "", "full": True}
    >>> events = pd.DataFrame([{"date": "2016-05-01", "said": "A law", "kind": "law"}])
    >>> about = {"groups": {"a": "Federal"}, "lanes": {"b": "interception"}, "name": "lanes"}
    >>> texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Purchases"))
    >>> ogp.surveillance.dated_lanes(pd.DataFrame([day]), events, **about, texts=texts).caption
    'Purchases'
    """
    drawable(rows, name)
    where = f"figure {name!r}"
    rows = in_words(where, rows).assign(x=rows["date"].map(at_date))
    groups, lanes = ({key: in_language(where, one) for key, one in all.items()} for all in (groups, lanes))
    events = in_words(where, events)
    events = events.assign(label=events["said"], colour=events["kind"].map(_COLOURS))
    years = [int(date[:4]) for date in [*rows["date"], *events["date"]]]
    chart = DateChart(
        min(years),
        max(years),
        dated_events(events),
        lambda sheet, span, left: _lanes(sheet, rows, groups, lanes, span, left),
        (190, 14),
    )
    return worded(name, chart, texts)


def _lanes(sheet: Sheet, rows: pd.DataFrame, groups: dict, lanes: dict, span: tuple[int, int], left: float) -> float:
    """Draw the lanes, a heading above those of each group, and return the pixel below the last."""
    down = sheet.top + 10
    for group, heading in groups.items():
        own = rows[rows["group"] == group]
        if own.empty:
            continue
        sheet.text(0, down, f"{heading} ({len(own)})", weight="bold")
        down += 26
        for lane, said in lanes.items():
            if len(dots := own[own["lane"] == lane]):
                down = _lane(sheet, f"{said} ({len(dots)})", dots, span, left, down)
        down += 6
    return down


def _lane(sheet: Sheet, name: str, rows: pd.DataFrame, span: tuple[int, int], left: float, down: float) -> float:
    """Draw one lane, each dot with its label below it, where no other label stands; return the pixel below them."""
    own, size, tick = rows.sort_values("x", kind="stable"), sheet.size["label"], sheet.size["tick"]
    lines, right = [name] if sheet.narrow else wrapped(name, left - 14, size), sheet.width - 14
    sheet.lines(0, down + 2, lines, size, 16)
    down += 20 if sheet.narrow else 0
    panel = Panel(sheet, (left, down, right, down + 20), span, (0, 1))
    panel.line(span, [0.5, 0.5], "grid", 1, order=1)
    spots = []
    for x, date, full, text in zip(own["x"], own["date"], own["full"], own["label"] + own["mark"], strict=True):
        if len(date) == 4:
            panel.line([int(date), int(date) + 1], [0.5, 0.5], "own", 1.4, order=3)
        panel.dots([x], [0.5], "own" if full else "paper", 10 if full else 8.5, "own")
        half = extent(text, tick) / 2 + 3
        if text:
            spots.append((min(max(panel.pixel(x, 0)[0], left - 10 + half), sheet.width - half), half, text))
    levels = stacked([(x - half, x + half) for x, half, _ in spots], 0)
    for (x, _, text), level in zip(spots, levels, strict=True):
        sheet.text(x, down + 18 + level * 16, text, tick, ha="center")
    return down + max(26 + (max(levels, default=-1) + 1) * 16, 0 if sheet.narrow else 8 + 16 * len(lines)) + 4


@drawing
def pair_matrix(pairs: pd.DataFrame, *, groups: Mapping[str, object], name: str, texts: Mapping[str, Sentence]):
    """Draw rows by columns, a dot for each pair that there is, larger for a larger number.

    Parameters
    ----------
    pairs : pandas.DataFrame
        ``group, row, column``; ``n``, the number in the dot, with ``mark`` behind it.
    groups : mapping
        As for :func:`dated_lanes`; rows of a group stand below its heading.
    name : str
        File name.
    texts : mapping of str to Sentence
        As for :func:`dated_lanes`.

    Returns
    -------
    Figure
        On a sheet of its own.

    Examples
    --------
    >>> pairs = pd.DataFrame([{"group": "a", "row": "Buyer", "column": "Firm", "n": 2, "mark": ""}])
    >>> texts = dict.fromkeys(["title", "about", "source", "caption", "alt"], ogp.say("Relations"))
    >>> ogp.surveillance.pair_matrix(pairs, groups={"a": "Federal"}, name="pairs", texts=texts).caption
    'Relations'
    """
    drawable(pairs, name)
    where = f"figure {name!r}"
    lines: dict[str, bool] = {}  # from the top: each group, which is a heading, and its rows
    for group, heading in groups.items():
        own = pairs.loc[pairs["group"] == group, "row"]
        if len(own):
            lines |= {in_language(where, heading): True, **dict.fromkeys(own, False)}
    chart = Freehand(lambda framed, narrow: (_list if narrow else _matrix)(framed, pairs, lines))
    return worded(name, chart, texts)


def _matrix(framed, pairs: pd.DataFrame, rows: dict[str, bool]) -> Sheet:
    counts = pairs.groupby("column", sort=False)["n"].sum().sort_values(ascending=False, kind="stable")
    columns = list(counts.index)
    size, left = Sheet(WIDE, 9).size["tick"], 250
    step = (WIDE - left) / len(columns)
    # Long names stand on two levels in turn, so that each has twice the room.
    heads = [wrapped(name, 2 * step - 8, size) for name in columns]
    deep = [max((len(lines) for lines in heads[start::2]), default=0) * 16 for start in (0, 1)]
    sheet = framed(40 + sum(deep) + 34 * len(rows))
    box = left, sheet.top + 26 + sum(deep), sheet.width, sheet.bottom
    panel = Panel(sheet, box, (0, len(columns)), (len(rows), 0))
    for number, lines in enumerate(heads):
        bottom = panel.top - 6 - (deep[0] + 8) * (number % 2)
        x = min(panel.pixel(number + 0.5, 0)[0], sheet.width - max(extent(line, size) for line in lines) / 2)
        sheet.lines(x, bottom - len(lines) * 16, lines, size, 16, ha="center")
        if number % 2:
            panel.line([number + 0.5] * 2, [0, panel.value(bottom + 2)], "grid", 0.8, order=0)
    for number, (name, heading) in enumerate(rows.items()):
        y = panel.pixel(0, number + 0.5)[1]
        sheet.text(0, y, name, sheet.size["label"], va="center", weight="bold" if heading else "normal")
        if not heading:
            panel.line([0, len(columns)], [number + 0.5] * 2, "grid", 0.8, order=0)
    for row in pairs.to_dict("records"):
        x, y = columns.index(row["column"]) + 0.5, list(rows).index(row["row"]) + 0.5
        _bubble(panel, x, y, 15 + 4 * row["n"], f"{row['n']}{row['mark']}", 12)
    return sheet


def _list(framed, pairs: pd.DataFrame, rows: dict[str, bool]) -> Sheet:
    lines = {name: [] if heading else pairs[pairs["row"] == name].to_dict("records") for name, heading in rows.items()}
    height = sum(24 + 22 * len(own) for own in lines.values())
    sheet = framed(height + 16)
    panel, y = Panel(sheet, (0, 0, NARROW, sheet.height), (0, NARROW), (sheet.height, 0)), sheet.top + 8
    for name, own in lines.items():
        sheet.text(0, y, name, sheet.size["label" if own else "title"], weight="bold")
        y += 20
        for row in own:
            _bubble(panel, 14, y + 9, 11 + 3 * row["n"], f"{row['n']}{row['mark']}", 10.5)
            sheet.text(30, y + 9, row["column"], sheet.size["label"], va="center")
            y += 22
        y += 4
    return sheet


def _bubble(panel: Panel, x: float, y: float, size: float, text: str, letters: float) -> None:
    """Draw a dot with a number in it."""
    dot = {"marker": "o", "ms": size, "mfc": panel.colour("own"), "mew": 0, "zorder": 6}
    panel.add(Line2D([x], [y], ls="none", transform=panel.transform, **dot))
    look = {"ha": "center", "va": "center", "color": "paper", "weight": "bold", "zorder": 9}
    panel.sheet.text(*panel.pixel(x, y), text, letters, **look)
