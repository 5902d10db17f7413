"""Shares of one side in the yearly total of another, where the amounts can be added up."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from ogp_analysis.procurement.flags.awarded_rows import grouped, named, one_currency


@dataclass(frozen=True)
class Shares:
    """Shares by pair of whole and part.

    Attributes
    ----------
    share : pandas.Series
        Part of the whole's yearly amount, by the name of the pair.
    awards : pandas.Series
        Awards of the whole in the year, by the name of the pair.
    addable : pandas.Series of bool
        Whether all amounts of the whole are there, in one currency.
    """

    share: pd.Series
    awards: pd.Series
    addable: pd.Series


def shares(frame: pd.DataFrame, whole: tuple[str, ...], part: str) -> Shares:
    """Return which share of the amount of `whole` went to `part`.

    Parameters
    ----------
    frame : pandas.DataFrame
        Awarded contracts.
    whole : tuple of str
        Columns that name the whole, for example buyer and year.
    part : str
        Column that names the part; awards without it still belong to the whole.
    """
    known = grouped(frame, *whole)
    addable, total, count = one_currency(known), known.groupby("unit")["amount"].sum(), known.groupby("unit").size()
    pairs = known.dropna(subset=[part])
    amount = pairs.groupby([pairs["unit"], pairs[part]])["amount"].sum()
    of_whole = amount.index.get_level_values(0)
    pair = amount.index.to_frame(index=False)
    names = pd.Index(named(pair["unit"], pair[part]), dtype="str")
    whole_total = total.where(total > 0).reindex(of_whole).to_numpy()
    return Shares(
        pd.Series(amount.to_numpy() / whole_total, index=names),
        pd.Series(count.reindex(of_whole).to_numpy(), index=names),
        pd.Series(addable.reindex(of_whole).to_numpy(bool) & (whole_total > 0), index=names),
    )
