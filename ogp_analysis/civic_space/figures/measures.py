"""Figures of many measures at once: how far they agree, where they put a country, and how they move in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.indicators import breaks_of, indicator
from ogp_analysis.base.words import language, word
from ogp_analysis.base.words.sentence import Number, counts, decimal, share, years
from ogp_analysis.display.figure import captioned, drawable, drawing, source_line
from ogp_analysis.display.lines import Line, Plot, SmallMultiples, breaks, moved, scale_limits, stepped
from ogp_analysis.display.rows import RowChart, dots, ranges
from ogp_analysis.display.sheet import Ticks

#: Marker of each direction; distinguished by shape, for readers in grey.
DIRECTIONS = {"rose": "^", "fell": "v", "unchanged": "s", "none": "o"}
#: Marker and colour of each measure that places are compared between, in the order given.
_PLACES = (("o", "own"), ("s", "region"), ("D", "review"), ("^", "ink"), ("v", "watch"), ("P", "dots"))


@drawing
def correlation_dots(correlations: pd.DataFrame, *, name: str, core: str):
    """Draw the pooled rank correlation of one measure with each other, with its 95 % interval.

    Parameters
    ----------
    correlations : pandas.DataFrame
        ``y, shared, first, last, rho, low, high``, one row per measure and stretch of years made in one way: the id of
        the measure, whether inputs are shared, the years, and the correlation with its interval, which may be missing.
    name, core : str
        File name; id of the measure that all are held against.

    Returns
    -------
    Figure
        It takes axes `ax` of a user.

    Examples
    --------
    >>> row = {"y": "va_est", "shared": True, "first": 2000, "last": 2023, "rho": 0.85, "low": 0.81, "high": 0.89}
    >>> ogp.civic_space.correlation_dots(pd.DataFrame([row]), name="agreement", core="v2xcs_ccsi").name
    'agreement'
    """
    drawable(correlations, name)
    rows = correlations.sort_values(["rho", "y", "first"], ascending=[False, True, True], ignore_index=True)
    (top, high), (bottom, low) = rows.iloc[[0, -1]][["y", "rho"]].to_numpy()
    # The axis begins at a tick below the lowest interval, so that the rows fill it; a dot needs no zero.
    lowest = min(0.6, np.floor(rows["low"].fillna(rows["rho"]).min() * 5) / 5)
    colours = np.where(rows["shared"], "dots", "own")
    values = {"core": word(f"indicators.{core}.name"), "top": _label(top), "bottom": word(f"indicators.{bottom}.short")}
    numbers = {"high": Number(high, "ratio", 2), "low": Number(low, "ratio", 2)}
    values |= numbers | counts(n=len(rows), shared=rows["shared"].sum())

    def axis(narrow: bool) -> Ticks:
        fifths = *range(round(lowest * 5), 5, 2 if narrow and lowest < 0.2 else 1), 5
        return [(at / 5, decimal(at / 5, 1, language())) for at in fifths]

    marks = [ranges(rows["low"], rows["high"], colours, 2), dots(rows["rho"], colours, 7, hollow=rows["shared"])]
    spans = [f"{a}–{b}" if a < b else f"{a}" for a, b in zip(rows["first"], rows["last"], strict=True)]
    chart = RowChart([_label(id) for id in rows["y"]], spans, marks, (lowest - 0.02, 1.02), axis)
    source = source_line([core, *dict.fromkeys(rows["y"])], int(rows["last"].max()))
    return captioned(name, "measures.figure.agreement", values, chart, source)


@drawing
def places_of_country(rows: pd.DataFrame, *, name: str, place: str, first: int, last: int):
    """Draw where each measure puts a country among the others, and which way it moved.

    Parameters
    ----------
    rows : pandas.DataFrame
        ``measure, percentile, direction, same_years, year, n``, one row per measure with a value.
    name, place : str
        File name; any usual name or code of the country.
    first, last : int
        The years over which directions are shown.

    Returns
    -------
    Figure
        It takes axes `ax` of a user.

    Examples
    --------
    >>> where = {"measure": "va_est", "percentile": 0.45, "year": 2023, "n": 200}
    >>> moved = {"direction": "fell", "same_years": True}
    >>> of = {"name": "places", "place": "Mexico", "first": 2013, "last": 2023}
    >>> ogp.civic_space.places_of_country(pd.DataFrame([where | moved]), **of).name
    'places'
    """
    drawable(rows, name)
    (top, high), (bottom, low) = (
        rows.iloc[pick(rows["percentile"])][["measure", "percentile"]] for pick in (np.argmax, np.argmin)
    )
    values = {
        "place": country(place).name,
        "top": _label(top),
        "high": share(high),
        "bottom": _label(bottom),
        "low": share(low),
    }
    ways = rows["direction"].where(rows["same_years"], "none")

    def notes(narrow: bool) -> list[str]:
        said = ["" if narrow else f", {word(f'measures.legend.{way}')}" for way in ways]
        return [f"{at:g}, {n}{way}" for at, n, way in zip(rows["year"], rows["n"], said, strict=True)]

    marks = [dots(rows["percentile"], marker=ways.map(DIRECTIONS), hollow=ways == "none")]
    chart = RowChart([_label(id) for id in rows["measure"]], notes, marks, rule=(0.5, 1.0))
    values |= counts(n=len(rows)) | years(first=first, last=last)
    return captioned(name, "measures.figure.places", values, chart, source_line(rows["measure"]))


@drawing
def places_apart(apart: pd.DataFrame, percentiles: pd.DataFrame, *, name: str, year: int):
    """Draw the countries that several measures place furthest apart: one row per country, one mark per measure.

    Parameters
    ----------
    apart : pandas.DataFrame
        ``unit, high, high_percentile, low, low_percentile``, one row per country that is drawn: the measures that place
        it highest and lowest, and the share of countries below it there, 0 to 1.
    percentiles : pandas.DataFrame
        One row per country, drawn or not, by code; a column for each measure.
    name : str
        File name.
    year : int
        Year of the places.

    Returns
    -------
    Figure
        It takes axes `ax` of a user.

    Examples
    --------
    >>> below = pd.DataFrame({"v2xcs_ccsi": [0.25, 0.75], "va_est": [0.75, 0.25]}, index=["MEX", "CHL"])
    >>> ends = {"high": "va_est", "high_percentile": 0.75, "low": "v2xcs_ccsi", "low_percentile": 0.25}
    >>> rows = pd.DataFrame([{"unit": "MEX", **ends}])
    >>> ogp.civic_space.places_apart(rows, below, name="furthest_apart", year=2023).name
    'furthest_apart'
    """
    drawable(apart, name)
    first, looks = apart.iloc[0], dict(zip(percentiles, _PLACES, strict=False))
    values = {"place": country(first["unit"]).name, **years(year=year)}
    values |= counts(n=len(percentiles), shown=len(apart), measures=percentiles.shape[1])
    values |= {"top": _label(first["high"]), "high": share(first["high_percentile"])}
    values |= {"bottom": _label(first["low"]), "low": share(first["low_percentile"])}
    marks = [ranges(apart["low_percentile"], apart["high_percentile"], "grid", 4)]
    marks += [dots(percentiles.loc[apart["unit"], id], colour, 7, marker) for id, (marker, colour) in looks.items()]
    keys = [(_label(id), *look) for id, look in looks.items()]
    chart = RowChart([country(unit).name for unit in apart["unit"]], [""] * len(apart), marks, keys=keys)
    return captioned(name, "measures.figure.apart", values, chart, source_line(percentiles, year))


@drawing
def measures_of_country(
    series: Mapping[str, pd.DataFrame], *, name: str, ids: Sequence[str], place: str, first: int, last: int
):
    """Draw the published values of a country, each measure on its own scale; a line ends where the method changes.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        By measure ``year, value, segment`` of the country; it may be withheld.
    name : str
        File name.
    ids : sequence of str
        Ids or names of the measures in the order drawn.
    place : str
        Any usual name or code of the country.
    first, last : int
        The years shown.

    Returns
    -------
    Figure
        It takes axes `ax` of a user, one for each measure.

    Examples
    --------
    >>> panel, of = ogp.civic_space.panel("v2xcs_ccsi", 2012, 2023), {"ids": ["v2xcs_ccsi"], "place": "MEX"}
    >>> own = {"v2xcs_ccsi": panel.own("v2xcs_ccsi", "MEX")}
    >>> ogp.civic_space.measures_of_country(own, name="measures", first=2012, last=2023, **of).name
    'measures'
    """
    drawable(ids, name)
    ids = [indicator(id).id for id in ids]
    inside = {id: series[id][series[id]["year"].between(first, last)].sort_values("year") for id in ids}
    plots = []
    for id, rows in inside.items():
        ends = scale_limits(rows["value"], indicator(id))
        at = [b.year for b in breaks_of(indicator(id)) if b.code == "method" and first < b.year <= last]
        layers = [Line(rows, dot=5), breaks(at)]
        plots.append(Plot(layers, (first, max(last, first + 1)), ends, _label(id), yticks=stepped(*ends)))
    ways = [moved(rows) for rows in inside.values()]
    values = {"place": country(place).name, "names": ", ".join(map(_label, ids))} | years(first=first, last=last)
    values |= counts(n=len(ids), lower=ways.count(-1), higher=ways.count(1))
    return captioned(name, "measures.figure.series", values, SmallMultiples(plots), source_line(ids, last))


def _label(id: str) -> str:
    return indicator(id).in_text
