"""Safeguards on paper, counted again in the rows of the published file; and what laws, lists and one page say."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pandas as pd

from . import files, surveillance_powers

#: Wordings of scope by what they reach; what is of no measure has a table of its own.
MEASURES = dict.fromkeys(("criminal", "intelligence", "drug enforcement", "real-time location", "bulk collection"), 1)
MEASURES |= {"intelligence (metadata)": 1, "signals intelligence": 1}
MEASURES |= {"criminal and intelligence": 2, "intelligence and police": 2}
LISTED = (
    *("prior_judicial_authorisation", "independent_oversight", "notification_afterwards", "remedy"),
    "public_statistics",
)


def table(mirror: Path) -> pd.DataFrame:
    rows = files.words(mirror / "surveillance_safeguards" / "2026-11" / "safeguards_by_country.csv")
    year = pd.to_numeric(rows["state_of"].str[:4], errors="coerce")
    return rows.assign(year=year, joint=rows["safeguard"] == "joint_statement")


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    rows = table(mirror)
    own = rows[~rows["joint"]]
    powers = surveillance_powers.Law(mirror).powers
    asked = powers[powers["measure"] == "interception of private communications"]
    # The military police carries out what others may request.
    asked = asked[(asked["prior_judicial_control"] == "yes") & (asked["authority"] != "military ministerial police")]
    counts = files.words(next((mirror / "mexico_interception_statistics").glob("*/*.csv"))).set_index("id")["value"]
    cases = files.words(mirror / "carnegie_spyware_inventory" / "10" / "carnegie_spyware_inventory_repaired.csv")
    lists = files.words(mirror / "spyware_operator_countries" / "compiled" / "operator_countries.csv")
    return {
        "title: countries": own["iso3"].nunique(),
        "statements": len(own),
        "of 2017 or before": int((own["year"] <= 2017).sum()),
        "without a year": int((own["state_of"] == "").sum()),
        "provisions on interception": len(asked),
        "requested": int(counts["ST-01"]),
        "granted": int(counts["ST-02"]),
        "refused": int(counts["ST-03"]),
        "spyware in Mexico": int(((cases["country"] == "Mexico") & (cases["category"] == "Spyware")).sum()),
        "spyware in Italy": int(((cases["country"] == "Italy") & (cases["category"] == "Spyware")).sum()),
        "lists on Mexico": int((lists["country"] == "Mexico").sum()),
    }


def cells(mirror: Path) -> Counter:
    """How many cells of each safeguard begin alike: the mark of what is old, what is said, and its year."""
    rows = table(mirror)
    found = Counter()
    for row in rows[rows["scope"].isin(MEASURES) & ~rows["joint"]].to_dict("records"):
        old = not row["state_of"] or int(row["state_of"][:4]) < 2020
        year = row["state_of"][:4] or "no year"
        year = f"the {row['state_of']}" if row["state_of"].endswith("0s") else year
        found[row["safeguard"], f"{'† ' if old else ''}{row['value']} ({year})"] += MEASURES[row["scope"]]
    return found
