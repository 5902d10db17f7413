"""The awards of the processes, and who won where there is one winner."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ogp_analysis.procurement.flags.bids import has_bids, sole
from ogp_analysis.procurement.flags.coded import CodedTables, made_once
from ogp_analysis.procurement.flags.columns import MISSING
from ogp_analysis.procurement.flags.scope import Reasons, sum_by

#: What flags read that look at who won.
NEEDS = {"awards": ("award_index", "status"), "suppliers": ("award_index", "supplier_id")}
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
