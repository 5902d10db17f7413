"""The commitment on controls over interception, counted again in the tables of facts themselves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from . import files

#: Tables that the project compiled itself lie in the repository.
FACTS = Path(__file__).resolve().parents[2] / "data" / "raw" / "ogp_mexico_plan4" / "1-extract" / "facts.csv"


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    facts = files.words(FACTS)
    own = facts[facts["subject"] == "commitment_7"].set_index("quantity")
    plan = facts[facts["subject"] == "plan_4"].set_index("quantity")["count"]
    begin, end = (pd.Timestamp(own.loc[name, "date"]) for name in ("planned_start", "planned_end"))
    rows = files.words(mirror / "surveillance_contracts_mexico" / "compiled" / "mexico_contracts.csv")
    # A column is low by the grades of the table, whatever it says of a row that cites the same page.
    columns = rows.loc[rows["evidence_type"].str.contains("column"), "source_url"]
    rows = rows[(rows["row_type"] == "contract") & (rows["confidence"] != "low") & ~rows["source_url"].isin(columns)]
    # Cameras are no surveillance of devices, and of one contract no page says what was bought.
    kinds = rows["tech_category"].str.replace(r" \(.*\)$", "", regex=True).str.split(";")
    rows = rows[kinds.map(lambda own: bool(set(own) - {"video_surveillance", "facial_recognition", "unknown", ""}))]
    spans = [(pd.Period(day).start_time, pd.Period(day).end_time.normalize()) for day in rows["date_signed"]]
    within = rows[[begin <= first and last <= end for first, last in spans]]
    statistics = files.words(next((mirror / "mexico_interception_statistics").glob("*/*.csv")))
    return {
        "key actions": int(own.loc["key_actions", "count"]),
        "activities": int(own.loc["activities", "count"]),
        "begun": int(own.loc["key_actions_started", "count"]),
        "commitments": int(plan["commitments"]),
        "paused": int(plan["paused_without_early_results"]),
        "signed meanwhile": len(within),
        "of the federal government": int((within["level"] == "federal").sum()),
        "of states": int((within["level"] == "state").sum()),
        "reported counts": len(statistics),
        "early results": int(plan["early_results"]),
        "potentially starred": int(plan["potentially_starred"]),
        "paused and inactive": int(plan["paused_inactive"]),
        **cases(mirror),
    }


def cases(mirror: Path) -> dict[str, float]:
    """Countries with an event under the Response Policy; in Mexico's the process resumed and the case was closed."""
    rows = files.events(mirror)
    response = rows[rows["mechanism"] == "Response Policy"]
    resumed = set(response["iso3"]) & set(rows[rows["event"].str.contains("process resumed")]["iso3"])
    own = response[response["iso3"] == "MEX"]["date"]
    opened, closed = (date.fromisoformat(one) for one in (own.min(), own.max()))
    return {
        "cases": response["iso3"].nunique(),
        "cases resumed": len(resumed),
        "days of Mexico's case": (closed - opened).days,
    }
