"""Effects by cohort and time (Callaway and Sant'Anna 2021), each with its influence function.

The effect on a cohort at a time compares its change since the last time before adoption with that of units not yet, or
never, treated. All that is aggregated from these effects has its standard error from the same influence functions, one
number a unit: see `aggregated`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.adoption import Adoption

#: Units whose probability of adoption is estimated higher than this have no like among the controls.
NO_OVERLAP = 0.999
#: Controls likelier than this to have adopted get no weight: what they stand for would be almost themselves alone.
TRIM = 0.995
_STEPS, _CLOSE = 50, 1e-12


@dataclass(frozen=True, eq=False)
class Cells:
    """Effects by cohort and time.

    Attributes
    ----------
    cohort, time : numpy.ndarray
        Of each effect.
    effect : numpy.ndarray
        On the scale of the outcome. That of the base of a universal base is 0.
    influence : numpy.ndarray
        Units by effects; the variance of an effect is the mean of its squares over the number of units.
    reference : numpy.ndarray
        Whether an effect is 0 by construction.
    treated, controls : numpy.ndarray
        Units compared.
    without : int
        Effects from adoption on that have nobody to compare with, and so are not here.
    """

    cohort: np.ndarray
    time: np.ndarray
    effect: np.ndarray
    influence: np.ndarray
    reference: np.ndarray
    treated: np.ndarray
    controls: np.ndarray
    without: int = 0


def group_time_effects(panel: Adoption, where: str, *, control: str, estimator: str, base: str) -> Cells:
    """Return the effects by cohort and time.

    Parameters
    ----------
    panel : Adoption
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
    times, cohort, lead = panel.times, panel.cohort, panel.anticipation
    if control == "never" and np.isfinite(cohort).all():
        raise ModelError(where, f"no unit of {len(cohort)} is never treated", 'Compare with control="not_yet"')
    cells, without = [], 0
    for g in panel.cohorts:
        last_before = int(np.flatnonzero(times + lead < g)[-1])
        for t in range(len(times)):
            if base == "universal" or times[t] >= g - lead:
                before = last_before
            elif t == 0:
                continue
            else:
                before = t - 1
            treated = cohort == g
            later = times[max(t, before)] + lead
            pool = np.isinf(cohort) if control == "never" else (cohort > later) & ~treated
            if t == before:
                cells.append((g, times[t], 0.0, np.zeros(len(cohort)), True, treated.sum(), pool.sum()))
                continue
            in_both = panel.observed[:, t] & panel.observed[:, before]
            rows = (treated | pool) & in_both
            n_treated, n_controls = int((treated & rows).sum()), int((pool & rows).sum())
            if not n_treated or not n_controls:
                without += int(times[t] >= g)  # as of the last cohort, if no unit never adopts
                continue
            change = panel.outcome[rows, t] - panel.outcome[rows, before]
            x = np.column_stack([np.ones(rows.sum()), panel.covariates[rows, before]])
            effect, own = effect_on_treated(change, treated[rows].astype(float), x, estimator, f"{where}, cohort {g:g}")
            influence = np.zeros(len(cohort))
            influence[rows] = own * len(cohort) / rows.sum()
            cells.append((g, times[t], effect, influence, False, n_treated, n_controls))
    if not any(time >= g for g, time, *_ in cells):
        raise ModelError(where, "no cohort has units to compare with", "Add units that adopt later, or never")
    g, t, effect, influence, reference, n_treated, n_controls = zip(*cells, strict=True)
    return Cells(np.array(g), np.array(t), np.array(effect), np.array(influence).T, np.array(reference),
                 np.array(n_treated), np.array(n_controls), without)  # fmt: skip


def effect_on_treated(
    change: np.ndarray, treated: np.ndarray, x: np.ndarray, estimator: str, where: str
) -> tuple[float, np.ndarray]:
    """Return the effect on the treated of two times, and its influence function (Sant'Anna and Zhao 2020, 2.3–3.1).

    Parameters
    ----------
    change, treated : numpy.ndarray
        Of each unit what its outcome changed by, and 1 if it is treated at the later time, else 0.
    x : numpy.ndarray
        Units by covariates, the constant first.
    estimator, where : str
        As in :func:`group_time_effects`.

    Raises
    ------
    ModelError
        If controls are too few, or covariates do not vary among them or part them from the treated.
    """
    n, k = x.shape
    outcome_model = estimator in ("doubly_robust", "regression")
    if outcome_model and (1 - treated).sum() < k:
        raise ModelError(where, f"{int((1 - treated).sum())} controls for {k - 1} covariates", "Use fewer covariates")
    predicted, regression_influence = np.zeros(n), np.zeros_like(x)
    if outcome_model:
        controls = x[treated == 0]
        gram = controls.T @ controls / n
        if np.linalg.matrix_rank(controls) < k:
            raise ModelError(where, "a covariate does not vary, or follows from others, among the controls",
                             "Leave it out")  # fmt: skip
        inverse = np.linalg.inv(gram)
        predicted = x @ (inverse @ (controls.T @ change[treated == 0]) / n)
        regression_influence = ((1 - treated) * (change - predicted))[:, None] * x @ inverse
    residual = change - predicted
    if estimator == "regression":
        weight, logit_influence = treated, None
    else:
        probability, hessian = propensities(treated, x, where)
        trimmed = (treated == 1) | (probability < TRIM)
        weight = trimmed * probability * (1 - treated) / (1 - probability)
        logit_influence = (treated - probability)[:, None] * x @ hessian
    of_treated = (treated * residual).mean() / treated.mean()
    first = treated * (residual - of_treated)
    if outcome_model:
        first = first - regression_influence @ (treated[:, None] * x).mean(axis=0)
    if estimator == "regression":  # controls stand for themselves in the regression alone
        return float(of_treated), first / treated.mean()
    of_controls = (weight * residual).mean() / weight.mean()
    second = weight * (residual - of_controls)
    second = second + logit_influence @ ((weight * (residual - of_controls))[:, None] * x).mean(axis=0)
    if outcome_model:
        second = second - regression_influence @ (weight[:, None] * x).mean(axis=0)
    return float(of_treated - of_controls), first / treated.mean() - second / weight.mean()


def propensities(treated: np.ndarray, x: np.ndarray, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Return how probable adoption was, by a logit with Newton's method, and the inverse of its mean information.

    Parameters are those of :func:`effect_on_treated`.

    Raises
    ------
    ModelError
        If a unit is likelier to adopt than :data:`NO_OVERLAP`.
    """
    coefficients = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        probability = 1 / (1 + np.exp(-np.clip(x @ coefficients, -30, 30)))
        information = (x * (probability * (1 - probability))[:, None]).T @ x / len(x)
        try:
            step = np.linalg.solve(information, x.T @ (treated - probability) / len(x))
        except np.linalg.LinAlgError:
            break
        coefficients = coefficients + step
        if np.abs(step).max() < _CLOSE * max(1.0, np.abs(coefficients).max()):
            break
    probability = 1 / (1 + np.exp(-np.clip(x @ coefficients, -30, 30)))
    if not np.isfinite(probability).all() or probability.max() > NO_OVERLAP or np.linalg.cond(information) > 1e14:
        raise ModelError(where, f"covariates part its {int(treated.sum())} units from the controls",
                         'Use fewer covariates, or estimator="regression"')  # fmt: skip
    return probability, np.linalg.inv((x * (probability * (1 - probability))[:, None]).T @ x / len(x))
