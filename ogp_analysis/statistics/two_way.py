"""Regressions with an effect of each unit and of each time: two-way fixed effects, and Sun and Abraham (2021);
beside them imputation (Borusyak, Jaravel and Spiess 2024): treated rows beside what untreated rows lead one to expect.

The fixed effects are taken out exactly, also where units are not observed at every time: values are centred by unit,
and the times stand in the regression as columns.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from ogp_analysis.base.errors import ModelError
from ogp_analysis.statistics.adoption import Panel, consecutive
from ogp_analysis.statistics.group_time import Averages, Effects, GroupTime
from ogp_analysis.statistics.sample import summed_by

#: The time from adoption that the others are compared with, where nothing else is said.
REFERENCE = -1
#: A size below which a column follows from the others; a square from which on rounding does not hide such a size.
SMALL, _CLEAR = 1e-9, 1e-8


def fixed_effects(panel: Panel, columns: np.ndarray, where: str) -> tuple[np.ndarray, np.ndarray]:
    """Regress the outcome on `columns` (units by times by columns), the covariates, and effects of units and times.

    Errors are clustered. The convention of small samples is that of fixest: clusters over clusters less one, and rows
    less one over rows less coefficients, where effects of units that lie within a cluster are not counted.

    Returns
    -------
    (numpy.ndarray, numpy.ndarray)
        Coefficients of the columns, then of the covariates; and their influence functions, units by coefficients,
        which hold that correction.

    Raises
    ------
    ModelError
        If columns follow from each other and from the fixed effects.
    """
    row, at = np.nonzero(panel.observed)
    x = np.concatenate([columns, panel.X], axis=2)[row, at]
    dummies = (at[:, None] == np.arange(1, len(panel.times))[None, :]).astype(float)
    y, centred, basis = (centred_by(values, row) for values in (panel.Y[row, at][:, None], x, dummies))
    if dummies.shape[1]:
        vectors, sizes, _ = np.linalg.svd(basis, full_matrices=False)
        basis = vectors[:, sizes > SMALL * sizes[0]]
    y, free = y[:, 0] - basis @ (basis.T @ y[:, 0]), centred - basis @ (basis.T @ centred)
    shares = free / np.maximum(np.sqrt((x**2).sum(axis=0)), 1e-300)
    # Squared sizes far above the tolerance settle it for much less work; others are too inexact to.
    if np.linalg.eigvalsh(shares.T @ shares)[0] < _CLEAR and np.linalg.matrix_rank(shares, tol=SMALL) < x.shape[1]:
        raise ModelError(
            where,
            "effects follow from each other, or from the effects of units and times",
            "Leave out covariates that are constant in a unit, or add units that never adopt",
        )
    inverse = np.linalg.inv(free.T @ free)
    beta = inverse @ (free.T @ y)
    psi = summed_by((y - free @ beta)[:, None] * free @ inverse, row, len(panel.units))
    G, n = panel.cluster_count, len(y)
    correction = G / (G - 1) * (n - 1) / (n - free.shape[1] - basis.shape[1] - 1)
    return beta, psi * (np.sqrt(correction) * len(psi))


def two_way_fixed_effects(panel: Panel, where: str, overall: str) -> Effects:
    """Regress on being treated, with effects of units and times: one mean effect, and one per time from adoption.

    Raises
    ------
    ModelError
        If times do not follow one another, or another mean than the simple one is asked for.
    """
    consecutive(panel, where)
    if overall != "simple":
        raise ModelError(where, "two-way fixed effects have one mean effect", 'Leave overall at "simple"')
    e, reference = panel.e, REFERENCE - panel.delta
    D = [e >= 0, *([(e < 0) & (e >= -panel.delta)] if panel.delta else [])]
    whole, whole_psi = fixed_effects(panel, np.stack(D, axis=2).astype(float), where)
    keys = np.unique(e[np.isfinite(e) & panel.observed])
    free = keys != reference
    # Where every unit adopts, a trend in the time from adoption is one of the effects of units and times: the earliest
    # time is fixed too, and where cohorts lie evenly apart some after it.
    while True:
        try:
            beta, beta_psi = fixed_effects(panel, (e[:, :, None] == keys[free]).astype(float), where)
            break
        except ModelError:
            if panel.never.any() or not (free & (keys < reference)).any():
                raise
            free[np.flatnonzero(free)[0]] = False
    if reference not in keys:
        place = np.searchsorted(keys, reference)
        keys, free = np.insert(keys, place, reference), np.insert(free, place, False)
    att, psi = np.zeros(len(keys)), np.zeros((len(panel.units), len(keys)))
    att[free], psi[:, free] = beta[: free.sum()], beta_psi[:, : free.sum()]
    events = Averages(keys, att, psi, 0.0, np.zeros(len(psi)))
    return Effects(panel=panel, events=events, whole=(whole[0], whole_psi[:, 0]), degrees=panel.cluster_count - 1.0)


def sun_abraham(panel: Panel, where: str, overall: str) -> Effects:
    """Regress on cohorts by time from adoption, with effects of units and times (Sun and Abraham 2021).

    Where all adopt, the last cohort serves as control, up to its own adoption.

    Raises
    ------
    ModelError
        If times do not follow one another, or all units adopt at the same time.
    """
    consecutive(panel, where)
    if not panel.never.any():
        if len(panel.cohorts) < 2:
            many = f"all {len(panel.units)} units adopt at the same time"
            raise ModelError(where, many, "There is nothing to compare with")
        last = panel.cohorts[-1]
        kept = panel.times < last - panel.delta
        lost = int(panel.observed[:, ~kept].sum())
        panel = replace(
            panel,
            times=panel.times[kept],
            Y=panel.Y[:, kept],
            X=panel.X[:, kept],
            G=np.where(last <= panel.G, np.inf, panel.G),
            left_out=(*panel.left_out, ("last_cohort", lost)),
        )
    reference, observed = REFERENCE - panel.delta, panel.observed
    pairs = [(g, e) for g in panel.cohorts for e in np.unique(panel.e[(g == panel.G)[:, None] & observed])]
    pairs = sorted({*pairs, *((g, reference) for g in panel.cohorts if g + reference in panel.times)})
    g, e = np.array(pairs).T
    fixed, never = e == reference, panel.never
    columns = (panel.G[:, None, None] == g[~fixed]) & (panel.e[:, :, None] == e[~fixed])
    beta, beta_psi = fixed_effects(panel, columns.astype(float), where)
    k = int((~fixed).sum())
    att, psi = np.zeros(len(g)), np.zeros((len(panel.units), len(g)))
    att[~fixed], psi[:, ~fixed] = beta[:k], beta_psi[:, :k]
    seen = [observed[:, panel.times == t].ravel() for t in g + e]
    treated = np.array([(there & (one == panel.G)).sum() for there, one in zip(seen, g, strict=True)])
    controls = np.array([(there & never).sum() for there in seen])
    cells = GroupTime(g, g + e, att, psi, fixed, treated, controls)
    return Effects.of(panel, cells, overall, degrees=panel.cluster_count - 1.0)


def decomposition(panel: Panel) -> pd.DataFrame:
    """Return the comparisons of two groups whose weighted mean is the two-way estimate (Goodman-Bacon 2021).

    Units are observed at every time, and there are no covariates.

    Returns
    -------
    pandas.DataFrame
        ``kind`` (``"treated_never"``, ``"earlier_later"`` or ``"later_earlier"``), ``treated, control`` (cohorts; the
        control is missing where it never adopts), ``estimate, weight``. Weights sum to 1.
    """
    groups = np.unique(panel.G)
    n = {g: int((g == panel.G).sum()) for g in groups}
    mean = {g: panel.Y[g == panel.G].mean(axis=0) for g in groups}
    D_bar = {g: float((panel.times >= g).mean()) for g in groups}
    always, rows = np.ones(len(panel.times), bool), []

    def compare(kind, treated, control, window, weight):
        after = panel.times >= treated
        change = [mean[one][window & after].mean() - mean[one][window & ~after].mean() for one in (treated, control)]
        rows.append((kind, treated, control if np.isfinite(control) else np.nan, change[0] - change[1], weight))

    for number, k in enumerate(groups):
        for later in groups[number + 1 :]:
            share, both = n[k] / (n[k] + n[later]), (n[k] + n[later]) ** 2
            spread, apart = both * share * (1 - share), D_bar[k] - D_bar[later]
            if np.isinf(later):
                compare("treated_never", k, later, always, spread * D_bar[k] * (1 - D_bar[k]))
                continue
            compare("earlier_later", k, later, panel.times < later, spread * apart * (1 - D_bar[k]))
            compare("later_earlier", later, k, panel.times >= k, spread * D_bar[later] * apart)
    comparisons = pd.DataFrame(rows, columns=["kind", "treated", "control", "estimate", "weight"])
    comparisons["weight"] /= comparisons["weight"].sum()
    return comparisons.astype({"treated": "Int64", "control": "Int64"})


def centred_by(values: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Return values less their mean over the rows of the same unit."""
    return values - means_by(values, row, row.max() + 1)[row]


def means_by(values: np.ndarray, row: np.ndarray, rows: int) -> np.ndarray:
    """Return the mean of values by unit; 0 for a unit without any."""
    return summed_by(values, row, rows) / np.maximum(np.bincount(row, minlength=rows), 1)[:, None]


#: Leads of which imputation says whether they differ from the times before them; no more than there are.
LEADS = 5


def imputation(panel: Panel, where: str, overall: str) -> Effects:
    """Return the effects by cohort and time, and leads before adoption.

    Leads are those that untreated rows alone have, each held against the times before all of them, as many as can be
    told from these.
    """
    untreated = panel.observed & (panel.times[None, :] < panel.G[:, None] - panel.delta)
    effects = Effects.of(panel, imputed(panel, untreated, where), overall)
    hidden = replace(panel, Y=np.where(untreated, panel.Y, np.nan))
    e = np.unique(panel.e[untreated & ~panel.never[:, None]])
    for n in range(min(LEADS, len(e) - 1), 0, -1):
        leads, events = e[len(e) - n :], effects.events
        try:
            beta, psi = fixed_effects(hidden, (panel.e[:, :, None] == leads).astype(float), where)
        except ModelError:
            continue  # fewer leads can be distinguished from the times before them
        keys, att = np.concatenate([leads, events.key]), np.concatenate([beta[:n], events.att])
        events = Averages(keys, att, np.hstack([psi[:, :n], events.psi]), events.overall, events.overall_psi)
        return replace(effects, events=events)
    return effects


def imputed(panel: Panel, untreated: np.ndarray, where: str) -> GroupTime:
    """Return the means by cohort and time of the effects that can be imputed.

    Effects of units and times, and coefficients of covariates, are fitted to the rows before treatment (less the
    anticipation). A row whose time or unit has none of these cannot be imputed and is in no effect. Standard errors are
    conservative, since effects may differ around their mean by cohort and time only.

    Parameters
    ----------
    panel : Panel
        Units by times.
    untreated : numpy.ndarray
        Whether a row of the panel is observed before treatment.
    where : str
        Who asks.

    Raises
    ------
    ModelError
        If no effect can be imputed, or a covariate follows from the fixed effects.
    """
    known, N = untreated.any(axis=0), len(panel.units)
    sought = panel.observed & (panel.e >= 0)
    treated = sought & untreated.any(axis=1)[:, None] & known
    if not treated.any():
        raise ModelError(
            where, "no unit is untreated at a time at which others are treated", "Add units that adopt later, or never"
        )

    def columns(i, t):
        return np.hstack([(t[:, None] == np.flatnonzero(known)[None, 1:]).astype(float), panel.X[i, t]])

    i0, t0 = np.nonzero(untreated)
    X, Y = columns(i0, t0), panel.Y[i0, t0]
    within, y = centred_by(X, i0), centred_by(Y[:, None], i0)[:, 0]
    size = np.maximum(np.sqrt((X**2).sum(axis=0)), 1e-300)
    if np.linalg.matrix_rank(within / size, tol=SMALL) < X.shape[1]:
        raise ModelError(
            where,
            "a covariate follows from effects of units and times, or the rows before treatment "
            "do not join all units and times",
            "Leave such covariates out, or choose years",
        )
    inverse = np.linalg.inv(within.T @ within)
    beta = inverse @ (within.T @ y)
    i1, t1 = np.nonzero(treated)
    means = means_by(np.column_stack([X, Y]), i0, N)[i1]
    beyond = columns(i1, t1) - means[:, :-1]
    tau = panel.Y[i1, t1] - means[:, -1] - beyond @ beta
    # The mean by cohort and time, and what each row weighs in it: treated rows outright, untreated ones implied.
    pairs = np.array([panel.G[i1], panel.times[t1]])
    (g, t), cell = np.unique(pairs, axis=1, return_inverse=True)
    member = cell.ravel()[:, None] == np.arange(len(g))
    w = member / member.sum(axis=0)
    att = tau @ w
    of_unit = summed_by(w, i1, N) / np.maximum(untreated.sum(axis=1), 1)[:, None]
    v = -of_unit[i0] - within @ (inverse @ (beyond.T @ w))
    psi = summed_by(w * (tau[:, None] - att), i1, N) + summed_by(v * (y - within @ beta)[:, None], i0, N)
    controls = np.array([untreated[:, panel.times == one].sum() for one in t])
    i, at = np.nonzero(sought)
    without = np.unique(np.array([panel.G[i], panel.times[at]]), axis=1).shape[1] - len(g)
    return GroupTime(g, t, att, psi * N, np.zeros(len(g), bool), member.sum(axis=0), controls, without)
