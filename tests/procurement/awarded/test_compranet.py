"""Contracts of CompraNet as awarded contracts."""

from __future__ import annotations

import pandas as pd

from ogp_analysis.base.conformance import cast
from ogp_analysis.data.datasets.procurement.compranet.columns import CONTRACTS
from ogp_analysis.procurement.awarded.compranet import awarded, debarred


def contracts(*rows: dict) -> pd.DataFrame:
    plain = {
        "contract_key": "K",
        "sequence": 1,
        "buyer_id": "U1",
        "procedure_key": "E1",
        "procurement_method": "direct",
        "contract_code": "1",
        "award_date": "2017-03-01",
        "amount": 10.0,
        "currency": "MXN",
    }
    table = pd.DataFrame([{**plain, **row} for row in rows])
    for name in CONTRACTS.names:
        if name not in table:
            table[name] = pd.Series(pd.NA, index=table.index, dtype="str")
    return cast(table, CONTRACTS)


def ids(table: pd.DataFrame, value: str = "RFC X") -> pd.Series:
    return pd.Series(value, index=table.index, dtype="str")


def test_one_contract_is_one_row_with_what_flags_read():
    table = contracts(
        {"legal_ground": "Art. 41", "character": "international_open", "category": "goods", "cucop": "12"}
    )
    row = awarded(table, ids(table)).frame.iloc[0]
    assert (row["award_key"], row["process_id"], row["buyer_id"], row["supplier_id"]) == ("K#1", "E1", "U1", "RFC X")
    assert (row["method"], row["rationale"], bool(row["international"]), row["year"]) == (
        "direct",
        "Art. 41",
        True,
        2017,
    )
    assert (row["classification_scheme"], row["classification"]) == ("CUCOP", "12")


def test_the_last_of_several_rows_of_one_code_stands_and_the_others_are_counted():
    table = contracts({"amount": 10.0}, {"amount": 12.0, "sequence": 2}, {"contract_key": "L"})
    found = awarded(table, ids(table))
    assert found.left_out == {"earlier_version": 1}
    assert found.frame.set_index("award_key")["amount"].to_dict() == {"K#2": 12.0, "L#1": 10.0}


def test_rows_without_a_code_of_the_contract_are_contracts_of_their_own():
    table = contracts({"contract_code": None}, {"contract_code": None, "sequence": 2})
    found = awarded(table, ids(table))
    assert len(found.frame) == 2 and not found.left_out


def test_what_is_not_told_is_missing():
    table = contracts({"procurement_method": "unknown", "character": "other", "category": "unknown", "partida": "1; 2",
                       "buyer_id": None, "buyer_name": "Unit"})  # fmt: skip
    row = awarded(table, ids(table)).frame.iloc[0]
    assert row[["method", "international", "category", "classification", "direct_ceiling", "n_bids"]].isna().all()
    assert row["buyer_id"] == "Unit"


def test_the_day_is_the_award_else_the_signature_else_the_start():
    days = {"award_date": None, "signature_date": "2017-04-01", "start_date": "2018-01-01"}
    table = contracts(days, {**days, "signature_date": None, "contract_key": "L"}, {"contract_key": "M"})
    frame = awarded(table, ids(table)).frame
    assert frame["date"].dt.strftime("%Y-%m-%d").tolist() == ["2017-04-01", "2018-01-01", "2017-03-01"]
    assert frame["year"].tolist() == [2017, 2018, 2017]


def test_no_currency_is_assumed_unasked():
    table = contracts({}, {"contract_key": "L", "currency": "USD"}, {"contract_key": "M", "currency": None})
    assert awarded(table, ids(table)).frame["currency"].isna().tolist() == [False, False, True]
    assert awarded(table, ids(table), unlabelled="MXN").frame["currency"].tolist() == ["MXN", "USD", "MXN"]


def test_answers_of_a_list_by_award():
    outcomes = pd.DataFrame({"contract_key": ["K", "L"], "sequence": [1, 1], "award": ["flagged", "not_computable"]})
    found = debarred(outcomes)
    assert found["award_key"].tolist() == ["K#1", "L#1"] and found["outcome"].tolist() == ["flagged", "not_computable"]
    assert found["reason"].isna().tolist() == [True, False]
