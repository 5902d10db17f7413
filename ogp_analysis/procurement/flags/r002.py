"""R002 Manipulation of thresholds: a buyer's amounts crowd just below the ceiling for direct awards."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.procurement.flags.awarded_rows import AWARDED, grouped, of_groups, rows
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings

#: Name of each setting, its default, and what it is.
SETTINGS = {
    "band": (0.1, "of the ceiling for direct awards: what counts as near, on both sides"),
    "threshold": (0.9, "a share of those near it that lie below"),
    "minimum_awards": (10, "near the ceiling"),
}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each buyer whether its awards near the ceiling are nearly all below it.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Awarded contracts, or tables of OCDS.
    settings : Settings
        ``R002``: ``band``, the share of the ceiling that counts as near, on both sides; ``threshold``, the share
        below from which a buyer is flagged; ``minimum_awards`` near the ceiling.

    Returns
    -------
    FlagResult
        Unit: buyer. Value: awards just below or at the ceiling among those near it, whatever their method. Amounts
        thin out with size, so that somewhat more than half lie below without any manipulation.
    """
    own = settings["R002"]
    frame = grouped(rows(tables), "buyer_id")
    ratio = frame["amount"] / frame["direct_ceiling"]
    below = ((ratio > 1 - own["band"]) & (ratio <= 1)).groupby(frame["unit"]).sum()
    above = ((ratio > 1) & (ratio <= 1 + own["band"])).groupby(frame["unit"]).sum()
    share = below / (below + above)
    comparable: pd.Series = ratio.notna().groupby(frame["unit"]).sum()
    why_not = [("no_ceiling", comparable == 0), ("few_awards", (below + above) < own["minimum_awards"])]
    return of_groups("R002", "buyer", share, share >= own["threshold"], why_not)


FLAG = Flag("R002", "buyer", {AWARDED: ("buyer_id", "amount", "direct_ceiling")}, compute, SETTINGS, share=True)
