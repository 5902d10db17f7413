"""Commitments on surveillance itself, counted again in the lists, the readings of 2016 and what was read since."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from . import files
from .commitments import READINGS

#: What the project read itself lies in the repository.
READ = Path(__file__).resolve().parents[2] / "data" / "raw" / "ogp_surveillance_readings" / "1-extract"
ITSELF = ("surveillance_control", "interception_statistics", "intelligence_oversight")
STATED = ("Outstanding", "Major", "Marginal", "Did Not Change")


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    folder = mirror / "ogp_surveillance_commitments"
    parts = [folder / "2026-11" / "commitments.csv", folder / "more-2026-11" / "more_commitments.csv"]
    listed = pd.concat(map(files.words, parts), ignore_index=True)
    listed["key"] = listed[["iso3", "plan_number", "commitment_number"]].agg("-".join, axis=1)
    named, repeated = listed["subject"].isin(ITSELF), listed["note"].str.contains("May be part of the held")
    subset = listed["note"].str.contains("2024-parliament-subset")
    since = files.words(READ / "promises.csv")
    since = since[~since["ogp_id"].isin(listed["ogp_id"])]  # of which the lists have nothing
    decided = files.words(READINGS / "theme_readings.csv")
    words = decided.loc[decided["theme"] == "state_surveillance", "commitment_id"].str.extract(r"^2016-(.+)-\d+$")[0]
    elsewhere = [key for key in words if key not in {*listed["key"]}]
    elsewhere = [key for key in elsewhere if not any(f"2016-{key}-" in one for one in since["commitment_id"])]
    results = [*listed.loc[named, "irm_early_results"], *since["early_results"].str.replace("_", " ").str.title()]
    countries = pd.concat([listed.loc[named, "iso3"], since["iso3"]]).value_counts()
    rules = (listed["subject"] == ITSELF[0]).sum() + (since["subject"] == ITSELF[0]).sum()
    promises = int(named.sum()) + len(since)
    return {
        "read": len(listed) - repeated.sum() + len(since) + len(elsewhere),
        "on surveillance itself": promises,
        "with an early result": sum(one in STATED for one in results),
        "on its use": rules,
        "on statistics or intelligence": promises - rules,
        "countries": len(countries),
        "of one country": countries.max(),
        "on neighbouring subjects": (~named).sum(),
        "from the subset": (subset & ~named).sum(),
        "perhaps repeated": repeated.sum(),
        "on something else": len(elsewhere),
    }
