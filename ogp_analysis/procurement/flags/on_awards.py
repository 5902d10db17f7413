"""Red flags on awarded contracts, from OCDS or another source: by which method, at what amount, and to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from ogp_analysis.procurement.awarded import ocds
from ogp_analysis.procurement.flags.bids import Processes
from ogp_analysis.procurement.flags.fences import REACH, no_fence, quantile, upper_fence
from ogp_analysis.procurement.flags.result import AWARDED, CLEAR, DEBARRED, FLAGGED, TUKEY, Answer, Flag, flag
from ogp_analysis.procurement.thresholds import WITH_VAT

#: Between the parts of the name of a group.
SEPARATOR = " | "
#: What the flags on repeated direct awards read.
_DIRECT = ("buyer_id", "supplier_id", "method", "year", "amount", "direct_ceiling")


def rows(data: Processes) -> pd.DataFrame:
    """Return the awarded contracts by their key: the table ``awarded`` if it is given, else those of OCDS."""
    given = data.given
    frame = given[AWARDED] if AWARDED in given else ocds.awarded(given).frame
    # Sums of the same amounts in another order differ in their last digit; so the order is one.
    return frame.sort_values("award_key").set_index("award_key", drop=False)


def named(*parts: pd.Series) -> pd.Series:
    """Return the names of groups; missing where a part is missing."""
    first, *rest = (part.astype("str") for part in parts)
    return first.str.cat(rest, sep=SEPARATOR) if rest else first


def grouped(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return the rows in which every column of the group has a value, with the group's name in ``unit``."""
    known = frame.dropna(subset=list(columns))
    return known.assign(unit=named(*(known[name] for name in columns)))


def on_awards(code: str, unit: str, columns: tuple[str, ...], **more) -> Callable[[Callable[..., tuple]], Flag]:
    """Return a decorator that makes a flag of a function of the awarded contracts and the flag's settings.

    The function returns value, flagged and why not, all of them indexed by the names of the units.
    """

    def decorated(answer: Callable[[pd.DataFrame, Mapping], tuple]) -> Flag:
        def answered(data: Processes, own: Mapping) -> Answer:
            value, flagged, why_not = answer(data.once(rows), own)
            return Answer(value.index, value, flagged, why_not)

        return Flag(code, unit, {AWARDED: columns}, answered, **more)

    return decorated


@on_awards(
    "R002",
    "buyer",
    ("buyer_id", "amount", "direct_ceiling"),
    settings={
        "band": (0.1, "of the ceiling for direct awards: what counts as near, on both sides"),
        "threshold": (0.9, "a share of those near it that lie below"),
        "minimum_awards": (10, "near the ceiling"),
    },
    share=True,
)
def manipulated_thresholds(awards: pd.DataFrame, own: Mapping) -> tuple:
    """A buyer's amounts crowd just below the ceiling for direct awards.

    Value: awards just below or at the ceiling among those near it, whatever their method. Amounts thin out with size,
    so that somewhat more than half lie below without any manipulation.
    """
    frame = grouped(awards, "buyer_id")
    ratio = frame["amount"] / frame["direct_ceiling"]
    told, below, above = (
        holds.groupby(frame["unit"]).sum()
        for holds in (
            ratio.notna(),
            (ratio > 1 - own["band"]) & (ratio <= 1),
            (ratio > 1) & (ratio <= 1 + own["band"]),
        )
    )
    share = below / (below + above)
    why_not = [("no_ceiling", told == 0), ("few_awards", below + above < own["minimum_awards"])]
    return share, share >= own["threshold"], why_not


@on_awards(
    "R010",
    "award",
    ("method", "rationale"),
    settings={"ceiling_is_ground": (True, "an amount up to the ceiling for direct awards needs no other ground")},
)
def direct_without_ground(awards: pd.DataFrame, own: Mapping) -> tuple:
    """A direct award for which no ground is published. Value: 1 without a ground, else 0.

    Not computable where the source publishes grounds for no award at all: then a blank says something of the source,
    not of the award. Nor where the buyer's ceiling is not known and the amount, with tax, is not above the highest
    ceiling: the amount may be the ground.
    """
    direct, ground = awards["method"] == "direct", awards["rationale"].notna()
    publishes = bool(awards.loc[direct, "rationale"].notna().any())
    if own["ceiling_is_ground"]:
        ground |= awards["amount"] <= awards["direct_ceiling"]
    may = awards["amount"] * 100 <= awards["highest_ceiling"] * WITH_VAT
    why_not = [
        ("method_unknown", awards["method"].isna()),
        ("other_method", ~direct),
        ("grounds_not_published", np.full(len(awards), not publishes)),
        ("no_ceiling", may & ~ground & awards["direct_ceiling"].isna() & own["ceiling_is_ground"]),
    ]
    return (~ground).astype("float64"), ~ground, why_not


# Direct awards of one buyer to one supplier in one year, of one kind: different kinds have different ceilings. Where a
# source states no kind, all count as one kind.


def _purchases(awards: pd.DataFrame) -> tuple[pd.DataFrame, list[tuple[str, pd.Series]]]:
    """Return direct awards with their group in ``unit``, and why a group cannot be held against the ceiling."""
    direct = awards[awards["method"] == "direct"]
    direct = direct.assign(category=direct["category"].fillna("any kind"))
    frame = grouped(direct, "buyer_id", "supplier_id", "year", "category")
    lacking = frame[["amount", "direct_ceiling", "date"]].isna().groupby(frame["unit"]).any()
    why_not = [("one_award", frame.groupby("unit").size() < 2), ("no_amount", lacking["amount"])]
    return frame, [*why_not, ("no_ceiling", lacking["direct_ceiling"]), ("no_date", lacking["date"])]


@on_awards(
    "R011",
    "purchases",
    (*_DIRECT, "date"),
    settings={"days": (30, "awards at most so far apart count as close")},
)
def split_purchases(awards: pd.DataFrame, own: Mapping) -> tuple:
    """Direct awards below the ceiling, close in time, together reach it.

    Value: the largest sum of at least two awards, each up to the ceiling, within so many days, over the ceiling.
    Flagged above 1. Recurrent needs that were known in advance look the same as a split purchase.
    """
    frame, why_not = _purchases(awards)
    small = frame[(frame["amount"] <= frame["direct_ceiling"]) & frame["date"].notna()]
    span = np.timedelta64(int(own["days"]), "D")
    found = {}
    for unit, part in small.sort_values(["unit", "date"], kind="stable").groupby("unit", sort=True):
        days, share = part["date"].to_numpy(), (part["amount"] / part["direct_ceiling"]).to_numpy()
        summed = np.append(0.0, np.cumsum(share))
        end = np.arange(1, len(days) + 1)
        start = np.searchsorted(days, days - span, side="left")
        sums = (summed[end] - summed[start])[end - start > 1]
        found[unit] = float(sums.max()) if len(sums) else 0.0
    value = pd.Series(found, dtype="float64").reindex(why_not[0][1].index).fillna(0.0)
    return value, value > 1, why_not


@on_awards(
    "R049",
    "purchases",
    _DIRECT,
    settings={
        "band": (0.1, "of the ceiling for direct awards: what counts as just below"),
        "threshold": (2, "awards just below it"),
    },
)
def just_below_the_ceiling(awards: pd.DataFrame, own: Mapping) -> tuple:
    """Several direct awards from one buyer to one supplier lie just below, or at, the ceiling. Value: their number."""
    frame, why_not = _purchases(awards)
    ratio = frame["amount"] / frame["direct_ceiling"]
    value = ((ratio > 1 - own["band"]) & (ratio <= 1)).groupby(frame["unit"]).sum()
    return value, value >= own["threshold"], why_not[:-1]


@on_awards(
    "R055",
    "purchases",
    _DIRECT,
    settings={"band": (0.1, "of the ceiling for direct awards: what counts as just below")},
)
def sum_at_the_ceiling(awards: pd.DataFrame, own: Mapping) -> tuple:
    """Several direct awards of a year add up to the ceiling, or just below it. Value: their sum over the ceiling.

    An award above the ceiling may rest on another ground than its amount.
    """
    frame, why_not = _purchases(awards)
    value = (frame["amount"] / frame["direct_ceiling"]).groupby(frame["unit"]).sum()
    return value, value >= 1 - own["band"], why_not[:-1]


@flag(
    "R013",
    "buyer",
    {AWARDED: ("buyer_id", "method")},
    settings={
        "threshold": ("tukey", "a share of direct awards, or the upper fence of the buyers"),
        "minimum_awards": (10, "of a buyer, with a known method"),
    },
    share=True,
)
def mostly_direct(data: Processes, own: Mapping) -> Answer:
    """A buyer awards an unusual share directly. Value: direct awards among those whose method is known, by number.

    Flagged if it is at least the threshold, or above the upper fence of the buyers compared. Not computable where the
    fence is 1 or more, so that no share can lie above it.
    """
    frame = grouped(data.once(rows), "buyer_id")
    known, direct = (
        holds.groupby(frame["unit"]).sum() for holds in (frame["method"].notna(), frame["method"] == "direct")
    )
    share, few = direct / known, known < own["minimum_awards"]
    fences = upper_fence(share[~few].to_numpy()) if own["threshold"] == TUKEY else {}
    flagged = share > fences["upper_fence"] if fences else share >= own["threshold"]
    reachable = fences["upper_fence"] < 1 if fences else own["threshold"] <= 1
    no_answer = no_fence(len(share), int((~few).sum()), own["threshold"], data.settings, reachable)
    why_not = [("method_unknown", known == 0), ("few_awards", few), *no_answer]
    return Answer(share.index, share, flagged, why_not, more={"fences": fences})


@on_awards(
    "R016",
    "award",
    ("classification", "amount", "currency", "year"),
    settings={
        "digits": (8, "of a classification that make a kind"),
        "minimum_awards": (10, "of a kind, in a currency and year"),
    },
)
def unusual_value(awards: pd.DataFrame, own: Mapping) -> tuple:
    """An amount is an outlier among awards of its kind.

    Value: amount over the median of its kind, in one scheme, currency and year. Flagged outside Tukey's fences of the
    logarithms, on either side. Quantities are not known, so a large order looks the same as a high price.
    """
    kind = awards["classification"].str.slice(0, own["digits"])
    amount = awards["amount"].where(awards["amount"] > 0)
    log = np.log(amount)
    group = named(awards["classification_scheme"], kind, awards["currency"], awards["year"])
    parts = {unit: part.dropna().to_numpy() for unit, part in log.groupby(group)}
    quartiles = {unit: [quantile(part, share) for share in (0.25, 0.75)] for unit, part in parts.items()}
    q1, q3 = (group.map({unit: pair[at] for unit, pair in quartiles.items()}).astype("float64") for at in (0, 1))
    middle, count = log.groupby(group).transform("median"), log.groupby(group).transform("count")
    reach = float(REACH) * (q3 - q1)
    why_not = [
        ("no_classification", kind.isna()),
        ("no_amount", amount.isna() | awards["currency"].isna() | awards["year"].isna()),
        ("few_awards", ~(count >= own["minimum_awards"])),
    ]
    return np.exp(log - middle), (log < q1 - reach) | (log > q3 + reach), why_not


def _shares(frame: pd.DataFrame, whole: tuple[str, ...], own: Mapping) -> tuple:
    """Return which suppliers have a high share in the amount of `whole`, where its amounts can be added up."""
    known = grouped(frame, *whole)
    told = known["amount"].where(known["currency"].notna())
    of_whole = pd.DataFrame(
        {
            "total": known.groupby("unit")["amount"].sum(),
            "n": known.groupby("unit").size(),
            "adds_up": ~told.isna().groupby(known["unit"]).any() & (known.groupby("unit")["currency"].nunique() == 1),
        }
    )
    amount = known.dropna(subset=["supplier_id"]).groupby(["unit", "supplier_id"])["amount"].sum().reset_index()
    of_whole = of_whole.loc[amount["unit"]].set_axis(named(amount["unit"], amount["supplier_id"]))
    share = amount["amount"].set_axis(of_whole.index) / of_whole["total"].where(of_whole["total"] > 0)
    why_not = [
        ("amounts_do_not_add_up", ~of_whole["adds_up"] | (of_whole["total"] <= 0)),
        ("few_awards", of_whole["n"] < own["minimum_awards"]),
    ]
    return share, share >= own["threshold"], why_not


@on_awards(
    "R040",
    "buyer_supplier",
    ("buyer_id", "supplier_id", "year", "amount", "currency"),
    settings={
        "threshold": (0.5, "a share of the buyer's amount of the year"),
        "minimum_awards": (10, "of the buyer in the year"),
    },
    share=True,
)
def share_of_a_buyer(awards: pd.DataFrame, own: Mapping) -> tuple:
    """One supplier receives much of what a buyer awards in a year. Value: its share of the amount.

    Awards to natural persons and to several suppliers stay in the whole.
    """
    return _shares(awards, ("buyer_id", "year"), own)


@on_awards(
    "R050",
    "market_supplier",
    ("supplier_id", "year", "amount", "currency", "classification"),
    settings={
        "digits": (4, "of a classification that make a market"),
        "threshold": (0.5, "a share of the market's amount of the year"),
        "minimum_awards": (10, "of the market in the year"),
    },
    share=True,
)
def share_of_a_market(awards: pd.DataFrame, own: Mapping) -> tuple:
    """One supplier receives much of what is awarded of a kind in a year. Value: its share of the amount.

    What other buyers bought elsewhere is not seen. Awards without a classification are in no market.
    """
    market = awards["classification"].str.slice(0, own["digits"])
    return _shares(awards.assign(market=market), ("classification_scheme", "market", "year"), own)


@flag("R046", "award", {AWARDED: ("supplier_id",), DEBARRED: ("award_key", "outcome")})
def debarred_supplier(data: Processes, own: Mapping) -> Answer:
    """The supplier was barred from contracting on the day of the award. Value: 1 where a ban was in force, else 0.

    A fine is not a ban. Not computable without a list of sanctions, for natural persons (who are not matched by name)
    and without a date.
    """
    keys = data.once(rows).index
    found = data.given.get(DEBARRED, pd.DataFrame(columns=["award_key", "outcome", "reason"]))
    found = found.set_index("award_key").reindex(keys)
    flagged, computed = found["outcome"] == FLAGGED, found["outcome"].isin((FLAGGED, CLEAR))
    reason = found["reason"].fillna("no_list")
    names = sorted(reason[~computed].unique()) if DEBARRED in data.given else ["no_list"]
    return Answer(keys, flagged.astype("float64"), flagged, [(name, ~computed & (reason == name)) for name in names])
