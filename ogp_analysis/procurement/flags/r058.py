"""R058 Heavily discounted bid: the winner's price lies unusually far below the next."""

from __future__ import annotations

from ogp_analysis.procurement.flags.coded import coded
from ogp_analysis.procurement.flags.margins import NEEDS, unusual
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings

#: Name of each setting, its default, and what it is.
SETTINGS = {"threshold": ("tukey", "a ratio such as 0.5, or the upper fence of the data")}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each process whether the winner's price is unusually far below the runner-up's.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS.
    settings : Settings
        ``R058``: ``threshold``, a ratio or ``"tukey"``.

    Returns
    -------
    FlagResult
        Unit: process. Value: the runner-up's price above the winner's as a share of the winner's. Flagged if it is
        at least the threshold or the upper fence; if the fence is 0, most prices are equal and no process is
        computable; nor with too few ratios. Involved: the winner.
    """
    return unusual("R058", coded(tables), settings, small=False)


FLAG = Flag("R058", "process", NEEDS, compute, SETTINGS)
