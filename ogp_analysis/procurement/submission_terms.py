"""Days between the call and the opening of bids: what the federal laws of Mexico ask, and how many calls kept it."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml
from ogp_analysis.procurement.flags.result import CLEAR, FLAGGED, NOT_COMPUTABLE, NOTED

#: Kinds of call, in the order in which they are shown.
KINDS = ("national", "international", "treaty", "invitation")
#: Kind of an open call by who may take part, as CompraNet tells it.
_OPEN = {
    "national": "national",
    "international": "international",
    "international_open": "international",
    "international_under_treaty": "treaty",
}
COLUMNS = ["ocid", "law", "kind", "days", "term", "shortest", "article", "reason"]
#: Reason of a call under rules that are held for no call, such as those of a state or of an autonomous body.
OTHER_LAW = "other_law"


def facts() -> dict:
    """Return the terms with their law, article and days in force, from ``submission_terms.toml``."""
    return toml(__file__, "submission_terms.toml")


def submission_terms(calls: pd.DataFrame) -> pd.DataFrame:
    """Return which term the law in force set for each open call and each invitation.

    Parameters
    ----------
    calls : pandas.DataFrame
        One row per process: ``process_id``, ``method`` (open, limited, direct or missing), ``character`` (who may take
        part), ``regime`` (rules that the template or the contract number names), ``external_credit``, ``category``,
        ``call_date`` and ``deadline`` (days by the clock of the buyer).

    Returns
    -------
    pandas.DataFrame
        One row per open call or invitation: ``ocid, law, kind`` (of :data:`KINDS`), ``days`` (by the calendar, as the
        law counts them), ``term`` and ``shortest`` (days, the latter if shortened), ``article``, ``reason`` why there
        is no term: ``out_of_scope`` (foreign credit and other reports, public-private partnerships, contracts between
        public bodies, drafts), ``law_not_told``, ``kind_not_told``, ``text_unread`` (the text in force that day was
        not read), ``no_term`` (the law sets none).
    """
    rows = calls[calls["method"].isin(("open", "limited"))].reset_index(drop=True)
    regime = rows["regime"].astype("str")
    of_category = dict.fromkeys(facts()["works"]["categories"], "works_law")
    of_category |= dict.fromkeys(facts()["works"]["acquisitions"], "acquisitions_law")
    law = regime.where(regime.notna() & (regime != "unknown"), rows["category"].astype("str").map(of_category))
    outside = (law.notna() & ~law.isin(facts()["laws"])) | rows["external_credit"].fillna(False).astype(bool)
    kind = rows["character"].astype("str").map(_OPEN).where(rows["method"] == "open", "invitation").astype("str")
    day = rows["call_date"]
    made = pd.DataFrame({
        "ocid": rows["process_id"], "law": law.mask(outside), "kind": kind,
        "days": (rows["deadline"].dt.normalize() - day.dt.normalize()).dt.days.astype("float64"),
        "term": float("nan"), "shortest": float("nan"), "article": pd.Series(None, rows.index, dtype="str"),
    })  # fmt: skip
    reason = pd.Series("text_unread", rows.index, dtype="str")
    for one in facts()["terms"]:
        fits = ~outside & (law == one["law"]) & (kind == one["kind"]) & (day >= pd.Timestamp(one["in_force_from"]))
        if "in_force_to" in one:
            fits &= day < pd.Timestamp(one["in_force_to"]) + pd.Timedelta(days=1)
        made.loc[fits, ["term", "shortest"]] = [one.get("days"), one.get("shortest")]
        made.loc[fits, "article"] = one["article"]
        reason = reason.mask(fits, None if "days" in one else "no_term")
    reason = reason.mask(kind.isna(), "kind_not_told").mask(law.isna(), "law_not_told")
    made["reason"] = reason.mask(outside, "out_of_scope")
    return made[COLUMNS]


def under_other_laws(calls: pd.DataFrame) -> pd.DataFrame:
    """Return the same of calls under rules that are not held here, each with the reason :data:`OTHER_LAW`."""
    return submission_terms(calls).assign(law=None, term=float("nan"), shortest=float("nan"), reason=OTHER_LAW)


#: In the place of a kind: calls that other rules hold for, and those whose kind is not told.
OUT_OF_SCOPE, NOT_TOLD = "out_of_scope", "not_told"
_BY_OUTCOME = {FLAGGED: "below", NOTED: "shortened", CLEAR: "within", NOT_COMPUTABLE: "not_computable"}
_KEPT = ["kind", "law", "article", "term", "shortest", "computed", *_BY_OUTCOME.values()]


def terms_kept(outcomes: pd.DataFrame, terms: pd.DataFrame) -> pd.DataFrame:
    """Return how many calls kept the term that the law sets.

    Parameters
    ----------
    outcomes : pandas.DataFrame
        ``unit_id, outcome`` of R003, the short submission period.
    terms : pandas.DataFrame
        Of :func:`submission_terms`, for the same calls.

    Returns
    -------
    pandas.DataFrame
        One row per kind of call, law and term: ``kind`` (of :data:`KINDS`, ``out_of_scope`` or ``not_told``), ``law,
        article, term, shortest`` (days; missing where the law sets none or its text was not read), ``computed``, and of
        these ``below`` (fewer days than the shortest term: an alert), ``shortened`` (no reason is published) and
        ``within``; ``not_computable``.
    """
    found = outcomes[["unit_id", "outcome"]].merge(terms, left_on="unit_id", right_on="ocid", validate="one_to_one")
    kind = found["kind"].mask(found["reason"] == "out_of_scope", OUT_OF_SCOPE).fillna(NOT_TOLD).astype("str")
    law = found["law"].mask(kind == NOT_TOLD).fillna("")
    # A call without a date has no text of its own; it stands beside those of its kind and law, if these have one text.
    of_kind = found["article"].groupby([kind, law])
    article = found["article"].fillna(of_kind.transform("first").where(of_kind.transform("nunique") == 1)).fillna("")
    order = kind.map({name: at for at, name in enumerate((*KINDS, NOT_TOLD, OUT_OF_SCOPE))})
    by = {"order": order, "kind": kind, "law": law, "article": article}
    cells = pd.crosstab([*by.values()], found["outcome"].astype("str").map(_BY_OUTCOME))
    cells = cells.reindex(columns=list(_BY_OUTCOME.values()), fill_value=0)
    cells = cells.rename_axis(index=[*by]).reset_index().rename_axis(columns=None)
    entries = {(one["law"], one["kind"], one["article"]): one for one in facts()["terms"]}
    entry = [entries.get((row.law, row.kind, row.article), {}) for row in cells.itertuples()]
    cells = cells.assign(
        law=cells["law"].where(cells["law"] != ""),
        term=pd.array([one.get("days") for one in entry], dtype="Int64"),
        shortest=pd.array([one.get("shortest") for one in entry], dtype="Int64"),
        computed=cells[["below", "shortened", "within"]].sum(axis=1),
    )
    return cells[_KEPT]
