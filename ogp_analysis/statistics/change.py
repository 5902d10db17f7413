"""How much one unit changed, and how that compares with every other unit over the same years.

These are descriptions: they say how a country moved beside the others, not why. Differences are exact
in the published decimals (:func:`ogp_analysis.statistics.series.differences`), so that ties are ties. Shares are counts
of the countries there are, without an interval: they are not a sample.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.cached import cached
from ogp_analysis.base.words.numbers import Count, Difference, Index, Rank, Year, Years
from ogp_analysis.statistics.rates import Proportion, counted
from ogp_analysis.statistics.result import Estimate, Result
from ogp_analysis.statistics.series import (
    across_break,
    at_both,
    checked_series,
    checked_window,
    comparable,
    differences,
    observed_at,
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
