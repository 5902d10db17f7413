"""Where a unit stands in several measures at once, and which units they place furthest apart.

Descriptions: places among the units with a value, never differences of values on different scales.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.change import all_changes, change
from ogp_analysis.statistics.rates import Proportion, counted
from ogp_analysis.statistics.series import checked_series


@dataclass(frozen=True)
class Standing:
    """One unit in one measure.

    Attributes
    ----------
    measure : str
    year : int or None
        Year of its place: the last of the window, or the last before it with a value; None if there is none.
    n : int
        Units with a value in that year.
    rank : int or None
        Place counted from the highest value; ties share the smallest.
    tied : int or None
        Other units with exactly this value.
    percentile : float or None
        Share of these units below it, half of those tied with it and of itself included; 0 to 1.
    first, last : int or None
        Years between which its direction is told.
    direction : str or None
        ``"rose"``, ``"fell"`` or ``"unchanged"``, as published; None if it has no two years to compare.
    same_years : bool
        Whether those are the years asked for; if not, they are the two furthest apart within them that are made in
        one way.
    """

    measure: str
    year: int | None
    n: int
    rank: int | None
    tied: int | None
    percentile: float | None
    first: int | None
    last: int | None
    direction: str | None
    same_years: bool


@dataclass(frozen=True)
class Standings:
    """One unit in all measures over the same years, as far as these have them.

    Attributes
    ----------
    unit : str
    first, last : int
        The years asked for.
    rows : tuple of Standing
        In the order given, measures without a value for the unit included.
    """

    unit: str
    first: int
    last: int
    rows: tuple[Standing, ...]

    def moved(self, direction: str) -> tuple[str, ...]:
        """Return the measures that moved in that direction over the years asked for."""
        return tuple(row.measure for row in self.rows if row.same_years and row.direction == direction)

    @property
    def rose(self) -> int:
        """How many rose over the years asked for."""
        return len(self.moved("rose"))

    @property
    def fell(self) -> int:
        """How many fell over the years asked for."""
        return len(self.moved("fell"))

    @property
    def unchanged(self) -> int:
        """How many did not change over the years asked for."""
        return len(self.moved("unchanged"))

    @property
    def n(self) -> int:
        """How many have comparable values in both of the years asked for."""
        return self.rose + self.fell + self.unchanged

    @property
    def case(self) -> str:
        """``"none"``, ``"apart"`` if some rose and some fell, else ``"together"``."""
        return "none" if not self.n else "apart" if self.rose and self.fell else "together"

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row a measure, with the fields of :class:`Standing`."""
        return pd.DataFrame([vars(row) for row in self.rows], columns=list(Standing.__dataclass_fields__))


@dataclass(frozen=True)
class Track:
    """The path of one unit in one measure, as far as it is made in one way.

    Attributes
    ----------
    measure, unit : str
    years : int
        Years with a value, whatever the method.
    first, last : int or None
        The two years furthest apart that are made in one way; None if there is none.
    n : int
        Years with a value from `first` to `last`.
    direction : str or None
        ``"rose"``, ``"fell"`` or ``"unchanged"`` between them.
    highest, lowest : int or None
        Year of the highest and of the lowest value between them, the earliest if tied.
    constant : bool
        Whether the published value is the same in all these years.
    level : float or None
        That value, if it is.
    """

    measure: str
    unit: str
    years: int
    first: int | None = None
    last: int | None = None
    n: int = 0
    direction: str | None = None
    highest: int | None = None
    lowest: int | None = None
    constant: bool = False
    level: float | None = None

    @property
    def case(self) -> str:
        """``"none"``, ``"flat"`` or ``"moved"``."""
        return "none" if self.first is None else "flat" if self.constant else "moved"


@dataclass(frozen=True)
class Apart:
    """One unit that several measures place differently: where each of the two furthest apart puts it, 0 to 1."""

    unit: str
    high: str
    high_percentile: float
    low: str
    low_percentile: float

    @property
    def spread(self) -> float:
        """Difference of the two percentiles."""
        return self.high_percentile - self.low_percentile


@dataclass(frozen=True)
class Spread:
    """How far several measures place the units apart in one year.

    Attributes
    ----------
    measures : tuple of str
    year : int
    n : int
        Units with a value in every measure: percentiles are made among them.
    missing : int
        Units with a value in some measure and not in all.
    units : tuple of Apart
        All n, the widest first, ties in the order of units.
    percentiles : pandas.DataFrame
        One row a unit, a column for each measure.
    """

    measures: tuple[str, ...]
    year: int
    n: int
    missing: int
    units: tuple[Apart, ...]
    percentiles: pd.DataFrame

    def at_least(self, spread: float) -> Proportion:
        """Return the share of units that are placed at least so far apart."""
        return counted(sum(one.spread >= spread for one in self.units), self.n)


@dataclass(frozen=True)
class Directions:
    """Over one window, how the directions of several measures of a unit go together.

    Attributes
    ----------
    measures : tuple of str
    first, last : int
    n : int
        Units with comparable values in both years in every measure.
    opposed : Proportion
        Those that at least one measure saw rise and another fall.
    """

    measures: tuple[str, ...]
    first: int
    last: int
    n: int
    opposed: Proportion


def standings(stretches: Mapping[str, list[pd.DataFrame]], unit: str, first: int, last: int) -> Standings:
    """Return where `unit` stands in each measure and which way it moved from `first` to `last`.

    Parameters
    ----------
    stretches : mapping of str to list of pandas.DataFrame
        For each measure its series ``unit, year, value``, one frame for each stretch of years made in one way, the
        earliest first. Nothing is compared across two frames.
    unit : str
    first, last : int

    Raises
    ------
    ModelError
        As :func:`ogp_analysis.statistics.change.change`.
    """
    return Standings(unit, first, last, tuple(_standing(id, s, unit, first, last) for id, s in stretches.items()))


def track(
    measure: str, stretches: list[pd.DataFrame], unit: str, first: int | None = None, last: int | None = None
) -> Track:
    """Return the path of `unit` in a measure, over the longest run of years from `first` to `last` made in one way.

    Parameters
    ----------
    measure : str
        Its name.
    stretches : list of pandas.DataFrame
        As in :func:`standings`.
    unit : str
    first, last : int or None
        Years; all by default.

    Raises
    ------
    ModelError
        If a frame is not a series.
    """
    own = [checked_series(s, "track").dropna(subset=["value"]) for s in stretches]
    own = [s[(s["unit"] == unit) & s["year"].between(first or s["year"].min(), last or s["year"].max())] for s in own]
    years = [sorted(map(int, s["year"])) for s in own]
    total = sum(map(len, years))
    if not total:
        return Track(measure, unit, 0)
    start, end, series = _window(own, years, min(y for s in years for y in s), max(y for s in years for y in s))
    if start == end:
        return Track(measure, unit, total)
    values = series.set_index("year")["value"]
    flat = values.nunique() == 1
    move = values.iloc[-1] - values.iloc[0]
    return Track(
        measure,
        unit,
        total,
        start,
        end,
        len(values),
        "rose" if move > 0 else "fell" if move < 0 else "unchanged",
        int(values.idxmax()),
        int(values.idxmin()),
        flat,
        float(values.iloc[0]) if flat else None,
    )


def constant_units(series: pd.DataFrame) -> tuple[int, int]:
    """Return how many units of a series ``unit, year, value`` have one value in all their years, and of how many.

    Units with a single year are in neither number.
    """
    by_unit = checked_series(series, "constant_units").dropna(subset=["value"]).groupby("unit")["value"]
    several = by_unit.size() > 1
    return int((by_unit.nunique()[several] == 1).sum()), int(several.sum())


def spread(series: Mapping[str, pd.DataFrame], year: int) -> Spread:
    """Return how far apart several measures place the units that all of them have in a year.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        For each measure ``unit, year, value``. Measures of one publisher are not independent views: give one of each.
    year : int

    Raises
    ------
    ModelError
        If fewer than two measures are given, or a frame is not a series.
    """
    if len(series) < 2:
        raise ModelError("spread", f"{len(series)} measures", "Give two or more")
    at = {id: _at(frame, year) for id, frame in series.items()}
    every = pd.DataFrame(at).sort_index()
    complete = every.dropna()
    percentiles = (complete.rank() - 0.5) / max(len(complete), 1)
    units = [_apart(str(unit), row) for unit, row in percentiles.iterrows()]
    return Spread(
        tuple(series),
        year,
        len(complete),
        len(every) - len(complete),
        tuple(sorted(units, key=lambda one: (-round(one.spread, 12), one.unit))),
        percentiles,
    )


def directions(series: Mapping[str, pd.DataFrame], first: int, last: int) -> Directions:
    """Return in how many units one measure rose and another fell from `first` to `last`.

    Parameters
    ----------
    series : mapping of str to pandas.DataFrame
        For each measure ``unit, year, value``, made in one way in both years.
    first, last : int

    Raises
    ------
    ModelError
        As :func:`ogp_analysis.statistics.change.all_changes`.
    """
    moved = pd.DataFrame({id: all_changes(frame, first, last) for id, frame in series.items()}).dropna()
    opposed = (moved.max(axis=1) > 0) & (moved.min(axis=1) < 0)
    return Directions(tuple(series), first, last, len(moved), counted(int(opposed.sum()), len(moved)))


def _standing(id: str, stretches: list[pd.DataFrame], unit: str, first: int, last: int) -> Standing:
    own = [checked_series(s, "standings").dropna(subset=["value"]) for s in stretches]
    own = [s[s["year"] <= last] for s in own]
    years = [sorted(s.loc[s["unit"] == unit, "year"]) for s in own]
    held = [number for number, found in enumerate(years) if found]
    if not held:
        return Standing(id, None, 0, *[None] * 6, False)
    start, end, series = _window(own, years, first, last)
    direction = change(series, unit, start, end).direction if start < end else None
    return Standing(
        id,
        years[held[-1]][-1],
        *_place(own[held[-1]], unit, years[held[-1]][-1]),
        start if direction else None,
        end if direction else None,
        direction,
        (start, end) == (first, last),
    )


def _window(own: list[pd.DataFrame], years: list[list[int]], first: int, last: int) -> tuple[int, int, pd.DataFrame]:
    """Return the two years furthest apart from `first` to `last` with values made in one way, and these; else 0, 0."""
    best = (0, 0, own[0])
    for series, seen in zip(own, years, strict=True):
        inside = [int(year) for year in seen if first <= year <= last]
        if len(inside) > 1 and inside[-1] - inside[0] >= best[1] - best[0]:
            best = (inside[0], inside[-1], series)
    return best


def _place(series: pd.DataFrame, unit: str, year: int) -> tuple[int, int, int, float]:
    at = _at(series, year).dropna()
    value = at[unit]
    tied = int((at == value).sum()) - 1
    return len(at), 1 + int((at > value).sum()), tied, float((at.rank()[unit] - 0.5) / len(at))


def _at(frame: pd.DataFrame, year: int) -> pd.Series:
    rows = checked_series(frame, "spread")
    rows = rows[rows["year"] == year]
    return pd.Series(rows["value"].to_numpy(), index=rows["unit"].astype(str).to_numpy(), dtype="float64")


def _apart(unit: str, row: pd.Series) -> Apart:
    # The first measure of the order given, if several are at one end.
    high, low = str(row.idxmax()), str(row.idxmin())
    return Apart(unit, high, float(row[high]), low, float(row[low]))
