"""Relations between what a report prints: parts and their whole, and numbers that several places state.

A relation holds wherever all that it is about is printed, in any notebook, fork or edition. A test runs the default
batch and finds every relation applied at least once, so that a renamed number does not switch one off in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from types import FunctionType

import pandas as pd

from ogp_analysis.base.words import catalogue
from ogp_analysis.base.words.catalogue import LANGUAGES
from ogp_analysis.publishing.pages.invariants import Pair, Printed, Relation

#: Makes a number of what a report prints.
Made = Callable[[Printed], float]


def _rows(table: str) -> Made:
    return lambda printed: len(printed.rows(table))


def _caption(table: str, field: str) -> Made:
    return lambda printed: printed.caption(table, field)


def _totals(table: str, **columns: str) -> dict[str, Made]:
    """Return by number the column whose sum it is."""
    return {name: partial(_total, table, column) for name, column in columns.items()}


def _total(table: str, column: str, printed: Printed) -> float:
    return printed.frame(table)[column].sum()


def _cells(table: str, row: int = 0, **columns: str) -> dict[str, Made]:
    """Return by number the column of a row in which it stands."""
    return {name: partial(_cell, table, column, row) for name, column in columns.items()}


def _cell(table: str, column: str, row: int, printed: Printed) -> float:
    return printed.frame(table)[column].iloc[row]


#: What holds in each row of a table.
_EQUATIONS = {
    "balance": "rows_in = kept + set_aside + merged",
    "scope": "rows = matched + without_iso3 + not_comparable",
    "alert_answers": "n = computed + does_not_apply + missing",
    "alerts": "coverage = computed / n",
}
_SOURCES = {**_totals("scope", rows="rows", matched="matched", without_iso3="without_iso3"), "sources": _rows("scope")}
#: Named numbers, by their key, that a table or other numbers make too.
_STATED: dict[str, dict[str, Made]] = {
    "panel.sample": _SOURCES,
    "ogp.history.events": {"n": _rows("events")},
    "procurement.risk.some": _cells("risk_by_method", n="n", mean="mean", median="median"),
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


def contracts(printed: Printed) -> Iterator[Pair]:
    """The number of contracts is one number, wherever it stands."""
    n = printed.number("procurement.glance.money.n")
    yield "sample flow", n in [row["rows"] for row in printed.rows("sample_flow")[1:]], True
    # The last row is all years; contracts without a day have a row of their own.
    *years, whole = [row["awards"] for row in printed.rows("coverage_by_year")]
    yield "coverage by year", sum(years), n
    yield "coverage of all years", whole, n
    for name in ("procurement.scope.amount.rows", "procurement.risk.some.awards"):
        yield name, printed.number(name, n), n


def methods(printed: Printed) -> Iterator[Pair]:
    """Methods add up in every group, by number and by amount; with those not known they are all contracts."""
    known = printed.number("procurement.glance.money.n") - printed.number("procurement.methods.untold.untold", 0)
    for name in [name for name in printed.tables if name.startswith("methods_by_")]:
        rows = printed.frame(name)
        for (group, n), count in rows.groupby(["group", "n"])["count"].sum().items():
            yield f"{name}, {group}", count, n
        if name == "methods_by_all":
            yield name, rows["n"].iloc[0], known
            shares = pd.to_numeric(rows["amount_share"], errors="coerce").dropna()
            yield f"{name}, shares of the amount", shares.sum() if len(shares) else 1, 1
    yield from printed.stated("procurement.glance.method", direct_n=known)


def amounts(printed: Printed) -> Iterator[Pair]:
    """Amounts summed and amounts left out are all; what is left out is left out for one of the reasons named."""
    key = "procurement.scope.amount"
    missing, summed = printed.number(f"{key}.missing", 0), printed.number(f"{key}.summed")
    yield from printed.stated(key, rows=summed + missing, summed=printed.number("procurement.glance.money.summed"))
    if "amounts_left_out" in printed.tables:
        yield "amounts left out", sum(row["rows"] for row in printed.rows("amounts_left_out")), missing


def alert_tables(printed: Printed) -> Iterator[Pair]:
    """Both tables of alerts state the same, and the sentence counts them."""
    answers = printed.frame("alert_answers").set_index("title")
    for row in printed.rows("alerts"):
        yield f"alerts, {row['title']}, tables that answer it", list(answers.index).count(row["title"]), 1
        for field in ("n", "computed") if row["title"] in answers.index else ():
            yield f"alerts, {row['title']}, {field}", row[field], answers.loc[row["title"], field]
    computed = (answers["computed"] > 0).sum()
    yield from printed.stated("procurement.glance.flags", computed=computed, known=len(answers))


def firms(printed: Printed) -> Iterator[Pair]:
    """Firms by name hold no more than the whole, and the first holds what the sentence says."""
    shares = [row["share"] for row in printed.rows("largest_firms") if "share" in row]
    yield "largest firms", max(sum(shares), 1), 1
    if shares:
        yield from printed.stated("procurement.concentration.some", top_1_low=shares[0])


#: Columns of tables that name who sold or bought.
_NAMES = ("firm", "supplier", "buyer")


def samples(printed: Printed) -> Iterator[Pair]:
    """Of a sample of contracts no firm or buyer stands beside an amount or a share, in any table or figure."""
    n = printed.number("procurement.concentration.sample.text.n")
    yield "contracts of a sample with an amount", n, printed.number("procurement.glance.money.summed", n)
    for name, table in printed.tables.items():
        named = [column["name"] for column in table["columns"] if column["name"] in _NAMES and not column["unit"]]
        told = [column["name"] for column in table["columns"] if column["unit"] in ("money", "share", "index")]
        yield f"{name}, of a sample: columns beside {' and '.join(named) or 'no name'}", len(told) * bool(named), 0
    keys = ("procurement.concentration.some", "procurement.concentration.without")
    yield "shares of firms, of a sample", sum(name.startswith(keys) for name in printed.numbers), 0


def risk(printed: Printed) -> Iterator[Pair]:
    """Contracts by method, and those whose method is not known, are all that have an index."""
    whole, *parts = [row["n"] for row in printed.rows("risk_by_method")]
    yield "risk by method", sum(parts) + printed.number("procurement.methods.untold.untold", 0), whole


#: Every relation, by what it is about: those of the tables above, and each public function of this module.
RELATIONS: dict[str, Relation] = {
    **{table: partial(_equation, table) for table in _EQUATIONS},
    **{f"{key}.{name}": partial(_stated, key, name) for key, made in _STATED.items() for name in made},
    **{name: one for name, one in list(vars().items()) if name[0] != "_" and isinstance(one, FunctionType)},
}
