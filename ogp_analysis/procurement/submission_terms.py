"""How many days the federal laws of Mexico give between the call and the opening of bids, call by call."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

import pandas as pd

RESOURCES = ("submission_terms.toml",)
#: Kinds of call, in the order in which they are shown.
KINDS = ("national", "international", "treaty", "invitation")
#: Kind of an open call by who may take part, as CompraNet tells it.
_OPEN = {
    "national": "national",
    "international": "international",
    "international_open": "international",
    "international_under_treaty": "treaty",
}
COLUMNS = ["ocid", "law", "kind", "term", "shortest", "verified", "reason"]


@cache
def facts() -> dict:
    """Return the terms with their law, article, days in force and source, from ``submission_terms.toml``."""
    return tomllib.loads(resources.files(__package__).joinpath(RESOURCES[0]).read_text(encoding="utf-8"))


def submission_terms(calls: pd.DataFrame) -> pd.DataFrame:
    """Return which term the law in force sets for each open call and each invitation.

    Parameters
    ----------
    calls : pandas.DataFrame
        One row a process: ``process_id``, ``method`` (open, limited, direct or missing), ``character`` (who may take
        part), ``regime`` (rules that the template names), ``external_credit``, ``category``, ``call_date``.

    Returns
    -------
    pandas.DataFrame
        One row an open call or invitation: ``ocid, law, kind`` (of :data:`KINDS`), ``term`` and ``shortest`` (days,
        the latter if shortened), ``verified`` (whether the entry was held against the gazette), ``reason`` why there
        is no term: ``out_of_scope`` (foreign credit and other reports, public-private partnerships, contracts between
        public bodies, drafts), ``kind_not_told``, ``no_term`` (the law sets none, or none of that day is held).
    """
    rows = calls[calls["method"].isin(("open", "limited"))].reset_index(drop=True)
    regime = rows["regime"].astype("str")
    named = regime.notna() & (regime != "unknown")
    by_category = (
        rows["category"].isin(facts()["works"]["categories"]).map({True: "works_law", False: "acquisitions_law"})
    )
    law = regime.where(named, by_category)
    outside = ~law.isin(facts()["laws"]) | rows["external_credit"].fillna(False).astype(bool)
    kind = rows["character"].astype("str").map(_OPEN).where(rows["method"] == "open", "invitation").astype("str")
    made = pd.DataFrame({
        "ocid": rows["process_id"], "law": law.mask(outside), "kind": kind,
        "term": float("nan"), "shortest": float("nan"), "verified": False,
    })  # fmt: skip
    day = rows["call_date"]
    for one in facts()["terms"]:
        first, last = pd.Timestamp(one["in_force_from"]), pd.Timestamp(one["in_force_to"]) + pd.Timedelta(days=1)
        fits = ~outside & (law == one["law"]) & (kind == one["kind"]) & (day >= first) & (day < last)
        made.loc[fits, ["term", "shortest", "verified"]] = [one["days"], one["shortest"], one["verified"]]
    reason = pd.Series(None, index=made.index, dtype="str").mask(made["term"].isna(), "no_term")
    made["reason"] = reason.mask(kind.isna(), "kind_not_told").mask(outside, "out_of_scope")
    return made[COLUMNS]
