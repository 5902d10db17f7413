"""Small multiples of measures that have different scales, bounds and breaks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import language, sentence, word
from ogp_analysis.base.words.numbers import count, decimal, year
from ogp_analysis.civic_space.barriers import SERIES, words_of
from ogp_analysis.civic_space.breaks import breaks_of
from ogp_analysis.civic_space.figures.captions import captioned
from ogp_analysis.civic_space.figures.small import Small, band, breaks, line, moved, round_ends, small_panels
from ogp_analysis.civic_space.figures.source import source_line
from ogp_analysis.display.figure import drawable, drawing
from ogp_analysis.display.sheet import PALETTE, Panel, Sheet

#: Scales of so few steps are drawn from end to end.
_FEW_STEPS = 16
#: Shading of episodes, in the panel of regimes.
_EPISODE = {"dem": "band", "aut": "tint"}


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
    shaded = "ert_regime" in own and episodes is not None and len(episodes) > 0

    def small(id: str) -> Small:
        frame, beside = own[id], medians[id]

        def draw(panel: Panel) -> None:
            if shaded and id == "ert_regime":
                for one in episodes.itertuples():
                    span = max(one.start - 0.5, years[0]), min(one.end + 0.5, years[1])
                    panel.bar(*span, *panel.ylim, PALETTE[_EPISODE[one.direction]], order=0)
            band(panel, frame, "low", "high", PALETTE["tint"])
            line(panel, beside, "median", PALETTE["region"], 1.4, (4, 2))
            line(panel, frame, "value", PALETTE["own"], 2.2)
            breaks(panel, _breaks(id, years))
            last = frame.loc[frame["year"].idxmax()]
            panel.dots([last["year"]], [last["value"]], PALETTE["own"], 5)
            value = float(last["value"])
            text = decimal(value, 0 if value.is_integer() and value else 2 if abs(value) < 10 else 1, language())
            panel.sheet.ends(panel, [(last["year"], last["value"], text, PALETTE["own"], "bold")],
                             pad=6, size=panel.sheet.size["note"])  # fmt: skip

        drawn = pd.concat([frame["value"], frame["low"], frame["high"], beside["median"]])
        return _small(id, f"{words_of(id, 'unit')}; {words_of(id, 'direction')}", years, _ends(id), drawn, draw)

    about = {"title": title, "n": count(len(own)), "place": place, "region": region_name}
    about |= {"first": year(years[0]), "last": year(years[1])}
    about["names"] = ", ".join(words_of(id, "short") for id in own)
    bounds = (
        "episodes" if shaded else "bounds" if any(frame["low"].notna().any() for frame in own.values()) else "no_bounds"
    )
    went = [moved(frame) for frame in own.values()]
    ways = {"higher": count(sum(way > 0 for way in went)), "lower": count(sum(way < 0 for way in went))}
    head = sentence("others.figure.country.title", **about, **ways).plain()
    sub = sentence("others.figure.country.about", case=bounds, **about).plain()
    caption = sentence("others.figure.country.caption", case=bounds, **about)
    alt = sentence("others.figure.country.alt", **about)
    smalls = [small(id) for id in own]
    sheets = [small_panels(smalls, head, sub, source_line(own, years[1]), narrow) for narrow in (False, True)]
    return name, caption.plain(), alt.plain(), tuple(sheets)


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

    def small(id: str) -> tuple[Small, bool]:
        frame, shares = groups[id], bool(groups[id]["count"].notna().any())
        drawn = frame.assign(value=100 * frame["count"].astype("float64") / frame["n"] if shares else frame["median"])
        parts = {group: drawn[drawn["group"] == group] for group in ("never", "ever")}

        def draw(panel: Panel) -> None:
            if not shares:
                band(panel, parts["ever"], "q1", "q3", PALETTE["band"])
            line(panel, parts["never"], "value", PALETTE["muted"], 1.6, (4, 2))
            line(panel, parts["ever"], "value", PALETTE["region"], 2.2)
            breaks(panel, _breaks(id, years))
            items = []
            for group, colour, weight in (("never", "muted", "normal"), ("ever", "region", "bold")):
                rows = parts[group].dropna(subset=["value"])
                if len(rows):
                    at = rows.loc[rows["year"].idxmax()]
                    items.append(
                        (at["year"], at["value"], word(f"others.figure.groups.{group}"), PALETTE[colour], weight)
                    )
            panel.sheet.ends(panel, items, pad=6, size=panel.sheet.size["note"])

        about = words_of(id, "share") if shares else f"{words_of(id, 'unit')}; {words_of(id, 'direction')}"
        ends = (0.0, 100.0) if shares else _ends(id)
        spread = drawn["value"] if shares else pd.concat([drawn["value"], parts["ever"]["q1"], parts["ever"]["q3"]])
        ever, never = (
            part.dropna(subset=["value"])["value"].tail(1).tolist() for part in (parts["ever"], parts["never"])
        )
        return _small(id, about, years, ends, spread, draw), bool(ever and never and ever[0] > never[0])

    made = [small(id) for id in groups]
    values = {"title": title, "n": count(len(groups)), "region": region_name}
    values |= {"first": year(years[0]), "last": year(years[1])}
    values["names"] = ", ".join(words_of(id, "short") for id in groups)
    smalls = [one for one, _ in made]

    def draw(narrow: bool, title: str, about: str) -> Sheet:
        return small_panels(smalls, title, about, source_line(groups, years[1]), narrow)

    above = count(sum(above for _, above in made))
    return captioned(name, "others.figure.groups", values, draw, above=above)


def _small(id: str, note: str, years: tuple[int, int], ends, drawn: pd.Series, draw) -> Small:
    """Return the panel of a measure: its whole scale if that is short, else round numbers around what is drawn."""
    if ends is None:
        low, high, size = round_ends(drawn)
        ends = low, high
        steps = tuple(np.arange(ends[0] + size, ends[1] - size / 2, size).tolist())
    elif ends[1] - ends[0] <= _FEW_STEPS:
        steps = tuple(np.arange(ends[0] + 1, ends[1]).tolist()) if ends[1] - ends[0] > 1 else (sum(ends) / 2,)
    else:
        steps = (sum(ends) / 2,)
    return Small(
        words_of(id, "short"), note, years if years[1] > years[0] else (years[0], years[0] + 1), ends, draw, steps
    )


def _breaks(id: str, years: tuple[int, int]) -> list[int]:
    return [] if id in SERIES else [one.year for one in breaks_of(indicator(id)) if years[0] < one.year <= years[1]]


def _ends(id: str) -> tuple[float, float] | None:
    """Return the ends of a scale that is drawn whole."""
    if id in SERIES:
        return None
    one = indicator(id)
    few = one.scale in ("ordinal", "points") and one.maximum is not None and one.maximum <= _FEW_STEPS
    if few:
        return one.minimum, one.maximum
    return (0.0, 1.0) if one.scale == "index" and (one.maximum in (None, 1)) else None
