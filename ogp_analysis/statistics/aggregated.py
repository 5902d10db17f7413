"""Averages of effects by cohort and time, their influence functions, and bands that hold for all of them at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from ogp_analysis.statistics.group_time import Cells
from ogp_analysis.statistics.sample import summed_by

#: Ways of averaging the effects of cohorts and times.
BY = ("simple", "group", "event", "calendar")


@dataclass(frozen=True, eq=False)
class Averages:
    """Averages of one kind, and the average of these.

    Attributes
    ----------
    key : numpy.ndarray
        Cohort, time from adoption, or time of each average; empty for the simple one.
    effect, influence : numpy.ndarray
        One each; units by averages.
    overall : float
        The average of those from adoption on.
    overall_influence : numpy.ndarray
        One per unit.
    """

    key: np.ndarray
    effect: np.ndarray
    influence: np.ndarray
    overall: float
    overall_influence: np.ndarray


def averages(cells: Cells, cohort: np.ndarray, by: str, shares_estimated: bool = True) -> Averages:
    """Return the averages of effects ``by`` cohort (group), time from adoption (event), time (calendar), or simple.

    Cohorts weigh as many units as they have; the influence functions hold that their shares are estimated. The overall
    effect is the mean over treated cohorts and times (simple), over cohorts by their size (group), or over times from
    adoption, or times, alike (Callaway and Sant'Anna 2021, section 3). With `shares_estimated` false each effect
    weighs as many treated units as it rests on, and these weights are taken as given.
    """
    size = np.array([(cohort == g).mean() for g in cells.cohort]) if shares_estimated else cells.treated.astype(float)
    member = cohort[:, None] == cells.cohort[None, :]
    after = cells.time >= cells.cohort

    def weighted(chosen):
        """Mean by size of cohort, with the part of the influence that the sizes bring."""
        share, total, effects = size[chosen], size[chosen].sum(), cells.effect[chosen]
        effect, influence = effects @ share / total, cells.influence[:, chosen] @ share / total
        if shares_estimated:
            deviation = member[:, chosen] - share
            influence += (deviation / total - deviation.sum(axis=1)[:, None] * share / total**2) @ effects
        return effect, influence

    if by == "simple":
        overall, influence = weighted(after)
        return Averages(np.array([]), np.array([]), np.empty((len(cohort), 0)), float(overall), influence)
    if by == "event":
        label, keys = cells.time - cells.cohort, np.unique(cells.time - cells.cohort)
        parts = [weighted(label == key) for key in keys]
    elif by == "calendar":
        label, keys = cells.time, np.unique(cells.time[after])
        parts = [weighted(after & (label == key)) for key in keys]
    else:
        keys = np.unique(cells.cohort[after])
        chosen = [after & (cells.cohort == key) for key in keys]
        parts = [(cells.effect[among].mean(), cells.influence[:, among].mean(axis=1)) for among in chosen]
        if not shares_estimated:
            parts = [weighted(among) for among in chosen]
    effect, influence = np.array([part[0] for part in parts]), np.array([part[1] for part in parts]).T
    if by == "group" and not shares_estimated:
        share = np.array([size[among].sum() for among in chosen])
        return Averages(keys, effect, influence, float(effect @ share / share.sum()), influence @ share / share.sum())
    if by == "group":
        share = np.array([(cohort == key).mean() for key in keys])
        deviation = (cohort[:, None] == keys[None, :]) - share
        own = deviation / share.sum() - deviation.sum(axis=1)[:, None] * share / share.sum() ** 2
        overall = effect @ share / share.sum()
        return Averages(keys, effect, influence, float(overall), influence @ share / share.sum() + own @ effect)
    counted = keys >= 0 if by == "event" else np.ones(len(keys), bool)
    return Averages(keys, effect, influence, float(effect[counted].mean()), influence[:, counted].mean(axis=1))


def covariance(influence: np.ndarray, clusters: np.ndarray) -> np.ndarray:
    """Return the covariance of estimates by their influence functions, summed within clusters of units."""
    summed = summed_by(influence, clusters, clusters.max() + 1)
    return summed.T @ summed / len(influence) ** 2


def simultaneous_critical_value(influence: np.ndarray, clusters: np.ndarray, level: float, draws: int, seed: int
                                ) -> float:  # fmt: skip
    """Return by how many standard errors a band reaches that holds all its estimates at once.

    A multiplier bootstrap of the influence functions with Mammen's two-point weights, one per cluster; the quantile of
    the largest absolute deviation. It is never below the value of one estimate alone.
    """
    pointwise = float(stats.norm.ppf((1 + level) / 2))
    summed = summed_by(influence, clusters, clusters.max() + 1)
    error = np.sqrt((summed**2).sum(axis=0))
    summed = summed[:, error > 0] / error[error > 0]
    if summed.shape[1] < 2 or not draws:
        return pointwise
    root = np.sqrt(5.0)
    low, high, chance = (1 - root) / 2, (1 + root) / 2, (root + 1) / (2 * root)
    weights = np.where(np.random.default_rng(seed).random((draws, len(summed))) < chance, low, high)
    largest = np.abs(weights @ summed).max(axis=1)
    return max(pointwise, float(np.quantile(largest, level, method="inverted_cdf")))


def wald(estimates: np.ndarray, variance: np.ndarray) -> tuple[float, int, float]:
    """Return the statistic, the degrees of freedom and the p value of the test that all `estimates` are 0.

    Directions in which the variance is 0, up to rounding, are in no test: fewer clusters than estimates leave fewer.
    """
    values, vectors = np.linalg.eigh((variance + variance.T) / 2)
    kept = values > values.max() * 1e-10 if len(values) else np.array([], bool)
    if not kept.any():
        return float("nan"), 0, float("nan")
    statistic = float((((vectors[:, kept].T @ estimates) ** 2) / values[kept]).sum())
    return statistic, int(kept.sum()), float(stats.chi2.sf(statistic, int(kept.sum())))
