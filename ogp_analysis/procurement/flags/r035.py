"""R035 All except winning bid disqualified: every other tenderer was ruled out."""

from __future__ import annotations

import numpy as np

from ogp_analysis.procurement.flags.bids import NEEDS as OF_BIDS
from ogp_analysis.procurement.flags.bids import OF_AWARDS as OF_AWARDS
from ogp_analysis.procurement.flags.bids import Bids, awards, bids, not_final, outside, sum_by
from ogp_analysis.procurement.flags.coded import MISSING, CodedTables, coded
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings, judged

#: Name of each setting, its default, and what it is.
SETTINGS = {"threshold": (1, "others disqualified, at least")}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each process with one winner whether all other tenderers were disqualified.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS.
    settings : Settings
        ``R035``: ``threshold``, how many others at least, not under 1.

    Returns
    -------
    FlagResult
        Unit: process. Value: how many other tenderers had a bid disqualified, 0 if another had a valid bid.
        Flagged if it is at least the threshold. Involved: the winner.
    """
    data = coded(tables)
    # The suppliers of active awards, each once per process.
    a = awards(data)
    rows = np.flatnonzero(a.active[a.supplier_award] & (a.supplier >= 0))
    winners = data.distinct(a.process[a.supplier_award[rows]], a.supplier[rows])
    b = bids(data, settings)
    valid, disqualified = _tenderers(data, b, b.valid), _tenderers(data, b, b.disqualified)
    winner = np.full(data.n, MISSING)
    winner[winners[0]] = winners[1]
    n_valid, n_winners = sum_by(valid[0], data.n), sum_by(winners[0], data.n)
    winner_bid = sum_by(valid[0][valid[1] == winner[valid[0]]], data.n)
    others = sum_by(disqualified[0][disqualified[1] != winner[disqualified[0]]], data.n)
    why_not = [
        *outside(data, settings),
        *not_final(data),
        ("no_supplier_id", n_winners == 0),
        ("several_winners", n_winners > 1),
        ("winner_without_bid", winner_bid == 0),
        ("one_tenderer", (n_valid == 1) & (others == 0)),
    ]
    value = np.where(n_valid == 1, others, 0)
    flagged = value >= max(settings["R035"]["threshold"], 1)
    at = np.flatnonzero(flagged & ~np.logical_or.reduce([holds for _, holds in why_not]))
    return judged("R035", "process", data.ocids, value, flagged, why_not, involved=data.involved(at, winner[at]))


def _tenderers(data: CodedTables, b: Bids, which: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return process and organisation of the tenderers of the bids `which`, each pair once."""
    rows = np.flatnonzero(which[b.tenderer_bid] & (b.tenderer >= 0))
    return data.distinct(b.process[b.tenderer_bid[rows]], b.tenderer[rows])


FLAG = Flag("R035", "process", {**OF_BIDS, **OF_AWARDS}, compute, SETTINGS)
