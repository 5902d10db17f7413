"""A sum says what was summed, and every row is in it or left out for one reason."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.data.datasets.procurement.checks import AMOUNT_STATUSES, CURRENCY_STATUSES
from ogp_analysis.procurement import amounts
from ogp_analysis.procurement.amounts import Rates

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


@pytest.fixture
def counted(monkeypatch):
    """Return amounts in pesos at one rate for dollars, that of 2017."""
    monkeypatch.setattr(amounts, "available", lambda edition: RATES)
    return lambda *changes: amounts.in_currency(frame(*changes), "MXN")


def reasons(made: pd.DataFrame) -> dict[str, int]:
    return made.loc[made["left_out"] != "", "left_out"].value_counts().to_dict()


def test_a_sum_is_of_the_amounts_of_contracts(counted):
    made = counted({}, {"amount_basis": "contract_without_vat"}, {"amount_basis": "maximum_with_tax", "amount": 900.0})
    assert made["value"].fillna(0).tolist() == [100, 100, 0]
    assert reasons(made) == {"other_amount:framework_maximum": 1}


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
        ({"currency": "USD", "date": "2030-01-01"}, "not_converted:no_rate"),
        ({"amount_basis": "price"}, "unknown_basis"),
    ],
)
def test_what_is_no_sure_amount_is_left_out_by_its_name(counted, change, reason):
    made = counted({}, change)
    assert (made["value"].sum(), reasons(made)) == (100.0, {reason: 1})


def test_other_currencies_come_in_by_a_rate_and_not_otherwise(counted):
    unnamed, large = {"currency": "", "currency_status": "test"}, {"amount": 2e10, "amount_status": "suspicious"}
    made = counted({}, {"currency": "USD"}, {"currency": "USD", "date": "2030-01-01"}, unnamed, large)
    assert made["value"].sum() == pytest.approx(100 + 1900 + 2e10)
    assert reasons(made) == {"currency_test": 1, "not_converted:no_rate": 1}
    assert made[["rate_source", "rate_kind"]].values.tolist()[:3] == [["", ""], ["years", "year"], ["", ""]]


change = st.fixed_dictionaries(
    {
        "amount": st.one_of(st.just(np.nan), st.floats(-1e9, 1e11)),
        "amount_status": st.sampled_from(AMOUNT_STATUSES),
        "amount_basis": st.sampled_from([b for bases in amounts.WHICH.values() for b in bases]),
        "currency": st.sampled_from(["MXN", "USD", "", None]),
        "currency_status": st.sampled_from(CURRENCY_STATUSES),
    }
)


@given(changes=st.lists(change, min_size=1, max_size=12))
def test_every_row_counts_or_is_left_out_for_one_reason(changes):
    rows = frame(*changes)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(amounts, "available", lambda edition: RATES)
        made = amounts.in_currency(rows, "MXN")
    assert (made["value"].notna() == (made["left_out"] == "")).all() and len(made) == len(rows)
