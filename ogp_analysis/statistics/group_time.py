"""ATT(g, t): effects on a cohort g at a time t with their influence functions, and what is averaged from them.

Each estimator of staggered adoption returns :class:`Effects`. A standard error, a test and a band come from the same
influence functions psi, one number a unit: the variance of an effect is the mean of psi² over the number of units.

Callaway and Sant'Anna (2021) compare the change of a cohort since the last time before adoption with that of units not
treated yet, or never treated. Covariates are held equal by a regression of the change, by weights from a logit of
adoption, or both (Sant'Anna and Zhao 2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from ogp_analysis.base.errors import ModelError
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
    statistic: float | None = None
    p_value: float | None = None


def pretrends(effects: Effects, of_cells: bool = False) -> PreTrends:
    """Return whether effects before adoption are 0 together: those by time from adoption, or those of all cells."""
    panel, source = effects.panel, effects.cells if of_cells else effects.events
    if source is None:
        return PreTrends(0)
    if of_cells:
        chosen = (source.e < -panel.delta) & ~source.reference
        too_many = any((source.g[chosen] == g).sum() >= size for g, size in panel.sizes.items())
    else:
        chosen = (source.key < -panel.delta) & np.isin(source.key, effects.often_seen)
        chosen &= np.abs(source.psi).max(axis=0, initial=0) > 0
        too_many = chosen.sum() >= sum(panel.sizes.values())
    n = int(chosen.sum())
    if not n:
        return PreTrends(0)
    statistic, degrees, p = wald(source.att[chosen], effects.covariance(source.psi[:, chosen]))
    return PreTrends(n) if degrees < n or too_many else PreTrends(n, statistic, p)


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


#: Units whose probability of adoption is estimated higher than this have no like among the controls.
NO_OVERLAP = 0.999
#: Controls likelier than this to have adopted get no weight: what they stand for would be almost themselves alone.
TRIM = 0.995
_STEPS, _CLOSE = 50, 1e-12


def callaway_santanna(panel: Panel, where: str, overall: str, **choices: str) -> Effects:
    """Return the effects by cohort and time of :func:`group_time_effects`, and what is averaged from them."""
    return Effects.of(panel, group_time_effects(panel, where, **choices), overall, shares_estimated=True)


def group_time_effects(panel: Panel, where: str, *, control: str, estimator: str, base: str) -> GroupTime:
    """Return the effects by cohort and time.

    Parameters
    ----------
    panel : Panel
        Units by times.
    where : str
        Who asks.
    control : {"never", "not_yet"}
        Which units a cohort is compared with.
    estimator : {"doubly_robust", "regression", "weighting"}
        How covariates are held equal.
    base : {"varying", "universal"}
        With which time a time before adoption is compared: the one before it, or the last before adoption.

    Raises
    ------
    ModelError
        If there are no controls for any effect, or covariates part a cohort from its controls.
    """
    times, G, delta, n = panel.times, panel.G, panel.delta, len(panel.units)
    if control == "never" and not panel.never.any():
        raise ModelError(where, f"no unit of {n} is never treated", 'Compare with control="not_yet"')
    cells, without = [], 0
    for g in panel.cohorts:
        last_before = int(np.flatnonzero(times + delta < g)[-1])
        treated, held = g == G, {}
        for t in range(len(times)):
            before = last_before if base == "universal" or times[t] >= g - delta else t - 1
            if before < 0:
                continue
            pool = panel.never if control == "never" else (times[max(t, before)] + delta < G) & ~treated
            if t == before:
                cells.append((g, times[t], 0.0, np.zeros(n), True, treated.sum(), pool.sum()))
                continue
            rows = (treated | pool) & panel.observed[:, t] & panel.observed[:, before]
            n_treated, n_controls = int((treated & rows).sum()), int((pool & rows).sum())
            if not n_treated or not n_controls:
                without += int(times[t] >= g)  # as of the last cohort, if no unit never adopts
                continue
            dY = panel.Y[rows, t] - panel.Y[rows, before]
            if (same := (before, rows.tobytes())) not in held:
                X = np.column_stack([np.ones(len(dY)), panel.X[rows, before]])
                held[same] = Adjustment(treated[rows].astype(float), X, estimator, f"{where}, cohort {g:g}")
            att, own = held[same].effect(dY)
            psi = np.zeros(n)
            psi[rows] = own * n / len(dY)
            cells.append((g, times[t], att, psi, False, n_treated, n_controls))
    if not any(t >= g for g, t, *_ in cells):
        raise ModelError(where, "no cohort has units to compare with", "Add units that adopt later, or never")
    g, t, att, psi, *counts = map(np.array, zip(*cells, strict=True))
    return GroupTime(g, t, att, psi.T, *counts, without)


class Adjustment:
    """How covariates are held equal among some units at two times: it is the same whatever the outcome did.

    Parameters
    ----------
    D : numpy.ndarray
        Of each unit 1 if it is treated at the later time, else 0.
    X : numpy.ndarray
        Units by covariates, the constant first.
    estimator, where : str
        As in :func:`group_time_effects`.

    Raises
    ------
    ModelError
        If controls are too few, or covariates do not vary among them or part them from the treated.
    """

    def __init__(self, D: np.ndarray, X: np.ndarray, estimator: str, where: str) -> None:
        self.D, self.X, self.estimator = D, X, estimator
        n, k = X.shape
        if estimator != "weighting":
            self.controls = X[D == 0]
            few = len(self.controls) < k
            if few or np.linalg.matrix_rank(self.controls) < k:
                what = "a covariate does not vary, or follows from others, among the controls"
                what = f"{len(self.controls)} controls for {k - 1} covariates" if few else what
                raise ModelError(where, what, "Use fewer covariates" if few else "Leave it out")
            self.inverse = np.linalg.inv(self.controls.T @ self.controls / n)
        if estimator != "regression":
            self.p, self.hessian = propensities(D, X, where)
            self.w = ((D == 1) | (self.p < TRIM)) * self.p * (1 - D) / (1 - self.p)

    def effect(self, dY: np.ndarray) -> tuple[float, np.ndarray]:
        """Return the effect on the treated of two times, and its influence function (Sant'Anna and Zhao 2020, 2.3–3.1).

        Parameters
        ----------
        dY : numpy.ndarray
            Of each unit what its outcome changed by.
        """
        D, X, residual, of_outcome = self.D, self.X, dY, np.zeros_like(self.X)
        if self.estimator != "weighting":
            residual = dY - X @ (self.inverse @ (self.controls.T @ dY[D == 0]) / len(X))
            of_outcome = ((1 - D) * residual)[:, None] * X @ self.inverse
        of_treated = (D * residual).mean() / D.mean()
        first = D * (residual - of_treated) - of_outcome @ (D[:, None] * X).mean(axis=0)
        if self.estimator == "regression":  # controls stand for themselves in the regression alone
            return float(of_treated), first / D.mean()
        w, of_controls = self.w, (self.w * residual).mean() / self.w.mean()
        second = w * (residual - of_controls)
        of_logit = (D - self.p)[:, None] * X @ self.hessian
        second = second + of_logit @ (second[:, None] * X).mean(axis=0) - of_outcome @ (w[:, None] * X).mean(axis=0)
        return float(of_treated - of_controls), first / D.mean() - second / w.mean()


def propensities(D: np.ndarray, X: np.ndarray, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Return how probable adoption was, by a logit with Newton's method, and the inverse of its mean information.

    Parameters are those of :class:`Adjustment`.

    Raises
    ------
    ModelError
        If a unit is likelier to adopt than :data:`NO_OVERLAP`.
    """

    def fitted(gamma: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        p = 1 / (1 + np.exp(-np.clip(X @ gamma, -30, 30)))
        return p, (X * (p * (1 - p))[:, None]).T @ X / len(X)

    gamma = np.zeros(X.shape[1])
    for _ in range(_STEPS):
        p, information = fitted(gamma)
        try:
            step = np.linalg.solve(information, X.T @ (D - p) / len(X))
        except np.linalg.LinAlgError:
            break
        gamma = gamma + step
        if np.abs(step).max() < _CLOSE * max(1.0, np.abs(gamma).max()):
            break
    p, last = fitted(gamma)
    if not np.isfinite(p).all() or p.max() > NO_OVERLAP or np.linalg.cond(information) > 1e14:
        raise ModelError(
            where,
            f"covariates part its {int(D.sum())} units from the controls",
            'Use fewer covariates, or estimator="regression"',
        )
    return p, np.linalg.inv(last)
