"""Documented purchases of surveillance technology in Mexico, counted again in the compiled table itself."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from . import files

#: What the raw words of a category hold where it is not cameras, other equipment or nothing that a page states.
DEVICES = re.compile(r"spyware|interception|geolocation|forensics|data_analytics|social_media")


def table(mirror: Path) -> pd.DataFrame:
    """One row per fact."""
    return files.words(mirror / "surveillance_contracts_mexico" / "compiled" / "mexico_contracts.csv")


def sure(facts: pd.DataFrame) -> pd.Series:
    """Whether a row is graded above low, and its page is no column: a column is low by the table's own grades."""
    columns = facts.loc[facts["evidence_type"].str.contains("column"), "source_url"]
    return (facts["confidence"] != "low") & ~facts["source_url"].isin(columns)


def buyer(text: str) -> str:
    """The body that buys: units belong to their body, the federal prosecution is one under both its names.

    Blank if sources differ, which is no body.
    """
    if "differ" in text:
        return ""
    if re.match(r"PGR|FGR", text):
        return "FGR"
    return re.sub(r" (?:\(|/ Fiscalía|– Oficialía).*", "", text.removeprefix("SEGOB – "))


def supplier(text: str) -> str:
    """The firm without what stands in brackets behind it."""
    return re.sub(r" \(.*", "", text)


def recount(mirror: Path) -> dict[str, float]:
    """Return every recounted quantity by its name."""
    facts = table(mirror)
    purchases = facts[facts["row_type"].isin(["contract", "invoice"])]
    graded = purchases[sure(facts)[purchases.index]]
    devices = graded["tech_category"].str.contains(DEVICES)
    stated = ~graded["tech_category"].str.startswith("unknown")
    rows = graded[devices]
    contracts = rows[rows["row_type"] == "contract"]
    named = [(buyer(one), supplier(other)) for one, other in zip(rows["buyer"], rows["supplier"], strict=True)]
    pairs = {pair for pair in named if all(pair)}
    paired = rows[[all(pair) for pair in named]]
    years = [own.loc[own["date_signed"] != "", "date_signed"].str[:4].astype(int) for own in (rows, paired)]
    priced = rows[rows["amount"] != ""]
    (eighty,) = facts.loc[facts["amount"].eq("80000000") & facts["currency"].eq("USD"), "amount"]
    # A report of a contract that one outlet quotes from another, with no further page and no number: one outlet.
    quoting = (
        rows["source_publisher"].str.contains(" citing ")
        & (rows["corroboration"] == "")
        & (rows["contract_number"] == "")
        & rows["evidence_type"].str.startswith("press ")
    )
    grades = rows["confidence"].mask(quoting, "medium").value_counts()
    each = {}
    for kind in ("intrusion", "geolocation", "interception", "mass_data"):
        levels = rows.loc[rows["tech_category"].str.contains(kind), "level"]
        each |= {kind: len(levels), f"{kind} federal": (levels == "federal").sum(),
                 f"{kind} of states": (levels == "state").sum()}  # fmt: skip
    # Rows with a word of ours where the table has none: the page gives numbers in the conditional, an invoice has no
    # date on the same page as one that says so, the maker is only possible, an outlet quotes another.
    silent = rows[rows["caveat"] == ""]
    ours = (
        silent["source_text"].str.contains("habría")
        | silent["source_url"].isin(facts.loc[facts["caveat"].str.contains("not given"), "source_url"])
        | silent["tech_category"].str.contains("possible")
        | quoting[silent.index]
    )
    counts = files.words(mirror / "mexico_interception_statistics" / "compiled" / "mexico_interception_statistics.csv")
    counts = counts[(counts["body"] == "FGR (SEIDO)") & (counts["period"] == "2019")].set_index("measure")["value"]
    return {
        **each,
        "searches in 2019": float(counts["Geomatrix searches"]),
        "orders in 2019": float(counts["Geomatrix searches with a judicial order"]),
        "contracts": len(contracts),
        "invoices": len(rows) - len(contracts),
        "undated": int((rows["date_signed"] == "").sum()),
        "first year": years[0].min(),
        "last year": years[0].max(),
        "first year of pairs": years[1].min(),
        "last year of pairs": years[1].max(),
        "pairs": len(pairs),
        "buyers": len({one for one, _ in pairs}),
        "suppliers": len({other for _, other in pairs}),
        "rows of pairs": len(paired),
        "buyers that differ": int(rows["buyer"].str.contains("differ").sum()),
        "only possible": int(rows["tech_category"].str.contains("possible").sum()),
        "procedure known": int((contracts["procedure"] != "").sum()),
        "direct awards": int(contracts["procedure"].str.startswith("adjudicación directa").sum()),
        "open tenders": int(contracts["procedure"].str.startswith("licitación pública").sum()),
        "inferred": int(contracts["procedure"].str.contains("in file number").sum()),
        "cameras": int((~devices & stated).sum()),
        "object not stated": int((~stated).sum()),
        "low": len(purchases) - len(graded),
        "high": grades["high"],
        "medium": grades["medium"],
        "without a caveat": len(silent) - int(ours.sum()),
        "amounts": len(priced),
        "amounts that are part of a total": int(priced["sum_safe"].str.startswith("no (part of").sum()),
        "millions of dollars": float(eighty) / 1e6,
        "amount known": int((contracts["amount"] != "").sum()),
        "number known": int((contracts["contract_number"] != "").sum()),
        "maker named": int(((contracts["upstream_vendor"] != "") & (contracts["supplier"] != "")).sum()),
        "budget line": int(contracts["budget_line"].str.startswith("33701").sum()),
        "reserved": int(contracts["procedure"].str.contains("reserv").sum()),
    }
