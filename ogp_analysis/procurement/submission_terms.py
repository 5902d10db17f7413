"""Days between the call and the opening of bids: what the federal laws of Mexico ask, and how many calls kept it."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

import pandas as pd

from ogp_analysis.base.words import say, word
from ogp_analysis.base.words.numbers import count
from ogp_analysis.display.result import Parts, Shown
from ogp_analysis.display.table import Table, table
from ogp_analysis.procurement.flags.result import CLEAR, FLAGGED, NOT_COMPUTABLE, NOTED, FlagResult
from ogp_analysis.procurement.labels import headings, in_words

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
        One row per process: ``process_id``, ``method`` (open, limited, direct or missing), ``character`` (who may take
        part), ``regime`` (rules that the template names), ``external_credit``, ``category``, ``call_date``.

    Returns
    -------
    pandas.DataFrame
        One row per open call or invitation: ``ocid, law, kind`` (of :data:`KINDS`), ``term`` and ``shortest`` (days,
        the latter if shortened), ``verified`` (whether the entry was held against the gazette), ``reason`` why there
        is no term: ``out_of_scope`` (foreign credit and other reports, public-private partnerships, contracts between
        public bodies, drafts), ``kind_not_told``, ``no_term`` (the law sets none, or none of that day is held).
    """
    rows = calls[calls["method"].isin(("open", "limited"))].reset_index(drop=True)
    regime = rows["regime"].astype("str")
    named = regime.notna() & (regime != "unknown")
    is_works = rows["category"].isin(facts()["works"]["categories"])
    by_category = is_works.map({True: "works_law", False: "acquisitions_law"})
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


#: In the place of a kind: calls that other rules hold for, and those whose kind is not told.
OUT_OF_SCOPE, NOT_TOLD = "out_of_scope", "not_told"
_BY_OUTCOME = {FLAGGED: "below", NOTED: "shortened", CLEAR: "within", NOT_COMPUTABLE: "not_computable"}
_KEPT = ["kind", "law", "article", "term", "shortest", "verified", "computed", *_BY_OUTCOME.values()]


@dataclass(frozen=True)
class SubmissionTerms(Shown):
    """How many calls kept the term that the law sets.

    Attributes
    ----------
    frame : pandas.DataFrame
        One row per kind of call, law and term: ``kind`` (of :data:`KINDS`, ``out_of_scope`` or ``not_told``), ``law,
        article, term, shortest`` (days; missing where the law sets none), ``verified``, ``computed``, and of these
        ``below`` (fewer days than the shortest term: an alert), ``shortened`` (no reason is published) and ``within``;
        ``not_computable``. Empty where no terms are held for the publication.
    """

    frame: pd.DataFrame = field(repr=False)

    def text(self) -> Parts:
        """Say how many calls kept the term, and how many of the terms used were held against the gazette."""
        found = self.frame
        if found.empty:
            return Parts()
        outside = found.loc[found["kind"] == OUT_OF_SCOPE, "not_computable"].sum()
        answers = {name: count(found[name].sum()) for name in ("computed", "below", "shortened", "within")}
        parts = Parts([say("procurement.submission.some.text", **answers, out_of_scope=count(outside))])
        used = found[found["term"].notna()]
        unverified = int((~used["verified"]).sum())
        if len(used):
            case, role = ("unverified", "warning") if unverified else ("verified", "text")
            values = {"entries": count(len(used)), "unverified": count(unverified)}
            parts += (say("procurement.submission.source", case=case, role=role, **values),)
        return parts

    def table(self) -> Table | Parts:
        """Return how many calls kept the law's term, by kind and law."""
        found = self.frame
        if found.empty:
            return Parts()
        verified = pd.Series([word(f"procurement.verified.{'yes' if one else 'no'}") for one in found["verified"]])
        frame = in_words(found, kind="submission_kind").assign(
            law=[word(f"procurement.law.{law}") if isinstance(law, str) else "" for law in found["law"]],
            verified=verified.where(found["term"].notna(), ""),
        )
        columns = headings(kind="submission_kind") | headings("law", "article", "term", "shortest", "verified")
        columns |= headings("computed", below="below_term") | headings("shortened", "within", "not_computable")
        return table("submission_terms", word("procurement.table.submission"), frame, columns)


def terms_kept(answers: FlagResult, terms: pd.DataFrame | None) -> SubmissionTerms:
    """Return how many calls kept the law's term.

    Parameters
    ----------
    answers : FlagResult
        Of R003, the short submission period.
    terms : pandas.DataFrame or None
        Of :func:`submission_terms`, for the same calls; None where no terms are held.
    """
    if terms is None:
        return SubmissionTerms(pd.DataFrame(columns=_KEPT))
    outcomes = answers.frame[["unit_id", "outcome"]]
    found = outcomes.merge(terms, left_on="unit_id", right_on="ocid", validate="one_to_one")
    kind = found["kind"].mask(found["reason"] == "out_of_scope", OUT_OF_SCOPE).fillna(NOT_TOLD).astype("str")
    # A call without a date has no term of its own; it stands beside those of its kind and law.
    held = found[["term", "shortest"]]
    held = held.fillna(held.groupby([kind, found["law"].fillna("")]).transform("max")).fillna(0)
    order = kind.map({name: at for at, name in enumerate((*KINDS, NOT_TOLD, OUT_OF_SCOPE))})
    law = found["law"].mask(kind == NOT_TOLD).fillna("")
    by = {"order": order, "kind": kind, "law": law, "term": held["term"], "shortest": held["shortest"]}
    cells = pd.crosstab([*by.values()], found["outcome"].astype("str").map(_BY_OUTCOME))
    cells = cells.reindex(columns=list(_BY_OUTCOME.values()), fill_value=0)
    cells = cells.rename_axis(index=[*by]).reset_index().rename_axis(columns=None)
    entries = {(one["law"], one["kind"], one["days"]): one for one in facts()["terms"]}
    entry = [entries.get((row.law, row.kind, row.term), {}) for row in cells.itertuples()]
    days = {name: cells[name].where(cells[name] > 0).astype("Int64") for name in ("term", "shortest")}
    cells = cells.assign(
        **days,
        law=cells["law"].where(cells["law"] != ""),
        article=[one.get("article", "") for one in entry],
        verified=[bool(one.get("verified")) for one in entry],
        computed=cells[["below", "shortened", "within"]].sum(axis=1),
    )
    return SubmissionTerms(cells[_KEPT])
