"""Episodes of autocratisation: the published rule of ERT on a series of electoral democracy.

A description of how far and how long a series fell, not of why. The rule reads the point estimate
alone; how probable a fall is, given the error of the estimates, is another question
(:mod:`ogp_analysis.statistics.measurement`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from ogp_analysis.base.words.numbers import Count
from ogp_analysis.display.result import Shown
from ogp_analysis.statistics.result import Reference
from ogp_analysis.statistics.series import checked

ERT = Reference(
    key="maerz_2024",
    authors="Maerz, S. F.; Edgell, A. B.; Wilson, M. C.; Hellmeier, S.; Lindberg, S. I.",
    year=2024,
    title="Episodes of Regime Transformation",
    published_in="Journal of Peace Research 61(6)",
)
#: A fall from one year to the next of at least this opens an episode or carries it on.
FALL = 0.01
#: The highest and the lowest value of an episode lie at least this far apart.
TOTAL = 0.10
#: A rise from one year to the next above this ends it.
SUDDEN_RISE = 0.03
#: A rise since the last fall above this ends it.
TOTAL_RISE = 0.10
#: Years without a fall that end it.
PAUSE = 5
_LIBERAL_DEMOCRACY = 3
#: Differences of values published in three decimals, freed from the noise of floating point.
_DECIMALS = 10
COLUMNS = ("unit", "start_year", "end_year", "pre_year", "highest", "lowest", "open")


@dataclass(frozen=True, kw_only=True)
class Episodes(Shown):
    """The episodes of autocratisation in a set of series.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per episode, sorted: ``unit, start_year, end_year, pre_year, highest, lowest, open``.
        `pre_year` is the year before the start; an `open` episode had not ended when the series did.
    units, years : int
        Units, and unit-years with a value, that were looked at.
    reference : Reference
        Where the rule is published.
    """

    frame: pd.DataFrame = field(repr=False)
    units: Count
    years: Count
    reference: Reference = ERT

    def under_way(self, year: int) -> pd.DataFrame:
        """Return the episodes that the year belongs to."""
        return self.frame[self.frame["start_year"].le(year) & self.frame["end_year"].ge(year)]


def autocratization(frame: pd.DataFrame) -> Episodes:
    """Find the episodes of autocratisation.

    A fall of at least :data:`FALL` opens an episode. It goes on through falls and pauses, until
    :data:`PAUSE` years pass without such a fall, the value rises by more than :data:`SUDDEN_RISE` in
    a year or by more than :data:`TOTAL_RISE` since the last fall, the regime moves up into liberal
    democracy or makes a transition to democracy. It counts if the highest and the lowest value lie
    at least :data:`TOTAL` apart, pauses included. It begins with the first of the falls and ends with
    the last; if none of the ends came before the series stops or skips a year, it is open and runs
    to the last value.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and year: ``unit``, ``year``, ``value`` (electoral democracy, 0 to 1, higher is
        more democratic), ``regime`` (Regimes of the World, 0 to 3) and ``transition`` (1 in the year of
        a transition to democracy). Regime and transition may be missing; years without a value are
        gaps.

    Raises
    ------
    ModelError
        If a column is absent or not numeric, or a key is missing or repeated.

    References
    ----------
    Maerz et al. (2024), Episodes of Regime Transformation; rule of ERT version 15, in our words.
    """
    series = checked(frame, ("unit", "year"), ("value", "regime", "transition"), "autocratization")
    series = series.dropna(subset=["value"])
    gaps = (series["unit"] != series["unit"].shift()) | (series["year"].diff() != 1)
    rows = []
    # The years of one unit that follow one another.
    for _, run in series.groupby(gaps.cumsum(), sort=True):
        values, years = run["value"].to_numpy(), run["year"].to_numpy()
        change = np.round(np.diff(values, prepend=np.nan), _DECIMALS)
        # The regime ends an episode by going up into liberal democracy, or by a transition to democracy.
        regime = run["regime"]
        up = (regime == _LIBERAL_DEMOCRACY) & (regime.shift() < _LIBERAL_DEMOCRACY)
        ends = (up | (run["transition"] == 1)).to_numpy()
        first = 1
        while first < len(values):
            if not change[first] <= -FALL:
                first += 1
                continue
            # An episode goes to its last fall; the values up to `stop` count, and it is open if nothing ended it.
            last, stop, is_open = first, len(values), True
            for at in range(first + 1, len(values)):
                rise = round(values[at] - values[last], _DECIMALS)
                if change[at] > SUDDEN_RISE or rise > TOTAL_RISE or ends[at]:
                    stop, is_open = at, False
                    break
                if change[at] <= -FALL:
                    last = at
                elif at - last >= PAUSE:
                    stop, is_open = at + 1, False
                    break
            stretch = values[first - 1 : stop]
            if stretch.min() - stretch.max() <= -TOTAL:
                end = years[stop - 1] if is_open else years[last]
                rows.append(
                    (run["unit"].iloc[0], years[first], end, years[first - 1], stretch.max(), stretch.min(), is_open)
                )
            first = last + 1
    table = pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        {"start_year": "int64", "end_year": "int64", "pre_year": "int64", "open": "bool"}
    )
    return Episodes(frame=table, units=int(series["unit"].nunique()), years=len(series))
