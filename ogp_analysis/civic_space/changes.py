"""How far countries moved between two years in one indicator."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.disclosure import Withheld
from ogp_analysis.civic_space.figures.country import change_among_countries
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.statistics.change import Change, all_changes, change


@dataclass(frozen=True)
class Changes(Shown):
    """Last minus first of one indicator, of every country with comparable values in both years.

    A description, exact in the published decimals: nothing is imputed and no break is crossed.

    Attributes
    ----------
    indicator : str
    first, last : int
        The two years.
    series : pandas.DataFrame
        ``unit, year, value, segment`` of all countries.
    """

    indicator: str
    first: int
    last: int
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

    def plot(self, highlight: str, ax=None) -> Figure | Parts:
        """Draw where a country stands among all changes; nothing if it has none.

        Parameters
        ----------
        highlight : str
            Any usual name or code of the country.
        ax : matplotlib.axes.Axes or None
            None: this figure is laid out on a sheet of its own, and says so if axes are given.
        """
        found = self.of(highlight)
        if found.difference is None:
            return Parts()
        everyone = all_changes(self.series, self.first, self.last)
        years = {"first": self.first, "last": self.last}
        return change_among_countries(everyone, found.difference, name="change_among_countries", id=self.indicator,
                                      place=country(highlight), ax=ax, **years)  # fmt: skip
