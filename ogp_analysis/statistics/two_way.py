"""Regressions with an effect of each unit and of each time: two-way fixed effects, Sun and Abraham, and imputation.

The fixed effects are taken out exactly, also where units are not observed at every time: values are centred by unit,
and the times stand in the regression as columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.adoption import Adoption
from ogp_analysis.statistics.sample import summed_by

#: The time from adoption that the others are compared with, where nothing else is said.
REFERENCE = -1
_SMALL = 1e-9
#: A square of a size from which on rounding does not hide a size below _SMALL.
_CLEAR = 1e-8


@dataclass(frozen=True, eq=False)
class Fit:
    """Coefficients of a regression with fixed effects of units and times.

    Attributes
    ----------
    coefficients, covariance : numpy.ndarray
        Of the columns given, then of the covariates.
    influence : numpy.ndarray
        Units by coefficients, corrected for the number of clusters and of coefficients: `covariance` is the sum of
        squares by cluster over the squared number of units.
    """

    coefficients: np.ndarray
    covariance: np.ndarray
    influence: np.ndarray


def fixed_effects(panel: Adoption, columns: np.ndarray, where: str) -> Fit:
    """Regress the outcome on `columns` (units by times by columns), the covariates, and effects of units and times.

    Errors are clustered. The convention of small samples is that of fixest: clusters over clusters less one, and rows
    less one over rows less coefficients, where effects of units that lie within a cluster are not counted.

    Raises
    ------
    ModelError
        If columns follow from each other and from the fixed effects.
    """
    row, at = np.nonzero(panel.observed)
    y = panel.outcome[row, at]
    x = np.concatenate([columns, panel.covariates], axis=2)[row, at]
    dummies = (at[:, None] == np.arange(1, len(panel.times))[None, :]).astype(float)
    scale = np.sqrt((x**2).sum(axis=0))
    y, x, dummies = (_centred(values, row) for values in (y[:, None], x, dummies))
    basis = dummies
    if dummies.shape[1]:
        vectors, sizes, _ = np.linalg.svd(dummies, full_matrices=False)
        basis = vectors[:, sizes > _SMALL * sizes[0]]
    y, free = y[:, 0] - basis @ (basis.T @ y[:, 0]), x - basis @ (basis.T @ x)
    shares = free / np.maximum(scale, 1e-300)
    # Squared sizes far above the tolerance settle it for much less work; others are too inexact to.
    if np.linalg.eigvalsh(shares.T @ shares)[0] < _CLEAR and np.linalg.matrix_rank(shares, tol=_SMALL) < x.shape[1]:
        raise ModelError(where, "effects follow from each other, or from the effects of units and times",
                         "Leave out covariates that are constant in a unit, or add units that never adopt")  # fmt: skip
    inverse = np.linalg.inv(free.T @ free)
    coefficients = inverse @ (free.T @ y)
    scores = (y - free @ coefficients)[:, None] * free @ inverse
    influence = summed_by(scores, row, len(panel.units))
    clusters = len(np.unique(panel.clusters))
    counted = free.shape[1] + basis.shape[1] + 1
    n = len(y)
    correction = clusters / (clusters - 1) * (n - 1) / (n - counted)
    influence *= np.sqrt(correction) * len(influence)
    summed = summed_by(influence, panel.clusters, clusters)
    return Fit(coefficients, summed.T @ summed / len(influence) ** 2, influence)


def event_columns(panel: Adoption, reference: int = REFERENCE) -> tuple[np.ndarray, np.ndarray]:
    """Return the times from adoption other than `reference`, and an indicator of each, units by times by indicators."""
    event = panel.times[None, :] - panel.cohort[:, None]
    there = np.unique(event[np.isfinite(event) & panel.observed])
    keys = there[there != reference]
    return keys, (event[:, :, None] == keys[None, None, :]).astype(float)


def interacted_columns(panel: Adoption, reference: int = REFERENCE) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return cohort and time from adoption of each cell but the `reference`, and its indicator (Sun, Abraham 2021)."""
    event = panel.times[None, :] - panel.cohort[:, None]
    pairs = [
        (g, e)
        for g in panel.cohorts
        for e in np.unique(event[(panel.cohort == g)[:, None] & panel.observed])
        if e != reference
    ]
    g, e = np.array(pairs).T
    columns = (panel.cohort[:, None, None] == g) & (event[:, :, None] == e)
    return g, e, columns.astype(float)


def decomposition(panel: Adoption, where: str) -> pd.DataFrame:
    """Return the comparisons of two groups whose weighted mean is the two-way estimate (Goodman-Bacon 2021).

    Returns
    -------
    pandas.DataFrame
        ``kind`` (``"treated_never"``, ``"earlier_later"`` or ``"later_earlier"``), ``treated, control`` (cohorts; the
        control is missing where it never adopts), ``estimate, weight``. Weights sum to 1.

    Raises
    ------
    ModelError
        If units are not observed at every time, or there are covariates.
    """
    if not panel.balanced or panel.covariates.shape[2]:
        raise ModelError(where, "the decomposition takes units observed at every time, and no covariates",
                         'Set unbalanced="drop", and leave covariates out')  # fmt: skip
    never = np.isinf(panel.cohort)
    groups = [*panel.cohorts, *([np.inf] if never.any() else [])]
    n = {g: int((panel.cohort == g).sum()) for g in groups}
    mean = {g: panel.outcome[panel.cohort == g].mean(axis=0) for g in groups}
    share = {g: float((panel.times >= g).mean()) for g in groups}
    rows = []

    def compare(kind, treated, control, window, weight):
        after = panel.times >= treated
        change = [
            mean[group][window & after].mean() - mean[group][window & ~after].mean() for group in (treated, control)
        ]
        rows.append((kind, treated, control if np.isfinite(control) else np.nan, change[0] - change[1], weight))

    always = np.ones(len(panel.times), bool)
    for number, g in enumerate(groups):
        for later in groups[number + 1 :]:
            among = n[g] / (n[g] + n[later])
            spread, both = among * (1 - among), (n[g] + n[later]) ** 2
            if np.isinf(later):
                compare("treated_never", g, later, always, both * spread * share[g] * (1 - share[g]))
                continue
            apart = share[g] - share[later]
            compare("earlier_later", g, later, panel.times < later, both * spread * apart * (1 - share[g]))
            compare("later_earlier", later, g, panel.times >= g, both * spread * share[later] * apart)
    comparisons = pd.DataFrame(rows, columns=["kind", "treated", "control", "estimate", "weight"])
    comparisons["weight"] /= comparisons["weight"].sum()
    return comparisons.astype({"treated": "Int64", "control": "Int64"})


@dataclass(frozen=True, eq=False)
class Imputed:
    """Effects of treated units and times, each the outcome less what untreated rows lead one to expect.

    Attributes
    ----------
    row, at : numpy.ndarray
        Unit and time of each.
    effect : numpy.ndarray
        On the scale of the outcome.
    """

    row: np.ndarray
    at: np.ndarray
    effect: np.ndarray
    _panel: Adoption
    _untreated: tuple[np.ndarray, np.ndarray]
    _residual: np.ndarray
    _within: np.ndarray
    _beyond: np.ndarray
    _inverse: np.ndarray

    def averaged(self, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return weighted means of the effects, and their influence functions, units by means.

        The standard errors are those of Borusyak, Jaravel and Spiess (2024): they are conservative, since effects may
        differ around their mean by cohort and time only.

        Parameters
        ----------
        weights : numpy.ndarray
            Means by effects; each sums to 1.
        """
        panel, (row, _at) = self._panel, self._untreated
        cell = pd.factorize(pd.MultiIndex.from_arrays([panel.cohort[self.row], self.at]))[0]
        slopes = weights @ self._beyond @ self._inverse
        seen = np.bincount(row, minlength=len(panel.units))
        influence = np.zeros((len(panel.units), len(weights)))
        for number, own in enumerate(weights):
            squared = np.bincount(cell, own**2)
            mean = np.divide(np.bincount(cell, own**2 * self.effect), squared, out=np.zeros_like(squared),
                             where=squared > 0)  # fmt: skip
            influence[:, number] += np.bincount(self.row, own * (self.effect - mean[cell]), len(panel.units))
            of_unit = np.bincount(self.row, own, minlength=len(panel.units))
            implied = -(of_unit[row] / seen[row] + self._within @ slopes[number])
            influence[:, number] += np.bincount(row, implied * self._residual, len(panel.units))
        return weights @ self.effect, influence * len(influence)


def imputed(panel: Adoption, where: str) -> Imputed:
    """Return the effect of every treated unit and time that can be imputed (Borusyak, Jaravel and Spiess 2024).

    Effects of units and times, and coefficients of covariates, are fitted to the rows before treatment (less the
    anticipation). A row whose time or unit has none of these cannot be imputed and is in no effect.

    Raises
    ------
    ModelError
        If no effect can be imputed, or a covariate follows from the fixed effects.
    """
    untreated = panel.observed & (panel.times[None, :] < panel.cohort[:, None] - panel.anticipation)
    known = np.flatnonzero(untreated.any(axis=0))
    treated = panel.observed & panel.treated & untreated.any(axis=1)[:, None]
    treated[:, [at for at in range(len(panel.times)) if at not in known]] = False
    if not treated.any():
        raise ModelError(where, "no unit is untreated at a time at which others are treated",
                         "Add units that adopt later, or never")  # fmt: skip

    def columns(row, at):
        return np.hstack([(at[:, None] == known[None, 1:]).astype(float), panel.covariates[row, at]])

    row, at = np.nonzero(untreated)
    x, y = columns(row, at), panel.outcome[row, at]
    within, y_within = _centred(x, row), _centred(y[:, None], row)[:, 0]
    gram = within.T @ within
    size = np.maximum(np.sqrt((x**2).sum(axis=0)), 1e-300)
    if np.linalg.matrix_rank(within / size, tol=_SMALL) < len(gram):
        raise ModelError(where, "a covariate follows from effects of units and times, or the rows before treatment "
                         "do not join all units and times", "Leave such covariates out, or choose years")  # fmt: skip
    inverse = np.linalg.inv(gram)
    slopes = inverse @ (within.T @ y_within)
    own_row, own_at = np.nonzero(treated)
    means = _means_by(np.column_stack([x, y]), row, len(panel.units))
    beyond = columns(own_row, own_at) - means[own_row, :-1]
    effect = panel.outcome[own_row, own_at] - means[own_row, -1] - beyond @ slopes
    return Imputed(own_row, own_at, effect, panel, (row, at), y_within - within @ slopes, within, beyond, inverse)


def _centred(values: np.ndarray, row: np.ndarray) -> np.ndarray:
    return values - _means_by(values, row, row.max() + 1)[row]


def _means_by(values: np.ndarray, row: np.ndarray, rows: int) -> np.ndarray:
    return summed_by(values, row, rows) / np.maximum(np.bincount(row, minlength=rows), 1)[:, None]
