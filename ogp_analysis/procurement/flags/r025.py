"""R025 Excessive unsuccessful bids: a tenderer that takes part often hardly ever wins."""

from __future__ import annotations

import numpy as np

from ogp_analysis.procurement.flags.bids import NEEDS as OF_BIDS
from ogp_analysis.procurement.flags.bids import OF_AWARDS as OF_AWARDS
from ogp_analysis.procurement.flags.bids import bids, sole_winner, sum_by
from ogp_analysis.procurement.flags.coded import coded, different
from ogp_analysis.procurement.flags.fences import lower_fence, no_fence, quantile
from ogp_analysis.procurement.flags.result import TUKEY, Flag, FlagResult, Settings, judged

#: Name of each setting, its default, and what it is.
SETTINGS = {
    "percentile": (75, "tenderers with at least this percentile of processes are looked at"),
    "threshold": ("tukey", "a share of wins, or the lower fence of the data"),
}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each tenderer whether it wins unusually seldom for how often it takes part.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS.
    settings : Settings
        ``R025``: ``percentile`` of the number of processes from which on a tenderer is looked at; ``threshold``, a
        share of wins or ``"tukey"``.

    Returns
    -------
    FlagResult
        Unit: tenderer. Value: processes won as a share of the processes with one winner in which it had a valid bid
        of its own. Flagged if it is at most the threshold or the lower fence. With a fence of 0 or less none can
        stand out, and no tenderer is computable; nor with too few tenderers.
    """
    data, own = coded(tables), settings["R025"]
    # Processes with one winner: in how many each organisation took part, and how many it won.
    b = bids(data, settings)
    winner, _ = sole_winner(data)
    rows = np.flatnonzero(b.valid & (b.sole_tenderer >= 0) & (winner[b.process] >= 0))
    organisations = max(data.n_organisations, 1)
    pairs = different(b.process[rows].astype("int64") * organisations + b.sole_tenderer[rows])
    process, tenderer = pairs // organisations, pairs % organisations
    taken_part, won = sum_by(tenderer, organisations), sum_by(tenderer[winner[process] == tenderer], organisations)
    units = data.units(bids(data, settings).tenderer)
    share = np.divide(won, taken_part, out=np.full(len(won), np.nan), where=taken_part > 0)
    known = share[taken_part > 0]
    fences = lower_fence(known) if own["threshold"] == TUKEY else {"lower_fence": float(own["threshold"])}
    often = quantile(taken_part[taken_part > 0].astype("float64"), own["percentile"] / 100)
    stands_out = fences["lower_fence"] > 0
    n, value = taken_part[units], share[units]
    why_not = [
        ("no_comparable_process", n == 0),
        ("few_processes", n < often),
        *no_fence(len(units), len(known), own["threshold"], settings, True),
        ("fence_not_positive", np.full(len(units), not stands_out)),
    ]
    flagged = value <= fences["lower_fence"]
    fences = {**fences, "upper_fence": often}
    return judged("R025", "tenderer", data.organisation_ids(units), value, flagged, why_not, fences=fences)


FLAG = Flag("R025", "tenderer", {**OF_BIDS, **OF_AWARDS}, compute, SETTINGS, share=True)
