"""A sum says what was summed, and every row is in it or left out for one reason."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.data.datasets.procurement.checks import AMOUNT_STATUSES, CURRENCY_STATUSES
from ogp_analysis.display.result import Parts
from ogp_analysis.procurement import amounts
from ogp_analysis.procurement.amounts import Rates, convert

ROW = {
    "amount": 100.0, "amount_status": "ok", "amount_basis": "contract", "currency": "MXN",
    "currency_status": "ok", "date": "2017-05-05",
}  # fmt: skip
RATES = (
    Rates("years", "year", "USD", pd.DataFrame({"MXN": [19.0], "USD": [1.0]}, index=[pd.Timestamp("2017-01-01")])),
)


def frame(*changes: dict) -> pd.DataFrame:
    rows = pd.DataFrame([ROW | change for change in changes])
    return rows.assign(date=pd.to_datetime(rows["date"]))


def total(rows: pd.DataFrame, rates=()) -> amounts.Total:
    return amounts.total(rows, "MXN", convert(rows["amount"], rows["currency"], rows["date"], "MXN", rates))


def reasons(made: amounts.Total) -> dict[str, int]:
    return dict(made.left_out)


def test_a_sum_is_of_the_amounts_of_contracts():
    rows = frame({}, {"amount_basis": "contract_without_vat"}, {"amount_basis": "maximum_with_tax", "amount": 900.0})
    made = total(rows)
    assert (made.currency, made.total, made.summed, made.rows, made.missing) == ("MXN", 200.0, 2, 3, 1)
    assert reasons(made) == {"other_amount:framework_maximum": 1}
    nothing = total(frame({"amount_basis": "amendment"}))
    assert (nothing.total, nothing.summed) == (None, 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount": 0.0, "amount_status": "zero"}, "amount_zero"),
        ({"amount": np.nan, "amount_status": "absurd"}, "amount_absurd"),
        ({"amount_status": "test"}, "amount_test"),
        ({"amount": -5.0, "amount_status": "negative"}, "amount_negative"),
        ({"amount": np.nan, "amount_status": "unreadable"}, "amount_unreadable"),
        ({"amount": np.nan, "amount_status": "missing"}, "amount_missing"),
        ({"amount": np.nan}, "amount_missing"),
        # MNX, TEST and blanks have no currency once cleaned; none of them is MXN.
        ({"currency": "", "currency_status": "misspelt"}, "currency_misspelt"),
        ({"currency": None, "currency_status": "test"}, "currency_test"),
        ({"currency": None, "currency_status": "unlabelled"}, "currency_unlabelled"),
        ({"currency": "", "currency_status": "unknown"}, "currency_unknown"),
        ({"currency": "USD"}, "not_converted:no_rate"),
        ({"amount_basis": "price"}, "unknown_basis"),
    ],
)
def test_what_is_no_sure_amount_is_left_out_by_its_name(change, reason):
    made = total(frame({}, change))
    assert (made.total, reasons(made)) == (100.0, {reason: 1})


def test_a_suspicious_amount_is_in_the_sum_and_said():
    made = total(frame({}, {"amount": 2e10, "amount_status": "suspicious"}))
    assert (made.total, made.suspicious, made.suspicious_total) == (2e10 + 100, 1, 2e10)


def test_other_currencies_come_in_by_a_rate_and_not_otherwise():
    unnamed = {"currency": "", "currency_status": "test"}
    made = total(frame({}, {"currency": "USD"}, {"currency": "USD", "date": "2030-01-01"}, unnamed), RATES)
    assert made.total == pytest.approx(100 + 1900)
    assert reasons(made) == {"currency_test": 1, "not_converted:no_rate": 1}
    assert made.rates == (("", "", 1), ("years", "year", 1))


def test_a_conversion_of_other_rows_is_refused():
    rows = frame({}, {})
    other = convert(rows["amount"], rows["currency"], rows["date"], "MXN", RATES)
    with pytest.raises(ParameterError, match="of other rows"):
        amounts.total(frame({}), "MXN", other)


change = st.fixed_dictionaries(
    {
        "amount": st.one_of(st.just(np.nan), st.floats(-1e9, 1e11)),
        "amount_status": st.sampled_from(AMOUNT_STATUSES),
        "amount_basis": st.sampled_from([b for bases in amounts.WHICH.values() for b in bases]),
        "currency": st.sampled_from(["MXN", "USD", "", None]),
        "currency_status": st.sampled_from(CURRENCY_STATUSES),
    }
)


@given(changes=st.lists(change, min_size=1, max_size=12), seed=st.integers(0, 9))
def test_every_row_is_summed_or_left_out_once_in_any_order(changes, seed):
    rows = frame(*changes)
    made = total(rows)
    assert made.summed + sum(reasons(made).values()) == made.rows == len(rows)
    assert (made.total is None) == (made.summed == 0)
    # The sum itself does not hang on the order of the rows.
    assert total(rows.sample(frac=1, random_state=seed)) == made


def test_what_is_summed_is_said_with_currencies_rates_and_what_is_left_out(monkeypatch):
    named = dataclasses.replace(RATES[0], source="exchange_rates_fed")
    monkeypatch.setattr(amounts, "available", lambda edition: (named,))
    usd, unnamed = {"currency": "USD"}, {"currency": None, "currency_status": "unlabelled"}
    large, zero = {"amount": 2e10, "amount_status": "suspicious"}, {"amount": 0.0, "amount_status": "zero"}
    rows = frame({}, usd, {**usd, "date": "2030-01-01"}, zero, unnamed, large)
    found = amounts.amounts(rows, "MXN", "embedded")
    said = str(found.text())
    assert "Amounts summed: 3 of 6; left out: 3" in said and "in another currency: 2; converted into MXN" in said
    assert "that name no currency and are in no sum: 1" in said and "worth checking: 1" in said
    assert found.table().frame.values.tolist() == [["amount of zero", 1], ["no currency is named", 1],
                                                   ["no rate for its day", 1]]  # fmt: skip
    assert "3 of 6" in found.table().caption and found.values.notna().sum() == 3


def test_an_assumed_currency_is_said_so_and_where_all_is_assumed_nothing_else_of_currencies():
    rows = frame({"currency_status": "unlabelled"}, {})
    part, whole = (amounts.amounts(one, "MXN", "embedded", assumed=True) for one in (rows, rows.head(1)))
    assert "assumed to be in MXN" in str(part.text()) and "All amounts whose currency is named" in str(part.text())
    assert len(whole.text()) == 2 and whole.table() == Parts()
    assert amounts.amounts(rows, "MXN", "embedded").assumed == 0
