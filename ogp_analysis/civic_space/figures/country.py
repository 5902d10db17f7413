"""Figures of one country: its series under its OGP timeline, beside its region and OGP's members."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd

from ogp_analysis.base.countries import country as country_of
from ogp_analysis.base.indicators import indicator as indicator_of
from ogp_analysis.base.words import language, sentence, word
from ogp_analysis.base.words.numbers import as_date, count, day, decimal, index, partial_day, year
from ogp_analysis.civic_space.figures.captions import captioned
from ogp_analysis.civic_space.figures.small import Small, small_panels, tick
from ogp_analysis.civic_space.figures.source import source_line
from ogp_analysis.display.figure import drawable, drawing
from ogp_analysis.display.sheet import NARROW, PALETTE, WIDE, Event, Panel, Sheet, extent, ticks, wrapped, years

#: Fill of each status of the strip.
_STATUS = {"participating": "region", "inactive": "review", "suspended": "own", "left": "band"}
#: Statuses that are a day, not a time.
_DAYS = ("withdrew", "removed", "decided")
#: A path whose values lie closer together than this has no direction worth a title.
_STEADY = 0.05
#: A turn that lies closer to both ends than this is not written.
_APART = 0.02
#: A part of a year too short to be seen.
_SLIVER = 0.05
#: Events that are written into the chart, on a wide sheet and on a narrow one.
_EVENTS = {False: 6, True: 5}


@drawing
def country_series(
    country: pd.DataFrame,
    region: pd.DataFrame,
    members: pd.DataFrame,
    spells: pd.DataFrame,
    events: pd.DataFrame,
    *,
    name: str,
    indicator: str,
    place: str,
    region_name: str,
    in_text: str = "",
    event_date: str | None = None,
    verified_until: dt.date | None = None,
):
    """Draw a country's core index over its standing in OGP, in the years in which it has a value.

    Parameters
    ----------
    country : pandas.DataFrame
        ``year, value``: the country's published values.
    region : pandas.DataFrame
        ``year, median, n`` over the countries of its region, itself left out.
    members : pandas.DataFrame
        ``year, q1, q3, n``: spread over a fixed set of OGP members. A spread, not an uncertainty.
    spells : pandas.DataFrame
        ``start, end, status`` as dates, the end open if missing; ``standing`` says how it left, ``earliest`` from when
        on it may have joined.
    events : pandas.DataFrame
        ``date, date_text, text, weight``: dated events in words; those with the smallest weight are written.
    name, indicator, place, region_name : str
        File name; id of the indicator; names in the reader's language.
    in_text : str
        The country's name within a sentence.
    event_date : str or None
        A date to mark, YYYY-MM-DD; one outside the years shown has no place here.
    verified_until : datetime.date or None
        Last day for which the standing is known; it is paler after that.
    """
    drawable(country, name)
    shown = (int(country["year"].min()), int(country["year"].max()))
    about = {
        "place": place,
        "region": region_name,
        "indicator": word(f"indicators.{indicator}.name"),
        "n": count(int(members["n"].min()) if len(members) else 0),
        "first": year(shown[0]),
        "last": year(shown[1]),
    }
    values = country["value"].tolist()
    title = _path_title(country, in_text or place)
    sub = sentence("figures.series.about", **about).plain()
    source = f"{source_line([indicator], shown[1])} {word('figures.series.source')}"
    dated = [
        Event(decimal_year(row.date), partial_day(row.date_text[:7], language()), row.text, PALETTE["muted"],
              row.weight)
        for row in events.itertuples() if shown[0] + 0.5 <= decimal_year(row.date) <= shown[1] + 0.5
    ]  # fmt: skip
    asked = as_date(event_date) if event_date else None
    asked = asked if asked and shown[0] <= decimal_year(asked) <= shown[1] + 1 else None

    def draw(narrow: bool) -> Sheet:
        ends = [(place, values[-1], PALETTE["own"], "bold")]
        own_region = region.dropna(subset=["median"])
        own_region = own_region[own_region["year"].between(*shown)]
        if len(own_region):
            ends.append((word("figures.series.region"), own_region["median"].iloc[-1], PALETTE["region"], "normal"))
        room = _room([text for text, *_ in ends], 92 if narrow else 150, narrow)
        names = [
            "\n".join(wrapped(f"{text} {_index(at)}", room, 13.0 if narrow else 13.5, weight))
            for text, at, _, weight in ends
        ]
        width = NARROW if narrow else WIDE
        left, right = 37, width - room - 12
        status = _segments(spells, shown, verified_until)
        rows = _status_rows(status, left, right, width, shown, narrow)
        kept = sorted(sorted(dated, key=lambda one: one.weight)[: _EVENTS[narrow]], key=lambda one: one.x)
        tall = (300 if narrow else 320) + len(kept) * (44 if narrow else 26)
        over, strip = (22 if asked else 8), 54 + 17 * (1 + max(row for *_, row in rows))
        sheet = Sheet.framed(over + tall + strip, title, sub, source, narrow)
        panel = Panel(sheet, (left, sheet.top + over, right, sheet.top + over + tall), (shown[0], shown[1] + 1),
                      _limits(indicator, [values, own_region["median"], members["q1"], members["q3"]]))  # fmt: skip
        panel.grid(years(*shown, narrow), [(at, tick(at)) for at in ticks(*panel.ylim)])
        inside = members[members["year"].between(*shown)]
        panel.band(inside["year"] + 0.5, inside["q1"], inside["q3"], PALETTE["band"])
        panel.line(own_region["year"] + 0.5, own_region["median"], PALETTE["region"], 1.6, (4, 2), order=3)
        xs = country["year"].to_numpy() + 0.5
        panel.line(xs, values, PALETTE["own"], 3, order=5)
        panel.dots([xs[-1]], [values[-1]], PALETTE["own"], 7)
        sheet.ends(panel, [(xs[-1] + 0.5, at, text, colour, weight)
                           for text, (_, at, colour, weight) in zip(names, ends, strict=True)], pad=4)  # fmt: skip
        if asked:  # the date that was asked for runs through the whole panel, and is written above
            text = day(asked, language())
            half = extent(text, sheet.size["label"], "bold") / 2
            at = min(max(panel.pixel(decimal_year(asked), 0)[0], half + 1), sheet.width - half - 1)
            sheet.text(at, panel.top - 4, text, ha="center", va="bottom", color=PALETTE["watch"], weight="bold")
            panel.line([decimal_year(asked)] * 2, panel.ylim, PALETTE["watch"], 1.4, (5, 3), order=1)
        if len(xs) > 1:
            sheet.events(panel, kept, xs, values)
        turns = [at for at in (values.index(max(values)), values.index(min(values)))
                 if min(abs(values[at] - values[0]), abs(values[at] - values[-1])) > _APART]  # fmt: skip
        for at in dict.fromkeys([0, *turns]):
            if at < len(xs) - 2:
                panel.dots([xs[at]], [values[at]], PALETTE["own"], 6)
                sheet.beside(panel, xs[at], values[at], _index(values[at]), below=values[at] < max(values),
                             color=PALETTE["own"], weight="bold")  # fmt: skip
        _strip(sheet, panel, status, rows)
        return sheet

    alt = sentence("figures.series.alt", **about, start=index(values[0]), end=index(values[-1])).plain()
    return name, sentence("figures.series.caption", **about).plain(), alt, (draw(False), draw(True))


def _path_title(country: pd.DataFrame, in_text: str) -> str:
    """Return what the values did, in a sentence: which way they went, or from which turn on."""
    values, at = country["value"].tolist(), country["year"].tolist()
    top, low = values.index(max(values)), values.index(min(values))
    turned = "peaked" if top else "fell"
    if values[-1] - values[low] > values[top] - values[-1]:
        turned = "dipped" if low else "rose"
    case = "one" if len(values) == 1 else "constant" if values[top] == values[low] else turned
    case = "steady" if case == turned and values[top] - values[low] < _STEADY else case
    numbers = {
        "start": index(values[0]), "end": index(values[-1]), "high": index(values[top]), "low": index(values[low]),
        "first": year(at[0]), "last": year(at[-1]), "top": year(at[top]), "bottom": year(at[low]),
    }  # fmt: skip
    return sentence("figures.series.title", case=case, place=in_text, **numbers).plain()


def _segments(spells: pd.DataFrame, shown: tuple[int, int], verified_until) -> list[tuple[float, float, str, str]]:
    """Return start, end, fill and words of each stretch of the strip in the years shown."""
    first, last = shown[0], shown[1] + 1
    found, before = [], float(first)
    for row in spells.itertuples():
        start = max(decimal_year(row.start), float(first))
        end = float(last) if pd.isna(row.end) else min(decimal_year(row.end), float(last))
        since = getattr(row, "start_text", None)
        since = partial_day(since[:7] if isinstance(since, str) else f"{row.start:%Y-%m}", language())
        earliest = getattr(row, "earliest", None)
        if earliest is not None and not pd.isna(earliest) and decimal_year(earliest) < last:
            # Of an undated joining only the span is known.
            span = max(decimal_year(earliest), float(first)), min(start, float(last))
            found += [(before, span[0], "grid", word("figures.series.outside"))] if span[0] > before else []
            between = {"earliest": partial_day(f"{earliest:%Y-%m}", language()), "latest": since}
            found.append((*span, "region paler", sentence("figures.series.between", **between).plain()))
        if end <= start:
            continue
        if start > before and not found:
            found.append((before, start, "grid", word("figures.series.outside")))
        standing = getattr(row, "standing", row.status)  # how it left, where that is known
        text = word(f"ogp.strip.{standing}")
        if decimal_year(row.start) >= first:
            key = "on" if standing in _DAYS else "by" if getattr(row, "start_bound", "on") == "by" else "since"
            text = sentence(f"figures.series.{key}", status=text, date=since).plain()
        found.append((start, end, _STATUS[row.status], text))
    if not found:
        return [(before, float(last), "grid", word("figures.series.outside"))]
    known = last if verified_until is None else max(decimal_year(verified_until), float(first))
    if known < found[-1][1] - _SLIVER:
        start, end, fill, text = found.pop()
        if known > start:
            found.append((start, known, fill, text))
        paler = word("figures.series.unverified") if known > start else f"{text} ({word('figures.series.unverified')})"
        found.append((max(start, known), end, f"{fill} paler", paler))
    return found


def _status_rows(status, left: float, right: float, width: float, shown, narrow: bool) -> list[tuple]:
    """Return text, place and row of the words below each stretch: as many rows as it takes that no two meet."""
    size = 11.5 if narrow else 12.0
    free: list[float] = []
    placed = []
    for start, _, _, text in status:
        x = left + (start - shown[0]) / (shown[1] + 1 - shown[0]) * (right - left)
        wide = extent(text, size)
        at = max(0.0, min(x, width - wide - 5))  # a text in a further row stands 3 to the right of its stroke
        row = next((n for n, end in enumerate(free) if end + 12 <= at), len(free))
        free[row : row + 1] = [at + wide]
        placed.append((text, x, at, row))
    return placed


def _strip(sheet: Sheet, panel: Panel, status, rows) -> None:
    """Draw the standing in OGP, day by day, under the same years, and say it below."""
    top = panel.bottom + 30
    strip = Panel(sheet, (panel.left, top, panel.right, top + 13), panel.xlim, (0, 1))
    colours = {"band": PALETTE["muted"], "grid": PALETTE["muted"], "review": PALETTE["watch"]}
    note = sheet.size["note"]
    for (start, end, fill, _), (text, x, at, row) in zip(status, rows, strict=True):
        paler = fill.endswith(" paler")
        fill = fill.removesuffix(" paler")
        strip.bar(start, end, 0, 1, PALETTE[fill], alpha=0.35 if paler else None)
        y = top + 17 + 17 * row
        between = any(begin < x < begin + extent(other, note) for other, _, begin, above in rows if above < row)
        if row and at > x - 1 and not between:
            sheet.stroke([(x, top + 13), (x, y + 3)], PALETTE["axis"], 0.7)
        sheet.text(at + (3 if row else 0), y, text, note, color=colours.get(fill, PALETTE[fill]))


def decimal_year(day) -> float:
    """Return where a date stands on an axis of years: the first of January at the year itself."""
    return day.year + (day.timetuple().tm_yday - 1) / 365.25


def _index(value: float) -> str:
    return decimal(float(value), 3, language())


def _limits(id: str, series) -> tuple[float, float]:
    """Return the ends of the axis: those of the scale, or whole numbers around what is drawn."""
    one = indicator_of(id)
    if one.minimum is not None and one.maximum is not None:
        return one.minimum, one.maximum
    if one.scale == "index":
        return 0.0, 1.0
    drawn = np.concatenate([np.asarray(values, "float64") for values in series])
    low, high = math.floor(np.nanmin(drawn)), math.ceil(np.nanmax(drawn))
    return float(low), float(max(high, low + 3))


def _room(names: list[str], most: float, narrow: bool) -> float:
    """Return the width that names take beside a panel: no word of them is cut."""
    size = 13.0 if narrow else 13.5
    widest = max(extent(part, size, "bold") for name in names for part in name.split(" "))
    return max(widest, min(most, max(extent(f"{name} 0.000", size, "bold") for name in names))) + 2


@drawing
def small_multiples(
    country: pd.DataFrame, region: pd.DataFrame, *, name: str, ids: list[str], place: str, region_name: str
):
    """Draw several indicators of a country, each on its own scale, beside the median of its region.

    Parameters
    ----------
    country : pandas.DataFrame
        ``year`` and a column for each id.
    region : pandas.DataFrame
        ``year`` and a column for each id: medians.
    name, ids, place, region_name
        File name; indicators; names in the reader's language.
    """
    drawable(ids, name)
    shown = int(country["year"].min()), int(country["year"].max())
    own, medians = country.set_index("year"), region.set_index("year")
    since = max(shown[0], shown[1] - 5)
    moves = (own.loc[shown[1], ids] - own.loc[since, ids]).astype("float64").round(6)
    values = {"place": place, "region": region_name, "n": count(len(ids)), "first": year(since),
              "last": year(shown[1])}  # fmt: skip
    case = "moved" if moves.notna().any() and since < shown[1] else "none"
    counts = {"fell": count((moves < 0).sum()), "rose": count((moves > 0).sum()), "both": count(moves.notna().sum())}
    smalls = [_small(own[id].dropna(), medians[id].dropna(), id, since) for id in ids]
    source = f"{source_line(ids, shown[1])} {word('figures.multiples.source')}"

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        return small_panels(smalls, title, about, source, narrow)

    return captioned(name, "figures.multiples", values, draw, case=case, **counts)


def _small(own: pd.Series, medians: pd.Series, id: str, since: int) -> Small:
    """Return the panel of one indicator, with its change since a year below its name."""
    first, last = int(own.index.min()), int(own.index.max())
    inside = medians[(medians.index >= first) & (medians.index <= last)]
    compared = since in own.index and since < last
    limits = _limits(id, [own, inside])

    def draw(panel: Panel) -> None:
        panel.line(inside.index, inside.tolist(), PALETTE["region"], 1.4, (4, 2), order=2)
        panel.line(own.index, own.tolist(), PALETTE["own"], 2.2, order=3)
        dots = [since, last] if compared else [last]
        panel.dots(dots, own[dots].tolist(), PALETTE["own"], 5)
        items = [(last, own[last], _index(own[last]), PALETTE["own"], "bold")]
        if len(inside):
            items.append((last, inside.iloc[-1], _index(inside.iloc[-1]), PALETTE["region"], "normal"))
        panel.sheet.ends(panel, items, pad=6, size=panel.sheet.size["note"])

    note = _signed(round(float(own[last] - own[since]), 6)) if compared else ""
    steps = (sum(limits) / 2,) if limits[1] - limits[0] <= 1 else tuple(np.arange(limits[0] + 1, limits[1]).tolist())
    xlim = (first, last) if last > first else (first - 1, last + 1)
    return Small(word(f"indicators.{id}.short"), note, xlim, limits, draw, steps)


@drawing
def bounded_series(country: pd.DataFrame, *, name: str, id: str, place: str):
    """Draw a series with the publisher's 68 % bounds.

    Parameters
    ----------
    country : pandas.DataFrame
        ``year, value, low, high``.
    name, id, place
        File name; indicator; name in the reader's language.
    """
    drawable(country, name)
    shown, last = (int(country["year"].min()), int(country["year"].max())), country.iloc[-1]
    values = {
        "place": place,
        "indicator": word(f"indicators.{id}.name"),
        "year": year(last["year"]),
        "value": index(last["value"]),
        "low": index(last["low"]),
        "high": index(last["high"]),
    }
    title, caption, alt = (
        sentence(f"figures.bounded.{part}", **values).plain() for part in ("title", "caption", "alt")
    )

    def draw(narrow: bool) -> Sheet:
        sheet = Sheet.framed(300, title, f"{values['indicator']}, {place}. {word('figures.bounded.band')}",
                             source_line([id], shown[1]), narrow)  # fmt: skip
        low, high = _limits(id, [country["low"].fillna(country["value"]), country["high"].fillna(country["value"])])
        panel = Panel(sheet, (42, sheet.top + 10, sheet.width - 60, sheet.bottom - 34), (shown[0], shown[1] + 1),
                      (low, high))  # fmt: skip
        panel.grid(years(*shown, narrow), [(at, tick(at)) for at in ticks(low, high)])
        xs = country["year"].to_numpy() + 0.5
        if len(xs) > 1:
            panel.band(xs, country["low"], country["high"], PALETTE["tint"])
        panel.rules([[(xs[-1], last["low"]), (xs[-1], last["high"])]], PALETTE["own"], 1.6, order=4)
        panel.line(xs, country["value"].tolist(), PALETTE["own"], 2.6)
        panel.dots([xs[-1]], [last["value"]], PALETTE["own"])
        sheet.ends(panel, [(xs[-1], last["value"], _index(last["value"]), PALETTE["own"], "bold")])
        return sheet

    return name, caption, alt, (draw(False), draw(True))


@drawing
def change_among_countries(
    differences: pd.Series,
    own: float,
    *,
    name: str,
    id: str,
    place: str,
    first: int,
    last: int,
    in_text: str = "",
    unit: str = "",
):
    """Draw how far each country moved between two years, one dot per country, and where this one stands among them.

    Parameters
    ----------
    differences : pandas.Series
        The change of every country that has both years, by its code.
    own : float
        The change of this country.
    name, id, place, first, last
        File name; indicator; name in the reader's language; the years compared.
    in_text : str
        The name within a sentence.
    unit : str
        Code of this country.
    """
    drawable(differences, name)
    fell, rose = int((differences < 0).sum()), int((differences > 0).sum())
    further = int((differences < own).sum() if own < 0 else (differences > own).sum())
    values = {
        "place": place,
        "indicator": word(f"indicators.{id}.name"),
        "first": year(first),
        "last": year(last),
        "own": index(own, signed=True),
        "n": count(len(differences)),
        "fell": count(fell),
    }
    case = "unchanged" if own == 0 else ("fell" if own < 0 else "rose") + ("" if further else "_most")

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        return _dots(differences, own, unit, place, (fell, rose), title, about, source_line([id], last), narrow)

    return captioned(name, "figures.change", values, draw, case=case, further=count(further), rose=count(rose),
                     place=in_text or place)  # fmt: skip


def _dots(differences: pd.Series, own: float, unit: str, place: str, counts, title, about, source, narrow) -> Sheet:
    """Draw one dot per country in piles; the country stands on top of its own, and the two ends are named."""
    width = NARROW if narrow else WIDE
    reach = max(abs(differences.min()), abs(differences.max()), 1e-6)
    span = differences.max() - differences.min() or reach
    low, high = min(differences.min(), 0) - span * 0.03, max(differences.max(), 0) + span * 0.03
    piles_wide = 44 if narrow else 74
    step = (high - low) / piles_wide
    dot = (width - 8) / piles_wide * 0.98
    piles = np.floor((differences + step / 2) / step).astype(int)
    named = unit if unit in differences.index else differences.index[int((differences - own).abs().to_numpy().argmin())]
    order = sorted(differences.index, key=lambda code: (piles[code], code == named, differences[code]))
    height: dict[int, int] = {}
    spots = {}
    for code in order:
        at = int(piles[code])
        height[at] = height.get(at, 0) + 1
        spots[code] = (at * step, (height[at] - 0.5) * dot)
    tall = max(height.values()) * dot + 64
    sheet = Sheet.framed(tall + 40, title, about, source, narrow)
    panel = Panel(sheet, (4, sheet.top + 4, width - 4, sheet.top + 4 + tall), (low, high), (0, tall))
    panel.rules([[(0, 0), (0, tall - 8)]], PALETTE["axis"])
    panel.rules([[(low, 0), (high, 0)]], PALETTE["axis"])
    rest = [spots[code] for code in order if code != named]
    if rest:
        panel.dots(*zip(*rest, strict=True), PALETTE["dots"], dot * 0.84, order=3)
    x, y = spots[named]
    panel.dots([x], [y], PALETTE["own"], dot * 0.84 + 1)
    size, note = sheet.size["label"], sheet.size["note"]
    text = f"{place} {_signed(own)}"
    across, down = panel.pixel(x, tall - 22)
    left = across - 8 - extent(text, size, "bold") > 2 or across > width / 2
    text = "\n".join(wrapped(text, across - 10 if left else width - across - 10, size, "bold"))
    sheet.stroke([(across, panel.pixel(x, y)[1] - dot / 2), (across, down - 6)], PALETTE["own"])
    sheet.text(across + (-6 if left else 6), down, text, va="center", ha="right" if left else "left",
               color=PALETTE["own"], weight="bold")  # fmt: skip
    base = panel.bottom - max(dot * 3, 60)
    for code, ha in ((differences.idxmin(), "left"), (differences.idxmax(), "right")):
        if code != named and not narrow and abs(differences[code]) > reach * 0.2:
            spot = panel.pixel(*spots[code])
            sheet.text(spot[0] - (dot / 2 if ha == "left" else -dot / 2),
                       spot[1] - (height[int(piles[code])] * dot if height[int(piles[code])] > 1 else dot / 2) - 4,
                       f"{country_of(code).name} {_signed(differences[code])}", note, ha=ha, va="bottom",
                       color=PALETTE["muted"])  # fmt: skip
    for n, ha, at, key in ((counts[0], "left", 4, "fell_side"), (counts[1], "right", width - 4, "rose_side")):
        side = sentence(f"figures.change.{key}", n=count(n)).plain()
        if n:
            sheet.text(at, base, side, size, ha=ha, va="center", color=PALETTE["muted"])
    for at in ticks(low, high, 4 if narrow else 6):
        text = word("figures.change.none") if at == 0 else ("+" if at > 0 else "") + tick(at)
        half = extent(text, sheet.size["tick"]) / 2
        middle = min(max(panel.pixel(at, 0)[0], half + 1), width - half - 1)
        sheet.text(middle, panel.bottom + 7, text, sheet.size["tick"], ha="center", color=PALETTE["muted"])
    return sheet


def _signed(value: float) -> str:
    text = _index(value)
    return f"+{text}" if value > 0 and text.strip("0.,") else text


@drawing
def coverage_strip(coverage: pd.DataFrame, *, name: str, place: str):
    """Draw which indicator has a value in which year.

    Parameters
    ----------
    coverage : pandas.DataFrame
        Index year, a column for each id, 1 where there is a value.
    name, place
        File name; name in the reader's language.
    """
    drawable(coverage.columns, name)
    ids, shown = list(coverage.columns), (int(coverage.index.min()), int(coverage.index.max()))
    empty = count((coverage == 0).to_numpy().sum())
    values = {"place": place, "n": count(len(ids)), "cells": count(coverage.size), "empty": empty}
    values |= {"first": year(shown[0]), "last": year(shown[1])}
    # A bar for each run of years without a gap.
    held = {one: coverage.index[coverage[one] > 0].to_numpy() for one in ids}
    runs = {one: np.split(at, np.flatnonzero(np.diff(at) != 1) + 1) for one, at in held.items() if len(at)}

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        names = [word(f"indicators.{one}.short") for one in ids]
        step, size = (33, 12.0) if narrow else (19, 12.5)
        sheet = Sheet.framed(step * len(ids) + 34, title, about, source_line(ids, shown[1]), narrow)
        left = 0 if narrow else max(extent(one, size) for one in names) + 14
        top = sheet.top + 6
        panel = Panel(sheet, (left, top, sheet.width - 14, top + step * len(ids)), (shown[0], shown[1] + 1),
                      (step * len(ids), 0))  # fmt: skip
        for row, (id, text) in enumerate(zip(ids, names, strict=True)):
            low = step * row + (19 if narrow else 4)
            panel.bar(*panel.xlim, low, low + 11, PALETTE["band"], order=1)
            for run in runs.get(id, ()):
                panel.bar(int(run[0]), int(run[-1]) + 1, low, low + 11, PALETTE["region"])
            down = top + step * row
            sheet.text(0, down + (2 if narrow else 9.5), text, size, va="top" if narrow else "center")
        for at, text in years(*shown, narrow):
            sheet.text(panel.pixel(at, 0)[0], panel.bottom + 7, text, sheet.size["tick"], color=PALETTE["muted"],
                       ha="center" if at > shown[0] + 0.5 or not narrow else "left")  # fmt: skip
        return sheet

    return captioned(name, "figures.coverage", values, draw)
