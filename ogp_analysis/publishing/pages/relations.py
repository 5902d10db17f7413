"""Relations between what a report prints: parts and their whole, and numbers that several places state.

A relation holds wherever all that it is about is printed, in any notebook, fork or edition. A test runs the default
batch and finds every relation applied at least once, so that a renamed number does not switch one off in silence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from operator import itemgetter

from ogp_analysis.base.words.catalogue import LANGUAGES, word
from ogp_analysis.publishing.pages.invariants import Pair, Printed, Relation


def _sums(rows: list[dict], *fields: str) -> dict[str, float]:
    """Return the sum of each column."""
    return {field: sum(row[field] for row in rows) for field in fields}


def _by(rows: list[dict], groups: tuple[str, ...], *fields: str) -> dict:
    """Return the sum of columns together, by the value or values of each group of rows; none is zero."""
    found: dict = defaultdict(int)
    for row in rows:
        found[itemgetter(*groups)(row)] += sum(row[field] for field in fields)
    return found


def _balance(printed: Printed) -> Iterator[Pair]:
    """Rows in = kept + set aside + merged, file by file."""
    rows = [row for name in ("balance", "balance_by_folder") if name in printed.tables for row in printed.rows(name)]
    for row in rows:
        of = row.get("file", row.get("folder"))
        yield f"balance of {of}", row["rows_in"], row["kept"] + row["set_aside"] + row["merged"]


def _joins(printed: Printed) -> Iterator[Pair]:
    """Rows of the sources = rows matched + rows without a country + rows that are not comparable, and their sums."""
    rows = printed.rows("scope")
    for row in rows:
        name = f"scope of {row['dataset']} {row['version']}"
        yield name, row["rows"], row["matched"] + row["without_iso3"] + row["not_comparable"]
    for key in ("panel.sample", "measures.scope.sample"):
        if f"{key}.rows" in printed.numbers:
            yield from printed.stated(key, **_sums(rows, "rows", "matched", "without_iso3"), sources=len(rows))


def _cohorts(printed: Printed) -> Iterator[Pair]:
    """In each year the cohorts add up to the countries of the caption, and those that joined to its members."""
    never = {word("tables.cohort.never", language) for language in LANGUAGES}
    rows = printed.rows("cohorts")
    joined = _by([row for row in rows if row["cohort"] not in never], ("year",), "n")
    for year, n in _by(rows, ("year",), "n").items():
        yield f"cohorts in {year}", n, printed.caption("cohorts", "n")
        yield f"members in {year}", joined[year], printed.caption("cohorts", "members")


def _movement(printed: Printed) -> Iterator[Pair]:
    """Those that fell, rose and did not change are all: countries in the overview, measures elsewhere."""
    for key in ("overview.glance.movement", "measures.glance.country", "measures.mexico.others"):
        if f"{key}.n" in printed.numbers:
            parts = sum(printed.number(f"{key}.{name}") for name in ("fell", "rose", "unchanged"))
            yield from printed.stated(key, n=parts)


def _quadrants(printed: Printed) -> Iterator[Pair]:
    """The four quadrants are all countries, and the sentence names one of them."""
    rows = printed.rows("quadrants")
    yield "quadrants", sum(row["count"] for row in rows), rows[0]["n"]
    members = {field: rows[1][field] for field in ("count", "members")}
    yield from printed.stated("overview.glance.quadrants", n=rows[0]["n"], **members)


def _ogp_events(printed: Printed) -> Iterator[Pair]:
    yield from printed.stated("ogp.history.events", n=len(printed.rows("events")))


def _comparison(printed: Printed) -> Iterator[Pair]:
    """What is said of distances that exceed an error is what the rows with a probability are, measure by measure."""
    known = [row for row in printed.rows("comparison") if isinstance(row["probability"], float)]
    said = [name for name in printed.numbers if name.startswith("compare.error") and name.endswith(".n")]
    sure = sum(row["probability"] >= printed.number(f"{name[:-2]}.level") for row in known for name in said[:1])
    yield "distances with an error", sum(printed.number(name) for name in said), len(known)
    yield "distances that exceed it", sum(printed.number(f"{name[:-2]}.sure") for name in said), sure


def _inventories(printed: Printed) -> Iterator[Pair]:
    """The overview's sentence on spyware is the first row of its table."""
    row = printed.rows("inventory")[0]
    yield from printed.stated("others.inventory.kinds", cases=row["cases"], countries=row["governments"])


def _commitments(printed: Printed) -> Iterator[Pair]:
    """What is outside a denominator and the denominator are all commitments."""
    rows, whole = printed.rows("outside_the_denominators"), printed.number("commitments.years.rows")
    for (measure, n), count in _by(rows, ("measure", "n"), "count").items():
        yield f"commitments, {measure}", n + count, whole
    for key in ("commitments.glance.ambition.n", "commitments.glance.completion.n"):
        yield key, printed.number(key) in [row["n"] for row in rows], True


def _stars(printed: Printed) -> Iterator[Pair]:
    """Stars as published = stars derived, less those only derived, and those only published."""
    for row in printed.rows("stars"):
        yield f"stars, {row['rule']}", row["starred"], row["derived"] - row["only_derived"] + row["only_published"]


def _themes(printed: Printed) -> Iterator[Pair]:
    for name in [name for name in printed.tables if name.startswith("commitments_")]:
        theme = name.removeprefix("commitments_")
        if theme == "civic_space" and "commitments.glance.theme.count" in printed.numbers:
            yield name, len(printed.rows(name)), printed.number("commitments.glance.theme.count")
        yield f"{name}, caption", len(printed.rows(name)), printed.caption(name, "n")


def _readings(printed: Printed) -> Iterator[Pair]:
    """What was read is decided one way or another, each main subject was found by one search, and all are shown."""
    rows = printed.rows("theme_search")
    yield "read", sum(row["narrow_n"] + row["wide_n"] for row in rows), printed.caption("theme_search", "n")
    yield "read, in full", len(printed.rows("theme_readings")), printed.caption("theme_search", "n")
    yield from printed.stated("commitments.read.how", read=printed.caption("theme_search", "n"))
    for row in rows:
        found = row["main_subject"] + row["side_clause"] + row["not_about_it"]
        yield f"read, {row['theme']}", found, row["narrow_n"] + row["wide_n"]
        yield f"read, {row['theme']}, main subjects", row["main_subject"], row["narrow"] + row["wide"]


def _carried(printed: Printed) -> Iterator[Pair]:
    """What is carried over adds up to the numbers of the sentence, and each row is about all pairs of plans."""
    rows, key = printed.rows("carry_over"), "commitments.scope.carried"
    sums = _sums(rows, "carried", "carried_n")
    yield from printed.stated(key, count=sums["carried"], n=sums["carried_n"])
    for row in rows:
        # A pair of plans has the theme in the first or has it not.
        yield f"carry over, {row['theme']}", row["carried_n"] + row["taken_up_n"], printed.number(f"{key}.pairs")


def _matched(printed: Printed) -> Iterator[Pair]:
    """However others are chosen, the themes compared are those of the sentence, and so is their own share."""
    for row in printed.rows("carry_over_matched"):
        yield from printed.stated("commitments.scope.carried", n=row["n"], share=row["own"])


def _completion(printed: Printed) -> Iterator[Pair]:
    """The classes of potential impact are all commitments rated on both scales."""
    rows = printed.rows("completion_by_impact")
    yield "completion by impact", sum(row["n"] for row in rows), printed.caption("completion_by_impact", "n")


def _impact_steps(printed: Printed) -> Iterator[Pair]:
    """Each step of impact is said as it stands in the table."""
    codes = {word(f"commitments.rating.{code}", language): code
             for language in LANGUAGES for code in ("minor", "moderate", "transformative")}  # fmt: skip
    for row in printed.rows("completion_within_plans"):
        stated = {"n": row["lower_n"] + row["higher_n"], "plans": row["plans"], "clusters": row["clusters"]}
        yield from printed.stated(f"commitments.impact.step.{codes[row['higher']]}", **stated)


def _promises(printed: Printed) -> Iterator[Pair]:
    """Every line that is counted is shown; of all countries those of the rule in force come first."""
    key, shown = "commitments.promises.coverage", len(printed.rows("promises"))
    if "promises_in_full" in printed.tables:
        yield from printed.stated(key, current=shown, lines=len(printed.rows("promises_in_full")))
    else:
        yield from printed.stated(key, lines=shown)


def _influence(printed: Printed) -> Iterator[Pair]:
    rows = printed.rows("influence")
    yield "levels of influence", sum(row["count"] for row in rows), rows[0]["n"]
    yield from printed.stated("process.glance.influence", n=rows[0]["n"], **_sums(rows[2:], "count"))


def _steps(printed: Printed) -> Iterator[Pair]:
    """Plans by number, or by region, are all plans: reviewed or not, step by step."""
    plans = printed.number("process.glance.steps.plans")
    for name in ("steps_by_plan_number", "steps_by_region"):
        for step, n in _by(printed.rows(name), ("step",), "n", "not_reviewed").items():
            yield f"{name}, {step}", n, plans


def _pairs_of_plans(printed: Printed) -> Iterator[Pair]:
    for row in printed.rows("first_and_second_plans"):
        cells = row["both"] + row["only_first"] + row["only_second"] + row["neither"]
        yield f"pairs of plans, {row['step']}", row["pairs"], cells
    totals = {row["pairs"] + row["unpaired"] for row in printed.rows("first_and_second_plans")}
    yield "pairs and plans without a partner", len(totals), 1


def _cases(printed: Printed) -> Iterator[Pair]:
    yield from printed.stated("process.glance.cases", n=len(printed.rows("response_policy_cases")))


def _contracts(printed: Printed) -> Iterator[Pair]:
    """The number of contracts is one number, wherever it stands."""
    n = printed.number("procurement.glance.money.n")
    yield "sample flow", n in [row["rows"] for row in printed.rows("sample_flow")[1:]], True
    # The last row is all years; contracts without a day have a row of their own.
    *years, whole = printed.rows("coverage_by_year")
    yield "coverage by year", sum(row["awards"] for row in years), n
    yield "coverage of all years", whole["awards"], n
    for name in ("procurement.scope.amount.rows", "procurement.risk.some.awards"):
        if name in printed.numbers:
            yield name, printed.number(name), n


def _methods(printed: Printed) -> Iterator[Pair]:
    """Methods add up in every group, by number and by amount; with those not known they are all contracts."""
    unknown = printed.number("procurement.methods.untold.untold", 0)
    for name in [name for name in printed.tables if name.startswith("methods_by_")]:
        rows = printed.rows(name)
        for (group, n), count in _by(rows, ("group", "n"), "count").items():
            yield f"{name}, {group}", count, n
        if name == "methods_by_all":
            yield name, rows[0]["n"] + unknown, printed.number("procurement.glance.money.n")
            shares = [row["amount_share"] for row in rows if isinstance(row["amount_share"], int | float)]
            if shares:
                yield f"{name}, shares of the amount", sum(shares), 1
    known = printed.number("procurement.glance.money.n") - unknown
    yield from printed.stated("procurement.glance.method", direct_n=known)


def _amounts(printed: Printed) -> Iterator[Pair]:
    """Amounts summed and amounts left out are all; what is left out is left out for one of the reasons named."""
    key = "procurement.scope.amount"
    missing = printed.number(f"{key}.missing", 0)
    yield f"{key}.rows", printed.number(f"{key}.summed") + missing, printed.number(f"{key}.rows")
    yield f"{key}.summed", printed.number(f"{key}.summed"), printed.number("procurement.glance.money.summed")
    if "amounts_left_out" in printed.tables:
        yield "amounts left out", sum(row["rows"] for row in printed.rows("amounts_left_out")), missing


def _alerts(printed: Printed) -> Iterator[Pair]:
    """Computed, not applicable and missing are all units; both tables of alerts state the same."""
    answers = {row["title"]: row for row in printed.rows("alert_answers")}
    for title, row in answers.items():
        yield f"answers, {title}", row["computed"] + row["does_not_apply"] + row["missing"], row["n"]
    for row in printed.rows("alerts"):
        for field in ("n", "computed"):
            yield f"alerts, {row['title']}, {field}", row[field], answers[row["title"]][field]
        yield f"alerts, {row['title']}, coverage", row["coverage"], row["computed"] / row["n"]
    computed = sum(row["computed"] > 0 for row in answers.values())
    yield from printed.stated("procurement.glance.flags", computed=computed, known=len(answers))


def _firms(printed: Printed) -> Iterator[Pair]:
    """Firms by name hold no more than the whole, and the first holds what the sentence says."""
    rows = printed.rows("largest_firms")
    shares = [row["share"] for row in rows if "share" in row]
    yield "largest firms", max(sum(shares), 1), 1
    if shares:
        yield from printed.stated("procurement.concentration.some", top_1_low=rows[0]["share"])


#: Columns of tables that name who sold or bought.
_NAMES = ("firm", "supplier", "buyer")


def _samples(printed: Printed) -> Iterator[Pair]:
    """Of a sample of contracts no firm or buyer stands beside an amount or a share, in any table or figure."""
    n = printed.number("procurement.concentration.sample.text.n")
    yield "contracts of a sample with an amount", n, printed.number("procurement.glance.money.summed", n)
    for name, table in printed.tables.items():
        named = [column["name"] for column in table["columns"] if column["name"] in _NAMES and not column["unit"]]
        told = [column["name"] for column in table["columns"] if column["unit"] in ("money", "share", "index")]
        yield f"{name}, of a sample: columns beside {' and '.join(named) or 'no name'}", len(told) * bool(named), 0
    shares = [name for name in printed.numbers if name.startswith(("procurement.concentration.some",
                                                                  "procurement.concentration.without"))]  # fmt: skip
    yield "shares of firms, of a sample", len(shares), 0


def _risk(printed: Printed) -> Iterator[Pair]:
    rows = printed.rows("risk_by_method")
    unknown = printed.number("procurement.methods.untold.untold", 0)
    yield "risk by method", sum(row["n"] for row in rows[1:]) + unknown, rows[0]["n"]
    yield from printed.stated("procurement.risk.some", **{field: rows[0][field] for field in ("n", "mean", "median")})


def _measures_held(printed: Printed) -> Iterator[Pair]:
    rows = printed.rows("what_each_asks")
    held = sum(row["held"] == "true" for row in rows)
    yield from printed.stated("measures.glance.held", known=len(rows), held=held)


def _rows_kept(printed: Printed) -> Iterator[Pair]:
    """What the sentences say of a table's published rows is what the folders add up to."""
    rows = printed.rows("balance_by_folder")
    sums = _sums(rows, "rows_in", "kept", "set_aside", "merged")
    yield from printed.stated("quality.glance.rows", **sums)
    changed = sum(row["changed_values"] for row in rows)
    yield from printed.stated("quality.headline", rows_in=sums["rows_in"], kept=sums["kept"], changed=changed)


def _rules(printed: Printed) -> Iterator[Pair]:
    """Rules add up to the balance: values changed, rows set aside, rows merged; without a rule it has none of them."""
    printed.number("quality.headline.rows_in")
    balance = printed.rows("balance_by_folder")
    rules = printed.rows("rules_applied") if "rules_applied" in printed.tables else []
    fields = ("changed_values", "set_aside", "merged")
    sums, whole = _sums(rules, *fields), _sums(balance, *fields)
    for field in fields:
        yield f"rules, {field}", sums[field], whole[field]
    if rules:
        by_rule = _by(rules, ("rule",), *fields)
        counts = {"rules": len(by_rule), "most_count": max(by_rule.values())}
        entries, changed = sum(sums.values()), sums["changed_values"]
        yield from printed.stated("quality.glance.rules", entries=entries, changed=changed, **counts)


def _empty_cells(printed: Printed) -> Iterator[Pair]:
    """Empty cells of the columns add up to those of the table, and rows times columns are its cells."""
    key, rows = "quality.glance.missing", printed.rows("missing_by_column")
    empty, cells = printed.number(f"{key}.empty"), printed.number(f"{key}.cells")
    columns, worst = printed.number(f"{key}.columns"), max(row["share"] for row in rows)
    full = columns - sum(row["missing"] > 0 for row in rows)
    yield from printed.stated(key, empty=sum(row["missing"] for row in rows), cells=rows[0]["n"] * columns)
    yield from printed.stated(key, share=empty / cells, worst_share=worst, full=full)
    yield from printed.stated("quality.glance.rows", rows=rows[0]["n"])
    yield from printed.stated("quality.headline", share=empty / cells)


def _without_country(printed: Printed) -> Iterator[Pair]:
    """Units without a code are as many, and have as many rows, as the sentence says."""
    rows = printed.rows("unmatched")
    units, without = printed.caption("unmatched", "n"), printed.caption("unmatched", "rows")
    yield from printed.stated("quality.names", units=units, without=without)
    if len(rows) == units:
        yield "unmatched", sum(row["rows"] for row in rows), without


def _checks(printed: Printed) -> Iterator[Pair]:
    """Checks of each kind are rows of the table, and corrections made are those that changed a value."""
    kinds = [f"quality.checks.{kind}.n" for kind in ("sum", "link", "days")]
    yield "held_against", sum(printed.number(kind, 0) for kind in kinds), len(printed.rows("held_against"))
    if "unsummed" in printed.tables:
        yield from printed.stated("quality.checks.unsummed", n=len(printed.rows("unsummed")))
    if "corrections" in printed.tables:
        rows = printed.rows("corrections")
        made = sum(row["changed_values"] > 0 for row in rows)
        yield from printed.stated("quality.corrections", n=len(rows), made=made)


def _versions(printed: Printed) -> Iterator[Pair]:
    """Values that differ between versions add up to those of the sentence, and none has more than were compared."""
    rows = printed.rows("revisions")
    yield from printed.stated("quality.revisions", series=len(rows), **_sums(rows, "n", "changed"))


def _purchases(printed: Printed) -> Iterator[Pair]:
    """Grades add up to all rows counted, rows of pairs to theirs, and hits by tier to those of the sentence."""
    key = "purchases.glance.documented"
    if f"{key}.contracts_n" not in printed.numbers:
        return
    grades = sum(printed.number(f"purchases.grades.{grade}") for grade in ("high", "medium"))
    documented = printed.number(f"{key}.contracts_n") + printed.number(f"{key}.invoices")
    yield from printed.stated("purchases.grades", n=grades, low_n=len(printed.rows("contracts_low")))
    uncounted = sum(printed.number(f"purchases.glance.apart.{kind}") for kind in ("cameras", "unstated"))
    yield "rows that no count holds", len(printed.rows("contracts_apart")), uncounted
    yield "contracts and invoices", documented, grades
    yield "rows of contracts", len(printed.rows("contracts")), documented
    rows = printed.rows("relations")
    yield from printed.stated("purchases.relations.count", pairs=len(rows), **_sums(rows, "rows"))
    yield from printed.stated("detector.found", **_sums(printed.rows("detector_tiers"), "probable", "possible"))


def _operators(printed: Printed) -> Iterator[Pair]:
    """The regimes add up to the countries of the answer, the rows of members to those that ever joined."""
    rows, key = printed.rows("regimes"), "operators.glance.regimes"
    for what, field, end in (("listed by regime", "spyware", ""), ("countries by regime", "n", "_n")):
        said = sum(printed.number(f"{key}.{name}{end}") for name in ("autocracies", "democracies"))
        yield what, sum(row[field] for row in rows), said
    own = printed.rows("members")
    members = {"joined": sum(row["n"] for row in own), "listed": own[0]["n"], "then": own[0]["member_then"]}
    yield from printed.stated("operators.glance.members", **members)


def _joiners(printed: Printed) -> Iterator[Pair]:
    """Cohorts add up to the joiners of every sentence, the largest is the one named, and intervals are those tabled."""
    cohorts, rows = printed.rows("effects_by_cohort"), printed.rows("specifications")
    joined = [row["joiners"] for row in cohorts]
    yield from printed.stated("joiners.carried", joined=max(joined), joiners=sum(joined))
    yield from printed.stated("joiners.finding", joiners=sum(joined))
    excluding, estimates = sum(row["low"] > 0 or row["high"] < 0 for row in rows), [row["estimate"] for row in rows]
    ends = {"least": min(estimates), "most": max(estimates)}
    yield from printed.stated("joiners.specifications", n=len(rows), excluding=excluding, **ends)
    yield from printed.stated("joiners.finding", n=len(rows), including=len(rows) - excluding)
    balance = {name: printed.caption("balance_before", name) for name in ("joiners", "never", "supported")}
    yield from printed.stated("joiners.support", **balance)
    yield "compared countries", len(printed.rows("compared_countries")), printed.caption("compared_countries", "n")


#: Every relation, in the order in which a report is held against them.
RELATIONS: tuple[Relation, ...] = (
    _balance, _joins, _cohorts, _movement, _quadrants, _ogp_events, _comparison, _inventories,
    _commitments, _stars, _themes, _readings, _carried, _matched, _completion, _impact_steps, _promises, _influence,
    _steps, _pairs_of_plans, _cases, _contracts, _methods, _amounts, _alerts, _firms, _samples, _risk, _measures_held,
    _rows_kept, _rules, _empty_cells, _without_country, _checks, _versions, _purchases, _operators, _joiners,
)  # fmt: skip
