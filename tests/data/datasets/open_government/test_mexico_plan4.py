from __future__ import annotations

import pandas as pd
import pytest

import ogp_analysis as ogp
from ogp_analysis.base import paths
from ogp_analysis.base.errors import CleaningError, SchemaError
from ogp_analysis.data.cleaning.dataset import cleaned
from ogp_analysis.data.datasets.open_government import action_plans
from ogp_analysis.data.datasets.open_government.mexico_plan4 import DATASET, FACTS, NOTES, SUBJECTS, clean
from ogp_analysis.data.sources import raw
from tests.data.datasets.plain_rows import plain

SOURCE = DATASET.inputs[0]


def row(quantity="key_actions", count="4", date="", code="", **values):
    return plain("ogp_mexico_plan4") | {"quantity": quantity, "count": count, "date": date, "code": code} | values


@pytest.fixture(scope="module")
def facts() -> pd.DataFrame:
    """The table of the repository, by subject and quantity; no mirror is needed."""
    chunks = [(SOURCE, c) for c in raw.chunks(paths.project().raw, SOURCE.source, SOURCE.version, SOURCE.files)]
    return cleaned(DATASET, chunks).tables["facts"].set_index(["subject", "quantity"])


@pytest.mark.parametrize(
    "wrong",
    [
        row(count=""),
        row(date="2019-12-10"),
        row("planned_start"),
        row("planned_start", count="", date=""),
        row("topic", count="", code=""),
        row(code="not_stated"),
    ],
)
def test_a_value_of_another_kind_than_its_quantity_raises(made, wrong):
    with pytest.raises(CleaningError, match=r"made\.csv, column .* in line 2\."):
        clean(made([wrong]), SOURCE)


@pytest.mark.parametrize("values", [{"subject": "plan_9"}, {"note": "so it is said"}, {"source_url": ""}])
def test_what_the_schema_does_not_know_raises(made, values):
    with pytest.raises(SchemaError):
        cleaned(DATASET, [(SOURCE, made([row(**values)]))])


def test_the_counts_add_up(facts):
    plan = facts.loc["plan_4", "count"]
    assert plan["early_results"] + plan["paused_without_early_results"] == plan["commitments"]
    kinds = ["early_results_marginal", "early_results_significant", "early_results_outstanding"]
    assert plan[kinds].sum() == plan["early_results"]
    assert plan["paused_inactive"] <= plan["paused_without_early_results"]


def test_the_plans_are_those_of_the_other_tables(facts):
    added = {plan["plan_number"]: plan for plan in action_plans.CODING["added"] if plan["unit"] == "MEX"}
    assert facts.loc[("plan_4", "commitments"), "count"] == added[4]["n_commitments"]
    assert facts.loc[("plan_3", "commitments"), "count"] == added[3]["n_commitments"]
    reports = set(added[4]["source_url"].split(" | "))
    assert reports <= set(facts["source_url"])


def test_the_presentation_is_the_event_of_the_timeline(facts, mirror):
    table = mirror / "mexico_surveillance_timeline/compiled/mexico_timeline.csv"
    timeline = pd.read_csv(table, dtype=str, keep_default_na=False).set_index("id")
    presented = facts.loc[("plan_4", "presented")]
    assert presented["date"] == pd.Timestamp(timeline.loc["TL-13", "date"])
    assert presented["source_url"].startswith(timeline.loc["TL-13", "source_url"])


def test_every_code_has_its_words_and_no_word_is_left_over():
    words = ogp.words("commitment_tracker")
    codes = {"subject": SUBJECTS, "note": NOTES, **{name: FACTS[name].categories for name in ("quantity", "code")}}
    assert {group: sorted(words.texts(group)) for group in codes} == {g: sorted(names) for g, names in codes.items()}
