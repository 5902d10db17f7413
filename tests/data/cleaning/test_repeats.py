"""A repeated row, or an invalid number, in datasets whose parts are joined: refused in a sentence."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.record import FILE, LINE
from ogp_analysis.data.datasets.open_government import action_plans, membership_columns


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
