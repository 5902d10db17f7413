"""Figures of many countries at once: openness against civil society, and who moved most."""

from __future__ import annotations

import pandas as pd
from matplotlib.ticker import MaxNLocator

from ogp_analysis.base.countries import country
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.numbers import count, index
from ogp_analysis.base.words.numbers import year as year_of
from ogp_analysis.display.figure import canvas, drawable, drawing
from ogp_analysis.display.style import COLOURS

#: Colours of lines that stand together; with more lines than these, the others are dashed.
_LINES = ("country", "event", "other", "second", "third", "text")


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
        "year": year_of(year),
        "n": count(len(points.dropna(subset=[x, y]))),
        "open_closed": count(len(lower_right)),
    }
    closed = not (indicator(x).redistribute and indicator(y).redistribute)
    if not closed:
        values |= {"x_cut": index(x_cut), "y_cut": index(y_cut)}
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
        "first": year_of(first),
        "last": year_of(last),
        "n": count(len(movers)),
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
        "n": count(last["n"]),
        "first": year_of(first["year"]),
        "last": year_of(last["year"]),
        "start": index(first["median"]),
        "end": index(last["median"]),
    }
    return (
        name,
        sentence("figures.distribution.caption", **values).plain(),
        sentence("figures.distribution.alt", **values).plain(),
        figure,
    )


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
    figure, axes = canvas(7, 3.4, (0.65, 1.35, 0.45, 0.35))
    ends = sorted((frame["value"].iloc[-1], frame["year"].iloc[-1], code) for code, frame in drawn.items())
    low, high = (getattr(pd.concat(drawn.values())["value"], end)() for end in ("min", "max"))
    apart, written_at = 0.05 * (high - low or 1), float("-inf")
    for number, (value, last, code) in enumerate(ends):
        colour, style = COLOURS[_LINES[number % len(_LINES)]], "--" if number >= len(_LINES) else "-"
        for _, part in drawn[code].groupby("segment"):
            axes.plot(part["year"], part["value"], color=colour, linestyle=style, marker="o", markersize=2.5)
        written_at = max(value, written_at + apart)
        axes.annotate(country(code).name, (last, value), (1.02, written_at), color=colour, fontsize=7, va="center",
                      textcoords=axes.get_yaxis_transform(), annotation_clip=False)  # fmt: skip
    axes.set_ylabel(word(f"indicators.{id}.short"))
    axes.set_title(word(f"indicators.{id}.name"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    about = {"indicator": word(f"indicators.{id}.name"), "names": ", ".join(country(code).name for code in drawn),
             "first": year_of(min(f["year"].iloc[0] for f in drawn.values())),
             "last": year_of(max(f["year"].iloc[-1] for f in drawn.values()))}  # fmt: skip
    caption, alt = (sentence(f"figures.side_by_side.{part}", **about).plain() for part in ("caption", "alt"))
    return name, caption, alt, figure
