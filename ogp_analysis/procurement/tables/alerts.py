"""Tables of alerts: rates and coverage, what could not be computed, units with an alert, lists, groups, ceilings."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from ogp_analysis.base.words import sentence, word
from ogp_analysis.display.table import Heading, Table, table
from ogp_analysis.procurement.cases.case import Case
from ogp_analysis.procurement.cases.groups import DIRECT
from ogp_analysis.procurement.cases.named_units import UNNAMED, named_units
from ogp_analysis.procurement.cases.screening import Screenings
from ogp_analysis.procurement.cases.submission import OUT_OF_SCOPE, submission_counts
from ogp_analysis.procurement.first_digits import FEWEST_AMOUNTS
from ogp_analysis.procurement.flag_rates import FlagRate, FlagRates, GroupDifferences
from ogp_analysis.procurement.flags.benford import first_digits
from ogp_analysis.procurement.flags.result import FlagResult
from ogp_analysis.procurement.tables.procurement import buyer_label, buyer_names, coded, own
from ogp_analysis.statistics.shares import with_bounds

#: Units an alert that are named, and differences that are shown.
MOST_NAMED, MOST_DIFFERENCES = 10, 25


def flag_title(name: str) -> str:
    """Return code and title of a flag; one that has several units names its unit."""
    code, _, unit = name.partition("_")
    title = f"{code} {word(f'flags.{code}.title')}"
    return f"{title} ({word(f'flags.unit.{unit}')})" if unit else title


def flags_table(found: FlagRates) -> Table:
    """Return the alerts that could be computed: coverage beside each rate, with its interval if it has one."""
    frame = _labelled(found)
    frame = frame[frame["computed"] > 0]
    headings = {
        "title": own("flag"),
        "n": own("units", "count"),
        "computed": own("computed", "count"),
        "coverage": own("coverage", "share"),
        "count": own("alerts", "count"),
        "share": own("rate", "share", 1),
        **({"low": Heading("low", "share", 1), "high": Heading("high", "share", 1)} if found.at_random else {}),
    }
    return table(
        "alerts", word(f"procurement.table.flags{'_drawn' if found.at_random else ''}"), with_bounds(frame), headings
    )


def answers_table(found: FlagRates) -> Table:
    """Return of every alert what its units are, how many do not apply or cannot be computed, and why."""
    headings = {
        "title": own("flag"),
        "unit": own("unit"),
        "n": own("units", "count"),
        "computed": own("computed", "count"),
        "does_not_apply": own("does_not_apply", "count"),
        "missing": own("not_computable", "count"),
        "main_reason": own("main_reason"),
    }
    return table("alert_answers", word("procurement.table.answers"), _labelled(found), headings)


def _labelled(found: FlagRates) -> pd.DataFrame:
    frame = found.frame
    return frame.assign(
        title=[flag_title(name) for name in frame["flag"]],
        unit=[word(f"flags.unit.{unit}") for unit in frame["unit"]],
        main_reason=[_why(one) for one in found.rates],
    )


def _why(one: FlagRate) -> str:
    """Return every reason why not, with counts where there are several."""
    if not one.n:
        return word("procurement.no_units")
    if len(one.reasons) == 1:
        return word(f"flags.reason.{one.main_reason}")
    return "; ".join(f"{word(f'flags.reason.{code}')}: {n}" for code, n in one.reasons)


def signals_table(found: FlagRates) -> Table:
    """Return what the computed alerts look at, and what else can explain each."""
    codes = list(dict.fromkeys(one.flag.partition("_")[0] for one in found.computed))
    rows = [{"title": flag_title(code), "signal": word(f"flags.{code}.signal"), "value": word(f"flags.{code}.value"),
             "look": word(f"flags.{code}.look")} for code in codes]  # fmt: skip
    headings = {"title": own("flag"), "signal": own("signal"), "value": own("compared"), "look": own("look")}
    return table(
        "alert_meanings", word("procurement.table.signals"), pd.DataFrame(rows, columns=list(headings)), headings
    )


def named_units_table(case: Case, results: Mapping[str, FlagResult]) -> Table:
    """Return units with an alert, with buyer and firm as published; none that stands on a list of sanctions."""
    frame = named_units(case, results, MOST_NAMED)
    every = sum(result.n_flagged for name, result in results.items() if name not in UNNAMED)
    state, nameless = frame["supplier_state"], ("natural_person", "several", "not_published")
    instead = state.map({code: word(f"procurement.supplier_state.{code}") for code in nameless})
    frame = frame.assign(
        title=[flag_title(name) for name in frame["flag"]],
        supplier=frame["supplier"].astype("object").where(state == "named", instead),
        year=[None if pd.isna(year) else int(year) for year in frame["year"]],
        reference=[_reference(text) for text in frame["reference"]],
    )
    blank = {name: frame[name].astype("object").where(frame[name].notna(), "") for name in ("buyer", "supplier")}
    headings = {
        "title": own("flag"),
        "reference": own("reference"),
        "buyer": own("buyer"),
        "supplier": own("supplier"),
        "year": Heading("year", "year"),
        "value": own("value", "ratio", 2),
    }
    caption = sentence("procurement.table.named", most=MOST_NAMED, n=len(frame), all=every)
    return table("units_with_alerts", caption, frame.assign(**blank), headings)


def _reference(text) -> str:
    return coded("category", text) if isinstance(text, str) else ""


def submission_table(case: Case, results: Mapping[str, FlagResult]) -> Table | None:
    """Return how many calls kept the law's term, by kind and law; None where no terms are held for them."""
    found = submission_counts(case, results)
    if found is None:
        return None
    frame = found.assign(
        kind=[word(f"procurement.submission_kind.{kind}") for kind in found["kind"]],
        law=[word(f"procurement.law.{law}") if isinstance(law, str) else "" for law in found["law"]],
        verified=[word(f"procurement.verified.{'yes' if one else 'no'}") for one in found["verified"]],
    )
    frame["verified"] = frame["verified"].where(frame["term"].notna(), "")
    headings = {"kind": own("submission_kind"), "law": own("law"), "article": own("article")}
    headings |= {"term": own("term", "count"), "shortest": own("shortest", "count"), "verified": own("verified")}
    counts = {"computed": "computed", "below": "below_term", "shortened": "shortened", "within": "within"}
    headings |= {name: own(label, "count") for name, label in (counts | {"not_computable": "not_computable"}).items()}
    return table("submission_terms", word("procurement.table.submission"), frame, headings)


def submission_values(case: Case, results: Mapping[str, FlagResult]) -> dict:
    """Return the three counts of the law's terms, what is out of scope, and how many terms are not verified."""
    found = submission_counts(case, results)
    counts = {name: int(found[name].sum()) for name in ("computed", "below", "shortened", "within")}
    outside = int(found.loc[found["kind"] == OUT_OF_SCOPE, "not_computable"].sum())
    used = found[found["term"].notna()]
    return {**counts, "out_of_scope": outside, "entries": len(used), "unverified": int((~used["verified"]).sum())}


def ceilings_table(found: pd.DataFrame) -> Table:
    """Return how the direct awards of each year stand to the ceiling."""
    frame = found.assign(year=[word("procurement.undated") if pd.isna(y) else str(int(y)) for y in found["year"]])
    headings = {"year": Heading("year"), "awards": own("contracts", "count")}
    headings |= {name: own(name, "count") for name in ("below", "above", "tax_decides", "other")}
    return table("direct_awards_and_ceilings", word("procurement.table.ceilings"), frame, headings)


def first_digits_table(case: Case) -> Table | None:
    """Return first digits of the buyers that have enough amounts; None if none has."""
    frame = _digits(case).dropna(subset=["deviation"])
    if frame.empty:
        return None
    names = buyer_names(case.awards[case.awards["buyer_id"].isin(frame["unit"])])
    ceilings = case.awards["direct_ceiling"].notna().any()
    frame = frame.assign(
        buyer=[buyer_label(names.get(unit, ""), unit) for unit in frame["unit"]],
        conformity=[word(f"procurement.conformity.{one}") for one in frame["conformity"]],
        under_ceiling=frame["under_ceiling"] if ceilings else None,
    )
    headings = {
        "buyer": own("buyer"),
        "n": own("amounts", "count"),
        "deviation": own("deviation", "index", 3),
        "conformity": own("conformity"),
        "under_ceiling": own("under_ceiling", "count"),
    }
    return table("first_digits", sentence("procurement.table.digits", fewest=FEWEST_AMOUNTS), frame, headings)


def digit_values(case: Case) -> dict:
    """Return how many amounts of a buyer first digits take, and how many the buyer with most of them has."""
    return {"fewest": FEWEST_AMOUNTS, "most": int(max(_digits(case)["n"], default=0))}


def _digits(case: Case) -> pd.DataFrame:
    return first_digits({"awarded": case.awards.assign(amount=case.awards["value"])})


def screening_table(found: Screenings) -> Table:
    """Return what the lists say of the contracts, by day and reason, as counts."""
    parts = [one.counts.assign(list=name) for name, one in _lists(found)]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.assign(**{
        column: [word(f"procurement.{column}.{code}") for code in frame[column]]
        for column in ("list", "moment", "outcome", "why")
    })  # fmt: skip
    headings = {name: own(name) for name in ("list", "moment", "outcome", "why")}
    headings |= {"contracts": own("contracts", "count"), "suppliers": own("suppliers", "count")}
    whole = next(one.contracts for _, one in _lists(found))
    return table("lists", sentence("procurement.table.screening", n=whole), frame, headings)


def relations_table(found: Screenings) -> Table | None:
    """Return how contracts of listed suppliers stand to the days of the list, as counts; None if there are none."""
    frame = pd.concat([one.relations.assign(list=name) for name, one in _lists(found)], ignore_index=True)
    if frame.empty:
        return None
    frame = frame.assign(**{
        column: [word(f"procurement.{column}.{code}") for code in frame[column]]
        for column in ("list", "moment", "relation")
    })  # fmt: skip
    headings = {name: own(name) for name in ("list", "moment", "relation")}
    headings |= {"contracts": own("contracts", "count"), "suppliers": own("suppliers", "count")}
    return table("days_of_lists", word("procurement.table.relations"), frame, headings)


def _lists(found: Screenings):
    pairs = (("sanctions", found.barred), ("listed", found.definitive))
    return [(name, one) for name, one in pairs if one is not None]


def differences_table(case: Case, found: GroupDifferences) -> Table:
    """Return groups against the rest, those with the smallest q first, or the largest differences if none is tested."""
    frame = found.frame
    frame = frame.assign(size=-frame["difference"].abs()).sort_values(
        ["q_value", "size", "measure", "by", "group"], ignore_index=True
    )
    frame = frame.head(MOST_DIFFERENCES)
    names = buyer_names(case.peers[case.peers["buyer_id"].isin(frame["group"])])
    frame = frame.assign(label=[_compared(row, names) for row in frame.itertuples()])
    headings = {
        "label": own("group"),
        "share": own("group_rate", "share", 1),
        "n": Heading("n", "count"),
        "rest_share": own("rest_rate", "share", 1),
        "rest_n": own("rest_n", "count"),
        "difference": own("difference", "share", 1, True),
    }
    if found.at_random:
        headings |= {
            "low": Heading("low", "share", 1, True),
            "high": Heading("high", "share", 1, True),
            "p_value": Heading("p_value", "probability", 3),
            "q_value": Heading("q_value", "probability", 3),
        }
    key = "differences" if found.at_random else "differences_counted"
    caption = sentence(f"procurement.table.{key}", shown=len(frame), n=found.n)
    return table("groups_compared", caption, frame, headings)


def _compared(row, names: pd.Series) -> str:
    measure = word("procurement.by.direct") if row.measure == DIRECT else flag_title(row.measure)
    group = buyer_label(names.get(row.group, ""), row.group) if row.by == "buyer" else coded(row.by, row.group)
    return f"{measure} · {word(f'procurement.by.{row.by}')}: {group}"
