"""R003 Short submission period: bidders had fewer days than the threshold to submit."""

from __future__ import annotations

import numpy as np

from ogp_analysis.contracting.flags.coded import CodedTables, coded
from ogp_analysis.contracting.flags.result import Flag, FlagResult, judged
from ogp_analysis.contracting.flags.scope import other_method, outside
from ogp_analysis.contracting.flags.settings import Settings

_DAY = np.timedelta64(1, "D") // np.timedelta64(1, "us")


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each process whether its tender period is short.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS.
    settings : Settings
        ``R003``: ``threshold`` in days, ``threshold_by_details`` by procurementMethodDetails, ``methods``.

    Returns
    -------
    FlagResult
        Unit: process. Value: whole days from start to end of the tender period, cut towards zero; negative if it
        ends before it starts. Flagged if below the threshold.
    """
    data, own = coded(tables), settings["R003"]
    days = _days(data)
    why_not = [
        *outside(data, settings),
        other_method(data, own["methods"]),
        ("no_period", np.isnan(days)),
    ]
    return judged("R003", "process", data.ocids, days, days < _thresholds(data, own), why_not)


def _days(data: CodedTables) -> np.ndarray:
    start, end = data.tender_instants("period_start"), data.tender_instants("period_end")
    lasting = end - start
    days = np.trunc(lasting.astype("int64") / _DAY)
    return np.where(np.isnat(lasting), np.nan, days)


def _thresholds(data: CodedTables, own) -> np.ndarray:
    """Return the threshold of each process, by the details of its method."""
    details = data.tender_words("procurement_method_details")
    thresholds = np.full(data.n, float(own["threshold"]))
    for words, days in own["threshold_by_details"].items():
        thresholds[details.among([words])] = days
    return thresholds


FLAG = Flag(
    "R003",
    "process",
    {"tenders": ("status", "procurement_method", "procurement_method_details", "period_start", "period_end")},
    compute,
)
