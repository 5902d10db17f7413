"""Days between the call and the opening of bids: what the federal laws of Mexico ask."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.beside import toml

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
