"""The path of one unit, how far it is below its highest point, and how far the units of a group spread year by year.

The highest point is chosen by the values themselves, so a fall from it is larger than a fall between two years chosen
beforehand. It is compared with nothing but every other unit's fall from its own highest point in the same years.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.cached import cached
from ogp_analysis.base.words.numbers import Count, Difference, Index, Rank, Year
from ogp_analysis.statistics.result import Estimate, Result, plain
from ogp_analysis.statistics.sample import present
from ogp_analysis.statistics.series import checked, checked_series, exact

#: First year in which a highest value is looked for: the first whole year after the launch of OGP. The same for every
#: country and page, so that no country's own years decide it.
PEAK_SINCE = 2012


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
        ``"rose"``, ``"fell"`` or ``"flat"`` if the extremes are the ends; ``"moved"`` for every other path;
        ``"not_observed"``.
    n : int
        Years with a value.
    """

    unit: str
    first: Year | None = None
    last: Year | None = None
    first_value: Index | None = None
    last_value: Index | None = None
    peak: Year | None = None
    peak_value: Index | None = None
    trough: Year | None = None
    trough_value: Index | None = None
    shape: str = "not_observed"
    n: Count = 0

    @property
    def case(self) -> str:
        """Which sentence states it: the shape, or ``"one_year"`` for a single value."""
        return "one_year" if self.n == 1 else self.shape

    @property
    def direction(self) -> str | None:
        """``"rose"``, ``"fell"`` or ``"unchanged"`` from the first to the last value; None if there are not two."""
        if self.n < 2:
            return None
        move = self.last_value - self.first_value
        return "rose" if move > 0 else "fell" if move < 0 else "unchanged"


@dataclass(frozen=True, kw_only=True)
class FallFromPeak(Result):
    """How far a unit stands below its own highest value, beside every other unit's fall from its own.

    No probability belongs to it: its first year was chosen for having the highest value.

    Attributes
    ----------
    unit : str
    first, last : int
        The span, the same for all units.
    peak : int or None
        Year in which the highest value of the span was first reached.
    peak_value, last_value : float or None
        Values then and in `last`.
    difference : float or None
        Last minus highest, exact in the published decimals: 0 or below.
    rank : int or None
        Place from the largest of these falls; tied units share the smallest.
    tied : int or None
        Other units with exactly this fall.
    n : int
        Units with a value in every year of the span, no break between them.
    left_out : int
        Units with a value in some year of the span that are not among the `n`.
    note : str
        ``"fell"``, ``"at_peak"`` (the last value is the highest), or ``"not_observed"``.
    """

    unit: str
    first: Year
    last: Year
    peak: Year | None = None
    peak_value: Index | None = None
    last_value: Index | None = None
    difference: Difference | None = None
    rank: Rank | None = None
    tied: Count | None = None
    left_out: Count = 0


def path(frame: pd.DataFrame, unit: str, first: int | None = None, last: int | None = None) -> Path:
    """Return the path of `unit` from `first` to `last`.

    A description of published values: it names no cause, and where the publisher gives no interval
    it does not say which turn is larger than the error of measurement. Of a series with breaks (column
    ``segment``) it is the path since the last one.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``unit, year, value``; one row per unit and year.
    unit : str
        Code of the unit.
    first, last : int or None
        Years; the whole series by default.

    Raises
    ------
    ModelError
        If the frame is not a series of numbers with one row per unit and year.
    """
    series = checked_series(frame, "path").dropna(subset=["value"])
    own = series[(series["unit"] == unit) & (series["year"] >= (first or 0)) & (series["year"] <= (last or 9999))]
    if "segment" in own.columns:
        own = own[own["segment"] == own["segment"].max()]
    if own.empty:
        return Path(unit)
    years, values = own["year"].tolist(), own["value"].tolist()
    top, low = values.index(max(values)), values.index(min(values))
    shape = "moved"
    if values[top] == values[low]:
        shape = "flat"
    elif values[-1] == values[top] and values[0] == values[low]:
        shape = "rose"
    elif values[-1] == values[low] and values[0] == values[top]:
        shape = "fell"
    ends = (years[0], years[-1], values[0], values[-1])
    return Path(unit, *ends, years[top], values[top], years[low], values[low], shape, len(values))


def fall_from_peak(frame: pd.DataFrame, unit: str, last: int, first: int = PEAK_SINCE) -> FallFromPeak:
    """Return how far `unit` stands in `last` below its own highest value since `first`, and its place among all units.

    Parameters
    ----------
    frame : pandas.DataFrame
        ``unit, year, value``; one row per unit and year. All units to compare with are in it. With a column
        ``segment``, a unit with a break of its series within the span is left out.
    unit : str
        Code of the unit.
    last, first : int
        The span. It is to be the same on all pages that are compared, and chosen without looking at the values.

    Raises
    ------
    ModelError
        If the frame is not a series of numbers with one row per unit and year.
    """
    values, falls, left_out = _falls(checked_series(frame, "fall_from_peak"), last, first)
    about = {"unit": unit, "first": first, "last": last, "n": len(falls), "left_out": left_out}
    if unit not in falls:
        return FallFromPeak(estimates=(Estimate("difference", None),), note="not_observed", **about)
    own, difference = values.loc[unit], falls[unit]
    return FallFromPeak(
        estimates=(Estimate("difference", float(difference)),), note="fell" if difference < 0 else "at_peak",
        method="difference_and_rank", peak=int(own.idxmax()), peak_value=float(own.max()),
        last_value=float(own[last]), difference=float(difference),
        rank=1 + sum(fall < difference for fall in falls.values()),
        tied=sum(fall == difference for fall in falls.values()) - 1, **about,
    )  # fmt: skip


@cached
def _falls(series: pd.DataFrame, last: int, first: int) -> tuple[pd.DataFrame, dict, int]:
    """Return the values of all units in a span without a break or a gap, their falls, and how many are left out."""
    series = series.dropna(subset=["value"])
    span = series[series["year"].between(first, last)]
    by_unit = span.groupby("unit")
    whole = by_unit["year"].size() == last - first + 1
    if "segment" in span.columns:
        whole &= by_unit["segment"].nunique() == 1
    kept = whole.index[whole] if last > first else whole.index[:0]
    values = span[span["unit"].isin(kept)].pivot(index="unit", columns="year", values="value")
    falls = {code: exact(row[last]) - exact(row.max()) for code, row in values.iterrows()}
    return values, falls, len(whole) - len(falls)


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
    before: Year
    at: Year
    before_value: Index | None
    at_value: Index | None
    note: str


def around(frame: pd.DataFrame, unit: str, date: str) -> Around:
    """Return the values of `unit` around a date written YYYY-MM-DD. The order of years is not a cause.

    Raises
    ------
    ModelError
        If the frame is not a series of numbers with one row per unit and year.
    """
    series = checked_series(frame, "around").dropna(subset=["value"])
    own = series[series["unit"] == unit].set_index("year")["value"]
    at = int(date[:4])
    values = [plain(own.get(year)) for year in (at - 1, at)]
    return Around(unit, at - 1, at, *values, "not_observed" if None in values else "observed")


@cached
def dispersion(frame: pd.DataFrame, value: str = "value", by: str = "group") -> pd.DataFrame:
    """Return median, quartiles and number of units of each group in each year: a description, not an uncertainty.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and year: ``unit, year``, `value` and `by`; rows without a group are left out. Holding
        membership fixed is the caller's duty: where units enter or leave, a moving median can be a change of
        membership and not of any unit.
    value : str
        Column of numbers.
    by : str
        Column of groups.

    Returns
    -------
    pandas.DataFrame
        One row per group and year, sorted: ``group, year``; ``n`` units with a value and ``missing`` ones without;
        ``lower_quartile, median, upper_quartile``, missing where `n` is 0; ``entered, left``, units observed now and
        not in the group's year before, and the reverse, 0 in its first.

    Raises
    ------
    ModelError
        If a column is absent or not numeric, or a unit and year is missing or repeated.

    Notes
    -----
    Quartiles interpolate linearly between order statistics (type 7 of Hyndman and Fan 1996,
    doi 10.2307/2684934). They say how different the units are, not how sure the median is.
    """
    present(frame, [by], "dispersion")
    rows = checked(frame[frame[by].notna()], (by, "unit", "year"), (value,), "dispersion")
    years = rows.assign(**{by: rows[by].astype(str)}).groupby([by, "year"])
    spread = years[value].quantile([0.25, 0.5, 0.75]).unstack().set_axis(["lower_quartile", "median", "upper_quartile"],
                                                                        axis=1)  # fmt: skip
    spread.insert(0, "n", years[value].count())
    spread.insert(1, "missing", years.size() - spread["n"])
    known = {key: frozenset(part["unit"][part[value].notna()]) for key, part in years}
    pairs = [(known[key], known.get(before) if before[0] == key[0] else None)
             for before, key in itertools.pairwise([("", 0), *known])]  # fmt: skip
    spread["entered"] = [0 if before is None else len(now - before) for now, before in pairs]
    spread["left"] = [0 if before is None else len(before - now) for now, before in pairs]
    return spread.rename_axis(["group", "year"]).reset_index()
