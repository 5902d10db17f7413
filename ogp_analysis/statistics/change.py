"""Changes of units between two years, the path of one unit, and how groups are spread by year.

These are descriptions: they say how a country moved beside the others, not why. Differences are exact in the published
decimals, so that ties are ties.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.fingerprint import cached
from ogp_analysis.base.words.sentence import Count, Index, Year
from ogp_analysis.statistics.sample import DECIMALS, checked, present


def all_changes(frame: pd.DataFrame, first: int, last: int) -> pd.DataFrame:
    """Return the change of every unit with comparable values at both years, exact in published decimals.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and year: ``unit, year, value``. With a column ``segment``, values of different segments of a
        unit are not compared: a break of the series parts them.
    first, last : int
        Years.

    Returns
    -------
    pandas.DataFrame
        ``first_value, last_value, difference``, last minus first, by unit, sorted; a unit without both values is not
        in it.

    Raises
    ------
    ModelError
        If a unit has two rows of a year, or the years are not in order.

    Examples
    --------
    >>> import pandas as pd
    >>> series = pd.DataFrame({"unit": ["A", "A", "B"], "year": [2013, 2023, 2023], "value": [0.9, 0.6, 0.5]})
    >>> all_changes(series, 2013, 2023)["difference"].to_dict()
    {'A': -0.3}
    """
    if first >= last:
        raise ModelError("all_changes", f"the window runs from {first} to {last}", "Give a first year before the last")
    rows = frame[frame["year"].isin([first, last])].dropna(subset=["value"])
    if rows.duplicated(["unit", "year"]).any():
        raise ModelError("all_changes", "a unit has two rows of a year", "Pass one row for each unit and year")
    within = ["unit", "segment"] if "segment" in rows else ["unit"]
    ends = rows.pivot(index=within, columns="year", values="value").reindex(columns=[first, last]).dropna()
    ends = ends.droplevel(within[1:]).set_axis(["first_value", "last_value"], axis="columns").astype("float64")
    # In floating point .500 − .402 and .505 − .407 differ, and ties between units would be lost; 0 turns −0 into 0.
    return ends.assign(difference=(ends["last_value"] - ends["first_value"]).round(DECIMALS) + 0.0)


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
    direction : str or None
        ``"rose"``, ``"fell"`` or ``"unchanged"`` from the first to the last value; None if there are not two.
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
    direction: str | None = None


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
        If a year of the unit stands twice.

    Examples
    --------
    >>> import pandas as pd
    >>> series = pd.DataFrame({"unit": "MEX", "year": [2013, 2019, 2023], "value": [0.772, 0.879, 0.701]})
    >>> own = path(series, "MEX")
    >>> own.direction, own.peak, own.shape
    ('fell', 2019, 'moved')
    """
    own = frame[(frame["unit"] == unit) & frame["year"].between(first or 0, last or 9999)]
    own = own.dropna(subset=["value"]).sort_values("year")
    if own["year"].duplicated().any():
        raise ModelError("path", f"{unit} has two rows of a year", "Pass one row for each unit and year")
    if "segment" in own.columns:
        own = own[own["segment"] == own["segment"].max()]
    if own.empty:
        return Path(unit)
    years, values = own["year"].tolist(), own["value"].tolist()
    top, low = values.index(max(values)), values.index(min(values))
    shape, way = "moved", "rose" if values[-1] > values[0] else "fell" if values[-1] < values[0] else "unchanged"
    if values[top] == values[low]:
        shape = "flat"
    elif {values[0], values[-1]} == {values[top], values[low]}:
        shape = way
    ends = (years[0], years[-1], values[0], values[-1])
    turns = (years[top], values[top], years[low], values[low])
    return Path(unit, *ends, *turns, shape, len(values), way if len(values) > 1 else None)


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
