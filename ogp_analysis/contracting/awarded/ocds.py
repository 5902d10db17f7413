"""Awarded contracts of tables in the Open Contracting Data Standard."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ogp_analysis.contracting.awarded.frame import Awarded, framed, placed

#: Codelist ``method`` of the standard. Selective and limited both mean that the buyer chose who may bid.
_METHODS = {"open": "open", "selective": "limited", "limited": "limited", "direct": "direct"}
_NOT_AWARDED = ("cancelled", "unsuccessful", "pending")


def awarded(tables: Mapping[str, pd.DataFrame]) -> Awarded:
    """Return the contracts of OCDS tables, and the awards that have no contract.

    A contract takes date, suppliers and, where it has none, amount and currency of its award. Awards and
    contracts that were cancelled, and awards that are pending or failed, are left out and counted. An award
    to several suppliers keeps its row, without a supplier: whose part is how large is not told.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        As :mod:`ogp_analysis.cleaning.procurement.ocds_schemas` promises them.
    """
    awards, contracts = _awards(tables), tables["contracts"]
    joined = _joined(awards, contracts)
    failed = joined["award_status"].isin(_NOT_AWARDED) | joined["contract_status"].isin(("cancelled",))
    rows = joined[~failed].reset_index(drop=True)
    rows = rows.merge(_tenders(tables), on="ocid", how="left", validate="many_to_one")
    rows = rows.merge(_classes(tables["items"]), on=["ocid", "award_index"], how="left", validate="many_to_one")
    dates = {"award_date": rows["award_date"], "signature_date": rows["signed"]}
    frame = framed({
        "award_key": rows["ocid"] + "#" + rows["part"],
        "process_id": rows["ocid"],
        "buyer_id": rows["buyer_id"].fillna(rows["buyer_name"]),
        "buyer_name": rows["buyer_name"],
        "supplier_id": rows["supplier_id"],
        "supplier_name": rows["supplier_name"],
        "method": rows["procurement_method"].map(_METHODS),
        "rationale": rows["procurement_method_rationale"],
        "category": rows["main_category"],
        "classification_scheme": rows["classification_scheme"],
        "classification": rows["classification_id"],
        "call_date": rows["tender_start"],
        "deadline": rows["tender_end"],
        **dates,
        **placed(rows["award_date"], rows["signed"], rows["contract_start"]),
        "amount": rows["contract_amount"].fillna(rows["award_amount"]),
        "currency": rows["contract_currency"].where(rows["contract_amount"].notna(), rows["award_currency"]),
        "n_bids": rows["number_of_tenderers"],
    })  # fmt: skip
    return Awarded(frame, {"cancelled_or_not_awarded": int(failed.sum())} if failed.any() else {})


def _awards(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row an award, with its supplier if it has exactly one."""
    suppliers = tables["suppliers"]
    alone = suppliers[~suppliers.duplicated(["ocid", "award_index"], keep=False)]
    sole = alone[["ocid", "award_index", "supplier_id", "supplier_name"]]
    columns = ["ocid", "award_index", "award_id", "status", "date", "amount", "currency"]
    named = {"status": "award_status", "date": "award_date", "amount": "award_amount", "currency": "award_currency"}
    awards = tables["awards"][columns].rename(columns=named)
    awards = awards.merge(sole, on=["ocid", "award_index"], how="left", validate="one_to_one")
    return awards.assign(supplier_id=awards["supplier_id"].fillna(awards["supplier_name"]))


def _joined(awards: pd.DataFrame, contracts: pd.DataFrame) -> pd.DataFrame:
    """Return every contract with its award, and every award without a contract."""
    columns = ["ocid", "contract_index", "award_id", "status", "signed", "period_start", "amount", "currency"]
    named = {
        "status": "contract_status",
        "period_start": "contract_start",
        "amount": "contract_amount",
        "currency": "contract_currency",
    }
    told = awards["award_id"].notna() & ~awards.duplicated(["ocid", "award_id"], keep=False)
    signed = contracts[columns].rename(columns=named)
    with_award = signed.merge(awards[told], on=["ocid", "award_id"], how="left", validate="many_to_one")
    with_award["part"] = "c" + with_award["contract_index"].astype("str")
    pairs = pd.MultiIndex.from_frame(with_award[["ocid", "award_index"]].dropna().astype({"award_index": "int64"}))
    open_ones = awards[
        ~pd.MultiIndex.from_frame(awards[["ocid", "award_index"]].astype({"award_index": "int64"})).isin(pairs)
    ]
    open_ones = open_ones.assign(part="a" + open_ones["award_index"].astype("str"))
    return pd.concat([with_award, open_ones], ignore_index=True)


def _tenders(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row a process: its buyer, else its procuring entity, and what the tender says."""
    columns = ["ocid", "procurement_method", "procurement_method_rationale", "main_category", "procuring_entity_id",
               "procuring_entity_name", "period_start", "period_end", "number_of_tenderers"]  # fmt: skip
    tenders = tables["tenders"][columns].rename(columns={"period_start": "tender_start", "period_end": "tender_end"})
    buyers = tables["processes"][["ocid", "buyer_id", "buyer_name"]]
    found = buyers.merge(tenders, on="ocid", how="left", validate="one_to_one")
    none = found["buyer_id"].isna() & found["buyer_name"].isna()
    return found.assign(
        buyer_id=found["buyer_id"].mask(none, found["procuring_entity_id"]),
        buyer_name=found["buyer_name"].mask(none, found["procuring_entity_name"]),
    )


def _classes(items: pd.DataFrame) -> pd.DataFrame:
    """Return the classification of each award whose items all have the same one."""
    of_award = items[(items["section"] == "award") & items["classification_id"].notna()]
    codes = of_award[["ocid", "parent_index", "classification_scheme", "classification_id"]].drop_duplicates()
    alone = codes[~codes.duplicated(["ocid", "parent_index"], keep=False)]
    return alone.rename(columns={"parent_index": "award_index"})
