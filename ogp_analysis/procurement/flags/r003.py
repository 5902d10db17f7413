"""R003 Short submission period: bidders had fewer days than the threshold, or than the law allows, to submit."""

from __future__ import annotations

import numpy as np

from ogp_analysis.procurement.flags.bids import other_method, outside
from ogp_analysis.procurement.flags.coded import coded
from ogp_analysis.procurement.flags.result import Flag, FlagResult, Settings, judged

#: Name of the table that holds which term the law sets for each call.
TERMS = "submission_terms"
_DAY = np.timedelta64(1, "D") // np.timedelta64(1, "us")
#: Name of each setting, its default, and what it is.
SETTINGS = {
    "threshold": (15, "days; a shorter period is flagged"),
    "methods": ([], "procurementMethod codes it applies to; empty: all"),
    "threshold_by_details": ({}, "procurementMethodDetails = days"),
}


def compute(tables, settings: Settings) -> FlagResult:
    """Return for each process whether its tender period is short.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame, or CodedTables
        Tables of OCDS; and where the law's terms are known for each call, ``submission_terms`` of
        :func:`ogp_analysis.procurement.submission_terms.submission_terms`.
    settings : Settings
        ``R003``: ``threshold`` in days, ``threshold_by_details`` by procurementMethodDetails, ``methods``. None of
        them counts where the terms of the law are given.

    Returns
    -------
    FlagResult
        Unit: process. Value: whole days from start to end of the tender period, cut towards zero; negative if it
        ends before it starts. Flagged if below the threshold. Held against the law: days by the calendar; flagged if
        below the shortest term that the law allows, noted if between it and the plain term, because no reason for
        shortening it is published; else clear. A period that ends before it starts is a wrong date there.
    """
    data, own = coded(tables), settings["R003"]
    if TERMS in data:
        # A process without a row is of a method for which the law has no term.
        terms = data.given[TERMS].set_index("ocid").reindex(data.ocids)
        reason = terms["reason"].fillna("").to_numpy(str)
        days, shortest, term = (terms[name].to_numpy("float64") for name in ("days", "shortest", "term"))
        why_not = [
            *outside(data, settings),
            ("other_method", terms["kind"].isna().to_numpy() & (reason == "")),
            *((name, reason == name) for name in ("out_of_scope", "other_law")),
            ("no_period", np.isnan(days)),
            ("period_reversed", days < 0),
            *((name, reason == name) for name in ("law_not_told", "kind_not_told", "text_unread", "no_term")),
        ]
        return judged("R003", "process", data.ocids, days, days < shortest, why_not, noted=days < term)
    lasting = data.tender_instants("period_end") - data.tender_instants("period_start")
    days = np.trunc(lasting.astype("int64") / _DAY)
    days = np.where(np.isnat(lasting), np.nan, days)
    why_not = [*outside(data, settings), other_method(data, own["methods"]), ("no_period", np.isnan(days))]
    # A method whose details are named has a threshold of its own.
    details = data.tender_words("procurement_method_details")
    thresholds = np.full(data.n, float(own["threshold"]))
    for words, least in own["threshold_by_details"].items():
        thresholds[details.among([words])] = least
    return judged("R003", "process", data.ocids, days, days < thresholds, why_not)


_NEEDS = ("status", "procurement_method", "procurement_method_details", "period_start", "period_end")
FLAG = Flag("R003", "process", {"tenders": _NEEDS}, compute, SETTINGS)
