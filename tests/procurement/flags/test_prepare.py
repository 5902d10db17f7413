"""Each correction on made-up releases, what is left to report, and the record of what was changed."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base import beside
from ogp_analysis.procurement.flags.prepare import CHANGE_COLUMNS, prepare
from ogp_analysis.procurement.flags.settings import settings

RELEASE = beside.toml(__file__, "test_prepare.toml")["RELEASE"]


@pytest.fixture
def prepared(tables_of):
    """Return the function that prepares the release with settings of the section ``prepare``."""
    return lambda **wanted: prepare(tables_of([RELEASE]), settings(changes={"prepare": wanted}))


def values(result, table: str, column: str) -> list:
    return [None if pd.isna(value) else value for value in result.tables[table][column]]


def test_without_settings_nothing_is_changed(prepared, tables_of):
    result = prepared()
    for name, frame in tables_of([RELEASE]).items():
        pd.testing.assert_frame_equal(result.tables[name], frame)
    assert list(result.changes.columns) == CHANGE_COLUMNS and result.changes.empty


def test_missing_values_are_filled_in_and_no_others(prepared):
    result = prepared(currency="MXN", bid_status="pending", award_status="active", classification_scheme="CUCOP")
    assert values(result, "bids", "currency") == ["MXN", "USD", None]  # the third names no amount
    assert values(result, "bids", "status") == ["pending", "calificada", "rara"]
    assert values(result, "awards", "status") == ["active", "vigente", "active"]
    assert values(result, "items", "classification_scheme") == ["CUCOP", "CUCOP"]


def test_a_scheme_is_filled_in_only_beside_a_classification_of_a_bid_or_award(tables_of):
    items = [{"classification": {"id": "1"}}, {"description": "unclassified"}]
    tender, bid = {"items": items}, {"details": [{"id": "1", "items": items}]}
    tables = tables_of([{"ocid": "one", "tender": tender, "bids": bid, "awards": [{"id": "a", "items": items}]}])
    result = prepare(tables, settings(changes={"prepare": {"classification_scheme": "CUCOP"}}))
    told = zip(values(result, "items", "section"), values(result, "items", "classification_scheme"), strict=True)
    assert list(told) == [
        ("tender", None), ("tender", None), ("bid", "CUCOP"), ("bid", None), ("award", "CUCOP"), ("award", None)
    ]  # fmt: skip


def test_an_amount_that_is_text_is_an_amount_without_currency(tables_of):
    tables = tables_of([RELEASE])
    tables["bids"] = tables["bids"].assign(amount_text=[None, None, "1.000,50"], amount=float("nan"))
    filled = prepare(tables, settings(changes={"prepare": {"currency": "MXN"}}))
    assert values(filled, "bids", "currency") == [None, "USD", "MXN"]


def test_codes_are_translated_after_missing_ones_are_filled_in(prepared):
    result = prepared(
        bid_status="sin dato",
        bid_status_codes={"calificada": "valid", "sin dato": "pending"},
        award_status_codes={"vigente": "active"},
    )
    assert values(result, "bids", "status") == ["pending", "valid", "rara"]
    assert values(result, "awards", "status") == [None, "active", "active"]
    assert list(result.changes["rule"]) == ["bid_status", "bid_status_codes", "bid_status_codes", "award_status_codes"]


def test_an_award_all_of_whose_contracts_are_cancelled_is_cancelled(prepared):
    result = prepared(award_status_codes={"vigente": "active"}, award_status_by_contracts=True)
    assert values(result, "awards", "status") == [None, "cancelled", "active"]


def test_placeholders_are_taken_out(prepared):
    result = prepared(redacted_amounts=[0], redacted_ids=["N/A", "B"])
    assert values(result, "bids", "amount") == [5, None, None]
    assert values(result, "tenderers", "tenderer_id") == ["X", "T", None]
    assert values(result, "suppliers", "supplier_id") == ["T", None]
    assert values(result, "processes", "buyer_id") == values(result, "tenders", "procuring_entity_id") == [None]
    assert values(result, "parties", "party_id") == [None, "T", "X", None]


def test_a_prefix_is_put_where_it_is_lacking(prepared):
    result = prepared(supplier_prefix="T", buyer_prefix="UC-", redacted_ids=["N/A"])
    assert values(result, "tenderers", "tenderer_id") == ["TX", "T", None]
    assert values(result, "processes", "buyer_id") == ["UC-B"]
    assert values(result, "parties", "party_id") == ["B", "T", "X", None]


def test_what_is_told_of_one_process_is_cut_off_a_method(prepared):
    result = prepared(split_method_details="-")
    assert values(result, "tenders", "procurement_method_details") == ["Licitación"]


def test_the_mark_at_which_a_method_is_cut_is_no_pattern(tables_of):
    tables = tables_of([RELEASE | {"tender": {"procurementMethodDetails": "Licitación (número 7)"}}])
    for mark, kept in (("(", "Licitación"), (".", "Licitación (número 7)")):
        result = prepare(tables, settings(changes={"prepare": {"split_method_details": mark}}))
        assert values(result, "tenders", "procurement_method_details") == [kept]


def test_parties_get_the_roles_in_which_they_are_named(prepared):
    """Who stands with the tender only, as X, gets no role from it; nor does a party without identifier."""
    result = prepared(party_roles=True)
    assert values(result, "parties", "roles") == ["buyer;procuringEntity", "payee;supplier;tenderer", None, None]


def test_every_change_is_on_the_record(prepared, tables_of):
    result = prepared(
        currency="MXN",
        bid_status="valid",
        redacted_amounts=[0],
        redacted_ids=["N/A"],
        party_roles=True,
        buyer_prefix="U",
    )
    given = tables_of([RELEASE])
    undone = {name: frame.copy() for name, frame in result.tables.items()}
    for change in result.changes.iloc[::-1].itertuples():
        column = given[change.table][change.column]
        undone[change.table].loc[change.row, change.column] = column.iloc[change.row]
        assert change.ocid == "one"
        assert not (pd.isna(change.old) and pd.isna(change.new)) and str(change.old) != str(change.new)
    for name, frame in given.items():
        pd.testing.assert_frame_equal(undone[name], frame)
    assert set(result.changes["rule"]) == {
        "currency",
        "bid_status",
        "redacted_amounts",
        "redacted_ids",
        "party_roles",
        "buyer_prefix",
    }


def test_the_given_tables_stay_as_they_were(tables_of):
    given = tables_of([RELEASE])
    wanted = {"currency": "MXN", "redacted_ids": ["N/A"], "party_roles": True, "classification_scheme": "CUCOP"}
    prepare(given, settings(changes={"prepare": wanted}))
    for name, frame in tables_of([RELEASE]).items():
        pd.testing.assert_frame_equal(given[name], frame)


def test_tables_without_bids_or_rows_can_be_prepared(tables_of):
    every = {"currency": "MXN", "bid_status": "valid", "party_roles": True, "redacted_ids": ["a"], "buyer_prefix": "x"}
    every["supplier_prefix"] = "y"
    chosen = settings(changes={"prepare": every | {"award_status_by_contracts": True, "redacted_amounts": [0]}})
    empty = prepare(tables_of([]), chosen)
    assert empty.changes.empty
    full = prepare(tables_of([RELEASE]), chosen)
    assert empty.changes.dtypes.to_dict() == full.changes.dtypes.to_dict(), "to be put together with others"
    few = {name: frame for name, frame in tables_of([RELEASE]).items() if name in ("processes", "tenders")}
    assert set(prepare(few, chosen).tables) == {"processes", "tenders"}
