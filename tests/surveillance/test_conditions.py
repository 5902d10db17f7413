"""Conditions of the documented contracts: what is known of each, and what a ceiling says of whom."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.data.datasets.procurement import mexico_thresholds
from ogp_analysis.surveillance.contracts import CONDITIONS, conditions

CEILINGS = pd.DataFrame({"year": [2018], "kind": ["services"], "procedure": ["direct_award"], "bracket": ["highest"],
                         "ceiling": [500_000]})  # fmt: skip


def made(**values) -> pd.DataFrame:
    row = {"fact": "F", "level": "federal", "amount": 1e6, "currency": "MXN", "signed_year": 2018,
           "procedure": "open_tender", "intermediary": None, "budget_line": None, "reserved_years": None}  # fmt: skip
    return pd.DataFrame([row | values])


@pytest.mark.parametrize(("values", "expected"), [
    ({}, "above"),
    # A body with a smaller budget has a lower ceiling: of what is below the highest nothing is said.
    ({"amount": 400_000}, None),
    # With tax it is above, without it below: no source says whether the amount holds it.
    ({"amount": 550_000}, None),
    ({"level": "state"}, None), ({"currency": "USD"}, None), ({"amount": None}, None), ({"signed_year": 2021}, None),
])  # fmt: skip
def test_an_amount_is_held_against_the_ceiling_of_federal_bodies_alone(values, expected):
    found = conditions(made(**values), CEILINGS)
    assert found.frame["ceiling"].tolist() == [expected] and found.with_ceilings
    assert found.known["ceiling"] == (expected is not None)


def test_what_is_known_is_counted_and_told():
    found = conditions(pd.concat([made(), made(procedure=None, budget_line="33701", reserved_years=5),
                                  made(intermediary="possibly")]), CEILINGS)  # fmt: skip
    assert found.known == {"procedure": 2, "ceiling": 3, "intermediary": 1, "budget_line": 1, "reserved_years": 1}
    rows = found.table().frame.set_index("condition")
    assert rows["known"].tolist() == list(found.known.values()) and found.table().stated["n"] == 3
    assert rows.loc["procedure", "found"] == (
        "direct award (0), open tender (2), invitation inferred from the number of the file (0)"
    )
    assert rows.loc["reserved status", "found"].startswith("reported as reserved (1); ")
    assert "perhaps by another (1)" in rows.loc["intermediary between maker and buyer", "found"]


def test_without_ceilings_nothing_is_told_of_them():
    found = ogp.surveillance.contracts().conditions()
    assert not found.with_ceilings and found.known["ceiling"] == 0
    assert len(found.table().frame) == len(CONDITIONS) - 1 and len(found.text()) == 2
    assert found.table().headings["known"].unit == "count" and found.table().headings["found"].unit == ""
    assert [part.key for part in found.text()] == ["purchases.conditions.about", "purchases.conditions.no_ceilings"]
    assert found.text()[0].values["n"].value == 12


def test_the_documented_contracts_with_the_ceilings_of_the_decrees(published):
    ceilings = published(mexico_thresholds.DATASET)[1].tables["ceilings"]
    assert set(ceilings.loc[~ceilings["year"].isin([2025, 2026]), "bracket"]) == {"highest"}
    kinds = ceilings[ceilings["kind"].isin(["goods", "services", "leases"])]
    assert kinds.groupby(["year", "procedure", "bracket"])["ceiling"].nunique().max() == 1
    found = dataclasses.replace(ogp.surveillance.contracts(), ceilings=ceilings).conditions()
    assert found.known == {"procedure": 4, "ceiling": 3, "intermediary": 11, "budget_line": 2, "reserved_years": 0}
    assert found.frame["ceiling"].value_counts().to_dict() == {"above": 3} and len(found.text()) == 1
