"""How action plans are made, cell by cell: counted again from the clean table, and what is refused."""

from __future__ import annotations

from math import comb

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base.errors import MessageError
from ogp_analysis.base.words import Sentence
from ogp_analysis.display.table import Table

from .. import cells

STEPS = ["step_1_timeline", "step_2_notice", "step_3_awareness", "step_4_online", "step_5_in_person", "step_6_summary"]


@pytest.fixture(scope="module")
def opened() -> tuple[dict, list]:
    return cells.run("ogp_process")


def tables(shown: list) -> dict[str, pd.DataFrame]:
    return {one.name: one.frame for one in shown if isinstance(one, Table)}


@pytest.mark.parametrize("by", ["plan_number", "region"])
def test_steps_are_counted_over_reviewed_plans_and_groups_add_up_to_all(opened, by):
    names, shown = opened
    plans = ogp.load("ogp_process", "plans")
    plans["region"] = plans["iso3"].map(lambda code: ogp.country(code).region)
    made, rows = tables(shown)[f"steps_by_{by}"], iter(names["followed"](plans[by]).to_dict("records"))
    for _, own in plans.groupby(by):
        for step in STEPS:
            row, answers = next(rows), own[step].tolist()
            assert row["count"] == answers.count("yes") and row["n"] == row["count"] + answers.count("no")
            assert row["not_reviewed"] == answers.count("not_reviewed")
            # Plans of one country tell no more than one: a handful of countries has no interval.
            apart = own.loc[own[step] != "not_reviewed", "iso3"].nunique() >= 10 and 0 < row["count"] < row["n"]
            assert pd.notna(row["low"]) == apart and (not apart or row["low"] < row["share"] < row["high"])
    assert next(rows, None) is None
    whole = names["rates"].set_index("step")[["count", "n", "not_reviewed"]]
    assert made["count"].sum() == whole["count"].sum() and made["n"].sum() == whole["n"].sum()
    assert (made["low"] == "no_bounds").sum() == names["followed"](plans[by])["low"].isna().sum() > 0


def test_first_and_second_plans_are_compared_within_countries(opened):
    names, shown = opened
    made = tables(shown)["first_and_second_plans"]
    for step, row in zip(STEPS, made.to_dict("records"), strict=True):
        said = names["plans"].set_index(["iso3", "plan_number"])[step].to_dict()
        both = [(said.get((one, 1)), said.get((one, 2))) for one in names["plans"]["iso3"].unique()]
        first, second = both.count(("yes", "no")), both.count(("no", "yes"))
        assert (row["both"], row["only_first"], row["only_second"]) == (both.count(("yes", "yes")), first, second)
        assert row["neither"] == both.count(("no", "no")) and row["pairs"] + row["unpaired"] == len(both)
        tail = sum(comb(first + second, k) for k in range(min(first, second) + 1)) / 2 ** (first + second)
        assert row["p_value"] == pytest.approx(min(1, 2 * tail)) and row["p_adjusted"] >= row["p_value"]


def test_the_public_is_involved_from_the_third_level_on(opened):
    names, shown = opened
    levels = names["plans"]["iap2_development"].value_counts()
    [said] = [one.numbers() for one in shown if isinstance(one, Sentence) and one.key == "influence"]
    further = levels.reindex(["involve", "collaborate", "empower"]).sum()
    stated = further + levels["inform"] + levels["consult"]
    assert (said["influence.count"]["value"], said["influence.n"]["value"]) == (further, stated)
    assert said["influence.not_reviewed"]["value"] == levels["not_reviewed"]
    assert said["influence.share"]["low"] < further / stated < said["influence.share"]["high"]


#: Of each relation a line, and how one of its numbers is changed while all others stay as they are.
CHANGES = {
    "a step was followed, not followed or not reviewed": ('"plans", edition)', '"plans", edition).replace("no", "-")'),
    "plans by level, and those without one, are all plans": ('[plans[level].isin(levels)]', '[plans[level] != "consult"]'),
    "the public was involved or had more say": ("isin(levels[2:])", "isin(levels[1:])"),
    "the four cells are all pairs": ('"only_second": ~first & second', '"only_second": second'),
    "plans by region are all plans, .*": ('"not_reviewed": len(rows) - len(known)', '"not_reviewed": len(known)'),
}


@pytest.mark.parametrize("relation", CHANGES)
def test_a_run_whose_numbers_contradict_one_another_is_refused(relation):
    line, other = CHANGES[relation]
    relation = relation.replace("region", "plan_number")  # the first of the two
    with pytest.raises(MessageError, match=f"{relation}: does not hold"):
        cells.run("ogp_process", {line: other})
