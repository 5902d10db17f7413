"""R050 High market share: one supplier receives much of what is awarded of a kind in a year."""

from __future__ import annotations

from ogp_analysis.procurement.flags.awarded_rows import AWARDED, of_groups, rows
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings
from ogp_analysis.procurement.flags.shares import shares

#: Name of each setting, its default, and what it is.
SETTINGS = {
    "digits": (4, "of a classification that make a market"),
    "threshold": (0.5, "a share of the market's amount of the year"),
    "minimum_awards": (10, "of the market in the year"),
}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each kind of purchase, year and supplier whether the supplier's share of the amount is high.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Awarded contracts, or tables of OCDS.
    settings : Settings
        ``R050``: ``threshold``, a share; ``minimum_awards`` of the market in the year; ``digits`` of the
        classification that make a market.

    Returns
    -------
    FlagResult
        Unit: scheme, market, year and supplier. Value: share of the amount, among the awards in the data: what other
        buyers bought elsewhere is not seen. Awards without a classification are in no market.
    """
    own, frame = settings["R050"], rows(tables)
    frame = frame.assign(market=frame["classification"].str.slice(0, own["digits"]))
    found = shares(frame, ("classification_scheme", "market", "year"), "supplier_id")
    why_not = [("amounts_do_not_add_up", ~found.addable), ("few_awards", found.awards < own["minimum_awards"])]
    return of_groups("R050", "market_supplier", found.share, found.share >= own["threshold"], why_not)


_NEEDS = ("supplier_id", "year", "amount", "currency", "classification")
FLAG = Flag("R050", "market_supplier", {AWARDED: _NEEDS}, compute, SETTINGS, share=True)
