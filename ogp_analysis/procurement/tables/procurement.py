"""Tables of the notebook on public contracts: from the files to the contracts, methods, concentration, risk index."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.base.words.catalogue import entry
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.procurement.cases.case import Case
from ogp_analysis.procurement.cases.coverage import FIELDS, field_coverage
from ogp_analysis.procurement.cases.masked_suppliers import MaskedSuppliers
from ogp_analysis.procurement.cases.named_units import masked
from ogp_analysis.procurement.concentration import BuyerConcentration, Concentration
from ogp_analysis.procurement.method_mix import MethodMix
from ogp_analysis.procurement.risk_summary import RiskSummary
from ogp_analysis.store.hand_out import provenance

#: Amounts are shown in millions.
MILLION = 1e6


def own(name: str, *more) -> Heading:
    """Return a heading whose words are the notebook's own."""
    return Heading(f"procurement.column.{name}", *more)


def coded(group: str, code: str) -> str:
    """Return a code of the publications in words; one that has none as it was published."""
    known = entry(f"procurement.{group}")
    return known.get(code, code)


def buyer_names(awards: pd.DataFrame) -> pd.Series:
    """Return the commonest name of each buyer by its identifier; of several the first in the alphabet."""
    named = awards.dropna(subset=["buyer_id", "buyer_name"])
    counts = named.groupby(["buyer_id", "buyer_name"], sort=True).size().rename("n").reset_index()
    counts = counts.sort_values(["buyer_id", "n", "buyer_name"], ascending=[True, False, True])
    return counts.drop_duplicates("buyer_id").set_index("buyer_id")["buyer_name"]


def buyer_label(name: str, identifier: str) -> str:
    """Return the name of a buyer with its identifier, unless the name holds it: several units may have one name."""
    return name if identifier in name else f"{name} ({identifier})"


def reason(code: str) -> str:
    """Return why rows were left out, in words; what stands behind a colon is a detail of the code."""
    return word(f"procurement.left_out.{code.split(':')[0]}")


def flow_table(case: Case) -> Table:
    """Return what was left after each step from the files to the contracts looked at, and what was left out.

    Of publications in OCDS also how many contracts were joined to an award that they do not name, and how many
    contracts and awards could not be joined.
    """
    rows = [{"step": word(f"procurement.step.{step}"), "rows": n} for step, n in case.flow]
    rows += [{"step": f"− {reason(code)}", "rows": n} for code, n in sorted(case.left_out.items())]
    joined = {"agreed": case.agreed, "unpaired": case.unpaired}
    rows += [{"step": f"· {word(f'procurement.step.{name}')}", "rows": n} for name, n in joined.items() if n]
    headings = {"step": own("step"), "rows": own("rows", "count")}
    return table("sample_flow", word("procurement.table.flow"), pd.DataFrame(rows), headings)


def folders_table(case: Case) -> Table:
    """Return the balance of the cleaning by folder of raw files: a publication in OCDS may have thousands of files.

    Of the dataset that holds the publication, only the folder of the publication is told.
    """
    counts = ["rows_in", "kept", "set_aside", "merged", "changed_values"]
    frame = pd.DataFrame(provenance().payload["balance"], columns=["dataset", "file", *counts])
    frame = frame[(frame["dataset"] != case.publication.dataset) | frame["file"].str.startswith(case.publication.place)]
    folder = frame["file"].str.split("/").str[:2].str.join("/")
    sums = frame.groupby(folder.rename("folder"), sort=True)[counts].sum().reset_index()
    headings = {"folder": own("folder")} | {name: Heading(name, "count") for name in counts}
    return table("balance_by_folder", word("procurement.table.folders"), sums, headings)


def amounts_table(case: Case) -> Table:
    """Return why amounts are not in the sum."""
    found = case.money.total
    frame = pd.DataFrame(
        [{"reason": reason(code), "rows": n} for code, n in found.left_out], columns=["reason", "rows"]
    )
    frame = frame.groupby("reason", sort=False, as_index=False)["rows"].sum()
    caption = sentence("procurement.table.amounts", currency=found.currency, missing=found.missing, rows=found.rows)
    return table("amounts_left_out", caption, frame, {"reason": own("reason"), "rows": own("contracts", "count")})


def field_coverage_table(case: Case) -> Table:
    """Return the share of contracts of which each field is told, by year."""
    frame = field_coverage(case)
    frame = frame.assign(year=[_year(year, whole) for year, whole in zip(frame["year"], frame["whole"], strict=True)])
    headings = {"year": Heading("year"), "awards": own("contracts", "count")}
    headings |= {name: own(name, "share") for name in FIELDS}
    caption = sentence("procurement.table.coverage", n=case.n)
    return table("coverage_by_year", caption, frame, headings)


def _year(year, whole: bool) -> str:
    if whole:
        return word("procurement.all_years")
    return word("procurement.undated") if pd.isna(year) else str(int(year))


def masked_suppliers_table(found: MaskedSuppliers) -> Table:
    """Return why suppliers are masked as natural persons, and how many for each reason."""
    rows = [(word(f"procurement.masked_for.{reason}"), n) for reason, n in found.reasons.items() if n]
    frame = pd.DataFrame(rows, columns=["reason", "rows"])
    caption = sentence("procurement.table.masked", n=found.n, masked=found.masked)
    return table("masked_suppliers", caption, frame, {"reason": own("reason"), "rows": own("suppliers", "count")})


def methods_table(found: MethodMix, currency: str) -> Table:
    """Return the methods of each group by number, with interval if drawn at random, and by amount in millions.

    The kind beside open calls, invitations and direct awards has rows only if some contract is of it.
    Where one contract carries the amount of a group, the shares without it stand beside those with it.
    """
    frame = found.frame
    if not frame.loc[frame["method"] == "other", "count"].any():
        frame = frame[frame["method"] != "other"].reset_index(drop=True)
    groups = {"all": lambda _: word("procurement.all"), "category": lambda code: coded("category", code)}
    frame["group"] = [groups.get(found.by, str)(group) for group in frame["group"]]
    frame["method"] = [word(f"procurement.method.{method}") for method in frame["method"]]
    amounts, lacking = int(frame["amounts"].sum()), found.n - int(frame["amounts"].sum())
    headings = {
        "group": own("group"),
        "method": own("method"),
        "count": own("contracts", "count"),
        "n": own("of", "count"),
        "share": Heading("share", "share", 1),
        **({"low": Heading("low", "share", 1), "high": Heading("high", "share", 1)} if found.at_random else {}),
        "amount": own("millions", "money", 1),
        "amount_share": own("amount_share", "share", 1),
    }
    if frame["amount_share_without"].notna().any():
        headings["largest_share"] = own("largest_share", "share", 1)
        headings["amount_share_without"] = own("amount_share_without", "share", 1)
    values = {"currency": currency, "n": found.n, "amounts": amounts, "lacking": lacking}
    caption = sentence(f"procurement.table.methods_{found.by}", **values)
    return table(f"methods_by_{found.by}", caption, frame.assign(amount=frame["amount"] / MILLION), headings)


def readings_table(case: Case) -> Table:
    """Return how many contracts are read under another method than coded, and their amount, by code, rule and method.

    Grain: one published code, rule and method that is read.
    """
    read = case.record[case.record["what"] == "method"].drop(columns="what")
    frame = case.awards[["process_id", "value"]].merge(read, on="process_id", validate="many_to_one")
    keys = ["published", "rule", "read_as"]
    frame = frame.assign(published=frame["published"].fillna(word("procurement.reading.no_code")))
    frame = frame.groupby(keys, sort=True)["value"].agg(count="size", amount="sum").reset_index()
    frame = frame.assign(
        rule=[word(f"procurement.reading.{rule}") for rule in frame["rule"]],
        read_as=[word(f"procurement.method.{method}") for method in frame["read_as"]],
        amount=frame["amount"] / MILLION,
    )
    headings = {name: own(name) for name in keys}
    headings |= {"count": own("contracts", "count"), "amount": own("millions", "money", 1)}
    caption = sentence("procurement.table.readings", currency=case.money.currency)
    return table("methods_read_otherwise", caption, frame, headings)


def record_table(case: Case) -> Table:
    """Return every method and date that is read otherwise than published, by process and rule."""
    frame = case.record
    frame = frame.assign(
        what=[word(f"procurement.reading.{what}") for what in frame["what"]],
        published=frame["published"].fillna(word("procurement.reading.no_code")),
        told_by=frame["told_by"].fillna(""),
        read_as=[_read_as(method) for method in frame["read_as"]],
        rule=[word(f"procurement.reading.{rule}") for rule in frame["rule"]],
    )
    headings = {"process_id": own("process"), **{name: own(name) for name in frame.columns[1:]}}
    caption = sentence("procurement.table.record", n=len(frame))
    return table("read_otherwise", caption, frame, headings)


def _read_as(method) -> str:
    return word("procurement.reading.set_aside") if pd.isna(method) else word(f"procurement.method.{method}")


def firms_table(case: Case, found: Concentration, most: int = 10) -> Table:
    """Return the firms with the largest amounts, under their commonest spelling as published.

    In a sample a firm is named with what its contracts amount to, not with a share.
    """
    frame = found.firms.head(most)
    names = case.awards.dropna(subset=["supplier_id", "supplier_name"]).groupby("supplier_id")["supplier_name"]
    common = {one: str(part.mode().min()) for one, part in names if one in set(frame["supplier_id"])}
    frame = frame.assign(firm=[masked(common.get(one)) or word("procurement.untold") for one in frame["supplier_id"]])
    frame = frame.assign(amount=frame["amount"] / MILLION)
    headings = {"firm": own("firm"), "awards": own("contracts", "count"), "amount": own("millions", "money", 1)}
    if not case.publication.is_sample:
        headings["share"] = own("amount_share", "share", 1)
    caption = sentence("procurement.table.firms", k=len(frame), currency=case.money.currency, n=found.n)
    return table("largest_firms", caption, frame, headings)


def buyers_table(case: Case, found: Sequence[BuyerConcentration], fewest: int = 10) -> Table | None:
    """Return concentration within buyers, between its bounds; None in a sample, which holds no whole of any buyer.

    Where one contract carries the amount of a buyer, the lower bound without it stands beside it.
    """
    if case.publication.is_sample or not found:
        return None
    rows = [
        {"buyer": buyer_label(one.buyer_name, one.buyer_id), "n": one.found.n, "amount": one.found.amount / MILLION,
         "hhi_low": one.found["hhi"].low, "hhi_high": one.found["hhi"].high, "top_low": one.found["top_1"].low,
         "top_high": one.found["top_1"].high, "unknown_share": one.found.unknown_share,
         "largest_share": one.found.carried.share if one.found.carried else None,
         "hhi_without": one.found.without["hhi"].low if one.found.without else None}
        for one in found
    ]  # fmt: skip
    headings = {
        "buyer": own("buyer"),
        "n": own("contracts", "count"),
        "amount": own("millions", "money", 1),
        "hhi_low": own("hhi_low", "index", 3),
        "hhi_high": own("hhi_high", "index", 3),
        "top_low": own("top_low", "share"),
        "top_high": own("top_high", "share"),
        "unknown_share": own("unknown_share", "share", 1),
        "largest_share": own("largest_share", "share", 1),
        "hhi_without": own("hhi_without", "index", 3),
    }
    caption = sentence("procurement.table.buyers", fewest=fewest)
    return table("concentration_by_buyer", caption, pd.DataFrame(rows, columns=list(headings)), headings)


def risk_components_table(found: RiskSummary) -> Table:
    """Return for how many contracts each component could be computed, and its mean."""
    frame = found.component_table()
    frame["component"] = [word(f"procurement.component.{name}") for name in frame["component"]]
    headings = {
        "component": own("component"),
        "n": own("contracts", "count"),
        "coverage": own("coverage", "share"),
        "mean": own("mean", "index", 2),
    }
    caption = sentence("procurement.table.components", awards=found.awards)
    return table("risk_components", caption, frame, headings)


def risk_groups_table(found: RiskSummary) -> Table:
    """Return the index by method: mean, quartiles, and how many components there were."""
    frame = found.group_table()
    frame["group"] = [word("procurement.all") if g == "all" else coded("method", g) for g in frame["group"]]
    headings = {"group": own("method"), "n": own("n_index", "count"), "mean": own("mean", "index", 2)}
    headings |= {name: Heading(name, "index", 2) for name in ("lower_quartile", "median", "upper_quartile")}
    headings["components"] = own("components", "ratio", 1)
    return table("risk_by_method", word("procurement.table.risk_groups"), frame, headings)
