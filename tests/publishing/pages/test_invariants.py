"""A report that contradicts itself is not made."""

from __future__ import annotations

import re
from types import FunctionType

import pytest

from ogp_analysis.base.errors import ReportError
from ogp_analysis.publishing.pages import invariants, relations
from ogp_analysis.publishing.pages.invariants import Absent, Printed
from ogp_analysis.publishing.pages.relations import RELATIONS


def _number(value, unit="count", low=None, high=None) -> dict:
    return {"value": value, "unit": unit, "low": low, "high": high, "level": 0.95, "written": str(value)}


def _table(columns: dict[str, str], *rows, **stated) -> dict:
    heads = [{"name": n, "label": n, "unit": u, "decimals": 0, "signed": False} for n, u in columns.items()]
    return {"name": "t", "caption": "", "language": "en", "columns": heads, "rows": list(rows), "stated": stated}


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        (_number(3), ""),
        (_number(3.5), "is not a whole number"),
        (_number(-1), "is too small for a count"),
        (_number(0, "rank"), "is too small for a rank"),
        (_number(1, "rank"), ""),
        (_number(2013.0, "year"), ""),
        (_number(1.01, "share"), "is not a share of a whole"),
        (_number(-0.01, "probability"), "is not a share of a whole"),
        (_number(0.5, "share", 0.4, 0.6), ""),
        (_number(0.5, "share", 0.6, 0.7), "does not lie within its own interval"),
        (_number(0.5, "share", 0.5, 0.5), ""),
        (_number(-3.2, "index"), ""),
    ],
)
def test_a_number_is_of_its_unit_and_within_its_interval(number, fault):
    if not fault:
        invariants._check_number("a.b", number)
        return
    with pytest.raises(ReportError, match=f"a.b: .*{fault}"):
        invariants._check_number("a.b", number)


SHARES = {"group": "", "count": "count", "n": "count", "share": "share", "low": "share", "high": "share"}


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        (["a", 1, 4, 0.25, 0.1, 0.5], ""),
        (["a", 0, 0, None, None, None], ""),
        (["a", 5, 4, 1.25, 0.1, 1.5], "share: 1.25 is not a share of a whole"),
        (["a", 5, 4, 1.0, 0.1, 1.0], "count is 5 of 4"),
        (["a", 1, 4, 0.3, 0.1, 0.5], "share is 0.3, but 1 of 4 are 0.25"),
        (["a", 1, 4, 0.25, 0.3, 0.5], "0.25 does not lie within its own interval"),
        (["a", "not_reviewed", 4, None, None, None], ""),
    ],
)
def test_a_row_of_a_table_agrees_with_itself(row, fault):
    printed = Printed({}, {"t": _table(SHARES, ["b", 2, 4, 0.5, 0.2, 0.8], row)})
    if not fault:
        invariants._check_table("t", printed)
        return
    with pytest.raises(ReportError, match=f"table 't', row 2.*{fault}"):
        invariants._check_table("t", printed)


def test_a_share_is_of_what_was_computed_where_the_table_says_how_many_that_are():
    columns = {"title": "", "n": "count", "computed": "count", "count": "count", "share": "share"}
    invariants._check_table("t", Printed({}, {"t": _table(columns, ["R", 10, 4, 1, 0.25])}))
    with pytest.raises(ReportError, match=r"share is 0\.1, but 1 of 4 are 0\.25"):
        invariants._check_table("t", Printed({}, {"t": _table(columns, ["R", 10, 4, 1, 0.1])}))
    with pytest.raises(ReportError, match="computed is 11 of 10"):
        invariants._check_table("t", Printed({}, {"t": _table(columns, ["R", 10, 11, 1, 1 / 11])}))


def test_an_interval_stands_beside_what_it_is_of():
    columns = {"difference": "index", "share": "share", "low": "share", "high": "share"}
    invariants._check_table("t", Printed({}, {"t": _table(columns, [-0.7, 0.1, 0.0, 0.2])}))


def test_what_is_not_printed_is_not_asked_for():
    nothing = Printed({}, {})
    assert [name for name, relation in RELATIONS.items() if invariants.hold(relation, nothing, name)] == []
    with pytest.raises(Absent):
        nothing.number("a.b")
    assert nothing.number("a.b", 0) == 0


def test_parts_that_do_not_make_their_whole_are_named_with_both_numbers():
    def relation(printed):
        yield "sheep", printed.number("black") + printed.number("white"), printed.number("all")

    printed = Printed({"black": _number(1), "white": _number(2), "all": _number(3)}, {})
    assert invariants.hold(relation, printed, "sheep")
    with pytest.raises(ReportError, match=r"sheep: 4 and 3\. Report the fault; a report that contradicts itself"):
        invariants.hold(relation, Printed({**printed.numbers, "black": _number(2)}, {}), "sheep")


@pytest.mark.parametrize(
    ("left", "right", "same"), [(1, 1 + 1e-10, True), (1e12, 1e12 + 1, True), (1, 1.000001, False)]
)
def test_sums_are_the_same_to_the_digits_that_are_carried(left, right, same):
    assert invariants.same(left, right) == same


@pytest.mark.parametrize("relation", [*RELATIONS])
def test_a_table_of_the_same_name_without_rows_or_with_other_columns_is_no_traceback(relation):
    names = [*relations._EQUATIONS, "cohorts", "unmatched"]
    for rows in ([], [["b", 1]]):
        printed = Printed({}, {name: _table({"a": "", "k": "count"}, *rows, n=1) for name in names})
        assert not invariants.hold(RELATIONS[relation], printed, relation)


@pytest.mark.parametrize(
    ("relation", "numbers", "table"),
    [
        (
            "balance",
            {},
            _table(dict.fromkeys(("rows_in", "kept", "set_aside", "merged"), ""), ["1 000", "a", "b", "c"]),
        ),
    ],
)
def test_a_relation_that_cannot_be_checked_refuses_the_page_in_a_sentence(relation, numbers, table):
    printed = Printed(numbers, {"balance": table})
    with pytest.raises(ReportError, match=rf"relation '{re.escape(relation)}'.*cannot be checked: .* other names"):
        invariants.hold(RELATIONS[relation], printed, relation)


def test_no_relation_takes_the_place_of_another():
    functions = [one for name, one in vars(relations).items() if name[0] != "_" and isinstance(one, FunctionType)]
    stated = sum(map(len, relations._STATED.values()))
    assert len(RELATIONS) == len(relations._EQUATIONS) + stated + len(functions)
