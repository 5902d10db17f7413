"""Awarded contracts of CompraNet and ComprasMX."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.procurement.awarded.frame import METHODS, Awarded, check_rows, framed, placed


def awarded(contracts: pd.DataFrame, supplier_id: pd.Series, unlabelled: str | None = None) -> Awarded:
    """Return the contracts of the clean table ``contracts``, each once.

    Where a file has several different rows for one code of a contract, the last stands for it and the others
    are left out and counted: mostly they are the contract before an amending agreement. A contract without a code
    that stands in two files counts once.

    Parameters
    ----------
    contracts : pandas.DataFrame
        Table ``contracts`` of :mod:`ogp_analysis.data.datasets.procurement.compranet.dataset`.
    supplier_id : pandas.Series
        Identifier of the firm of each row, missing for a natural person; with the index of `contracts`.
    unlabelled : str, optional
        Currency that amounts without one are taken to be in. Since 2023 the files have no column of currencies;
        whoever assumes pesos says so where the result is shown.
    """
    coded = contracts["contract_code"].notna()
    earlier = coded & contracts.duplicated("contract_key", keep="last")
    again = ~coded & contracts.duplicated(["contract_key", "sequence"], keep="last")
    rows = contracts[~earlier & ~again]
    currency = rows["currency"] if unlabelled is None else rows["currency"].fillna(unlabelled)
    # Missing where the character is not told or not known.
    told = rows["character"].notna() & ~rows["character"].isin(("other", "unknown"))
    # Product (CUCOP), else budget line (partida); several codes tell none.
    product = rows["cucop"].where(~rows["cucop"].str.contains(";", na=False))
    line = rows["partida"].where(~rows["partida"].str.contains(";", na=False))
    scheme = pd.Series("CUCOP", rows.index, dtype="str").where(product.notna(), "partida")
    code = product.fillna(line)
    frame = framed(
        {
            "award_key": rows["contract_key"] + "#" + rows["sequence"].astype("str"),
            "process_id": rows["procedure_key"].fillna(rows["contract_key"]),
            "institution": rows["institution"],
            "buyer_id": rows["buyer_id"].fillna(rows["buyer_name"]),
            "buyer_name": rows["buyer_name"],
            "supplier_id": supplier_id.loc[rows.index],
            "supplier_name": rows["supplier_name"],
            "method": rows["procurement_method"].where(rows["procurement_method"].isin(METHODS)),
            "rationale": rows["legal_ground"],
            "international": (rows["character"] != "national").astype("boolean").where(told),
            "category": rows["category"].where(rows["category"] != "unknown"),
            "classification_scheme": scheme.where(code.notna()),
            "classification": code,
            "call_date": rows["publication_date"],
            "deadline": rows["opening_date"],
            "award_date": rows["award_date"],
            "signature_date": rows["signature_date"],
            **placed(rows["award_date"], rows["signature_date"], rows["start_date"]),
            "amount": rows["amount"],
            "currency": currency,
        }
    )
    left_out = {"earlier_version": int(earlier.sum()), "in_another_file": int(again.sum())}
    return check_rows(Awarded(frame, {reason: n for reason, n in left_out.items() if n}), contracts)


def debarred(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Return what a list of bans says of each contract on its day of award, as the flag on debarred suppliers reads it.

    Parameters
    ----------
    outcomes : pandas.DataFrame
        ``outcomes`` of a :class:`ogp_analysis.procurement.sanctions.Screening`.

    Returns
    -------
    pandas.DataFrame
        ``award_key, outcome, reason``, one row per contract.
    """
    key = outcomes["contract_key"] + "#" + outcomes["sequence"].astype("str")
    untold = outcomes["award"] == "not_computable"
    reason = pd.Series("not_told_by_list", index=outcomes.index, dtype="str").where(untold)
    return pd.DataFrame({"award_key": key, "outcome": outcomes["award"].astype("str"), "reason": reason})
