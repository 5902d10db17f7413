"""Small multiples of measures that have different scales, bounds and breaks."""

from __future__ import annotations

import textwrap

import numpy as np
import pandas as pd
from matplotlib.ticker import MaxNLocator

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import language, sentence, word
from ogp_analysis.base.words.numbers import count, decimal, year
from ogp_analysis.civic_space.barriers import SERIES
from ogp_analysis.civic_space.breaks import breaks_of
from ogp_analysis.display.figure import drawable, drawing, panels
from ogp_analysis.display.style import COLOURS

#: Height of a row of panels, and of it what is written above and below them, in inches.
_ROW, _WORDS = 1.7, 0.7
#: Scales of so few steps are drawn from end to end.
_FEW_STEPS = 16
_EPISODE = {"dem": (COLOURS["other"], "...."), "aut": (COLOURS["event"], "////")}


@drawing
def other_measures_of_country(
    own: dict[str, pd.DataFrame],
    medians: dict[str, pd.DataFrame],
    *,
    name: str,
    place: str,
    region_name: str,
    title: str,
    years: tuple[int, int],
    episodes: pd.DataFrame | None = None,
):
    """Draw measures of a country beside the median of its region, each on its own scale.

    Lines join years that follow one another and lie on one side of a break; a break is a dotted line.

    Parameters
    ----------
    own : dict of str to pandas.DataFrame
        By id, in the order drawn: ``year, value, low, high, segment``. Bounds are drawn as bands, coverage .68.
    medians : dict of str to pandas.DataFrame
        By id: ``year, median, n, segment``.
    name, place, region_name, title
        File name; names in the reader's language; what stands together here.
    years : tuple of int
        First and last year shown.
    episodes : pandas.DataFrame or None
        ``direction, start, end``: shaded in the panel of regimes.
    """
    drawable(own, name)
    figure, grid = panels(len(own), years, _ROW, _WORDS)
    for axes, (id, frame) in zip(grid, own.items(), strict=True):
        _median(axes, medians[id])
        _band(axes, frame, "low", "high", COLOURS["country"])
        _line(axes, frame)
        _breaks(axes, id, years)
        if id == "ert_regime" and episodes is not None and len(episodes):
            _episodes(axes, episodes, years)
        _dress(axes, id)
        _label_last(axes, frame)
    about = {"title": title, "n": count(len(own)), "place": place, "region": region_name}
    about |= {"first": year(years[0]), "last": year(years[1])}
    about["names"] = ", ".join(_word(id, "short") for id in own)
    shaded = "ert_regime" in own and episodes is not None and len(episodes) > 0
    bounds = (
        "episodes" if shaded else "bounds" if any(frame["low"].notna().any() for frame in own.values()) else "no_bounds"
    )
    caption = sentence("others.figure.country.caption", case=bounds, **about)
    alt = sentence("others.figure.country.alt", **about)
    return name, caption.plain(), alt.plain(), figure


@drawing
def other_measures_by_group(
    groups: dict[str, pd.DataFrame], *, name: str, title: str, region_name: str, years: tuple[int, int]
):
    """Draw measures for countries that ever joined OGP and for the others: medians, or shares of ordered categories.

    Parameters
    ----------
    groups : dict of str to pandas.DataFrame
        By id, in the order drawn: ``year, group, segment, n, q1, median, q3, count``. Where `count` is given, the
        share of `n` is drawn, else the median with the middle half of the countries.
    name, title, region_name
        File name; what stands together here; the set of countries.
    years : tuple of int
        First and last year shown.
    """
    drawable(groups, name)
    figure, grid = panels(len(groups), years, _ROW, _WORDS)
    for axes, (id, frame) in zip(grid, groups.items(), strict=True):
        shares = frame["count"].notna().any()
        for group, colour, style in (("never", COLOURS["band"], "--"), ("ever", COLOURS["country"], "-")):
            rows = frame[frame["group"] == group]
            drawn = rows.assign(value=100 * rows["count"].astype("float64") / rows["n"] if shares else rows["median"])
            _line(axes, drawn, colour, style)
            if not shares:
                _band(axes, drawn, "q1", "q3", colour)
        _breaks(axes, id, years)
        _dress(axes, id, shares)
    about = {"title": title, "n": count(len(groups)), "region": region_name}
    about |= {"first": year(years[0]), "last": year(years[1])}
    about["names"] = ", ".join(_word(id, "short") for id in groups)
    caption, alt = (sentence(f"others.figure.groups.{part}", **about).plain() for part in ("caption", "alt"))
    return name, caption, alt, figure


def _line(axes, frame: pd.DataFrame, colour: str = COLOURS["country"], style: str = "-") -> None:
    """Draw values as dots, and lines between years that follow one another in one segment."""
    for years, values in _stretches(frame, "value"):
        axes.plot(years, values, color=colour, linestyle=style, linewidth=1.3, marker="o", markersize=1.8)


def _band(axes, frame: pd.DataFrame, low: str, high: str, colour: str) -> None:
    """Draw the space between two columns, in the same stretches as lines; over a single year as a bar."""
    for years, lows, highs in _stretches(frame, low, high):
        if len(years) > 1:
            axes.fill_between(years, lows, highs, color=colour, alpha=0.18, linewidth=0)
        else:
            axes.vlines(years, lows, highs, color=colour, alpha=0.35, linewidth=1.5)


def _median(axes, frame: pd.DataFrame) -> None:
    for years, values in _stretches(frame, "median"):
        axes.plot(years, values, color=COLOURS["band"], linestyle="--", linewidth=1.0,
                  marker="" if len(years) > 1 else "_", markersize=4)  # fmt: skip


def _stretches(frame: pd.DataFrame, *columns: str) -> list[list[np.ndarray]]:
    """Return years and columns in pieces without a missing year, a missing value or a break; rows are in order."""
    values = [frame[name].to_numpy("float64") for name in ("year", *columns, "segment")]
    values = [one[~np.isnan(values).any(axis=0)] for one in values]
    at, segment = values[0], values[-1]
    cuts = np.flatnonzero((np.diff(at) != 1) | (np.diff(segment) != 0)) + 1
    return [list(piece) for piece in zip(*(np.split(one, cuts) for one in values[:-1]), strict=True) if len(piece[0])]


def _breaks(axes, id: str, years: tuple[int, int]) -> None:
    for one in breaks_of(indicator(id)) if id not in SERIES else ():
        if years[0] < one.year <= years[1]:
            axes.axvline(one.year - 0.5, color=COLOURS["text"], linewidth=0.7, linestyle=":")


def _episodes(axes, episodes: pd.DataFrame, years: tuple[int, int]) -> None:
    for one in episodes.itertuples():
        colour, hatch = _EPISODE[one.direction]
        span = max(one.start, years[0]) - 0.5, min(one.end, years[1]) + 0.5
        axes.axvspan(*span, facecolor="none", edgecolor=colour, hatch=hatch, linewidth=0, alpha=0.5)


def _dress(axes, id: str, shares: bool = False) -> None:
    """Write what is drawn, its scale and its direction, and give short scales their whole length."""
    about = _word(id, "share") if shares else f"{_word(id, 'unit')}; {_word(id, 'direction')}"
    lines = textwrap.wrap(about, 46)
    axes.set_title(_word(id, "short"), fontsize=7.5, pad=2 + 7 * len(lines))
    axes.text(0, 1.02, "\n".join(lines), transform=axes.transAxes, fontsize=5.5, va="bottom", color="#555555")
    ends = (0.0, 100.0) if shares else _ends(id)
    if ends is not None:
        reach = 0.06 * (ends[1] - ends[0])
        axes.set_ylim(ends[0] - reach, ends[1] + reach)
        axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, steps=[1, 2, 4, 5, 10]))
    else:
        axes.yaxis.set_major_locator(MaxNLocator(nbins=3))


def _ends(id: str) -> tuple[float, float] | None:
    if id in SERIES:
        return None
    one = indicator(id)
    few = one.scale in ("ordinal", "points") and one.maximum is not None and one.maximum <= _FEW_STEPS
    return (one.minimum, one.maximum) if few else None


def _label_last(axes, frame: pd.DataFrame) -> None:
    """Write the last value beside its dot."""
    last = frame.loc[frame["year"].idxmax()]
    size = abs(last["value"])
    decimals = 0 if float(last["value"]).is_integer() and size != 0 else 2 if size < 10 else 1
    axes.annotate(decimal(float(last["value"]), decimals, language()), (last["year"], last["value"]), xytext=(3, 0),
                  textcoords="offset points", fontsize=6, va="center", color=COLOURS["country"])  # fmt: skip


def _word(id: str, what: str) -> str:
    return word(f"others.series.{id}.{what}" if id in SERIES else f"indicators.{id}.{what}")
