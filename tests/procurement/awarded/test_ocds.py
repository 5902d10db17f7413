"""Awards and contracts of OCDS as awarded contracts."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.schema import DTYPES
from ogp_analysis.data.datasets.procurement.ocds.schemas import TABLES
from ogp_analysis.procurement.awarded.ocds import awarded


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


def rows(found) -> dict[str, float]:
    return found.frame.set_index("award_key")["amount"].to_dict()


def day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


def test_a_sole_contract_that_names_no_award_belongs_to_the_sole_award_of_the_same_amount():
    given = tables(awards=[award(award_id=None)], suppliers=[supplier()],
                   contracts=[contract(award_id=None, amount=100.0)])  # fmt: skip
    found = awarded(given)
    assert rows(found) == {"o#c0": 100.0} and (found.agreed, found.unpaired) == (1, 0)
    assert found.frame["supplier_id"].tolist() == ["S"], "it has the supplier of its award"


@pytest.mark.parametrize("awarded_on, signed_on, joined", [
    ("2018-02-01", "2018-02-01T10:00", True), ("2018-02-01", "2018-02-05", False), (None, "2018-02-05", False),
])  # fmt: skip
def test_of_two_amounts_that_differ_only_one_day_makes_one_contract(awarded_on, signed_on, joined):
    one = award(award_id=None, date=None if awarded_on is None else day(awarded_on))
    found = awarded(tables(awards=[one], contracts=[contract(award_id="9", signed=day(signed_on))]))
    assert rows(found) == ({"o#c0": 90.0} if joined else {"o#a0": 100.0, "o#c0": 90.0})
    assert (found.agreed, found.unpaired) == ((1, 0) if joined else (0, 2))


@pytest.mark.parametrize("amount", [None, 0.0])
@pytest.mark.parametrize("signed_on, joined", [("2018-02-05", True), (None, True), ("2018-01-31", False)])
def test_a_contract_without_amount_belongs_to_the_sole_award_unless_it_is_earlier(amount, signed_on, joined):
    own = contract(award_id=None, amount=amount, status="active", signed=None if signed_on is None else day(signed_on))
    found = awarded(tables(awards=[award()], contracts=[own]))
    assert (found.agreed, found.unpaired) == ((1, 0) if joined else (0, 2))


def test_amounts_in_two_currencies_are_not_the_same():
    found = awarded(tables(awards=[award(currency="USD")], contracts=[contract(award_id=None, amount=100.0)]))
    assert len(found.frame) == 2 and found.unpaired == 2
    found = awarded(tables(awards=[award(currency=None)], contracts=[contract(award_id=None, amount=100.0)]))
    assert len(found.frame) == 1


def test_of_several_awards_and_contracts_those_are_one_whose_amount_no_other_has():
    awards = [award(award_id="X"), award(award_index=1, award_id="X", amount=50.0), award(award_index=2, award_id="Y")]
    own = [contract(award_id="X", amount=50.0), contract(contract_index=1, contract_id="d", award_id="X", amount=100.0)]
    found = awarded(tables(awards=awards, contracts=own))
    assert rows(found) == {"o#c0": 50.0, "o#c1": 100.0, "o#a2": 100.0} and (found.agreed, found.unpaired) == (2, 0)
    twice = tables(awards=[award(award_id=None), award(award_index=1, award_id=None)],
                   contracts=[contract(award_id=None, amount=100.0)])  # fmt: skip
    assert awarded(twice).unpaired == 3, "which of two equal awards is meant is not known"


def test_zero_tells_no_contract_from_another():
    awards = [award(award_id="X", amount=0.0), award(award_index=1, award_id="Y")]
    found = awarded(tables(awards=awards, contracts=[contract(award_id=None, amount=0.0, status="active")]))
    assert found.agreed == 0 and found.unpaired == 3


def test_a_contract_with_the_number_of_an_award_belongs_to_it_whatever_the_amounts():
    awards = [award(award_id="AD-1"), award(award_index=1, award_id="AD-2", amount=80.0)]
    own = [contract(contract_id="AD-1", award_id="4")]
    assert rows(awarded(tables(awards=awards, contracts=own))) == {"o#c0": 90.0, "o#a1": 80.0}


def test_a_contract_in_force_does_not_belong_to_an_award_that_was_not_made():
    found = awarded(tables(awards=[award(status="unsuccessful")], contracts=[contract(award_id=None, amount=100.0)]))
    assert rows(found) == {"o#c0": 100.0} and found.left_out == {"cancelled_or_not_awarded": 1}


def test_a_contract_that_names_another_award_is_joined_to_none_by_amount():
    awards = [award(), award(award_index=1, award_id="2", amount=90.0)]
    own = [contract(), contract(contract_index=1, contract_id="d", award_id="1")]
    assert sorted(rows(awarded(tables(awards=awards, contracts=own)))) == ["o#a1", "o#c0", "o#c1"]


def test_what_a_process_lists_twice_counts_once():
    awards = [award(), award(award_index=1, status="active"), award(award_index=2, date=day("2018-03-01"))]
    own = [contract(), contract(contract_index=1), contract(contract_index=2, amount=91.0)]
    found = awarded(tables(awards=awards, suppliers=[supplier(award_index=n) for n in range(3)], contracts=own))
    assert found.left_out == {"published_again": 2} and "o#c0" not in rows(found)
    nameless = tables(contracts=[contract(contract_id=None, award_id=None, status="active")] * 2)
    nameless["contracts"]["contract_index"] = [0, 1]
    assert len(awarded(nameless).frame) == 2, "without an identifier they may be two"


def test_the_amount_of_an_award_counts_once_and_only_if_no_contract_has_its_own():
    none = [contract(amount=None, currency=None), contract(contract_index=1, contract_id="d", amount=None)]
    found = awarded(tables(awards=[award()], contracts=none)).frame
    assert found["amount"].sum() == 100 and found["amount"].notna().tolist() == [True, False]
    some = [contract(amount=None), contract(contract_index=1, contract_id="d", amount=60.0)]
    assert awarded(tables(awards=[award()], contracts=some)).frame["amount"].sum() == 60
    cancelled = [contract(amount=None, status="cancelled"), contract(contract_index=1, contract_id="d", amount=None)]
    assert awarded(tables(awards=[award()], contracts=cancelled)).frame["amount"].tolist() == [100.0]


def test_what_says_nothing_is_no_contract():
    blank = contract(contract_index=1, contract_id="0", award_id="0", amount=0.0)
    found = awarded(tables(awards=[award()], contracts=[contract(award_id="9", amount=100.0), blank]))
    assert rows(found) == {"o#c0": 100.0} and found.left_out == {"says_nothing": 1}
    empty = {"ocid": "o", "award_index": 0, "award_id": "1", "status": "active"}
    assert awarded(tables(awards=[empty])).left_out == {"says_nothing": 1}
    assert len(awarded(tables(awards=[empty], suppliers=[supplier(), supplier(supplier_index=1)])).frame) == 1


def test_an_amount_of_the_award_keeps_its_own_currency():
    given = tables(awards=[award(currency="USD")], contracts=[contract(amount=None, currency="MXN")])
    assert awarded(given).frame[["amount", "currency"]].values.tolist() == [[100.0, "USD"]]


@pytest.mark.parametrize(
    "code, method", [("selective", "limited"), ("other", "other"), ("Request for quotations", None)]
)
def test_methods_are_those_of_the_standard_and_a_fourth(code, method):
    frame = awarded(tables(awards=[award()], tenders=[{"ocid": "o", "procurement_method": code}])).frame
    assert frame["method"].astype("object").where(frame["method"].notna(), None).tolist() == [method]


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
