"""A price index chained from yearly changes, with every year that it rests on."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

#: Index of the base year.
BASE = 100.0


def chained(changes: pd.DataFrame, economy: str, base_year: int, years: Iterable[int]) -> pd.DataFrame:
    """Return the index of the given years, base year = 100, with every link it rests on.

    The change of year *t* links *t* - 1 with *t*. So a year after the base year rests on the changes from the
    year after the base year to its own, a year before it on those from the year after its own to the base year.
    If one of them is missing there is no index.

    Parameters
    ----------
    changes : pandas.DataFrame
        ``consumer_prices_world_bank.price_change``: ``economy, year, price_change`` (percent, above -100).
    economy : str
        World Bank code.
    base_year : int
        Year whose index is 100.
    years : iterable of int
        Years wanted.

    Returns
    -------
    pandas.DataFrame
        One row a year: ``year, price_index, links, missing_links``, the last two texts of years joined by blanks.
    """
    years = sorted(set(years))
    own = changes[changes["economy"] == economy].set_index("year")["price_change"].astype("float64")
    first, last = min([base_year, *years]), max([base_year, *years])
    factor = 1 + own.reindex(range(first, last + 1)) / 100
    # A missing change makes everything beyond it missing; by default a product would step over it.
    forward = factor.loc[base_year + 1 :].cumprod(skipna=False)
    # From the base year down: the index of t - 1 is that of t over the factor of t.
    backward = 1 / factor.loc[first + 1 : base_year][::-1].cumprod(skipna=False)
    backward.index = backward.index - 1
    index = BASE * pd.concat([pd.Series({base_year: 1.0}), forward, backward])
    links = {year: range(min(year, base_year) + 1, max(year, base_year) + 1) for year in years}
    there = set(own.dropna().index)
    return pd.DataFrame(
        {
            "year": pd.Series(years, dtype="int64"),
            "price_index": np.array([index[year] for year in years], dtype="float64"),
            "links": pd.Series([_joined(links[year]) for year in years], dtype="str"),
            "missing_links": pd.Series(
                [_joined(x for x in links[year] if x not in there) for year in years], dtype="str"
            ),
        }
    )


def _joined(years: Iterable[int]) -> str:
    return " ".join(str(year) for year in years)
