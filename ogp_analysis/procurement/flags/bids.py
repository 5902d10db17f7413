"""The bids of the processes that are looked at, as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ogp_analysis.procurement.flags.coded import CodedTables, made_once
from ogp_analysis.procurement.flags.columns import MISSING, Words, floats, integers
from ogp_analysis.procurement.flags.scope import inside, sum_by
from ogp_analysis.procurement.flags.settings import Settings

#: What flags read that look at bids, and at the prices of bids.
NEEDS = {
    "tenders": ("status", "procurement_method_details"),
    "bids": ("bid_index", "status"),
    "tenderers": ("bid_index", "tenderer_id"),
}
PRICED = NEEDS | {"bids": (*NEEDS["bids"], "amount", "currency")}
#: Statuses of bids that were asked for but not made, or taken back.
NOT_SUBMITTED = ("invited", "withdrawn")


@dataclass(frozen=True)
class Bids:
    """One entry per bid, in the order of the table; masks hold for processes that are looked at only.

    Attributes
    ----------
    process, index : numpy.ndarray of int
        Row of its process, and its position there.
    submitted, valid, disqualified : numpy.ndarray of bool
        By its status. Submitted are all with a status but those of :data:`NOT_SUBMITTED`.
    amount : numpy.ndarray of float
        In its currency; NaN where missing.
    currency : Words
    sole_tenderer : numpy.ndarray of int
        The organisation of a bid with exactly one tenderer, else -1.
    tenderer_bid, tenderer : numpy.ndarray of int
        One entry a tenderer of a bid: the bid's row, and the organisation, -1 where it has no identifier.
    """

    process: np.ndarray
    index: np.ndarray
    submitted: np.ndarray
    valid: np.ndarray
    disqualified: np.ndarray
    amount: np.ndarray
    currency: Words
    sole_tenderer: np.ndarray
    tenderer_bid: np.ndarray
    tenderer: np.ndarray

    @property
    def priced(self) -> np.ndarray:
        """Bids with an amount and its currency."""
        return ~np.isnan(self.amount) & self.currency.present


@made_once(lambda settings: settings["general"]["excluded_methods"])
def bids(data: CodedTables, settings: Settings) -> Bids:
    """Return the bids of `data`."""
    process = data.process_of("bids")
    looked_at = inside(data, settings)[process]
    status = data.words("bids", "status")
    # Some tenderers stand with a bid, others with the tender.
    with_bid = integers(data.column("tenderers", "bid_index")) >= 0
    organisation = data.organisations("tenderers", "tenderer_id")
    bid, tenderer = data.places("tenderers", "bid_index", "bids", "bid_index", with_bid), organisation[with_bid]
    return Bids(
        process=process,
        index=integers(data.column("bids", "bid_index")),
        submitted=looked_at & status.present & ~status.among(NOT_SUBMITTED),
        valid=looked_at & status.among(["valid"]),
        disqualified=looked_at & status.among(["disqualified"]),
        amount=floats(data.column("bids", "amount")),
        currency=data.words("bids", "currency"),
        sole_tenderer=sole(bid, tenderer, len(process)),
        tenderer_bid=bid,
        tenderer=tenderer,
    )


def sole(parent: np.ndarray, member: np.ndarray, n: int) -> np.ndarray:
    """Return for each of `n` parents its member if it has exactly one, else -1."""
    only = np.full(n, MISSING, dtype=member.dtype)
    only[parent] = member
    only[sum_by(parent, n) != 1] = MISSING
    return only


def has_bids(data: CodedTables) -> np.ndarray:
    """Return which processes have any bid."""
    return sum_by(data.process_of("bids"), data.n) > 0


def price_currency(data: CodedTables, settings: Settings) -> str:
    """Return the currency in which prices are compared: that of the settings, else the first one met.

    Returns
    -------
    str
        Empty if no setting and no bid names one.
    """
    named = settings["general"]["currency"]
    if named:
        return named
    b = bids(data, settings)
    rows = np.flatnonzero(b.submitted & b.priced)
    if not len(rows):
        return ""
    file, line = data.words("processes", "file"), integers(data.column("processes", "line"))
    at = b.process[rows]
    first = rows[np.lexsort((b.index[rows], at, line[at], file.codes[at]))[0]]
    return b.currency.vocabulary[int(b.currency.codes[first])].as_py()


def in_price_currency(data: CodedTables, settings: Settings) -> np.ndarray:
    """Return which bids have an amount in the currency in which prices are compared."""
    b = bids(data, settings)
    return b.priced & b.currency.among([price_currency(data, settings)])
