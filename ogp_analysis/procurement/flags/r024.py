"""R024 Price close to winning bid: the next lowest price is unusually near the winner's."""

from __future__ import annotations

from ogp_analysis.procurement.flags.coded import coded
from ogp_analysis.procurement.flags.margins import NEEDS, unusual
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings

#: Name of each setting, its default, and what it is.
SETTINGS = {"threshold": ("tukey", "a ratio such as 0.05, or the lower fence of the data")}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each process whether the runner-up's price is unusually near the winner's.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS.
    settings : Settings
        ``R024``: ``threshold``, a ratio or ``"tukey"``.

    Returns
    -------
    FlagResult
        Unit: process. Value: the runner-up's price above the winner's as a share of the winner's. Flagged if it is
        at most the threshold or the lower fence. No ratio is below 0: with a fence of 0 or less none can stand out,
        and no process is computable; nor with too few ratios. Involved: winner and runner-up.
    """
    return unusual("R024", coded(tables), settings, small=True)


FLAG = Flag("R024", "process", NEEDS, compute, SETTINGS)
