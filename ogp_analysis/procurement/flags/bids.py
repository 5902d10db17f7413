"""What flags read of contracting processes: their bids and awards as arrays, and which processes are looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from ogp_analysis.procurement.flags.result import Settings
from ogp_analysis.procurement.flags.tables import MISSING, Tables, integers

#: Reasons why a flag is not computable, each with the units for which it holds.
Reasons = list[tuple[str, np.ndarray]]
#: What flags read that look at bids, and at the prices of bids.
NEEDS = {
    "tenders": ("status", "procurement_method_details"),
    "bids": ("bid_index", "status"),
    "tenderers": ("bid_index", "tenderer_id"),
}
PRICED = NEEDS | {"bids": (*NEEDS["bids"], "amount", "currency")}
#: What flags read that look at who won.
OF_AWARDS = {"awards": ("award_index", "status"), "suppliers": ("award_index", "supplier_id")}
#: Statuses of bids that were asked for but not made, or taken back.
NOT_SUBMITTED = ("invited", "withdrawn")
#: Statuses after which an award does not change any more. In OCDS 1.1 ``active`` means in force.
FINAL = ("active", "cancelled", "unsuccessful")


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
    currency : pandas.Categorical
    priced : numpy.ndarray of bool
        Bids with an amount and its currency.
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
    currency: pd.Categorical
    priced: np.ndarray
    sole_tenderer: np.ndarray
    tenderer_bid: np.ndarray
    tenderer: np.ndarray


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


class Processes(Tables):
    """Contracting processes as flags look at them: tables, and what the settings say of them.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        Tables of OCDS, awarded contracts and what is known beside them; not changed.
    settings : Settings
    """

    def __init__(self, tables: Mapping[str, pd.DataFrame], settings: Settings) -> None:
        super().__init__(tables)
        self.settings = settings
        self._made: dict[Callable, Any] = {}

    def once(self, make: Callable[[Processes], Any]) -> Any:
        """Return what a function makes of the processes, made once."""
        if make not in self._made:
            self._made[make] = make(self)
        return self._made[make]

    def count(self, processes: np.ndarray) -> np.ndarray:
        """Return how often each process occurs."""
        return np.bincount(processes, minlength=self.n)

    def least(self, processes: np.ndarray, values: np.ndarray) -> np.ndarray:
        """Return the least of `values` of each process; infinite where there is none."""
        least = np.full(self.n, np.inf)
        np.minimum.at(least, processes, values)
        return least

    @cached_property
    def outside(self) -> Reasons:
        """Why processes are not looked at by any flag: ``cancelled``, ``excluded_method``."""
        excluded = self.settings["general"]["excluded_methods"]
        return [
            ("cancelled", self.tender_texts("status").isin(["cancelled"])),
            ("excluded_method", self.tender_texts("procurement_method_details").isin(excluded)),
        ]

    @cached_property
    def inside(self) -> np.ndarray:
        """Which processes are looked at."""
        return ~any_of(self.outside)

    def other_method(self, methods: tuple[str, ...]) -> tuple[str, np.ndarray]:
        """Return the reason ``other_method``: a flag for some procurement methods does not look at the others."""
        method = self.tender_texts("procurement_method")
        return "other_method", ~method.isin(methods) if methods else np.zeros(self.n, dtype=bool)

    @cached_property
    def not_by_price(self) -> tuple[str, np.ndarray]:
        """The reason ``other_method`` for processes in which, by their method, bids are not compared by price."""
        details, general = self.tender_texts("procurement_method_details"), self.settings["general"]
        by_price, otherwise = general["price_methods"], general["no_price_methods"]
        return "other_method", ~details.isin(by_price) if by_price else details.isin(otherwise)

    @cached_property
    def bids(self) -> Bids:
        """The bids."""
        process = self.process_of("bids")
        looked_at = self.inside[process]
        status, currency = self.texts("bids", "status"), self.texts("bids", "currency")
        amount = self.column("bids", "amount").to_numpy(dtype="float64", na_value=np.nan)
        # Some tenderers stand with a bid, others with the tender.
        with_bid = integers(self.column("tenderers", "bid_index")) >= 0
        bid = self.places("tenderers", "bid_index", "bids", "bid_index", with_bid)
        tenderer = self.organisations("tenderers", "tenderer_id")[with_bid]
        return Bids(
            process=process,
            index=integers(self.column("bids", "bid_index")),
            submitted=looked_at & status.notna() & ~status.isin(NOT_SUBMITTED),
            valid=looked_at & status.isin(["valid"]),
            disqualified=looked_at & status.isin(["disqualified"]),
            amount=amount,
            currency=currency,
            priced=~np.isnan(amount) & currency.notna(),
            sole_tenderer=_sole(bid, tenderer, len(process)),
            tenderer_bid=bid,
            tenderer=tenderer,
        )

    @cached_property
    def no_bids(self) -> tuple[str, np.ndarray]:
        """The reason ``no_bids``."""
        return "no_bids", self.count(self.process_of("bids")) == 0

    @cached_property
    def price_currency(self) -> str:
        """The currency in which prices are compared: the settings' own, else the first of a bid, if any has one."""
        if named := self.settings["general"]["currency"]:
            return named
        b = self.bids
        rows = np.flatnonzero(b.submitted & b.priced)
        if not len(rows):
            return ""
        file, line = self.texts("processes", "file").codes, integers(self.column("processes", "line"))
        at = b.process[rows]
        return b.currency[rows[np.lexsort((b.index[rows], at, line[at], file[at]))[0]]]

    @cached_property
    def in_price_currency(self) -> np.ndarray:
        """Which bids have an amount in the currency in which prices are compared."""
        return self.bids.priced & self.bids.currency.isin([self.price_currency])

    @cached_property
    def awards(self) -> Awards:
        """The awards."""
        process, status = self.process_of("awards"), self.texts("awards", "status")
        award = self.places("suppliers", "award_index", "awards", "award_index")
        supplier = self.organisations("suppliers", "supplier_id")
        return Awards(
            process=process,
            active=status.isin(["active"]),
            pending=status.notna() & ~status.isin(FINAL),
            sole_supplier=_sole(award, supplier, len(process)),
            n_suppliers=np.bincount(award, minlength=len(process)),
            supplier_award=award,
            supplier=supplier,
        )

    @cached_property
    def no_award(self) -> tuple[str, np.ndarray]:
        """The reason ``no_award``: no award is active."""
        return "no_award", self.count(self.awards.process[self.awards.active]) == 0

    @cached_property
    def not_final(self) -> Reasons:
        """Why a process is not one whose awards are made: ``no_bids``, ``award_pending``, ``no_award``."""
        pending = self.count(self.awards.process[self.awards.pending]) > 0
        return [self.no_bids, ("award_pending", pending), self.no_award]

    @cached_property
    def sole_winner(self) -> tuple[np.ndarray, Reasons]:
        """Who won each process in which all awards are final and one of them, with one supplier, is active.

        The organisation, -1 where one of the reasons holds; and these: ``no_bids``, ``award_pending``, ``no_award``,
        ``several_awards``, ``several_suppliers``, ``no_supplier_id``. With several active awards it takes lots to know
        which bids competed with each other.
        """
        a = self.awards
        active = np.flatnonzero(a.active)
        winner, suppliers = np.full(self.n, MISSING), np.zeros(self.n, dtype="int64")
        winner[a.process[active]] = a.sole_supplier[active]
        suppliers[a.process[active]] = a.n_suppliers[active]
        reasons = [
            *self.not_final,
            ("several_awards", self.count(a.process[active]) > 1),
            ("several_suppliers", suppliers > 1),
            ("no_supplier_id", winner == MISSING),
        ]
        winner[any_of(reasons)] = MISSING
        return winner, reasons


def any_of(reasons: Reasons) -> np.ndarray:
    """Return the units for which one of some reasons holds."""
    return np.logical_or.reduce([holds for _, holds in reasons])


def _sole(parent: np.ndarray, member: np.ndarray, n: int) -> np.ndarray:
    """Return for each of `n` parents its member if it has exactly one, else -1."""
    only = np.full(n, MISSING, dtype=member.dtype)
    only[parent] = member
    only[np.bincount(parent, minlength=n) != 1] = MISSING
    return only
