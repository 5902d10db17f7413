"""How far the units of a group spread, year by year: a description of difference, not of uncertainty."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ogp_analysis.base.cached import cached
from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words.numbers import Count, Index, Year
from ogp_analysis.statistics.result import plain
from ogp_analysis.statistics.series import checked


@dataclass(frozen=True)
class Spread:
    """One group in one year.

    Attributes
    ----------
    group : str
        The group.
    year : int
        The year.
    n : int
        Units with a value.
    missing : int
        Units of the frame, in this group and year, without a value.
    lower_quartile, median, upper_quartile : float or None
        None if `n` is 0.
    entered, left : int
        Units observed now and not in the group's previous year, and the reverse; 0 in its first.
    """

    group: str
    year: Year
    n: Count
    missing: Count
    lower_quartile: Index | None
    median: Index | None
    upper_quartile: Index | None
    entered: Count
    left: Count


@dataclass(frozen=True)
class Dispersion:
    """How far the units of each group spread, by year: a description, not an uncertainty.

    Attributes
    ----------
    spreads : tuple of Spread
        Sorted by group and year.
    changing : tuple of str
        Groups whose observed units are not the same in every year. There a moving median can be a
        change of membership and not of any unit.
    ungrouped : int
        Rows without a group; they are in no spread.
    """

    spreads: tuple[Spread, ...]
    changing: tuple[str, ...]
    ungrouped: Count

    @property
    def frame(self) -> pd.DataFrame:
        """Return one row per group and year, with the fields of :class:`Spread`."""
        columns = list(Spread.__dataclass_fields__)
        frame = pd.DataFrame([[getattr(s, c) for c in columns] for s in self.spreads], columns=columns)
        return frame.astype(dict.fromkeys(["lower_quartile", "median", "upper_quartile"], "float64"))


@cached
def dispersion(frame: pd.DataFrame, value: str = "value", by: str = "group") -> Dispersion:
    """Return median, quartiles and number of units of each group in each year.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and year: ``unit, year``, `value` and `by`. Holding membership fixed is the
        caller's duty; groups where it changes are named in the result.
    value : str
        Column of numbers.
    by : str
        Column of groups.

    Raises
    ------
    ModelError
        If a column is absent or not numeric, or a unit and year is missing or repeated.

    Notes
    -----
    Quartiles interpolate linearly between order statistics (type 7 of Hyndman and Fan 1996,
    doi 10.2307/2684934). They say how different the units are, not how sure the median is.
    """
    if by not in frame.columns:
        raise ModelError("dispersion", f"column {by!r} is absent", "Name a column of the frame")
    grouped = frame[frame[by].notna()]
    spreads, changing = [], []
    for group in sorted(grouped[by].unique(), key=str):
        rows = checked(grouped[grouped[by] == group], ("unit", "year"), (value,), "dispersion")
        rows = rows.sort_values("year", kind="stable")
        units, values = rows["unit"].to_numpy(object), rows[value].to_numpy()
        years, starts = np.unique(rows["year"].to_numpy(), return_index=True)
        of_years = zip(years.tolist(), np.split(units, starts[1:]), np.split(values, starts[1:]), strict=True)
        known = [(year, of_year[~np.isnan(of_year)], frozenset(who[~np.isnan(of_year)]), len(of_year))
                 for year, who, of_year in of_years]  # fmt: skip
        before = known[0][2]
        for year, numbers, members, rows_of_year in known:
            lower, median, upper = map(plain, np.quantile(numbers, (0.25, 0.5, 0.75))) if len(numbers) else (None,) * 3
            spreads.append(Spread(str(group), year, len(numbers), rows_of_year - len(numbers), lower, median, upper,
                                  len(members - before), len(before - members)))  # fmt: skip
            before = members
        changing += [str(group)] if len({members for _, _, members, _ in known}) > 1 else []
    return Dispersion(tuple(spreads), tuple(changing), int(frame[by].isna().sum()))
