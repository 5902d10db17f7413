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


def _caption(table: str, field: str) -> Made:
    return lambda printed: printed.caption(table, field)


def _sum_of(key: str, *names: str) -> Made:
    return lambda printed: sum(printed.number(f"{key}.{name}") for name in names)


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
    "balance_by_folder": "rows_in = kept + set_aside + merged",
    "scope": "rows = matched + without_iso3 + not_comparable",
}
_SOURCES = {**_totals("scope", rows="rows", matched="matched", without_iso3="without_iso3"), "sources": _rows("scope")}
_MOVEMENT = ("measures.glance.country", "measures.mexico.others")
_BALANCE = _totals("balance_by_folder", rows_in="rows_in", kept="kept", set_aside="set_aside", merged="merged")
#: Named numbers, by their key, that a table or other numbers make too.
_STATED: dict[str, dict[str, Made]] = {
    **{key: {"n": _sum_of(key, "fell", "rose", "unchanged")} for key in _MOVEMENT},
    "panel.sample": _SOURCES,
    "measures.scope.sample": _SOURCES,
    "ogp.history.events": {"n": _rows("events")},
    "measures.glance.held": {"known": _rows("what_each_asks")},
    "quality.glance.rows": _BALANCE | _cells("missing_by_column", rows="n"),
    "quality.headline": _totals("balance_by_folder", rows_in="rows_in", kept="kept", changed="changed_values"),
    "quality.checks.unsummed": {"n": _rows("unsummed")},
    "quality.corrections": {"n": _rows("corrections")},
    "quality.revisions": {"series": _rows("revisions"), **_totals("revisions", n="n", changed="changed")},
    "quality.names": {"units": _caption("unmatched", "n"), "without": _caption("unmatched", "rows")},
    "purchases.relations.count": {"pairs": _rows("relations"), **_totals("relations", rows="rows")},
    "detector.found": _totals("detector_tiers", probable="probable", possible="possible"),
    "operators.glance.members": _totals("members", joined="n") | _cells("members", listed="n", then="member_then"),
    "joiners.support": {name: _caption("balance_before", name) for name in ("joiners", "never", "supported")},
}
#: What is stated twice in tables and their captions.
_ALIKE: dict[str, tuple[Made, Made]] = {
    "compared countries": (_rows("compared_countries"), _caption("compared_countries", "n")),
}


def _equation(table: str, printed: Printed) -> Iterator[Pair]:
    left, right = (printed.frame(table).eval(side) for side in _EQUATIONS[table].split(" = "))
    for at, pair in enumerate(zip(left, right, strict=True), 1):
        yield f"{table}, row {at}: {_EQUATIONS[table]}", *pair


def _stated(key: str, name: str, printed: Printed) -> Iterator[Pair]:
    yield f"{key}.{name}", printed.number(f"{key}.{name}"), _STATED[key][name](printed)


def _alike(what: str, printed: Printed) -> Iterator[Pair]:
    one, other = _ALIKE[what]
    yield what, one(printed), other(printed)


def cohorts(printed: Printed) -> Iterator[Pair]:
    """In each year the cohorts add up to the countries of the caption, and those that joined to its members."""
    never = [catalogue.word("tables.cohort.never", language) for language in LANGUAGES]
    rows = printed.frame("cohorts")
    joined = rows["n"].where(~rows["cohort"].isin(never), 0)
    for field, numbers in (("n", rows["n"]), ("members", joined)):
        for year, n in numbers.groupby(rows["year"]).sum().items():
            yield f"cohorts in {year}, {field}", n, printed.caption("cohorts", field)


def true_in(printed: Printed) -> Iterator[Pair]:
    """What the sentences say is held, or was made, is true of as many rows."""
    for key, table, made in (
        ("measures.glance.held.held", "what_each_asks", lambda rows: rows["held"] == "true"),
        ("quality.corrections.made", "corrections", lambda rows: rows["changed_values"] > 0),
    ):
        if table in printed.tables:
            yield key, printed.number(key), made(printed.frame(table)).sum()


def promises(printed: Printed) -> Iterator[Pair]:
    """Every line that is counted is shown; of all countries those of the rule in force come first."""
    key, shown = "commitments.promises.coverage", len(printed.rows("promises"))
    if "promises_in_full" in printed.tables:
        yield from printed.stated(key, current=shown, lines=len(printed.rows("promises_in_full")))
    else:
        yield from printed.stated(key, lines=shown)


def rules(printed: Printed) -> Iterator[Pair]:
    """Rules add up to the balance: values changed, rows set aside, rows merged; without a rule it has none of them."""
    printed.number("quality.headline.rows_in")
    fields = ["changed_values", "set_aside", "merged"]
    balance = printed.frame("balance_by_folder")[fields].sum()
    if "rules_applied" not in printed.tables:
        yield "rules", 0, balance.sum()
        return
    applied = printed.frame("rules_applied")
    sums, by_rule = applied[fields].sum(), applied[fields].sum(axis=1).groupby(applied["rule"]).sum()
    for field in fields:
        yield f"rules, {field}", sums[field], balance[field]
    counts = {"rules": len(by_rule), "most_count": by_rule.max()}
    yield from printed.stated("quality.glance.rules", entries=sums.sum(), changed=sums["changed_values"], **counts)


def empty_cells(printed: Printed) -> Iterator[Pair]:
    """Empty cells of the columns add up to those of the table, and rows times columns are its cells."""
    key, rows = "quality.glance.missing", printed.frame("missing_by_column")
    columns, empty = printed.number(f"{key}.columns"), rows["missing"].sum()
    cells, full = rows["n"].iloc[0] * columns, columns - (rows["missing"] > 0).sum()
    more = {"share": empty / cells, "worst_share": rows["share"].max(), "full": full}
    yield from printed.stated(key, empty=empty, cells=cells, **more)
    yield from printed.stated("quality.headline", share=empty / cells)


def without_country(printed: Printed) -> Iterator[Pair]:
    """Units without a code, where all are listed, have as many rows as the sentence says."""
    rows = printed.rows("unmatched")
    if len(rows) == printed.caption("unmatched", "n"):
        yield "unmatched", sum(row["rows"] for row in rows), printed.caption("unmatched", "rows")


def checks(printed: Printed) -> Iterator[Pair]:
    """Checks of each kind are rows of the table."""
    kinds = [f"quality.checks.{kind}.n" for kind in ("sum", "link", "days")]
    yield "held_against", sum(printed.number(kind, 0) for kind in kinds), len(printed.rows("held_against"))


def purchases(printed: Printed) -> Iterator[Pair]:
    """Grades add up to all rows counted, and rows that no count holds to those of the sentence."""
    key = "purchases.glance.documented"
    documented = printed.number(f"{key}.contracts_n") + printed.number(f"{key}.invoices")
    grades = sum(printed.number(f"purchases.grades.{grade}") for grade in ("high", "medium"))
    yield from printed.stated("purchases.grades", n=grades, low_n=len(printed.rows("contracts_low")))
    uncounted = sum(printed.number(f"purchases.glance.apart.{kind}") for kind in ("cameras", "unstated"))
    yield "rows that no count holds", len(printed.rows("contracts_apart")), uncounted
    yield "contracts and invoices", documented, grades
    yield "rows of contracts", len(printed.rows("contracts")), documented


def operators(printed: Printed) -> Iterator[Pair]:
    """The regimes add up to the countries of the answer."""
    rows, key = printed.frame("regimes"), "operators.glance.regimes"
    for what, field, end in (("listed by regime", "spyware", ""), ("countries by regime", "n", "_n")):
        said = sum(printed.number(f"{key}.{name}{end}") for name in ("autocracies", "democracies"))
        yield what, rows[field].sum(), said


def joiners(printed: Printed) -> Iterator[Pair]:
    """Cohorts add up to the joiners of every sentence, the largest is the one named, and intervals are those tabled."""
    joined, rows = printed.frame("effects_by_cohort")["joiners"], printed.frame("specifications")
    yield from printed.stated("joiners.carried", joined=joined.max(), joiners=joined.sum())
    excluding, estimates = ((rows["low"] > 0) | (rows["high"] < 0)).sum(), rows["estimate"]
    ends = {"least": estimates.min(), "most": estimates.max()}
    yield from printed.stated("joiners.specifications", n=len(rows), excluding=excluding, **ends)
    yield from printed.stated("joiners.finding", joiners=joined.sum(), n=len(rows), including=len(rows) - excluding)


#: Every relation, by what it is about: those of the tables above, and each public function of this module.
RELATIONS: dict[str, Relation] = {
    **{table: partial(_equation, table) for table in _EQUATIONS},
    **{f"{key}.{name}": partial(_stated, key, name) for key, made in _STATED.items() for name in made},
    **{what: partial(_alike, what) for what in _ALIKE},
    **{name: one for name, one in list(vars().items()) if name[0] != "_" and isinstance(one, FunctionType)},
}
