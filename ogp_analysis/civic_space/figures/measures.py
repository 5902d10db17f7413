"""Figures of many measures at once: how far they agree, where they put a country, and how they move in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ogp_analysis.base.countries import country
from ogp_analysis.base.indicators import Indicator, indicator
from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.numbers import Number, count, share, year
from ogp_analysis.civic_space.breaks import method_years
from ogp_analysis.civic_space.measures.catalogue import label, labels, span
from ogp_analysis.display.figure import canvas, drawable, drawing
from ogp_analysis.display.style import COLOURS

#: Marker of each direction; told apart by shape, for readers in grey.
DIRECTIONS = {"rose": "^", "fell": "v", "unchanged": "s", "none": "o"}
#: Marker and colour of each measure that places are compared between, in the order given.
_PLACES = (("o", "country"), ("s", "event"), ("D", "other"), ("^", "third"), ("v", "second"), ("P", "band"))

#: Points of a scale that is shown whole; width taken for a scale without ends; least part of a scale that is shown.
_SHORT_SCALE, _OPEN_SCALE, _SMALLEST_PART = 16, 5.0, 0.2


@drawing
def agreement_dots(agreements: pd.DataFrame, *, name: str, core: str):
    """Draw the pooled rank correlation of one measure with each other, with its 95 % interval.

    Parameters
    ----------
    agreements : pandas.DataFrame
        ``y, shared, first, last, rho, low, high``, one row a measure and segment of years.
    name, core : str
        File name; id of the measure that all are held against.
    """
    drawable(agreements, name)
    agreements = agreements.sort_values(["rho", "y", "first"], ascending=[False, True, True])
    rows = list(agreements.itertuples())
    figure, axes = canvas(7, 0.23 * len(rows) + 1.2, (2.9, 0.8, 0.5, 0.6))
    for row, one in enumerate(rows):
        colour = COLOURS["band"] if one.shared else COLOURS["country"]
        if pd.notna(one.low):
            axes.plot([one.low, one.high], [row, row], color=colour, linewidth=1.6)
        axes.plot(one.rho, row, "o", markersize=5, color=colour, markerfacecolor="white" if one.shared else colour)
        axes.text(1.02, row, span(one.first, one.last), va="center", fontsize=7, transform=axes.get_yaxis_transform())
    _rows(axes, [label(one.y) for one in rows])
    axes.set_xlim(min(0.4, agreements["low"].fillna(agreements["rho"]).min()), 1)
    axes.set_xlabel(word("measures.figure.rho"))
    axes.legend(handles=[_dot("o", COLOURS["country"], "apart"), _dot("o", COLOURS["band"], "shared", hollow=True)],
                loc="lower left", bbox_to_anchor=(-0.8, 1), ncols=2)  # fmt: skip
    values = {
        "core": word(f"indicators.{core}.name"),
        "n": count(len(rows)),
        "shared": count(int(agreements["shared"].sum())),
        "top": label(rows[0].y),
        "high": Number(rows[0].rho, "ratio", 2),
        "bottom": word(f"indicators.{rows[-1].y}.short"),
        "low": Number(rows[-1].rho, "ratio", 2),
    }
    return _captioned(name, "measures.figure.agreement", values, figure)


@drawing
def places_of_country(places: pd.DataFrame, *, name: str, place: str, first: int, last: int):
    """Draw where each measure puts a country among the others, and which way it moved.

    Parameters
    ----------
    places : pandas.DataFrame
        ``measure, percentile, direction, same_years, year, n``, one row a measure with a value.
    name, place : str
        File name; name in the reader's language.
    first, last : int
        The years over which directions are shown.
    """
    drawable(places, name)
    rows = list(places.itertuples())
    figure, axes = canvas(7, 0.23 * len(rows) + 1.2, (2.9, 0.8, 0.5, 0.6))
    for row, one in enumerate(rows):
        known = one.direction if one.same_years else "none"
        axes.plot(one.percentile, row, DIRECTIONS[known], markersize=5.5, color=COLOURS["country"],
                  markerfacecolor="white" if known == "none" else COLOURS["country"])  # fmt: skip
        axes.text(1.02, row, f"{one.year:g}, {one.n}", va="center", fontsize=7, transform=axes.get_yaxis_transform())
    axes.axvline(0.5, color=COLOURS["text"], linewidth=0.7)
    _rows(axes, [label(one.measure) for one in rows])
    _share_axis(axes, "measures.figure.below")
    shapes = [_dot(m, COLOURS["country"], d, hollow=d == "none") for d, m in DIRECTIONS.items()]
    axes.legend(handles=shapes, loc="lower left", bbox_to_anchor=(-0.5, 1), ncols=4)
    top, bottom = (pick(rows, key=lambda one: one.percentile) for pick in (max, min))
    values = {"place": place, "n": count(len(rows)), "first": year(first), "last": year(last),
              "top": label(top.measure), "high": share(top.percentile),
              "bottom": label(bottom.measure), "low": share(bottom.percentile)}  # fmt: skip
    return _captioned(name, "measures.figure.places", values, figure)


@drawing
def places_apart(apart: pd.DataFrame, percentiles: pd.DataFrame, *, name: str, year: int):
    """Draw the countries that several measures place furthest apart: one row a country, one mark a measure.

    Parameters
    ----------
    apart : pandas.DataFrame
        ``unit, high, high_percentile, low, low_percentile``, one row a country that is drawn.
    percentiles : pandas.DataFrame
        One row a country, drawn or not; a column for each measure.
    name : str
        File name.
    year : int
        Year of the places.
    """
    drawable(apart, name)
    rows, measures = list(apart.itertuples()), list(percentiles)
    figure, axes = canvas(7, 0.24 * len(rows) + 1.6, (1.7, 0.2, 0.5, 0.95))
    for row, one in enumerate(rows):
        axes.plot([one.low_percentile, one.high_percentile], [row, row], color=COLOURS["light"], linewidth=3, zorder=1)
        for id, (marker, colour) in zip(measures, _PLACES, strict=False):
            axes.plot(percentiles.loc[one.unit, id], row, marker, color=COLOURS[colour], markersize=5)
    _rows(axes, [country(one.unit).name for one in rows])
    _share_axis(axes, "measures.figure.below")
    shapes = [Line2D([], [], marker=m, color=COLOURS[c], linestyle="", label=label(id))
              for id, (m, c) in zip(measures, _PLACES, strict=False)]  # fmt: skip
    axes.legend(handles=shapes, loc="lower left", bbox_to_anchor=(-0.3, 1), ncols=2)
    values = {"n": count(len(percentiles)), "year": Number(year, "year"), "shown": count(len(rows)),
              "measures": count(len(measures)), "place": country(rows[0].unit).name, "top": label(rows[0].high),
              "bottom": label(rows[0].low), "high": share(rows[0].high_percentile),
              "low": share(rows[0].low_percentile)}  # fmt: skip
    return _captioned(name, "measures.figure.apart", values, figure)


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
    columns = min(3, len(ids))
    rows = -(-len(ids) // columns)
    figure, grid = canvas(7, 1.5 * rows + 0.45, (0.5, 0.2, 0.35, 0.3), (0.3, 0.55), nrows=rows, ncols=columns,
                          sharex=True, squeeze=False)  # fmt: skip
    for axes, id in zip(grid.flat, ids, strict=False):
        for _, part in series[id].groupby("segment"):
            inside = part[part["year"].between(first, last)]
            axes.plot(inside["year"], inside["value"], color=COLOURS["country"], marker="o", markersize=2.5,
                      linewidth=1.3)  # fmt: skip
        for since in method_years(indicator(id)):
            if first < since <= last:
                axes.axvline(since - 0.5, color=COLOURS["event"], linestyle=":", linewidth=1)
        axes.set_title(label(id), fontsize=7)
        axes.tick_params(labelsize=6.5)
        axes.set_xlim(first - 0.5, last + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
        _scaled(axes, indicator(id))
    for axes in grid.flat[len(ids) :]:
        axes.set_visible(False)
    values = {"place": place, "n": count(len(ids)), "first": year(first), "last": year(last), "names": labels(ids)}
    return _captioned(name, "measures.figure.series", values, figure)


def _rows(axes, names: Sequence[str]) -> None:
    axes.set_yticks(range(len(names)), names, fontsize=7)
    axes.set_ylim(len(names) - 0.4, -0.6)


def _scaled(axes, one: Indicator) -> None:
    """Show a short scale whole, and of every other no less than a fifth, so that little steps do not look large."""
    drawn = [float(y) for line in axes.get_lines() for y in line.get_ydata() if line.get_linestyle() != ":"]
    whole = one.maximum - one.minimum if one.maximum is not None and one.minimum is not None else _OPEN_SCALE
    axes.yaxis.set_major_locator(MaxNLocator(nbins=4, integer=whole > 1 and one.scale != "interval"))
    if one.maximum is not None and 1 < whole <= _SHORT_SCALE:
        axes.set_ylim(one.minimum - 0.06 * whole, one.maximum + 0.06 * whole)
    elif drawn:
        middle = (max(drawn) + min(drawn)) / 2
        reach = max(max(drawn) - min(drawn), whole * _SMALLEST_PART) * 0.55
        axes.set_ylim(middle - reach, middle + reach)


def _share_axis(axes, key: str) -> None:
    axes.set_xlim(-0.02, 1.02)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25 %", "50 %", "75 %", "100 %"])
    axes.set_xlabel(word(key))


def _dot(marker: str, colour: str, label: str, hollow: bool = False) -> Line2D:
    face = "white" if hollow else colour
    return Line2D([], [], marker=marker, color=colour, markerfacecolor=face, linestyle="",
                  label=word(f"measures.legend.{label}"))  # fmt: skip


def _captioned(name: str, key: str, values: dict, figure):
    return name, sentence(f"{key}.caption", **values).plain(), sentence(f"{key}.alt", **values).plain(), figure
