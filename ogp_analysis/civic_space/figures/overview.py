"""Figures of many countries at once: where they moved, two measures against each other, and some side by side."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd

from ogp_analysis.base.countries import Country, countries, country
from ogp_analysis.base.countries import region as region_code
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import Sentence, language, sentence, word
from ogp_analysis.base.words.catalogue import anew, spoken
from ogp_analysis.base.words.sentence import counts, decimal, index, indices, years
from ogp_analysis.display.figure import captioned, drawable, drawing, source_line
from ogp_analysis.display.lines import LINES, Line, LineChart, Plot, band, round_ends, rule
from ogp_analysis.display.map import FALL_TO_RISE, MapChart, MapClass
from ogp_analysis.display.rows import RowChart, dots, ranges
from ogp_analysis.display.shapes import codes
from ogp_analysis.display.sheet import Panel, marked


@drawing
def four_quadrants(points: pd.DataFrame, *, name: str, x: str, y: str, x_cut: float, y_cut: float, year: int):
    """Draw two measures against each other, cut into four quadrants.

    Parameters
    ----------
    points : pandas.DataFrame
        ``iso3, ogp`` (true for members) and a column for each measure, one row per country; those high on `x` and low
        on `y` are named by code.
    name, x, y : str
        File name; ids or names of the two indicators.
    x_cut, y_cut : float
        Where the quadrants meet, such as the medians.
    year : int
        The year shown.

    Returns
    -------
    Figure
        It takes axes `ax` of a user.

    Examples
    --------
    >>> panel = ogp.civic_space.panel(["v2xcs_ccsi", "v2x_polyarchy"], 2013, 2023)
    >>> of = {"x": "v2x_polyarchy", "y": "v2xcs_ccsi", "year": 2023}
    >>> points = panel.frame.query("year == 2023").rename(columns={"ogp_ever": "ogp"})
    >>> cuts = {"x_cut": points["v2x_polyarchy"].median(), "y_cut": points["v2xcs_ccsi"].median()}
    >>> ogp.civic_space.four_quadrants(points, name="two", **cuts, **of).name
    'two'
    """
    x, y = indicator(x).id, indicator(y).id
    points = points.dropna(subset=[x, y])
    drawable(points, name)
    ends, high = [scale(points[one], one) for one in (x, y)], points[x] >= x_cut
    inside = high & (points[y] < y_cut)
    corner = points[inside].sort_values("iso3")

    def cloud(panel: Panel, shift: float) -> None:
        for of, colour, member in zip(
            (~inside, ~inside, inside, inside), ("dots", "region", "own", "own"), (0, 1, 0, 1), strict=True
        ):
            part = points[of & (points["ogp"] == bool(member))]
            panel.dots(part[x], part[y], colour if member else "paper", 6 + member, None if member else colour)

    values = {"x": word(f"indicators.{x}.name"), "y": word(f"indicators.{y}.name"), **years(year=year)}
    values |= counts(n=len(points), open_closed=len(corner))
    short = {f"{axis}_short": word(f"indicators.{id}.short") for axis, id in (("x", x), ("y", y))}
    layers, names = [rule(x_cut, width=1.0), rule(y_cut, width=1.0, level=True), cloud], corner[[x, y, "iso3"]]
    plot = Plot(
        layers,
        *ends,
        xticks=lambda narrow: marked(*ends[0], 4 if narrow else 6),
        names=names.to_numpy().tolist(),
        xwords=f"{short['x_short']} →",
        ywords=f"↑ {short['y_short']}",
    )
    closed = not (indicator(x).redistribute and indicator(y).redistribute)
    cuts = {} if closed else indices(x_cut=x_cut, y_cut=y_cut)
    caption = sentence("figures.quadrants.caption_drawn" if closed else "figures.quadrants.caption", **values, **cuts)
    chart, source = LineChart([plot], (492, 362)), source_line([x, y], year)
    return captioned(name, "figures.quadrants", values, chart, source, of_title=short, caption=caption.plain())


@spoken
def movement_map(changes: pd.Series, *, name: str, id: str, view: str, first: int, last: int, once: bool = False):
    """Draw where a measure fell and rose between two years, on a map of the world or of a region.

    Parameters
    ----------
    changes : pandas.Series
        Last minus first of every country with both, by code. Those of other regions count for the classes only, and
        those without a shape on the map for none.
    name, id, view : str
        File name; indicator, by id or name; ``"world"`` or a region.
    first, last : int
        The years compared.
    once : bool
        Whether it is one of several maps of which a page shows one at a time, chosen by the name of its region: then
        one drawing serves every width.

    Returns
    -------
    Figure
        It is laid out on a sheet of its own, and takes no axes.

    Examples
    --------
    >>> moved = ogp.civic_space.panel("v2xcs_ccsi", 2013, 2023).change("v2xcs_ccsi", 2013, 2023)
    >>> of = {"id": "v2xcs_ccsi", "view": "world", "first": 2013, "last": 2023}
    >>> ogp.civic_space.movement_map(moved["difference"], name="moves", **of).name
    'moves'
    """
    made = _map(changes, name=name, id=id, view=region_code(view), first=first, last=last, once=once)
    return replace(made, view=word(f"regions.{region_code(view)}")) if once else made


@drawing
def _map(changes: pd.Series, *, name: str, id: str, view: str, first: int, last: int, once: bool):
    id, changes = indicator(id).id, changes[changes.index.isin(codes())]
    drawable(changes, name)
    step = round_step(changes[changes != 0].abs().median())
    counted = {one.iso3 for one in countries() if view in ("world", one.region)} & codes()
    moves = changes[[code for code in changes.index if view == "world" or country(code).region == view]]
    drawable(moves, name)
    far, missing = step - 1e-9, counted - set(moves.index)
    parts = {"much_fell": moves <= -far, "fell": moves.between(-far, 0, "neither"), "unchanged": moves == 0}
    parts |= {"rose": moves.between(0, far, "neither"), "much_rose": moves >= far}
    written = decimal(step, max(0, -math.floor(math.log10(step))), language())
    values = {"indicator": word(f"indicators.{id}.name"), "region": word(f"regions.{view}"), "step": written}
    values |= years(first=first, last=last) | counts(**{part: inside.sum() for part, inside in parts.items()})
    values |= counts(n=len(moves), fell=(moves < 0).sum(), rose=(moves > 0).sum(), missing=len(missing))
    words = [sentence(f"figures.map.{part}", step=written).plain() for part in parts]
    groups = [frozenset(moves.index[inside]) for inside in parts.values()]
    classes = [MapClass(*one) for one in zip(words, FALL_TO_RISE, groups, strict=True)]
    of_each = moves if indicator(id).redistribute else moves.iloc[:0]
    texts = {code: index(value, signed=True).written(language()) for code, value in of_each.items()}
    chart = MapChart(classes, missing, view, (True,) if once else (False, True), texts)
    return captioned(name, "figures.map", values, chart, source_line([id], last))


@drawing
def movements(movers: pd.DataFrame, *, name: str, id: str, first: int, last: int):
    """Draw the largest rises and falls between two years as lines from the first value to the last.

    Parameters
    ----------
    movers : pandas.DataFrame
        ``place`` (countries, or texts), ``first_value, last_value``, in the order drawn, from the largest rise to the
        largest fall.
    name, id : str
        File name; indicator, by id or name.
    first, last : int
        The years compared.

    Returns
    -------
    Figure
        It takes axes `ax` of a user.

    Examples
    --------
    >>> moved = ogp.civic_space.panel("v2xcs_ccsi", 2013, 2023).change("v2xcs_ccsi", 2013, 2023)
    >>> few = moved.iloc[[-1, 0]].assign(place=[ogp.country("GMB"), ogp.country("AFG")])
    >>> ogp.civic_space.movements(few, name="moves", id="v2xcs_ccsi", first=2013, last=2023).name
    'moves'
    """
    drawable(movers, name)
    id, places = indicator(id).id, [one if isinstance(one, str) else one.name for one in movers["place"]]
    before, after = movers["first_value"], movers["last_value"]
    moves = (after - before).round(6)
    ends, colours = scale(pd.concat([before, after]), id), ["region" if up else "own" for up in after > before]
    values = {"indicator": word(f"indicators.{id}.name"), "top": places[0], "bottom": places[-1]}
    notes = [("+" if move > 0 else "") + decimal(float(move), 3, language()) for move in moves]
    marks = [ranges(before, after, colours, 2.2), dots(before, colours, 6, hollow=True), dots(after, colours)]
    chart = RowChart(places, notes, marks, ends, lambda narrow: marked(*ends, 3 if narrow else 5))
    case = "both" if moves.max() > 0 > moves.min() else "rose" if moves.max() > 0 else "fell"
    values |= counts(n=len(movers)) | years(first=first, last=last)
    return captioned(name, "figures.movements", values, chart, source_line([id], last), case)


@drawing
def distribution_by_year(quantiles: pd.DataFrame, *, name: str, id: str, region: str):
    """Draw median, quartiles and deciles of a measure over the years, over a fixed set of countries.

    Parameters
    ----------
    quantiles : pandas.DataFrame
        ``year, p10, q1, median, q3, p90, n``, one row per year.
    name, id, region : str
        File name; indicator, by id or name; the set of countries: a region, ``"world"`` or ``"chosen"``.

    Returns
    -------
    Figure
        It takes axes `ax` of a user.

    Examples
    --------
    >>> values = ogp.civic_space.panel("va_est", 2013, 2023).fixed("va_est").groupby("year")["value"]
    >>> names = {0.1: "p10", 0.25: "q1", 0.5: "median", 0.75: "q3", 0.9: "p90"}
    >>> spread = values.quantile(list(names)).unstack().rename(columns=names).assign(n=values.size()).reset_index()
    >>> ogp.civic_space.distribution_by_year(spread, name="voice", id="va_est", region="world").name
    'voice'
    """
    drawable(quantiles, name)
    id, region = indicator(id).id, region if region == "chosen" else region_code(region)
    frame = quantiles.drop(columns="segment", errors="ignore")
    shown, (start, end) = (int(frame["year"].iloc[0]), int(frame["year"].iloc[-1])), frame["median"].iloc[[0, -1]]
    last = frame.iloc[-1]
    values = {"indicator": word(f"indicators.{id}.name"), "region": word(f"regions.{region}")}
    values |= indices(start=start, end=end) | counts(n=last["n"]) | years(first=shown[0], last=shown[1])
    median = f"{word('figures.distribution.median')} {decimal(float(end), 3, language())}"
    layers = [band(frame, "p10", "p90", "band"), band(frame, "q1", "q3", "tint", order=2)]
    layers += [Line(frame, "median", label=median, width=3, bold=True, dot=7)]
    deciles = [
        (last[column], word(f"figures.distribution.decile_{side}"), "muted")
        for side, column in (("high", "p90"), ("low", "p10"))
    ]
    plot = Plot(layers, shown, scale(frame[["p10", "p90"]].stack(), id), labels=deciles)
    case = ("same", "rose", "fell")[int(np.sign(round(float(end - start), 6)))]
    return captioned(name, "figures.distribution", values, LineChart([plot]), source_line([id], shown[1]), case)


@drawing
def side_by_side(own: dict[str, pd.DataFrame], *, name: str, id: str):
    """Draw an indicator of some countries on one scale, each named at its last value.

    Parameters
    ----------
    own : dict of str to pandas.DataFrame
        By code: ``year, value, segment``. No line crosses a break; a country without a value is not drawn.
    name, id : str
        File name; indicator.
    """
    drawn = {code: frame for code, frame in own.items() if len(frame)}
    drawable(drawn, name)
    shown, ends = _shown(drawn.values()), scale(pd.concat([frame["value"] for frame in drawn.values()]), id)
    values = {"indicator": word(f"indicators.{id}.name"), "names": ", ".join(country(code).name for code in drawn)}
    order = sorted(drawn, key=lambda code: (drawn[code]["value"].iloc[-1], code))
    lines = [
        Line(drawn[code], "value", *look, width=2.4, bold=True, dot=6)
        for code, look in zip(order, _looks([country(code).name for code in order]), strict=True)
    ]
    chart = LineChart([Plot(lines, shown, ends)], (max(298, 40 * len(drawn) - 42),) * 2)
    values |= years(first=shown[0], last=shown[1])
    return captioned(name, "figures.side_by_side", values, chart, source_line([id], shown[1]))


@drawing
def country_lines(series: pd.DataFrame, *, name: str, ids: list[str], places: list[Country], title: Sentence):
    """Draw some countries in each of some indicators, one panel below the other, each named at its last value.

    Parameters
    ----------
    series : pandas.DataFrame
        ``indicator, iso3, year, value, low, high, segment``, in the order of time, values of other indicators and
        countries among them or not. No line crosses a break. The published interval is drawn of the first country,
        where there is one.
    name : str
        File name.
    ids : list of str
        Indicators, by id or name, in the order drawn.
    places : list of Country
        In the order of their colours.
    title : Sentence
        What the lines show.

    Returns
    -------
    Figure
        It takes axes `ax` of a user, one for each indicator.

    Examples
    --------
    >>> panel, places = ogp.civic_space.panel("v2xcs_ccsi", 2013, 2023), [ogp.country("POL"), ogp.country("HUN")]
    >>> own = pd.concat([panel.own("v2xcs_ccsi", one.iso3).assign(iso3=one.iso3) for one in places])
    >>> of = {"ids": ["v2xcs_ccsi"], "places": places, "title": ogp.say("Two neighbours")}
    >>> ogp.civic_space.country_lines(own.assign(indicator="v2xcs_ccsi"), name="two", **of).alt[:36]
    'Line charts, 2013 to 2023, of Poland'
    """
    ids, codes = [indicator(id).id for id in ids], [place.iso3 for place in places]
    series = series[series["indicator"].isin(ids) & series["iso3"].isin(codes)]
    drawable(series, name)
    shown, first = (int(series["year"].min()), int(series["year"].max())), series[series["iso3"] == codes[0]]
    values = {"names": ", ".join(place.name for place in places), "place": places[0].in_text}
    values |= {"indicators": "; ".join(word(f"indicators.{id}.name") for id in ids)}
    values |= counts(n=len(ids)) | years(first=shown[0], last=shown[1])
    plots = []
    for id in ids:
        rows, own = (frame[frame["indicator"] == id] for frame in (series, first))
        ends, lines = scale(rows["value"], id), [rows[rows["iso3"] == code] for code in codes]
        texts = [
            f"{place.name} {decimal(float(line['value'].iloc[-1]), 2, language())}" if len(line) else ""
            for place, line in zip(places, lines, strict=True)
        ]
        within = own.assign(low=own["low"].clip(*ends), high=own["high"].clip(*ends))
        layers = [band(within, "low", "high", "tint")] if len(own) and own["low"].notna().all() else []
        layers += [
            Line(line, "value", *look, width=2 if number else 3, bold=not number, dot=6)
            for number, (line, look) in enumerate(zip(lines, _looks(texts), strict=True))
            if len(line)
        ]
        plots.append(Plot(layers, shown, ends, title=word(f"indicators.{id}.short")))
    chart = LineChart(plots, (max(190, 34 * len(codes)),) * 2)
    case = "bounded" if first["low"].notna().any() else "plain"
    return captioned(name, "figures.lines", values, chart, source_line(ids, shown[1]), case, title=anew(title).plain())


def _shown(frames) -> tuple[int, int]:
    """Return the first and the last year of frames, each in the order of time."""
    return min(int(one["year"].iloc[0]) for one in frames), max(int(one["year"].iloc[-1]) for one in frames)


def _looks(labels: list[str]) -> list[tuple]:
    """Return colour, label and whether it is dashed, of each of some lines."""
    return [(LINES[number % len(LINES)], label, number >= len(LINES)) for number, label in enumerate(labels)]


def round_step(value: float) -> float:
    """Return the number of 1, 2 or 5 times a power of ten that is nearest to a value."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return min((power * one for one in (1, 2, 5, 10)), key=lambda one: abs(one - value))


def scale(values: pd.Series, id: str) -> tuple[float, float]:
    """Return the ends of an axis: those of an index, else round numbers around what is drawn."""
    one = indicator(id)
    return (0.0, 1.0) if one.scale == "index" and one.maximum in (None, 1) else round_ends(values)[:2]
