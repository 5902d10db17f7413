"""Amounts at the prices of another year: a price index chained from yearly changes, with every year it rests on."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ParameterError

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
        One row per year: ``year, price_index, links, missing_links``, the last two texts of years joined by blanks.
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
    links = [range(min(year, base_year) + 1, max(year, base_year) + 1) for year in years]
    there = set(own.dropna().index)
    missing = [[year for year in of_year if year not in there] for of_year in links]
    chain = pd.DataFrame({"year": pd.Series(years, dtype="int64")})
    chain["price_index"] = np.array([index[year] for year in years], dtype="float64")
    for name, found in (("links", links), ("missing_links", missing)):
        chain[name] = pd.Series([" ".join(map(str, of_year)) for of_year in found], dtype="str")
    return chain


def deflate(amounts: pd.Series, years: pd.Series, economy: str, base_year: int, changes: pd.DataFrame) -> pd.DataFrame:
    """Return each amount at the consumer prices of `base_year`.

    Parameters
    ----------
    amounts : pandas.Series
        Numbers at the prices of their year, all in the currency of `economy`. Convert after deflating, or
        deflate with the prices of the economy whose currency they are in.
    years : pandas.Series
        Calendar year of each amount; missing if unknown.
    economy : str
        World Bank code, for example ``"MEX"``.
    base_year : int
        Year at whose prices the result is.
    changes : pandas.DataFrame
        ``consumer_prices_world_bank.price_change``: yearly change in percent.

    Returns
    -------
    pandas.DataFrame
        On the index of `amounts`: ``deflated`` (missing unless every link is there), ``price_index`` (base year =
        100), ``links`` (the years whose changes lie between the year and the base year, joined by blanks),
        ``missing_links`` (those of them without a change), ``status`` and ``reason``.

    Raises
    ------
    ParameterError
        If `years` has another index.

    See Also
    --------
    chained : the price index.
    """
    if not years.index.equals(amounts.index):
        raise ParameterError("years", "have another index than the amounts", "Take both from one table")
    year = years.astype("Int64")
    chain = chained(changes, economy, base_year, sorted(year.dropna().unique().tolist())).set_index("year")
    index = _looked_up(year, chain["price_index"].to_dict(), np.nan)
    whole = amounts.notna() & index.notna()
    same = whole & (year == base_year).fillna(False)
    status = pd.Series("not_deflated", index=amounts.index, dtype="str").mask(whole, "deflated").mask(same, "same_year")
    reason = pd.Series("missing_links", index=amounts.index, dtype="str").mask(year.isna(), "no_year")
    reason = reason.mask(amounts.isna(), "no_amount").where(~whole, "")
    return pd.DataFrame(
        {
            "deflated": (amounts * 100 / index).where(~same, amounts).astype("float64"),
            "price_index": index,
            "links": _looked_up(year, chain["links"].to_dict(), ""),
            "missing_links": _looked_up(year, chain["missing_links"].to_dict(), ""),
            "status": status,
            "reason": reason,
        }
    )


def _looked_up(years: pd.Series, values: dict, missing) -> pd.Series:
    found = [missing if pd.isna(year) else values[year] for year in years]
    return pd.Series(found, index=years.index, dtype="str" if missing == "" else "float64")
