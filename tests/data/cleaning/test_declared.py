"""Codes and tables that a TOML file beside a cleaner declares, and the columns that are read by them."""

from __future__ import annotations

import pandas as pd
import pytest

from ogp_analysis.base.errors import CleaningError
from ogp_analysis.base.schema import Column
from ogp_analysis.data.cleaning.reading import Declared

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
kind = { type = "category", categories = "kinds", raw = "What it is", description = "Kind" }
grade = { type = "category", categories = "grades", description = "Grade" }
rule = { type = "category", categories = "rules", raw = "Words", description = "Rule" }
own = { type = "category", categories = ["x", "y"], description = "Own" }
day = { type = "date", description = "Day" }
day_precision = { type = "category", categories = "precisions", description = "How finely it is known" }
amount = { type = "number", unit = "pesos", minimum = 0, redistribute = false, raw = "Sum", description = "Amount" }

[tables.spans]
grain = "one span"
key = ["fact", "use_first_year"]
left_alone = "Words"

[tables.spans.columns]
use = { type = "period", raw = "Used", description = "Use" }
"""


@pytest.fixture
def cleaner(tmp_path):
    (tmp_path / "cleaner.toml").write_text(MADE, encoding="utf-8")
    return str(tmp_path / "cleaner.py")


def test_a_table_has_its_grain_its_key_and_the_facts_of_its_columns(cleaner):
    stated = Declared(cleaner)
    facts, spans = stated.tables
    assert (facts.name, facts.grain, facts.key, facts.left_alone) == ("facts", "one fact", ("fact",), "")
    amount = Column("amount", "number", "Amount", "pesos", minimum=0, redistribute=False, raw="Sum")
    assert facts["amount"] == amount
    assert facts["fact"].required and not facts["kind"].required
    assert (spans.key, spans.left_alone) == (("fact", "use_first_year"), "Words")
    assert stated["kinds"]["Another"] == "two" and "tables" not in stated.lists


def test_a_category_has_the_codes_of_its_list_each_once_and_never_a_blank(cleaner):
    facts = Declared(cleaner).tables[0]
    of_list = {"kind": ("one", "two"), "grade": ("high", "low"), "rule": ("ruled",), "own": ("x", "y"), "fact": ()}
    for name, codes in (of_list | {"day_precision": ("day", "month", "year")}).items():
        assert facts[name].categories == codes, name


def test_a_column_is_read_by_its_type_and_its_codes(cleaner):
    row = {
        "fact": "1",
        "What it is": "Another",
        "grade": "low",
        "Words": "all",
        "own": "",
        "day": "2020-05",
        "Sum": "7",
    }
    stated, chunk = Declared(cleaner), pd.DataFrame([row | {"_file": "made.csv", "_line": 2}])
    made = stated.read(chunk, "facts").iloc[0].to_dict()
    assert made == {
        "fact": "1", "kind": "two", "grade": "low", "rule": "ruled", "own": "", "day": "2020-05",
        "day_precision": "month", "amount": 7.0,
    }  # fmt: skip
    assert stated.read(chunk, "facts", amount=8, more=1).columns.tolist() == [*made, "more"]
    for name, value in {
        "What it is": "A third",
        "grade": "none",
        "Words": "none",
        "Sum": "seven",
        "day": "May",
    }.items():
        with pytest.raises(CleaningError, match=value):
            stated.read(chunk.assign(**{name: value}), "facts")


def test_a_period_is_the_four_columns_that_are_read_off_its_text(cleaner):
    stated = Declared(cleaner)
    chunk = pd.DataFrame({"Used": ["2014-2016", ""], "_file": "made.csv", "_line": [2, 3]})
    spans = stated.read(chunk, "spans")
    assert stated.tables[1].columns[0].name == "use_text" and spans.columns.tolist() == [
        c.name for c in stated.tables[1].columns
    ]
    assert spans["use_first_year"].tolist() == ["2014", ""] and spans["use_last_year"].tolist() == ["2016", ""]
