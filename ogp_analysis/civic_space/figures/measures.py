"""Figures of many measures at once: how far they agree, where they put a country, and how they move in it."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from ogp_analysis.base.countries import country
from ogp_analysis.base.indicators import Indicator, indicator
from ogp_analysis.base.words import sentence, word
from ogp_analysis.civic_space.measure_agreement import Agreement
from ogp_analysis.civic_space.measures.held import measure_label, method_years, span
from ogp_analysis.civic_space.standing import Spread, Standings
from ogp_analysis.display.figure import canvas, drawable, drawing
from ogp_analysis.display.style import COLOURS

#: Marker of each direction; told apart by shape, for readers in grey.
DIRECTIONS = {"rose": "^", "fell": "v", "unchanged": "s", "none": "o"}
#: Marker and colour of each measure that places are compared between, in the order given.
_PLACES = (("o", "country"), ("s", "event"), ("D", "other"), ("^", "third"), ("v", "second"), ("P", "band"))

#: Points of a scale that is shown whole; width taken for a scale without ends; least part of a scale that is shown.
_SHORT_SCALE, _OPEN_SCALE, _SMALLEST_PART = 16, 5.0, 0.2


@drawing
def agreement_dots(found: Sequence[Agreement], *, name: str, core: str):
    """Draw the pooled rank correlation of one measure with each other, with its 95 % interval.

    Parameters
    ----------
    found : sequence of Agreement
        One row a measure and stretch of years; those without an estimate are left out.
    name, core : str
        File name; id of the measure that all are held against.
    """
    rows = sorted((one for one in found if one.pooled), key=lambda one: (-one.pooled.rho, one.pair.y, one.first))
    drawable(rows, name)
    figure, axes = canvas(7, 0.23 * len(rows) + 1.2, (2.9, 0.8, 0.5, 0.6))
    for row, one in enumerate(rows):
        colour = COLOURS["band"] if one.pair.shared else COLOURS["country"]
        if one.pooled.low is not None:
            axes.plot([one.pooled.low, one.pooled.high], [row, row], color=colour, linewidth=1.6)
        axes.plot(one.pooled.rho, row, "o", markersize=5, color=colour,
                  markerfacecolor="white" if one.pair.shared else colour)  # fmt: skip
        axes.text(1.02, row, span(one.first, one.last), va="center", fontsize=7, transform=axes.get_yaxis_transform())
    axes.set_yticks(range(len(rows)), [measure_label(one.pair.y) for one in rows], fontsize=7)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlim(min(0.4, *(one.pooled.low or one.pooled.rho for one in rows)), 1)
    axes.set_xlabel(word("measures.figure.rho"))
    axes.legend(handles=[_dot("o", COLOURS["country"], "apart"), _dot("o", COLOURS["band"], "shared", hollow=True)],
                loc="lower left", bbox_to_anchor=(-0.8, 1), ncols=2)  # fmt: skip
    values = {
        "core": word(f"indicators.{core}.name"),
        "n": len(rows),
        "shared": sum(one.pair.shared for one in rows),
        "top": measure_label(rows[0].pair.y),
        "high": rows[0].pooled.rho,
        "bottom": word(f"indicators.{rows[-1].pair.y}.short"),
        "low": rows[-1].pooled.rho,
    }
    return _told(name, "measures.figure.agreement", values, figure)


@drawing
def places_of_country(found: Standings, *, name: str, place: str):
    """Draw where each measure puts a country among the others, and which way it moved.

    Parameters
    ----------
    found : Standings
        Measures without a value are left out.
    name, place : str
        File name; name in the reader's language.
    """
    rows = [row for row in found.rows if row.percentile is not None]
    drawable(rows, name)
    figure, axes = canvas(7, 0.23 * len(rows) + 1.2, (2.9, 0.8, 0.5, 0.6))
    for row, one in enumerate(rows):
        known = one.direction if one.direction and one.same_years else "none"
        axes.plot(one.percentile, row, DIRECTIONS[known], markersize=5.5, color=COLOURS["country"],
                  markerfacecolor="white" if known == "none" else COLOURS["country"])  # fmt: skip
        axes.text(1.02, row, f"{one.year}, {one.n}", va="center", fontsize=7, transform=axes.get_yaxis_transform())
    axes.axvline(0.5, color=COLOURS["text"], linewidth=0.7)
    axes.set_yticks(range(len(rows)), [measure_label(one.measure) for one in rows], fontsize=7)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    _share_axis(axes, "measures.figure.below")
    shapes = [_dot(m, COLOURS["country"], d, hollow=d == "none") for d, m in DIRECTIONS.items()]
    axes.legend(handles=shapes, loc="lower left", bbox_to_anchor=(-0.5, 1), ncols=4)
    top, bottom = (pick(rows, key=lambda one: one.percentile) for pick in (max, min))
    values = {"place": place, "n": len(rows), "first": found.first, "last": found.last,
              "top": measure_label(top.measure), "high": top.percentile,
              "bottom": measure_label(bottom.measure), "low": bottom.percentile}  # fmt: skip
    return _told(name, "measures.figure.places", values, figure)


@drawing
def places_apart(found: Spread, *, name: str, most: int = 15):
    """Draw the countries that several measures place furthest apart: one row a country, one mark a measure.

    Parameters
    ----------
    found : Spread
    name : str
        File name.
    most : int
        How many countries.
    """
    rows = found.units[:most]
    drawable(rows, name)
    figure, axes = canvas(7, 0.24 * len(rows) + 1.6, (1.7, 0.2, 0.5, 0.95))
    for row, one in enumerate(rows):
        axes.plot([one.low_percentile, one.high_percentile], [row, row], color=COLOURS["light"], linewidth=3, zorder=1)
        for id, (marker, colour) in zip(found.measures, _PLACES, strict=False):
            axes.plot(found.percentiles.loc[one.unit, id], row, marker, color=COLOURS[colour], markersize=5)
    axes.set_yticks(range(len(rows)), [country(one.unit).name for one in rows], fontsize=7)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    _share_axis(axes, "measures.figure.below")
    shapes = [Line2D([], [], marker=m, color=COLOURS[c], linestyle="", label=measure_label(id))
              for id, (m, c) in zip(found.measures, _PLACES, strict=False)]  # fmt: skip
    axes.legend(handles=shapes, loc="lower left", bbox_to_anchor=(-0.3, 1), ncols=2)
    values = {"n": found.n, "year": found.year, "shown": len(rows), "measures": len(found.measures),
              "place": country(rows[0].unit).name, "top": measure_label(rows[0].high),
              "bottom": measure_label(rows[0].low), "high": rows[0].high_percentile,
              "low": rows[0].low_percentile}  # fmt: skip
    return _told(name, "measures.figure.apart", values, figure)


@drawing
def measures_of_country(
    series: dict[str, list[pd.DataFrame]], *, name: str, ids: Sequence[str], place: str, first: int, last: int
):
    """Draw the published values of a country, each measure on its own scale; a line ends where the method changes.

    Parameters
    ----------
    series : dict of str to list of pandas.DataFrame
        By measure ``year, value`` of the country, one frame for each stretch of years made in one way.
    name, ids, place, first, last
        File name; measures in the order drawn; name in the reader's language; the years shown.
    """
    drawable(ids, name)
    columns = min(3, len(ids))
    rows = -(-len(ids) // columns)
    figure, grid = canvas(7, 1.5 * rows + 0.45, (0.5, 0.2, 0.35, 0.3), (0.3, 0.55), nrows=rows, ncols=columns,
                          sharex=True, squeeze=False)  # fmt: skip
    for axes, id in zip(grid.flat, ids, strict=False):
        for part in series[id]:
            inside = part[part["year"].between(first, last)]
            axes.plot(inside["year"], inside["value"], color=COLOURS["country"], marker="o", markersize=2.5,
                      linewidth=1.3)  # fmt: skip
        for year in method_years(indicator(id)):
            if first < year <= last:
                axes.axvline(year - 0.5, color=COLOURS["event"], linestyle=":", linewidth=1)
        axes.set_title(measure_label(id), fontsize=7)
        axes.tick_params(labelsize=6.5)
        axes.set_xlim(first - 0.5, last + 0.5)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4))
        _scaled(axes, indicator(id))
    for axes in grid.flat[len(ids) :]:
        axes.set_visible(False)
    names = ", ".join(measure_label(id) for id in ids)
    values = {"place": place, "n": len(ids), "first": first, "last": last, "names": names}
    return _told(name, "measures.figure.series", values, figure)


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


def _told(name: str, key: str, values: dict, figure):
    return name, sentence(f"{key}.caption", **values).plain(), sentence(f"{key}.alt", **values).plain(), figure
