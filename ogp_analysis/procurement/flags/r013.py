"""R013 High use of non-competitive methods: a buyer awards an unusual share directly."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.procurement.flags.awarded_rows import AWARDED, grouped, of_groups, rows
from ogp_analysis.procurement.flags.fences import no_fence, upper_fence
from ogp_analysis.procurement.flags.result import TUKEY, Flag, FlagResult, Settings

#: Name of each setting, its default, and what it is.
SETTINGS = {
    "threshold": ("tukey", "a share of direct awards, or the upper fence of the buyers"),
    "minimum_awards": (10, "of a buyer, with a known method"),
}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each buyer whether the share of direct awards is high.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Awarded contracts, or tables of OCDS.
    settings : Settings
        ``R013``: ``threshold``, a share or ``"tukey"``; ``minimum_awards`` of a buyer with a known method.

    Returns
    -------
    FlagResult
        Unit: buyer. Value: direct awards among the awards whose method is known, by number. Flagged if it is at
        least the threshold, or above the upper fence of the buyers compared. Not computable where the fence is 1 or
        more, so that no share can lie above it, and where too few buyers are compared.
    """
    own = settings["R013"]
    frame = grouped(rows(tables), "buyer_id")
    known = frame["method"].notna().groupby(frame["unit"]).sum()
    direct = (frame["method"] == "direct").groupby(frame["unit"]).sum()
    share, few = direct / known, known < own["minimum_awards"]
    fences = upper_fence(share[~few].to_numpy()) if own["threshold"] == TUKEY else {}
    flagged = share > fences["upper_fence"] if fences else share >= own["threshold"]
    reachable = fences["upper_fence"] < 1 if fences else own["threshold"] <= 1
    compared = int((~few).sum())
    why_not = [
        ("method_unknown", known == 0),
        ("few_awards", few),
        *(
            (reason, pd.Series(holds, share.index))
            for reason, holds in no_fence(len(share), compared, own["threshold"], settings, reachable)
        ),
    ]
    return of_groups("R013", "buyer", share, flagged, why_not, fences=fences)


FLAG = Flag("R013", "buyer", {AWARDED: ("buyer_id", "method")}, compute, SETTINGS, share=True)
