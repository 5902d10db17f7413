"""R055 Multiple direct awards above or just below the competitive threshold: their yearly sum reaches the ceiling."""

from __future__ import annotations

from ogp_analysis.procurement.flags import direct_awards
from ogp_analysis.procurement.flags.awarded_rows import of_groups
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings

#: Name of each setting, its default, and what it is.
SETTINGS = {"band": (0.1, "of the ceiling for direct awards: what counts as just below")}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each buyer, supplier, year and kind whether several direct awards add up to the ceiling.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Awarded contracts, or tables of OCDS.
    settings : Settings
        ``R055``: ``band``, the share of the ceiling that counts as just below it.

    Returns
    -------
    FlagResult
        Unit: what one supplier sold to one buyer in one year, of one kind, by direct award. Value: the year's sum
        over the ceiling. Flagged if there are at least two awards and the sum is above the ceiling or just below it.
        An award above the ceiling may rest on another ground than its amount.
    """
    own = settings["R055"]
    frame = direct_awards.direct(tables)
    value = (frame["amount"] / frame["direct_ceiling"]).groupby(frame["unit"]).sum()
    return of_groups("R055", "purchases", value, value >= 1 - own["band"], direct_awards.why_not(frame))


FLAG = Flag("R055", "purchases", direct_awards.NEEDS, compute, SETTINGS)
