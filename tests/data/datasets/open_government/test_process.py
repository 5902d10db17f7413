from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from ogp_analysis.base.countries import iso3_of
from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government import process as names
from ogp_analysis.data.datasets.open_government.process import CODING, DATASET, PLANS, clean

SOURCE = DATASET.inputs[0]


def row(country="Kenya", plan="1", year="2012", **values):
    """A plan of which every step was reviewed and none followed; `values` by raw name."""
    answers = dict.fromkeys([raw for _, raw, _ in names.QUESTIONS], "No")
    twinned = {}
    for _, raw, twin, _ in (*names.STEPS, *names.TWINNED):
        twinned |= {raw: "No", twin: "0"}
    return {
        names.COUNTRY: country,
        names.PLAN: plan,
        names.YEAR: year,
        names.NOTICE: "NA",
        names.FOLLOWED: "0",
        **twinned,
        **answers,
        **dict.fromkeys([raw for _, raw, _ in names.INSTITUTIONS], "0"),
        **dict.fromkeys([raw for _, raw, _, _ in names.CONSULTATION], "NR"),
        **dict.fromkeys([raw for _, raw in names.EVIDENCE], "NA"),
        **values,
    }


def not_reviewed(**values):
    steps = {name: "NR" for _, raw, twin, _ in names.STEPS for name in (raw, twin)}
    return row(**{**steps, **values})


@pytest.fixture
def build(made):
    def plans(*rows):
        result = cleaned(DATASET, [(SOURCE, made(list(rows)))])
        return result.tables["plans"], result.record

    return plans


def test_answers_become_codes_and_steps_are_counted(build):
    _, raw_4, twin_4, _ = names.STEPS[3]
    _, raw_6, twin_6, _ = names.STEPS[5]
    yes = {raw_4: "Yes", twin_4: "1", raw_6: "Yes", twin_6: "1", names.FOLLOWED: "2"}
    plans, record = build(row(**yes))
    plan = plans.iloc[0]
    assert (plan["iso3"], plan["plan_number"], plan["year_of_submission"]) == ("KEN", 1, 2012)
    assert (plan["step_4_online"], plan["step_5_in_person"], plan["step_6_summary"]) == ("yes", "no", "yes")
    assert (plan["steps_reviewed"], plan["steps_followed"], plan["steps_followed_published"]) == (6, 2, 2)
    assert len(record.entries) == 0


def test_a_trailing_blank_is_the_same_answer_and_on_the_record(build):
    raw = "Did the report cover all of the commitments?"
    plans, record = build(row(**{raw: "Yes "}))
    assert plans["assessment_all_commitments"].tolist() == ["yes"]
    assert record.entries[["rule", "column", "old", "new"]].to_numpy().tolist() == [
        ["trailing_blank", raw, "Yes ", "Yes"]
    ]


def test_zero_steps_of_a_plan_that_was_not_reviewed_are_no_number(build):
    plans, record = build(not_reviewed())
    plan = plans.iloc[0]
    assert plan["steps_reviewed"] == 0
    assert pd.isna(plan["steps_followed"])
    assert plan["steps_followed_published"] == 0
    assert record.entries[["rule", "old", "new"]].to_numpy().tolist() == [["not_reviewed_counted_as_zero", "0", ""]]


def test_nr_as_the_number_of_steps_is_missing(build):
    plans, record = build(not_reviewed(**{names.FOLLOWED: "NR"}))
    assert plans[["steps_followed", "steps_followed_published"]].isna().all(axis=None)
    assert len(record.entries) == 0


def test_a_word_in_the_place_of_a_mark_raises_with_its_column(made):
    with pytest.raises(CleaningError, match=r"Executive.*Yes"):
        clean(made([row(Executive="Yes")]), SOURCE)


@pytest.mark.parametrize(("said", "twin_says"), [("Yes", "0"), ("No", "1"), ("NR", "0"), ("No", "NA"), ("Yes", "NR")])
def test_an_answer_that_its_twin_denies_raises(made, said, twin_says):
    _, raw, twin, _ = names.STEPS[0]
    with pytest.raises(CleaningError, match=r"made.csv, column Step 1.*1 answers that differ .* in line 3"):
        clean(made([row(), row("Ghana", **{raw: said, twin: twin_says})]), SOURCE)


@pytest.mark.parametrize("number", ["1", "6", "NR"])
def test_a_number_of_steps_that_is_not_that_of_the_answers_raises(made, number):
    with pytest.raises(CleaningError, match="1 numbers that are not that of the steps with yes"):
        clean(made([row(**{names.FOLLOWED: number})]), SOURCE)


def test_evidence_stands_as_published_and_may_not_be_published_again(build):
    raw = names.EVIDENCE[0][1]
    assert build(row(**{raw: "http://a<br/>http://b"}))[0]["timeline_evidence"].tolist() == ["http://a<br/>http://b"]
    assert build(row(**{raw: "NR"}))[0]["timeline_evidence"].isna().all()
    assert [c.name for c in PLANS.columns if not c.redistribute] == [name for name, _ in names.EVIDENCE]


def test_a_year_that_was_corrected_at_the_source_raises(made):
    told = r"process.toml, .*MEX.* 1: expects '2012' in column Year AP Submitted and finds '2011'"
    with pytest.raises(CleaningError, match=told):
        clean(made([row("Mexico", year="2011")]), SOURCE)


def test_a_later_table_may_date_it_as_the_commitments_do(made):
    later = made([row("Mexico", year="2011")]).drop(columns=names.EVIDENCE[0][1])
    result = cleaned(DATASET, [(replace(SOURCE, version="2027", layout="made"), later)])
    assert result.tables["plans"]["year_in_commitments"].isna().all()
    assert "value is now '2011'" in set(result.record.entries["new"])


# --- the published table -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def plans(published):
    return published(DATASET)[1].tables["plans"]


def test_both_headers_of_the_file_say_the_same(mirror):
    file = mirror / SOURCE.source / SOURCE.version / SOURCE.files
    lines = pd.read_csv(file, header=None, nrows=6, dtype=str, keep_default_na=False, skip_blank_lines=False)
    assert lines.iloc[0].tolist() == [str(n) for n in range(56)]
    assert lines.iloc[1].equals(lines.iloc[4].rename(1)) and lines.iloc[2].equals(lines.iloc[5].rename(2))
    groups = lines.iloc[4].replace("", pd.NA).ffill()
    group_of = dict(zip(lines.iloc[5], groups, strict=True))
    for number, (_, raw, twin, _) in enumerate(names.STEPS, start=1):
        assert group_of[raw] == group_of[twin] == f"Step {number}"
    assert group_of["Timeline: Online"] == "Step 1" and group_of["Days in advance"] == "Step 2"
    consulted = [group_of[raw] for _, raw, _, _ in names.CONSULTATION]
    assert consulted == ["Consultation during action plan development"] * 2 + ["Consultation during implementation"] * 2
    assert {group_of[raw] for _, raw, _ in names.QUESTIONS[3:]} == {"Government self-assessment report"}
    assert {group_of[raw] for _, raw, _ in names.INSTITUTIONS} == {"Institutional Variables"}


def test_the_other_years_are_those_of_the_commitments(plans, mirror):
    file = mirror / "ogp_commitments/2016/ogpirm_live_data.csv"
    commitments = pd.read_csv(file, header=1, dtype=str, keep_default_na=False)
    commitments["iso3"] = iso3_of(commitments["Country"], "commitments")
    number = commitments["Action Plan Number"].astype("int64")
    years = commitments.groupby(["iso3", number])["Year of submission"].agg(lambda s: s.value_counts().idxmax())
    both = plans.set_index(["iso3", "plan_number"])[["year_of_submission", "year_in_commitments"]]
    both = both.join(years.astype("Int64").rename("there").rename_axis(["iso3", "plan_number"]), how="inner")
    differs = both["year_of_submission"] != both["there"]
    assert both.loc[differs, "year_in_commitments"].tolist() == both.loc[differs, "there"].tolist()
    assert both.loc[~differs, "year_in_commitments"].isna().all()
    told = sorted((iso3, fact["plan_number"]) for fact in CODING["dated_otherwise"] for iso3 in fact["iso3"])
    assert sorted(both.index[differs]) == told
