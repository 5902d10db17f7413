"""ATT(g, t): effects on a cohort g at a time t with their influence functions, and what is averaged from them.

Each estimator of staggered adoption returns :class:`Effects`. A standard error, a test and a band come from the same
influence functions psi, one number a unit: the variance of an effect is the mean of psi² over the number of units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ogp_analysis.statistics.adoption import Panel
from ogp_analysis.statistics.result import Estimate, with_errors
from ogp_analysis.statistics.sample import summed_by

#: Term of the mean effect on those that adopted, over the times from adoption on.
OVERALL = "ATT"
#: Ways of averaging the effects of cohorts and times.
BY = ("simple", "group", "event", "calendar")


@dataclass(frozen=True, eq=False)
class GroupTime:
    """Effects by cohort and time.

    Attributes
    ----------
    g, t : numpy.ndarray
        Cohort and time of each effect.
    att : numpy.ndarray
        On the scale of the outcome. That of the base of a universal base is 0.
    psi : numpy.ndarray
        Influence functions, units by effects.
    reference : numpy.ndarray
        Whether an effect is 0 by construction.
    treated, controls : numpy.ndarray
        Units compared.
    without : int
        Effects from adoption on that have nobody to compare with, and so are not here.
    """

    g: np.ndarray
    t: np.ndarray
    att: np.ndarray
    psi: np.ndarray
    reference: np.ndarray
    treated: np.ndarray
    controls: np.ndarray
    without: int = 0

    @property
    def e(self) -> np.ndarray:
        """Time from adoption, t − g."""
        return self.t - self.g


@dataclass(frozen=True, eq=False)
class Averages:
    """Averages of one kind, and the average of these.

    Attributes
    ----------
    key : numpy.ndarray
        Cohort, time from adoption, or time of each average; empty for the simple one.
    att, psi : numpy.ndarray
        One each; units by averages.
    overall : float
        The average of those from adoption on.
    overall_psi : numpy.ndarray
        One per unit.
    """

    key: np.ndarray
    att: np.ndarray
    psi: np.ndarray
    overall: float
    overall_psi: np.ndarray


def aggregate(cells: GroupTime, G: np.ndarray, by: str, shares_estimated: bool = True) -> Averages:
    """Return the averages of effects ``by`` cohort (group), time from adoption (event), time (calendar), or simple.

    Cohorts weigh as many units as they have; the influence functions hold that their shares are estimated. The overall
    effect is the mean over treated cohorts and times (simple), over cohorts by their size (group), or over times from
    adoption, or times, alike (Callaway and Sant'Anna 2021, section 3). With `shares_estimated` false each effect
    weighs as many treated units as it rests on, and these weights are taken as given.
    """
    p = np.array([(g == G).mean() for g in cells.g]) if shares_estimated else cells.treated.astype(float)

    def mean(att: np.ndarray, psi: np.ndarray, p: np.ndarray, g: np.ndarray) -> tuple[float, np.ndarray]:
        theta, influence = att @ p / p.sum(), psi @ p / p.sum()
        if shares_estimated:
            influence = influence + ((G[:, None] == g) - p) @ (att - theta) / p.sum()
        return float(theta), influence

    def mean_over(k: np.ndarray) -> tuple[float, np.ndarray]:
        return mean(cells.att[k], cells.psi[:, k], p[k], cells.g[k])

    after = cells.e >= 0
    if by == "simple":
        return Averages(np.array([]), np.array([]), np.empty((len(G), 0)), *mean_over(after))
    label = {"group": cells.g, "event": cells.e, "calendar": cells.t}[by]
    keys = np.unique(label if by == "event" else label[after])
    among = [(label == key) & (after | (by == "event")) for key in keys]
    alike = by == "group" and shares_estimated
    parts = [(cells.att[k].mean(), cells.psi[:, k].mean(axis=1)) if alike else mean_over(k) for k in among]
    att, psi = np.array([theta for theta, _ in parts]), np.array([influence for _, influence in parts]).T
    if by == "group":
        size = np.array([p[k][0] if shares_estimated else p[k].sum() for k in among])
        return Averages(keys, att, psi, *mean(att, psi, size, keys))
    counted = (keys >= 0) | (by != "event")
    return Averages(keys, att, psi, float(att[counted].mean()), psi[:, counted].mean(axis=1))


@dataclass(frozen=True, eq=False, kw_only=True)
class Effects:
    """What an estimator makes of a panel, and how its numbers are to be inferred from.

    Attributes
    ----------
    panel : Panel
        Units by times.
    cells : GroupTime or None
        ATT(g, t); None for a method that does not distinguish cohorts.
    events : Averages
        Effects by time from adoption.
    whole : (float, numpy.ndarray)
        The mean effect that was asked for, and its influence function.
    shares_estimated : bool
        Whether the sizes of cohorts count as estimated.
    degrees : float or None
        Of the t distribution; None for the normal one.
    draws, seed : int
        Of the multiplier bootstrap.
    level : float
        Nominal coverage.
    """

    panel: Panel
    cells: GroupTime | None = None
    events: Averages
    whole: tuple[float, np.ndarray]
    shares_estimated: bool = False
    degrees: float | None = None
    draws: int = 999
    seed: int = 0
    level: float = 0.95

    @classmethod
    def of(cls, panel: Panel, cells: GroupTime, overall: str, shares_estimated: bool = False, degrees=None) -> Effects:
        """Return what is averaged from effects by cohort and time."""
        events, whole = (aggregate(cells, panel.G, by, shares_estimated) for by in ("event", overall))
        return cls(
            panel=panel,
            cells=cells,
            events=events,
            whole=(whole.overall, whole.overall_psi),
            shares_estimated=shares_estimated,
            degrees=degrees,
        )

    @property
    def sizes(self) -> dict[float, int]:
        """Treated units behind the effect at each time from adoption."""
        keys, sizes = np.unique(self.panel.e[self.panel.observed & ~self.panel.never[:, None]], return_counts=True)
        seen = dict(zip(keys.tolist(), sizes.tolist(), strict=True))
        if (cells := self.cells) is not None:
            seen |= {e: int(cells.treated[cells.e == e].sum()) for e in np.unique(cells.e).tolist()}
        return seen

    @property
    def often_seen(self) -> list[float]:
        """The times from adoption at which at least half of the units that adopt are seen."""
        half = (~self.panel.never).sum() / 2
        return [e for e, size in self.sizes.items() if size >= half]

    def covariance(self, psi: np.ndarray) -> np.ndarray:
        """Return the covariance of effects by their influence functions, summed within clusters of units."""
        summed = summed_by(psi, self.panel.clusters)
        return summed.T @ summed / len(psi) ** 2

    def estimates(self, att: np.ndarray, psi: np.ndarray, terms: Sequence[str]) -> tuple[Estimate, ...]:
        """Return effects with their errors and pointwise intervals; one that is fixed has neither."""
        return with_errors(terms, att, self.covariance(psi), self.degrees, self.level)

    def bands(self, means: Averages) -> tuple[tuple[float, float], ...]:
        """Return the ends of the band that holds all effects at once."""
        reach = simultaneous_critical_value(means.psi, self.panel.clusters, self.level, self.draws, self.seed)
        if self.degrees is not None:
            reach = max(reach, float(stats.t.ppf((1 + self.level) / 2, self.degrees)))
        half = reach * np.sqrt(np.diag(self.covariance(means.psi)))
        return tuple(zip((means.att - half).tolist(), (means.att + half).tolist(), strict=True))


@dataclass(frozen=True)
class PreTrends:
    """Whether effects before adoption are 0 together.

    Attributes
    ----------
    effects : int
        How many are tested.
    statistic : float or None
        Wald statistic.
    p_value : float or None
        From the chi-squared distribution with as many degrees of freedom as effects; None where there are none, or as
        many as units adopt (of a cohort: as many as it has units), or more than the clusters can distinguish.
    """

    effects: int
    statistic: float | None
    p_value: float | None


def simultaneous_critical_value(psi: np.ndarray, clusters: np.ndarray, level: float, draws: int, seed: int) -> float:
    """Return by how many standard errors a band reaches that holds all its estimates at once.

    A multiplier bootstrap of the influence functions with Mammen's two-point weights, one per cluster; the quantile of
    the largest absolute deviation. It is never below the value of one estimate alone.
    """
    pointwise = float(stats.norm.ppf((1 + level) / 2))
    summed = summed_by(psi, clusters)
    error = np.sqrt((summed**2).sum(axis=0))
    summed = summed[:, error > 0] / error[error > 0]
    if summed.shape[1] < 2 or not draws:
        return pointwise
    root = np.sqrt(5.0)
    chance = (root + 1) / (2 * root)
    V = np.where(np.random.default_rng(seed).random((draws, len(summed))) < chance, (1 - root) / 2, (1 + root) / 2)
    largest = np.abs(V @ summed).max(axis=1)
    return max(pointwise, float(np.quantile(largest, level, method="inverted_cdf")))


def wald(estimates: np.ndarray, variance: np.ndarray) -> tuple[float, int, float]:
    """Return the statistic, the degrees of freedom and the p value of the test that all `estimates` are 0.

    Directions in which the variance is 0, up to rounding, are in no test: fewer clusters than estimates leave fewer.
    """
    values, vectors = np.linalg.eigh((variance + variance.T) / 2)
    kept = values > values.max(initial=0) * 1e-10
    if not kept.any():
        return float("nan"), 0, float("nan")
    statistic = float((((vectors[:, kept].T @ estimates) ** 2) / values[kept]).sum())
    return statistic, int(kept.sum()), float(stats.chi2.sf(statistic, int(kept.sum())))
