"""Every relation applies to some report of the default batch, and notices when a number that it reads is another."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field

import pytest

from ogp_analysis.base.errors import ReportError
from ogp_analysis.publishing.pages import invariants
from ogp_analysis.publishing.pages.carried import read
from ogp_analysis.publishing.pages.invariants import Printed
from ogp_analysis.publishing.pages.relations import RELATIONS


@dataclass(frozen=True)
class _Noting(Printed):
    """Notes which numbers and tables a relation reads."""

    read: set = field(default_factory=set)

    def number(self, name, absent=None):
        if name in self.numbers:
            self.read.add(name)
        return super().number(name, absent)

    def rows(self, table):
        rows = super().rows(table)
        self.read.add(table)
        return rows


@pytest.fixture(scope="module")
def reports(site) -> list[Printed]:
    found = []
    for file in sorted((site.home / "reports").glob("[a-z]*/*/*/notebook.ipynb")):
        carried = read(json.loads(file.read_text(encoding="utf-8")), file.parent.name)
        found.append(Printed(carried.numbers, carried.tables))
    return found


@pytest.mark.parametrize("relation", RELATIONS.values(), ids=RELATIONS)
def test_a_relation_applies_and_notices_another_number(relation, reports):
    applied = [printed for printed in reports if invariants.hold(relation, printed, "")]
    assert applied, "no report prints what this relation is about"
    assert any(_notices(relation, printed, name) for printed in applied for name in _read(relation, printed))


def test_no_number_that_a_relation_reads_can_be_another_unnoticed(reports):
    """Of the named numbers that relations read, each is noticed by some relation if it grows by one."""
    of, noticed = set(), set()
    for printed in reports:
        for relation in RELATIONS.values():
            if invariants.hold(relation, printed, ""):
                names = {name for name in _read(relation, printed) if name in printed.numbers}
                of |= names
                noticed |= {name for name in names - noticed if _notices(relation, printed, name)}
    assert of == noticed


def _read(relation, printed: Printed) -> set:
    noting = _Noting(printed.numbers, printed.tables)
    invariants.hold(relation, noting, "")
    return noting.read


def _notices(relation, printed: Printed, name: str) -> bool:
    numbers, tables = copy.deepcopy(printed.numbers), copy.deepcopy(printed.tables)
    changed = [numbers[name]] if name in numbers else []
    for one in changed:
        one["value"] += 1
    if not changed:
        return any(_cell_noticed(relation, printed, name, at) for at in range(len(tables[name]["columns"])))
    return _contradicts(relation, Printed(numbers, tables))


def _cell_noticed(relation, printed: Printed, table: str, at: int) -> bool:
    tables = copy.deepcopy(printed.tables)
    for row in tables[table]["rows"]:
        if isinstance(row[at], int | float):
            row[at] += 1
            return _contradicts(relation, Printed(printed.numbers, tables))
    tables[table]["rows"] = tables[table]["rows"][1:]
    return _contradicts(relation, Printed(printed.numbers, tables))


def _contradicts(relation, printed: Printed) -> bool:
    try:
        invariants.hold(relation, printed, "")
    except ReportError:
        return True
    return False
