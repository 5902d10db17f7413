"""R028 Identical bid prices: different tenderers offered the same price."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ogp_analysis.procurement.flags.bids import PRICED, bids, has_bids, inside, not_by_price, outside, sum_by
from ogp_analysis.procurement.flags.coded import coded
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings, judged


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each process whether different tenderers offered the same price.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS.
    settings : Settings
        ``general``: methods in which price does not decide.

    Returns
    -------
    FlagResult
        Unit: process. Value: how many tenderers share a price with another, 0 if none. Flagged if any does: the
        same amount in the same currency by other tenderers. A tenderer may repeat its own price. Involved: those
        who share a price.
    """
    data = coded(tables)
    b = bids(data, settings)
    # Each bid has the number of its set of tenderers, -1 if none of them has an identifier; that of one is its own.
    known = b.tenderer >= 0
    several = np.isin(b.tenderer_bid, np.flatnonzero(sum_by(b.tenderer_bid, len(b.process)) > 1))
    sets = np.full(len(b.process), -1, dtype="int64")
    sets[b.tenderer_bid[known & ~several]] = b.tenderer[known & ~several]
    joint: dict[int, set[int]] = {}
    for bid, tenderer in zip(b.tenderer_bid[known & several], b.tenderer[known & several], strict=True):
        joint.setdefault(int(bid), set()).add(int(tenderer))
    numbers: dict[tuple, int] = {}
    first_free = int(b.tenderer.max(initial=-1)) + 1
    for bid, members in joint.items():
        names = tuple(sorted(members))
        sets[bid] = names[0] if len(names) == 1 else numbers.setdefault(names, first_free + len(numbers))
    # Of the bids with a price and a tenderer, those that have the price of others in the same process.
    looked_at = inside(data, settings) & ~not_by_price(data, settings)[1]
    rows = np.flatnonzero(b.submitted & b.priced & (sets >= 0) & looked_at[b.process])
    amounts, _ = pd.factorize(b.amount[rows])
    # One number for each price of a process in a currency.
    n_amounts, n_currencies = int(amounts.max(initial=0)) + 1, len(b.currency.vocabulary) + 1
    price = (b.process[rows].astype("int64") * n_amounts + amounts) * n_currencies + b.currency.codes[rows]
    price, _ = pd.factorize(price)
    n = int(price.max(initial=-1)) + 1
    # A price is shared if it has tenderers other than those of one of its bids.
    first = np.empty(n, dtype="int64")
    first[price] = sets[rows]
    differs = np.zeros(n, dtype=bool)
    differs[price[first[price] != sets[rows]]] = True
    is_shared = np.zeros(len(b.process), dtype=bool)
    is_shared[rows[differs[price]]] = True
    sharing = np.flatnonzero(is_shared[b.tenderer_bid] & known)
    process, tenderers = b.process[b.tenderer_bid[sharing]], b.tenderer[sharing]
    value = sum_by(data.distinct(process, tenderers)[0], data.n)
    why_not = [
        *outside(data, settings),
        not_by_price(data, settings),
        ("no_bids", ~has_bids(data)),
        ("no_two_prices", sum_by(b.process[rows], data.n) < 2),
    ]
    return judged("R028", "process", data.ocids, value, value > 0, why_not, involved=data.involved(process, tenderers))


FLAG = Flag("R028", "process", PRICED, compute)
