"""The bids and awards of the processes that flags look at, as arrays, and which processes these are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ogp_analysis.procurement.flags.coded import MISSING, CodedTables, Words, floats, integers, made_once
from ogp_analysis.procurement.flags.result import Settings

# Which processes the flags look at: not those cancelled, nor those of methods that a country's settings exclude.

Reasons = list[tuple[str, np.ndarray]]


@made_once(lambda settings: settings["general"]["excluded_methods"])
def outside(data: CodedTables, settings: Settings) -> Reasons:
    """Return why processes are not looked at by any flag: ``cancelled``, ``excluded_method``."""
    excluded = settings["general"]["excluded_methods"]
    return [
        ("cancelled", data.tender_words("status").among(["cancelled"])),
        ("excluded_method", data.tender_words("procurement_method_details").among(excluded)),
    ]


def inside(data: CodedTables, settings: Settings) -> np.ndarray:
    """Return which processes are looked at."""
    return ~np.logical_or.reduce([holds for _, holds in outside(data, settings)])


def other_method(data: CodedTables, methods: tuple[str, ...]) -> tuple[str, np.ndarray]:
    """Return the reason ``other_method``: a flag for some procurement methods does not look at the others."""
    method = data.tender_words("procurement_method")
    return "other_method", ~method.among(methods) if methods else np.zeros(data.n, dtype=bool)


def not_by_price(data: CodedTables, settings: Settings) -> tuple[str, np.ndarray]:
    """Return the reason ``other_method`` for processes in which, by their method, bids are not compared by price."""
    details = data.tender_words("procurement_method_details")
    by_price, otherwise = settings["general"]["price_methods"], settings["general"]["no_price_methods"]
    return "other_method", ~details.among(by_price) if by_price else details.among(otherwise)


def sum_by(places: np.ndarray, n: int) -> np.ndarray:
    """Return how often each of `n` places occurs."""
    return np.bincount(places, minlength=n)


def least_by(places: np.ndarray, values: np.ndarray, n: int) -> np.ndarray:
    """Return the least of `values` at each of `n` places; infinite where there is none."""
    least = np.full(n, np.inf)
    np.minimum.at(least, places, values)
    return least


# The bids of the processes that are looked at, as arrays.

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


# The awards of the processes, and who won where there is one winner.

#: What flags read that look at who won.
OF_AWARDS = {"awards": ("award_index", "status"), "suppliers": ("award_index", "supplier_id")}
#: Statuses after which an award does not change any more. In OCDS 1.1 ``active`` means in force.
FINAL = ("active", "cancelled", "unsuccessful")


@dataclass(frozen=True)
class Awards:
    """One entry per award, in the order of the table.

    Attributes
    ----------
    process : numpy.ndarray of int
        Row of its process.
    active, pending : numpy.ndarray of bool
        By its status; pending is every status that is not one of :data:`FINAL`.
    sole_supplier : numpy.ndarray of int
        The organisation of an award with exactly one supplier, else -1.
    n_suppliers : numpy.ndarray of int
    supplier_award, supplier : numpy.ndarray of int
        One entry per supplier: the award's row, and the organisation, -1 where it has no identifier.
    """

    process: np.ndarray
    active: np.ndarray
    pending: np.ndarray
    sole_supplier: np.ndarray
    n_suppliers: np.ndarray
    supplier_award: np.ndarray
    supplier: np.ndarray


@made_once()
def awards(data: CodedTables) -> Awards:
    """Return the awards of `data`."""
    process = data.process_of("awards")
    status = data.words("awards", "status")
    award = data.places("suppliers", "award_index", "awards", "award_index")
    supplier = data.organisations("suppliers", "supplier_id")
    return Awards(
        process=process,
        active=status.among(["active"]),
        pending=status.present & ~status.among(FINAL),
        sole_supplier=sole(award, supplier, len(process)),
        n_suppliers=sum_by(award, len(process)),
        supplier_award=award,
        supplier=supplier,
    )


@made_once()
def not_final(data: CodedTables) -> Reasons:
    """Return why a process is not one whose awards are made: ``no_bids``, ``no_award``, ``award_pending``."""
    a = awards(data)
    return [
        ("no_bids", ~has_bids(data)),
        ("award_pending", sum_by(a.process[a.pending], data.n) > 0),
        ("no_award", sum_by(a.process[a.active], data.n) == 0),
    ]


@made_once()
def sole_winner(data: CodedTables) -> tuple[np.ndarray, Reasons]:
    """Return who won each process in which all awards are final and one of them, with one supplier, is active.

    With several active awards it takes lots to know which bids competed with each other.

    Returns
    -------
    numpy.ndarray of int
        The organisation; -1 where one of the reasons holds.
    list of (str, numpy.ndarray)
        ``no_bids``, ``award_pending``, ``no_award``, ``several_awards``, ``several_suppliers``, ``no_supplier_id``.
    """
    a = awards(data)
    active = np.flatnonzero(a.active)
    winner, suppliers = np.full(data.n, MISSING), np.zeros(data.n, dtype="int64")
    winner[a.process[active]] = a.sole_supplier[active]
    suppliers[a.process[active]] = a.n_suppliers[active]
    reasons = [
        *not_final(data),
        ("several_awards", sum_by(a.process[active], data.n) > 1),
        ("several_suppliers", suppliers > 1),
        ("no_supplier_id", winner == MISSING),
    ]
    winner[np.logical_or.reduce([holds for _, holds in reasons])] = MISSING
    return winner, reasons
