"""R024 Price close to winning bid: the next lowest price is unusually near the winner's."""

from __future__ import annotations

import numpy as np

from ogp_analysis.procurement.flags.coded import coded
from ogp_analysis.procurement.flags.fences import lower_fence, no_fence
from ogp_analysis.procurement.flags.margins import NEEDS, margins
from ogp_analysis.procurement.flags.result import Flag, FlagResult, judged
from ogp_analysis.procurement.flags.settings import TUKEY, Settings

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
    data, threshold = coded(tables), settings["R024"]["threshold"]
    m = margins(data, settings)
    fences = lower_fence(m.ratios) if threshold == TUKEY else {"lower_fence": float(threshold)}
    stands_out = fences["lower_fence"] > 0
    flagged = stands_out & (m.ratio <= fences["lower_fence"])
    at = np.flatnonzero(flagged)
    few = no_fence(data.n, len(m.ratios), threshold, settings, True)
    why_not = [*m.reasons, *few, ("fence_not_positive", np.full(data.n, not stands_out))]
    involved = data.involved(np.tile(at, 2), np.concatenate([m.winner[at], m.runner_up[at]]))
    return judged("R024", "process", data.ocids, m.ratio, flagged, why_not, fences=fences, involved=involved)


FLAG = Flag("R024", "process", NEEDS, compute, SETTINGS)
