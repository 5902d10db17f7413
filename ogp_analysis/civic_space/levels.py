"""How a measure is spread over countries, and two measures in four quadrants."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.indicators import indicator
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import count, facts, index, year
from ogp_analysis.civic_space.figures.overview import distribution_by_year, four_quadrants
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.civic_space.views import COHORTS
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.association import Association, Quadrants, quadrants, spearman
from ogp_analysis.statistics.path import dispersion


@dataclass(frozen=True)
class Levels(Shown):
    """How an indicator is spread over the countries with a value in every year shown.

    Attributes
    ----------
    indicator : str
    region : str
        Whose countries they are, as in :class:`~ogp_analysis.civic_space.panel.Panel`.
    frame : pandas.DataFrame
        One row per year: ``year, p10, q1, median, q3, p90, n, segment``.
    fixed : pandas.DataFrame
        The countries behind it: ``unit, year, value, segment, ogp, cohort``.
    """

    indicator: str
    region: str
    frame: pd.DataFrame | Withheld = field(repr=False)
    fixed: pd.DataFrame | Withheld = field(repr=False)

    def text(self) -> Parts:
        """Say the median at both ends."""
        first, last = self.frame.iloc[0], self.frame.iloc[-1]
        ends = {"first": year(first["year"]), "start": index(first["median"]),
                "last": year(last["year"]), "median": index(last["median"])}  # fmt: skip
        return Parts([say("overview.glance.level", n=count(last["n"]), **ends)])

    def plot(self, ax=None) -> Figure:
        """Draw median, quartiles and deciles by year.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        return distribution_by_year(self.frame, name="distribution", id=self.indicator,
                                    region_name=word(f"regions.{self.region}"), ax=ax)  # fmt: skip

    def table(self) -> Table | Parts:
        """Return median and middle half at the first and the last year by the year in which countries joined OGP.

        The caption states how many countries they are, and how many of them ever joined; the rows of a year sum to it.
        """
        if self.fixed.empty:
            return Parts()
        first, last = int(self.fixed["year"].min()), int(self.fixed["year"].max())
        frame = dispersion(self.fixed, by="cohort").query("year in (@first, @last)")
        frame = frame.sort_values("group", key=lambda groups: groups.map(COHORTS.index), kind="stable")
        ends = frame[frame["year"] == last]
        caption = sentence("panel.table.cohorts", indicator=word(f"indicators.{self.indicator}.name"),
                           first=year(first), last=year(last), n=count(ends["n"].sum()),
                           members=count(ends.loc[ends["group"] != "never", "n"].sum()))  # fmt: skip
        frame = frame.assign(cohort=[word(f"tables.cohort.{group}") for group in frame["group"]])
        return tabled("cohorts", caption, frame)


@dataclass(frozen=True)
class TwoMeasures(Shown):
    """The countries in the four quadrants of two indicators in one year, cut at the medians of those that have both.

    The middle of a scale would say nothing: few countries stand below it on most of these indices.

    Attributes
    ----------
    x, y : str
        The indicators.
    year : int
    points : pandas.DataFrame
        ``iso3``, a column for each indicator, and ``ogp``; withheld if one of them may be drawn only.
    x_cut, y_cut : float
        The medians; withheld alike.
    members : frozenset of str
        Countries that ever joined OGP.
    """

    x: str
    y: str
    year: int
    points: pd.DataFrame | Withheld = field(repr=False)
    x_cut: float | Withheld = field(repr=False)
    y_cut: float | Withheld = field(repr=False)
    members: frozenset[str] = field(repr=False)

    @cached_property
    def quadrants(self) -> Quadrants:
        """Countries by the side of both medians on which they stand."""
        return quadrants(self.points, self.x, self.y, self.x_cut, self.y_cut, unit="iso3")

    @cached_property
    def correlation(self) -> Association:
        """Spearman's rank correlation of the two."""
        return spearman(self.points, self.x, self.y)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per quadrant: ``quadrant, count, n, share, units``."""
        return self.quadrants.frame

    def text(self) -> Parts:
        """Say how the ranks of countries go together, and whether the two share inputs."""
        link, shared = self.correlation, self.y in indicator(self.x).shares_inputs_with
        return Parts([say("overview.agreement", case="shared" if shared else "apart", year=year(self.year),
                          **facts(link))])  # fmt: skip

    def plot(self, ax=None) -> Figure:
        """Draw every country; those high on `x` and low on `y` are named by code.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        return four_quadrants(self.points, name="two_measures", x=self.x, y=self.y, x_cut=self.x_cut, y_cut=self.y_cut,
                              year=self.year, ax=ax)  # fmt: skip

    def table(self) -> Table:
        """Return the quadrants: countries, share, and how many ever joined OGP; those high on `x` only are named."""
        found = self.quadrants
        rows = [
            {"quadrant": word(f"tables.quadrant.{q.code}"), "count": q.proportion.count, "n": q.proportion.n,
             "share": q.proportion.share, "members": len(self.members.intersection(q.units)),
             "names": ", ".join(sorted(country(unit).name for unit in q.units)) if q.code == "high_low"
             else "not_applicable"}
            for q in found.quadrants
        ]  # fmt: skip
        cuts = {} if None in (found.x_cut, found.y_cut) else {"x_cut": index(found.x_cut), "y_cut": index(found.y_cut)}
        key = "overview.table.quadrants" if cuts else "overview.table.quadrants_drawn"
        caption = sentence(key, x=word(f"indicators.{self.x}.name"), y=word(f"indicators.{self.y}.name"),
                           year=year(self.year), missing=count(len(found.missing)), **cuts)  # fmt: skip
        return tabled("quadrants", caption, rows)
