"""What changed in a published series from one version of a dataset to the next, value by value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.base.words.numbers import Count, Measure, Year
from ogp_analysis.statistics.series import checked, exact


@dataclass(frozen=True)
class VersionRevision:
    """One series in two versions, over the unit-years that both give.

    Attributes
    ----------
    old, new : str
        Names of the two versions of the series.
    first, last : int or None
        First and last year that both give; None if there is none.
    n : int
        Unit-years compared.
    changed : int
        Of these, with another published value.
    mean_absolute : float or None
        Mean absolute difference, newer less older, exact in the published decimals before it is averaged.
    largest : float or None
        The largest difference in size, with its sign.
    largest_unit : str
        Where it is; the first of the order of units and years if several are tied.
    largest_year : int or None
    outside : int or None
        Older values outside the interval that the newer version publishes; None if it publishes none.
    """

    old: str
    new: str
    first: Year | None
    last: Year | None
    n: Count
    changed: Count
    mean_absolute: Annotated[float | None, Measure("index", 3)]
    largest: Annotated[float | None, Measure("index", 3, signed=True)]
    largest_unit: str
    largest_year: Year | None
    outside: Count | None


def version_revision(frame: pd.DataFrame, old: str, new: str, low: str = "", high: str = "") -> VersionRevision:
    """Return how far two versions of a series differ.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and year: ``unit, year``, `old`, `new`, and the interval of the newer version if it has one.
        Rows that lack one of the two values are left out.
    old, new : str
        Columns of the older and of the newer version.
    low, high : str
        Columns of the interval that the newer version publishes.

    Raises
    ------
    ModelError
        If a column is absent or not numeric, a unit and year is repeated, or only one bound is named.
    """
    if bool(low) != bool(high):
        raise ModelError("version_revision", "one bound is named", "Name both or none")
    rows = checked(frame, ("unit", "year"), tuple(filter(None, (old, new, low, high))), "version_revision")
    rows = rows.dropna(subset=[old, new]).reset_index(drop=True)
    if rows.empty:
        return VersionRevision(old, new, None, None, 0, 0, None, None, "", None, None)
    moved = [exact(after) - exact(before) for before, after in zip(rows[old], rows[new], strict=True)]
    place = max(range(len(moved)), key=lambda row: (abs(moved[row]), -row))
    return VersionRevision(
        old,
        new,
        int(rows["year"].min()),
        int(rows["year"].max()),
        len(rows),
        sum(step != 0 for step in moved),
        float(sum(map(abs, moved)) / len(moved)),
        float(moved[place]),
        str(rows["unit"][place]),
        int(rows["year"][place]),
        int(((rows[old] < rows[low]) | (rows[old] > rows[high])).sum()) if low else None,
    )
