"""Ceilings looked up: below, above or not computable, and what decides it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.data.datasets.procurement import mexico_thresholds
from ogp_analysis.procurement import thresholds

CEILINGS = pd.DataFrame(
    [
        (year, kind, procedure, *bracket, base * factor * 1000 // (3 if bracket[0] != "highest" else 1))
        for year, base in ((2017, 474), (2018, 503), (2024, 1050), (2025, 1098))
        for kind, factor in (("goods", 1), ("services", 1), ("works", 3))
        for procedure, factor in (("direct_award", factor), ("restricted_invitation", 7 * factor))
        for bracket in ((("0-15000000", 0, 15_000_000), ("highest", 15_000_000, None)) if year == 2025
                        else (("highest", None, None),))
    ],
    columns=["year", "kind", "procedure", "bracket", "budget_over", "budget_to", "ceiling"],
).astype({"budget_over": "Int64", "budget_to": "Int64"})  # fmt: skip
ROW = {
    "amount": 474_000.0, "currency": "MXN", "vat": "excluded", "year": 2017, "category": "goods",
    "procurement_method": "direct",
}  # fmt: skip


def compare(*changes: dict, budget: float | None = None) -> pd.DataFrame:
    return thresholds.compare(pd.DataFrame([ROW | change for change in changes]), CEILINGS, budget)


@pytest.mark.parametrize(
    ("change", "outcome", "reason"),
    [
        # Only what is above the highest ceiling is above that of every buyer; of the rest nothing is said.
        ({}, "not_computable", "budget_unknown"),
        ({"amount": 474_000.01}, "above", ""),
        ({"amount": 474_000.01, "procurement_method": "limited"}, "not_computable", "budget_unknown"),
        ({"amount": 3_318_000.01, "procurement_method": "limited"}, "above", ""),
        ({"amount": 474_000.01, "category": "works"}, "not_computable", "budget_unknown"),
        # With tax, or perhaps with it, an amount may be above or below within 16 percent.
        ({"vat": "included"}, "not_computable", "budget_unknown"),
        ({"vat": "included", "amount": 474_000.01}, "not_computable", "tax_decides"),
        ({"vat": "not_stated", "amount": 474_000 * 1.16}, "not_computable", "tax_decides"),
        ({"vat": "not_stated", "amount": 474_000 * 1.16 + 0.01}, "above", ""),
        # The four years between the two files, and years outside.
        *(({"year": year}, "not_computable", "year_without_ceiling") for year in (2011, 2020, 2021, 2022, 2023, 2027)),
        ({"year": None}, "not_computable", "no_year"),
        ({"amount": None}, "not_computable", "no_amount"),
        ({"amount": 0.0}, "not_computable", "no_amount"),
        ({"currency": "USD"}, "not_computable", "currency_not_mxn"),
        ({"currency": None}, "not_computable", "currency_not_mxn"),
        ({"procurement_method": "open"}, "not_computable", "procedure_without_ceiling"),
        ({"procurement_method": "unknown"}, "not_computable", "procedure_without_ceiling"),
        ({"category": "unknown"}, "not_computable", "kind_without_ceiling"),
        ({"category": None}, "not_computable", "kind_without_ceiling"),
    ],
)
def test_the_three_outcomes(change, outcome, reason):
    made = compare(change).iloc[0]
    assert (made["outcome"], made["reason"]) == (outcome, reason)
    assert made["outcome"] in thresholds.OUTCOMES and made["reason"] in ("", *thresholds.REASONS)


@pytest.mark.parametrize(
    ("budget", "amount", "outcome", "ceiling"),
    [
        (15_000_000, 366_000, "below", 366_000),
        (15_000_000, 366_001, "above", 366_000),
        (15_000_001, 366_001, "below", 1_098_000),
        (9e12, 1_098_001, "above", 1_098_000),
    ],
)
def test_where_the_budget_is_known_its_bracket_decides(budget, amount, outcome, ceiling):
    made = compare({"year": 2025, "amount": amount}, budget=budget).iloc[0]
    assert (made["outcome"], made["ceiling"]) == (outcome, ceiling)
    assert compare({"year": 2017}, budget=budget)["reason"].item() == "year_without_ceiling"


def test_the_columns_are_named_and_the_tax_is_one_of_three():
    with pytest.raises(ParameterError, match="lack vat, year"):
        thresholds.compare(pd.DataFrame([ROW]).drop(columns=["vat", "year"]), CEILINGS)
    with pytest.raises(ParameterError, match="unknown value 'maybe' of vat"):
        compare({"vat": "maybe"})


@given(amount=st.floats(1, 1e7), more=st.floats(0, 1e7), vat=st.sampled_from(["included", "excluded", "not_stated"]))
def test_more_money_is_never_less_above(amount, more, vat):
    order = {"not_computable": 1, "above": 2}
    made = compare({"amount": amount, "vat": vat}, {"amount": amount + more, "vat": vat})["outcome"].map(order)
    assert made.iloc[0] <= made.iloc[1]


def test_the_codes_are_those_of_the_cleaner():
    assert set(thresholds.PROCEDURES.values()) == set(mexico_thresholds.PROCEDURES)
    assert thresholds.HIGHEST == mexico_thresholds.HIGHEST
