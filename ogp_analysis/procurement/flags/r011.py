"""R011 Splitting purchases: direct awards below the ceiling, close in time, that together reach it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.procurement.flags import direct_awards
from ogp_analysis.procurement.flags.awarded_rows import of_groups
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings

#: Name of each setting, its default, and what it is.
SETTINGS = {"days": (30, "awards at most so far apart count as close")}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each buyer, supplier, year and kind whether direct awards look like one purchase in parts.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Awarded contracts, or tables of OCDS.
    settings : Settings
        ``R011``: ``days`` within which awards count as close.

    Returns
    -------
    FlagResult
        Unit: what one supplier sold to one buyer in one year, of one kind, by direct award. Value: the largest sum
        of at least two awards, each up to the ceiling, within so many days, over the ceiling. Flagged above 1.
        Recurrent needs that were known in advance look the same as a split purchase: the data do not tell.
    """
    frame = direct_awards.direct(tables)
    undated = frame["date"].isna().groupby(frame["unit"]).any()
    small = frame[(frame["amount"] <= frame["direct_ceiling"]) & frame["date"].notna()]
    # By group the largest sum over the ceiling of two or more awards within the days; 0 if there is none.
    span = np.timedelta64(int(settings["R011"]["days"]), "D")
    ordered = small.sort_values(["unit", "date"], kind="stable")
    found = {}
    for unit, part in ordered.groupby("unit", sort=True):
        days, share = part["date"].to_numpy(), (part["amount"] / part["direct_ceiling"]).to_numpy()
        summed = np.append(0.0, np.cumsum(share))
        end = np.arange(1, len(days) + 1)
        start = np.searchsorted(days, days - span, side="left")
        several = end - start >= 2
        found[unit] = float((summed[end] - summed[start])[several].max()) if several.any() else 0.0
    value = pd.Series(found, dtype="float64").reindex(undated.index).fillna(0.0)
    why_not = [*direct_awards.why_not(frame), ("no_date", undated)]
    return of_groups("R011", "purchases", value, value > 1, why_not)


FLAG = Flag("R011", "purchases", {"awarded": (*direct_awards.NEEDS["awarded"], "date")}, compute, SETTINGS)
