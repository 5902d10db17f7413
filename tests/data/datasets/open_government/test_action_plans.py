from __future__ import annotations

from dataclasses import replace

import pytest

from ogp_analysis.base.errors import CleaningError, UnknownName
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government.action_plans import DATASET, clean, finish

SOURCE = DATASET.inputs[0]
OLD = "Vizzuality ogpirm_live_data.csv"
NEW = "g0v open_parliament_0703.csv (a part)"


def row(unit="KEN", number="1", year="2012", file=OLD, commitments="9"):
    new = file != OLD
    return {
        "iso3": unit,
        "country_raw": "x",
        "action_plan_number": number,
        "action_plan_id": f"AP_{unit}0{number}" if new else "",
        "year_of_submission": year,
        "end_year": str(int(year) + 2) if new else "",
        "n_commitments": commitments,
        "source_file": file,
    }


@pytest.fixture
def build(made):
    def plans(*rows):
        result = cleaned(DATASET, [(SOURCE, made(list(rows)))])
        table = result.tables["plans"]
        return table[table["origin"] == "compiled"].reset_index(drop=True), result.record

    return plans


def test_the_two_sightings_of_a_plan_become_one_row(build):
    plans, record = build(row(file=NEW, commitments="2"), row())
    assert len(plans) == 1
    plan = plans.iloc[0]
    assert plan[["plan_id", "end_year", "n_commitments", "n_commitments_parliament"]].tolist() == [
        "AP_KEN01",
        2014,
        9,
        2,
    ]
    assert plan["in_irm_2016"] and plan["in_parliament_2024"]
    assert plan["source_url"].count("http") == 2
    assert record.entries[["action", "rule", "old", "new"]].to_numpy().tolist() == [
        ["merged", "same_plan", "AP_KEN01", "KEN 1"]
    ]
    assert record.balance()[["rows_in", "kept", "merged"]].iloc[0].tolist() == [2, 1, 1]


def test_a_locality_of_no_country_raises(made):
    with pytest.raises(UnknownName, match="XX"):
        clean(made([row("XXKE")]), SOURCE)


def test_an_unknown_file_raises(made):
    with pytest.raises(CleaningError, match="source_file"):
        clean(made([row(file="another.csv")]), SOURCE)


def test_two_years_for_one_plan_raise(made):
    with pytest.raises(CleaningError, match=r"1 have two years of submission.*KEN"):
        finish([clean(made([row(), row(year="2013", file=NEW)]), SOURCE)])


def test_a_plan_twice_in_one_file_raises(made):
    with pytest.raises(CleaningError, match="1 plans are listed twice in one file"):
        finish([clean(made([row(), row()]), SOURCE)])


def test_a_correction_fails_once_the_source_says_something_else(made):
    with pytest.raises(CleaningError, match=r"expects '2011/2012' in column .* and finds '2011'"):
        clean(made([row("GBR", year="2011")]), SOURCE)


def test_an_added_plan_that_the_table_has_come_to_hold_raises(made):
    with pytest.raises(CleaningError, match="added plans are already in the compiled table"):
        finish([clean(made([row("MEX", "4", "2019", NEW)]), SOURCE)])


def test_a_later_table_may_have_mended_what_was_corrected_and_hold_what_was_added(made):
    rows = [row("GBR", year="2011"), row("MEX", "4", "2019", NEW)]
    result = cleaned(DATASET, [(replace(SOURCE, version="2027", layout="made"), made(rows))])
    plans = result.tables["plans"].set_index(["unit", "plan_number"])
    assert plans.loc[("MEX", 4), "origin"] == "compiled" and plans.loc[("MEX", 3), "origin"] == "added"
    assert plans.loc[("GBR", 1), "year_of_submission"] == 2011
    entries = result.record.entries
    assert set(entries["rule"]) == {"correction_not_needed"}
    assert "value is now '2011'" in set(entries["new"])
    assert "stands in the compiled table: MEX 4" in set(entries["new"])
