"""A repeated row, or an invalid number, in datasets whose parts are joined: refused in a sentence."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.conformance import cast, check
from ogp_analysis.base.errors import CleaningError, SchemaError
from ogp_analysis.data.cleaning.record import FILE, LINE, Cleaned, Record
from ogp_analysis.data.datasets.open_government import action_plans, membership_columns
from ogp_analysis.data.datasets.procurement import cpv, exchange_rates_fed


def part(**tables: pd.DataFrame) -> Cleaned:
    return Cleaned(tables, Record({}, {}))


def test_a_yearly_rate_that_stands_twice():
    yearly = pd.DataFrame({"currency": ["AUD", "AUD"], "year": [1971, 1971], "per_usd": [0.9, 0.9]})
    made = exchange_rates_fed.finish([part(yearly=yearly, monthly=yearly.assign(month=1))]).tables["yearly"]
    schema = exchange_rates_fed.DATASET.schema("yearly")
    with pytest.raises(SchemaError, match=r"the key is repeated in 2 rows, for example \('AUD', 1971\)"):
        check(cast(made, schema), schema)


def test_a_name_of_a_code_that_stands_twice():
    codes = pd.DataFrame({
        "edition": ["2008"], "code": ["03000000-1"], "parent": [""], "kind": ["goods"], "name_en": ["Farming"]
    })  # fmt: skip
    names = {
        file: pd.DataFrame({"name_en": ["Farming"] * 2, f"name_{one}": ["x"] * 2})
        for file, one in cpv.LANGUAGES.items()
    }
    made = cpv.finish([part(codes=codes, **names)]).tables["codes"]
    with pytest.raises(SchemaError, match=r"the key is repeated in 8 rows, for example \('2008', '03000000-1'\)"):
        check(cast(made, cpv.SCHEMA), cpv.SCHEMA)


def test_a_country_that_stands_twice():
    with pytest.raises(CleaningError, match="1 countries are listed twice, 'ALB'"):
        membership_columns.spells(pd.DataFrame({"iso3": ["ALB", "ALB"]}), [], {})


def test_a_plan_whose_number_is_none():
    others = dict.fromkeys(action_plans.DATASET.layouts[0].required, "")
    chunk = pd.DataFrame({**others, "action_plan_number": ["1", "ALB"], FILE: "plans.csv", LINE: [2, 3]})
    with pytest.raises(
        CleaningError,
        match=r"plans\.csv, column action_plan_number: 1 values that are not numbers of a plan, .* in line 3",
    ):
        action_plans.clean(chunk, action_plans.DATASET.inputs[0])
