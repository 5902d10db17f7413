"""How many calls of a case kept the term that the law sets, by kind of call."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ogp_analysis.procurement.cases.case import Case
from ogp_analysis.procurement.flags.r003 import TERMS
from ogp_analysis.procurement.flags.result import CLEAR, FLAGGED, NOT_COMPUTABLE, NOTED, FlagResult
from ogp_analysis.procurement.submission_terms import KINDS, facts

#: In the place of a kind: calls that other rules hold for, and those whose kind is not told.
OUT_OF_SCOPE, NOT_TOLD = "out_of_scope", "not_told"
_BY_OUTCOME = {FLAGGED: "below", NOTED: "shortened", CLEAR: "within", NOT_COMPUTABLE: "not_computable"}
COLUMNS = ["kind", "law", "article", "term", "shortest", "verified", "computed", *_BY_OUTCOME.values()]


def submission_counts(case: Case, results: Mapping[str, FlagResult]) -> pd.DataFrame | None:
    """Return how many calls kept the law's term; None where no terms are held for the publication.

    Parameters
    ----------
    case : Case
    results : mapping of str to FlagResult
        Of :func:`ogp_analysis.procurement.cases.flagging.case_flags`.

    Returns
    -------
    pandas.DataFrame
        One row a kind of call, law and term: ``kind`` (of :data:`~ogp_analysis.procurement.submission_terms.KINDS`,
        ``out_of_scope`` or ``not_told``), ``law, article, term, shortest`` (days; missing where the law sets none),
        ``verified``, ``computed``, and of these ``below`` (fewer days than the shortest term: an alert), ``shortened``
        (no reason is published) and ``within``; ``not_computable``.
    """
    if TERMS not in case.tables:
        return None
    answers = (
        results["R003"]
        .frame[["unit_id", "outcome"]]
        .merge(case.tables[TERMS], left_on="unit_id", right_on="ocid", validate="one_to_one")
    )
    kind = answers["kind"].mask(answers["reason"] == "out_of_scope", OUT_OF_SCOPE).fillna(NOT_TOLD).astype("str")
    # A call without a date has no term of its own; it stands beside those of its kind and law.
    place = [kind, answers["law"].fillna("")]
    held = answers[["term", "shortest"]]
    answers[["term", "shortest"]] = held.fillna(held.groupby(place).transform("max"))
    by = {"kind": kind, "law": answers["law"].mask(kind == NOT_TOLD).fillna(""), "term": answers["term"].fillna(0),
          "shortest": answers["shortest"].fillna(0)}  # fmt: skip
    order = kind.map({name: at for at, name in enumerate((*KINDS, NOT_TOLD, OUT_OF_SCOPE))})
    counts = pd.crosstab([order, *by.values()], answers["outcome"].astype("str").map(_BY_OUTCOME))
    counts = counts.reindex(columns=list(_BY_OUTCOME.values()), fill_value=0)
    counts = counts.rename_axis(index=["order", *by]).reset_index().rename_axis(columns=None).drop(columns="order")
    entry = [_entry(row.law, row.kind, row.term) for row in counts.itertuples()]
    counts = counts.assign(
        law=counts["law"].where(counts["law"] != ""),
        term=counts["term"].where(counts["term"] > 0).astype("Int64"),
        shortest=counts["shortest"].where(counts["shortest"] > 0).astype("Int64"),
        article=[one.get("article", "") for one in entry],
        verified=[bool(one.get("verified")) for one in entry],
        computed=counts[["below", "shortened", "within"]].sum(axis=1),
    )
    return counts[COLUMNS]


def _entry(law: str, kind: str, days: float) -> dict:
    wanted = (law, kind, days)
    return next((one for one in facts()["terms"] if (one["law"], one["kind"], one["days"]) == wanted), {})
