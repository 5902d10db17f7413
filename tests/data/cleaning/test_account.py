"""What rules did is counted in full, and shown only where a value is open and names nobody."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from ogp_analysis.base.schema import Column, TableSchema
from ogp_analysis.data.cleaning.account import applied, is_open, may_be_shown
from ogp_analysis.data.cleaning.catalog import DATASETS
from ogp_analysis.data.cleaning.corrections import corrections
from ogp_analysis.data.cleaning.record import ENTRY_COLUMNS
from ogp_analysis.data.sources.sidecar import Rule


def table(**columns: dict) -> TableSchema:
    return TableSchema("t", "one row", ("id",), tuple(Column(name, **of) for name, of in columns.items()))


ID, NUMBER = ({"type": kind, "description": "A column"} for kind in ("string", "number"))
CODE = {"type": "category", "description": "A code", "categories": ("yes", "not_reviewed")}
CLOSED_TO_ALL = {"redistribute": False}
OPEN = table(id=ID, amount=NUMBER, iso3=ID, answer=CODE, note=ID | CLOSED_TO_ALL)
CLOSED = table(id=ID, score=NUMBER | CLOSED_TO_ALL, rank=NUMBER | {"type": "integer"})


def _entries(*rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=ENTRY_COLUMNS)


def test_entries_are_counted_by_folder_action_rule_and_column():
    found = applied(
        _entries(
            ("s/1/a.csv", "7", "changed", "rounded", "Amount", "12.50", "12.5"),
            ("s/1/b.csv", "3", "changed", "rounded", "Amount", "9.10", "9.1"),
            ("s/2/a.csv", "2", "changed", "rounded", "Amount", "1.0", "1"),
            ("s/1/a.csv", "9", "set_aside", "no_year", "Year", "", ""),
        ),
        [OPEN],
    )
    assert found == [
        Rule("s/1", "changed", "rounded", "Amount", 2, "a.csv:7", "12.50", "12.5"),
        Rule("s/1", "set_aside", "no_year", "Year", 1),
        Rule("s/2", "changed", "rounded", "Amount", 1, "a.csv:2", "1.0", "1"),
    ]


def test_the_example_is_the_first_that_may_be_shown():
    rows = [("s/1/a.csv", str(n), "changed", "r", "what", old, "") for n, old in ((2, "ANA PEREZ LOPEZ"), (5, "2012"))]
    [found] = applied(_entries(*rows), [OPEN])
    assert (found.count, found.place, found.old) == (2, "a.csv:5", "2012")


@pytest.mark.parametrize(
    ("rule", "column"),
    [("natural_person_masked", "FOLIO"), ("official_dropped", "what"), ("address_masked", "what"),
     ("trimmed", "FOLIO_RUPC"), ("trimmed", "parties/identifier/id"), ("trimmed", "supplier_name")],
)  # fmt: skip
def test_rules_on_persons_and_columns_that_name_somebody_have_no_example(rule, column):
    [found] = applied(_entries(("s/1/a.csv", "2", "changed", rule, column, "12345", "")), [OPEN])
    assert (found.count, found.place, found.old, found.new) == (1, "", "", "")


@pytest.mark.parametrize("value", ["12.5", "2016-05-04", "NR", "-1,234.50", "Yes", "not reviewed", "Mexico", ""])
def test_numbers_dates_codes_categories_and_countries_are_shown(value):
    assert may_be_shown([OPEN], "anything", value)


@pytest.mark.parametrize("value", ["Ana Pérez", "PELA800101XX1", "55 1234 5678", "some words of prose", "a@b.mx"])
def test_prose_names_and_long_numbers_are_not(value):
    assert not may_be_shown([OPEN], "anything", value)


def test_a_column_is_closed_with_its_clean_one_or_where_it_may_be_what_closed_numbers_are_read_from():
    assert not is_open(OPEN.columns, "Note") and is_open(OPEN.columns, "Score N")
    assert not is_open(CLOSED.columns, "Score N") and is_open(CLOSED.columns, "Rank")
    assert not may_be_shown([CLOSED], "Score N", "0.5")


@pytest.mark.parametrize("name", sorted(DATASETS))
def test_every_correction_says_what_it_changes_when_that_was_decided_and_why_in_both_languages(name):
    for one in corrections(name):
        assert one.expect != one.value and date.fromisoformat(one.decided), one.rule
        assert one.reason and one.reason_es and one.reason != one.reason_es, one.rule
