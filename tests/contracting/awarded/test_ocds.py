"""Awards and contracts of OCDS as awarded contracts."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.cleaning.procurement.ocds_schemas import TABLES
from ogp_analysis.contracting.awarded.ocds import awarded
from ogp_analysis.schema import DTYPES


def tables(**rows: list[dict]) -> dict[str, pd.DataFrame]:
    made = {}
    for schema in TABLES:
        given = rows.get(schema.name, [])
        if schema.name == "processes" and not given:
            given = [{"ocid": "o", "buyer_id": "B", "buyer_name": "Buyer"}]
        made[schema.name] = pd.DataFrame(
            {c.name: pd.Series([row.get(c.name) for row in given], dtype=DTYPES[c.type]) for c in schema.columns}
        )
    return made


def award(**values) -> dict:
    return {"ocid": "o", "award_index": 0, "award_id": "1", "date": pd.Timestamp("2018-02-01"), "amount": 100.0,
            "currency": "MXN", **values}  # fmt: skip


def supplier(**values) -> dict:
    return {"ocid": "o", "award_index": 0, "supplier_index": 0, "supplier_id": "S", "supplier_name": "Firm", **values}


def contract(**values) -> dict:
    return {"ocid": "o", "contract_index": 0, "contract_id": "c", "award_id": "1", "amount": 90.0, "currency": "MXN",
            **values}  # fmt: skip


def test_a_contract_takes_the_rest_from_its_award():
    given = tables(awards=[award()], suppliers=[supplier()], contracts=[contract()],
                   tenders=[{"ocid": "o", "procurement_method": "selective", "number_of_tenderers": 3}])  # fmt: skip
    (row,) = awarded(given).frame.to_dict("records")
    assert (row["award_key"], row["supplier_id"], row["amount"], row["method"]) == ("o#c0", "S", 90.0, "limited")
    assert (row["award_date"], row["year"], row["n_bids"], row["buyer_id"]) == (
        pd.Timestamp("2018-02-01"),
        2018,
        3,
        "B",
    )


def test_an_award_without_a_contract_is_a_row_and_with_one_is_not_counted_twice():
    given = tables(awards=[award(), award(award_index=1, award_id="2", amount=50.0)], contracts=[contract()])
    assert awarded(given).frame.set_index("award_key")["amount"].to_dict() == {"o#c0": 90.0, "o#a1": 50.0}


def test_two_contracts_of_one_award_are_two_rows():
    given = tables(
        awards=[award()], suppliers=[supplier()], contracts=[contract(), contract(contract_index=1, amount=10.0)]
    )
    frame = awarded(given).frame
    assert frame["amount"].tolist() == [90.0, 10.0] and frame["supplier_id"].tolist() == ["S", "S"]


def test_a_contract_without_its_award_stands_alone():
    frame = awarded(tables(contracts=[contract(award_id=None, signed=pd.Timestamp("2019-05-01"))])).frame
    assert frame["award_key"].tolist() == ["o#c0"] and frame["year"].tolist() == [2019]
    assert frame["supplier_id"].isna().all()


def test_awards_with_one_identifier_join_no_contract_because_which_is_meant_is_not_told():
    given = tables(awards=[award(), award(award_index=1)], contracts=[contract()])
    assert sorted(awarded(given).frame["award_key"]) == ["o#a0", "o#a1", "o#c0"]


def test_an_amount_of_the_award_keeps_its_own_currency():
    given = tables(awards=[award(currency="USD")], contracts=[contract(amount=None, currency="MXN")])
    assert awarded(given).frame[["amount", "currency"]].values.tolist() == [[100.0, "USD"]]


def test_several_suppliers_are_no_supplier():
    given = tables(awards=[award()], suppliers=[supplier(), supplier(supplier_index=1, supplier_id="T")])
    assert awarded(given).frame["supplier_id"].isna().all()


@pytest.mark.parametrize("status", ["cancelled", "unsuccessful", "pending"])
def test_what_was_not_awarded_is_counted_and_left_out(status):
    given = tables(awards=[award(status=status), award(award_index=1, award_id="2", status="active")])
    found = awarded(given)
    assert found.left_out == {"cancelled_or_not_awarded": 1} and found.frame["award_key"].tolist() == ["o#a1"]


def test_a_cancelled_contract_is_counted_and_left_out():
    given = tables(awards=[award()], contracts=[contract(status="cancelled"), contract(contract_index=1)])
    found = awarded(given)
    assert found.left_out == {"cancelled_or_not_awarded": 1} and found.frame["award_key"].tolist() == ["o#c1"]


def test_the_procuring_entity_stands_for_a_buyer_that_is_not_named():
    given = tables(processes=[{"ocid": "o"}], awards=[award()],
                   tenders=[{"ocid": "o", "procuring_entity_id": "E", "procuring_entity_name": "Entity"}])  # fmt: skip
    assert awarded(given).frame[["buyer_id", "buyer_name"]].values.tolist() == [["E", "Entity"]]


def test_a_classification_is_that_of_all_items_or_none():
    item = {"ocid": "o", "section": "award", "parent_index": 0, "item_index": 0, "classification_scheme": "CPV",
            "classification_id": "111"}  # fmt: skip
    same = tables(awards=[award()], items=[item, {**item, "item_index": 1}])
    assert awarded(same).frame[["classification_scheme", "classification"]].values.tolist() == [["CPV", "111"]]
    mixed = tables(awards=[award()], items=[item, {**item, "item_index": 1, "classification_id": "222"}])
    assert awarded(mixed).frame["classification"].isna().all()


def test_no_awards_no_rows():
    assert awarded(tables()).frame.empty
