"""R040 High share of a buyer's contracts: one supplier receives much of what a buyer awards in a year."""

from __future__ import annotations

from ogp_analysis.procurement.flags.awarded_rows import AWARDED, of_groups, rows
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings
from ogp_analysis.procurement.flags.shares import shares

#: Name of each setting, its default, and what it is.
SETTINGS = {
    "threshold": (0.5, "a share of the buyer's amount of the year"),
    "minimum_awards": (10, "of the buyer in the year"),
}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each buyer, year and supplier whether the supplier's share of the amount is high.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Awarded contracts, or tables of OCDS.
    settings : Settings
        ``R040``: ``threshold``, a share; ``minimum_awards`` of the buyer in the year.

    Returns
    -------
    FlagResult
        Unit: buyer, year and supplier. Value: share of the supplier in the buyer's amount of the year; awards to
        natural persons and to several suppliers stay in the whole. Not computable where an amount of the whole is
        missing or in another currency.
    """
    own = settings["R040"]
    found = shares(rows(tables), ("buyer_id", "year"), "supplier_id")
    why_not = [("amounts_do_not_add_up", ~found.addable), ("few_awards", found.awards < own["minimum_awards"])]
    return of_groups("R040", "buyer_supplier", found.share, found.share >= own["threshold"], why_not)


_NEEDS = {AWARDED: ("buyer_id", "supplier_id", "year", "amount", "currency")}
FLAG = Flag("R040", "buyer_supplier", _NEEDS, compute, SETTINGS, share=True)
