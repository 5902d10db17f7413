"""The values that sentences on public contracts take: of a case, its alerts, its lists and its concentration."""

from __future__ import annotations

from ogp_analysis.base.words import word
from ogp_analysis.procurement.cases.case import Case
from ogp_analysis.procurement.cases.screening import Screenings
from ogp_analysis.procurement.concentration import Concentration
from ogp_analysis.procurement.flag_rates import FEWEST, FlagRates, GroupDifferences
from ogp_analysis.procurement.method_mix import MethodMix
from ogp_analysis.procurement.risk_summary import RiskSummary
from ogp_analysis.procurement.tables.alerts import flag_title
from ogp_analysis.procurement.tables.procurement import MILLION
from ogp_analysis.statistics.carrying import carrier
from ogp_analysis.statistics.shares import share_values

#: A difference with q up to here is counted as one that stands out.
TELLING_Q = 0.05


def contracts_named(case: Case) -> str:
    """Return the name of the publication in words."""
    return word(f"procurement.publication.{case.publication.name}")


def case_values(case: Case) -> dict:
    """Return what the first sentence says: case, number of contracts, when, buyers, amount; and the sum without one
    contract that carries it."""
    years = case.years
    when = word("procurement.undated") if years is None else "–".join(str(year) for year in dict.fromkeys(years))
    found = case.money.total
    told = {"n": case.n, "buyers": int(case.awards["buyer_id"].nunique()), "when": when}
    if found.total is None:
        return {"case": "none", **told}
    told |= {"summed": found.summed, "total": found.total / MILLION, "currency": found.currency}
    carried = carrier(case.awards["value"])
    if carried is None:
        return {"case": "some", **told}
    largest = {"largest": carried.amount / MILLION, "largest_share": carried.share, "without": carried.rest / MILLION}
    return {"case": "carried", **told, **largest}


def currency_values(case: Case) -> dict:
    """Return what is said of currencies: whether there are others, how many were converted, and by which rates."""
    others = case.money.others
    foreign, unnamed = others[others["currency"] != ""], others[others["currency"] == ""]
    if others.empty:
        return {"case": "one" if case.money.total.summed else "none", "currency": case.money.currency}
    kinds = [(source, kind) for source, kind, _ in case.money.total.rates if kind]
    rates = [f"{word(f'procurement.rates_of.{s}')}, {word(f'procurement.rates_of.{kind}')}" for s, kind in kinds]
    return {
        "case": "others",
        "currency": case.money.currency,
        "foreign": int(foreign["awards"].sum()),
        "converted": int(foreign["converted"].sum()),
        "unnamed": int(unnamed["awards"].sum()),
        "rates": "; ".join(rates) or "–",
    }


def method_values(mix: MethodMix) -> dict:
    """Return what is said of direct awards: share by number, by amount, and without one contract that carries it."""
    if not mix.n:
        return {"case": "untold"}
    direct = mix.of("direct")
    told = share_values(direct.number, "direct")
    if direct.amount_share is None:
        return {"case": "no_amount", **told}
    told["amount_share"] = direct.amount_share
    if direct.carried is None:
        return {"case": "told", **told}
    without = {"largest_share": direct.carried.share, "amount_share_without": direct.amount_share_without}
    return {"case": "carried", **told, **without}


def flag_values(found: FlagRates) -> dict:
    """Return what is said of alerts: how many are computed, and which is set most often."""
    computed = found.computed
    if not computed:
        return {"case": "nothing", "known": len(found.rates)}
    told = {"known": len(found.rates), "computed": len(computed)}
    most = max(computed, key=lambda one: one.proportion.count)
    if not most.proportion.count:
        return {"case": "none", **told}
    unit = {"title": flag_title(most.flag), "unit": word(f"flags.unit.{most.unit}"), "coverage": most.coverage}
    return {"case": "some", **told, **unit, **share_values(most.proportion, key="procurement.interval", decimals=1)}


def concentration_values(found: Concentration) -> dict:
    """Return what is said of concentration, with the bounds that what is not known leaves."""
    if not found.estimates:
        return {}
    bounds = {f"{e.term}_{end}": getattr(e, end) for e in found.estimates for end in ("low", "high")}
    told = {name: getattr(found, name) for name in ("suppliers", "unknown", "unknown_share")}
    return told | {name: value for name, value in bounds.items() if not name.startswith("top_4")}


def carried_values(found: Concentration) -> dict:
    """Return what is said of concentration without the one contract that carries the amount."""
    return {"largest_share": found.carried.share, **concentration_values(found.without)}


def screening_values(found: Screenings, which: str) -> dict:
    """Return the counts of one list: alerts and what could be looked up, on both days.

    Parameters
    ----------
    found : Screenings
    which : {"barred", "definitive"}
    """
    screening = getattr(found, which)
    values: dict = {"list": found.list, "n": screening.contracts} if which == "barred" else {}
    for moment in ("award", "signature"):
        values[moment] = int((screening.outcomes[moment] == "flagged").sum())
        values[f"{moment}_n"] = screening.computable[moment]
        if which == "barred":
            values[f"{moment}_undated"] = screening.dates_missing[moment]
    return values


def ceiling_values(found) -> dict:
    """Return how many direct awards lie below, above or cannot be held against the ceiling."""
    return {name: int(found[name].sum()) for name in ("awards", "below", "above", "tax_decides", "other")}


def difference_values(found: GroupDifferences, fewest: int = FEWEST) -> dict:
    """Return how many differences there are, and of those tested how many stand out."""
    if not found.n:
        return {"fewest": fewest}
    counts = {"n": found.n, "fewest": fewest, "too_small": found.too_small}
    if not found.at_random:
        return counts
    telling = sum(one.q_value is not None and one.q_value <= TELLING_Q for one in found.differences)
    return counts | {"telling": telling}


def risk_values(found: RiskSummary) -> dict:
    """Return quartiles and mean of the index, and from how many components."""
    names = ("lower_quartile", "median", "upper_quartile", "mean", "components")
    return {"n": found.n, "awards": found.awards} | {name: getattr(found.whole, name) for name in names}
