"""Callaway and Sant'Anna (2021): each cohort beside units not treated yet, or never treated.

ATT(g, t) compares the change of a cohort since the last time before adoption with that of the controls. Covariates are
held equal by a regression of the change, by weights from a logit of adoption, or both (Sant'Anna and Zhao 2020).
"""

from __future__ import annotations

import numpy as np

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.adoption import Panel
from ogp_analysis.statistics.group_time import Effects, GroupTime

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
