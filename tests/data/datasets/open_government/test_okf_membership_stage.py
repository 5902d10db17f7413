from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government import membership
from ogp_analysis.data.datasets.open_government.okf_membership_stage import DATASET, clean

SOURCE = DATASET.inputs[0]
KEY, VALUE = "Unnamed: 0", "Unnamed: 1"
HEAD = [("sdg", "17"), ("countries", ""), ("", "2016")]


def rows(*pairs):
    return [{KEY: key, VALUE: value} for key, value in pairs]


def test_the_description_is_set_aside_and_countries_are_kept(made):
    result = cleaned(DATASET, [(SOURCE, made(rows(*HEAD, ("UK", "4"), ("Belgium", "0"))))])
    stage = result.tables["stage"]
    assert stage.to_numpy().tolist() == [["BEL", 2016, 0, "inactive"], ["GBR", 2016, 4, "third_plan"]]
    entries = result.record.entries
    assert entries[["action", "rule", "old"]].to_numpy().tolist() == [
        ["set_aside", "describes_the_indicator", key] for key, _ in HEAD
    ]
    assert result.record.balance()[["rows_in", "kept", "set_aside"]].iloc[0].tolist() == [5, 2, 3]


@pytest.mark.parametrize("head", [[("sdg", "17")], HEAD[:2], [*HEAD[:2], ("", "sixteen")], [HEAD[1], *HEAD]])
def test_another_layout_raises(made, head):
    with pytest.raises(CleaningError, match="Get the file that the source's sidecar names"):
        clean(made(rows(*head, ("Kenya", "3"))), SOURCE)


def test_a_country_above_the_year_is_no_description(made):
    with pytest.raises(CleaningError, match="1 lines above the year that are not keys of a description, for example"):
        clean(made(rows(("Kenya", "3"), *HEAD, ("UK", "4"))), SOURCE)


def test_belgium_is_a_member_nowhere_else_and_the_stages_are_those_of_membership(published):
    stage = published(DATASET)[1].tables["stage"].set_index("iso3")["stage"]
    countries = published(membership.DATASET)[1].tables["countries"].set_index("iso3")
    assert set(stage.index) - set(countries.index) == {"BEL"}
    carried = countries["okf_stage_2016"].dropna().astype("Int64")
    pd.testing.assert_series_equal(
        carried.sort_index(), stage.drop("BEL").reindex(carried.index).sort_index(), check_names=False
    )
