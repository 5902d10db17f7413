"""R049 Direct awards below the threshold: several from one buyer to one supplier, each just below the ceiling."""

from __future__ import annotations

from ogp_analysis.procurement.flags import direct_awards
from ogp_analysis.procurement.flags.awarded_rows import of_groups
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings

#: Name of each setting, its default, and what it is.
SETTINGS = {
    "band": (0.1, "of the ceiling for direct awards: what counts as just below"),
    "threshold": (2, "awards just below it"),
}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each buyer, supplier, year and kind how many direct awards lie just below the ceiling.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Awarded contracts, or tables of OCDS.
    settings : Settings
        ``R049``: ``band``, the share of the ceiling that counts as just below; ``threshold``, a number of awards.

    Returns
    -------
    FlagResult
        Unit: what one supplier sold to one buyer in one year, of one kind, by direct award. Value: awards just below
        or at the ceiling. Flagged if they are at least the threshold.
    """
    own = settings["R049"]
    frame = direct_awards.direct(tables)
    ratio = frame["amount"] / frame["direct_ceiling"]
    value = ((ratio > 1 - own["band"]) & (ratio <= 1)).groupby(frame["unit"]).sum()
    return of_groups("R049", "purchases", value, value >= own["threshold"], direct_awards.why_not(frame))


FLAG = Flag("R049", "purchases", direct_awards.NEEDS, compute, SETTINGS)
