"""Ceilings looked up: below, above or not computable, and what decides it."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogp_analysis.base.errors import ParameterError
from ogp_analysis.display.result import Parts
from ogp_analysis.procurement import thresholds
from ogp_analysis.procurement.datasets import mexico_thresholds

CEILINGS = pd.DataFrame(
    [
        (year, kind, procedure, "highest", base * factor * 1000)
        for year, base in ((2017, 474), (2018, 503), (2024, 1050))
        for kind, factor in (("goods", 1), ("services", 1), ("works", 3))
        for procedure, factor in (("direct_award", factor), ("restricted_invitation", 7 * factor))
    ],
    columns=["year", "kind", "procedure", "bracket", "ceiling"],
)
ROW = {
    "amount": 474_000.0, "currency": "MXN", "vat": "excluded", "year": 2017, "category": "goods",
    "procurement_method": "direct",
}  # fmt: skip


def compare(*changes: dict, bracket: str = "highest") -> pd.DataFrame:
    return thresholds.compare(pd.DataFrame([ROW | change for change in changes]), CEILINGS, bracket)


@pytest.mark.parametrize(
    ("change", "outcome", "reason"),
    [
        ({}, "below", ""),
        ({"amount": 474_000.01}, "above", ""),
        ({"amount": 474_000.01, "procurement_method": "limited"}, "below", ""),
        ({"amount": 3_318_000.01, "procurement_method": "limited"}, "above", ""),
        ({"amount": 474_000.01, "category": "works"}, "below", ""),
        # With tax, or perhaps with it, an amount may be above or below within 16 percent.
        ({"vat": "included"}, "below", ""),
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


def test_only_above_the_highest_ceiling_holds_for_every_buyer():
    made = compare({}, {"amount": 1e6}, {"year": 2020})
    assert made["any_bracket"].tolist() == [False, True, False]
    assert made["ceiling"].tolist()[:2] == [474_000, 474_000] and pd.isna(made["ceiling"].iloc[2])


def test_a_bracket_that_the_table_lacks_is_not_computable():
    made = compare({}, {"amount": 1e9}, bracket="up_to_15_million")
    assert set(made["outcome"]) == {"not_computable"} and set(made["reason"]) == {"bracket_without_ceiling"}
    lower = CEILINGS.assign(bracket="up_to_15_million", ceiling=CEILINGS["ceiling"] // 3)
    both = pd.concat([CEILINGS, lower], ignore_index=True)
    made = thresholds.compare(pd.DataFrame([ROW]), both, "up_to_15_million").iloc[0]
    assert (made["outcome"], made["ceiling"], made["any_bracket"]) == ("above", 158_000, False)


def test_the_columns_are_named_and_the_tax_is_one_of_three():
    with pytest.raises(ParameterError, match="lack vat, year"):
        thresholds.compare(pd.DataFrame([ROW]).drop(columns=["vat", "year"]), CEILINGS)
    with pytest.raises(ParameterError, match="unknown value 'maybe' of vat"):
        compare({"vat": "maybe"})


def test_the_ceiling_of_each_row_for_one_procedure():
    years, kinds = pd.Series([2017, 2020, None, 2024], index=[4, 2, 7, 9]), pd.Series(["goods"] * 4, index=[4, 2, 7, 9])
    made = thresholds.limits(years, kinds, "direct_award", CEILINGS)
    assert made.index.tolist() == [4, 2, 7, 9]
    assert made.dropna().to_dict() == {4: 474_000, 9: 1_050_000}


@given(amount=st.floats(1, 1e7), more=st.floats(0, 1e7), vat=st.sampled_from(["included", "excluded", "not_stated"]))
def test_more_money_is_never_less_above(amount, more, vat):
    order = {"below": 0, "not_computable": 1, "above": 2}
    made = compare({"amount": amount, "vat": vat}, {"amount": amount + more, "vat": vat})["outcome"].map(order)
    assert made.iloc[0] <= made.iloc[1]


def test_the_codes_are_those_of_the_cleaner():
    assert set(thresholds.PROCEDURES.values()) == set(mexico_thresholds.PROCEDURES)
    assert thresholds.HIGHEST in mexico_thresholds.BRACKETS


def test_direct_awards_are_counted_by_year_and_say_why_none_is():
    changes = (
        {},
        {"amount": 9e6},
        {"amount": 500_000.0, "basis": "contract"},
        {"year": None},
        {"year": 2018},
        {"method": "open"},
    )
    base = {**ROW, "method": "direct", "basis": "contract_without_vat"}
    awards = pd.DataFrame([base | change for change in changes]).rename(columns={"basis": "amount_basis"})
    found = thresholds.direct_awards_and_ceilings(awards, CEILINGS)
    shown = found.table().frame
    assert shown["year"].tolist() == ["2017", "2018", "undated"]
    assert shown[["awards", "below", "above", "tax_decides", "other"]].values.tolist() == [
        [3, 1, 1, 1, 0], [1, 1, 0, 0, 0], [1, 0, 0, 0, 1]]  # fmt: skip
    assert "Of 5 direct awards, 2 lie below" in str(found.text()) and "indicative" in str(found.text())
    nothing = {
        "no_direct": (awards[awards["method"] == "open"], CEILINGS, True),
        "absent": (awards, None, True),
        "not_applicable": (awards, None, False),
    }
    for case, given_ in nothing.items():
        found = thresholds.direct_awards_and_ceilings(*given_)
        assert found.case == case and len(found.text()) == 1 and found.table() == Parts() and found.frame.empty
