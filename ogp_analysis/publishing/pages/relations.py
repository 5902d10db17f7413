"""Relations between what a report prints: parts and their whole, and numbers that several places state.

A relation holds wherever all that it is about is printed, in any notebook, fork or edition. A test runs the default
batch and finds every relation applied at least once, so that a renamed number does not switch one off in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from types import FunctionType

from ogp_analysis.base.words import catalogue
from ogp_analysis.base.words.catalogue import LANGUAGES
from ogp_analysis.publishing.pages.invariants import Pair, Printed, Relation

#: Makes a number of what a report prints.
Made = Callable[[Printed], float]


def _rows(table: str) -> Made:
    return lambda printed: len(printed.rows(table))


def _totals(table: str, **columns: str) -> dict[str, Made]:
    """Return by number the column whose sum it is."""
    return {name: partial(_total, table, column) for name, column in columns.items()}


def _total(table: str, column: str, printed: Printed) -> float:
    return printed.frame(table)[column].sum()


#: What holds in each row of a table.
_EQUATIONS = {
    "balance": "rows_in = kept + set_aside + merged",
    "scope": "rows = matched + without_iso3 + not_comparable",
}
_SOURCES = {**_totals("scope", rows="rows", matched="matched", without_iso3="without_iso3"), "sources": _rows("scope")}
#: Named numbers, by their key, that a table or other numbers make too.
_STATED: dict[str, dict[str, Made]] = {
    "panel.sample": _SOURCES,
    "ogp.history.events": {"n": _rows("events")},
}


def _equation(table: str, printed: Printed) -> Iterator[Pair]:
    left, right = (printed.frame(table).eval(side) for side in _EQUATIONS[table].split(" = "))
    for at, pair in enumerate(zip(left, right, strict=True), 1):
        yield f"{table}, row {at}: {_EQUATIONS[table]}", *pair


def _stated(key: str, name: str, printed: Printed) -> Iterator[Pair]:
    yield f"{key}.{name}", printed.number(f"{key}.{name}"), _STATED[key][name](printed)


def cohorts(printed: Printed) -> Iterator[Pair]:
    """In each year the cohorts add up to the countries of the caption, and those that joined to its members."""
    never = [catalogue.word("tables.cohort.never", language) for language in LANGUAGES]
    rows = printed.frame("cohorts")
    joined = rows["n"].where(~rows["cohort"].isin(never), 0)
    for field, numbers in (("n", rows["n"]), ("members", joined)):
        for year, n in numbers.groupby(rows["year"]).sum().items():
            yield f"cohorts in {year}, {field}", n, printed.caption("cohorts", field)


def promises(printed: Printed) -> Iterator[Pair]:
    """Every line that is counted is shown; of all countries those of the rule in force come first."""
    key, shown = "commitments.promises.coverage", len(printed.rows("promises"))
    if "promises_in_full" in printed.tables:
        yield from printed.stated(key, current=shown, lines=len(printed.rows("promises_in_full")))
    else:
        yield from printed.stated(key, lines=shown)


#: Every relation, by what it is about: those of the tables above, and each public function of this module.
RELATIONS: dict[str, Relation] = {
    **{table: partial(_equation, table) for table in _EQUATIONS},
    **{f"{key}.{name}": partial(_stated, key, name) for key, made in _STATED.items() for name in made},
    **{name: one for name, one in list(vars().items()) if name[0] != "_" and isinstance(one, FunctionType)},
}
