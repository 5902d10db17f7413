"""How far measures agree, pair by pair, over the years in which both are made in one way.

Agreement between measures that share inputs is not independent evidence; every pair says whether they do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Annotated

import pandas as pd

from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Count, Measure, Number, count
from ogp_analysis.civic_space.figures.measures import agreement_dots
from ogp_analysis.civic_space.measures.catalogue import CORE, OVERALL, QUESTIONS, house, label, newest, share_inputs
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.agreement import PooledAssociation, pooled_spearman
from ogp_analysis.statistics.association import Association, spearman

#: Constructs by priority: a pair with several in common is compared on the first of them.
CONSTRUCTS = (
    *("civic_space", "surveillance_of_communications", "civil_society", "participation", "association", "assembly"),
    *("expression", "media", "journalists", "civil_liberties", "democracy"),
)
#: Below this many countries in a year, or country-years, nothing is estimated: the count is shown alone.
FEWEST = 20
_LOWEST = Measure("ratio", 2, low="lowest_low", high="lowest_high", level=0.95)
_HIGHEST = Measure("ratio", 2, low="highest_low", high="highest_high", level=0.95)
_Bound = Annotated[float | None, Measure("ratio", 2)]


@dataclass(frozen=True)
class Pair:
    """Two measures of one construct.

    Attributes
    ----------
    construct : str
        One of :data:`CONSTRUCTS`.
    x, y : str
        Ids, in the order of the catalogue.
    """

    construct: str
    x: str
    y: str

    @property
    def shared(self) -> bool:
        """Whether the catalogue knows inputs that both take in, so that they agree in part by construction."""
        return share_inputs(self.x, self.y)


@dataclass(frozen=True)
class AgreementRange:
    """From which pooled rank correlation to which, over several pairs with one measure in common.

    Attributes
    ----------
    n : int
        Other measures with an estimate; one with several segments of years counts once.
    shared : int
        Of these, with inputs in common.
    lowest, highest : str
        The other measure of the smallest and of the largest correlation.
    lowest_rho, lowest_low, lowest_high, highest_rho, highest_low, highest_high : float or None
        These correlations with their intervals, None over few countries and where ranks agree exactly.
    """

    n: Count
    shared: Count
    lowest: str = ""
    lowest_rho: Annotated[float | None, _LOWEST] = None
    lowest_low: _Bound = None
    lowest_high: _Bound = None
    highest: str = ""
    highest_rho: Annotated[float | None, _HIGHEST] = None
    highest_low: _Bound = None
    highest_high: _Bound = None

    @property
    def case(self) -> str:
        """``"none"``, ``"one_shared"``, ``"one_apart"`` or ``"several"``; with ``few`` without an interval."""
        if not self.n:
            return "none"
        bare = "_few" * (None in (self.lowest_low, self.lowest_high, self.highest_low, self.highest_high))
        return f"several{bare}" if self.n > 1 else f"one{bare}_{'shared' if self.shared else 'apart'}"


@dataclass(frozen=True)
class Agreements(Shown):
    """Rank correlations of pairs of measures.

    The pooled correlation mixes differences between countries, which are large, with changes within them, which are
    small: it says that measures sort countries alike, not that they see the same changes.

    Attributes
    ----------
    by : str
        ``"core"``: the core civil society index with every other index; ``"construct"``: pairs of different
        publishers on one construct.
    frame : pandas.DataFrame
        One row per pair and segment of years in which both are made in one way: ``construct, x, y`` (ids), ``shared``
        (inputs in common), ``first, last, n, countries``; ``rho, low, high`` (pooled over country-years, 95% interval
        over countries); ``n_last, rho_last, low_last, high_last`` (across the countries of the last year). Missing
        where nothing is estimated: fewer than :data:`FEWEST`, or a measure is constant.
    apart : int
        Pairs without a year in common; they are in no row.
    """

    by: str
    frame: pd.DataFrame = field(repr=False, compare=False)
    apart: int = 0

    def extremes(self) -> AgreementRange:
        """Return the smallest and largest pooled correlation of `x` with the measures of other publishers."""
        rows = self.frame.dropna(subset="rho")
        rows = rows[rows["x"].map(house) != rows["y"].map(house)].reset_index(drop=True)
        if rows.empty:
            return AgreementRange(0, 0)
        ends = rows.loc[[rows["rho"].idxmin(), rows["rho"].idxmax()], ["y", "rho", "low", "high"]].astype("object")
        others = rows.drop_duplicates("y")["shared"]
        return AgreementRange(len(others), int(others.sum()), *ends.where(ends.notna(), None).to_numpy().ravel())

    def text(self) -> Parts:
        """Say, of pairs on one construct, how many there are, and how far measures of surveillance agree."""
        if self.by != "construct":
            return Parts()
        shared = self.frame.drop_duplicates(["construct", "x", "y"])["shared"]
        asked = self.frame.loc[self.frame["construct"] == CONSTRUCTS[1], "rho"].dropna()
        note = say("measures.agreement.note", n=count(len(shared)), shared=count(shared.sum()), apart=count(self.apart))
        ends = {"low": asked.min(), "high": asked.max()} if len(asked) else {}
        ends = {name: Number(rho, "ratio", 2) for name, rho in ends.items()}
        case = "found" if len(asked) else "absent"
        return Parts([note, say("measures.agreement.surveillance", case=case, n=count(len(asked)), **ends)])

    def plot(self, ax=None) -> Figure | Parts:
        """Draw the pooled correlations of the core index with their intervals; nothing for pairs on one construct.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        drawn = self.frame.dropna(subset=["rho"])
        if self.by != "core" or drawn.empty:
            return Parts()
        return agreement_dots(drawn, name="agreement", core=CORE, ax=ax)

    def table(self) -> Table:
        """Return the correlations, one row per pair and segment of years."""
        frame = self.frame
        frame = frame.assign(
            construct=[word(f"measures.construct.{one}") for one in frame["construct"]],
            x=frame["x"].map(label),
            y=frame["y"].map(label),
        )
        name = "core" if self.by == "core" else "constructs"
        pairs = len(frame[["x", "y"]].drop_duplicates())
        return tabled(name, sentence(f"measures.table.{name}", n=count(pairs), rows=count(len(frame))), frame)


def _estimate(one: PooledAssociation | Association | None) -> tuple[float | None, ...]:
    return (one.rho, one.low, one.high) if one else (None, None, None)


def core_pairs(ids: Iterable[str]) -> list[Pair]:
    """Return :data:`CORE` with every other index, or with none if it is absent."""
    ids = list(ids)
    return [Pair("civic_space", CORE, id) for id in newest(ids) if CORE in ids and id not in (CORE, *QUESTIONS)]


def construct_pairs(ids: Iterable[str]) -> list[Pair]:
    """Return the pairs of different publishers on the same construct, or on overall civic space.

    A single question is left out where its publisher has an index on the construct, and so is the older of two versions
    of a series. Sorted by construct, then in the order of the catalogue.
    """
    ids = newest(ids)
    pairs = []
    for x, y in combinations(ids, 2):
        if house(x) == house(y):
            continue
        common = set(indicator(x).tags) & set(indicator(y).tags)
        spoken = (c for c in CONSTRUCTS if c in common and _speaks(x, c, ids) and _speaks(y, c, ids))
        construct = "civic_space" if x in OVERALL and y in OVERALL else next(spoken, "")
        if construct:
            pairs.append(Pair(construct, x, y))
    return sorted(pairs, key=lambda pair: (CONSTRUCTS.index(pair.construct), ids.index(pair.x), ids.index(pair.y)))


def _speaks(id: str, construct: str, ids: list[str]) -> bool:
    """Whether a measure is the one to compare on a construct: an index, or a question where there is no index."""
    if id not in QUESTIONS:
        return True
    own = [other for other in ids if house(other) == house(id) and other not in QUESTIONS]
    return not any(construct in indicator(other).tags for other in own)


def in_one_way(x: pd.DataFrame, y: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the unit-years of two series ``unit, year, value, segment`` that both have, the earliest first.

    Returns
    -------
    list of pandas.DataFrame
        ``unit, year, x, y``, sorted, one frame for each segment of years in which both are made in one way: years on
        different sides of a break of either are never in one frame.
    """
    both = x.merge(y, on=["unit", "year"], how="inner", validate="one_to_one").sort_values(["unit", "year"])
    both = both.rename(columns={"value_x": "x", "value_y": "y"})
    parts = [rows for _, rows in both.groupby(["segment_x", "segment_y"], sort=True)]
    made = [rows[["unit", "year", "x", "y"]].reset_index(drop=True) for rows in parts]
    return sorted(made, key=lambda rows: rows["year"].min())


def agreements(series: Mapping[str, pd.DataFrame], pairs: Iterable[Pair], by: str) -> Agreements:
    """Return the rank correlations of pairs of measures, in the order given.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        By id ``unit, year, value, segment``.
    pairs : iterable of Pair
    by : str
        As in :class:`Agreements`.
    """
    held = [(pair, in_one_way(series[pair.x], series[pair.y])) for pair in pairs]
    return Agreements(by, agreed((pair, rows) for pair, parts in held for rows in parts), sum(not p for _, p in held))


def agreed(parts: Iterable[tuple[Pair, pd.DataFrame]]) -> pd.DataFrame:
    """Return the rank correlations of pairs over ``unit, year, x, y``, the years of one segment, as in a result."""
    found = []
    for pair, rows in parts:
        last = int(rows["year"].max())
        end = rows[rows["year"] == last].reset_index(drop=True)
        pooled = _estimate(pooled_spearman(rows, "x", "y") if _enough(rows) else None)
        at_the_end = _estimate(spearman(end, "x", "y") if _enough(end) else None)
        sizes = int(rows["year"].min()), last, len(rows), rows["unit"].nunique()
        found.append((pair.construct, pair.x, pair.y, pair.shared, *sizes, *pooled, len(end), *at_the_end))
    names = "construct x y shared first last n countries rho low high n_last rho_last low_last high_last".split()
    numbers = [name for name in names if name.startswith(("rho", "low", "high"))]
    return pd.DataFrame(found, columns=names).astype(dict.fromkeys(numbers, "float64"))


def _enough(rows: pd.DataFrame) -> bool:
    return len(rows) >= FEWEST and bool((rows[["x", "y"]].nunique() > 1).all())
