"""R058 Heavily discounted bid: the winner's price lies unusually far below the next."""

from __future__ import annotations

import numpy as np

from ogp_analysis.procurement.flags.coded import coded
from ogp_analysis.procurement.flags.fences import no_fence, upper_fence
from ogp_analysis.procurement.flags.margins import NEEDS, margins
from ogp_analysis.procurement.flags.result import Flag, FlagResult, judged
from ogp_analysis.procurement.flags.settings import TUKEY, Settings

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
    data, threshold = coded(tables), settings["R058"]["threshold"]
    m = margins(data, settings)
    fences = upper_fence(m.ratios) if threshold == TUKEY else {"upper_fence": float(threshold)}
    stands_out = fences["upper_fence"] > 0
    flagged = stands_out & (m.ratio >= fences["upper_fence"])
    at = np.flatnonzero(flagged)
    few = no_fence(data.n, len(m.ratios), threshold, settings, True)
    why_not = [*m.reasons, *few, ("fence_not_positive", np.full(data.n, not stands_out))]
    involved = data.involved(at, m.winner[at])
    return judged("R058", "process", data.ocids, m.ratio, flagged, why_not, fences=fences, involved=involved)


FLAG = Flag("R058", "process", NEEDS, compute, SETTINGS)
