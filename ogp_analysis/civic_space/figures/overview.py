"""Figures of many countries at once: openness against civil society, and who moved most."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import sentence, word
from ogp_analysis.display.figure import canvas, drawable, drawing
from ogp_analysis.display.style import COLOURS


@drawing
def four_quadrants(points: pd.DataFrame, *, name: str, x: str, y: str, x_cut: float, y_cut: float, year: int):
    """Draw two measures against each other, cut into four quadrants.

    Parameters
    ----------
    points : pandas.DataFrame
        ``iso3, ogp`` (true for members) and a column for each measure, one row a country.
    name, x, y : str
        File name; ids of the two indicators.
    x_cut, y_cut : float
        Where the quadrants meet.
    year : int
        The year shown.
    """
    drawable(points.dropna(subset=[x, y]), name)
    figure, axes = canvas(7, 5, (0.65, 0.15, 0.5, 0.15))
    for member, marker, colour in ((False, "o", COLOURS["band"]), (True, "D", COLOURS["country"])):
        part = points[points["ogp"] == member]
        axes.scatter(
            part[x],
            part[y],
            s=16,
            marker=marker,
            facecolor=colour if member else "none",
            edgecolor=colour,
            linewidth=0.8,
            label=word("figures.quadrants.member" if member else "figures.quadrants.other"),
        )
    axes.axvline(x_cut, color=COLOURS["text"], linewidth=0.7)
    axes.axhline(y_cut, color=COLOURS["text"], linewidth=0.7)
    lower_right = points[(points[x] >= x_cut) & (points[y] < y_cut)].sort_values("iso3")
    for code, right, up in zip(lower_right["iso3"], lower_right[x], lower_right[y], strict=True):
        axes.annotate(code, (right, up), xytext=(3, 3), textcoords="offset points", fontsize=6)
    axes.set_xlabel(word(f"indicators.{x}.name"))
    axes.set_ylabel(word(f"indicators.{y}.name"))
    axes.legend(loc="lower right")
    values = {
        "x": word(f"indicators.{x}.name"),
        "y": word(f"indicators.{y}.name"),
        "year": year,
        "n": len(points.dropna(subset=[x, y])),
        "open_closed": len(lower_right),
        "x_cut": x_cut,
        "y_cut": y_cut,
    }
    closed = not (indicator(x).redistribute and indicator(y).redistribute)
    if closed:
        values = {name: value for name, value in values.items() if not name.endswith("_cut")}
    return (
        name,
        sentence("figures.quadrants.caption_drawn" if closed else "figures.quadrants.caption", **values).plain(),
        sentence("figures.quadrants.alt", **values).plain(),
        figure,
    )


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
    figure, axes = canvas(7, 0.2 * len(movers) + 0.8, (1.7, 0.15, 0.45, 0.15))
    for row, one in enumerate(movers.itertuples()):
        colour = COLOURS["other"] if one.last_value > one.first_value else COLOURS["event"]
        axes.plot([one.first_value, one.last_value], [row, row], color=colour, linewidth=1.6)
        axes.plot(one.first_value, row, "o", markerfacecolor="white", markeredgecolor=colour, markersize=4)
        axes.plot(one.last_value, row, "o", color=colour, markersize=5)
    axes.set_yticks(range(len(movers)), list(movers["place"]), fontsize=7)
    axes.invert_yaxis()
    axes.set_xlabel(word(f"indicators.{id}.name"))
    values = {
        "indicator": word(f"indicators.{id}.name"),
        "first": first,
        "last": last,
        "n": len(movers),
        "top": str(movers["place"].iloc[0]),
        "bottom": str(movers["place"].iloc[-1]),
    }
    return (
        name,
        sentence("figures.movements.caption", **values).plain(),
        sentence("figures.movements.alt", **values).plain(),
        figure,
    )


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
    figure, axes = canvas(7, 3)
    axes.fill_between(
        quantiles["year"],
        quantiles["p10"],
        quantiles["p90"],
        facecolor="none",
        edgecolor=COLOURS["band"],
        hatch="....",
        linewidth=0.4,
        label=word("figures.distribution.deciles"),
    )
    axes.fill_between(
        quantiles["year"],
        quantiles["q1"],
        quantiles["q3"],
        facecolor=COLOURS["light"],
        edgecolor=COLOURS["band"],
        linewidth=0.5,
        label=word("figures.distribution.quartiles"),
    )
    axes.plot(
        quantiles["year"], quantiles["median"], color=COLOURS["country"], label=word("figures.distribution.median")
    )
    axes.set_ylabel(word(f"indicators.{id}.short"))
    axes.set_title(word(f"indicators.{id}.name"))
    axes.legend(loc="best", frameon=True, facecolor="white", edgecolor="none")
    first, last = quantiles.iloc[0], quantiles.iloc[-1]
    values = {
        "indicator": word(f"indicators.{id}.name"),
        "region": region_name,
        "n": int(last["n"]),
        "first": int(first["year"]),
        "last": int(last["year"]),
        "start": float(first["median"]),
        "end": float(last["median"]),
    }
    return (
        name,
        sentence("figures.distribution.caption", **values).plain(),
        sentence("figures.distribution.alt", **values).plain(),
        figure,
    )
