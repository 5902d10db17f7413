"""The path of one unit: where it started, its highest and lowest point, and where it is now."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.models.result import plain
from ogp_analysis.models.series import checked_series


@dataclass(frozen=True)
class Path:
    """One unit's path between two years, as published.

    Attributes
    ----------
    unit : str
    first, last : int or None
        First and last year with a value; None if there is none.
    first_value, last_value : float or None
        Values there.
    peak, trough : int or None
        Year of the highest and of the lowest value, the earliest if tied.
    peak_value, trough_value : float or None
        Values there.
    shape : str
        ``"rose"``, ``"fell"`` or ``"flat"`` if the extremes are the ends; ``"rose_then_fell"`` if
        the highest point lies after the beginning, the lowest after it, and the last value below the
        first; ``"fell_then_rose"`` for the reverse; ``"mixed"`` for every other path;
        ``"not_observed"``.
    n : int
        Years with a value.
    """

    unit: str
    first: int | None = None
    last: int | None = None
    first_value: float | None = None
    last_value: float | None = None
    peak: int | None = None
    peak_value: float | None = None
    trough: int | None = None
    trough_value: float | None = None
    shape: str = "not_observed"
    n: int = 0

    @property
    def case(self) -> str:
        """Which sentence tells it.

        The shape; ``"one_year"`` for a single value; with ``"_to_the_end"`` if the last value is the extreme that the
        path turned to.
        """
        turned = {"rose_then_fell": self.trough_value, "fell_then_rose": self.peak_value}
        if self.n == 1:
            return "one_year"
        return self.shape + ("_to_the_end" if self.shape in turned and turned[self.shape] == self.last_value else "")


def path(frame: pd.DataFrame, unit: str, first: int | None = None, last: int | None = None) -> Path:
    """Return the path of `unit` from `first` to `last`.

    A description of published values: it names no cause, and where the publisher gives no interval
    it does not say which turn is larger than the error of measurement. Of a series with breaks (column
    ``segment``) it is the path since the last one.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``unit, year, value``; one row a unit and year.
    unit : str
        Code of the unit.
    first, last : int or None
        Years; the whole series by default.

    Raises
    ------
    ModelError
        If the frame is not a series of numbers with one row a unit and year.
    """
    series = checked_series(frame, "path").dropna(subset=["value"])
    own = series[(series["unit"] == unit) & (series["year"] >= (first or 0)) & (series["year"] <= (last or 9999))]
    if "segment" in own.columns:
        own = own[own["segment"] == own["segment"].max()]
    if own.empty:
        return Path(unit)
    years, values = own["year"].tolist(), own["value"].tolist()
    top, low = values.index(max(values)), values.index(min(values))
    return Path(
        unit,
        years[0],
        years[-1],
        values[0],
        values[-1],
        years[top],
        values[top],
        years[low],
        values[low],
        _shape(values, top, low),
        len(values),
    )


def _shape(values: list[float], top: int, low: int) -> str:
    if max(values) == min(values):
        return "flat"
    if values[-1] == values[top] and values[0] == values[low]:
        return "rose"
    if values[-1] == values[low] and values[0] == values[top]:
        return "fell"
    if 0 < top < low and values[-1] < values[0]:
        return "rose_then_fell"
    if 0 < low < top and values[-1] > values[0]:
        return "fell_then_rose"
    return "mixed"


@dataclass(frozen=True)
class Around:
    """A unit's values in the year before a date and in the year of it.

    Attributes
    ----------
    unit : str
    before, at : int
        The year before, and the year of the date.
    before_value, at_value : float or None
        Values there; None if there is none.
    note : str
        ``"observed"`` if both years have a value, else ``"not_observed"``.
    """

    unit: str
    before: int
    at: int
    before_value: float | None
    at_value: float | None
    note: str


def around(frame: pd.DataFrame, unit: str, date: str) -> Around:
    """Return the values of `unit` around a date written YYYY-MM-DD. The order of years is no cause.

    Raises
    ------
    ModelError
        If the frame is not a series of numbers with one row a unit and year.
    """
    series = checked_series(frame, "around").dropna(subset=["value"])
    own = series[series["unit"] == unit].set_index("year")["value"]
    at = int(date[:4])
    values = [plain(own.get(year)) for year in (at - 1, at)]
    return Around(unit, at - 1, at, *values, "not_observed" if None in values else "observed")
