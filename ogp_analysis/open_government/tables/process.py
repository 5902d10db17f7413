"""Tables of the notebook on how action plans are made: steps, pairs of plans, cases, and Mexico's fourth plan."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.countries import country
from ogp_analysis.base.words import sentence, word
from ogp_analysis.display.links import source
from ogp_analysis.display.share_tables import SHARE, with_bounds
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.open_government.process import Influence, StepRates
from ogp_analysis.open_government.process_pairs import PairedSteps
from ogp_analysis.statistics.rates import FEWEST_CLUSTERS


def step_frame(found: StepRates) -> pd.DataFrame:
    """Return the rates of the steps, labelled for a figure."""
    frame = found.table()
    return frame.assign(label=[word(f"process.step.{step}") for step in frame["step"]])


def steps_table(found: StepRates) -> Table:
    """Return how often each step was followed, by group, with what was not reviewed beside the denominator."""
    frame = found.table()
    frame["group"] = [_group(found.by, group) for group in frame["group"]]
    frame["step"] = [word(f"process.step.{step}") for step in frame["step"]]
    headings = {
        "group": Heading("group"),
        "step": Heading("step"),
        **SHARE,
        "not_reviewed": Heading("not_reviewed", "count"),
    }
    caption = sentence("process.table.steps", n=found.n, fewest=FEWEST_CLUSTERS)
    return table(f"steps_by_{found.by}", caption, with_bounds(frame), headings)


def _group(by: str, group: str) -> str:
    if by == "region":
        return word(f"regions.{group}")
    return word("process.all") if by == "all" else f"{word('tables.column.plan_number')} {group}"


def influence_table(found: Influence) -> Table:
    """Return how plans spread over the levels of influence of the public."""
    frame = found.table()
    frame["level"] = [word(f"process.level.{level}") for level in frame["level"]]
    caption = sentence("process.table.influence", n=found.n, not_reviewed=found.not_reviewed,
                       not_applicable=found.not_applicable)  # fmt: skip
    return table("influence", caption, with_bounds(frame), {"level": Heading("level"), **SHARE})


def pairs_table(found: PairedSteps) -> Table:
    """Return first against second plans of the same countries, as counts with McNemar's exact p and Holm's."""
    frame = found.table()
    frame["step"] = [word(f"process.step.{step}") for step in frame["step"]]
    headings = {"step": Heading("step")}
    headings |= {
        name: Heading(name, "count") for name in ("pairs", "both", "only_first", "only_second", "neither", "unpaired")
    }
    headings |= {"p_value": Heading("p_value", "probability", 3), "p_adjusted": Heading("p_adjusted", "probability", 3)}
    return table("first_and_second_plans", sentence("process.table.pairs"), frame, headings)


def cases_table(cases: pd.DataFrame) -> Table:
    """Return the cases under the Response Policy found, with their dates as far as they are known."""
    frame = cases.copy()
    frame["place"] = [country(code).name for code in frame["iso3"]]
    frame["outcome"] = [word(f"process.outcome.{code}") for code in frame["outcome"]]
    headings = {
        name: Heading(name) for name in ("place", "opened", "report", "stage_two", "outcome", "outcome_since", "closed")
    }
    headings["days_to_close"] = Heading("days_to_close", "count")
    return table("response_policy_cases", sentence("process.table.cases", n=len(frame)), frame, headings)


def plan4_table(facts: pd.DataFrame) -> Table:
    """Return the facts of Mexico's fourth plan, one row a fact, with its page and whether it was verified."""
    rows = [_fact(row) for row in facts.to_dict("records")]
    headings = {name: Heading(name) for name in ("subject", "quantity", "value", "note", "verified")}
    headings["source_url"] = Heading("source", "link")
    return table("mexico_plan4", sentence("process.table.plan4", n=len(rows)), pd.DataFrame(rows), headings)


def _fact(row: dict) -> dict:
    return {
        "subject": word(f"mexico_plan4.subject.{row['subject']}"),
        "quantity": word(f"mexico_plan4.quantity.{row['quantity']}"),
        "value": _value(row),
        "note": word(f"mexico_plan4.note.{row['note']}") if isinstance(row["note"], str) else "",
        "verified": word("tables.yes" if row["verified"] else "tables.no"),
        "source_url": source(row["source_url"], date=_value(row), row=f"ogp_mexico_plan4 ({row['fact_id']})"),
    }


def _value(row: dict) -> str:
    if isinstance(row["code"], str):
        return word(f"mexico_plan4.code.{row['code']}")
    return row["date"].date().isoformat() if pd.notna(row["date"]) else str(row["count"])
