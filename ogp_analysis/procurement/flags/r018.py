"""R018 Single bid received: in a competitive method, one tenderer took part."""

from __future__ import annotations

import numpy as np

from ogp_analysis.procurement.flags.bids import other_method, outside
from ogp_analysis.procurement.flags.coded import coded
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings, judged

#: Name of each setting, its default, and what it is.
SETTINGS = {"methods": (["open", "selective"], "procurementMethod codes that are competitive")}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each process of a competitive method whether one tenderer took part.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS.
    settings : Settings
        ``R018``: ``methods``, the procurementMethod codes that are competitive.

    Returns
    -------
    FlagResult
        Unit: process. Value: the published number of tenderers. Flagged if it is 1.
    """
    data = coded(tables)
    number = data.tender_numbers("number_of_tenderers")
    why_not = [
        *outside(data, settings),
        other_method(data, settings["R018"]["methods"]),
        ("no_number_of_tenderers", np.isnan(number)),
        ("nobody_tendered", number == 0),
    ]
    return judged("R018", "process", data.ocids, number, number == 1, why_not)


_NEEDS = ("status", "procurement_method", "procurement_method_details", "number_of_tenderers")
FLAG = Flag("R018", "process", {"tenders": _NEEDS}, compute, SETTINGS)
