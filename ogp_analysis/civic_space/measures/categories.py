"""The categories that publishers themselves sort countries into, never our own quantiles, and how far they agree.

The facts are data, in ``categories.toml``: cut points as published, and on which of three levels each category
stands. The levels are our reading, so results that depend on them are shown for every other reading too.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Number, count
from ogp_analysis.civic_space.measures.agreement import FEWEST
from ogp_analysis.civic_space.measures.catalogue import FIRST_YEAR, house, share_inputs
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.data.store import hand_out
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.agreement import Kappa, weighted_kappa

#: Levels on which publishers with different numbers of categories are compared: least, middle, most free.
LEVELS = 3
#: The status that Freedom in the World prints is not a measure of the catalogue, but cut from one.
_CUT_FROM = {"fiw_status": "fiw_total"}
_KEY = ["unit", "year"]


@dataclass(frozen=True)
class Categories:
    """What one publisher's categories are.

    Attributes
    ----------
    id : str
        Id of the measure, or ``"fiw_status"``, which is published as a category only.
    categories : tuple of str
        From the least free.
    level : tuple of int
        Level of each category, 0 to :data:`LEVELS` − 1, never falling.
    source : str
        Where the publisher states them.
    cuts : tuple of tuple of float
        For each segment of the series the lowest value of every category but the first; empty if the value itself
        is the category.
    base : int
        Number of the first category where the value is the category.
    """

    id: str
    categories: tuple[str, ...]
    level: tuple[int, ...]
    source: str
    cuts: tuple[tuple[float, ...], ...] = ()
    base: int = 0


@dataclass(frozen=True)
class CategoryAgreements(Shown):
    """Weighted kappas of the categories of every two publishers.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per pair of publishers that rate at least :data:`~.agreement.FEWEST` countries in one year, the last:
        ``x, y`` (ids as in :func:`published`), ``shared`` (inputs in common), ``year, n``; ``categories`` compared,
        ``as_published`` or else on :data:`LEVELS`; ``same``, countries in the same one; ``quadratic, low, high`` and
        ``linear, linear_low, linear_high`` (kappas, 95% intervals); ``lowest, highest`` (quadratic kappa over all ways
        to put the categories on the levels in their order; missing if there is one way only).
    """

    frame: pd.DataFrame = field(repr=False, compare=False)

    def text(self) -> Parts:
        """Say from which kappa to which, and between which publishers."""
        frame, values = self.frame, {}
        if len(frame):
            low, high = (frame.loc[at] for at in (frame["quadratic"].idxmin(), frame["quadratic"].idxmax()))
            values = {"low": Number(low["quadratic"], "ratio", 2), "lowest": _names(low),
                      "high": Number(high["quadratic"], "ratio", 2), "highest": _names(high)}  # fmt: skip
        case = "found" if len(frame) else "absent"
        return Parts([say("measures.kappa", case=case, n=count(len(frame)), **values)])

    def table(self) -> Table | Parts:
        """Return the kappas, one row per pair of publishers; nothing if there is none."""
        frame = self.frame
        if frame.empty:
            return Parts()
        ways = {True: "as_published", False: "on_levels"}
        frame = frame.assign(
            x=[word(f"measures.class.{id}") for id in frame["x"]],
            y=[word(f"measures.class.{id}") for id in frame["y"]],
            categories=[
                sentence(f"measures.categories.{ways[one.as_published]}", n=count(one.categories)).plain()
                for one in frame.itertuples()
            ],
            **{end: frame[end].astype("object").mask(frame["as_published"], "not_applicable")
               for end in ("lowest", "highest")},
        )  # fmt: skip
        return tabled("categories", word("measures.table.kappa"), frame)


def published() -> dict[str, Categories]:
    """Return the published categories by the id of their measure, in a fixed order."""
    made = {}
    for id, facts in _facts().items():
        known = {name: tuple(facts[name]) for name in ("categories", "level")}
        cuts = tuple(tuple(cuts) for cuts in facts.get("cuts", ()))
        made[id] = Categories(id, **known, source=facts["source"], cuts=cuts, base=facts.get("base", 0))
    return made


def rated(series: Mapping[str, pd.DataFrame], edition: str) -> dict[str, pd.DataFrame]:
    """Return the category of every country and year by measure: ``unit, year, category``, counted from 0.

    Measures that the edition does not hold are left out, and so is the older version of a series held twice.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        By id ``unit, year, value, segment``.
    edition : str
        Which data the status of Freedom in the World is read from.

    Raises
    ------
    CleaningError
        If a value has no category.
    """
    made = {}
    for id, one in published().items():
        if id not in series:
            continue
        rows = series[id]
        if not one.cuts:
            category = rows["value"].astype("int64") - one.base
        else:
            pairs = zip(rows["value"], rows["segment"], strict=True)
            category = pd.Series([bisect_right(one.cuts[segment], value) for value, segment in pairs], index=rows.index)
        outside = rows[(category < 0) | (category >= len(one.categories))]
        if len(outside):
            first = float(outside["value"].iloc[0])
            what = f"{len(outside)} values have no category, first {first:g}"
            raise CleaningError(f"categories of {id}", what, "Add it to categories.toml")
        made[id] = rows[_KEY].assign(category=category.astype("int64"))
    if "ert_regime" in made:
        made.pop("v2x_regime", None)
    # The status that Freedom in the World prints, if the edition holds it.
    facts = _facts()["fiw_status"]
    if hand_out.has(facts["dataset"], facts["table"], edition):
        rows = hand_out.load(facts["dataset"], facts["table"], edition)
        rows = rows[rows["iso3"].notna() & rows[facts["column"]].notna() & (rows["year"] >= FIRST_YEAR)]
        category = [facts["categories"].index(status) for status in rows[facts["column"]]]
        status = pd.DataFrame({"unit": rows["iso3"].astype(str), "year": rows["year"].astype("int64"),
                               "category": category})  # fmt: skip
        made |= {"fiw_status": status.sort_values(_KEY, ignore_index=True)} if len(status) else {}
    return {id: made[id] for id in published() if id in made}


def category_agreements(series: Mapping[str, pd.DataFrame], edition: str) -> CategoryAgreements:
    """Return the weighted kappas of every two publishers' categories, in the last year in which both rate.

    Pairs of too few countries, or with one category only, are left out. Parameters and errors are those of
    :func:`rated`.
    """
    held = rated(series, edition)
    pairs = [(x, y) for x, y in combinations(held, 2) if house(_measure(x)) != house(_measure(y))]
    rows = []
    for x, y in pairs:
        both = held[x].merge(held[y], on=_KEY, validate="one_to_one")
        both = both[both["year"] == both["year"].max()].sort_values("unit")
        both = both.rename(columns={"category_x": "x", "category_y": "y"})
        if len(both) >= FEWEST and (both[["x", "y"]].nunique() > 1).all():
            rows.append(category_agreement(x, y, both))
    plain = ["x", "y", "shared", "year", "n", "categories", "as_published", "same"]
    kappas = ["quadratic", "low", "high", "linear", "linear_low", "linear_high", "lowest", "highest"]
    return CategoryAgreements(pd.DataFrame(rows, columns=plain + kappas).astype(dict.fromkeys(kappas, "float64")))


def category_agreement(x: str, y: str, both: pd.DataFrame) -> dict:
    """Return the row of two publishers' categories over ``unit, year, x, y``, the countries of one year."""
    one, other = published()[x], published()[y]
    sizes = len(one.categories), len(other.categories)
    as_published = sizes[0] == sizes[1]

    def kappa(levels: tuple[int, ...], other_levels: tuple[int, ...], weights: str = "quadratic") -> Kappa:
        pair = (both[name].map(dict(enumerate(on))) for name, on in (("x", levels), ("y", other_levels)))
        return weighted_kappa(*pair, max(levels) + 1, weights)

    levels = (tuple(range(sizes[0])),) * 2 if as_published else (one.level, other.level)
    quadratic, linear = kappa(*levels), kappa(*levels, "linear")
    ways = [] if as_published else [kappa(a, b).kappa for a in merges(sizes[0]) for b in merges(sizes[1])]
    row = {"x": x, "y": y, "shared": share_inputs(_measure(x), _measure(y)), "year": int(both["year"].iloc[0])}
    row |= {"n": len(both), "categories": max(levels[0]) + 1, "as_published": as_published, "same": quadratic.same}
    row |= {"quadratic": quadratic.kappa, "low": quadratic.low, "high": quadratic.high}
    row |= {"linear": linear.kappa, "linear_low": linear.low, "linear_high": linear.high}
    return row | {"lowest": min(ways, default=None), "highest": max(ways, default=None)}


def _names(row: pd.Series) -> str:
    """Return what the two sets of categories of a row are called."""
    return " – ".join(word(f"measures.class.{row[name]}") for name in "xy")


def _measure(id: str) -> str:
    """Return the measure that categories are cut from."""
    return _CUT_FROM.get(id, id)


def merges(categories: int, levels: int = LEVELS) -> list[tuple[int, ...]]:
    """Return every way to put ordered categories on fewer levels that keeps their order and leaves no level empty.

    Examples
    --------
    >>> merges(4)
    [(0, 1, 2, 2), (0, 1, 1, 2), (0, 0, 1, 2)]
    """
    places = combinations(range(1, categories), levels - 1)
    return [tuple(bisect_right(cuts, category) for category in range(categories)) for cuts in places]


def _facts() -> dict:
    return toml(__file__, "categories.toml")
