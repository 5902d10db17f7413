"""R036 Lowest bid disqualified: the cheapest offer was ruled out."""

from __future__ import annotations

import numpy as np

from ogp_analysis.procurement.flags.bids import NEEDS as OF_BIDS
from ogp_analysis.procurement.flags.bids import OF_AWARDS as OF_AWARDS
from ogp_analysis.procurement.flags.bids import (
    PRICED,
    awards,
    bids,
    has_bids,
    in_price_currency,
    least_by,
    not_by_price,
    outside,
    sum_by,
)
from ogp_analysis.procurement.flags.coded import coded
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings, judged


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each awarded process whether the bid with the lowest price was disqualified.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS.
    settings : Settings
        ``general``: currency in which prices are compared; methods in which price does not decide.

    Returns
    -------
    FlagResult
        Unit: process. Value: the lowest price of a valid bid less the lowest price of any submitted bid, as a share
        of the former; 0 if the lowest is valid, NaN if the lowest valid price is 0. Flagged if the lowest bid, of
        equal ones the first, is disqualified.
    """
    data = coded(tables)
    b, a = bids(data, settings), awards(data)
    rows = np.flatnonzero(b.submitted & in_price_currency(data, settings))
    process, amount, n = b.process[rows], b.amount[rows], data.n
    lowest, lowest_valid = least_by(process, amount, n), least_by(process[b.valid[rows]], amount[b.valid[rows]], n)
    rows = rows[amount == lowest[process]]
    first = least_by(b.process[rows], b.index[rows], n)
    out = b.process[rows[b.disqualified[rows] & (b.index[rows] == first[b.process[rows]])]]
    flagged = np.zeros(n, dtype=bool)
    flagged[out] = True
    why_not = [
        *outside(data, settings),
        not_by_price(data, settings),
        ("no_bids", ~has_bids(data)),
        ("no_award", sum_by(a.process[a.active], n) == 0),
        ("no_valid_price", np.isinf(lowest_valid)),
        ("no_two_prices", sum_by(process, n) < 2),
    ]
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(lowest_valid != 0, (lowest_valid - lowest) / lowest_valid, np.nan)
    return judged("R036", "process", data.ocids, value, flagged, why_not)


_NEEDS = {"tenders": OF_BIDS["tenders"], "bids": PRICED["bids"], "awards": OF_AWARDS["awards"]}
FLAG = Flag("R036", "process", _NEEDS, compute)
