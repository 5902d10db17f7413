"""Scores of probability forecasts of a binary outcome: discrimination and accuracy, beside simpler forecasts.

Intervals resample units with replacement, each with all its rows, as if units were a sample. Whatever all units of a
group share, such as the shock of a year, is held fixed and is in no interval.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.result import checked_level
from ogp_analysis.statistics.sample import checked

#: The row that stands for the mean of the groups.
MEAN = "mean"


def scores(
    frame: pd.DataFrame,
    forecasts: Sequence[str],
    *,
    happened: str,
    unit: str,
    over: str,
    tops: Sequence[int] = (),
    level: float = 0.95,
    draws: int = 1999,
    seed: int = 0,
) -> pd.DataFrame:
    """Score forecasts of the same outcomes, in each group and in the mean of the groups.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row per unit and group.
    forecasts : sequence of str
        Columns of probabilities. The first is compared with each of the others.
    happened : str
        Column of what happened: 1 or 0.
    unit, over : str
        Columns of units, which are drawn, and of groups, such as rounds.
    tops : sequence of int
        Numbers of highest probabilities among which hits are counted; ties at the edge count their expected hits.
    level : float
        Coverage of the intervals: percentiles of the draws.
    draws : int
        Draws of units with replacement; the same for all groups and forecasts.
    seed : int
        Seed of the draws. Frames with the same units get the same draws.

    Returns
    -------
    pandas.DataFrame
        One row per group and forecast, then, of several groups, those of their mean: `over`, ``forecast, n, events``,
        ``risk``, the mean probability, ``auc`` and ``brier``, each with ``_low`` and ``_high``, ``hits_…`` for each of
        `tops`, and ``auc_more`` and ``brier_less``: by how much the first forecast has a higher AUC, and a lower Brier
        score, than this. In the mean rows counts are sums.

    Raises
    ------
    ModelError
        If a column is absent, a value is missing, a probability lies outside 0 to 1, a unit repeats within a group, or
        a group has no event or nothing but events.

    Notes
    -----
    The AUC is the share of pairs, each a unit with the event and a unit without it, in which the first had the higher
    probability; ties count half (Hanley and McNeil 1982). The Brier score (Brier 1950) is the mean squared difference
    between probability and outcome.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"place": list("abcd"), "round": 1, "fell": [1, 0, 1, 0], "risk": [0.6, 0.2, 0.3, 0.3]})
    >>> scored = scores(rows, ["risk"], happened="fell", unit="place", over="round", tops=[2], draws=99)
    >>> scored[["auc", "brier", "hits_2"]].round(3).values.tolist()
    [[0.875, 0.195, 1.5]]
    """
    checked_level(level, "scores")
    checked(frame, (over, unit), tuple(dict.fromkeys((happened, *forecasts))), "scores")
    frame = frame.reset_index(drop=True)
    values = frame[[happened, *forecasts]].astype("float64")
    between = ((values >= 0) & (values <= 1)).all(axis=None) and values[happened].isin((0, 1)).all()
    if not between or (frame.assign(**values).groupby(over)[happened].nunique() < 2).any():
        what = "a value is missing or outside 0 to 1, or a group has no event or nothing but events"
        raise ModelError("scores", what, "Give probabilities from 0 to 1, and outcomes 0 and 1 in each group")
    units = np.unique(frame[unit])
    drawn = np.random.default_rng(seed).multinomial(len(units), np.full(len(units), 1 / len(units)), size=draws)
    weights = np.vstack([np.ones(len(units)), drawn])  # the first are the units themselves
    counted, found = [], []
    for group, part in frame.groupby(over, sort=False):
        own, fell = weights[:, np.searchsorted(units, part[unit])], values.loc[part.index, happened].to_numpy()
        risks = {name: values.loc[part.index, name].to_numpy() for name in forecasts}
        found.append([(auc(fell, risk, own), brier(fell, risk, own)) for risk in risks.values()])
        for name, risk in risks.items():
            about = {over: group, "forecast": name, "n": len(part), "events": fell.sum(), "risk": risk.mean()}
            counted.append(about | {f"hits_{top}": hits(fell, risk, top) for top in tops})
    made, every = pd.DataFrame(counted), np.array(found)  # groups, forecasts, AUC and Brier, draws
    if len(every) > 1:
        totals = made.drop(columns=[over]).groupby("forecast", sort=False).sum().reset_index()
        made = pd.concat([made, totals.assign(**{over: MEAN, "risk": totals["risk"] / len(every)})], ignore_index=True)
        every = np.concatenate([every, every.mean(axis=0, keepdims=True)])
    return made.assign(events=made["events"].astype(int), **_with_ends(every, level))


def _with_ends(every: np.ndarray, level: float) -> dict[str, np.ndarray]:
    """Return the columns of scores and of their differences, with the ends of their intervals."""
    more = (every[:, :1] - every) * np.array([1, -1])[:, None]
    more[:, 0] = np.nan
    columns, ends = {}, ((1 - level) / 2, (1 + level) / 2)
    for at, (name, beside) in enumerate((("auc", "auc_more"), ("brier", "brier_less"))):
        for key, drawn in ((name, every[:, :, at]), (beside, more[:, :, at])):
            flat = drawn.reshape(-1, drawn.shape[-1])
            known = ~np.isnan(flat[:, 0])
            limits = np.full((len(flat), 2), np.nan)
            if known.any():
                limits[known] = np.nanquantile(flat[known, 1:], ends, axis=1).T
            columns |= {key: flat[:, 0], f"{key}_low": limits[:, 0], f"{key}_high": limits[:, 1]}
    return columns


def auc(happened: np.ndarray, risk: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the share of pairs in the right order, ties at half, for each row of weights; missing without pairs."""
    yes = happened == 1
    gap = risk[yes, None] - risk[~yes]
    won, one, other = (gap > 0) + 0.5 * (gap == 0), weights[:, yes], weights[:, ~yes]
    pairs = one.sum(axis=1) * other.sum(axis=1)
    return ((one @ won) * other).sum(axis=1) / np.where(pairs, pairs, np.nan)


def brier(happened: np.ndarray, risk: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the mean squared difference for each row of weights."""
    return weights @ (risk - happened) ** 2 / weights.sum(axis=1)


def hits(happened: np.ndarray, risk: np.ndarray, top: int) -> float:
    """Return the number of events among the highest risks; ties at the edge count their expected events."""
    edge = np.sort(risk)[::-1][min(top, len(risk)) - 1]
    above, tied = risk > edge, risk == edge
    return float(happened[above].sum() + (min(top, len(risk)) - above.sum()) * happened[tied].mean())
