"""R030 Late bid won: a winner's bid was received after the deadline."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from ogp_analysis.procurement.flags.bids import NEEDS as OF_BIDS
from ogp_analysis.procurement.flags.bids import OF_AWARDS as OF_AWARDS
from ogp_analysis.procurement.flags.bids import awards, bids, has_bids, outside, sum_by
from ogp_analysis.procurement.flags.coded import Words, coded, instants
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings, judged


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
    # Whole days where one of the two lacks a time or zone that the other has: nobody is late on the last day.
    of_process = data.process_of("bids")
    date, end = instants(data.column("bids", "date")), data.tender_instants("period_end")[of_process]
    date_as, end_as = _precision(data.words("bids", "date_text")), _precision(data.tender_words("period_end_text"))
    lateness = (date - end) / np.timedelta64(1, "D")
    by_day = (date.astype("datetime64[D]") - end.astype("datetime64[D]")) / np.timedelta64(1, "D")
    late = np.where(date_as == end_as[of_process], lateness, by_day)[b.tenderer_bid[rows]]
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


def _precision(text: Words) -> np.ndarray:
    """Return 2 for whole instants, 1 for those without zone, 0 for days: the text is kept of the last two."""
    timed = pc.match_substring(text.vocabulary, ":").to_numpy(zero_copy_only=False)
    return np.append(timed.astype("int8"), np.int8(2))[text.codes]


_DATED = {"tenders": (*OF_BIDS["tenders"], "period_end"), "bids": (*OF_BIDS["bids"], "date")}
FLAG = Flag("R030", "process", {**OF_BIDS, **_DATED, **OF_AWARDS}, compute)
