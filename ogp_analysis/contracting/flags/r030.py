"""R030 Late bid won: a winner's bid was received after the deadline."""

from __future__ import annotations

import numpy as np

from ogp_analysis.contracting.flags.awards import awards
from ogp_analysis.contracting.flags.bids import bids, has_bids
from ogp_analysis.contracting.flags.coded import CodedTables, coded
from ogp_analysis.contracting.flags.result import Flag, FlagResult, judged
from ogp_analysis.contracting.flags.scope import outside, sum_by
from ogp_analysis.contracting.flags.settings import Settings


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each process whether a valid bid of a winner is later than the end of the tender period.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS.
    settings : Settings
        Nothing of its own.

    Returns
    -------
    FlagResult
        Unit: process. Value: days by which the latest valid bid of a supplier of an active award is after the
        deadline; negative if before. Flagged if above 0. Involved: the suppliers whose bids were late.
    """
    data = coded(tables)
    b, a = bids(data, settings), awards(data)
    suppliers = data.pairs(a.process[a.supplier_award], a.supplier)[a.active[a.supplier_award] & (a.supplier >= 0)]
    rows = np.flatnonzero(b.valid[b.tenderer_bid] & (b.tenderer >= 0))
    process, tenderer = b.process[b.tenderer_bid[rows]], b.tenderer[rows]
    winning = np.isin(data.pairs(process, tenderer), suppliers)
    late = _days_late(data)[b.tenderer_bid[rows]]
    dated = winning & ~np.isnan(late)
    value = np.full(data.n, -np.inf)
    np.maximum.at(value, process[dated], late[dated])
    why_not = [
        *outside(data, settings),
        ("no_deadline", np.isnat(data.tender_instants("period_end"))),
        ("no_bids", ~has_bids(data)),
        ("no_award", sum_by(a.process[a.active], data.n) == 0),
        ("winner_without_bid", sum_by(process[winning], data.n) == 0),
        ("no_bid_date", np.isinf(value)),
    ]
    involved = data.involved(process[dated & (late > 0)], tenderer[dated & (late > 0)])
    return judged("R030", "process", data.ocids, value, value > 0, why_not, involved=involved)


def _days_late(data: CodedTables) -> np.ndarray:
    """Return the days from the end of the tender period to each bid, NaN where either is missing."""
    lateness = data.column("bids", "date").to_numpy("datetime64[us]")
    lateness = lateness - data.tender_instants("period_end")[data.process_of("bids")]
    return lateness / np.timedelta64(1, "D")


FLAG = Flag(
    "R030",
    "process",
    {
        "tenders": ("status", "procurement_method_details", "period_end"),
        "bids": ("bid_index", "status", "date"),
        "tenderers": ("bid_index", "tenderer_id"),
        "awards": ("award_index", "status"),
        "suppliers": ("award_index", "supplier_id"),
    },
    compute,
)
