"""Documented purchases of surveillance technology in Mexico, counted again in the compiled table itself."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from . import files

#: Categories that say that no page states what was bought.
NO_OBJECT = ("unknown", "unknown (vendor network)")


def table(mirror: Path) -> pd.DataFrame:
    """One row per fact."""
    return files.words(mirror / "surveillance_contracts_mexico" / "compiled" / "mexico_contracts.csv")


def buyer(text: str) -> str:
    """The body that buys: units belong to their body, and the federal prosecution is one under both its names."""
    if re.match(r"PGR|FGR", text):
        return "FGR"
    return re.sub(r" (?:\(|/ Fiscalía|– Oficialía).*", "", text.removeprefix("SEGOB – "))


def supplier(text: str) -> str:
    """The firm without what stands in brackets behind it."""
    return re.sub(r" \(.*", "", text)


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    facts = table(mirror)
    contracts = facts[facts["row_type"] == "contract"]
    rows = facts[facts["row_type"].isin(["contract", "invoice"])]
    kept = rows[~rows["tech_category"].isin(NO_OBJECT) & (rows["confidence"] != "low") & (rows["supplier"] != "")]
    pairs = {(buyer(one), supplier(other)) for one, other in zip(kept["buyer"], kept["supplier"], strict=True)}
    years = rows["date_signed"].str[:4].pipe(lambda year: year[year != ""]).astype(int)
    priced = rows[rows["amount"] != ""]
    (eighty,) = facts.loc[facts["amount"].eq("80000000") & facts["currency"].eq("USD"), "amount"]
    grades = rows["confidence"].value_counts()
    return {
        "contracts": len(contracts),
        "invoices": int((facts["row_type"] == "invoice").sum()),
        "first year": years.min(),
        "last year": years.max(),
        "pairs": len(pairs),
        "buyers": len({one for one, _ in pairs}),
        "suppliers": len({other for _, other in pairs}),
        "rows of pairs": len(kept),
        "procedure known": int((contracts["procedure"] != "").sum()),
        "direct awards": int(contracts["procedure"].str.startswith("adjudicación directa").sum()),
        "high": grades["high"],
        "medium": grades["medium"],
        "low": grades["low"],
        "amounts": len(priced),
        "amounts that are part of a total": int(priced["sum_safe"].str.startswith("no (part of").sum()),
        "millions of dollars": float(eighty) / 1e6,
        "amount known": int((contracts["amount"] != "").sum()),
        "number known": int((contracts["contract_number"] != "").sum()),
        "maker named": int(((contracts["upstream_vendor"] != "") & (contracts["supplier"] != "")).sum()),
        "budget line": int(contracts["budget_line"].str.startswith("33701").sum()),
        "reserved": int(contracts["procedure"].str.contains("reserv").sum()),
    }
