"""Small multiples of measures that have different scales, bounds and breaks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.base.countries import Country
from ogp_analysis.base.countries import region as region_code
from ogp_analysis.base.indicators import breaks_of, indicator
from ogp_analysis.base.words import language, word
from ogp_analysis.base.words.sentence import counts, decimal
from ogp_analysis.base.words.sentence import years as in_years
from ogp_analysis.civic_space.views import SERIES, words_of
from ogp_analysis.display.figure import captioned, drawable, drawing, source_line
from ogp_analysis.display.lines import Line, Plot, SmallMultiples, band, breaks, moved, round_ends, shade, stepped

#: Scales of so few steps are drawn from end to end.
_FEW_STEPS = 16
#: Shading of episodes, in the panel of regimes.
_EPISODE = {"dem": "band", "aut": "tint"}


@drawing
def other_measures_of_country(
    measures: dict[str, tuple[pd.DataFrame, pd.DataFrame]],
    *,
    name: str,
    title: str,
    place: Country,
    years: tuple[int, int],
    episodes: pd.DataFrame | None = None,
):
    """Draw measures of a country beside the median of its region, each on its own scale.

    Lines join years that follow one another and lie on one side of a break; a break is a dotted line.

    Parameters
    ----------
    measures : dict of str to pair of pandas.DataFrame
        By id, in the order drawn: of the country ``year, value, low, high, segment``, and of its region
        ``year, median, n, segment``. Bounds are drawn as bands, coverage .68.
    name, title : str
        File name; what stands together here, a key of ``others.title``.
    place : Country
        Whose values they are.
    years : tuple of int
        First and last year shown.
    episodes : pandas.DataFrame or None
        ``direction, start, end``: shaded in the panel of regimes.

    Returns
    -------
    Figure
        It takes axes `ax` of a user, one for each measure.

    Examples
    --------
    >>> panel, kenya = ogp.civic_space.panel("va_est", 2013, 2023), ogp.country("KEN")
    >>> median = panel.series("va_est").groupby(["year", "segment"])["value"].median().rename("median").reset_index()
    >>> pair = panel.own("va_est", "KEN"), median
    >>> of = {"name": "voice", "title": "bounds", "place": kenya, "years": (2013, 2023)}
    >>> ogp.civic_space.other_measures_of_country({"va_est": pair}, **of).name
    'voice'
    """
    drawable(measures, name)
    plots, shaded = [], "ert_regime" in measures and episodes is not None and len(episodes) > 0
    for id, (frame, median) in measures.items():
        value = float(frame.loc[frame["year"].idxmax(), "value"])
        text = decimal(value, 0 if value.is_integer() and value else 2 if abs(value) < 10 else 1, language())
        layers = [
            shade(max(one.start - 0.5, years[0]), min(one.end + 0.5, years[1]), _EPISODE[one.direction])
            for one in (episodes.itertuples() if shaded and id == "ert_regime" else ())
        ]
        layers += [band(frame, "low", "high", "tint")]
        layers += [
            Line(median, "median", "region", dashed=True, width=1.4),
            Line(frame, label=text, bold=True, dot=5),
        ]
        drawn = pd.concat([frame["value"], frame["low"], frame["high"], median["median"]])
        plots.append(_plot(id, f"{words_of(id, 'unit')}; {words_of(id, 'direction')}", years, _ends(id), drawn, layers))
    went = [moved(frame) for frame, _ in measures.values()]
    values = counts(n=len(measures), higher=went.count(1), lower=went.count(-1))
    values |= in_years(first=years[0], last=years[1]) | {"title": word(f"others.title.{title}")}
    values |= {"place": place.name, "region": word(f"regions.{place.region}")}
    values |= {"names": ", ".join(words_of(id, "short") for id in measures)}
    bounds = "bounds" if any(frame["low"].notna().any() for frame, _ in measures.values()) else "no_bounds"
    case, source = "episodes" if shaded else bounds, source_line(measures, years[1])
    return captioned(name, "others.figure.country", values, SmallMultiples(plots), source, case)


@drawing
def other_measures_by_group(
    groups: dict[str, pd.DataFrame], *, name: str, title: str, region: str, years: tuple[int, int]
):
    """Draw measures for countries that ever joined OGP and for the others: medians, or shares of ordered categories.

    Parameters
    ----------
    groups : dict of str to pandas.DataFrame
        By id, in the order drawn, as ``panel.groups`` gives them: ``year, group, segment, n, q1, median, q3, count``.
        Where `count` is given, the share of `n` is drawn, else the median with the middle half of the countries.
    name, title, region : str
        File name; what stands together here, a key of ``others.title``; the set of countries, a region or ``"world"``.
    years : tuple of int
        First and last year shown.

    Returns
    -------
    Figure
        It takes axes `ax` of a user, one for each measure.

    Examples
    --------
    >>> groups = {"va_est": ogp.civic_space.panel("va_est", 2013, 2023).groups("va_est")}
    >>> of = {"name": "voice", "title": "bounds", "region": "world", "years": (2013, 2023)}
    >>> ogp.civic_space.other_measures_by_group(groups, **of).name
    'voice'
    """
    region = region_code(region)
    drawable(groups, name)
    plots, above = [], 0
    for id, frame in groups.items():
        shares = bool(frame["count"].notna().any())
        drawn = frame.assign(value=100 * frame["count"].astype("float64") / frame["n"] if shares else frame["median"])
        parts = {of: drawn[drawn["group"] == of] for of in ("never", "ever")}
        names = {of: word(f"others.figure.groups.{of}") for of in parts}
        never = Line(parts["never"], "value", "muted", names["never"], dashed=True, width=1.6)
        ever = Line(parts["ever"], "value", "region", names["ever"], bold=True)
        about = words_of(id, "share") if shares else f"{words_of(id, 'unit')}; {words_of(id, 'direction')}"
        spread, ends = parts["ever"][["q1", "q3"]].stack(), (0.0, 100.0) if shares else _ends(id)
        layers = [never, ever] if shares else [band(parts["ever"], "q1", "q3", "band"), never, ever]
        plots.append(_plot(id, about, years, ends, pd.concat([drawn["value"], spread]), layers))
        above += bool(ever.last and never.last and ever.last[1] > never.last[1])
    values = counts(n=len(groups), above=above) | in_years(first=years[0], last=years[1])
    values |= {"title": word(f"others.title.{title}"), "region": word(f"regions.{region}")}
    values |= {"names": ", ".join(words_of(id, "short") for id in groups)}
    return captioned(name, "others.figure.groups", values, SmallMultiples(plots), source_line(groups, years[1]))


def _plot(id: str, note: str, years: tuple[int, int], ends, drawn: pd.Series, layers) -> Plot:
    """Return the panel of a measure: its whole scale if that is short, else round numbers around what is drawn."""
    if ends is None:
        low, high, size = round_ends(drawn)
        steps = np.arange(low + size, high - size / 2, size)
    else:
        low, high = ends
        steps = np.arange(low + 1, high) if 1 < high - low <= _FEW_STEPS else [(low + high) / 2]
    at = [] if id in SERIES else [one.year for one in breaks_of(indicator(id)) if years[0] < one.year <= years[1]]
    shown, ticks = (years[0], max(years[1], years[0] + 1)), stepped(low, high, steps)
    return Plot([*layers, breaks(at)], shown, (low, high), words_of(id, "short"), note, yticks=ticks)


def _ends(id: str) -> tuple[float, float] | None:
    """Return the ends of a scale that is drawn whole."""
    one = None if id in SERIES else indicator(id)
    if one and one.scale in ("ordinal", "points") and one.maximum is not None and one.maximum <= _FEW_STEPS:
        return one.minimum, one.maximum
    return (0.0, 1.0) if one and one.scale == "index" and one.maximum in (None, 1) else None
