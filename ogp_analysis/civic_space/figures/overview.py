"""Figures of many countries at once: how a measure is spread over them, and some side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.countries import region as region_code
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import language, word
from ogp_analysis.base.words.sentence import counts, decimal, indices, years
from ogp_analysis.display.figure import captioned, drawable, drawing, source_line
from ogp_analysis.display.lines import LINES, Line, LineChart, Plot, band, round_ends


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
    >>> values = ogp.panel("va_est", 2013, 2023).fixed("va_est").groupby("year")["value"]
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


def _shown(frames) -> tuple[int, int]:
    """Return the first and the last year of frames, each in the order of time."""
    return min(int(one["year"].iloc[0]) for one in frames), max(int(one["year"].iloc[-1]) for one in frames)


def _looks(labels: list[str]) -> list[tuple]:
    """Return colour, label and whether it is dashed, of each of some lines."""
    return [(LINES[number % len(LINES)], label, number >= len(LINES)) for number, label in enumerate(labels)]


def scale(values: pd.Series, id: str) -> tuple[float, float]:
    """Return the ends of an axis: those of an index, else round numbers around what is drawn."""
    one = indicator(id)
    return (0.0, 1.0) if one.scale == "index" and one.maximum in (None, 1) else round_ends(values)[:2]
