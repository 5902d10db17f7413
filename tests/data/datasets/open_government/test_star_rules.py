from __future__ import annotations

import itertools

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.data.datasets.open_government import star_rules
from ogp_analysis.data.datasets.open_government.commitments import DATASET
from ogp_analysis.data.datasets.open_government.star_rules import RULES, derived, disagreements

RULE = {rule.name: rule for rule in RULES}
VALUES = {
    "relevance": ["clear", "unclear", "not_reviewed"],
    "potential_impact": ["none", "minor", "moderate", "transformative", "unclear", "no_data"],
    "completion": ["not_started", "limited", "substantial", "complete", "withdrawn", "not_reviewed"],
    "specificity": ["none", "low", "medium", "high", "no_data"],
    "verifiable": ["yes", "no", ""],
}


@pytest.fixture(scope="module")
def every_combination():
    rows = pd.DataFrame(list(itertools.product(*VALUES.values())), columns=list(VALUES))
    return rows.assign(completion_end_of_term=rows["completion"])


def by_hand(row, impacts, specific):
    """The rule as a person would apply it, one commitment at a time."""
    unknown = ("not_reviewed", "no_data", "")
    needed = [row["relevance"], row["potential_impact"], row["completion"]]
    if specific:
        rated = row["specificity"] not in unknown
        needed.append(row["specificity"] if rated else row["verifiable"])
    if any(value in unknown for value in needed):
        return None
    star = row["relevance"] == "clear" and row["potential_impact"] in impacts
    star = star and row["completion"] in ("substantial", "complete")
    return star and (not specific or needed[-1] in ("medium", "high", "yes"))


@pytest.mark.parametrize(
    ("name", "impacts", "specific"),
    [
        ("pre_june_2014", ("moderate", "transformative"), False),
        ("star_2015", ("moderate", "transformative"), True),
        ("current", ("transformative",), True),
        ("current_end_of_term", ("transformative",), True),
    ],
)
def test_the_rule_is_what_its_text_says(every_combination, name, impacts, specific):
    found = derived(every_combination, RULE[name])
    expected = [by_hand(row, impacts, specific) for row in every_combination.to_dict("records")]
    assert [None if value is pd.NA else bool(value) for value in found] == expected
    assert {True, False, None} == set(expected)


def frame(**values):
    base = {
        "commitment_id": "2016-XXX-1-1-1",
        "vintage": "2016",
        "unit": "XXX",
        "plan_number": "1",
        "commitment_number": "1",
        "relevance": "clear",
        "potential_impact": "moderate",
        "completion": "complete",
        "completion_end_of_term": None,
        "specificity": "high",
        "verifiable": None,
    }
    flags = {rule.published: "no_data" for rule in RULES}
    return pd.DataFrame([base | flags | values])


def test_what_the_rule_does_not_give_is_listed():
    assert len(disagreements(frame(star_2015="starred"))) == 0
    listed = disagreements(frame(star_2015="not_starred"))
    assert listed.drop(columns="commitment_id").to_numpy().tolist() == [["star_2015", False, True, "unexplained"]]


def test_a_known_disagreement_has_its_explanation():
    row = {"unit": "MDA", "plan_number": "2", "commitment_number": "1"}
    assert disagreements(frame(**row, star_2015="not_starred"))["explanation"].tolist() == ["number_followed"]


def test_an_explanation_of_nothing_raises():
    row = {"unit": "MDA", "plan_number": "2", "commitment_number": "1"}
    with pytest.raises(CleaningError, match=r"star_rules.toml, star_2015: explains a disagreement"):
        disagreements(frame(**row, star_2015="starred"))


def test_one_explanation_of_nothing_among_several_that_hold_raises():
    """The entry names commitments 1 and 4: the first still differs, so only the second is at fault."""
    rows = [
        frame(unit="MDA", plan_number="2", commitment_number=number, commitment_id=f"MDA-{number}", star_2015=said)
        for number, said in (("1", "not_starred"), ("4", "starred"))
    ]
    with pytest.raises(CleaningError, match=r"star_2015: explains a disagreement of MDA-4,"):
        disagreements(pd.concat(rows, ignore_index=True))


@pytest.fixture(scope="module")
def tables(published):
    return published(DATASET)[1].tables


def verdicts(part, rule):
    said = star_rules.published(part, rule)
    known = said.notna() & part[rule.column].notna()
    agree = (said[known].astype(bool) == part.loc[known, rule.column].astype(bool)).sum()
    return int(said.sum()), int(said.notna().sum()), int(agree), int(known.sum())


def test_the_first_rule_gives_183_of_792_stars(tables):
    middle = tables["commitments"].query("vintage == '2016'")
    assert verdicts(middle, RULE["pre_june_2014"]) == (183, 792, 792, 792)
    with_specificity = derived(middle, RULE["star_2015"])
    said = star_rules.published(middle, RULE["pre_june_2014"]).fillna(False).astype(bool)
    assert (~with_specificity[said].astype(bool)).sum() == 42


def test_the_later_rule_explains_what_it_is_said_to_explain(tables):
    listed = tables["star_disagreements"].query("explanation == 'later_rule'").merge(tables["commitments"])
    assert (listed["published"] == listed["star_2015_derived"]).all()
    assert len(listed) == 3
