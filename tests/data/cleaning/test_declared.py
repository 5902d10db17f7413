"""Codes and tables that a TOML file beside a cleaner declares."""

from __future__ import annotations

import pytest

from ogp_analysis.base.schema import Column
from ogp_analysis.data.cleaning.coding import declared

MADE = """
grades = ["high", "low"]

[kinds]
"A kind" = "one"
"Another" = "two"
"The same" = "two"
"" = ""

[[rules]]
code = "ruled"
patterns = ["a.*"]

[[rules]]
code = ""
patterns = [""]

[tables.facts]
grain = "one fact"
key = ["fact"]

[tables.facts.columns]
fact = { type = "string", required = true, description = "Key" }
kind = { type = "category", categories = "kinds", description = "Kind" }
grade = { type = "category", categories = "grades", description = "Grade" }
rule = { type = "category", categories = "rules", description = "Rule" }
own = { type = "category", categories = ["x", "y"], description = "Own" }
precision = { type = "category", categories = "precisions", description = "How finely it is known" }
amount = { type = "number", unit = "pesos", minimum = 0, redistribute = false, description = "Amount" }

[tables.spans]
grain = "one span"
key = ["fact", "use_first"]
left_alone = "Words"

[tables.spans.columns]
use = { type = "span", description = "Use" }
"""


@pytest.fixture
def cleaner(tmp_path):
    (tmp_path / "cleaner.toml").write_text(MADE, encoding="utf-8")
    return str(tmp_path / "cleaner.py")


def span(name, what):
    return [Column(f"{name}_first", "date", f"{what}: first day"), Column(f"{name}_last", "date", f"{what}: last day")]


def test_a_category_has_the_codes_of_its_list_each_once_and_never_a_blank(cleaner):
    _, (facts, _) = declared(cleaner, {"span": span})
    categories = {name: facts[name].categories for name in ("kind", "grade", "rule", "own", "precision", "fact")}
    assert categories == {
        "kind": ("one", "two"), "grade": ("high", "low"), "rule": ("ruled",), "own": ("x", "y"),
        "precision": ("day", "month", "year"), "fact": (),
    }  # fmt: skip


def test_a_table_has_its_grain_its_key_and_the_facts_of_its_columns(cleaner):
    lists, (facts, spans) = declared(cleaner, {"span": span})
    assert (facts.name, facts.grain, facts.key, facts.left_alone) == ("facts", "one fact", ("fact",), "")
    assert facts["amount"] == Column("amount", "number", "Amount", "pesos", minimum=0, redistribute=False)
    assert facts["fact"].required and not facts["kind"].required
    assert (spans.key, spans.left_alone) == (("fact", "use_first"), "Words")
    assert lists["kinds"]["Another"] == "two" and "tables" not in lists


def test_a_type_of_several_columns_is_made_from_its_name_and_description(cleaner):
    spans = declared(cleaner, {"span": span})[1][1]
    assert [(one.name, one.description) for one in spans.columns] == [
        ("use_first", "Use: first day"), ("use_last", "Use: last day"),
    ]  # fmt: skip


def test_a_field_that_no_column_has_and_a_list_that_is_absent_are_refused(tmp_path):
    for field, fault in (("units", TypeError), ("categories", KeyError)):
        column = f'fact = {{ type = "string", {field} = "pesos", description = "Key" }}'
        text = f'[tables.facts]\ngrain = "one"\nkey = ["fact"]\n[tables.facts.columns]\n{column}\n'
        (tmp_path / f"{field}.toml").write_text(text, encoding="utf-8")
        with pytest.raises(fault):
            declared(str(tmp_path / f"{field}.py"))
