"""By how much the winner's price lies below the next: what R024 and R058 look at, from its two ends."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ogp_analysis.procurement.flags.bids import OF_AWARDS as OF_AWARDS
from ogp_analysis.procurement.flags.bids import (
    PRICED,
    Reasons,
    bids,
    in_price_currency,
    least_by,
    not_by_price,
    outside,
    sole_winner,
)
from ogp_analysis.procurement.flags.coded import MISSING, CodedTables, made_once
from ogp_analysis.procurement.flags.fences import lower_fence, no_fence, upper_fence
from ogp_analysis.procurement.flags.result import TUKEY, FlagResult, Settings, judged

#: The columns that both flags read.
NEEDS = {**PRICED, **OF_AWARDS}


@dataclass(frozen=True)
class Margins:
    """One entry per process.

    Attributes
    ----------
    ratio : numpy.ndarray of float
        (lowest valid bid of another tenderer - winner's lowest valid bid) / winner's lowest valid bid; at least 0,
        infinite where the winner asked for 0, NaN where a reason holds.
    winner, runner_up : numpy.ndarray of int
        The organisations; the runner-up is the first of those with the lowest price.
    reasons : list of (str, numpy.ndarray)
        Why there is no ratio.
    n_undefined : int
        Processes in which both prices are 0.
    """

    ratio: np.ndarray
    winner: np.ndarray
    runner_up: np.ndarray
    reasons: Reasons
    n_undefined: int

    @property
    def ratios(self) -> np.ndarray:
        """The ratios that make the fences, unsorted.

        Two prices of 0 have no ratio. Cardinal, whose fences these are, counts such a process all the same, at the
        upper end. Redacting zero amounts, as its documentation advises, leaves it out.
        """
        return np.append(self.ratio[~np.isnan(self.ratio)], np.full(self.n_undefined, np.inf))


@made_once()
def margins(data: CodedTables, settings: Settings) -> Margins:
    """Return the margins of all processes."""
    b = bids(data, settings)
    winner, no_winner = sole_winner(data)
    compared = np.flatnonzero(b.valid & in_price_currency(data, settings) & (b.sole_tenderer >= 0))
    process, amount = b.process[compared], b.amount[compared]
    won = b.sole_tenderer[compared] == winner[process]
    winning = least_by(process[won], amount[won], data.n)
    next_lowest = least_by(process[~won], amount[~won], data.n)
    reasons = [
        *outside(data, settings),
        not_by_price(data, settings),
        *no_winner,
        ("no_winning_price", np.isinf(winning)),
        ("no_other_price", np.isinf(next_lowest)),
        ("not_lowest_won", next_lowest < winning),
        ("price_not_positive", winning < 0),
    ]
    compared_at = ~np.logical_or.reduce([holds for _, holds in reasons])
    undefined = compared_at & (winning == 0) & (next_lowest == 0)
    known = compared_at & ~undefined
    ratio = np.full(data.n, np.nan)
    with np.errstate(divide="ignore"):
        ratio[known] = (next_lowest[known] - winning[known]) / winning[known]
    # Of equal prices the first bid counts.
    rows = compared[~won & (amount == next_lowest[process])]
    first = least_by(b.process[rows], b.index[rows], data.n)
    rows = rows[b.index[rows] == first[b.process[rows]]]
    runner_up = np.full(data.n, MISSING)
    runner_up[b.process[rows]] = b.sole_tenderer[rows]
    reasons.append(("price_not_positive", undefined))
    return Margins(ratio, winner, runner_up, reasons, int(undefined.sum()))


def unusual(flag: str, data: CodedTables, settings: Settings, small: bool) -> FlagResult:
    """Return the processes whose ratio is at most the flag's threshold or the lower fence, if `small`; else at least.

    A fence of 0 or less sets no process apart. Involved in a small ratio is the runner-up as well.
    """
    m, threshold = margins(data, settings), settings[flag]["threshold"]
    fence, set_by_data = ("lower_fence", lower_fence) if small else ("upper_fence", upper_fence)
    fences = set_by_data(m.ratios) if threshold == TUKEY else {fence: float(threshold)}
    stands_out = fences[fence] > 0
    flagged = stands_out & (m.ratio <= fences[fence] if small else m.ratio >= fences[fence])
    at = np.flatnonzero(flagged)
    few = no_fence(data.n, len(m.ratios), threshold, settings, True)
    why_not = [*m.reasons, *few, ("fence_not_positive", np.full(data.n, not stands_out))]
    who = [m.winner[at], m.runner_up[at]] if small else [m.winner[at]]
    involved = data.involved(np.tile(at, len(who)), np.concatenate(who))
    return judged(flag, "process", data.ocids, m.ratio, flagged, why_not, fences=fences, involved=involved)
