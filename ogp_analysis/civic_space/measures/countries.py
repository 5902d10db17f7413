"""Where measures put a country among the others, which way it moved, and which countries they put furthest apart.

Descriptions: places among the countries with a value, never differences of values on different scales. A series is
``unit, year, value, segment``: nothing is compared across two segments, which are made in different ways.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.words import say, sentence, word
from ogp_analysis.base.words.numbers import Count, Share, Year, count, facts, share, year
from ogp_analysis.civic_space.figures.measures import places_apart, places_of_country
from ogp_analysis.civic_space.measures.catalogue import house_name, label, labels
from ogp_analysis.civic_space.tables.headings import tabled
from ogp_analysis.display.figure import Figure
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table
from ogp_analysis.statistics.change import all_changes, change
from ogp_analysis.statistics.rates import Proportion, counted
from ogp_analysis.statistics.series import checked_series


@dataclass(frozen=True)
class Place:
    """Where one measure puts a country.

    Attributes
    ----------
    measure : str
    year : int or None
        Year of its place: the last of the window, or the last before it with a value; None if there is none.
    n : int
        Countries with a value in that year.
    rank : int or None
        Place counted from the highest value; ties share the smallest.
    tied : int or None
        Other countries with exactly this value.
    percentile : float or None
        Share of these countries below it, half of those tied with it and of itself included; 0 to 1.
    first, last : int or None
        Years between which its direction is stated.
    direction : str or None
        ``"rose"``, ``"fell"`` or ``"unchanged"``, as published; None if it has no two years to compare.
    same_years : bool
        Whether those are the years asked for; if not, they are the two furthest apart within them in one segment.
    """

    measure: str
    year: int | None = None
    n: int = 0
    rank: int | None = None
    tied: int | None = None
    percentile: float | None = None
    first: int | None = None
    last: int | None = None
    direction: str | None = None
    same_years: bool = False


@dataclass(frozen=True)
class Apart:
    """A country that several measures place differently: where each of the two furthest apart puts it, 0 to 1."""

    unit: str
    high: str
    high_percentile: Share
    low: str
    low_percentile: Share

    @property
    def spread(self) -> float:
        """Difference of the two percentiles."""
        return self.high_percentile - self.low_percentile


@dataclass(frozen=True)
class CountriesApart(Shown):
    """How far several measures place the countries apart in one year.

    Attributes
    ----------
    measures : tuple of str
        One of each publisher. Fewer than two place no country apart.
    year : int
    n : int
        Countries with a value in every measure: percentiles are made among them.
    missing : int
        Countries with a value in some measure and not in all.
    countries : tuple of Apart
        All n, the widest first, ties in the order of codes.
    percentiles : pandas.DataFrame
        One row per country, a column for each measure, 0 to 1.
    """

    measures: tuple[str, ...]
    year: int
    n: int
    missing: int
    countries: tuple[Apart, ...] = field(repr=False)
    percentiles: pd.DataFrame = field(repr=False)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per country, the widest first.

        Columns: ``unit`` (ISO code), ``high`` and ``low`` (the measures that place it highest and lowest), the
        ``high_percentile`` and ``low_percentile`` there, and ``spread``, their difference (shares, 0 to 1).
        """
        columns = ["unit", "high", "high_percentile", "low", "low_percentile", "spread"]
        return pd.DataFrame([[getattr(one, c) for c in columns] for one in self.countries], columns=columns)

    def at_least(self, spread: float) -> Proportion:
        """Return the share of countries that are placed at least so far apart (a share, 0 to 1)."""
        return counted(sum(one.spread >= spread for one in self.countries), self.n)

    def of(self, iso3: str) -> Apart | None:
        """Return one country; None if not every measure has a value for it."""
        return next((one for one in self.countries if one.unit == country(iso3).iso3), None)

    def glance(self) -> Parts:
        """Say how many countries are placed at least a quarter of all countries apart, and which furthest."""
        if not self.n:
            return Parts([say("measures.glance.world", role="finding", case="one", year=year(self.year))])
        top = self.countries[0]
        shares = {end: share(getattr(top, end)) for end in ("high_percentile", "low_percentile")}
        names = {"place": country(top.unit).in_text, "high_name": label(top.high), "low_name": label(top.low)}
        return Parts([
            say("measures.glance.world", role="finding", case="several", year=year(self.year),
                measures=count(len(self.measures)), **names, **shares, **facts(self.at_least(0.25)))
        ])  # fmt: skip

    def plot(self, most: int = 15, ax=None) -> Figure | Parts:
        """Draw the countries placed furthest apart: one row per country, one mark per measure.

        Parameters
        ----------
        most : int
            Rows.
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        if not self.n:
            return Parts()
        return places_apart(self.frame.head(most), self.percentiles, name="furthest_apart", year=self.year, ax=ax)

    def table(self, most: int = 15) -> Table | Parts:
        """Return the countries placed furthest apart, one row per country."""
        if not self.n:
            return Parts()
        frame = self.frame.head(most)
        frame = frame.assign(
            place=[country(code).name for code in frame["unit"]],
            high=frame["high"].map(label),
            low=frame["low"].map(label),
        )
        caption = sentence("measures.table.apart", n=count(self.n), missing=count(self.missing), year=year(self.year),
                           names=labels(self.measures))  # fmt: skip
        return tabled("furthest_apart", caption, frame)


@dataclass(frozen=True)
class Directions(Shown):
    """Over one window, how the directions of several measures of a country go together.

    Attributes
    ----------
    measures : tuple of str
        One of each publisher. Fewer than two are not compared.
    first, last : int
    n : int
        Countries with comparable values in both years in every measure.
    opposed : Proportion
        Those that at least one measure saw rise and another fall.
    frame : pandas.DataFrame
        One row per country, its code as index; the change of each measure from `first` to `last`, on its own scale.
    """

    measures: tuple[str, ...]
    first: Year
    last: Year
    n: Count
    opposed: Proportion
    frame: pd.DataFrame = field(repr=False)

    def text(self) -> Parts:
        """Say in how many countries one measure rose and another fell."""
        if len(self.measures) < 2:
            return Parts([say("measures.world.alone", first=year(self.first), last=year(self.last))])
        return Parts([say("measures.world.directions", **facts(self), names=labels(self.measures))])


@dataclass(frozen=True)
class Places(Shown):
    """Where each measure puts one country, and which way it moved over the same years, as far as measures have them.

    Attributes
    ----------
    unit : str
        ISO code.
    first, last : int
        The years asked for.
    rows : tuple of Place
        In the order of the measures, those without a value for the country included.
    apart : CountriesApart
        The measures nearest to civic space, in `last`.
    """

    unit: str
    first: Year
    last: Year
    rows: tuple[Place, ...] = field(repr=False)
    apart: CountriesApart = field(repr=False)

    def moved(self, direction: str) -> tuple[str, ...]:
        """Return the measures that moved in that direction over the years asked for."""
        return tuple(row.measure for row in self.rows if row.same_years and row.direction == direction)

    @property
    def rose(self) -> Count:
        """How many rose over the years asked for."""
        return len(self.moved("rose"))

    @property
    def fell(self) -> Count:
        """How many fell over the years asked for."""
        return len(self.moved("fell"))

    @property
    def unchanged(self) -> Count:
        """How many did not change over the years asked for."""
        return len(self.moved("unchanged"))

    @property
    def n(self) -> Count:
        """How many have comparable values in both of the years asked for."""
        return self.rose + self.fell + self.unchanged

    @property
    def case(self) -> str:
        """``"none"``, ``"apart"`` if some rose and some fell, else ``"together"``."""
        return "none" if not self.n else "apart" if self.rose and self.fell else "together"

    @property
    def frame(self) -> pd.DataFrame:
        """One row per measure, with the fields of :class:`Place` as columns."""
        return pd.DataFrame([vars(row) for row in self.rows], columns=list(Place.__dataclass_fields__))

    @property
    def _placed(self) -> pd.DataFrame:
        return self.frame[self.frame["year"].notna()]

    def glance(self) -> Parts:
        """Say how many measures fell, rose and did not change."""
        place = country(self.unit).in_text
        return Parts([say("measures.glance.country", role="finding", place=place, **facts(self))])

    def text(self) -> Parts:
        """Say which measures moved which way, and which of the nearest place the country highest and lowest."""
        place, years = country(self.unit).in_text, {"first": year(self.first), "last": year(self.last)}
        found = Parts(
            say(f"measures.country.{way}", **years, names=labels(self.moved(way)))
            for way in ("fell", "rose", "unchanged")
            if self.moved(way)
        )
        others = sum(bool(row.year) and not row.same_years for row in self.rows)
        near, values = self.apart.of(self.unit), {}
        if near:
            values = {"high_name": label(near.high), "low_name": label(near.low), "n": count(self.apart.n)}
            values |= {end: share(getattr(near, end)) for end in ("high_percentile", "low_percentile")}
        found += (
            say("measures.country.other_years", n=count(others)),
            say("measures.country.places", case="several" if near else "none", place=place, year=years["last"],
                **values),
        )  # fmt: skip
        return found + (() if len(self._placed) else (say("measures.country.absent", place=place),))

    def plot(self, ax=None) -> Figure | Parts:
        """Draw where each measure puts the country among the others, and which way it moved.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or None
            Axes to draw on, one for each panel; by default it is drawn on its own.
        """
        if self._placed.empty:
            return Parts()
        return places_of_country(
            self._placed,
            name="places",
            place=country(self.unit).name,
            first=self.first,
            last=self.last,
            ax=ax,
        )

    def table(self) -> Table | Parts:
        """Return place and direction in each measure, one row per measure; values are not in it."""
        rows = self._placed
        if rows.empty:
            return Parts()
        known = rows["direction"].notna()
        ways = zip(rows["direction"], known, strict=True)
        frame = rows.assign(
            indicator=rows["measure"].map(label),
            publisher=rows["measure"].map(house_name),
            direction=[word(f"measures.direction.{way}") if is_known else "not_applicable" for way, is_known in ways],
            same_years=rows["same_years"].astype("object").where(known, "not_applicable"),
        )
        caption = sentence("measures.table.standings", place=country(self.unit).name, first=year(self.first),
                           last=year(self.last))  # fmt: skip
        return tabled("places", caption, frame)


def places(series: Mapping[str, pd.DataFrame], unit: str, first: int, last: int, apart: CountriesApart) -> Places:
    """Return where each measure puts `unit` and which way it moved from `first` to `last`.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        By measure ``unit, year, value, segment``.
    unit : str
    first, last : int
    apart : CountriesApart
        As in :class:`Places`.

    Raises
    ------
    ModelError
        As :func:`ogp_analysis.statistics.change.change`.
    """
    found = []
    for id, rows in series.items():
        every = checked_series(rows, "places").dropna(subset=["value"])
        own = every[(every["unit"] == unit) & (every["year"] <= last)]
        if own.empty:
            found.append(Place(id))
            continue
        when = int(own["year"].iloc[-1])
        at = _at(every[every["segment"] == own["segment"].iloc[-1]], when)
        value = at[unit]
        place = Place(id, when, len(at), 1 + int((at > value).sum()), int((at == value).sum()) - 1,
                      float((at.rank()[unit] - 0.5) / len(at)))  # fmt: skip
        inside = longest_segment(own, unit, first, last)
        if len(inside) >= 2:
            start, end = int(inside["year"].iloc[0]), int(inside["year"].iloc[-1])
            way = change(every, unit, start, end).direction
            place = Place(**{**vars(place), "first": start, "last": end, "direction": way,
                             "same_years": (start, end) == (first, last)})  # fmt: skip
        found.append(place)
    return Places(unit, first, last, tuple(found), apart)


def countries_apart(series: Mapping[str, pd.DataFrame], year: int) -> CountriesApart:
    """Return how far apart several measures place the countries that all of them have in a year.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        By measure ``unit, year, value``. Measures of one publisher are not independent views: give one of each.
    year : int

    Raises
    ------
    ModelError
        If a frame is not a series.
    """
    every = pd.DataFrame({id: _at(rows, year) for id, rows in series.items()}).sort_index()
    complete = every.dropna() if len(series) > 1 else every.head(0)
    percentiles = (complete.rank() - 0.5) / max(len(complete), 1)
    # The first measure of the order given, if several are at one end.
    ends = [(str(row.idxmax()), str(row.idxmin())) for _, row in percentiles.iterrows()]
    found = [
        Apart(str(unit), high, float(row[high]), low, float(row[low]))
        for (unit, row), (high, low) in zip(percentiles.iterrows(), ends, strict=True)
    ]
    found.sort(key=lambda one: (-round(one.spread, 12), one.unit))
    return CountriesApart(tuple(series), year, len(complete), len(every) - len(complete), tuple(found), percentiles)


def directions(series: Mapping[str, pd.DataFrame], first: int, last: int) -> Directions:
    """Return in how many countries one measure rose and another fell from `first` to `last`.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        By measure ``unit, year, value, segment``. Those without comparable values in both years are left out.
    first, last : int

    Raises
    ------
    ModelError
        As :func:`ogp_analysis.statistics.change.all_changes`.
    """
    moved = {id: all_changes(rows, first, last) for id, rows in series.items()}
    changes = pd.DataFrame({id: values for id, values in moved.items() if len(values)}).dropna()
    opposed = (changes.max(axis=1) > 0) & (changes.min(axis=1) < 0)
    return Directions(tuple(changes), first, last, len(changes), counted(int(opposed.sum()), len(changes)), changes)


def longest_segment(series: pd.DataFrame, unit: str, first: int, last: int) -> pd.DataFrame:
    """Return the rows of `unit` from `first` to `last` in the segment that spans most years, the latest if tied.

    Parameters
    ----------
    series : pandas.DataFrame
        A checked series ``unit, year, value, segment`` without missing values.
    unit : str
    first, last : int

    Returns
    -------
    pandas.DataFrame
        Fewer than two rows if no segment has two years.
    """
    own = series[(series["unit"] == unit) & series["year"].between(first, last)]
    years = own.groupby("segment")["year"].agg(lambda year: year.max() - year.min())
    return own[own["segment"] == years[::-1].idxmax()] if len(years) else own


def _at(frame: pd.DataFrame, year: int) -> pd.Series:
    rows = checked_series(frame, "places")
    rows = rows[rows["year"] == year]
    return pd.Series(rows["value"].to_numpy(), index=rows["unit"].astype(str).to_numpy(), dtype="float64")
