"""Which units moved most between two years, in either direction."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words.numbers import Count, Difference, Index, Rank, Year
from ogp_analysis.statistics.series import checked_series, checked_window, comparable, differences, observed_at


@dataclass(frozen=True)
class Mover:
    """One unit in a list of largest movements; `rank` is shared by the `tied` other units with the same difference."""

    rank: Rank
    unit: str
    first_value: Index
    last_value: Index
    difference: Difference
    tied: Count


@dataclass(frozen=True)
class Movers:
    """The largest falls and rises between two years.

    Attributes
    ----------
    first, last : int
        The two years.
    falls, rises : tuple of Mover
        Largest first; tied units in the order of their codes. Only units that fell, or rose.
    falls_cut, rises_cut : int
        Units left off the list although they are tied with its last unit.
    n, n_fell, n_rose, n_unchanged : int
        Units with comparable values at both years, and how they moved.
    only_first, only_last, neither : int
        Units of the frame that are left out, by where they have a value.
    """

    first: Year
    last: Year
    falls: tuple[Mover, ...]
    rises: tuple[Mover, ...]
    falls_cut: Count
    rises_cut: Count
    n: Count
    n_fell: Count
    n_rose: Count
    n_unchanged: Count
    only_first: Count
    only_last: Count
    neither: Count

    @property
    def frame(self) -> pd.DataFrame:
        """Return falls, then rises: ``direction, rank, unit, first_value, last_value, difference, tied``."""
        columns = ["rank", "unit", "first_value", "last_value", "difference", "tied"]
        lists = [("fell", m) for m in self.falls] + [("rose", m) for m in self.rises]
        rows = [(direction, *(getattr(m, c) for c in columns)) for direction, m in lists]
        return pd.DataFrame(rows, columns=["direction", *columns])


def movers(frame: pd.DataFrame, first: int, last: int, most: int = 10) -> Movers:
    """Return the `most` largest falls and rises from `first` to `last`.

    Parameters
    ----------
    frame, first, last
        As in :func:`change`.
    most : int
        Length of each list at most.

    Raises
    ------
    ModelError
        As :func:`change`, or if `most` is below 1.
    """
    checked_window(first, last, "movers")
    if most < 1:
        raise ModelError("movers", f"most is {most!r}", "Give the number of units to list, 1 or more")
    pairs = comparable(checked_series(frame, "movers"), first, last)
    moved, observed = differences(pairs), observed_at(pairs)
    fell, rose = ((sign * moved)[sign * moved > 0] for sign in (-1, 1))
    largest = []
    for sizes in (fell, rose):
        # Of those tied the first in the order of codes are listed, and how many tied ones are cut is said.
        listed = sizes.sort_index().nlargest(most)
        ranks = sizes.rank(method="min", ascending=False)
        cut = int((sizes == listed.iloc[-1]).sum() - (listed == listed.iloc[-1]).sum()) if len(listed) else 0
        tied = {unit: int((sizes == sizes[unit]).sum()) - 1 for unit in listed.index}
        largest.append((tuple(Mover(int(ranks[u]), u, *pairs[u], float(moved[u]), tied[u]) for u in tied), cut))
    (falls, falls_cut), (rises, rises_cut) = largest
    return Movers(
        first=first,
        last=last,
        falls=falls,
        rises=rises,
        falls_cut=falls_cut,
        rises_cut=rises_cut,
        n=observed.pop("both"),
        n_fell=len(fell),
        n_rose=len(rose),
        n_unchanged=len(moved) - len(fell) - len(rose),
        **observed,
    )
