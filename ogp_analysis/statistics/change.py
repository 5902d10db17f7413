"""Change of one unit compared with every other unit over the same years, its path and its turning points.

These are descriptions: they say how a country moved beside the others, not why. Differences are exact
in the published decimals (:func:`ogp_analysis.statistics.sample.differences`), so that ties are ties. Shares are counts
of the countries there are, without an interval: they are not a sample.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.cached import cached
from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words.sentence import Count, Difference, Index, Rank, Year, Years
from ogp_analysis.statistics.rates import Proportion, counted
from ogp_analysis.statistics.result import Estimate, Result
from ogp_analysis.statistics.sample import (
    across_break,
    at_both,
    checked,
    checked_series,
    checked_window,
    comparable,
    differences,
    observed_at,
    present,
)

#: Note of a change, by whether the unit is observed at the first and at the last year.
_OBSERVED = {
    (True, True): "observed",
    (False, True): "not_observed_first",
    (True, False): "not_observed_last",
    (False, False): "not_observed",
}
#: What a unit without comparable values at both years has none of.
_NOT_COMPARED = ("difference", "direction", "rank_fall", "rank_rise", "tied", "as_much", "as_much_same_direction")


@dataclass(frozen=True, kw_only=True)
class Change(Result):
    """One unit's change between two years, beside the change of all units observed at both.

    Attributes
    ----------
    unit : str
        The unit.
    first, last : int
        The two years.
    first_value, last_value : float or None
        Values as published; None if not observed. Nothing is imputed, no nearby year is taken.
    difference : float or None
        Last minus first, on the scale of the series.
    direction : str or None
        ``"rose"``, ``"fell"`` or ``"unchanged"`` (equal as published).
    n : int
        Units observed at both years: the denominator of the ranks.
    rank_fall, rank_rise : int or None
        Place of the difference from the largest fall and from the largest rise, 1 being the largest;
        tied units share the smallest rank.
    tied : int or None
        Other units with exactly this difference.
    as_much : Proportion or None
        Of the other units observed at both years, those that moved at least as much in either
        direction.
    as_much_same_direction : Proportion or None
        Those that moved at least as much in the same direction; None if the unit did not move.
    only_first, only_last, neither : int
        Units of the frame that are left out, by where they have a value.
    across_break : int
        Units with both values that are left out because a break of the series lies between them.
    note : str
        ``"observed"``, ``"not_observed_first"``, ``"not_observed_last"``, ``"not_observed"``, or
        ``"not_comparable"``: a break lies between the two values of the unit, so there is no difference and no place.
    """

    unit: str
    first: Year
    last: Year
    first_value: Index | None
    last_value: Index | None
    difference: Difference | None
    direction: str | None
    rank_fall: Rank | None
    rank_rise: Rank | None
    tied: Count | None
    as_much: Proportion | None
    as_much_same_direction: Proportion | None
    only_first: Count
    only_last: Count
    neither: Count
    across_break: Count = 0

    @property
    def window(self) -> Years:
        """Years between `first` and `last`."""
        return self.last - self.first

    @property
    def left_out(self) -> Count:
        """Units of the frame without comparable values at both years."""
        return self.only_first + self.only_last + self.neither + self.across_break


def change(frame: pd.DataFrame, unit: str, first: int, last: int) -> Change:
    """Return the change of `unit` from `first` to `last`, and its place among all units.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and year: ``unit, year, value``. All units to compare with are in it. With a column
        ``segment``, values of different segments of a unit are not compared: a break of the series parts them.
    unit : str
        Code of the unit. One that the series does not cover is ``not_observed``.
    first, last : int
        Years.

    Returns
    -------
    Change
        The difference in the unit of the series, its place from the largest fall and from the largest rise, and the
        share of the others that moved as much.

    Raises
    ------
    ModelError
        If the frame is not a series of numbers with one row per unit and year, or the years are not in
        order.

    Examples
    --------
    >>> vdem = ogp.load("vdem", "v14", columns=["iso3", "year", "v2xcs_ccsi"]).dropna(subset=["iso3"])
    >>> series = vdem.rename(columns={"iso3": "unit", "v2xcs_ccsi": "value"})
    >>> mexico = change(series, "MEX", 2013, 2023)
    >>> mexico.difference, mexico.rank_fall, mexico.n
    (-0.071, 53, 176)
    >>> change(series, "SSD", 2000, 2023).note  # missing stays missing
    'not_observed_first'
    """
    return _change(checked_series(frame, "change"), unit, first, last)


def all_changes(frame: pd.DataFrame, first: int, last: int) -> pd.Series:
    """Return the change of every unit with comparable values at both years, by unit, exact in published decimals.

    Parameters
    ----------
    frame : pandas.DataFrame
        As :func:`change` takes it.
    first, last : int
        Years.

    Returns
    -------
    pandas.Series
        Last minus first, by unit; a unit without both values is not in it.

    Raises
    ------
    ModelError
        As :func:`change`.

    Examples
    --------
    >>> import pandas as pd
    >>> series = pd.DataFrame({"unit": ["A", "A", "B"], "year": [2013, 2023, 2023], "value": [0.9, 0.6, 0.5]})
    >>> all_changes(series, 2013, 2023).to_dict()
    {'A': -0.3}
    """
    checked_window(first, last, "all_changes")
    return _all_changes(checked_series(frame, "all_changes"), first, last)


@cached
def _all_changes(series: pd.DataFrame, first: int, last: int) -> pd.Series:
    return differences(comparable(series, first, last)).sort_index().rename("change")


def _change(series: pd.DataFrame, unit: str, first: int, last: int) -> Change:
    checked_window(first, last, "change")
    pairs, crossed, moved, ranks, observed = _everyone(series, first, last)
    values = pairs.get(unit, (None, None))
    found = dict.fromkeys(_NOT_COMPARED)
    if unit in moved.index:
        own, others = float(moved[unit]), moved.to_numpy()[moved.index != unit]
        as_much = others[abs(others) >= abs(own)]
        same = counted(int((as_much * own > 0).sum()), len(others)) if own else None
        found |= {name: int(rank[unit]) for name, rank in ranks.items()}
        found |= {
            "difference": own,
            "direction": "rose" if own > 0 else "fell" if own < 0 else "unchanged",
            "tied": int((others == own).sum()),
            "as_much": counted(len(as_much), len(others)),
            "as_much_same_direction": same,
        }
    estimates = map(Estimate, ("first", "last", "difference"), (*values, found["difference"]))
    shares = (found[name].as_term(name) for name in _NOT_COMPARED[-2:] if found[name] is not None)
    return Change(
        estimates=(*estimates, *shares),
        n=observed.pop("both"),
        method="difference_and_rank",
        note="not_comparable" if unit in crossed else _OBSERVED[tuple(value is not None for value in values)],
        unit=unit,
        first=first,
        last=last,
        first_value=values[0],
        last_value=values[1],
        across_break=len(crossed),
        **found,
        **observed,
    )


@cached
def _everyone(series: pd.DataFrame, first: int, last: int) -> tuple:
    """Return of all units their values at both years, who crossed a break, differences, ranks, and who is observed."""
    pairs, crossed = at_both(series, first, last), across_break(series, first, last)
    comparable_pairs = {one: pair for one, pair in pairs.items() if one not in crossed}
    moved = differences(comparable_pairs)
    ranks = {"rank_fall": moved.rank(method="min"), "rank_rise": moved.rank(method="min", ascending=False)}
    return pairs, crossed, moved, ranks, observed_at(comparable_pairs)


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

    Returns
    -------
    Path
        Its ends, turning points and direction, in the unit of the series; ``not_observed`` if it has no value.

    Raises
    ------
    ModelError
        If the frame is not a series of numbers with one row per unit and year.

    Examples
    --------
    >>> import pandas as pd
    >>> series = pd.DataFrame({"unit": "MEX", "year": [2013, 2019, 2023], "value": [0.772, 0.879, 0.701]})
    >>> own = path(series, "MEX")
    >>> own.direction, own.peak, own.shape
    ('fell', 2019, 'moved')
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


def turning_points(values: pd.Series, step: float) -> pd.Series:
    """Return the values between which a series moved by a step or more, in their order, and the last.

    From each to the next it moved by the step or more, and on the way it did not turn back by as much. They begin with
    the first value, or where the first such move begins; to the last value it may have moved by less.

    Parameters
    ----------
    values : pandas.Series
        In their order, such as one country's values by year.
    step : float
        The smallest move that counts, in the unit of the values.

    Returns
    -------
    pandas.Series
        Some of the values, with their index; the first and the last if the series never moved by a step.

    Raises
    ------
    ModelError
        If a value is missing or none is given, or the step is not positive.

    Examples
    --------
    >>> values = pd.Series([0.77, 0.80, 0.79, 0.88, 0.70, 0.72], index=range(2018, 2024))
    >>> turning_points(values, 0.05).to_dict()
    {2018: 0.77, 2021: 0.88, 2022: 0.7, 2023: 0.72}
    """
    if values.empty or values.isna().any() or not step > 0:
        raise ModelError("turning_points", "needs values without gaps, and a step above 0", "Drop missing values first")
    by, end = values.to_numpy("float64"), len(values) - 1

    def moved(start: int, at: int) -> float:
        return round(by[at] - by[start], 9)

    turns, way, high, low = [0], 0, 0, 0
    for at in range(len(by)):
        high, low = at if by[at] > by[high] else high, at if by[at] < by[low] else low
        if way >= 0 and moved(at, high) >= step:
            turns, way, high, low = [*turns, high], -1, at, at
        elif way <= 0 and moved(low, at) >= step:
            turns, way, high, low = [*turns, low], 1, at, at
    furthest = high if way > 0 else low
    turns = list(dict.fromkeys([*turns, *[furthest] * bool(way and moved(furthest, end)), end]))
    if len(turns) > 2 and abs(moved(0, turns[1])) < step:
        del turns[0]
    return values.iloc[turns]


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
    spread = (
        years[value]
        .quantile([0.25, 0.5, 0.75])
        .unstack()
        .set_axis(["lower_quartile", "median", "upper_quartile"], axis=1)
    )
    spread.insert(0, "n", years[value].count())
    spread.insert(1, "missing", years.size() - spread["n"])
    known = {key: frozenset(part["unit"][part[value].notna()]) for key, part in years}
    pairs = [
        (known[key], known.get(before) if before[0] == key[0] else None)
        for before, key in itertools.pairwise([("", 0), *known])
    ]
    spread["entered"] = [0 if before is None else len(now - before) for now, before in pairs]
    spread["left"] = [0 if before is None else len(before - now) for now, before in pairs]
    return spread.rename_axis(["group", "year"]).reset_index()
