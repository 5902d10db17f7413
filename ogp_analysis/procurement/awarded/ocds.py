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
    pairs = paired(tables)
    failed = pairs.rows["award_status"].isin(NOT_AWARDED) | pairs.rows["contract_status"].isin(("cancelled",))
    rows = pairs.rows[~failed].reset_index(drop=True)
    # The amount is the contract's; that of the award stands at the first of its contracts if none of them has one.
    told = rows["contract_amount"].notna()
    any_told = told.groupby([rows["ocid"], rows["award_index"]], dropna=False).transform("any")
    first = ~rows.duplicated(["ocid", "award_index"])
    stands_in = rows["award_index"].notna() & ~any_told & first
    amount = rows["contract_amount"].mask(stands_in, rows["award_amount"])
    currency = rows["contract_currency"].where(told, rows["award_currency"])
    # Beside it what the tender says, and the buyer of its process, else the procuring entity.
    columns = ["ocid", "procurement_method", "procurement_method_rationale", "main_category", "procuring_entity_id",
               "procuring_entity_name", "period_start", "period_end", "number_of_tenderers"]  # fmt: skip
    buyers = tables["processes"][["ocid", "buyer_id", "buyer_name"]]
    tenders = buyers.merge(tables["tenders"][columns], on="ocid", how="left", validate="one_to_one")
    unnamed = tenders["buyer_id"].isna() & tenders["buyer_name"].isna()
    for name in ("id", "name"):
        tenders[f"buyer_{name}"] = tenders[f"buyer_{name}"].mask(unnamed, tenders[f"procuring_entity_{name}"])
    rows = rows.merge(tenders, on="ocid", how="left", validate="many_to_one")
    # An award has a classification if all its items have the same one.
    of_award = tables["items"][(tables["items"]["section"] == "award") & tables["items"]["classification_id"].notna()]
    codes = of_award[["ocid", "parent_index", "classification_scheme", "classification_id"]].drop_duplicates()
    codes = codes.rename(columns={"parent_index": "award_index"})
    alone = codes[~codes.duplicated(["ocid", "award_index"], keep=False)]
    rows = rows.merge(alone, on=["ocid", "award_index"], how="left", validate="many_to_one")
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
        "call_date": rows["period_start"],
        "deadline": rows["period_end"],
        "award_date": rows["award_date"],
        "signature_date": rows["signed"],
        **placed(rows["award_date"], rows["signed"], rows["contract_start"]),
        "amount": amount,
        "currency": currency,
        "n_bids": rows["number_of_tenderers"],
    })  # fmt: skip
    counts = {"cancelled_or_not_awarded": int(failed.sum()), "published_again": pairs.repeated}
    counts["says_nothing"] = pairs.empty
    found = Awarded(frame, {reason: n for reason, n in counts.items() if n}, pairs.agreed, pairs.unpaired)
    return check_processes(found, tables["awards"], tables["contracts"])
