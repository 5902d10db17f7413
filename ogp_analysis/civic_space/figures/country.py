"""Figures of one country: its series under its OGP timeline, beside its region and OGP's members."""

from __future__ import annotations

import datetime as dt
import textwrap

import pandas as pd
from matplotlib.ticker import MaxNLocator

from ogp_analysis.base.words import language, sentence, word
from ogp_analysis.base.words.numbers import as_date, count, day, index, year
from ogp_analysis.display.figure import canvas, drawable, drawing, panels
from ogp_analysis.display.style import COLOURS

#: Fill of each status in the timeline; told apart by hatch as well, for readers in grey.
STATUS = {
    "participating": (COLOURS["country"], None),
    "inactive": (COLOURS["third"], "////"),
    "suspended": (COLOURS["event"], "xxxx"),
    "left": (COLOURS["light"], None),
}


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
    event_date: str | None = None,
    verified_until: dt.date | None = None,
):
    """Draw a country's series over its OGP timeline, in the years in which it has a value.

    Parameters
    ----------
    country : pandas.DataFrame
        ``year, value``: the country's published values.
    region : pandas.DataFrame
        ``year, median, n`` over the countries of its region, itself left out.
    members : pandas.DataFrame
        ``year, q1, q3, n``: spread over a fixed set of OGP members. A spread, not an uncertainty.
    spells : pandas.DataFrame
        ``start, end, status`` as dates, the end open if missing.
    events : pandas.DataFrame
        ``date, number``: dated events, numbered as in the table beside the figure.
    name, indicator, place, region_name : str
        File name; id of the indicator; names in the reader's language.
    event_date : str or None
        A date to mark, YYYY-MM-DD; one outside the years shown has no place here.
    verified_until : datetime.date or None
        Last day for which the standing is known; it is paler after that.
    """
    drawable(country, name)
    figure, (axes, strip) = canvas(
        7, 4.6, (0.65, 0.15, 0.55, 0.45), (0, 0.08), nrows=2, sharex=True, height_ratios=[5, 1.3]
    )
    axes.fill_between(
        members["year"],
        members["q1"],
        members["q3"],
        facecolor="none",
        edgecolor=COLOURS["band"],
        hatch="///",
        linewidth=0.4,
        label=word("figures.series.members"),
    )
    axes.plot(region["year"], region["median"], color=COLOURS["band"], linestyle="--", linewidth=1.4, label=region_name)
    axes.plot(country["year"], country["value"], color=COLOURS["country"], marker="o", markersize=3, label=place)
    axes.set_ylabel(word(f"indicators.{indicator}.short"))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    shown = (int(country["year"].min()) - 0.5, int(country["year"].max()) + 0.5)
    _timeline(strip, spells, events, shown, verified_until)
    if event_date and shown[0] <= decimal_year(as_date(event_date)) <= shown[1]:
        _mark(axes, event_date)
    strip.set_xlim(shown[0] - 0.2, shown[1] + 0.2)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2)
    strip.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=9))
    about = {
        "place": place,
        "region": region_name,
        "indicator": word(f"indicators.{indicator}.name"),
        "n": count(int(members["n"].min()) if len(members) else 0),
        "first": year(country["year"].min()),
        "last": year(country["year"].max()),
    }
    ends = {"start": index(country["value"].iloc[0]), "end": index(country["value"].iloc[-1])}
    alt = sentence("figures.series.alt", **about, **ends).plain()
    return name, sentence("figures.series.caption", **about).plain(), alt, figure


def _timeline(axes, spells: pd.DataFrame, events: pd.DataFrame, shown: tuple[float, float], verified_until) -> None:
    """Draw spells as bars and events as numbered ticks, in decimal years, as far as they lie in the years shown."""
    known = shown[1] if verified_until is None else decimal_year(verified_until)
    for status, rows in spells.groupby("status", sort=True):
        for first, last, alpha in ((shown[0], min(known, shown[1]), 1.0), (max(known, shown[0]), shown[1], 0.35)):
            bars = _bars(rows, first, last)
            look = {"facecolor": STATUS[status][0], "hatch": STATUS[status][1], "edgecolor": "white", "linewidth": 0.5}
            label = word(f"ogp.status.{status}") + (f" ({word('figures.series.unverified')})" if alpha < 1 else "")
            if bars:
                axes.broken_barh(bars, (0.1, 0.35), alpha=alpha, label=label, **look)
    inside = events.loc[[i for i, d in events["date"].items() if shown[0] <= decimal_year(d) <= shown[1]]]
    for row, level in zip(inside.itertuples(), _levels([decimal_year(d) for d in inside["date"]]), strict=True):
        x, top = decimal_year(row.date), 0.5 + 0.13 * level
        axes.plot([x, x], [0.36, top], color=COLOURS["text"], linewidth=0.6)
        axes.text(x, top, str(row.number), ha="center", va="bottom", fontsize=6)
    axes.set_ylim(0, 1)
    axes.set_yticks([])
    axes.grid(visible=False)
    axes.set_ylabel(word("figures.series.timeline"), rotation=0, ha="right", va="center")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(loc="upper left", bbox_to_anchor=(0, -0.3), ncols=4)


def _bars(spells: pd.DataFrame, first: float, last: float) -> list[tuple[float, float]]:
    """Return start and length of the part of each spell that lies between two points."""
    starts = [max(decimal_year(d), first) for d in spells["start"]]
    ends = [last if pd.isna(d) else min(decimal_year(d), last) for d in spells["end"]]
    return [(a, b - a) for a, b in zip(starts, ends, strict=True) if b > a]


def _levels(places: list[float], apart: float = 0.45, most: int = 4) -> list[int]:
    """Return at which height each number of a timeline is written, so that neighbours do not overlap."""
    free = [-1e9] * most
    levels = []
    for place in places:
        level = next((n for n in range(most) if place - free[n] >= apart), free.index(min(free)))
        free[level] = place
        levels.append(level)
    return levels


def _mark(axes, event_date: str) -> None:
    date = as_date(event_date)
    axes.axvline(decimal_year(date), color=COLOURS["event"], linewidth=1.2, linestyle=":", label=day(date, language()))


def decimal_year(day) -> float:
    """Return where a date stands on an axis of years on which a year's value stands in its middle."""
    return day.year + (day.timetuple().tm_yday - 1) / 365.25 - 0.5


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
    figure, grid = panels(len(ids), (int(country["year"].min()), int(country["year"].max())), 1.6, 0.6)
    for axes, one in zip(grid, ids, strict=True):
        axes.plot(region["year"], region[one], color=COLOURS["band"], linestyle="--", linewidth=1.1)
        axes.plot(country["year"], country[one], color=COLOURS["country"], linewidth=1.5)
        axes.set_title(textwrap.fill(word(f"indicators.{one}.short"), 34), fontsize=7.5)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=3))
    values = {"place": place, "region": region_name, "n": count(len(ids))}
    return (
        name,
        sentence("figures.multiples.caption", **values).plain(),
        sentence("figures.multiples.alt", **values).plain(),
        figure,
    )


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
    figure, axes = canvas(7, 2.8)
    axes.fill_between(
        country["year"],
        country["low"],
        country["high"],
        color=COLOURS["country"],
        alpha=0.25,
        linewidth=0,
        label=word("figures.bounded.band"),
    )
    axes.plot(country["year"], country["value"], color=COLOURS["country"], label=place)
    axes.set_title(word(f"indicators.{id}.name"))
    axes.set_ylabel(word(f"indicators.{id}.short"))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="best")
    last = country.iloc[-1]
    values = {
        "place": place,
        "indicator": word(f"indicators.{id}.name"),
        "year": year(last["year"]),
        "value": index(last["value"]),
        "low": index(last["low"]),
        "high": index(last["high"]),
    }
    return (
        name,
        sentence("figures.bounded.caption", **values).plain(),
        sentence("figures.bounded.alt", **values).plain(),
        figure,
    )


@drawing
def change_among_countries(
    differences: pd.Series, own: float, *, name: str, id: str, place: str, first: int, last: int
):
    """Draw how far each country moved between two years, and where this one stands among them.

    Parameters
    ----------
    differences : pandas.Series
        The change of every country that has both years.
    own : float
        The change of this country.
    name, id, place, first, last
        File name; indicator; name in the reader's language; the years compared.
    """
    drawable(differences, name)
    figure, axes = canvas(7, 2.4)
    axes.hist(differences, bins=40, color=COLOURS["light"], edgecolor=COLOURS["band"], linewidth=0.5)
    axes.axvline(0, color=COLOURS["text"], linewidth=0.7)
    axes.axvline(own, color=COLOURS["country"], linewidth=2, label=place)
    axes.set_xlabel(word("figures.change.axis") + f", {first}–{last}")
    axes.set_ylabel(word("figures.change.countries"))
    axes.set_title(word(f"indicators.{id}.name"))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(loc="best")
    values = {
        "place": place,
        "indicator": word(f"indicators.{id}.name"),
        "first": year(first),
        "last": year(last),
        "own": index(own, signed=True),
        "n": count(len(differences)),
        "fell": count((differences < 0).sum()),
    }
    return (
        name,
        sentence("figures.change.caption", **values).plain(),
        sentence("figures.change.alt", **values).plain(),
        figure,
    )


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
    ids = list(coverage.columns)
    figure, axes = canvas(7, 0.22 * len(ids) + 0.7, (2.1, 0.15, 0.4, 0.15))
    for row, one in enumerate(ids):
        held = coverage.index[coverage[one] > 0]
        axes.broken_barh([(at - 0.45, 0.9) for at in held], (row - 0.35, 0.7), facecolor=COLOURS["country"])
    axes.set_yticks(range(len(ids)), [word(f"indicators.{one}.short") for one in ids], fontsize=7)
    axes.set_ylim(len(ids) - 0.4, -0.6)
    axes.set_xlim(coverage.index.min() - 0.6, coverage.index.max() + 0.6)
    axes.grid(visible=False)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    empty = count((coverage == 0).to_numpy().sum())
    values = {"place": place, "n": count(len(ids)), "cells": count(coverage.size), "empty": empty}
    return (
        name,
        sentence("figures.coverage.caption", **values).plain(),
        sentence("figures.coverage.alt", **values).plain(),
        figure,
    )
