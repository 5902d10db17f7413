"""How far countries moved between two years in one indicator, and how probable it is that a change has its sign."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from ogp_analysis.base.countries import REGIONS, country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.base.words import Sentence, say, sentence, word
from ogp_analysis.base.words.numbers import count, facts, share, year
from ogp_analysis.civic_space.figures.country import change_among_countries
from ogp_analysis.civic_space.figures.overview import movement_map, movements
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.shapes import codes
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.change import Change, Movers, all_changes, change, movers


@dataclass(frozen=True)
class Changes(Shown):
    """Last minus first of one indicator, of every country with comparable values in both years.

    A description, exact in the published decimals: nothing is imputed and no break is crossed.

    Attributes
    ----------
    indicator : str
    first, last : int
        The two years.
    region : str
        Whose countries they are, as in :class:`~ogp_analysis.civic_space.panel.Panel`.
    series : pandas.DataFrame
        ``unit, year, value, segment`` of all countries.
    """

    indicator: str
    first: int
    last: int
    region: str
    series: pd.DataFrame | Withheld = field(repr=False)

    @cached_property
    def frame(self) -> pd.DataFrame:
        """One row per country: ``iso3, first_value, last_value, difference, rank_fall, rank_rise``, by difference.

        Ranks are counted from the largest fall and from the largest rise; tied countries share the smallest.
        """
        moved = all_changes(self.series, self.first, self.last)
        values = self.series.pivot(index="unit", columns="year", values="value")
        values = values.reindex(moved.index, columns=[self.first, self.last])
        ranks = {"rank_fall": moved.rank(method="min"), "rank_rise": moved.rank(method="min", ascending=False)}
        frame = pd.DataFrame({"first_value": values[self.first], "last_value": values[self.last], "difference": moved})
        frame = frame.assign(**ranks).rename_axis("iso3").reset_index().astype(dict.fromkeys(ranks, "int64"))
        return frame.sort_values(["difference", "iso3"], ignore_index=True)

    @cached_property
    def largest(self) -> Movers:
        """The ten largest falls and rises, and how many countries moved which way."""
        return movers(self.series, self.first, self.last)

    def of(self, place: str) -> Change:
        """Return the change of one country with its places among all, and what is missing if it has none.

        Parameters
        ----------
        place : str
            Any usual name or code.

        Raises
        ------
        UnknownName
            If it is not a country.
        """
        return change(self.series, country(place).iso3, self.first, self.last)

    def text(self, place: str | None = None) -> Parts:
        """Say how many countries rose and fell; of a country, how far it moved and its place among them."""
        if place is None:
            return Parts([self.counts(), self.ties()])
        return Parts([said(self.of(place))])

    def counts(self, role: str = "text") -> Sentence:
        """Say how many countries rose, fell and did not change."""
        found = self.largest
        fell = {} if not found.n else {"fell_share": share(found.n_fell / found.n)}
        return say("overview.glance.movement", role=role, indicator=word(f"indicators.{self.indicator}.name"),
                   region=word(f"regions.{self.region}"), first=year(self.first), year=year(self.last),
                   rose=count(found.n_rose), unchanged=count(found.n_unchanged), n=count(found.n),
                   fell=count(found.n_fell), **fell)  # fmt: skip

    def ties(self) -> Sentence:
        """Say how many countries are left off the lists of the largest changes for a tie."""
        cut = self.largest.falls_cut + self.largest.rises_cut
        return say("overview.movers.ties" if cut else "overview.movers.no_ties", cut=count(cut))

    def plot(self, highlight: str | None = None, ax=None) -> Figure | Parts:
        """Draw the largest rises and falls; with a country to highlight, where it stands among all changes.

        Nothing is drawn if no country moved, or the highlighted one has no change.

        Parameters
        ----------
        highlight : str or None
            Any usual name or code of a country. Its place among all changes is laid out on a sheet of its own.
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        if highlight is None:
            moved = self._movers()
            return movements(moved, name="movements", id=self.indicator, first=self.first, last=self.last, ax=ax) \
                if len(moved) else Parts()  # fmt: skip
        found = self.of(highlight)
        if found.difference is None:
            return Parts()
        everyone = all_changes(self.series, self.first, self.last)
        years = {"first": self.first, "last": self.last}
        return change_among_countries(everyone, found.difference, name="change_among_countries", id=self.indicator,
                                      place=country(highlight), ax=ax, **years)  # fmt: skip

    def map(self, ax=None) -> Figure | Parts:
        """Draw where the countries of the region fell and rose; nothing if none has both years.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            None: this figure is laid out on a sheet of its own, and says so if axes are given.

        Examples
        --------
        >>> ogp.civic_space.panel("v2xcs_ccsi", 2013, 2023).change("v2xcs_ccsi", 2013, 2023).map().name
        'map'
        """
        changes = self._on_the_map()
        return movement_map(changes, name="map", id=self.indicator, view=self.region, first=self.first,
                            last=self.last, ax=ax) if len(changes) else Parts()  # fmt: skip

    def regions(self) -> Parts:
        """Draw a map of each region of the world, of which a page shows one at a time; nothing of one region.

        Examples
        --------
        >>> change = ogp.civic_space.panel("v2xcs_ccsi", 2013, 2023).change("v2xcs_ccsi", 2013, 2023)
        >>> [one.view for one in change.regions()[1:3]]
        ['Eastern Europe and Central Asia', 'Latin America and the Caribbean']
        """
        changes = self._on_the_map()
        if self.region != "world" or changes.empty:
            return Parts()
        held = {country(code).region for code in changes.index}
        maps = [replace(movement_map(changes, name=f"map_{view}", id=self.indicator, view=view, first=self.first,
                                     last=self.last, once=True), view=word(f"regions.{view}"))
                for view in REGIONS.values() if view in held]  # fmt: skip
        return Parts([say("overview.movers.regions"), *maps])

    def _on_the_map(self) -> pd.Series:
        changes = all_changes(self.series, self.first, self.last)
        return changes[[code for code in changes.index if code in codes()]]

    def table(self) -> Table | Parts:
        """Return the countries that moved most, with the denominators in the caption; nothing if none moved."""
        moved, found = self._movers(), self.largest
        if moved.empty:
            return Parts()
        caption = sentence("overview.table.movers", indicator=word(f"indicators.{self.indicator}.name"),
                           first=year(self.first), last=year(self.last), n=count(found.n), fell=count(found.n_fell),
                           rose=count(found.n_rose), unchanged=count(found.n_unchanged),
                           left_out=count(found.only_first + found.only_last + found.neither))  # fmt: skip
        return tabled("movers", caption, moved)

    def _movers(self) -> pd.DataFrame:
        """Return the countries that moved most, from the largest rise to the largest fall."""
        frame = self.largest.frame
        rises, falls = frame[frame["direction"] == "rose"], frame[frame["direction"] == "fell"]
        frame = pd.concat([rises, falls.iloc[::-1]], ignore_index=True)
        return frame.assign(place=[country(unit).name for unit in frame["unit"]])


def said(change: Change) -> Sentence:
    """Say how far a country moved; the names of the numbers hold the window."""
    return say("panel.change", case=change.direction or "not_observed",
               name=f"change_{change.window}", **facts(change))  # fmt: skip
