"""Red flags on bids and awards of contracting processes: who took part, at what price, and who won."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import pandas as pd

from ogp_analysis.procurement.flags.bids import NEEDS, OF_AWARDS, PRICED, Processes, Reasons, any_of
from ogp_analysis.procurement.flags.fences import lower_fence, no_fence, quantile, upper_fence
from ogp_analysis.procurement.flags.result import TERMS, TUKEY, Answer, Flag, flag
from ogp_analysis.procurement.flags.tables import MISSING

_DAY = np.timedelta64(1, "D")
_PERIOD = ("status", "procurement_method", "procurement_method_details", "period_start", "period_end")


@flag(
    "R003",
    "process",
    {"tenders": _PERIOD},
    settings={
        "threshold": (15, "days; a shorter period is flagged"),
        "methods": ([], "procurementMethod codes it applies to; empty: all"),
        "threshold_by_details": ({}, "procurementMethodDetails = days"),
    },
)
def short_submission_period(data: Processes, own: Mapping) -> Answer:
    """Bidders had fewer days than the threshold, or than the law allows, to submit.

    Value: whole days from start to end of the tender period, cut towards zero; negative if it ends before it starts.
    Where the law's terms are known for each call (table ``submission_terms``), no setting counts. Held against the law
    are days by the calendar: flagged below the shortest term that it allows, noted between that and the plain term,
    because no reason for shortening it is published. A period that ends before it starts is a wrong date there.
    """
    if TERMS in data.given:
        # A process without a row is of a method for which the law has no term.
        terms = data.given[TERMS].set_index("ocid").reindex(data.ocids)
        reason = terms["reason"].fillna("").to_numpy(str)
        days, shortest, term = (terms[name].to_numpy("float64") for name in ("days", "shortest", "term"))
        why_not = [
            *data.outside,
            ("other_method", terms["kind"].isna().to_numpy() & (reason == "")),
            *((name, reason == name) for name in ("out_of_scope", "other_law")),
            ("no_period", np.isnan(days)),
            ("period_reversed", days < 0),
            *((name, reason == name) for name in ("law_not_told", "kind_not_told", "text_unread", "no_term")),
        ]
        return Answer(data.ocids, days, days < shortest, why_not, days < term)
    days = np.trunc((data.tender_instants("period_end") - data.tender_instants("period_start")) / _DAY)
    # A method whose details are named has a threshold of its own.
    details = data.tender_texts("procurement_method_details")
    thresholds = np.full(data.n, float(own["threshold"]))
    for words, least in own["threshold_by_details"].items():
        thresholds[details.isin([words])] = least
    why_not = [*data.outside, data.other_method(own["methods"]), ("no_period", np.isnan(days))]
    return Answer(data.ocids, days, days < thresholds, why_not)


@flag(
    "R018",
    "process",
    {"tenders": ("status", "procurement_method", "procurement_method_details", "number_of_tenderers")},
    settings={"methods": (["open", "selective"], "procurementMethod codes that are competitive")},
)
def single_bid(data: Processes, own: Mapping) -> Answer:
    """In a competitive method, one tenderer took part. Value: the published number of tenderers."""
    number = data.tender_numbers("number_of_tenderers")
    why_not = [
        *data.outside,
        data.other_method(own["methods"]),
        ("no_number_of_tenderers", np.isnan(number)),
        ("nobody_tendered", number == 0),
    ]
    return Answer(data.ocids, number, number == 1, why_not)


# By how much the winner's price lies below the next.


def _margins(data: Processes) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, Reasons]:
    """Return the margin over the winner's price, winner and runner-up of each process; the margins; why there is none.

    A margin is the difference of the lowest valid price of others and the winner's over the winner's: infinite where
    the winner asks for nothing. Where both ask for nothing there is none, but it makes the fences as an infinite one.
    """
    b, (winner, no_winner) = data.bids, data.sole_winner
    compared = np.flatnonzero(b.valid & data.in_price_currency & (b.sole_tenderer >= 0))
    process, amount = b.process[compared], b.amount[compared]
    won = b.sole_tenderer[compared] == winner[process]
    winning, next_lowest = data.least(process[won], amount[won]), data.least(process[~won], amount[~won])
    reasons = [
        *data.outside,
        data.not_by_price,
        *no_winner,
        ("no_winning_price", np.isinf(winning)),
        ("no_other_price", np.isinf(next_lowest)),
        ("not_lowest_won", next_lowest < winning),
        ("price_not_positive", winning < 0),
    ]
    known = ~any_of(reasons)
    undefined = known & (winning == 0) & (next_lowest == 0)
    known &= ~undefined
    ratio = np.full(data.n, np.nan)
    with np.errstate(divide="ignore"):
        ratio[known] = (next_lowest[known] - winning[known]) / winning[known]
    # Of several runners-up at one price the first.
    rows = compared[~won & (amount == next_lowest[process])]
    rows = rows[b.index[rows] == data.least(b.process[rows], b.index[rows])[b.process[rows]]]
    runner_up = np.full(data.n, MISSING)
    runner_up[b.process[rows]] = b.sole_tenderer[rows]
    margins = np.append(ratio[known], np.full(undefined.sum(), np.inf))
    return ratio, winner, runner_up, margins, [*reasons, ("price_not_positive", undefined)]


def _unusual_margin(data: Processes, own: Mapping, *, small: bool) -> Answer:
    ratio, winner, runner_up, margins, reasons = data.once(_margins)
    fence, of_data = ("lower_fence", lower_fence) if small else ("upper_fence", upper_fence)
    fences = of_data(margins) if own["threshold"] == TUKEY else {fence: float(own["threshold"])}
    # No margin is below 0, and where the fence is 0 most prices are equal.
    stands_out = fences[fence] > 0
    flagged = stands_out & (ratio <= fences[fence] if small else ratio >= fences[fence])
    few = no_fence(data.n, len(margins), own["threshold"], data.settings, True)
    why_not = [*reasons, *few, ("fence_not_positive", np.full(data.n, not stands_out))]
    at = np.flatnonzero(flagged)
    who = [winner[at], runner_up[at]] if small else [winner[at]]
    involved = data.involved(np.tile(at, len(who)), np.concatenate(who))
    return Answer(data.ocids, ratio, flagged, why_not, more={"fences": fences, "involved": involved})


#: R024 Bid near the winner: the runner-up's price is unusually near. R058 Heavily discounted bid: it is unusually far.
BID_NEAR_THE_WINNER, HEAVILY_DISCOUNTED_BID = (
    Flag(
        code,
        "process",
        {**PRICED, **OF_AWARDS},
        partial(_unusual_margin, small=small),
        {"threshold": ("tukey", f"a ratio such as {such}, or the {end} fence of the data")},
    )
    for code, small, such, end in (("R024", True, 0.05, "lower"), ("R058", False, 0.5, "upper"))
)


@flag(
    "R025",
    "tenderer",
    {**NEEDS, **OF_AWARDS},
    settings={
        "percentile": (75, "tenderers with at least this percentile of processes are looked at"),
        "threshold": ("tukey", "a share of wins, or the lower fence of the data"),
    },
    share=True,
)
def seldom_won(data: Processes, own: Mapping) -> Answer:
    """A tenderer that takes part often hardly ever wins.

    Value: processes won as a share of the processes with one winner in which it had a valid bid of its own. With a
    fence of 0 or less none can stand out.
    """
    b, (winner, _) = data.bids, data.sole_winner
    rows = np.flatnonzero(b.valid & (b.sole_tenderer >= 0) & (winner[b.process] >= 0))
    process, tenderer = data.distinct(b.process[rows], b.sole_tenderer[rows])
    taken_part, won = (
        np.bincount(who, minlength=data.n_organisations) for who in (tenderer, tenderer[winner[process] == tenderer])
    )
    share = np.divide(won, taken_part, out=np.full(len(won), np.nan), where=taken_part > 0)
    known = share[taken_part > 0]
    fences = lower_fence(known) if own["threshold"] == TUKEY else {"lower_fence": float(own["threshold"])}
    often = quantile(taken_part[taken_part > 0].astype("float64"), own["percentile"] / 100)
    units = data.units(b.tenderer)
    why_not = [
        ("no_comparable_process", taken_part[units] == 0),
        ("few_processes", taken_part[units] < often),
        *no_fence(len(units), len(known), own["threshold"], data.settings, True),
        ("fence_not_positive", np.full(len(units), not fences["lower_fence"] > 0)),
    ]
    more = {"fences": {**fences, "upper_fence": often}}
    value = share[units]
    return Answer(data.organisation_ids.take(units), value, value <= fences["lower_fence"], why_not, more=more)


@flag("R028", "process", PRICED)
def identical_prices(data: Processes, own: Mapping) -> Answer:
    """Different tenderers offered the same price.

    Value: how many tenderers share a price of a submitted bid with another. Bids of the same tenderers, jointly or
    alone, are not another's.
    """
    b = data.bids
    # Each different set of tenderers has a number: that of the organisation, if it is one.
    known = b.tenderer >= 0
    several = np.isin(b.tenderer_bid, np.flatnonzero(np.bincount(b.tenderer_bid, minlength=len(b.process)) > 1))
    sets = np.full(len(b.process), -1, dtype="int64")
    sets[b.tenderer_bid[known & ~several]] = b.tenderer[known & ~several]
    joint: dict[int, set[int]] = {}
    for bid, tenderer in zip(b.tenderer_bid[known & several], b.tenderer[known & several], strict=True):
        joint.setdefault(int(bid), set()).add(int(tenderer))
    numbers: dict[tuple, int] = {}
    for bid, members in joint.items():
        names = tuple(sorted(members))
        number = data.n_organisations + len(numbers)
        sets[bid] = names[0] if len(names) == 1 else numbers.setdefault(names, number)
    # Bids at a price at which bids of another set stand.
    looked_at = data.inside & ~data.not_by_price[1]
    rows = np.flatnonzero(b.submitted & b.priced & (sets >= 0) & looked_at[b.process])
    offers = pd.DataFrame(
        {"process": b.process[rows], "amount": b.amount[rows], "currency": b.currency.codes[rows], "set": sets[rows]}
    )
    of_price = offers.groupby(["process", "amount", "currency"], sort=False)["set"]
    is_shared = np.zeros(len(b.process), dtype=bool)
    is_shared[rows[(of_price.transform("min") != of_price.transform("max")).to_numpy()]] = True
    sharing = np.flatnonzero(is_shared[b.tenderer_bid] & known)
    process, tenderers = b.process[b.tenderer_bid[sharing]], b.tenderer[sharing]
    value = data.count(data.distinct(process, tenderers)[0])
    why_not = [
        *data.outside,
        data.not_by_price,
        data.no_bids,
        ("no_two_prices", data.count(b.process[rows]) < 2),
    ]
    return Answer(data.ocids, value, value > 0, why_not, more={"involved": data.involved(process, tenderers)})


@flag(
    "R030",
    "process",
    {**NEEDS, "tenders": (*NEEDS["tenders"], "period_end"), "bids": (*NEEDS["bids"], "date"), **OF_AWARDS},
)
def late_bid_won(data: Processes, own: Mapping) -> Answer:
    """A winner's valid bid was received after the deadline.

    Value: days by which the latest of them is late, negative if it is early. Where bid and deadline are not known
    with the same precision, days by the calendar.
    """
    b, a = data.bids, data.awards
    suppliers = data.pairs(a.process[a.supplier_award], a.supplier)[a.active[a.supplier_award] & (a.supplier >= 0)]
    rows = np.flatnonzero(b.valid[b.tenderer_bid] & (b.tenderer >= 0))
    process, tenderer = b.process[b.tenderer_bid[rows]], b.tenderer[rows]
    winning = np.isin(data.pairs(process, tenderer), suppliers)
    date, deadline = data.column("bids", "date").to_numpy("datetime64[us]"), data.tender_instants("period_end")
    end = deadline[b.process]
    date_as, end_as = (
        _precision(one) for one in (data.texts("bids", "date_text"), data.tender_texts("period_end_text"))
    )
    by_day = (date.astype("datetime64[D]") - end.astype("datetime64[D]")) / _DAY
    late = np.where(date_as == end_as[b.process], (date - end) / _DAY, by_day)[b.tenderer_bid[rows]]
    dated = winning & ~np.isnan(late)
    value = np.full(data.n, -np.inf)
    np.maximum.at(value, process[dated], late[dated])
    why_not = [
        *data.outside,
        ("no_deadline", np.isnat(deadline)),
        data.no_bids,
        data.no_award,
        ("winner_without_bid", data.count(process[winning]) == 0),
        ("no_bid_date", np.isinf(value)),
    ]
    involved = data.involved(process[dated & (late > 0)], tenderer[dated & (late > 0)])
    return Answer(data.ocids, value, value > 0, why_not, more={"involved": involved})


def _precision(text: pd.Categorical) -> np.ndarray:
    """Return 2 for whole instants, 1 for those without zone, 0 for days: the text is kept of the last two."""
    timed = np.asarray(text.categories.str.contains(":", regex=False), dtype="int8")
    return np.append(timed, np.int8(2))[text.codes]


@flag("R035", "process", {**NEEDS, **OF_AWARDS}, settings={"threshold": (1, "others disqualified, at least")})
def all_others_disqualified(data: Processes, own: Mapping) -> Answer:
    """Every tenderer but the winner was ruled out. Value: others disqualified, if no other has a valid bid."""
    a, b = data.awards, data.bids
    rows = np.flatnonzero(a.active[a.supplier_award] & (a.supplier >= 0))
    winners = data.distinct(a.process[a.supplier_award[rows]], a.supplier[rows])
    # Tenderers with a valid bid, and with a disqualified one, in each process.
    (valid, valid_who), (out, out_who) = (
        data.distinct(b.process[b.tenderer_bid[rows]], b.tenderer[rows])
        for which in (b.valid, b.disqualified)
        for rows in (np.flatnonzero(which[b.tenderer_bid] & (b.tenderer >= 0)),)
    )
    winner = np.full(data.n, MISSING)
    winner[winners[0]] = winners[1]
    n_valid, n_winners = data.count(valid), data.count(winners[0])
    others = data.count(out[out_who != winner[out]])
    why_not = [
        *data.outside,
        *data.not_final,
        ("no_supplier_id", n_winners == 0),
        ("several_winners", n_winners > 1),
        ("winner_without_bid", data.count(valid[valid_who == winner[valid]]) == 0),
        ("one_tenderer", (n_valid == 1) & (others == 0)),
    ]
    value = np.where(n_valid == 1, others, 0)
    flagged = value >= max(own["threshold"], 1)
    at = np.flatnonzero(flagged & ~any_of(why_not))
    return Answer(data.ocids, value, flagged, why_not, more={"involved": data.involved(at, winner[at])})


@flag(
    "R036",
    "process",
    {"tenders": NEEDS["tenders"], "bids": PRICED["bids"], "awards": OF_AWARDS["awards"]},
)
def lowest_bid_disqualified(data: Processes, own: Mapping) -> Answer:
    """The cheapest offer was ruled out. Value: by how much it lies below the lowest valid price, as a share of it.

    Of several bids at the lowest price the first counts.
    """
    b = data.bids
    rows = np.flatnonzero(b.submitted & data.in_price_currency)
    process, amount = b.process[rows], b.amount[rows]
    lowest, lowest_valid = data.least(process, amount), data.least(process[b.valid[rows]], amount[b.valid[rows]])
    why_not = [
        *data.outside,
        data.not_by_price,
        data.no_bids,
        data.no_award,
        ("no_valid_price", np.isinf(lowest_valid)),
        ("no_two_prices", data.count(process) < 2),
    ]
    rows = rows[amount == lowest[process]]
    first = data.least(b.process[rows], b.index[rows])
    flagged = np.zeros(data.n, dtype=bool)
    flagged[b.process[rows[b.disqualified[rows] & (b.index[rows] == first[b.process[rows]])]]] = True
    with np.errstate(invalid="ignore", divide="ignore"):
        value = np.where(lowest_valid != 0, (lowest_valid - lowest) / lowest_valid, np.nan)
    return Answer(data.ocids, value, flagged, why_not)


def _often_disqualified(data: Processes, own: Mapping, *, unit: str) -> Answer:
    b = data.bids
    if unit == "tenderer":
        bid, organisation = b.tenderer_bid, b.tenderer
        named, minimum = data.organisations("tenderers", "tenderer_id"), own["minimum_bids"]
    else:
        named = data.organisations("processes", "buyer_id") if unit == "buyer" else data.procuring_entities()
        bid, organisation, minimum = np.arange(len(b.process)), named[b.process], own["minimum_bids_of_buyer"]
    submitted, out = (
        np.bincount(organisation[of[bid] & (organisation >= 0)], minlength=data.n_organisations)
        for of in (b.submitted, b.disqualified)
    )
    compared = (submitted >= minimum) & (submitted > 0)
    share = np.divide(out, submitted, out=np.full(len(out), np.nan), where=compared)
    fences = {}
    if compared.any():
        tukey = own["threshold"] == TUKEY
        fences = upper_fence(share[compared]) if tukey else {"upper_fence": float(own["threshold"])}
    units, upper = data.units(named), fences.get("upper_fence", np.nan)
    why_not = [
        ("no_bids", submitted[units] == 0),
        ("few_bids", ~compared[units]),
        *no_fence(len(units), int(compared.sum()), own["threshold"], data.settings, not upper > 1),
        ("fence_not_positive", np.full(len(units), not upper > 0)),
    ]
    involved = data.involved(b.process[bid[b.disqualified[bid]]], organisation[b.disqualified[bid]])
    more = {"fences": fences, "involved": involved}
    return Answer(data.organisation_ids.take(units), share[units], share[units] >= upper, why_not, more=more)


#: R038 Excessive disqualified bids: of a buyer, a procuring entity or a tenderer. Value: their share of all submitted.
#: With a fence of 0 or less, or above 1, none can stand out.
OFTEN_DISQUALIFIED = tuple(
    Flag(
        "R038",
        unit,
        needs,
        partial(_often_disqualified, unit=unit),
        {
            "threshold": ("tukey", "a share of disqualified bids, or the upper fence of the data"),
            "minimum_bids": (2, "of a tenderer"),
            "minimum_bids_of_buyer": (2, "of a buyer or procuring entity"),
        },
        f"R038_{unit}",
        share=True,
    )
    for unit, needs in (
        ("buyer", {"processes": ("buyer_id",), "tenders": NEEDS["tenders"], "bids": NEEDS["bids"]}),
        ("procuring_entity", {"tenders": (*NEEDS["tenders"], "procuring_entity_id"), "bids": NEEDS["bids"]}),
        ("tenderer", NEEDS),
    )
)


@flag(
    "R048",
    "supplier",
    {
        "tenders": NEEDS["tenders"],
        **OF_AWARDS,
        "items": ("section", "parent_index", "classification_id"),
    },
    settings={
        "digits": (2, "of a classification that tell kinds of goods and services apart"),
        "threshold": ("tukey", "a number of kinds, or the upper fence of the data"),
        "minimum_processes": (20, "of a supplier"),
    },
)
def heterogeneous_supplier(data: Processes, own: Mapping) -> Answer:
    """One supplier is awarded unusually many kinds of goods and services.

    Value: kinds among the classified items of active awards of which it is the only supplier. Not computable where
    the fence is above the number of kinds there are.
    """
    a, classification = data.awards, data.texts("items", "classification_id")
    of_award = data.texts("items", "section").isin(["award"])
    award = data.places("items", "parent_index", "awards", "award_index", of_award)
    told = a.active[award] & (a.sole_supplier[award] != MISSING) & data.inside[a.process[award]]
    told &= classification.notna()[of_award]
    award, codes = award[told], classification.codes[of_award][told]
    kinds_of = pd.factorize(classification.categories.str.slice(0, own["digits"]))[0]
    supplier, kind = a.sole_supplier[award], kinds_of[codes]
    kinds, processes = (
        np.bincount(data.distinct(one, supplier)[1], minlength=data.n_organisations) for one in (kind, a.process[award])
    )
    compared = (processes >= own["minimum_processes"]) & (processes > 0)
    lengths = kinds[compared].astype("float64")
    fences = upper_fence(lengths) if own["threshold"] == TUKEY else {"upper_fence": float(own["threshold"])}
    units, upper = data.units(a.supplier), fences["upper_fence"]
    why_not = [
        ("no_classified_items", processes[units] == 0),
        ("few_processes", ~compared[units]),
        *no_fence(len(units), len(lengths), own["threshold"], data.settings, not upper > len(np.unique(kind))),
    ]
    value = kinds[units].astype("float64")
    return Answer(data.organisation_ids.take(units), value, value >= upper, why_not, more={"fences": fences})
