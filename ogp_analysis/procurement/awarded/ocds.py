"""Awarded contracts of tables in the Open Contracting Data Standard."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ogp_analysis.procurement.awarded.accounting import check_processes
from ogp_analysis.procurement.awarded.frame import Awarded, framed, placed
from ogp_analysis.procurement.awarded.ocds_pairs import NOT_AWARDED, paired
from ogp_analysis.procurement.awarded.ocds_readings import METHODS


def awarded(tables: Mapping[str, pd.DataFrame]) -> Awarded:
    """Return the contracts of OCDS tables, and the awards that have no contract.

    A contract takes date and suppliers of its award (:func:`ogp_analysis.procurement.awarded.ocds_pairs.paired`). The
    amount of an award stands in for those of its contracts if none of them has one, and once: at the first of them.
    Awards and contracts that were cancelled, and awards that are pending or failed, are left out and counted, as is
    what a process lists twice. An award to several suppliers keeps its row, without a supplier: the parts of each are
    not published.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        As :mod:`ogp_analysis.procurement.datasets.ocds.schemas` promises them, or as
        :func:`ogp_analysis.procurement.awarded.ocds_readings.read_as_told` reads them.

    Raises
    ------
    CleaningError
        If a process would have more contracts, or more money, than its awards and contracts.
    """
    # Columns of a contract get names that are not an award's.
    columns = ["ocid", "contract_index", "contract_id", "award_id", "status", "signed", "period_start", "amount",
               "currency"]  # fmt: skip
    named = {
        "status": "contract_status",
        "period_start": "contract_start",
        "amount": "contract_amount",
        "currency": "contract_currency",
    }
    pairs = paired(_awards(tables), tables["contracts"][columns].rename(columns=named))
    failed = pairs.rows["award_status"].isin(NOT_AWARDED) | pairs.rows["contract_status"].isin(("cancelled",))
    rows = _with_amounts(pairs.rows[~failed].reset_index(drop=True))
    rows = rows.merge(_tenders(tables), on="ocid", how="left", validate="many_to_one")
    # An award has a classification if all its items have the same one.
    of_award = tables["items"][(tables["items"]["section"] == "award") & tables["items"]["classification_id"].notna()]
    codes = of_award[["ocid", "parent_index", "classification_scheme", "classification_id"]].drop_duplicates()
    alone = codes[~codes.duplicated(["ocid", "parent_index"], keep=False)]
    rows = rows.merge(
        alone.rename(columns={"parent_index": "award_index"}),
        on=["ocid", "award_index"],
        how="left",
        validate="many_to_one",
    )
    dates = {"award_date": rows["award_date"], "signature_date": rows["signed"]}
    frame = framed({
        "award_key": rows["ocid"] + "#" + rows["part"],
        "process_id": rows["ocid"],
        "buyer_id": rows["buyer_id"].fillna(rows["buyer_name"]),
        "buyer_name": rows["buyer_name"],
        "supplier_id": rows["supplier_id"],
        "supplier_name": rows["supplier_name"],
        "method": rows["procurement_method"].map(METHODS),
        "rationale": rows["procurement_method_rationale"],
        "category": rows["main_category"],
        "classification_scheme": rows["classification_scheme"],
        "classification": rows["classification_id"],
        "call_date": rows["tender_start"],
        "deadline": rows["tender_end"],
        **dates,
        **placed(rows["award_date"], rows["signed"], rows["contract_start"]),
        "amount": rows["amount"],
        "currency": rows["currency"],
        "n_bids": rows["number_of_tenderers"],
    })  # fmt: skip
    counts = {
        "cancelled_or_not_awarded": int(failed.sum()),
        "published_again": pairs.repeated,
        "says_nothing": pairs.empty,
    }
    found = Awarded(frame, {reason: n for reason, n in counts.items() if n}, pairs.agreed, pairs.unpaired)
    return check_processes(found, tables["awards"], tables["contracts"])


def _with_amounts(rows: pd.DataFrame) -> pd.DataFrame:
    """Add ``amount`` and ``currency``: the contract's; the award's at the first of its contracts if none has one."""
    award = [rows["ocid"], rows["award_index"]]
    has_award, told = rows["award_index"].notna(), rows["contract_amount"].notna()
    any_told = told.groupby(award, dropna=False).transform("any")
    first = ~rows.duplicated(["ocid", "award_index"])
    stands_in = has_award & ~any_told & first
    return rows.assign(
        amount=rows["contract_amount"].mask(stands_in, rows["award_amount"]),
        currency=rows["contract_currency"].where(told, rows["award_currency"]),
    )


def _awards(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return one row an award, with its supplier if it has exactly one."""
    suppliers = tables["suppliers"]
    alone = suppliers[~suppliers.duplicated(["ocid", "award_index"], keep=False)]
    sole = alone[["ocid", "award_index", "supplier_id", "supplier_name"]]
    columns = ["ocid", "award_index", "award_id", "status", "date", "amount", "currency"]
    named = {"status": "award_status", "date": "award_date", "amount": "award_amount", "currency": "award_currency"}
    awards = tables["awards"][columns].rename(columns=named)
    awards = awards.merge(sole, on=["ocid", "award_index"], how="left", validate="one_to_one")
    of_award = pd.MultiIndex.from_frame(suppliers[["ocid", "award_index"]])
    return awards.assign(
        supplier_id=awards["supplier_id"].fillna(awards["supplier_name"]),
        has_supplier=pd.MultiIndex.from_frame(awards[["ocid", "award_index"]]).isin(of_award),
    )


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
