"""Figures of many countries at once: where they moved, two measures against each other, and who moved most."""

from __future__ import annotations

import math

import pandas as pd

from ogp_analysis.base.countries import countries, country
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import language, sentence, word
from ogp_analysis.base.words.numbers import count, decimal, index
from ogp_analysis.base.words.numbers import year as year_of
from ogp_analysis.civic_space.figures.captions import captioned
from ogp_analysis.civic_space.figures.small import line, round_ends, tick
from ogp_analysis.civic_space.figures.source import source_line
from ogp_analysis.display.figure import drawable, drawing
from ogp_analysis.display.map import FALL_TO_RISE, MapClass, world_map
from ogp_analysis.display.rows import row_chart
from ogp_analysis.display.shapes import codes
from ogp_analysis.display.sheet import NARROW, PALETTE, Panel, Sheet, extent, ticks, wrapped, years

#: Colours of lines that stand together; with more lines than these, the others are dashed.
LINES = ("own", "region", "watch", "muted", "review", "ink")


@drawing
def four_quadrants(points: pd.DataFrame, *, name: str, x: str, y: str, x_cut: float, y_cut: float, year: int):
    """Draw two measures against each other, cut into four quadrants.

    Parameters
    ----------
    points : pandas.DataFrame
        ``iso3, ogp`` (true for members) and a column for each measure, one row per country.
    name, x, y : str
        File name; ids of the two indicators.
    x_cut, y_cut : float
        Where the quadrants meet.
    year : int
        The year shown.
    """
    points = points.dropna(subset=[x, y])
    drawable(points, name)
    lower_right = points[(points[x] >= x_cut) & (points[y] < y_cut)].sort_values("iso3")
    values = {
        "x": word(f"indicators.{x}.name"),
        "y": word(f"indicators.{y}.name"),
        "year": year_of(year),
        "n": count(len(points)),
        "open_closed": count(len(lower_right)),
    }
    closed = not (indicator(x).redistribute and indicator(y).redistribute)
    short = {"x_short": word(f"indicators.{x}.short"), "y_short": word(f"indicators.{y}.short")}
    title = sentence("figures.quadrants.title", **values, **short).plain()
    about = sentence("figures.quadrants.about", **values).plain()
    ends = [scale(points[one], one) for one in (x, y)]

    def draw(narrow: bool) -> Sheet:
        note = 11.5 if narrow else 12.0
        lines = wrapped(", ".join(lower_right["iso3"]), NARROW - 4, note, "bold") if narrow and len(lower_right) else []
        under = 16 * len(lines)
        sheet = Sheet.framed((430 if narrow else 560) + under, title, about, source_line([x, y], year), narrow)
        box = (38, sheet.top + 22, sheet.width - 10, sheet.bottom - 46 - under)
        panel = Panel(sheet, box, *ends)
        panel.grid([(at, tick(at)) for at in ticks(*ends[0], 4 if narrow else 6)],
                   [(at, tick(at)) for at in ticks(*ends[1])])  # fmt: skip
        panel.rules([[(x_cut, ends[1][0]), (x_cut, ends[1][1])], [(ends[0][0], y_cut), (ends[0][1], y_cut)]],
                    PALETTE["axis"], 1.0, order=2)  # fmt: skip
        room = (sheet.width - 40, sheet.size["tick"])
        sheet.text(0, sheet.top + 2, f"↑ {wrapped(word(f'indicators.{y}.short'), *room)[0]}", sheet.size["tick"],
                   color=PALETTE["muted"])  # fmt: skip
        sheet.text(sheet.width, box[3] + 24, f"{wrapped(word(f'indicators.{x}.short'), *room)[0]} →",
                   sheet.size["tick"], color=PALETTE["muted"], ha="right")  # fmt: skip
        named = set(lower_right["iso3"])
        for member, inside in ((False, False), (True, False), (False, True), (True, True)):
            part = points[(points["ogp"] == member) & (points["iso3"].isin(named) == inside)]
            colour = PALETTE["own"] if inside else PALETTE["region"] if member else PALETTE["dots"]
            panel.dots(part[x], part[y], colour if member else PALETTE["paper"], 7 if member else 6,
                       edge=None if member else colour)  # fmt: skip
        for number, text in enumerate(lines):  # a narrow sheet has no room for names at the points
            sheet.text(0, box[3] + 48 + number * 16, text, note, color=PALETTE["own"], weight="bold")
        for code, across, up in () if narrow else zip(*(lower_right[one] for one in ("iso3", x, y)), strict=True):
            sheet.beside(panel, across, up, code, below=True, size=note, color=PALETTE["own"], weight="bold")
        return sheet

    alt = sentence("figures.quadrants.alt", **values).plain()
    if not closed:
        values |= {"x_cut": index(x_cut), "y_cut": index(y_cut)}
    caption = sentence("figures.quadrants.caption_drawn" if closed else "figures.quadrants.caption", **values).plain()
    return name, caption, alt, (draw(False), draw(True))


@drawing
def movement_map(changes: pd.Series, *, name: str, id: str, view: str, first: int, last: int, once: bool = False):
    """Draw where a measure fell and rose between two years, on a map of the world or of a region.

    Parameters
    ----------
    changes : pandas.Series
        Last minus first of every country with both, by code; those of other regions count for the classes only.
    name, id, view, first, last
        File name; indicator; ``"world"`` or a region; the years compared.
    once : bool
        Whether one drawing serves every width: on a page with a map of each region the weight counts.
    """
    drawable(changes, name)
    step = round_step(changes[changes != 0].abs().median())
    counted = {one.iso3 for one in countries() if view in ("world", one.region)} & codes()
    moves = changes[[code for code in changes.index if view == "world" or country(code).region == view]]
    drawable(moves, name)
    far = step + 1e-9
    parts = {"much_fell": moves < -far, "fell": (moves < 0) & (moves >= -far), "unchanged": moves == 0,
             "rose": (moves > 0) & (moves <= far), "much_rose": moves > far}  # fmt: skip
    written = decimal(step, max(0, -math.floor(math.log10(step))), language())
    values = {
        "indicator": word(f"indicators.{id}.name"), "region": word(f"regions.{view}"), "n": count(len(moves)),
        "first": year_of(first), "last": year_of(last), "step": written, "fell": count((moves < 0).sum()),
        "rose": count((moves > 0).sum()), "unchanged": count(parts["unchanged"].sum()),
        "much_fell": count(parts["much_fell"].sum()), "much_rose": count(parts["much_rose"].sum()),
        "missing": count(len(counted - set(moves.index))),
    }  # fmt: skip
    title, about, caption, alt = (
        sentence(f"figures.map.{part}", **values).plain() for part in ("title", "about", "caption", "alt")
    )
    classes = [MapClass(sentence(f"figures.map.{part}", step=written).plain(), colour, frozenset(moves.index[inside]))
               for (part, inside), colour in zip(parts.items(), FALL_TO_RISE, strict=True)]  # fmt: skip
    sheets = tuple(
        world_map(classes, title, about, source_line([id], last), no_data=counted - set(moves.index), view=view,
                  narrow=narrow).sheet for narrow in ((True,) if once else (False, True))
    )  # fmt: skip
    return name, caption, alt, sheets


@drawing
def movements(movers: pd.DataFrame, *, name: str, id: str, first: int, last: int):
    """Draw the largest rises and falls between two years as lines from the first value to the last.

    Parameters
    ----------
    movers : pandas.DataFrame
        ``place, first_value, last_value``, in the order drawn, from the largest rise to the largest fall.
    name, id, first, last
        File name; indicator; the years compared.
    """
    drawable(movers, name)
    values = {
        "indicator": word(f"indicators.{id}.name"),
        "first": year_of(first),
        "last": year_of(last),
        "n": count(len(movers)),
        "top": str(movers["place"].iloc[0]),
        "bottom": str(movers["place"].iloc[-1]),
    }
    moves = (movers["last_value"] - movers["first_value"]).round(6)
    case = "both" if moves.max() > 0 > moves.min() else "rose" if moves.max() > 0 else "fell"
    ends = scale(pd.concat([movers["first_value"], movers["last_value"]]), id)

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        changes = [("+" if move > 0 else "") + decimal(float(move), 3, language()) for move in moves]
        xticks = [(at, tick(at)) for at in ticks(*ends, 3 if narrow else 5)]
        panel, heights = row_chart(list(movers["place"]), changes, ends, xticks, title, about, source_line([id], last),
                                   narrow)  # fmt: skip
        for height, one in zip(heights, movers.itertuples(), strict=True):
            colour = PALETTE["region"] if one.last_value > one.first_value else PALETTE["own"]
            panel.line([one.first_value, one.last_value], [height] * 2, colour, 2.2)
            panel.dots([one.first_value], [height], PALETTE["paper"], 6, edge=colour)
            panel.dots([one.last_value], [height], colour, 8)
        return panel.sheet

    return captioned(name, "figures.movements", values, draw, case=case)


@drawing
def distribution_by_year(quantiles: pd.DataFrame, *, name: str, id: str, region_name: str):
    """Draw median, quartiles and deciles of a measure over the years, over a fixed set of countries.

    Parameters
    ----------
    quantiles : pandas.DataFrame
        ``year, p10, q1, median, q3, p90, n``.
    name, id, region_name
        File name; indicator; name of the set of countries.
    """
    drawable(quantiles, name)
    first, last = quantiles.iloc[0], quantiles.iloc[-1]
    values = {
        "indicator": word(f"indicators.{id}.name"),
        "region": region_name,
        "n": count(last["n"]),
        "first": year_of(first["year"]),
        "last": year_of(last["year"]),
        "start": index(first["median"]),
        "end": index(last["median"]),
    }
    move = round(float(last["median"] - first["median"]), 6)
    case = "rose" if move > 0 else "fell" if move < 0 else "same"
    shown, ends = (int(first["year"]), int(last["year"])), scale(quantiles[["p10", "p90"]].stack(), id)

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        sheet = Sheet.framed(340, title, about, source_line([id], shown[1]), narrow)
        named = [("decile_high", "p90", "muted"), ("median", "median", "own"), ("decile_low", "p10", "muted")]
        texts = [wrapped(word(f"figures.distribution.{key}"), 96 if narrow else 150, sheet.size["label"])
                 for key, *_ in named]  # fmt: skip
        texts[1] = [f"{' '.join(texts[1])} {decimal(float(last['median']), 3, language())}"]
        texts[1] = wrapped(texts[1][0], 96 if narrow else 150, sheet.size["label"], "bold")
        room = max(extent(one, sheet.size["label"], "bold") for text in texts for one in text) + 14
        panel = Panel(
            sheet, (40, sheet.top + 10, sheet.width - room, sheet.bottom - 34), (shown[0], shown[1] + 1), ends
        )
        panel.grid(years(*shown, narrow), [(at, tick(at)) for at in ticks(*ends)])
        xs = quantiles["year"].to_numpy() + 0.5
        if len(xs) > 1:
            panel.band(xs, quantiles["p10"], quantiles["p90"], PALETTE["band"])
            panel.band(xs, quantiles["q1"], quantiles["q3"], PALETTE["tint"], order=2)
        panel.line(xs, quantiles["median"].tolist(), PALETTE["own"], 3)
        panel.dots([xs[-1]], [last["median"]], PALETTE["own"], 7)
        sheet.ends(panel, [(xs[-1] + 0.5, last[column], "\n".join(text), PALETTE[colour],
                            "bold" if column == "median" else "normal")
                           for text, (_, column, colour) in zip(texts, named, strict=True)], pad=5)  # fmt: skip
        return sheet

    return captioned(name, "figures.distribution", values, draw, case=case)


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
    shown = tuple(pick(int(frame["year"].iloc[at]) for frame in drawn.values()) for pick, at in ((min, 0), (max, -1)))
    values = {"indicator": word(f"indicators.{id}.name"), "names": ", ".join(country(code).name for code in drawn),
              "first": year_of(shown[0]), "last": year_of(shown[1])}  # fmt: skip
    ends = scale(pd.concat([frame["value"] for frame in drawn.values()]), id)
    order = sorted(drawn, key=lambda code: (drawn[code]["value"].iloc[-1], code))

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        sheet = Sheet.framed(max(340, 40 * len(drawn)), title, about, source_line([id], shown[1]), narrow)
        size = sheet.size["label"]
        names = {code: "\n".join(wrapped(country(code).name, 100 if narrow else 190, size, "bold")) for code in order}
        room = max(extent(one, size, "bold") for text in names.values() for one in text.split("\n")) + 16
        panel = Panel(
            sheet, (42, sheet.top + 10, sheet.width - room, sheet.bottom - 34), (shown[0], shown[1] + 1), ends
        )
        panel.grid(years(*shown, narrow), [(at, tick(at)) for at in ticks(*ends)])
        items = []
        for number, code in enumerate(order):
            colour, frame = PALETTE[LINES[number % len(LINES)]], drawn[code].assign(year=drawn[code]["year"] + 0.5)
            line(panel, frame, "value", colour, 2.4, (4, 2) if number >= len(LINES) else None)
            last = frame.iloc[-1]
            panel.dots([last["year"]], [last["value"]], colour, 6)
            items.append((last["year"], last["value"], names[code], colour, "bold"))
        sheet.ends(panel, items)
        return sheet

    return captioned(name, "figures.side_by_side", values, draw)


def round_step(value: float) -> float:
    """Return the number of 1, 2 or 5 times a power of ten that is nearest to a value."""
    power = 10.0 ** math.floor(math.log10(value)) if value > 0 else 1.0
    return min((power * one for one in (1, 2, 5, 10)), key=lambda one: abs(one - value))


def scale(values: pd.Series, id: str) -> tuple[float, float]:
    """Return the ends of an axis: those of an index, else round numbers around what is drawn."""
    one = indicator(id)
    return (0.0, 1.0) if one.scale == "index" and one.maximum in (None, 1) else round_ends(values)[:2]
