"""Figures of many measures at once: how far they agree, where they put a country, and how they move in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.indicators import Indicator, indicator
from ogp_analysis.base.words import language, word
from ogp_analysis.base.words.numbers import Number, count, decimal, share, year
from ogp_analysis.civic_space.breaks import method_years
from ogp_analysis.civic_space.figures.captions import captioned
from ogp_analysis.civic_space.figures.small import Small, breaks, line, moved, small_panels
from ogp_analysis.civic_space.figures.source import source_line
from ogp_analysis.civic_space.measures.catalogue import label, labels, span
from ogp_analysis.display.figure import drawable, drawing
from ogp_analysis.display.rows import row_chart
from ogp_analysis.display.sheet import PALETTE, Panel, Sheet

#: Marker of each direction; distinguished by shape, for readers in grey.
DIRECTIONS = {"rose": "^", "fell": "v", "unchanged": "s", "none": "o"}
#: Marker and colour of each measure that places are compared between, in the order given.
_PLACES = (("o", "own"), ("s", "region"), ("D", "review"), ("^", "ink"), ("v", "watch"), ("P", "dots"))
#: Points of a scale that is shown whole; width taken for a scale without ends; least part of a scale that is shown.
_SHORT_SCALE, _OPEN_SCALE, _SMALLEST_PART = 16, 5.0, 0.2
_SHARES = [(0, "0"), (0.25, "25 %"), (0.5, "50 %"), (0.75, "75 %"), (1, "100 %")]


@drawing
def agreement_dots(agreements: pd.DataFrame, *, name: str, core: str):
    """Draw the pooled rank correlation of one measure with each other, with its 95 % interval.

    Parameters
    ----------
    agreements : pandas.DataFrame
        ``y, shared, first, last, rho, low, high``, one row per measure and segment of years.
    name, core : str
        File name; id of the measure that all are held against.
    """
    drawable(agreements, name)
    agreements = agreements.sort_values(["rho", "y", "first"], ascending=[False, True, True])
    rows = list(agreements.itertuples())
    values = {
        "core": word(f"indicators.{core}.name"),
        "n": count(len(rows)),
        "shared": count(int(agreements["shared"].sum())),
        "top": label(rows[0].y),
        "high": Number(rows[0].rho, "ratio", 2),
        "bottom": word(f"indicators.{rows[-1].y}.short"),
        "low": Number(rows[-1].rho, "ratio", 2),
    }
    lowest = min(0.4, agreements["low"].fillna(agreements["rho"]).min())
    last = int(agreements["last"].max())

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        xticks = [(at / 5, decimal(at / 5, 1, language())) for at in range(-5, 6) if at / 5 >= lowest - 1e-9]
        xticks = xticks[:: 2 if narrow and len(xticks) > 5 else 1]
        xticks = xticks if xticks[-1][0] == 1 else [*xticks, (1.0, decimal(1.0, 1, language()))]
        spans = [span(one.first, one.last) for one in rows]
        source = source_line([core, *dict.fromkeys(one.y for one in rows)], last)
        names = [label(one.y) for one in rows]
        panel, heights = row_chart(names, spans, (lowest - 0.02, 1.02), xticks, title, about, source, narrow)
        for height, one in zip(heights, rows, strict=True):
            colour = PALETTE["dots"] if one.shared else PALETTE["own"]
            if pd.notna(one.low):
                panel.line([one.low, one.high], [height] * 2, colour, 2)
            panel.dots([one.rho], [height], PALETTE["paper"] if one.shared else colour, 7,
                       edge=colour if one.shared else None)  # fmt: skip
        return panel.sheet

    return captioned(name, "measures.figure.agreement", values, draw)


@drawing
def places_of_country(places: pd.DataFrame, *, name: str, place: str, first: int, last: int):
    """Draw where each measure puts a country among the others, and which way it moved.

    Parameters
    ----------
    places : pandas.DataFrame
        ``measure, percentile, direction, same_years, year, n``, one row per measure with a value.
    name, place : str
        File name; name in the reader's language.
    first, last : int
        The years over which directions are shown.
    """
    drawable(places, name)
    rows = list(places.itertuples())
    top, bottom = (pick(rows, key=lambda one: one.percentile) for pick in (max, min))
    values = {"place": place, "n": count(len(rows)), "first": year(first), "last": year(last),
              "top": label(top.measure), "high": share(top.percentile),
              "bottom": label(bottom.measure), "low": share(bottom.percentile)}  # fmt: skip

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        ways = [one.direction if one.same_years else "none" for one in rows]
        notes = [f"{one.year:g}, {one.n}" + ("" if narrow else f", {word(f'measures.legend.{way}')}")
                 for one, way in zip(rows, ways, strict=True)]  # fmt: skip
        panel, heights = row_chart([label(one.measure) for one in rows], notes, (-0.02, 1.02),
                                   _SHARES[:: 2 if narrow else 1], title, about,
                                   source_line([one.measure for one in rows]), narrow)  # fmt: skip
        panel.rules([[(0.5, 0), (0.5, panel.ylim[0])]], PALETTE["axis"], 1.0)
        for height, one, way in zip(heights, rows, ways, strict=True):
            hollow = way == "none"
            panel.dots([one.percentile], [height], PALETTE["paper"] if hollow else PALETTE["own"], 8,
                       edge=PALETTE["own"] if hollow else None, marker=DIRECTIONS[way])  # fmt: skip
        return panel.sheet

    return captioned(name, "measures.figure.places", values, draw)


@drawing
def places_apart(apart: pd.DataFrame, percentiles: pd.DataFrame, *, name: str, year: int):
    """Draw the countries that several measures place furthest apart: one row per country, one mark per measure.

    Parameters
    ----------
    apart : pandas.DataFrame
        ``unit, high, high_percentile, low, low_percentile``, one row per country that is drawn.
    percentiles : pandas.DataFrame
        One row per country, drawn or not; a column for each measure.
    name : str
        File name.
    year : int
        Year of the places.
    """
    drawable(apart, name)
    rows, measures = list(apart.itertuples()), list(percentiles)
    values = {"n": count(len(percentiles)), "year": Number(year, "year"), "shown": count(len(rows)),
              "measures": count(len(measures)), "place": country(rows[0].unit).name, "top": label(rows[0].high),
              "bottom": label(rows[0].low), "high": share(rows[0].high_percentile),
              "low": share(rows[0].low_percentile)}  # fmt: skip
    looks = dict(zip(measures, _PLACES, strict=False))

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        panel, heights = row_chart([country(one.unit).name for one in rows], [""] * len(rows), (-0.02, 1.02),
                                   _SHARES[:: 2 if narrow else 1], title, about, source_line(measures, year), narrow,
                                   keys=[(label(id), *looks[id]) for id in looks])  # fmt: skip
        for height, one in zip(heights, rows, strict=True):
            panel.rules([[(one.low_percentile, height), (one.high_percentile, height)]], PALETTE["grid"], 4, order=1)
            for id, (marker, colour) in looks.items():
                panel.dots([percentiles.loc[one.unit, id]], [height], PALETTE[colour], 7, marker=marker)
        return panel.sheet

    return captioned(name, "measures.figure.apart", values, draw)


@drawing
def measures_of_country(
    series: Mapping[str, pd.DataFrame], *, name: str, ids: Sequence[str], place: str, first: int, last: int
):
    """Draw the published values of a country, each measure on its own scale; a line ends where the method changes.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        By measure ``year, value, segment`` of the country.
    name, ids, place, first, last
        File name; measures in the order drawn; name in the reader's language; the years shown.
    """
    drawable(ids, name)
    smalls, ways = [], []
    for id in ids:
        inside = series[id][series[id]["year"].between(first, last)].sort_values("year")
        at = [since for since in method_years(indicator(id)) if first < since <= last]

        def draw(panel: Panel, rows: pd.DataFrame = inside, at: Sequence[int] = at) -> None:
            line(panel, rows, "value", PALETTE["own"], 2.2)
            breaks(panel, at)
            for year_, value in zip(rows["year"].tail(1), rows["value"].tail(1), strict=True):
                panel.dots([year_], [value], PALETTE["own"], 5)

        smalls.append(
            Small(label(id), "", (first, max(last, first + 1)), scale_limits(inside["value"], indicator(id)), draw)
        )
        ways.append(moved(inside))
    values = {"place": place, "n": count(len(ids)), "first": year(first), "last": year(last), "names": labels(ids),
              "lower": count(ways.count(-1)), "higher": count(ways.count(1))}  # fmt: skip

    def sheet(narrow: bool, title: str, about: str) -> Sheet:
        return small_panels(smalls, title, about, source_line(ids, last), narrow)

    return captioned(name, "measures.figure.series", values, sheet)


def scale_limits(drawn: pd.Series, one: Indicator) -> tuple[float, float]:
    """Return a short scale whole, and of every other no less than a fifth, so that little steps do not look large."""
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
