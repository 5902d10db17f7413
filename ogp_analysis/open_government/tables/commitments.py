"""Tables of the notebook on commitments."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.words import sentence, word
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government.commitment_revision import Revision
from ogp_analysis.open_government.commitments import CommitmentRates, StarAgreements
from ogp_analysis.open_government.theme_carry_over import CarryOver
from ogp_analysis.statistics.rates import FEWEST_CLUSTERS
from ogp_analysis.statistics.shares import with_bounds


def measures_frame(found: list[CommitmentRates]) -> pd.DataFrame:
    """Return measures as ``label, count, n, share, low, high, clusters``, one row each, for a figure."""
    rows = [(word(f"commitments.measure.{r.measure}"), r.overall) for r in found]
    columns = ["label", "count", "n", "share", "low", "high", "clusters"]
    rows = [(label, p.count, p.n, p.share, p.low, p.high, p.clusters) for label, p in rows]
    return pd.DataFrame(rows, columns=columns)


def excluded_table(found: list[CommitmentRates]) -> Table:
    """Return what stands outside each denominator, by reason: not reviewed is not no data."""
    rows = [
        {"measure": word(f"commitments.measure.{r.measure}"), "n": r.n, "reason": word(f"commitments.reason.{reason}"),
         "count": count}
        for r in found
        for reason, count in r.excluded
    ]  # fmt: skip
    headings = {"measure": Heading("measure"), "n": Heading("n", "count"), "reason": Heading("reason"),
                "count": Heading("outside", "count")}  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(headings))
    return table("outside_the_denominators", sentence("commitments.table.excluded"), frame, headings)


def listed_table(commitments: pd.DataFrame, theme: str) -> Table:
    """Return commitments one by one, with the rules that gave them their theme. Titles are not embedded."""
    ordered = commitments.sort_values(["unit", "plan_number", "commitment_id"], kind="stable")
    rows = [_commitment(row) for row in ordered.to_dict("records")]
    headings = {"place": Heading("place"), "plan_number": Heading("plan_number", "count"),
                "number": Heading("number"), "impact": Heading("impact"),
                "completion": Heading("completion"), "rules": Heading("rules")}  # fmt: skip
    caption = sentence("commitments.table.listed", theme=word(f"commitments.theme.{theme}"), n=len(rows))
    return table(f"commitments_{theme}", caption, pd.DataFrame(rows, columns=list(headings)), headings)


def _commitment(row: dict) -> dict:
    place = country(row["iso3"]).name if isinstance(row["iso3"], str) else row["unit"]
    return {"place": place, "plan_number": row["plan_number"], "number": row["commitment_number"],
            "impact": _rating(row["potential_impact"]), "completion": _rating(row["completion"]),
            "rules": row["rules"]}  # fmt: skip


def _rating(value) -> str:
    return word(f"commitments.rating.{value}") if isinstance(value, str) else "not_applicable"


def stars_table(found: StarAgreements) -> Table:
    """Return how often published stars are what their rule gives, by rule."""
    frame = found.frame
    frame["rule"] = [word(f"commitments.measure.{rule}") for rule in frame["rule"]]
    headings = {"rule": Heading("rule")}
    names = ("verdicts", "starred", "derived", "only_published", "only_derived", "not_derivable")
    headings |= {name: Heading(name, "count") for name in names}
    headings |= {"share": Heading("share", "share")}
    return table("stars", sentence("commitments.table.stars", n=found.n), frame, headings)


def carry_over_table(found: CarryOver) -> Table:
    """Return, by theme, how often the next plan of a country has a theme that its last one had, or had not."""
    rows = [
        {"theme": word(f"commitments.theme.{t.theme}"), "carried": t.carried.count, "carried_n": t.carried.n,
         "share": t.carried.share, "low": t.carried.low, "high": t.carried.high,
         "clusters": t.carried.clusters, "taken_up": t.taken_up.count, "taken_up_n": t.taken_up.n}
        for t in found.themes
    ]  # fmt: skip
    headings = {"theme": Heading("theme"), "carried": Heading("carried", "count"),
                "carried_n": Heading("carried_n", "count"), "share": Heading("share", "share"),
                "low": Heading("low", "share"), "high": Heading("high", "share"),
                "clusters": Heading("countries", "count"),
                "taken_up": Heading("taken_up", "count"), "taken_up_n": Heading("taken_up_n", "count")}  # fmt: skip
    caption = sentence("commitments.table.carried", pairs=len(found.pairs), without_next=found.without_next,
                       fewest=FEWEST_CLUSTERS)  # fmt: skip
    return table("carry_over", caption, with_bounds(pd.DataFrame(rows, columns=list(headings))), headings)


def revision_table(found: Revision) -> Table:
    """Return what changed in each rating between two vintages, over the rows that can be compared."""
    rows = [
        {"column": c.column, "n": c.n, "unchanged": c.unchanged, "filled": c.filled, "emptied": c.emptied,
         "revised": c.revised.count, "both_rated": c.revised.n, "reason_changed": c.reason_changed}
        for c in found.columns
    ]  # fmt: skip
    headings = {name: Heading(name, "count" if name != "column" else "") for name in rows[0]}
    caption = sentence("commitments.table.revision", n=found.n, n_old=found.n_old, n_new=found.n_new,
                       only_old=found.only_old, only_new=found.only_new,
                       ambiguous=found.ambiguous_old + found.ambiguous_new)  # fmt: skip
    return table("revision", caption, pd.DataFrame(rows), headings)
