"""Which measures are held against each other, and in which years both are made in one way.

Agreement between measures that share inputs is not independent evidence; every pair says whether they do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise

import pandas as pd

from ogp_analysis.base.indicators import indicator
from ogp_analysis.civic_space.measures.held import CORE, KEY, OVERALL, QUESTIONS, Measures, house
from ogp_analysis.store import hand_out

#: Constructs in the order in which a pair that has several in common is put to one.
CONSTRUCTS = (
    *("civic_space", "surveillance_of_communications", "civil_society", "participation", "association", "assembly"),
    *("expression", "media", "journalists", "civil_liberties", "democracy"),
)


@dataclass(frozen=True)
class Pair:
    """Two measures of one construct.

    Attributes
    ----------
    construct : str
        One of :data:`CONSTRUCTS`.
    x, y : str
        Ids, in the order of the catalogue.
    shared : bool
        Whether the catalogue knows inputs that both take in, so that they agree in part by construction.
    """

    construct: str
    x: str
    y: str
    shared: bool


@dataclass(frozen=True)
class Stretch:
    """The years in which both measures of a pair are made in one way: ``unit, year, x, y``, sorted."""

    pair: Pair
    frame: pd.DataFrame

    @property
    def first(self) -> int:
        """First year with both."""
        return int(self.frame["year"].min())

    @property
    def last(self) -> int:
        """Last year with both."""
        return int(self.frame["year"].max())

    def at_the_end(self) -> pd.DataFrame:
        """Return the rows of the last year with both: each country once."""
        return self.frame[self.frame["year"] == self.last].reset_index(drop=True)


def core_pairs(found: Measures) -> list[Pair]:
    """Return :data:`.held.CORE` with every other index, or with none if it is absent."""
    if CORE not in found.ids:
        return []
    others = [id for id in newest(found.ids) if id != CORE and id not in QUESTIONS]
    return [Pair("civic_space", CORE, id, _shared(CORE, id)) for id in others]


def construct_pairs(found: Measures) -> list[Pair]:
    """Return the pairs of different publishers on the same construct, or on overall civic space.

    A single question stands back where its publisher has an index on the construct, and an older version of a series
    where a newer one is held. Sorted by construct, then in the order of the catalogue.
    """
    ids = newest(found.ids)
    pairs = []
    for x, y in combinations(ids, 2):
        construct = _construct(x, y, ids)
        if construct and house(x) != house(y):
            pairs.append(Pair(construct, x, y, _shared(x, y)))
    return sorted(pairs, key=lambda pair: (CONSTRUCTS.index(pair.construct), ids.index(pair.x), ids.index(pair.y)))


def together(found: Measures, pair: Pair) -> list[Stretch]:
    """Return the stretches of years in which both measures are made in one way, the earliest first.

    Years on different sides of a change of method of either are never in one frame.
    """
    x, y = found.of(pair.x), found.of(pair.y)
    both = x.merge(y, on=KEY, how="inner", validate="one_to_one").sort_values(KEY)
    both = both.rename(columns={"iso3": "unit", "value_x": "x", "value_y": "y"})
    made = [Stretch(pair, rows[["unit", "year", "x", "y"]].reset_index(drop=True))
            for _, rows in both.groupby(["stretch_x", "stretch_y"], sort=True)]  # fmt: skip
    return sorted(made, key=lambda one: one.first)


def version_pairs(found: Measures) -> list[tuple[str, str]]:
    """Return the series held in two versions, each with the next: ``(older, newer)``."""
    pairs = []
    for key in dict.fromkeys(map(_same, found.ids)):
        versions = sorted((id for id in found.ids if _same(id) == key), key=_version)
        pairs += list(pairwise(versions))
    return pairs


def other_houses(pairs: Iterable[Pair]) -> list[Pair]:
    """Return the pairs whose measures come from different publishers."""
    return [pair for pair in pairs if house(pair.x) != house(pair.y)]


def newest(ids: Iterable[str]) -> list[str]:
    """Return the measures without those that are held in a newer version too, in their order."""
    ids = list(ids)
    last = {key: max((id for id in ids if _same(id) == key), key=_version) for key in map(_same, ids)}
    return [id for id in ids if last[_same(id)] == id]


def version_frame(edition: str, old: str, new: str) -> pd.DataFrame:
    """Return two versions of a series by the units of their tables: ``unit, year``, a column for each, the new bounds.

    All units that both versions give count, those without an ISO code too: a revision is one of a value, whoever's.
    The bounds are ``low`` and ``high``; they are left out if the newer version publishes none.
    """
    before, after = indicator(old), indicator(new)
    first = hand_out.load(before.dataset, before.table, edition)[["unit", "year", before.column]]
    bounds = {after.low: "low", after.high: "high"} if after.low else {}
    second = hand_out.load(after.dataset, after.table, edition)[["unit", "year", after.column, *bounds]]
    first = first.rename(columns={before.column: old})
    second = second.rename(columns={after.column: new, **bounds})
    both = first.merge(second, on=["unit", "year"], how="inner", validate="one_to_one").dropna(subset=[old, new])
    numbers = {name: both[name].astype("float64") for name in (old, new, *bounds.values())}
    return both.assign(year=both["year"].astype("int64"), **numbers).reset_index(drop=True)


def _construct(x: str, y: str, ids: list[str]) -> str:
    if x in OVERALL and y in OVERALL:
        return "civic_space"
    common = set(indicator(x).tags) & set(indicator(y).tags)
    open_to = [c for c in CONSTRUCTS if c in common and _speaks(x, c, ids) and _speaks(y, c, ids)]
    return open_to[0] if open_to else ""


def _speaks(id: str, construct: str, ids: list[str]) -> bool:
    """Whether a measure is the one to compare on a construct: an index, or a question where there is no index."""
    if id not in QUESTIONS:
        return True
    own = [other for other in ids if house(other) == house(id) and other not in QUESTIONS]
    return not any(construct in indicator(other).tags for other in own)


def _same(id: str) -> tuple[str, str]:
    """Return what two versions of one series have in common."""
    return house(id), indicator(id).column


def _version(id: str) -> int:
    return int(indicator(id).version)


def _shared(x: str, y: str) -> bool:
    return y in indicator(x).shares_inputs_with
